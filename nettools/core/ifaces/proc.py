"""What /proc/net and /sys/class/net say of interfaces, read without netlink: text to records and words.

Sources: proc(5); the kernel's net/core/net-procfs.c (dev), net/ipv6/addrconf.c (if_inet6), net/core/net-sysfs.c and
Documentation/ABI/testing/sysfs-class-net. Nothing here raises: a line that cannot be read is passed over and counted.

The kernel lets a name hold any byte but white space, ``/`` and ``:``. So lines are parted at the newline and columns
at the space, by hand: ``str.split`` knows many more blanks, each of which may stand in a name.
"""

import re
from ipaddress import IPv6Address
from typing import Final, NamedTuple

from nettools.core.ifaces.names import OPERSTATES, address_flags, link_type
from nettools.core.ifaces.report import InterfaceAddress, Received, Sent, Statistics

_COUNTERS: Final = re.compile(r"(?: *[0-9]{1,20}){16} *\Z", re.ASCII)
_INET6: Final = re.compile(
    r"([0-9a-f]{32}) ([0-9a-f]{2,8}) ([0-9a-f]{2}) ([0-9a-f]{2}) ([0-9a-f]{2}) +([^ ]+)\Z", re.ASCII
)
_DECIMAL: Final = re.compile(r"-?[0-9]{1,20}\Z", re.ASCII)
_HEXADECIMAL: Final = re.compile(r"0x[0-9a-fA-F]{1,16}\Z", re.ASCII)
_LINK_ADDRESS: Final = re.compile(r"[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2})*\Z", re.ASCII)
_HEADER_LINES: Final = 2

_INET6_SCOPES: Final = {0x10: "host", 0x20: "link", 0x40: "site"}
"""IPV6_ADDR_* of net/ipv6.h. The rest is ``global``, as rt_scope() of addrconf.c has it: 0x80, compat, too."""

_LOOPBACK: Final = 772  # linux/if_arp.h

KINDS: Final = frozenset({
    "amt", "bareudp", "batadv", "bond", "bridge", "dsa", "dummy", "geneve", "gtp", "hsr", "ifb", "ipvlan",
    "ipvtap", "lowpan", "macsec", "macvlan", "macvtap", "netkit", "nlmon", "openvswitch", "ppp", "team", "tun",
    "vcan", "veth", "virt_wifi", "vlan", "vrf", "vxcan", "vxlan", "wireguard", "wwan", "xfrm",
})  # fmt: skip
"""rtnl_link_ops.kind of drivers that use the same word for DEVTYPE or for the name of the driver."""

_DRIVER_KINDS: Final = {"bonding": "bond", "802.1Q VLAN Support": "vlan"}
"""ETHTOOL_GDRVINFO's driver, where it is another word than the kind: bond_main.c, vlan_dev.c."""


class DeviceCounters(NamedTuple):
    """The counters of /proc/net/dev by interface, in the file's order."""

    by_name: dict[str, Statistics]
    unreadable: int


class Inet6Line(NamedTuple):
    """An IPv6 address and the interface that has it."""

    ifindex: int
    ifname: str
    address: InterfaceAddress


class Inet6Lines(NamedTuple):
    """The addresses of /proc/net/if_inet6, in the file's order, which is that of a hash table."""

    entries: tuple[Inet6Line, ...]
    unreadable: int


def parse_dev(text: str) -> DeviceCounters:
    """/proc/net/dev, proc(5). Its ``drop`` of what came in counts ``rx_missed_errors`` too (net-procfs.c)."""
    found: dict[str, Statistics] = {}
    unreadable = 0
    for place, line in enumerate(text.split("\n")):
        if not line or (place < _HEADER_LINES and "|" in line):
            continue
        padded, colon, counters = line.partition(":")
        name = padded.lstrip(" ")
        if not colon or not name or " " in name or not _COUNTERS.match(counters):
            unreadable += 1
            continue
        numbers = [int(word) for word in counters.split(" ") if word]
        if len(numbers) != 16:
            unreadable += 1
            continue
        found[name] = Statistics(
            rx=Received(
                bytes=numbers[0], packets=numbers[1], errors=numbers[2], dropped=numbers[3], multicast=numbers[7]
            ),
            tx=Sent(bytes=numbers[8], packets=numbers[9], errors=numbers[10], dropped=numbers[11]),
        )
    return DeviceCounters(by_name=found, unreadable=unreadable)


def parse_if_inet6(text: str) -> Inet6Lines:
    """/proc/net/if_inet6: address, index, prefix length, scope and flags in hexadecimal, name.

    The kernel cuts the flags to eight bits and leaves out lifetimes and the other end (if6_seq_show()). So
    ``dynamic`` says that a lifetime is limited; how long it is, nothing here says.
    """
    entries: list[Inet6Line] = []
    unreadable = 0
    for line in text.split("\n"):
        if not line:
            continue
        match = _INET6.match(line)
        prefixlen = int(match[3], 16) if match else 0
        if not match or prefixlen > 128:
            unreadable += 1
            continue
        address = InterfaceAddress(
            family="inet6",
            local=IPv6Address(int(match[1], 16)),
            prefixlen=prefixlen,
            peer=None,
            broadcast=None,
            scope=_INET6_SCOPES.get(int(match[4], 16) & 0xF0, "global"),
            label=None,
            flags=address_flags(int(match[5], 16), "inet6"),
            valid_life_time=None,
            preferred_life_time=None,
        )
        entries.append(Inet6Line(ifindex=int(match[2], 16), ifname=match[6], address=address))
    return Inet6Lines(entries=tuple(entries), unreadable=unreadable)


def read_number(text: str | None) -> int | None:
    """A file of /sys that holds one number, decimal or ``0x``; None for anything else."""
    if text is None:
        return None
    if _DECIMAL.match(text):
        return int(text)
    return int(text, 16) if _HEXADECIMAL.match(text) else None


def read_operstate(text: str | None) -> str | None:
    """/sys/class/net/*/operstate, in the words that netlink's number has here; None for an unknown word."""
    word = None if text is None else text.upper()
    return word if word in OPERSTATES else None


def read_link_address(text: str | None) -> bytes | None:
    """/sys/class/net/*/address; None where the link has none, which is an empty line."""
    return bytes.fromhex(text.replace(":", "")) if text and _LINK_ADDRESS.match(text) else None


def read_speed(text: str | None) -> int | None:
    """/sys/class/net/*/speed in Mbit/s; the kernel writes -1, or 2^32-1 in older releases, for unknown."""
    speed = read_number(text)
    return speed if speed is not None and 0 < speed < 0xFFFFFFFF else None


def read_duplex(text: str | None) -> str | None:
    """/sys/class/net/*/duplex: half or full; None for ``unknown``."""
    return text if text in ("half", "full") else None


def read_devtype(uevent: str | None) -> str | None:
    """DEVTYPE of /sys/class/net/*/uevent: what drivers of virtual links and of Wi-Fi call their devices."""
    for line in (uevent or "").split("\n"):
        key, _, value = line.partition("=")
        if key == "DEVTYPE" and value:
            return value
    return None


def link_kind(devtype: str | None, driver: str | None) -> str | None:
    """What kind of virtual link it is, by DEVTYPE or by the driver that ETHTOOL_GDRVINFO names; None for hardware.

    Neither is bound to be the kind, so that only words that are known to be one count.
    """
    if devtype in KINDS:
        return devtype
    named = _DRIVER_KINDS.get(driver or "", driver)
    return named if named in KINDS else None


def hardware_kind(type_number: int | None, *, is_hardware: bool | None, driver: str | None) -> str | None:
    """The link type, where the link is known to be hardware or the loopback; None where it may be virtual."""
    if type_number == _LOOPBACK:
        return link_type(type_number)
    if type_number is None or is_hardware is False or (is_hardware is None and driver is None):
        return None
    return link_type(type_number)
