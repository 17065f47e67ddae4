"""Tunnels over UDP: vxlan, geneve, gtp, bareudp and amt.

Enum IFLA_VXLAN_*, IFLA_GENEVE_*, IFLA_GTP_* and IFLA_BAREUDP_* of linux/if_link.h, IFLA_AMT_* of linux/amt.h.
"""

from typing import Final

from nettools.core.netlink.kinds.values import (
    SPREAD,
    Kind,
    Table,
    boolean,
    device,
    ethertype,
    ipv4,
    ipv6,
    named,
    network_hexadecimal,
    network_number,
    nonzero,
    nonzero_hexadecimal,
    number,
    port_range,
    present,
    some_address,
    when_set,
)
from nettools.core.record import Json

_FRAGMENTATION: Final = named("unset", "set", "inherit")  # enum ifla_vxlan_df, ifla_geneve_df


def _group(value: bytes) -> Json:
    if not any(value):
        return {}
    return {"group" if value[0] >> 4 == 0xE else "remote": ipv4(value)}  # RFC 1112 §4


def _group6(value: bytes) -> Json:
    if not any(value):
        return {}
    return {"group6" if value[0] == 0xFF else "remote6": ipv6(value)}  # RFC 4291 §2.7


def _inherited_ttl(found: dict[str, Json], _attributes: dict[int, bytes]) -> None:
    """A TTL that is taken from the packet inside has no number, though the kernel says 0."""
    if "ttl_inherit" in found:
        found.pop("ttl", None)


def _bareudp(found: dict[str, Json], _attributes: dict[int, bytes]) -> None:
    found.setdefault("multiproto", False)


_VXLAN: Final[Table] = {
    1: ("id", number),
    2: (SPREAD, _group),
    3: ("link", device),
    4: ("local", some_address),
    5: ("ttl", number),
    6: ("tos", nonzero_hexadecimal),
    7: ("learning", boolean),
    8: ("ageing", number),
    9: ("limit", nonzero),
    10: ("port_range", port_range),
    11: ("proxy", when_set),
    12: ("rsc", when_set),
    13: ("l2miss", when_set),
    14: ("l3miss", when_set),
    15: ("port", network_number),
    16: (SPREAD, _group6),
    17: ("local6", some_address),
    18: ("udp_csum", boolean),
    19: ("udp_zero_csum6_tx", boolean),
    20: ("udp_zero_csum6_rx", boolean),
    21: ("remcsum_tx", when_set),
    22: ("remcsum_rx", when_set),
    23: ("gbp", present),
    24: ("remcsum_nopartial", present),
    25: ("external", when_set),
    26: ("label", network_hexadecimal),
    27: ("gpe", present),
    28: ("ttl_inherit", when_set),
    29: ("df", _FRAGMENTATION),
    30: ("vnifilter", when_set),
    31: ("localbypass", boolean),
    32: ("label_policy", named("fixed", "inherit")),
    33: ("reserved_bits", network_hexadecimal),
    34: ("mc_route", boolean),
}
_GENEVE: Final[Table] = {
    1: ("id", number),
    2: ("remote", some_address),
    3: ("ttl", number),
    4: ("tos", nonzero_hexadecimal),
    5: ("port", network_number),
    6: ("external", present),
    7: ("remote6", some_address),
    8: ("udp_csum", boolean),
    9: ("udp_zero_csum6_tx", boolean),
    10: ("udp_zero_csum6_rx", boolean),
    11: ("label", network_hexadecimal),
    12: ("ttl_inherit", when_set),
    13: ("df", _FRAGMENTATION),
    14: ("inner_proto_inherit", present),
    15: ("port_range", port_range),
}
_GTP: Final[Table] = {
    1: ("fd0", number),
    2: ("fd1", number),
    3: ("hsize", number),
    4: ("role", named("ggsn", "sgsn")),
    5: ("create_sockets", boolean),
    6: ("restart_count", number),
    7: ("local", ipv4),
    8: ("local6", ipv6),
}
_BAREUDP: Final[Table] = {
    1: ("dstport", network_number),
    2: ("ethertype", ethertype),
    3: ("srcportmin", number),
    4: ("multiproto", present),
}
_AMT: Final[Table] = {
    1: ("mode", named("gateway", "relay")),
    2: ("relay_port", network_number),
    3: ("gateway_port", network_number),
    4: ("link", device),
    5: ("local", ipv4),
    6: ("remote", ipv4),
    7: ("discovery", ipv4),
    8: ("max_tunnels", number),
}

KINDS: Final[dict[str, Kind]] = {
    "vxlan": (_VXLAN, _inherited_ttl),
    "geneve": (_GENEVE, _inherited_ttl),
    "gtp": (_GTP, None),
    "bareudp": (_BAREUDP, _bareudp),
    "amt": (_AMT, None),
}
