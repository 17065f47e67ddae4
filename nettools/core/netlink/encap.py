"""Lightweight tunnels: the encapsulation that a route adds. linux/lwtunnel.h and the headers named at each kind."""

from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, IPv6Address
from struct import Struct
from typing import Final

from nettools.core.address import format_address
from nettools.core.netlink.address import read_address
from nettools.core.netlink.names import Names
from nettools.core.netlink.wire import attributes, number, text
from nettools.core.record import Json

Decoder = Callable[[bytes, Names], Json]

_KINDS: Final = {
    1: "mpls",
    2: "ip",
    3: "ila",
    4: "ip6",
    5: "seg6",
    6: "bpf",
    7: "seg6local",
    8: "rpl",
    9: "ioam6",
    10: "xfrm",
}
"""enum lwtunnel_encap_types."""

_SEG6_MODES: Final = ("inline", "encap", "l2encap", "encap.red", "l2encap.red")  # linux/seg6_iptunnel.h
_SEG6_HEADER: Final = Struct("=iBBBBBBH")  # mode, then struct ipv6_sr_hdr of linux/seg6.h, RFC 8754 §2
_SEG6LOCAL_ACTIONS: Final = (
    "unspec",
    "End",
    "End.X",
    "End.T",
    "End.DX2",
    "End.DX6",
    "End.DX4",
    "End.DT6",
    "End.DT4",
    "End.B6",
    "End.B6.Encaps",
    "End.BM",
    "End.S",
    "End.AS",
    "End.AM",
    "End.BPF",
    "End.DT46",
)
"""SEG6_LOCAL_ACTION_* of linux/seg6_local.h; RFC 8986 §4."""


def _count(value: bytes, _names: Names) -> Json:
    return number(value)


def _big_endian(value: bytes, _names: Names) -> Json:
    return int.from_bytes(value)


def _address(value: bytes, _names: Names) -> Json:
    found = read_address(value)
    return value.hex() if found is None else format_address(found)


def _interface(value: bytes, names: Names) -> Json:
    return names.interface(number(value))


def _table(value: bytes, names: Names) -> Json:
    return names.table(number(value))


def _text(value: bytes, _names: Names) -> Json:
    return text(value)


def _action(value: bytes, _names: Names) -> Json:
    kind = number(value)
    return _SEG6LOCAL_ACTIONS[kind] if kind < len(_SEG6LOCAL_ACTIONS) else str(kind)


def _labels(value: bytes, _names: Names) -> Json:
    """An MPLS label stack: 20 bits of label in each four bytes, RFC 3032 §2.1."""
    return [int.from_bytes(value[place : place + 4]) >> 12 for place in range(0, len(value), 4)]


def _segments(value: bytes, _names: Names) -> list[Json]:
    """The segments of a routing header in the order of travel, which is the reverse of the header's."""
    first = 8
    found = [value[place : place + 16] for place in range(first, len(value), 16)]
    return [str(IPv6Address(one)) if len(one) == 16 else one.hex() for one in reversed(found)]


def _seg6(value: bytes, names: Names) -> Json:
    if len(value) < _SEG6_HEADER.size:
        return value.hex()
    mode = _SEG6_HEADER.unpack_from(value)[0]
    word = _SEG6_MODES[mode] if 0 <= mode < len(_SEG6_MODES) else str(mode)
    return {"mode": word, "segs": _segments(value[4:], names)}


_IP: Final[dict[int, tuple[str, Decoder]]] = {  # LWTUNNEL_IP_*
    1: ("id", _big_endian),
    2: ("dst", _address),
    3: ("src", _address),
    4: ("ttl", _count),
    5: ("tos", _count),
    6: ("flags", _big_endian),
}
_FIELDS: Final[dict[str, Mapping[int, tuple[str, Decoder]]]] = {
    "mpls": {1: ("labels", _labels), 2: ("ttl", _count)},  # linux/mpls_iptunnel.h
    "ip": _IP,
    "ip6": {**_IP, 4: ("hoplimit", _count), 5: ("tc", _count)},  # LWTUNNEL_IP6_*
    "seg6": {1: ("srh", _seg6)},
    "seg6local": {
        1: ("action", _action),
        2: ("segs", _segments),
        3: ("table", _table),
        4: ("nh4", _address),
        5: ("nh6", _address),
        6: ("iif", _interface),
        7: ("oif", _interface),
        9: ("vrftable", _table),
    },
    "ila": {1: ("locator", _big_endian), 3: ("csum_mode", _count), 4: ("ident_type", _count), 5: ("hook", _count)},
    "xfrm": {1: ("if_id", _count), 2: ("link_dev", _interface)},
}


def encapsulation(kind_number: int, value: bytes, names: Names) -> dict[str, Json]:
    """``type`` and what is special to it; attributes without a name stand under their number, in hexadecimal."""
    kind = _KINDS.get(kind_number, str(kind_number))
    fields = _FIELDS.get(kind, {})
    found: dict[str, Json] = {"type": kind}
    for number_, data in attributes(value).items():
        key, decode = fields.get(number_, (str(number_), None))
        decoded = decode(data, names) if decode else data.hex()
        if isinstance(decoded, dict):
            found |= decoded
        elif decoded != str(IPv4Address(0)) and decoded != "::":  # the kernel sends an end that is not set
            found[key] = decoded
    return found
