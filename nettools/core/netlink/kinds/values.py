"""The values that stand in the details of a link, in the forms in which ip-link(8) prints them.

A reader takes the bytes of one attribute and never fails: what is not of the width that it expects is kept in
hexadecimal digits. None leaves the key out. In a table under the key ``SPREAD``, a reader names its keys itself.
"""

from collections.abc import Callable
from ipaddress import IPv6Address
from typing import Final

from nettools.core.address import format_address
from nettools.core.netlink import wire
from nettools.core.netlink.kinds.ethertypes import ETHERTYPES
from nettools.core.record import Json

Reader = Callable[[bytes], Json]
Table = dict[int, "tuple[str, Reader | Table]"]
"""Attribute number -> key and reader; in place of a reader the table of the attributes nested in it."""
Finish = Callable[[dict[str, Json], dict[int, bytes]], None]
"""The rule of a kind for what no attribute tells alone: changes what was read, given all attributes as bytes."""
Kind = tuple[Table, Finish | None]

SPREAD: Final = ""
_WIDEST: Final = 8  # a u64 is the widest integer that the kernel sends


def number(value: bytes) -> Json:
    """An unsigned integer in the byte order of this machine."""
    return wire.number(value) if len(value) <= _WIDEST else value.hex()


def signed(value: bytes) -> Json:
    """A signed integer in the byte order of this machine."""
    return wire.signed(value) if len(value) <= _WIDEST else value.hex()


def network_number(value: bytes) -> Json:
    """An unsigned integer in network order."""
    return int.from_bytes(value, "big") if len(value) <= _WIDEST else value.hex()


def device(value: bytes) -> Json:
    """An ifindex. Whoever walks the table puts the name of the interface in its place, nothing for 0."""
    return number(value)


def boolean(value: bytes) -> bool:
    """Whether the integer is not 0."""
    return any(value)


def present(_value: bytes) -> bool:
    """An attribute that says all it has to say by being there."""
    return True


def nothing(_value: bytes) -> None:
    """Padding."""


def elsewhere(_value: bytes) -> Json:
    """For an attribute under ``SPREAD`` that the kind's own rule reads together with others."""
    return {}


def when_set(value: bytes) -> Json:
    """True, or no key."""
    return any(value) or None


def nonzero(value: bytes) -> Json:
    """The integer, or no key for 0."""
    return number(value) or None


def hexadecimal(value: bytes) -> Json:
    """0x and digits, and 0 bare, as the C format ``%#x`` has it."""
    return _prefixed(wire.number(value))


def nonzero_hexadecimal(value: bytes) -> Json:
    """0x and digits, or no key for 0."""
    return _prefixed(wire.number(value)) if any(value) else None


def network_hexadecimal(value: bytes) -> Json:
    """0x and digits of an integer in network order, or no key for 0."""
    return _prefixed(int.from_bytes(value, "big")) if any(value) else None


def digits(value: bytes) -> str:
    """The bytes as hexadecimal digits."""
    return value.hex()


def text(value: bytes) -> str:
    """A string up to its NUL."""
    return wire.text(value)


def ipv4(value: bytes) -> str:
    """An IPv4 address."""
    return ".".join(map(str, value)) if len(value) == 4 else value.hex()


def ipv6(value: bytes) -> str:
    """An IPv6 address."""
    return format_address(IPv6Address(value)) if len(value) == 16 else value.hex()


def address(value: bytes) -> str:
    """An address of the version that its length tells."""
    return ipv4(value) if len(value) == 4 else ipv6(value)


def some_address(value: bytes) -> Json:
    """An address, or no key for the unspecified one."""
    return address(value) if any(value) else None


def endpoint(value: bytes) -> str:
    """One end of a tunnel, ``any`` for the unspecified address."""
    return address(value) if any(value) or len(value) not in (4, 16) else "any"


def link_address(value: bytes) -> str:
    """An address of the link layer; not all are of six bytes (InfiniBand's are of 20)."""
    return value.hex(":")


def seconds(value: bytes) -> Json:
    """A timer, which the kernel tells in hundredths of a second (clock_t, USER_HZ)."""
    return wire.number(value) / 100 if len(value) <= _WIDEST else value.hex()


def ethertype(value: bytes) -> Json:
    """A protocol above Ethernet, in network order; one without a name as its decimal number in brackets."""
    if len(value) != 2:
        return value.hex()
    kind = int.from_bytes(value, "big")
    return ETHERTYPES.get(kind, f"[{kind}]")


def port_range(value: bytes) -> Json:
    """Two ports in network order (struct ifla_vxlan_port_range, ifla_geneve_port_range)."""
    if len(value) != 4:
        return value.hex()
    return {"low": int.from_bytes(value[:2], "big"), "high": int.from_bytes(value[2:], "big")}


def named(*names: str) -> Reader:
    """A reader for an enum that counts from 0. What has no name stays a number: ip prints "unknown" and loses it."""
    return chosen(dict(enumerate(names)))


def chosen(names: dict[int, str]) -> Reader:
    """A reader for an enum with gaps."""

    def read(value: bytes) -> Json:
        name = names.get(wire.number(value))
        return number(value) if name is None else name

    return read


def many(reader: Reader) -> Reader:
    """A reader for attributes nested in one: a list, whatever their numbers."""
    return lambda value: [reader(item) for _, item in wire.attribute_list(value)]


def some(reader: Reader) -> Reader:
    """The same, without a key where there are none."""
    return lambda value: [reader(item) for _, item in wire.attribute_list(value)] or None


def numbers(width: int) -> Reader:
    """A reader for an array of integers; what is left over at the end is not one of them."""

    def read(value: bytes) -> Json:
        whole = len(value) - len(value) % width
        return [wire.number(value[start : start + width]) for start in range(0, whole, width)]

    return read


def words(value: bytes, count: int) -> list[int] | None:
    """The u32 of a struct of that many; None where it is cut short."""
    if len(value) < 4 * count:
        return None
    return [wire.number(value[start : start + 4]) for start in range(0, 4 * count, 4)]


def bit_names(bits: int, names: dict[int, str]) -> list[Json]:
    """The names of the bits that are set, in the order of the names, and what is left of them in hexadecimal digits."""
    rest = bits & ~sum(names)
    return [*(name for bit, name in names.items() if bits & bit), *([f"{rest:x}"] if rest else [])]


def masked_flags(names: dict[int, str]) -> Reader:
    """A reader for a struct of flags and the mask of those that are meant (struct ifla_vlan_flags)."""

    def read(value: bytes) -> Json:
        pair = words(value, 2)
        return value.hex() if pair is None else bit_names(pair[0], names)

    return read


def _prefixed(integer: int) -> str:
    return f"{integer:#x}" if integer else "0"
