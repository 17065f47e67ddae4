"""The verdict on a packet that came in by an interface: ip_route_input_slow() of net/ipv4/route.c, and for IPv6 the
lookup of ip6_route_input_lookup(), to which net/ipv6/ip6_output.c adds the question whether forwarding is on.
"""

from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from nettools.core.address import format_address
from nettools.core.route.explain import (
    Outcome,
    Sysctl,
    Way,
    decide,
    host_prefix,
    ipv6_ways,
    needs_interface,
    nowhere,
    refused,
    verdict_of,
)
from nettools.core.route.explanation import REFUSALS, Hop
from nettools.core.route.lookup import Selection
from nettools.core.route.question import Question
from nettools.core.route.walk import Machine, Walked, walk

_LOOPBACK: Final = "lo"
_BROADCAST: Final = IPv4Address(0xFFFFFFFF)
_ANY: Final = IPv4Address(0)
_LOOSE: Final = 2  # rp_filter: 1 strict, 2 loose (RFC 3704 §2)


def decide_any(machine: Machine, question: Question, sysctl: Sysctl) -> Outcome:
    """What becomes of the packet, whether this machine sends it or it came in."""
    if question.incoming is None:
        return decide(machine, question, sysctl)
    if question.destination.version == 4:
        return _forward_ipv4(machine, question, sysctl)
    return _forward_ipv6(machine, question, sysctl)


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
    if destination == _BROADCAST:
        verdict = "broadcast"
    forwards = sysctl(f"net/ipv4/conf/{incoming}/forwarding")
    if verdict not in ("local", "broadcast", "multicast") and forwards == 0:
        remark = f"this machine does not forward: net.ipv4.conf.{incoming}.forwarding is 0"
        return refused("unreachable" if verdict == "forward" else verdict, walked, error="EHOSTUNREACH", remark=remark)
    if verdict in REFUSALS:
        return refused(
            verdict, walked, error="ENETUNREACH" if walked.route is None and verdict == "unreachable" else None
        )
    if verdict in ("local", "broadcast"):
        # For a broadcast the way back is asked for without an address of ours.
        asked = asked if verdict == "local" else replace(asked, destination=_ANY)
        why = _reverse_path(machine, asked, sysctl, None)
        own = Way(Hop(gateway=None, dev=_LOOPBACK), source)
        return refused("blackhole", walked, remark=why) if why else Outcome(verdict, walked, (own,))
    refusals = {hop: _reverse_path(machine, asked, sysctl, hop.dev) for hop in walked.hops}
    ways = tuple(Way(hop, source) for hop in walked.hops if refusals[hop] is None)
    if not ways:
        return refused("blackhole", walked, remark=next(iter(refusals.values())))
    # Of a multipath route the hash may pick a way that the filter refuses.
    return Outcome(verdict, walked, ways, error="EINVAL" if len(ways) < len(refusals) else None)


def _martian(question: Question, sysctl: Sysctl) -> str | None:
    """Why the addresses alone are reason enough to drop the packet."""
    destination, source, incoming = question.destination, question.source, question.incoming
    if source is None or int(source) >> 24 == 0:
        return "a packet that comes in needs a source"
    if source.is_multicast or source == _BROADCAST:
        return f"{format_address(source)} cannot be a source"
    if int(destination) >> 24 == 0:
        return f"{format_address(destination)} cannot be a destination"
    takes_loopback = bool(sysctl(f"net/ipv4/conf/{incoming}/route_localnet"))
    if (source.is_loopback or destination.is_loopback) and incoming != _LOOPBACK and not takes_loopback:
        return "a loopback address never comes in from outside"
    return None


def _reverse_path(machine: Machine, question: Question, sysctl: Sysctl, out: str | None) -> str | None:
    """Why the source is not believed: fib_validate_source() of net/ipv4/fib_frontend.c.

    The way back is asked for as for a packet that comes in where this one would go ``out``.
    """
    source, incoming = question.source, question.incoming
    assert source is not None
    counts_mark = bool(sysctl(f"net/ipv4/conf/{incoming}/src_valid_mark"))
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
    takes_own = bool(sysctl(f"net/ipv4/conf/{incoming}/accept_local"))
    if verdict in ("broadcast", "multicast") or (verdict == "local" and not takes_own):
        return f"{format_address(source)} is this machine's own, or no host's"
    strictness = max((sysctl(f"net/ipv4/conf/{name}/rp_filter") or 0) for name in ("all", incoming))
    if not strictness:
        return None
    comes_back = any(hop.dev == incoming for hop in walked.hops) or (verdict == "forward" and strictness == _LOOSE)
    if comes_back:
        return None
    how = "loose" if strictness == _LOOSE else "strict"
    return f"the reverse-path filter ({how}, rp_filter {strictness}) finds no way back by {incoming}"


def _forward_ipv6(machine: Machine, question: Question, sysctl: Sysctl) -> Outcome:
    destination, incoming = question.destination, question.incoming
    assert isinstance(destination, IPv6Address)
    through = incoming if needs_interface(destination) else None
    walked: Walked = walk(machine, host_prefix(destination), question, Selection(through, incoming))
    verdict = verdict_of(walked)
    if verdict in REFUSALS:
        return refused(
            verdict, walked, error="ENETUNREACH" if walked.route is None and verdict == "unreachable" else None
        )
    remark = None
    if verdict == "forward" and sysctl(f"net/ipv6/conf/{incoming}/forwarding") == 0:
        remark = f"but this machine does not forward: net.ipv6.conf.{incoming}.forwarding is 0"
    return Outcome(verdict, walked, ipv6_ways(machine, question, walked, sysctl), remark=remark)
