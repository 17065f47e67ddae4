"""The verdict on a destination: what the machine does before, in and after the walk over rules and tables.

What this machine sends: ip_route_output_key_hash_rcu() of net/ipv4/route.c, ip6_route_output_flags() of
net/ipv6/route.c. What it forwards: see ``forwarded``.
"""

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address
from typing import Final, NamedTuple

from nettools.core.address import Address, format_address
from nettools.core.prefix import Prefix
from nettools.core.route.explanation import Hop, Step, Verdict
from nettools.core.route.lookup import Selection, lookup
from nettools.core.route.question import Question
from nettools.core.route.report import Route
from nettools.core.route.source import scope_number, select_ipv4, select_ipv6
from nettools.core.route.walk import Machine, Walked, walk

Sysctl = Callable[[str], int | None]
"""``net/ipv4/conf/eth0/rp_filter`` -> its value; None where there is none to be read."""

_ROUTE_VERDICTS: Final[dict[str, Verdict]] = {
    "unicast": "forward",
    "local": "local",
    "anycast": "local",
    "broadcast": "broadcast",
    "multicast": "multicast",
    "blackhole": "blackhole",
    "unreachable": "unreachable",
    "prohibit": "prohibit",
}
_ERRORS: Final[dict[Verdict, str]] = {
    "blackhole": "EINVAL",
    "unreachable": "EHOSTUNREACH",
    "prohibit": "EACCES",
    "throw": "ENETUNREACH",
    "no-route": "ENETUNREACH",
}
"""The errno of a packet that is not sent: fib_props[] of net/ipv4/fib_semantics.c."""

_LOOPBACK: Final = "lo"
_BROADCAST: Final = IPv4Address(0xFFFFFFFF)
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
    if question.destination.version == 4:
        return _decide_ipv4(machine, question)
    return _decide_ipv6(machine, question, sysctl)


def refused(verdict: Verdict, walked: Walked, *, error: str | None = None, remark: str | None = None) -> Outcome:
    """An outcome by which nothing is sent."""
    return Outcome(verdict, walked, (), error or _ERRORS[verdict], remark)


def host_prefix(address: Address) -> Prefix:
    """The address as a prefix of full length."""
    return Prefix(address.version, int(address), address.max_prefixlen)


def verdict_of(walked: Walked) -> Verdict:
    """The verdict of the walk alone."""
    if walked.route is not None:
        return _ROUTE_VERDICTS.get(walked.route.type, "forward")
    if walked.refusal == "no-route" and any("throws" in step.reason for step in walked.steps):
        return "throw"
    return walked.refusal or "no-route"


def nowhere(*steps: Step) -> Walked:
    """A walk that was not taken."""
    return Walked(steps, None, None, None, (), None)


def _decide_ipv4(machine: Machine, question: Question) -> Outcome:
    destination, source, outgoing = question.destination, question.source, question.outgoing
    assert isinstance(destination, IPv4Address)
    if source is not None and not is_own_ipv4(machine, question, source):
        remark = f"{format_address(source)} is no address of this machine"
        return refused("blackhole", nowhere(), remark=remark)
    by_address = _by_address(destination)
    if outgoing is None and source is not None and by_address is not None:
        owner = _owner(machine, source)
        if owner is not None:
            return _on_link(machine, question, owner, f"the source belongs to {owner}, which such a packet leaves by")
    if outgoing is not None:
        out = machine.interface(outgoing)
        if out is None or not out.admin_up:
            return refused("no-route", nowhere(), remark=f"{outgoing} is down")
        if destination == _BROADCAST or _LOCAL_MULTICAST.contains(host_prefix(destination)):
            return _on_link(machine, question, outgoing, f"it never leaves the link of {outgoing}")
        if source is None and by_address == "multicast":
            source = select_ipv4(machine.interfaces, outgoing, None, 0)
            question = replace(question, source=source)
    if int(destination) == 0:
        return Outcome("local", nowhere(), (Way(Hop(gateway=None, dev=_LOOPBACK), source or IPv4Address("127.0.0.1")),))
    walked = walk(machine, host_prefix(destination), question, Selection(outgoing, None))
    verdict = verdict_of(walked)
    route = walked.route
    if verdict in _ERRORS:
        if outgoing is not None:
            remark = f"no route allows it, and a packet bound to {outgoing} then goes out on that link"
            return _on_link(machine, question, outgoing, remark, walked)
        return refused(verdict, walked, error="ENETUNREACH" if route is None and verdict == "unreachable" else None)
    assert route is not None
    if verdict == "local":
        own = source or route.prefsrc or destination
        return Outcome(by_address or verdict, walked, (Way(Hop(gateway=None, dev=_LOOPBACK), own),))
    ways = tuple(Way(hop, source or _ipv4_source(machine, route, hop)) for hop in walked.hops)
    if by_address == "broadcast" or (by_address == "multicast" and route.dst.length < _LEAST_MULTICAST_LENGTH):
        ways = tuple(Way(Hop(gateway=None, dev=way.hop.dev), way.source) for way in ways)
    if source is not None and source.is_loopback and any(way.hop.dev != _LOOPBACK for way in ways):
        return refused("blackhole", walked, remark="a loopback source never leaves the machine")
    return Outcome(by_address or verdict, walked, ways)


def _by_address(destination: Address) -> Verdict | None:
    """The verdict that the address has in itself, whatever the type of its route."""
    return "broadcast" if destination == _BROADCAST else "multicast" if destination.is_multicast else None


def _on_link(machine: Machine, question: Question, outgoing: str, remark: str, walked: Walked | None = None) -> Outcome:
    """Sent on the link of an interface without any route."""
    by_address = _by_address(question.destination)
    # With no route to take it from, the source may be of any scope up to the link's.
    scope = 0 if by_address == "multicast" and walked else 253
    chosen = question.source or select_ipv4(machine.interfaces, outgoing, None, scope)
    return Outcome(
        by_address or "forward", walked or nowhere(), (Way(Hop(gateway=None, dev=outgoing), chosen),), remark=remark
    )


def _ipv4_source(machine: Machine, route: Route, hop: Hop) -> Address | None:
    if route.prefsrc is not None:
        return route.prefsrc
    gateway = hop.gateway if isinstance(hop.gateway, IPv4Address) else None
    return select_ipv4(machine.interfaces, hop.dev, gateway, scope_number(route.scope))


def is_own_ipv4(machine: Machine, question: Question, address: Address) -> bool:
    """Whether the kernel takes the address for its own: one of an interface, or one that table local makes local."""
    if _owner(machine, address) is not None:
        return True
    found = lookup(machine.routes(4, "local"), host_prefix(address), question, Selection(None, None))
    return found.route is not None and found.route.type == "local"


def _owner(machine: Machine, address: Address) -> str | None:
    return next(
        (one.ifname for one in machine.interfaces if any(held.local == address for held in one.addr_info)), None
    )


def _decide_ipv6(machine: Machine, question: Question, sysctl: Sysctl) -> Outcome:
    destination, source, outgoing = question.destination, question.source, question.outgoing
    assert isinstance(destination, IPv6Address)
    is_strict = outgoing is not None and (source is None or needs_interface(destination))
    walked = walk(machine, host_prefix(destination), question, Selection(outgoing if is_strict else None, outgoing))
    verdict = verdict_of(walked)
    if verdict in _ERRORS:
        return refused(
            verdict, walked, error="ENETUNREACH" if walked.route is None and verdict == "unreachable" else None
        )
    assert walked.route is not None
    return Outcome(verdict, walked, ipv6_ways(machine, question, walked, sysctl))


def ipv6_ways(machine: Machine, question: Question, walked: Walked, sysctl: Sysctl) -> tuple[Way, ...]:
    """The ways of a route with the source for each; what is for this machine itself goes by the loopback."""
    destination, route = question.destination, walked.route
    assert isinstance(destination, IPv6Address)
    assert route is not None

    def prefers_temporary(name: str) -> bool:
        return (sysctl(f"net/ipv6/conf/{name}/use_tempaddr") or 0) >= 2

    def source(hop: Hop) -> Address | None:
        own = question.source or route.prefsrc
        return own or select_ipv6(machine.interfaces, hop.dev, destination, prefers_temporary)

    is_own = route.type in ("local", "anycast")
    return tuple(Way(Hop(gateway=None, dev=_LOOPBACK) if is_own else hop, source(hop)) for hop in walked.hops)


def needs_interface(destination: IPv6Address) -> bool:
    """Whether an address means something else on each link: rt6_need_strict()."""
    return destination.is_multicast or destination.is_link_local or destination.is_loopback
