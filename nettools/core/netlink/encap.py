"""Lightweight tunnels: the encapsulation that a route adds. linux/lwtunnel.h and the headers named at each kind."""

from collections.abc import Callable, Mapping
from functools import partial
from ipaddress import IPv6Address
from struct import Struct
from typing import Final

from nettools.core.address import format_address
from nettools.core.netlink.address import read_address
from nettools.core.netlink.names import Names
from nettools.core.netlink.wire import attributes, big_endian, number
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
_SEG6_MODE: Final = Struct("=i")  # before the routing header
_SRH: Final = Struct("=BBBBBBH")  # struct ipv6_sr_hdr: next, length, type, left, last entry, flags, tag; RFC 8754 §2
_SRH_HAS_HMAC: Final = 0x08  # SR6_FLAG1_HMAC of linux/seg6.h
_HMAC_KEY_OFFSET: Final = 4  # in struct sr6_tlv_hmac of linux/seg6_hmac.h, which stands behind the segments
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
# ILA_CSUM_*, ILA_ATYPE_* and ILA_HOOK_* of linux/ila.h, in the words of ip(8).
_ILA_CHECKSUM_MODES: Final = {0: "adj-transport", 1: "neutral-map", 2: "no-action", 3: "neutral-map-auto"}
_ILA_IDENTIFIER_TYPES: Final = {
    0: "iid",
    1: "luid",
    2: "virt-v4",
    3: "virt-uni-v6",
    4: "virt-multi-v6",
    5: "nonlocal-addr",
    32: "use-format",
}
_ILA_HOOK_TYPES: Final = {0: "output", 1: "input"}


def _count(value: bytes, _names: Names) -> Json:
    return number(value)


def _big_endian(value: bytes, _names: Names) -> Json:
    return big_endian(value)


def _wide(value: bytes, _names: Names) -> Json:
    """64 bits, in a text: JSON's numbers are exact to 2^53, RFC 7493 §2.2."""
    return str(big_endian(value))


def _word(words: Mapping[int, str], value: bytes, _names: Names) -> Json:
    kind = number(value)
    return words.get(kind, str(kind))


def _locator(value: bytes, _names: Names) -> Json:
    """The upper half of an IPv6 address, as ip(8) writes it."""
    return ":".join(f"{int.from_bytes(value[place : place + 2]):x}" for place in range(0, 8, 2))


def _address(value: bytes, _names: Names) -> Json:
    found = read_address(value)
    return value.hex() if found is None else format_address(found)


def _end(value: bytes, names: Names) -> Json:
    """An end of a tunnel; the kernel sends one that is not set as zeros."""
    return _address(value, names) if any(value) else None


def _interface(value: bytes, names: Names) -> Json:
    return names.interface(number(value))


def _table(value: bytes, names: Names) -> Json:
    return names.table(number(value))


def _action(value: bytes, _names: Names) -> Json:
    kind = number(value)
    return _SEG6LOCAL_ACTIONS[kind] if kind < len(_SEG6LOCAL_ACTIONS) else str(kind)


def _labels(value: bytes, _names: Names) -> Json:
    """An MPLS label stack: 20 bits of label in each four bytes, RFC 3032 §2.1."""
    return [int.from_bytes(value[place : place + 4]) >> 12 for place in range(0, len(value), 4)]


def _routing_header(value: bytes, _names: Names) -> Json:
    """The segments in the order of travel, which is the reverse of the header's, and the number of the key."""
    if len(value) < _SRH.size:
        return value.hex()
    _, _, _, _, last, flags, _ = _SRH.unpack_from(value)
    end = _SRH.size + 16 * (last + 1)
    segments = [value[place : place + 16] for place in range(_SRH.size, min(end, len(value)), 16)]
    found: dict[str, Json] = {
        "segs": [format_address(IPv6Address(one)) if len(one) == 16 else one.hex() for one in reversed(segments)]
    }
    if flags & _SRH_HAS_HMAC:
        found["hmac"] = f"{int.from_bytes(value[end + _HMAC_KEY_OFFSET : end + _HMAC_KEY_OFFSET + 4]):#x}"
    return found


def _seg6(value: bytes, names: Names) -> Json:
    header = _routing_header(value[_SEG6_MODE.size :], names)
    if not isinstance(header, dict):
        return value.hex()
    (mode,) = _SEG6_MODE.unpack_from(value)
    return {"mode": _SEG6_MODES[mode] if 0 <= mode < len(_SEG6_MODES) else str(mode), **header}


_IP: Final[dict[int, tuple[str, Decoder]]] = {  # LWTUNNEL_IP_*
    1: ("id", _wide),
    2: ("dst", _end),
    3: ("src", _end),
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
        2: ("segs", _routing_header),
        3: ("table", _table),
        4: ("nh4", _address),
        5: ("nh6", _address),
        6: ("iif", _interface),
        7: ("oif", _interface),
        9: ("vrftable", _table),
    },
    "ila": {  # linux/ila.h
        1: ("locator", _locator),
        7: ("csum_mode", partial(_word, _ILA_CHECKSUM_MODES)),
        8: ("ident_type", partial(_word, _ILA_IDENTIFIER_TYPES)),
        9: ("hook_type", partial(_word, _ILA_HOOK_TYPES)),
    },
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
        elif decoded is not None:
            found[key] = decoded
    return found
