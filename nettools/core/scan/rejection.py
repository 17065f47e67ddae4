"""What an ICMP error about a datagram of ours says: of its port, of this machine, or nothing at all.

TCP knows no closed port by ICMP, because a closed one sends a reset. A UDP port is closed when the target itself
says port-unreachable (RFC 1122 §4.1.3.1, RFC 4443 §3.1); the same from anybody else is a filter that pretends.
"""

from typing import Final

from nettools.core.address import Address
from nettools.core.scan.reason import (
    IPPROTO_ICMP,
    IPPROTO_ICMPV6,
    UNREACHABLE_PORT,
    Verdict,
    icmp_verdict,
    own_rejection,
)

_PORT_UNREACHABLE: Final = {IPPROTO_ICMP: (3, 3), IPPROTO_ICMPV6: (1, 4)}  # RFC 792, RFC 4443 §3.1
_FRAGMENTATION_NEEDED: Final = (3, 4)  # RFC 1191 §4
_UNDELIVERED: Final = {
    IPPROTO_ICMP: frozenset({3, 11, 12}),  # RFC 792: unreachable, time exceeded, parameter problem
    IPPROTO_ICMPV6: frozenset({1, 3, 4}),  # RFC 4443 §3, the same
}


def is_undelivered(protocol: int, icmp_type: int, code: int) -> bool:
    """Whether the error says that the datagram will not arrive.

    A router that found it too large says only that the kernel has to cut the next one (RFC 1191, RFC 8201), a redirect
    (RFC 792, RFC 4861 §4.5) that there is a better way, and a source quench that there is much to do (RFC 6633).
    """
    return icmp_type in _UNDELIVERED[protocol] and (protocol, (icmp_type, code)) != (
        IPPROTO_ICMP,
        _FRAGMENTATION_NEEDED,
    )


def judge(
    protocol: int, icmp_type: int, code: int, *, sender: Address, target: Address, own: Address | None
) -> Verdict | str:
    """The verdict on the port, or the kind of local fault (a key of ``LOCAL_FAULTS``) when this machine refused.

    ``own`` is this machine's address towards the target. Where that is the target itself, it answers as any other.
    """
    if sender == target:
        is_port = (icmp_type, code) == _PORT_UNREACHABLE[protocol]
        return UNREACHABLE_PORT if is_port else icmp_verdict(protocol, icmp_type, code, sender)
    if sender == own:
        fault = own_rejection(protocol, icmp_type, code)
        return fault or icmp_verdict(protocol, icmp_type, code, sender, is_from_here=True)
    return icmp_verdict(protocol, icmp_type, code, sender)
