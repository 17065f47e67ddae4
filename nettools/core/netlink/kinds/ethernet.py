"""Kinds that stand on an Ethernet interface: vlan, macvlan, macvtap, ipvlan, ipvtap, macsec and hsr.

Enum IFLA_VLAN_*, IFLA_MACVLAN_*, IFLA_IPVLAN_*, IFLA_MACSEC_* and IFLA_HSR_* of linux/if_link.h; linux/if_vlan.h,
linux/if_macsec.h.
"""

from typing import Final

from nettools.core.netlink import wire
from nettools.core.netlink.kinds.values import (
    SPREAD,
    Kind,
    Table,
    boolean,
    chosen,
    device,
    digits,
    ethertype,
    link_address,
    many,
    masked_flags,
    named,
    nothing,
    number,
    signed,
    some,
    words,
)
from nettools.core.record import Json


def _priorities(value: bytes) -> Json:
    """Struct ifla_vlan_qos_mapping: a priority of packets and one of frames."""
    pair = words(value, 2)
    return value.hex() if pair is None else {"from": pair[0], "to": pair[1]}


def _vlan(found: dict[str, Json], _attributes: dict[int, bytes]) -> None:
    found.setdefault("protocol", "802.1Q")  # a kernel from before 802.1ad does not say


def _macvlan_flags(value: bytes) -> Json:
    """MACVLAN_FLAG_NOPROMISC and NODST."""
    return _bits(value, ("nopromisc", "nodst"))


def _ipvlan_flags(value: bytes) -> Json:
    """IPVLAN_F_PRIVATE and VEPA; ``bridge`` is neither. Where both are set, ip prints private alone."""
    return _bits(value, ("private", "vepa")) if wire.number(value) & 3 else {"bridge": True}


def _bits(value: bytes, names: tuple[str, ...]) -> dict[str, Json]:
    bits = wire.number(value)
    return {name: True for place, name in enumerate(names) if bits >> place & 1}


def _macvlan(found: dict[str, Json], _attributes: dict[int, bytes]) -> None:
    if found.get("mode") != "source":  # the kernel says 0, and nobody can add one
        found.pop("macaddr_count", None)


def _hsr(found: dict[str, Json], _attributes: dict[int, bytes]) -> None:
    found.setdefault("slave1", None)
    found.setdefault("slave2", None)


# VLAN_FLAG_* of linux/if_vlan.h, in the order in which ip prints them.
_VLAN_FLAGS: Final = {0x01: "REORDER_HDR", 0x02: "GVRP", 0x08: "MVRP", 0x04: "LOOSE_BINDING", 0x10: "BRIDGE_BINDING"}
_VLAN: Final[Table] = {
    1: ("id", number),
    2: ("flags", masked_flags(_VLAN_FLAGS)),
    3: ("egress_qos", many(_priorities)),
    4: ("ingress_qos", many(_priorities)),
    5: ("protocol", ethertype),
}
_MACVLAN: Final[Table] = {
    1: ("mode", chosen({1: "private", 2: "vepa", 4: "bridge", 8: "passthru", 16: "source"})),
    2: (SPREAD, _macvlan_flags),
    3: ("macaddr_mode", number),
    4: ("macaddr", link_address),
    5: ("macaddr_data", some(link_address)),
    6: ("macaddr_count", number),
    7: ("bcqueuelen", number),
    8: ("usedbcqueuelen", number),
    9: ("bccutoff", signed),
}
_IPVLAN: Final[Table] = {
    1: ("mode", named("l2", "l3", "l3s")),
    2: (SPREAD, _ipvlan_flags),
}
# MACSEC_CIPHER_ID_* and MACSEC_DEFAULT_CIPHER_ID of linux/if_macsec.h: IEEE 802.1AE-2018 table 14-1.
_CIPHERS: Final = chosen(
    {
        0x0080020001000001: "GCM-AES-128",
        0x0080C20001000001: "GCM-AES-128",
        0x0080C20001000002: "GCM-AES-256",
        0x0080C20001000003: "GCM-AES-XPN-128",
        0x0080C20001000004: "GCM-AES-XPN-256",
    }
)
_MACSEC: Final[Table] = {
    1: ("sci", digits),
    2: ("port", number),
    3: ("icv_len", number),
    4: ("cipher_suite", _CIPHERS),
    5: ("window", number),
    6: ("encoding_sa", number),
    7: ("encrypt", boolean),
    8: ("protect", boolean),
    9: ("inc_sci", boolean),
    10: ("es", boolean),
    11: ("scb", boolean),
    12: ("replay_protect", boolean),
    13: ("validation", named("disabled", "check", "strict")),
    14: ("pad", nothing),
    15: ("offload", named("off", "phy", "mac")),
}
_HSR: Final[Table] = {
    1: ("slave1", device),
    2: ("slave2", device),
    3: ("multicast_spec", number),
    4: ("supervision_addr", link_address),
    5: ("seq_nr", number),
    6: ("version", number),
    7: ("proto", number),
    8: ("interlink", device),
}

KINDS: Final[dict[str, Kind]] = {
    "vlan": (_VLAN, _vlan),
    "macvlan": (_MACVLAN, _macvlan),
    "macvtap": (_MACVLAN, _macvlan),
    "ipvlan": (_IPVLAN, None),
    "ipvtap": (_IPVLAN, None),
    "macsec": (_MACSEC, None),
    "hsr": (_HSR, _hsr),
}
