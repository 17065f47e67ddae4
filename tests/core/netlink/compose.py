"""Netlink messages composed by hand from the kernel's headers, and not by the code that reads them."""

import json
import struct
from collections.abc import Mapping
from ipaddress import ip_address

from hypothesis import strategies as st

from nettools.core.netlink.names import NameFile, Names, no_files
from nettools.core.record import to_json

INTERFACES = {1: "lo", 2: "eth0", 3: "eth1", 7: "br0"}

AF_INET, AF_INET6, AF_BRIDGE, AF_MPLS = 2, 10, 7, 28


def u8(*values: int) -> bytes:
    return bytes(values)


def u16(*values: int) -> bytes:
    return struct.pack(f"={len(values)}H", *values)


def u32(*values: int) -> bytes:
    return struct.pack(f"={len(values)}I", *values)


def u64(*values: int) -> bytes:
    return struct.pack(f"={len(values)}Q", *values)


def s32(*values: int) -> bytes:
    return struct.pack(f"={len(values)}i", *values)


def be16(*values: int) -> bytes:
    return struct.pack(f">{len(values)}H", *values)


def be32(*values: int) -> bytes:
    return struct.pack(f">{len(values)}I", *values)


def be64(*values: int) -> bytes:
    return struct.pack(f">{len(values)}Q", *values)


def ip(text: str) -> bytes:
    return ip_address(text).packed


def words(text: str) -> bytes:
    return text.encode() + b"\0"


def attribute(kind: int, value: bytes) -> bytes:
    """struct rtattr of linux/rtnetlink.h: length with itself, type; the next one begins at a multiple of four."""
    return struct.pack("=HH", 4 + len(value), kind) + value + b"\0" * (-len(value) % 4)


def nest(*pairs: tuple[int, bytes]) -> bytes:
    return b"".join(attribute(kind, value) for kind, value in pairs)


def header(kind: int, flags: int, sequence: int, body: bytes) -> bytes:
    """struct nlmsghdr of linux/netlink.h and what follows, padded to a multiple of four."""
    return struct.pack("=IHHII", 16 + len(body), kind, flags, sequence, 4711) + body + b"\0" * (-len(body) % 4)


def link(*pairs: tuple[int, bytes], index: int = 2, kind: int = 1, flags: int = 0x1043) -> bytes:
    """struct ifinfomsg of linux/rtnetlink.h: family, padding, ARPHRD_*, index, IFF_*, change mask."""
    return struct.pack("=BBHiII", 0, 0, kind, index, flags, 0) + nest(*pairs)


def address(
    *pairs: tuple[int, bytes],
    family: int = AF_INET,
    length: int = 24,
    flags: int = 0x80,
    scope: int = 0,
    index: int = 2,
) -> bytes:
    """struct ifaddrmsg of linux/if_addr.h."""
    return struct.pack("=BBBBI", family, length, flags, scope, index) + nest(*pairs)


def route(
    *pairs: tuple[int, bytes],
    family: int = AF_INET,
    to_length: int = 0,
    from_length: int = 0,
    tos: int = 0,
    table: int = 254,
    protocol: int = 3,
    scope: int = 0,
    kind: int = 1,
    flags: int = 0,
) -> bytes:
    """struct rtmsg of linux/rtnetlink.h."""
    head = struct.pack("=BBBBBBBBI", family, to_length, from_length, tos, table, protocol, scope, kind, flags)
    return head + nest(*pairs)


def next_hop(*pairs: tuple[int, bytes], flags: int = 0, less_one: int = 0, index: int = 2) -> bytes:
    """struct rtnexthop of linux/rtnetlink.h: length with its attributes, flags, weight less one, interface."""
    inside = nest(*pairs)
    return struct.pack("=HBBi", 8 + len(inside), flags, less_one, index) + inside


def rule(
    *pairs: tuple[int, bytes],
    family: int = AF_INET,
    to_length: int = 0,
    from_length: int = 0,
    tos: int = 0,
    table: int = 254,
    action: int = 1,
    flags: int = 0,
) -> bytes:
    """struct fib_rule_hdr of linux/fib_rules.h."""
    return struct.pack("=BBBBBBBBI", family, to_length, from_length, tos, table, 0, 0, action, flags) + nest(*pairs)


def names(files: NameFile = no_files, interfaces: Mapping[int, str] = INTERFACES) -> Names:
    return Names(interfaces.get, files)


def can_be_written(record: object) -> None:
    """The record stands in a JSON document, whatever was in the bytes that it was read from."""
    written = to_json(record)
    assert json.loads(json.dumps(written)) == written


@st.composite
def changed(draw: st.DrawFn, originals: list[bytes]) -> bytes:
    """One of the messages with bytes changed, cut out, put in, or cut off at the end."""
    value = bytearray(draw(st.sampled_from(originals)))
    for _ in range(draw(st.integers(0, 6))):
        place = draw(st.integers(0, max(len(value) - 1, 0)))
        length = draw(st.sampled_from([0, 1, 1, 1, 1, 2, 4, 8]))
        value[place : place + length] = draw(st.binary(max_size=8 if length == 0 else length))
    return bytes(value[: draw(st.one_of(st.just(len(value)), st.integers(0, len(value))))])
