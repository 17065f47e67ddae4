"""Routes and policy rules as records. The words are those of ``ip -j -d route`` and ``ip -j -d rule``."""

from dataclasses import dataclass, field
from typing import ClassVar, Final

from nettools.core.address import Address
from nettools.core.ifaces.report import Family, Warned
from nettools.core.outcome import Failure
from nettools.core.prefix import Prefix
from nettools.core.record import Json, column

REFUSING_TYPES: Final = frozenset({"blackhole", "unreachable", "prohibit", "throw"})
"""The types of routes that have no way to offer: they refuse the packet, or throw the search back. ip-route(8)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextHop:
    """One way of a multipath route."""

    gateway: Address | None = field(metadata=column("Gateway"))
    dev: str | None = field(metadata=column("Interface"))
    weight: int = field(metadata=column("Weight", align="right"))
    flags: tuple[str, ...] = field(metadata=column("Flags"))
    encap: dict[str, Json] | None = field(metadata=column("Encapsulation"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One route. What the platform cannot tell is None."""

    family: Family = field(metadata=column("Family"))
    type: str = field(metadata=column("Type"))
    """unicast, local, broadcast, anycast, multicast, blackhole, unreachable, prohibit, throw, nat."""
    dst: Prefix = field(metadata=column("Destination"))
    gateway: Address | None = field(metadata=column("Gateway"))
    via_family: Family | None = field(metadata=column("Gateway's family"))
    """The family of the gateway where it is not the route's (RFC 5549)."""
    dev: str | None = field(metadata=column("Interface"))
    protocol: str | None = field(metadata=column("Protocol"))
    """Who made the route: kernel, boot, static, ra, bgp..."""
    scope: str | None = field(metadata=column("Scope"))
    prefsrc: Address | None = field(metadata=column("Source"))
    metric: int | None = field(metadata=column("Metric", align="right"))
    table: str | None = field(metadata=column("Table"))
    flags: tuple[str, ...] = field(metadata=column("Flags"))
    mtu: int | None = field(metadata=column("MTU", align="right"))
    nexthops: tuple[NextHop, ...] = field(metadata=column("Next hops"))
    """The ways of a multipath route; empty for a route with one."""
    nhid: int | None = field(metadata=column("Next-hop id", align="right"))
    pref: str | None = field(metadata=column("Preference"))
    """low, medium or high: RFC 4191 §2.1; IPv6 only."""
    tos: str | None = field(metadata=column("TOS"))
    from_: Prefix | None = field(metadata=column("From", key="from"))
    """Only for packets from these sources: an IPv6 subtree."""
    expires: int | None = field(metadata=column("Expires", align="right"))
    """Seconds until the route goes away by itself."""
    encap: dict[str, Json] | None = field(metadata=column("Encapsulation"))
    metrics: dict[str, Json] = field(metadata=column("Metrics"))
    """Path metrics: mtu, advmss, window, rtt, hoplimit, initcwnd..., ``lock`` naming the locked ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of policy routing: whom it concerns, and which table or verdict it leads to."""

    family: Family = field(metadata=column("Family"))
    priority: int = field(metadata=column("Priority", align="right"))
    not_: bool = field(metadata=column("Not", key="not"))
    """Whether the rule concerns what does not match."""
    from_: Prefix | None = field(metadata=column("From", key="from"))
    to: Prefix | None = field(metadata=column("To"))
    tos: str | None = field(metadata=column("TOS"))
    fwmark: str | None = field(metadata=column("Mark"))
    fwmask: str | None = field(metadata=column("Mask"))
    iif: str | None = field(metadata=column("Incoming"))
    oif: str | None = field(metadata=column("Outgoing"))
    uidrange: str | None = field(metadata=column("UIDs"))
    ipproto: str | None = field(metadata=column("Protocol"))
    sport: str | None = field(metadata=column("Source port"))
    dport: str | None = field(metadata=column("Destination port"))
    suppress_prefixlength: int | None = field(metadata=column("Suppress length", align="right"))
    suppress_ifgroup: str | None = field(metadata=column("Suppress group"))
    goto: int | None = field(metadata=column("Goto", align="right"))
    protocol: str | None = field(metadata=column("Made by"))
    l3mdev: bool = field(metadata=column("L3 master"))
    table: str | None = field(metadata=column("Table"))
    action: str = field(metadata=column("Action"))
    """to_table, goto, nop, blackhole, unreachable, prohibit."""
    dscp: str | None = field(metadata=column("DSCP"))
    tun_id: str | None = field(metadata=column("Tunnel id"))
    flowlabel: str | None = field(metadata=column("Flow label"))
    realms: str | None = field(metadata=column("Realms"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteReport:
    """The routes of a machine, and the rules that choose among its tables."""

    SCHEMA: ClassVar[str] = "nettools.route/1"

    routes: tuple[Route, ...] = field(metadata=column("Routes"))
    rules: tuple[Rule, ...] = field(metadata=column("Rules"))
    warnings: tuple[Warned, ...] = field(metadata=column("Warnings"))
    errors: tuple[Failure, ...] = field(metadata=column("Errors"))
