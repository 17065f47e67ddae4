"""The tables of services and ports, read once in a process: they are large, and nothing in them ever changes."""

from functools import cache

from nettools.core.port_service import ServiceTable
from nettools.core.ports import PortNames
from nettools.runs import services


@cache
def service_table() -> ServiceTable:
    """The registry, the curated notes and the system's file, as they were when somebody asked first."""
    return services.service_table()


@cache
def port_names() -> PortNames:
    """What words may stand for in a port list."""
    return services.port_names(service_table())


@cache
def service_ports() -> dict[tuple[str, str], list[int]]:
    """The ports of services by their names."""
    return service_table().ports_by_name()
