"""The words for what the kernel says of links and addresses in numbers. They are those of ip(8)."""

from typing import Final

_LINK_FLAGS: Final = (
    (0x8, "LOOPBACK"),
    (0x2, "BROADCAST"),
    (0x10, "POINTOPOINT"),
    (0x1000, "MULTICAST"),
    (0x80, "NOARP"),
    (0x200, "ALLMULTI"),
    (0x100, "PROMISC"),
    (0x400, "MASTER"),
    (0x800, "SLAVE"),
    (0x4, "DEBUG"),
    (0x8000, "DYNAMIC"),
    (0x4000, "AUTOMEDIA"),
    (0x2000, "PORTSEL"),
    (0x20, "NOTRAILERS"),
    (0x1, "UP"),
    (0x10000, "LOWER_UP"),
    (0x20000, "DORMANT"),
    (0x40000, "ECHO"),
)
"""enum net_device_flags of linux/if.h, in the order in which ip(8) prints them."""

IFF_UP: Final = 0x1
_IFF_RUNNING: Final = 0x40

OPERSTATES: Final = ("UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT", "UP")
"""IF_OPER_* of linux/if.h: RFC 2863 §3.1.14."""

LINK_TYPES: Final[dict[int, str]] = {
    0: "netrom",
    1: "ether",
    2: "eether",
    3: "ax25",
    4: "pronet",
    5: "chaos",
    6: "ieee802",
    7: "arcnet",
    8: "atalk",
    15: "dlci",
    19: "atm",
    23: "metricom",
    24: "ieee1394",
    32: "infiniband",
    256: "slip",
    257: "cslip",
    258: "slip6",
    259: "cslip6",
    270: "rose",
    271: "x25",
    280: "can",
    290: "mctp",
    512: "ppp",
    513: "hdlc",
    516: "lapb",
    517: "ddcmp",
    518: "rawhdlc",
    519: "rawip",
    768: "ipip",
    769: "tunnel6",
    770: "frad",
    771: "skip",
    772: "loopback",
    773: "ltalk",
    774: "fddi",
    775: "bif",
    776: "sit",
    777: "ipddp",
    778: "gre",
    779: "pimreg",
    780: "hippi",
    801: "ieee802.11",
    802: "ieee802.11/prism",
    803: "ieee802.11/radiotap",
    804: "ieee802.15.4",
    805: "ieee802.15.4/monitor",
    820: "phonet",
    821: "phonet_pipe",
    822: "caif",
    823: "gre6",
    824: "netlink",
    825: "6lowpan",
    826: "vsockmon",
    65534: "none",
    65535: "void",
}
"""ARPHRD_* of linux/if_arp.h."""

IPV4_LINK_TYPES: Final = frozenset({768, 776, 778})
"""Tunnels whose link address is an IPv4 address."""
IPV6_LINK_TYPES: Final = frozenset({769, 823})

SCOPES: Final[dict[int, str]] = {0: "global", 200: "site", 253: "link", 254: "host", 255: "nowhere"}
"""RT_SCOPE_* of linux/rtnetlink.h; ip(8) says global for universe."""

_PERMANENT: Final = 0x80
_ADDRESS_FLAGS: Final = (
    (0x02, "nodad"),
    (0x04, "optimistic"),
    (0x08, "dadfailed"),
    (0x10, "home"),
    (0x20, "deprecated"),
    (0x40, "tentative"),
    (0x100, "mngtmpaddr"),
    (0x200, "noprefixroute"),
    (0x400, "autojoin"),
    (0x800, "stable-privacy"),
)
"""IFA_F_* of linux/if_addr.h."""


def link_flags(flags: int) -> tuple[str, ...]:
    """The words for IFF_*; first the carrier that is missing, last what has no name, in hexadecimal."""
    words = ["NO-CARRIER"] if flags & IFF_UP and not flags & _IFF_RUNNING else []
    rest = flags & ~_IFF_RUNNING
    for bit, word in _LINK_FLAGS:
        if rest & bit:
            words.append(word)
            rest &= ~bit
    return (*words, f"{rest:#x}") if rest else tuple(words)


def address_flags(flags: int, family: str) -> tuple[str, ...]:
    """The words for IFA_F_*: ``dynamic`` is what is not permanent, bit 0 means another thing in IPv6."""
    words = [("temporary" if family == "inet6" else "secondary")] if flags & 1 else []
    rest = flags & ~(1 | _PERMANENT)
    for bit, word in _ADDRESS_FLAGS:
        if rest & bit:
            words.append(word)
            rest &= ~bit
    if not flags & _PERMANENT:
        words.append("dynamic")
    return (*words, f"{rest:#x}") if rest else tuple(words)


def operstate(number: int) -> str:
    """RFC 2863's word, or the number where there is none."""
    return OPERSTATES[number] if number < len(OPERSTATES) else str(number)


def link_type(number: int) -> str:
    """What ip(8) calls ``link_type``."""
    return LINK_TYPES.get(number) or f"[{number}]"
