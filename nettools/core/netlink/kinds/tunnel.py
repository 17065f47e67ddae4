"""Tunnels over IP: gre, gretap, erspan and their kind over IPv6, ipip, sit, ip6tnl, vti, vti6 and xfrm.

Enum IFLA_GRE_*, IFLA_IPTUN_* and IFLA_VTI_* of linux/if_tunnel.h, IFLA_XFRM_* of linux/if_link.h, and the flags of
linux/ip6_tunnel.h. What ip prints of an absent attribute (``any``, a TTL of 0) is printed here too.
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
    elsewhere,
    endpoint,
    hexadecimal,
    ipv4,
    ipv6,
    named,
    nonzero_hexadecimal,
    number,
    present,
    some_address,
    when_set,
)
from nettools.core.record import Json

# GRE_* of linux/if_tunnel.h, which stand in network order.
_CHECKSUM: Final = 0x8000
_KEY: Final = 0x2000
_SEQUENCE: Final = 0x1000
_ISATAP: Final = 0x0001
# IP6_TNL_F_* of linux/ip6_tunnel.h: the flag, its key, and the key that says nothing where it is set.
_IPV6_FLAGS: Final = (
    (0x01, "ip6_tnl_f_ign_encap_limit", "encap_limit"),
    (0x02, "ip6_tnl_f_use_orig_tclass", "tclass"),
    (0x04, "ip6_tnl_f_use_orig_flowlabel", "flowlabel"),
    (0x08, "ip6_tnl_f_mip6_dev", None),
    (0x10, "ip6_tnl_f_rcv_dscp_copy", None),
    (0x20, "ip6_tnl_f_use_orig_fwmark", "fwmark"),
    (0x40, "ip6_tnl_f_allow_local_remote", None),
)
_NO_ENCAPSULATION: Final = 0
# TUNNEL_ENCAP_* of linux/if_tunnel.h. ip 6.1 knows no mpls and prints null.
_ENCAPSULATIONS: Final = named("none", "fou", "gue", "mpls")


def _flow(value: bytes) -> Json:
    """Traffic class and flow label, in network order as in the header (RFC 8200 §3)."""
    if len(value) != 4:
        return {"flowinfo": value.hex()}
    info = int.from_bytes(value, "big")
    return {"tclass": f"0x{info >> 20 & 0xFF:02x}", "flowlabel": f"0x{info & 0xFFFFF:05x}"}


def _sit_flags(value: bytes) -> Json:
    return {"isatap": True} if wire.number(value) & _ISATAP else {}


def _encapsulation(found: dict[str, Json], attributes: dict[int, bytes], first: int) -> None:
    """Foo over UDP: four attributes in a row tell its type, flags and ports."""
    kind, flags, source, destination = (attributes.get(first + place, b"") for place in range(4))
    if wire.number(kind) == _NO_ENCAPSULATION:
        return
    bits = wire.number(flags)
    found["encap"] = {
        "type": _ENCAPSULATIONS(kind),
        "sport": int.from_bytes(source[:2], "big"),
        "dport": int.from_bytes(destination[:2], "big"),
        "csum": bool(bits & 1),
        "csum6": bool(bits & 2),
        "remcsum": bool(bits & 4),
    }


def _ends(found: dict[str, Json]) -> None:
    found.setdefault("remote", "any")
    found.setdefault("local", "any")
    found.setdefault("ttl", 0)


def _gre(found: dict[str, Json], attributes: dict[int, bytes]) -> None:
    """A key is one only if the flags of its direction say so."""
    _ends(found)
    for direction, flags, key in (("i", 2, 4), ("o", 3, 5)):
        bits = int.from_bytes(attributes.get(flags, b"")[:2], "big")
        if bits & _KEY and key in attributes:
            found[f"{direction}key"] = ipv4(attributes[key])
        if bits & _SEQUENCE:
            found[f"{direction}seq"] = True
        if bits & _CHECKSUM:
            found[f"{direction}csum"] = True
    _encapsulation(found, attributes, 14)


def _ip6gre(found: dict[str, Json], attributes: dict[int, bytes]) -> None:
    _gre(found, attributes)
    _ipv6_flags(found, wire.number(attributes.get(13, b"")) & ~0x08)  # mip6 is no flag of GRE


def _iptunnel(found: dict[str, Json], attributes: dict[int, bytes]) -> None:
    _ends(found)
    found.setdefault("pmtudisc", False)
    if not found.get("prefixlen"):
        found.pop("prefix", None)
        found.pop("prefixlen", None)
    if "relay_prefix" not in found or "prefix" not in found:
        found.pop("relay_prefix", None)
        found.pop("relay_prefixlen", None)
    _encapsulation(found, attributes, 15)


def _ip6tnl(found: dict[str, Json], attributes: dict[int, bytes]) -> None:
    _ends(found)
    _encapsulation(found, attributes, 15)
    _ipv6_flags(found, wire.number(attributes.get(8, b"")))


def _ipv6_flags(found: dict[str, Json], flags: int) -> None:
    for flag, key, replaced in _IPV6_FLAGS:
        if flags & flag:
            found[key] = True
            if replaced:
                found.pop(replaced, None)


def _vti(found: dict[str, Json], _attributes: dict[int, bytes]) -> None:
    found.setdefault("remote", "any")
    found.setdefault("local", "any")


def _xfrm(found: dict[str, Json], _attributes: dict[int, bytes]) -> None:
    """Where the route chooses the identifier of each packet, the kernel says 0."""
    if "external" in found:
        found.pop("if_id", None)


_GRE: Final[Table] = {
    1: ("link", device),
    2: (SPREAD, elsewhere),
    3: (SPREAD, elsewhere),
    4: (SPREAD, elsewhere),
    5: (SPREAD, elsewhere),
    6: ("local", endpoint),
    7: ("remote", endpoint),
    8: ("ttl", number),
    9: ("tos", nonzero_hexadecimal),
    10: ("pmtudisc", boolean),
    11: ("encap_limit", number),
    12: (SPREAD, _flow),
    13: (SPREAD, elsewhere),
    14: (SPREAD, elsewhere),
    15: (SPREAD, elsewhere),
    16: (SPREAD, elsewhere),
    17: (SPREAD, elsewhere),
    18: ("external", present),
    19: ("ignore_df", when_set),
    20: ("fwmark", nonzero_hexadecimal),
    21: ("erspan_index", number),
    22: ("erspan_ver", number),
    23: ("erspan_dir", named("ingress", "egress")),
    24: ("erspan_hwid", hexadecimal),
}
_IPTUN: Final[Table] = {
    1: ("link", device),
    2: ("local", endpoint),
    3: ("remote", endpoint),
    4: ("ttl", number),
    5: ("tos", nonzero_hexadecimal),
    6: ("encap_limit", number),
    7: (SPREAD, _flow),
    8: (SPREAD, _sit_flags),
    9: ("proto", chosen({0: "any", 4: "ipip", 41: "ip6ip", 137: "mplsip"})),
    10: ("pmtudisc", boolean),
    11: ("prefix", ipv6),
    12: ("relay_prefix", some_address),
    13: ("prefixlen", number),
    14: ("relay_prefixlen", number),
    15: (SPREAD, elsewhere),
    16: (SPREAD, elsewhere),
    17: (SPREAD, elsewhere),
    18: (SPREAD, elsewhere),
    19: ("external", present),
    20: ("fwmark", nonzero_hexadecimal),
}
_IP6TNL: Final[Table] = _IPTUN | {
    8: (SPREAD, elsewhere),
    9: ("proto", chosen({0: "any", 4: "ipip6", 41: "ip6ip6"})),
}
_VTI: Final[Table] = {
    1: ("link", device),
    2: ("ikey", some_address),
    3: ("okey", some_address),
    4: ("local", endpoint),
    5: ("remote", endpoint),
    6: ("fwmark", nonzero_hexadecimal),
}
_XFRM: Final[Table] = {
    1: ("link", device),
    2: ("if_id", hexadecimal),
    3: ("external", present),
}

KINDS: Final[dict[str, Kind]] = {
    "gre": (_GRE, _gre),
    "gretap": (_GRE, _gre),
    "erspan": (_GRE, _gre),
    "ip6gre": (_GRE, _ip6gre),
    "ip6gretap": (_GRE, _ip6gre),
    "ip6erspan": (_GRE, _ip6gre),
    "ipip": (_IPTUN, _iptunnel),
    "sit": (_IPTUN, _iptunnel),
    "ip6tnl": (_IP6TNL, _ip6tnl),
    "vti": (_VTI, _vti),
    "vti6": (_VTI, _vti),
    "xfrm": (_XFRM, _xfrm),
}
