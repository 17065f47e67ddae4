"""Names for the numbers in routes and rules: the kernel's own, and those that this machine adds.

iproute2 reads them from rt_tables, rt_protos, rt_scopes and group under /etc/iproute2 and /usr/share/iproute2;
a line is a number (decimal or ``0x``) and a name; what stands behind them is passed over, as ip(8) does.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Final

from nettools.core.ifaces.names import SCOPES

TABLES: Final[dict[int, str]] = {0: "unspec", 253: "default", 254: "main", 255: "local"}
"""RT_TABLE_* of linux/rtnetlink.h."""

PROTOCOLS: Final[dict[int, str]] = {
    0: "unspec",
    1: "redirect",
    2: "kernel",
    3: "boot",
    4: "static",
    8: "gated",
    9: "ra",
    10: "mrt",
    11: "zebra",
    12: "bird",
    13: "dnrouted",
    14: "xorp",
    15: "ntk",
    16: "dhcp",
    18: "keepalived",
    42: "babel",
    84: "ovn",
    99: "openr",
    186: "bgp",
    187: "isis",
    188: "ospf",
    189: "rip",
    192: "eigrp",
}
"""RTPROT_* of linux/rtnetlink.h."""

_RTPROT_KERNEL: Final = 2

GROUPS: Final[dict[int, str]] = {0: "default"}

_MOST_DIGITS: Final = 10  # of a u32

NameFile = Callable[[str], Mapping[int, str]]
"""``rt_tables``, ``rt_protos``, ``rt_scopes`` or ``group`` -> what this machine says there."""


def parse_names(text: str) -> dict[int, str]:
    """The numbers and names of one such file; lines that are neither are passed over."""
    found: dict[int, str] = {}
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if len(words) >= 2:
            number = _number(words[0])
            if number is not None:
                found[number] = words[1]
    return found


def _number(text: str) -> int | None:
    """ASCII digits alone, no longer than a u32 can be: ``int`` reads those of other scripts, and underscores."""
    digits, base = (text[2:], 16) if text[:2].lower() == "0x" else (text, 10)
    if len(digits) > _MOST_DIGITS or not (digits.isascii() and digits.isalnum()):
        return None
    try:
        return int(digits, base)
    except ValueError:
        return None


def no_files(_name: str) -> Mapping[int, str]:
    """A machine that adds no names."""
    return {}


class Names:
    """Turns numbers into names; a number without a name is its own, in decimal.

    The kernel's own tables and scopes keep the kernel's names, whatever a file calls them: routing depends on them. A
    name that a file gives to two numbers is that of the lower one.
    """

    def __init__(self, find_interface: Callable[[int], str | None], read: NameFile = no_files) -> None:
        self._find_interface = find_interface
        self._interfaces: dict[int, str] = {}
        self._read = read

    def interface(self, index: int) -> str:
        """The name of an interface; ``if7`` for one that has gone, as ip(8) writes it."""
        name = self._interfaces.get(index)
        if name is None:
            name = self._interfaces[index] = self._find_interface(index) or f"if{index}"
        return name

    def forget_interfaces(self) -> None:
        """Ask anew: a number may belong to another interface now."""
        self._interfaces.clear()

    def table(self, number: int) -> str:
        """The name of a routing table."""
        return self._tables.get(number) or str(number)

    def table_number(self, name: str) -> int | None:
        """The table of that name or number; None when there is none of that name."""
        if name.isascii() and name.isdigit():
            return int(name) if len(name) <= _MOST_DIGITS else None
        return next((number for number, one in self._tables.items() if one == name), None)

    def table_names(self) -> list[str]:
        """The routing tables that have a name."""
        return list(self._tables.values())

    def protocol(self, number: int) -> str:
        """The name of who makes routes."""
        return self._protocols.get(number) or str(number)

    def scope(self, number: int) -> str:
        """The name of a scope."""
        return self._scopes.get(number) or str(number)

    def group(self, number: int) -> str:
        """The name of a group of interfaces."""
        return self._groups.get(number) or str(number)

    @cached_property
    def _tables(self) -> dict[int, str]:
        return _one_each({**self._read("rt_tables"), **TABLES})

    @cached_property
    def _protocols(self) -> dict[int, str]:
        return {**PROTOCOLS, **self._read("rt_protos"), _RTPROT_KERNEL: PROTOCOLS[_RTPROT_KERNEL]}

    @cached_property
    def _scopes(self) -> dict[int, str]:
        return _one_each({**self._read("rt_scopes"), **SCOPES})

    @cached_property
    def _groups(self) -> dict[int, str]:
        return _one_each({**GROUPS, **self._read("group")})


def _one_each(names: Mapping[int, str]) -> dict[int, str]:
    """Each name once; the kernel's numbers are below those that a file would give twice."""
    found: dict[str, int] = {}
    for number in sorted(names, key=lambda one: (one not in TABLES, one)):
        found.setdefault(names[number], number)
    return {number: name for name, number in found.items()}
