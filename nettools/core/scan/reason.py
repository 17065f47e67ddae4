"""What an answer to a probe says of the port: its state, with the reason and who gave it.

ICMP errors always mean filtered: the packet met something that is not the port. That is where a plain
connect scan goes wrong, because the socket reports port-unreachable and a reset by the same errno.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from nettools.core.address import Address

PortState = Literal["open", "closed", "filtered", "unfiltered", "open|filtered"]

IPPROTO_ICMP: Final = 1
IPPROTO_ICMPV6: Final = 58

_ICMP_UNREACHABLE: Final = 3  # RFC 792
_ICMPV6_UNREACHABLE: Final = 1  # RFC 4443 §3.1

# Destination-unreachable codes: RFC 792, RFC 1122 §3.2.2.1, RFC 1812 §5.2.7.1.
_ICMP_REASONS: Final[dict[int, str]] = {
    0: "net-unreach",
    1: "host-unreach",
    2: "proto-unreach",
    3: "port-unreach",
    4: "frag-needed",
    5: "source-route-failed",
    6: "net-unknown",
    7: "host-unknown",
    8: "host-isolated",
    9: "net-prohibited",
    10: "host-prohibited",
    11: "net-tos-unreach",
    12: "host-tos-unreach",
    13: "admin-prohibited",
    14: "precedence-violation",
    15: "precedence-cutoff",
}
# RFC 4443 §3.1.
_ICMPV6_REASONS: Final[dict[int, str]] = {
    0: "no-route",
    1: "admin-prohibited",
    2: "beyond-scope",
    3: "addr-unreach",
    4: "port-unreach",
    5: "policy-fail",
    6: "reject-route",
}


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """A state with its reason. Equal verdicts are the same object, so that one can be a cheap key."""

    state: PortState
    reason: str
    reason_ip: Address | None
    """Who sent the ICMP error; None for answers of the target itself and for silence."""
    is_from_here: bool
    """The error came from this machine: the neighbour did not answer ARP or ND."""


def verdict(state: PortState, reason: str, reason_ip: Address | None = None, *, is_from_here: bool = False) -> Verdict:
    """The one Verdict with these values, however they are given."""
    return _verdict(state, reason, reason_ip, is_from_here)


_verdict: Final = cache(Verdict)


OPEN: Final = verdict("open", "syn-ack")
CLOSED: Final = verdict("closed", "conn-refused")
MET_ITSELF: Final = verdict("closed", "self-connect")
RESET: Final = verdict("closed", "reset")
"""A reset that was seen as a packet, which tells its TTL."""
SILENT: Final = verdict("filtered", "no-response")
ANSWERED: Final = verdict("open", "udp-response")
UNANSWERED: Final = verdict("open|filtered", "no-response")
"""A UDP port that said nothing: it has no duty to (RFC 768)."""
UNREACHABLE_PORT: Final = verdict("closed", "port-unreach")
"""ICMP port-unreachable about a UDP probe, sent by the target itself: nobody listens (RFC 1122 §4.1.3.1)."""
UNFILTERED: Final = verdict("unfiltered", "reset")
"""An ACK probe came through and was reset, which open and closed ports do alike (RFC 9293 §3.10.7)."""


NO_NEIGHBOUR: Final = {4: "host-unreach", 6: "addr-unreach"}
"""IP version -> what the kernel says when ARP or neighbour discovery fails."""


def own_rejection(protocol: int, icmp_type: int, code: int) -> str | None:
    """The kind of local fault that an ICMP error of this very machine shows; None when its neighbour is to blame.

    Host-unreachable (ICMPv6: address-unreachable) is what the kernel says when ARP or ND fails.
    """
    unreachable, neighbour = (
        (_ICMP_UNREACHABLE, "host-unreach") if protocol == IPPROTO_ICMP else (_ICMPV6_UNREACHABLE, "addr-unreach")
    )
    reasons = _ICMP_REASONS if protocol == IPPROTO_ICMP else _ICMPV6_REASONS
    reason = reasons.get(code) if icmp_type == unreachable else None
    if reason == neighbour:
        return None
    return "no-route" if reason in ("net-unreach", "no-route") else "firewalled-here"


def icmp_verdict(protocol: int, icmp_type: int, code: int, sender: Address, *, is_from_here: bool = False) -> Verdict:
    """The verdict of an ICMP (``IPPROTO_ICMP``) or ICMPv6 error about a TCP probe."""
    return verdict("filtered", icmp_reason(protocol, icmp_type, code), sender, is_from_here=is_from_here)


def icmp_reason(protocol: int, icmp_type: int, code: int) -> str:
    """The name of an ICMP or ICMPv6 error.

    >>> icmp_reason(IPPROTO_ICMP, 3, 13), icmp_reason(IPPROTO_ICMPV6, 3, 0)
    ('admin-prohibited', 'icmp6-type-3-code-0')
    """
    is_v4 = protocol == IPPROTO_ICMP
    unreachable, reasons = (_ICMP_UNREACHABLE, _ICMP_REASONS) if is_v4 else (_ICMPV6_UNREACHABLE, _ICMPV6_REASONS)
    fallback = f"{'icmp' if is_v4 else 'icmp6'}-type-{icmp_type}-code-{code}"
    return reasons.get(code, fallback) if icmp_type == unreachable else fallback
