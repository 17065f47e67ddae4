"""IP protocol numbers and names: the IANA registry "Assigned Internet Protocol Numbers", what policy rules name."""

from typing import Final

_NAMES: Final[dict[int, str]] = {
    1: "icmp",
    2: "igmp",
    4: "ipencap",
    6: "tcp",
    8: "egp",
    17: "udp",
    33: "dccp",
    41: "ipv6",
    46: "rsvp",
    47: "gre",
    50: "esp",
    51: "ah",
    58: "ipv6-icmp",
    89: "ospf",
    94: "ipip",
    103: "pim",
    108: "ipcomp",
    112: "vrrp",
    115: "l2tp",
    132: "sctp",
    136: "udplite",
    137: "mpls-in-ip",
    143: "ethernet",
}


def protocol_name(number: int) -> str:
    """The name as protocols(5) has it, or the number."""
    return _NAMES.get(number) or str(number)


def protocol_number(name: str) -> int | None:
    """The number of a name, or of a number in text; None when there is no such protocol."""
    if name.isascii() and name.isdigit():
        return int(name) if len(name) <= 3 and int(name) < 256 else None
    return next((number for number, one in _NAMES.items() if one == name.lower()), None)
