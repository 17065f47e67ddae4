"""Which senders of datagrams get an answer: a forged one must not set two servers, or a whole network, against another.

Addresses are packed: 4 octets or 16.
"""

from typing import Final, Literal

DropReason = Literal["privileged-port", "bad-source", "to-many", "not-allowed", "rate", "unsent"]
"""Why a datagram was not answered."""

DROP_TEXTS: Final[dict[DropReason, str]] = {
    "privileged-port": "it comes from a privileged port, where servers are",
    "bad-source": "nobody can be answered there",
    "to-many": "it came to a broadcast or multicast address",
    "not-allowed": "the rules do not allow it",
    "rate": "answers to there, or to all, have reached their limit",
    "unsent": "the system did not take the answer",
}

FIRST_UNPRIVILEGED_PORT: Final = 1024
"""Below are servers (IANA's system ports, RFC 6335 §6): an answer to echo, chargen or DNS would be answered in turn."""

_MAPPED: Final = bytes(10) + b"\xff\xff"  # ::ffff:0:0/96, RFC 4291 §2.5.5.2
_BROADCAST: Final = b"\xff" * 4


def without_mapping(packed: bytes) -> bytes:
    """The IPv4 address of an IPv4-mapped one, any other as it is."""
    return packed[12:] if packed[:12] == _MAPPED else packed


def refusal_of(packed: bytes, port: int, *, is_to_many: bool) -> DropReason | None:
    """Why this sender gets no answer; None when it may get one.

    ``is_to_many``: the datagram came to a broadcast or multicast address, so that many would answer (RFC 1122 §3.2.2).
    """
    if is_to_many:
        return "to-many"
    if port < FIRST_UNPRIVILEGED_PORT:
        return "privileged-port"
    return None if _is_one_host(without_mapping(packed)) else "bad-source"


def _is_one_host(packed: bytes) -> bool:
    """Neither unspecified nor broadcast nor multicast (RFC 1122 §3.2.1.3, RFC 4291 §2.7)."""
    if len(packed) == 4:
        return packed[0] != 0 and not 224 <= packed[0] < 240 and packed != _BROADCAST
    return packed[0] != 0xFF and any(packed)


def network_of(packed: bytes) -> bytes:
    """The network whose answers are counted together: /24, or /64, of which one host has them all (RFC 6177).

    >>> network_of(bytes([192, 0, 2, 9])).hex()
    'c00002'
    """
    packed = without_mapping(packed)
    return packed[:3] if len(packed) == 4 else packed[:8]
