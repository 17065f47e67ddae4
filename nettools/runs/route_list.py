"""The routes and rules as they stand."""

from nettools.core.ifaces.report import Family
from nettools.core.route.report import RouteReport
from nettools.net.platform import Platform


def route_report(platform: Platform, families: tuple[Family, ...], table: str | None) -> RouteReport:
    """The routes of a table, of all tables for None. Raises OptionError or LocalFault."""
    found = platform.routes(families, table)
    return RouteReport(routes=found.routes, rules=found.rules or (), warnings=found.warnings, errors=())
