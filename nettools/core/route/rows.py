"""Routes and explanations as rows of CSV and plain: a row for each next hop, one for each destination."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from nettools.core.address import Address
from nettools.core.ifaces.report import Family
from nettools.core.prefix import Prefix
from nettools.core.record import column
from nettools.core.route.explanation import Explanation
from nettools.core.route.report import NextHop, Route


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HopRow:
    """One way of a route."""

    family: Family = field(metadata=column("Family"))
    type: str = field(metadata=column("Type"))
    dst: Prefix = field(metadata=column("Destination"))
    gateway: Address | None = field(metadata=column("Gateway"))
    dev: str | None = field(metadata=column("Interface"))
    weight: int | None = field(metadata=column("Weight"))
    metric: int | None = field(metadata=column("Metric"))
    prefsrc: Address | None = field(metadata=column("Source"))
    protocol: str | None = field(metadata=column("Protocol"))
    scope: str | None = field(metadata=column("Scope"))
    table: str | None = field(metadata=column("Table"))
    flags: tuple[str, ...] = field(metadata=column("Flags"))
    mtu: int | None = field(metadata=column("MTU"))
    nhid: int | None = field(metadata=column("Next-hop id"))
    pref: str | None = field(metadata=column("Preference"))
    tos: str | None = field(metadata=column("TOS"))
    from_: Prefix | None = field(metadata=column("From", key="from"))
    expires: int | None = field(metadata=column("Expires"))


def hop_rows(routes: Iterable[Route]) -> Iterator[HopRow]:
    """A row for each way of each route."""
    for route in routes:
        ways: tuple[NextHop | None, ...] = route.nexthops or (None,)
        for way in ways:
            yield HopRow(
                family=route.family,
                type=route.type,
                dst=route.dst,
                gateway=route.gateway if way is None else way.gateway,
                dev=route.dev if way is None else way.dev,
                weight=None if way is None else way.weight,
                metric=route.metric,
                prefsrc=route.prefsrc,
                protocol=route.protocol,
                scope=route.scope,
                table=route.table,
                flags=route.flags if way is None else (*route.flags, *way.flags),
                mtu=route.mtu,
                nhid=route.nhid,
                pref=route.pref,
                tos=route.tos,
                from_=route.from_,
                expires=route.expires,
            )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExplanationRow:
    """One destination explained, without the walk."""

    destination: str = field(metadata=column("Destination"))
    verdict: str = field(metadata=column("Verdict"))
    gateway: Address | None = field(metadata=column("Gateway"))
    dev: str | None = field(metadata=column("Interface"))
    source: Address | None = field(metadata=column("Source"))
    table: str | None = field(metadata=column("Table"))
    route: Prefix | None = field(metadata=column("Route"))
    metric: int | None = field(metadata=column("Metric"))
    kernel_agrees: bool | None = field(metadata=column("Kernel agrees"))
    summary: str = field(metadata=column("Summary"))


def explanation_row(one: Explanation) -> ExplanationRow:
    """The row of an explanation."""
    return ExplanationRow(
        destination=one.destination,
        verdict=one.verdict,
        gateway=one.nexthop.gateway if one.nexthop else None,
        dev=one.nexthop.dev if one.nexthop else None,
        source=one.source,
        table=one.route.table if one.route else None,
        route=one.route.dst if one.route else None,
        metric=one.route.metric if one.route else None,
        kernel_agrees=one.kernel.agrees if one.kernel else None,
        summary=one.summary,
    )
