"""The verdict on a destination: what the machine does before, in and after the walk over rules and tables.

What this machine sends: ip_route_output_key_hash_rcu() of net/ipv4/route.c, ip6_route_output_flags() of
net/ipv6/route.c. What it forwards: see ``forwarded``.
"""

from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address
from typing import Final, NamedTuple

from nettools.core.address import Address, format_address
from nettools.core.prefix import Prefix
from nettools.core.route.explanation import Hop, Step, Verdict
from nettools.core.route.lookup import Selection, lookup
from nettools.core.route.question import Question
from nettools.core.route.report import Route
from nettools.core.route.settings import Sysctl, is_set
from nettools.core.route.source import SCOPE_HOST, SCOPE_LINK, scope_number, select_ipv4, select_ipv6
from nettools.core.route.walk import Machine, Walked, walk

_ROUTE_VERDICTS: Final[dict[str, Verdict]] = {
    "unicast": "forward",
    "local": "local",
    "anycast": "local",
    "broadcast": "broadcast",
    "multicast": "multicast",
    "blackhole": "blackhole",
    "unreachable": "unreachable",
    "prohibit": "prohibit",
    "throw": "throw",
}
_ERRORS: Final[dict[Verdict, str]] = {
    "blackhole": "EINVAL",
    "unreachable": "EHOSTUNREACH",
    "prohibit": "EACCES",
    "throw": "ENETUNREACH",
    "no-route": "ENETUNREACH",
}
"""The errno of a packet that is not sent: fib_props[] of net/ipv4/fib_semantics.c."""

BROADCAST: Final = IPv4Address(0xFFFFFFFF)
"""The limited broadcast address: RFC 919 §7."""
_LOCAL_MULTICAST: Final = Prefix(4, 0xE0000000, 24)  # RFC 5771 §4
_LEAST_MULTICAST_LENGTH: Final = 4
"""A multicast packet uses the gateway of a route only when that is no shorter: __mkroute_output()."""


class Way(NamedTuple):
    """One way that the packet may take, and the source that it then has."""

    hop: Hop
    source: Address | None


class Outcome(NamedTuple):
    """What happens to the packet."""

    verdict: Verdict
    walked: Walked
    ways: tuple[Way, ...]
    """More than one where a multipath route leaves the choice to a hash."""
    error: str | None = None
    """The errno that the kernel gives."""
    remark: str | None = None
    """Why it is so, where that is not in the walk."""


def decide(machine: Machine, question: Question, sysctl: Sysctl) -> Outcome:
    """What becomes of a packet that this machine sends."""
    if not machine.has_rules:
        own = _by_own_addresses(machine, question)
        if own is not None:
            return own
    if question.destination.version == 4:
        return _decide_ipv4(machine, question, sysctl)
    return _decide_ipv6(machine, question, sysctl)


def _by_own_addresses(machine: Machine, question: Question) -> Outcome | None:
    """What the interfaces say of the destination, where a system does not tell in its routes what is local."""
    destination = question.destination
    source = question.source or destination
    for one in machine.interfaces:
        for held in one.addr_info:
            if destination == held.local or (destination.is_loopback and destination.version == 4):
                hop = Hop(gateway=None, dev=machine.loopback)
                return Outcome("local", nowhere(), (Way(hop, source),), remark="it is this machine's own")
            if destination == held.broadcast:
                hop = Hop(gateway=None, dev=one.ifname)
                remark = f"it is the broadcast address of {one.ifname}"
                return Outcome("broadcast", nowhere(), (Way(hop, question.source or held.local),), remark=remark)
    return None


def refused(verdict: Verdict, walked: Walked, *, error: str | None = None, remark: str | None = None) -> Outcome:
    """An outcome by which nothing is sent; a rule that says unreachable has another errno than a route."""
    by_rule = "ENETUNREACH" if verdict == "unreachable" and walked.rule is not None and walked.route is None else None
    return Outcome(verdict, walked, (), error or by_rule or _ERRORS[verdict], remark)


def host_prefix(address: Address) -> Prefix:
    """The address as a prefix of full length."""
    return Prefix(address.version, int(address), address.max_prefixlen)


def verdict_of(walked: Walked) -> Verdict:
    """The verdict of the walk alone."""
    if walked.route is not None:
        return _ROUTE_VERDICTS.get(walked.route.type, "forward")
    if walked.refusal == "no-route" and walked.has_thrown:
        return "throw"
    return walked.refusal or "no-route"


def nowhere(*steps: Step) -> Walked:
    """A walk that was not taken."""
    return Walked(steps, None, None, None, (), None)


def _decide_ipv4(machine: Machine, question: Question, sysctl: Sysctl) -> Outcome:
    outcome = _decide_ipv4_addresses(machine, question, sysctl)
    ways = tuple(
        way
        for way in outcome.ways
        if way.hop.dev == machine.loopback
        or not (way.source and way.source.is_loopback)
        or is_set(sysctl, 4, way.hop.dev, "route_localnet")
    )
    if len(ways) == len(outcome.ways):
        return outcome
    if not ways:
        return refused("blackhole", outcome.walked, remark="a loopback source never leaves the machine")
    return outcome._replace(ways=ways, error="EINVAL")


def _decide_ipv4_addresses(machine: Machine, question: Question, sysctl: Sysctl) -> Outcome:
    """The same before the addresses that the packet then has are looked at."""
    destination, source, outgoing = question.destination, question.source, question.outgoing
    assert isinstance(destination, IPv4Address)
    by_address = _by_address(destination)
    if source is not None and _by_address(source) is not None:
        return refused("blackhole", nowhere(), remark=f"{format_address(source)} cannot be a source")
    owner = None if source is None else _owner(machine, question, source)
    if source is not None and owner is None:
        remark = f"{format_address(source)} is no address of this machine"
        return refused("unreachable", nowhere(), error="ENETUNREACH", remark=remark)
    if outgoing is None and owner is not None and by_address is not None:
        remark = f"the source belongs to {owner}, which such a packet leaves by"
        return _on_link(machine, question, owner, remark, sysctl)
    if outgoing is not None:
        out = machine.interface(outgoing)
        if out is None or out.admin_up is False:
            return refused("no-route", nowhere(), remark=f"{outgoing} is down")
        if destination == BROADCAST or _LOCAL_MULTICAST.contains(host_prefix(destination)):
            return _on_link(machine, question, outgoing, f"it never leaves the link of {outgoing}", sysctl)
        if source is None and (by_address == "multicast" or not int(destination)):
            scope = 0 if int(destination) else SCOPE_HOST
            source = select_ipv4(machine.interfaces, outgoing, None, scope, sysctl)
            question = replace(question, source=source)
    if int(destination) == 0:
        return Outcome(
            "local", nowhere(), (Way(Hop(gateway=None, dev=machine.loopback), source or IPv4Address("127.0.0.1")),)
        )
    walked = walk(machine, host_prefix(destination), question, Selection(outgoing, None))
    verdict = verdict_of(walked)
    route = walked.route
    if verdict in _ERRORS:
        if outgoing is not None:
            remark = f"no route allows it, and a packet bound to {outgoing} then goes out on that link"
            return _on_link(machine, question, outgoing, remark, sysctl, walked)
        return refused(verdict, walked)
    assert route is not None
    if verdict == "local":
        own = source or route.prefsrc or destination
        return Outcome(by_address or verdict, walked, (Way(Hop(gateway=None, dev=machine.loopback), own),))
    ways = tuple(
        Way(hop, chosen)
        for one, hop in ipv4_hops(walked)
        for chosen in _ipv4_sources(machine, one, hop, question, sysctl)
    )
    if by_address == "broadcast" or (by_address == "multicast" and route.dst.length < _LEAST_MULTICAST_LENGTH):
        ways = tuple(Way(Hop(gateway=None, dev=way.hop.dev), way.source) for way in ways)
    return Outcome(by_address or verdict, walked, ways)


def _by_address(destination: Address) -> Verdict | None:
    """The verdict that the address has in itself, whatever the type of its route."""
    return "broadcast" if destination == BROADCAST else "multicast" if destination.is_multicast else None


def _on_link(
    machine: Machine, question: Question, outgoing: str, remark: str, sysctl: Sysctl, walked: Walked | None = None
) -> Outcome:
    """Sent on the link of an interface without any route."""
    by_address = _by_address(question.destination)
    # With no route to take it from, the source may be of any scope up to the link's.
    scope = 0 if by_address == "multicast" and walked else SCOPE_LINK
    chosen = question.source or select_ipv4(machine.interfaces, outgoing, None, scope, sysctl)
    return Outcome(
        by_address or "forward", walked or nowhere(), (Way(Hop(gateway=None, dev=outgoing), chosen),), remark=remark
    )


def ipv4_hops(walked: Walked) -> list[tuple[Route, Hop]]:
    """The next hops that the packet may go to, with the route of each."""
    assert walked.route is not None
    first = [(walked.route, hop) for hop in walked.hops]
    return first + [(route, Hop(gateway=route.gateway, dev=route.dev)) for route in walked.equals]


def ipv4_source(machine: Machine, route: Route, hop: Hop, question: Question, sysctl: Sysctl) -> Address | None:
    """The source of a packet that takes this way."""
    own = question.source or route.prefsrc
    gateway = hop.gateway if isinstance(hop.gateway, IPv4Address) else None
    return own or select_ipv4(machine.interfaces, hop.dev, gateway, scope_number(route.scope), sysctl)


def _ipv4_sources(
    machine: Machine, route: Route, hop: Hop, question: Question, sysctl: Sysctl
) -> tuple[Address | None, ...]:
    """Of a next-hop object two sources are possible.

    It has its own from the day that it was made, chosen for its link; once any address changes, the route's scope
    counts: nh_create_ipv4(), fib_result_prefsrc().
    """
    by_route = ipv4_source(machine, route, hop, question, sysctl)
    if route.nhid is None or question.source is not None or route.prefsrc is not None:
        return (by_route,)
    gateway = hop.gateway if isinstance(hop.gateway, IPv4Address) else None
    scope = SCOPE_LINK if hop.gateway is None else SCOPE_LINK - 1
    by_link = select_ipv4(machine.interfaces, hop.dev, gateway, scope, sysctl)
    return (by_route,) if by_link == by_route else (by_route, by_link)


def ipv6_source(machine: Machine, route: Route, hop: Hop, question: Question, sysctl: Sysctl) -> Address | None:
    """The same for IPv6, where the destination counts too."""
    destination = question.destination
    assert isinstance(destination, IPv6Address)
    own = question.source or route.prefsrc
    # A group of next-hop objects is asked for its first member, whichever it is that the packet goes to.
    dev = route.nexthops[0].dev if route.nhid is not None and route.nexthops else hop.dev
    return own or select_ipv6(machine.interfaces, dev, destination, sysctl)


def _owner(machine: Machine, question: Question, address: Address) -> str | None:
    """The interface that has the address, or for which table local makes it local: __ip_dev_find()."""
    for one in machine.interfaces:
        if any(held.local == address for held in one.addr_info):
            return one.ifname
    found = lookup(machine.routes(4, "local"), host_prefix(address), question, Selection(None, None))
    return found.hops[0].dev if found.route is not None and found.route.type == "local" else None


def _decide_ipv6(machine: Machine, question: Question, sysctl: Sysctl) -> Outcome:
    destination, source, outgoing = question.destination, question.source, question.outgoing
    assert isinstance(destination, IPv6Address)
    is_strict = outgoing is not None and (source is None or needs_interface(destination))
    walked = walk(machine, host_prefix(destination), question, Selection(outgoing if is_strict else None, outgoing))
    verdict = verdict_of(walked)
    if verdict in _ERRORS:
        return refused(verdict, walked)
    assert walked.route is not None
    return Outcome(verdict, walked, ipv6_ways(machine, question, walked, sysctl))


def ipv6_ways(machine: Machine, question: Question, walked: Walked, sysctl: Sysctl) -> tuple[Way, ...]:
    """The ways of a route with the source for each; what is for this machine itself goes by the loopback."""
    route = walked.route
    assert route is not None
    is_own = route.type in ("local", "anycast")
    return tuple(
        Way(
            Hop(gateway=None, dev=machine.loopback) if is_own else hop,
            ipv6_source(machine, route, hop, question, sysctl),
        )
        for hop in walked.hops
    )


def needs_interface(destination: IPv6Address) -> bool:
    """Whether an address means something else on each link: rt6_need_strict()."""
    return destination.is_multicast or destination.is_link_local or destination.is_loopback
