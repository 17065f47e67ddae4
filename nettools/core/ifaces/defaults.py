"""The gateway that a machine's default routes name for each interface."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from nettools.core.address import Address, format_address
from nettools.core.ifaces.report import DefaultGateways, Family, Interface

if TYPE_CHECKING:
    from nettools.core.route.report import Route

ON_LINK: Final = "on-link"


class DefaultWay(NamedTuple):
    """One way of a default route."""

    family: Family
    dev: str
    gateway: Address | None
    metric: int


def default_ways_of(routes: "Iterable[Route]") -> list[DefaultWay]:
    """The ways of the default routes among these."""
    return [
        DefaultWay(one.family, dev, gateway, one.metric or 0)
        for one in routes
        if not one.dst.length and one.type == "unicast" and one.table in ("main", None)
        for dev, gateway in [(hop.dev, hop.gateway) for hop in one.nexthops] or [(one.dev, one.gateway)]
        if dev is not None
    ]


def with_defaults(interfaces: Iterable[Interface], ways: Iterable[DefaultWay]) -> tuple[Interface, ...]:
    """The interfaces, each with where its best default route leads."""
    best: dict[tuple[str, Family], str] = {}
    for way in sorted(ways, key=lambda one: one.metric):
        best.setdefault((way.dev, way.family), ON_LINK if way.gateway is None else format_address(way.gateway))
    return tuple(
        one
        if (one.ifname, "inet") not in best and (one.ifname, "inet6") not in best
        else replace(
            one,
            default=DefaultGateways(inet=best.get((one.ifname, "inet")), inet6=best.get((one.ifname, "inet6"))),
        )
        for one in interfaces
    )
