"""The verdict on a packet that came in by an interface: ip_route_input_slow() of net/ipv4/route.c, and for IPv6 the
lookup of ip6_route_input_lookup(), to which net/ipv6/ip6_output.c adds the question whether forwarding is on.
"""

from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from nettools.core.address import format_address
from nettools.core.route.explain import (
    BROADCAST,
    Outcome,
    Way,
    decide,
    host_prefix,
    ipv4_hops,
    ipv6_ways,
    needs_interface,
    nowhere,
    refused,
    verdict_of,
)
from nettools.core.route.explanation import REFUSALS, Hop
from nettools.core.route.lookup import Selection
from nettools.core.route.policy import LOOPBACK
from nettools.core.route.question import Question
from nettools.core.route.report import REFUSING_TYPES, Route
from nettools.core.route.settings import Sysctl, is_set
from nettools.core.route.walk import Machine, Walked, walk

_ANY: Final = IPv4Address(0)
_LOOSE: Final = 2  # rp_filter: 1 strict, 2 loose (RFC 3704 §2)


def decide_any(machine: Machine, question: Question, sysctl: Sysctl) -> Outcome:
    """What becomes of the packet, whether this machine sends it or it came in."""
    if question.incoming is not None and question.destination.version == 4:
        return _forward_ipv4(machine, question, sysctl)
    question = replace(question, source=question.fixed_source)
    if question.incoming is not None:
        return _forward_ipv6(machine, question, sysctl)
    return decide(machine, question, sysctl)


def _forward_ipv4(machine: Machine, question: Question, sysctl: Sysctl) -> Outcome:
    destination, source, incoming = question.destination, question.source, question.incoming
    assert isinstance(destination, IPv4Address)
    assert incoming is not None
    why = _martian(question, sysctl)
    if why is not None:
        return refused("blackhole", nowhere(), remark=why)
    # The kernel asks for what it forwards as root, whoever asks us.
    asked = replace(question, uid=0)
    walked = walk(machine, host_prefix(destination), asked, Selection(None, None))
    verdict = verdict_of(walked)
    if _is_broadcast(question):
        verdict = "broadcast"
    forwards = sysctl(f"net/ipv4/conf/{incoming}/forwarding")
    if verdict not in ("local", "broadcast", "multicast") and forwards == 0:
        remark = f"this machine does not forward: net.ipv4.conf.{incoming}.forwarding is 0"
        return refused("unreachable" if verdict == "forward" else verdict, walked, error="EHOSTUNREACH", remark=remark)
    if verdict in REFUSALS:
        return refused(verdict, walked)
    if verdict in ("local", "broadcast"):
        # For a broadcast the way back is asked for without an address of ours.
        asked = asked if verdict == "local" else replace(asked, destination=_ANY)
        why = _reverse_path(machine, asked, sysctl, None)
        own = Way(Hop(gateway=None, dev=machine.loopback), question.fixed_source)
        return refused("blackhole", walked, remark=why) if why else Outcome(verdict, walked, (own,))
    hops = [hop for _, hop in ipv4_hops(walked)]
    refusals = {hop: _reverse_path(machine, asked, sysctl, hop.dev) for hop in hops}
    ways = tuple(Way(hop, source) for hop in hops if refusals[hop] is None)
    if not ways:
        return refused("blackhole", walked, remark=next(iter(refusals.values())))
    # Of a multipath route the hash may pick a way that the filter refuses.
    return Outcome(verdict, walked, ways, error="EINVAL" if len(ways) < len(refusals) else None)


def _martian(question: Question, sysctl: Sysctl) -> str | None:
    """Why the addresses alone are reason enough to drop the packet."""
    destination, source, incoming = question.destination, question.source, question.incoming
    if source is None:
        return "a packet that comes in needs a source"
    if source.is_multicast or source == BROADCAST:
        return f"{format_address(source)} cannot be a source"
    if _is_broadcast(question):
        return None
    if source == _ANY:
        return "only a broadcast may come from nobody"
    if destination == _ANY:
        return f"{format_address(destination)} cannot be a destination"
    if (source.is_loopback or destination.is_loopback) and not is_set(sysctl, 4, incoming, "route_localnet"):
        return "a loopback address never comes in from outside"
    return None


def _is_broadcast(question: Question) -> bool:
    """Whether the addresses alone say so: to 255.255.255.255, or of old from 0.0.0.0 to 0.0.0.0."""
    return question.destination == BROADCAST or (question.destination == _ANY and question.source == _ANY)


def _reverse_path(machine: Machine, question: Question, sysctl: Sysctl, out: str | None) -> str | None:
    """Why the source is not believed: fib_validate_source() of net/ipv4/fib_frontend.c.

    The way back is asked for as for a packet that comes in where this one would go ``out``.
    """
    source, incoming = question.source, question.incoming
    assert source is not None
    if not int(source):
        return None  # let in for a broadcast alone
    strictness = max((sysctl(f"net/ipv4/conf/{name}/rp_filter") or 0) for name in ("all", incoming))
    takes_own = is_set(sysctl, 4, incoming, "accept_local")
    own = f"{format_address(source)} is this machine's own, or no host's"
    if not strictness and (out != incoming or not is_set(sysctl, 4, incoming, "send_redirects")):
        if takes_own:
            return None
        if machine.has_joined_tables and not machine.has_own_local_routes:
            held = (held.local for one in machine.interfaces for held in one.addr_info)
            return own if source in held else None
    counts_mark = is_set(sysctl, 4, incoming, "src_valid_mark")
    back = replace(
        question,
        destination=source,
        source=question.destination,
        incoming=out,
        mark=question.mark if counts_mark else 0,
        source_port=question.destination_port,
        destination_port=question.source_port,
    )
    walked = walk(machine, host_prefix(source), back, Selection(None, None))
    verdict = verdict_of(walked)
    if verdict in ("broadcast", "multicast") or (verdict == "local" and not takes_own):
        return own
    if not strictness or (walked.route is not None and incoming in _devices(walked.route)):
        return None
    if verdict == "local" and incoming == LOOPBACK:
        return None
    if strictness == _LOOSE and verdict in ("forward", "local") and _has_ipv4(machine, incoming):
        return None
    how = "loose" if strictness == _LOOSE else "strict"
    return f"the reverse-path filter ({how}, rp_filter {strictness}) finds no way back by {incoming}"


def _devices(route: Route) -> set[str | None]:
    """All that the route may leave by, whether it is up or not: fib_info_nh_uses_dev()."""
    return set() if route.type in REFUSING_TYPES else {route.dev, *(way.dev for way in route.nexthops)}


def _has_ipv4(machine: Machine, name: str | None) -> bool:
    one = machine.interface(name)
    return one is not None and any(held.family == "inet" for held in one.addr_info)


def _forward_ipv6(machine: Machine, question: Question, sysctl: Sysctl) -> Outcome:
    destination, incoming = question.destination, question.incoming
    assert isinstance(destination, IPv6Address)
    through = incoming if needs_interface(destination) else None
    walked: Walked = walk(machine, host_prefix(destination), question, Selection(through, incoming))
    verdict = verdict_of(walked)
    if verdict in REFUSALS:
        return refused(verdict, walked)
    remark = None
    # Of IPv6 the switch is one for the whole machine, unless an interface is forced: ip6_forward().
    is_forced = bool(sysctl(f"net/ipv6/conf/{incoming}/force_forwarding"))
    if verdict == "forward" and sysctl("net/ipv6/conf/all/forwarding") == 0 and not is_forced:
        remark = "but this machine does not forward: net.ipv6.conf.all.forwarding is 0"
    ways = tuple(way._replace(source=question.source) for way in ipv6_ways(machine, question, walked, sysctl))
    return Outcome(verdict, walked, ways, remark=remark)
