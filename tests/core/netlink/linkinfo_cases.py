"""Links of every kind as bytes, composed by hand from the kernel's headers, and what is to be read from them.

Most of these kinds no kernel at hand can make. The expected words are those of iproute2 6.1, which the differential
tests confirm: they give ip the same bytes to print.
"""

import struct
from ipaddress import ip_address
from typing import NamedTuple

from nettools.core.netlink.wire import attribute
from nettools.core.record import Json

NAMES = {7: "lower7", 8: "lower8"}


class Case(NamedTuple):
    """One link: the bytes of its IFLA_LINKINFO, and all that they say."""

    name: str
    value: bytes
    expected: dict[str, Json]


def interface_name(index: int) -> str:
    """As ip names an interface that it has not seen."""
    return NAMES.get(index, f"if{index}")


def u8(value: int) -> bytes:
    return struct.pack("=B", value)


def u16(value: int) -> bytes:
    return struct.pack("=H", value)


def u32(*values: int) -> bytes:
    return struct.pack(f"={len(values)}I", *values)


def s32(value: int) -> bytes:
    return struct.pack("=i", value)


def u64(value: int) -> bytes:
    return struct.pack("=Q", value)


def be16(*values: int) -> bytes:
    return struct.pack(f">{len(values)}H", *values)


def be32(value: int) -> bytes:
    return struct.pack(">I", value)


def ip(text: str) -> bytes:
    return ip_address(text).packed


def mac(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", ""))


def nest(attributes: dict[int, bytes]) -> bytes:
    return b"".join(attribute(number, value) for number, value in attributes.items())


def rows(number: int, *values: bytes) -> bytes:
    """One attribute again and again."""
    return b"".join(attribute(number, value) for value in values)


def link(kind: str, attributes: dict[int, bytes] | None = None) -> bytes:
    """IFLA_INFO_KIND and IFLA_INFO_DATA."""
    data = b"" if attributes is None else attribute(2, nest(attributes))
    return attribute(1, kind.encode() + b"\0") + data


def member(kind: str, attributes: dict[int, bytes] | None = None) -> bytes:
    """IFLA_INFO_SLAVE_KIND and IFLA_INFO_SLAVE_DATA of a veth."""
    data = b"" if attributes is None else attribute(5, nest(attributes))
    return link("veth") + attribute(4, kind.encode() + b"\0") + data


def of(kind: str, attributes: dict[int, bytes], expected: dict[str, Json], name: str = "") -> Case:
    return Case(f"{kind} {name}".strip(), link(kind, attributes), {"info_kind": kind, "info_data": expected})


def of_member(kind: str, attributes: dict[int, bytes], expected: dict[str, Json], name: str = "") -> Case:
    return Case(
        f"{kind} member {name}".strip(),
        member(kind, attributes),
        {"info_kind": "veth", "info_slave_kind": kind, "info_slave_data": expected},
    )


TIMING = u32(500_000, 875, 100, 6, 7, 2, 1, 5)
TIMING_READ: dict[str, Json] = {
    "bitrate": 500_000,
    "sample_point": 0.875,
    "tq": 100,
    "prop_seg": 6,
    "phase_seg1": 7,
    "phase_seg2": 2,
    "sjw": 1,
    "brp": 5,
}
LIMITS = b"sja1000" + bytes(9) + u32(1, 16, 1, 8, 4, 1, 64, 1)
LIMITS_READ: dict[str, Json] = {
    "name": "sja1000",
    "tseg1": {"min": 1, "max": 16},
    "tseg2": {"min": 1, "max": 8},
    "sjw": {"min": 1, "max": 4},
    "brp": {"min": 1, "max": 64},
    "brp_inc": 1,
}
PORT_STATES: list[Json] = [
    *("active", "short_timeout", "aggregating", "in_sync", "collecting", "distributing", "defaulted", "expired")
]
NO_ENDS: dict[str, Json] = {"remote": "any", "local": "any", "ttl": 0}


def gre(kind: str, attributes: dict[int, bytes], expected: dict[str, Json], name: str = "") -> Case:
    return of(kind, attributes, NO_ENDS | expected, name)


BOND = [
    of(
        "bond",
        {
            1: u8(1),
            2: u32(7),
            3: u32(100),
            4: u32(200),
            5: u32(0),
            6: u8(1),
            7: u32(1000),
            8: nest({0: ip("192.0.2.1"), 1: ip("192.0.2.2")}),
            9: u32(3),
            10: u32(1),
            11: u32(8),
            12: u8(2),
            13: u8(1),
            14: u8(5),
            15: u32(1),
            16: u8(2),
            17: u8(0),
            18: u32(1),
            19: u32(1),
            20: u32(1),
            27: u8(1),
            28: u32(0),
            29: u8(1),
            30: u8(2),
            31: nest({0: ip("2001:db8::1")}),
            32: u8(1),
            33: u8(0),
        },
        {
            "mode": "active-backup",
            "active_slave": "lower7",
            "miimon": 100,
            "updelay": 200,
            "downdelay": 0,
            "use_carrier": 1,
            "arp_interval": 1000,
            "arp_ip_target": ["192.0.2.1", "192.0.2.2"],
            "arp_validate": "all",
            "arp_all_targets": "all",
            "primary": "lower8",
            "primary_reselect": "failure",
            "fail_over_mac": "active",
            "xmit_hash_policy": "vlan+srcmac",
            "resend_igmp": 1,
            "num_peer_notif": 2,
            "all_slaves_active": 0,
            "min_links": 1,
            "lp_interval": 1,
            "packets_per_slave": 1,
            "tlb_dynamic_lb": 1,
            "peer_notify_delay": 0,
            "ad_lacp_active": True,
            "arp_missed_max": 2,
            "ns_ip6_target": ["2001:db8::1"],
            "coupled_control": True,
            "broadcast_neighbor": False,
        },
    ),
    of(
        "bond",
        {
            1: u8(4),
            2: u32(0),
            8: b"",
            9: u32(0),
            21: u8(1),
            22: u8(2),
            23: nest({1: u16(3), 2: u16(2), 3: u16(9), 4: u16(1), 5: mac("02:00:5e:10:00:01")}),
            24: u16(65535),
            25: u16(0),
            26: mac("02:00:5e:10:00:02"),
            29: u8(0),
            31: b"",
        },
        {
            "mode": "802.3ad",
            "arp_validate": None,
            "ad_lacp_rate": "fast",
            "ad_select": "count",
            "ad_info": {
                "aggregator": 3,
                "num_ports": 2,
                "actor_key": 9,
                "partner_key": 1,
                "partner_mac": "02:00:5e:10:00:01",
            },
            "ad_actor_sys_prio": 65535,
            "ad_user_port_key": 0,
            "ad_actor_system": "02:00:5e:10:00:02",
            "ad_lacp_active": False,
        },
        "802.3ad",
    ),
    of_member(
        "bond",
        {
            1: u8(1),
            2: u8(3),
            3: u32(4),
            4: mac("02:00:5e:10:00:01"),
            5: u16(2),
            6: u16(1),
            7: u8(0xFF),
            8: u16(0x45),
            9: s32(-5),
            10: u16(255),
        },
        {
            "state": "BACKUP",
            "mii_status": "GOING_BACK",
            "link_failure_count": 4,
            "perm_hwaddr": "02:00:5e:10:00:01",
            "queue_id": 2,
            "ad_aggregator_id": 1,
            "ad_actor_oper_port_state": 0xFF,
            "ad_actor_oper_port_state_str": PORT_STATES,
            "ad_partner_oper_port_state": 0x45,
            "ad_partner_oper_port_state_str": ["active", "aggregating", "defaulted"],
            "prio": -5,
            "actor_port_prio": 255,
        },
    ),
    of_member("bond", {1: u8(9), 2: u8(4)}, {"state_index": 9, "mii_status_index": 4}, "in no known state"),
    of_member("bond", {4: bytes(19) + b"\1"}, {"perm_hwaddr": "00:" * 19 + "01"}, "of InfiniBand"),
]

ETHERNET = [
    of(
        "vlan",
        {
            5: be16(0x88A8),
            1: u16(4094),
            2: u32(0x3F, 0xFFFFFFFF),
            3: rows(1, u32(1, 2), u32(3, 4)),
            4: rows(1, u32(5, 6)),
        },
        {
            "protocol": "802.1ad",
            "id": 4094,
            "flags": ["REORDER_HDR", "GVRP", "MVRP", "LOOSE_BINDING", "BRIDGE_BINDING", "20"],
            "egress_qos": [{"from": 1, "to": 2}, {"from": 3, "to": 4}],
            "ingress_qos": [{"from": 5, "to": 6}],
        },
    ),
    of(
        "vlan",
        {5: be16(0x8100), 1: u16(1), 2: u32(8, 8)},
        {"protocol": "802.1Q", "id": 1, "flags": ["MVRP"]},
        "802.1Q",
    ),
    of("macvlan", {1: u32(8), 2: u16(1), 6: u32(0)}, {"mode": "passthru", "nopromisc": True}),
    of(
        "macvlan",
        {
            1: u32(16),
            2: u16(3),
            6: u32(2),
            5: rows(4, mac("02:00:5e:10:00:01"), mac("02:00:5e:10:00:02")),
            7: u32(1000),
            8: u32(500),
            9: s32(-1),
        },
        {
            "mode": "source",
            "nopromisc": True,
            "nodst": True,
            "macaddr_count": 2,
            "macaddr_data": ["02:00:5e:10:00:01", "02:00:5e:10:00:02"],
            "bcqueuelen": 1000,
            "usedbcqueuelen": 500,
            "bccutoff": -1,
        },
        "by source",
    ),
    of("macvtap", {1: u32(2), 2: u16(0)}, {"mode": "vepa"}),
    of("ipvlan", {1: u16(0), 2: u16(0)}, {"mode": "l2", "bridge": True}),
    of("ipvlan", {1: u16(2), 2: u16(1)}, {"mode": "l3s", "private": True}, "l3s"),
    of("ipvtap", {1: u16(1), 2: u16(2)}, {"mode": "l3", "vepa": True}),
    of(
        "macsec",
        {
            1: mac("02:00:5e:10:00:01") + be16(1),
            3: u8(16),
            4: u64(0x0080C20001000004),
            6: u8(2),
            7: u8(1),
            8: u8(1),
            9: u8(0),
            10: u8(0),
            11: u8(1),
            12: u8(1),
            13: u8(2),
            15: u8(1),
            5: u32(32),
        },
        {
            "sci": "02005e1000010001",
            "icv_len": 16,
            "cipher_suite": "GCM-AES-XPN-256",
            "encoding_sa": 2,
            "encrypt": True,
            "protect": True,
            "inc_sci": False,
            "es": False,
            "scb": True,
            "replay_protect": True,
            "validation": "strict",
            "offload": "phy",
            "window": 32,
        },
    ),
    of("macsec", {4: u64(0x0080020001000001)}, {"cipher_suite": "GCM-AES-128"}, "by default"),
    of(
        "hsr",
        {1: u32(7), 2: u32(8), 4: mac("01:15:4e:00:01:2d"), 5: u16(65000), 6: u8(1), 7: u8(0), 8: u32(9)},
        {
            "slave1": "lower7",
            "slave2": "lower8",
            "supervision_addr": "01:15:4e:00:01:2d",
            "seq_nr": 65000,
            "version": 1,
            "proto": 0,
            "interlink": "if9",
        },
    ),
    of("hsr", {2: u32(8), 7: u8(1)}, {"slave1": None, "slave2": "lower8", "proto": 1}, "with one interface"),
]

GRE_ENCAPSULATION = {14: u16(1), 15: u16(5), 16: be16(0), 17: be16(5555)}
TUNNEL = [
    gre(
        "gre",
        {
            1: u32(7),
            2: be16(0xB000),
            3: be16(0xB000),
            4: be32(5),
            5: ip("10.1.2.3"),
            6: ip("192.0.2.1"),
            7: ip("192.0.2.2"),
            8: u8(64),
            9: u8(1),
            10: u8(1),
            20: u32(0x1F),
            14: u16(0),
            15: u16(3),
            16: be16(1),
            17: be16(2),
            19: u8(1),
        },
        {
            "link": "lower7",
            "ikey": "0.0.0.5",
            "okey": "10.1.2.3",
            "iseq": True,
            "oseq": True,
            "icsum": True,
            "ocsum": True,
            "local": "192.0.2.1",
            "remote": "192.0.2.2",
            "ttl": 64,
            "tos": "0x1",
            "pmtudisc": True,
            "fwmark": "0x1f",
            "ignore_df": True,
        },
    ),
    gre(
        "gre",
        {
            1: u32(0),
            2: be16(0),
            3: be16(0),
            4: be32(5),
            5: be32(6),
            9: u8(0),
            10: u8(0),
            18: b"",
            19: u8(0),
            20: u32(0),
        },
        {"pmtudisc": False, "external": True},
        "with keys that its flags do not name",
    ),
    gre(
        "gretap",
        {6: bytes(4), 7: ip("192.0.2.2"), **GRE_ENCAPSULATION},
        {
            "remote": "192.0.2.2",
            "encap": {"type": "fou", "sport": 0, "dport": 5555, "csum": True, "csum6": False, "remcsum": True},
        },
    ),
    gre("erspan", {21: u32(123), 22: u8(1)}, {"erspan_index": 123, "erspan_ver": 1}),
    gre(
        "erspan",
        {22: u8(2), 23: u8(1), 24: u16(0x3F)},
        {"erspan_ver": 2, "erspan_dir": "egress", "erspan_hwid": "0x3f"},
        "version 2",
    ),
    gre(
        "ip6gre",
        {
            2: be16(0x2000),
            4: be32(9),
            6: ip("2001:db8::1"),
            7: ip("2001:db8::2"),
            8: u8(64),
            11: u8(4),
            12: be32(0x0AB12345),
            13: u32(0x08),
            20: u32(0),
        },
        {
            "ikey": "0.0.0.9",
            "local": "2001:db8::1",
            "remote": "2001:db8::2",
            "ttl": 64,
            "encap_limit": 4,
            "tclass": "0xab",
            "flowlabel": "0x12345",
        },
    ),
    gre(
        "ip6gretap",
        {6: bytes(16), 11: u8(4), 12: be32(0x0AB12345), 13: u32(0x77), 20: u32(1)},
        {
            "ip6_tnl_f_ign_encap_limit": True,
            "ip6_tnl_f_use_orig_tclass": True,
            "ip6_tnl_f_use_orig_flowlabel": True,
            "ip6_tnl_f_rcv_dscp_copy": True,
            "ip6_tnl_f_use_orig_fwmark": True,
            "ip6_tnl_f_allow_local_remote": True,
        },
    ),
    gre("ip6erspan", {18: b"", 23: u8(0), 24: u16(0)}, {"external": True, "erspan_dir": "ingress", "erspan_hwid": "0"}),
    gre(
        "ipip",
        {
            9: u8(4),
            1: u32(7),
            2: ip("192.0.2.1"),
            3: ip("192.0.2.2"),
            4: u8(64),
            5: u8(0x10),
            10: u8(1),
            20: u32(5),
            15: u16(2),
            16: u16(2),
            17: be16(1),
            18: be16(2),
        },
        {
            "proto": "ipip",
            "link": "lower7",
            "local": "192.0.2.1",
            "remote": "192.0.2.2",
            "ttl": 64,
            "tos": "0x10",
            "pmtudisc": True,
            "fwmark": "0x5",
            "encap": {"type": "gue", "sport": 1, "dport": 2, "csum": False, "csum6": True, "remcsum": False},
        },
    ),
    gre("ipip", {9: u8(137), 19: b""}, {"proto": "mplsip", "external": True, "pmtudisc": False}, "for MPLS"),
    gre(
        "sit",
        {9: u8(0), 8: u16(1), 10: u8(0), 11: ip("2002::"), 12: ip("10.0.0.0"), 13: u16(16), 14: u16(8)},
        {
            "proto": "any",
            "isatap": True,
            "pmtudisc": False,
            "prefix": "2002::",
            "prefixlen": 16,
            "relay_prefix": "10.0.0.0",
            "relay_prefixlen": 8,
        },
    ),
    gre(
        "sit",
        {9: u8(41), 8: u16(0), 10: u8(1), 11: ip("2002::"), 12: bytes(4), 13: u16(16), 14: u16(0)},
        {"proto": "ip6ip", "pmtudisc": True, "prefix": "2002::", "prefixlen": 16},
        "without a relay prefix",
    ),
    gre(
        "ip6tnl",
        {
            9: u8(41),
            2: ip("2001:db8::1"),
            3: ip("2001:db8::2"),
            6: u8(4),
            7: be32(0x0FF00000),
            8: u32(0x0A),
            20: u32(7),
        },
        {
            "proto": "ip6ip6",
            "local": "2001:db8::1",
            "remote": "2001:db8::2",
            "encap_limit": 4,
            "ip6_tnl_f_use_orig_tclass": True,
            "flowlabel": "0x00000",
            "ip6_tnl_f_mip6_dev": True,
            "fwmark": "0x7",
        },
    ),
    gre("ip6tnl", {9: u8(4), 19: b"", 15: u16(0)}, {"proto": "ipip6", "external": True}, "external"),
    of(
        "vti",
        {2: be32(0), 3: be32(9), 4: ip("192.0.2.1"), 5: bytes(4), 6: u32(0x10)},
        {"okey": "0.0.0.9", "local": "192.0.2.1", "remote": "any", "fwmark": "0x10"},
    ),
    of(
        "vti6",
        {1: u32(8), 2: be32(1), 4: ip("2001:db8::1"), 6: u32(0)},
        {"link": "lower8", "ikey": "0.0.0.1", "local": "2001:db8::1", "remote": "any"},
    ),
    of("xfrm", {1: u32(7), 2: u32(0x2A)}, {"link": "lower7", "if_id": "0x2a"}),
    of("xfrm", {1: u32(0), 2: u32(0), 3: b""}, {"external": True}, "external"),
]

OVERLAY = [
    of(
        "vxlan",
        {
            1: u32(42),
            2: ip("239.1.1.1"),
            3: u32(7),
            4: ip("192.0.2.1"),
            5: u8(0),
            28: u8(1),
            6: u8(1),
            29: u8(2),
            26: be32(0x12345),
            7: u8(1),
            8: u32(300),
            9: u32(0),
            10: be16(1024, 2048),
            11: u8(1),
            12: u8(0),
            13: u8(1),
            14: u8(0),
            25: u8(0),
            15: be16(4789),
            18: u8(1),
            19: u8(0),
            20: u8(1),
            21: u8(0),
            22: u8(1),
            31: u8(1),
            23: b"",
            24: b"",
            27: b"",
            30: u8(0),
            32: u32(1),
            33: be32(0xF7FFFFFF) + be32(0xFF),
            34: u8(1),
        },
        {
            "id": 42,
            "group": "239.1.1.1",
            "link": "lower7",
            "local": "192.0.2.1",
            "ttl_inherit": True,
            "tos": "0x1",
            "df": "inherit",
            "label": "0x12345",
            "learning": True,
            "ageing": 300,
            "port_range": {"low": 1024, "high": 2048},
            "proxy": True,
            "l2miss": True,
            "port": 4789,
            "udp_csum": True,
            "udp_zero_csum6_tx": False,
            "udp_zero_csum6_rx": True,
            "remcsum_rx": True,
            "localbypass": True,
            "gbp": True,
            "remcsum_nopartial": True,
            "gpe": True,
            "label_policy": "inherit",
            "reserved_bits": "0xf7ffffff000000ff",
            "mc_route": True,
        },
    ),
    of(
        "vxlan",
        {1: u32(0), 16: ip("2001:db8::2"), 17: ip("2001:db8::1"), 5: u8(64), 9: u32(1000), 25: u8(1), 30: u8(1)},
        {
            "id": 0,
            "remote6": "2001:db8::2",
            "local6": "2001:db8::1",
            "ttl": 64,
            "limit": 1000,
            "external": True,
            "vnifilter": True,
        },
        "over IPv6",
    ),
    of(
        "vxlan",
        {1: u32(1), 2: ip("192.0.2.2"), 4: bytes(4), 5: u8(0)},
        {"id": 1, "remote": "192.0.2.2", "ttl": 0},
        "to one",
    ),
    of("vxlan", {1: u32(1), 16: ip("ff02::1"), 17: bytes(16)}, {"id": 1, "group6": "ff02::1"}, "to an IPv6 group"),
    of("vxlan", {1: u32(1), 16: ip("::ffff:192.0.2.1")}, {"id": 1, "remote6": "::ffff:192.0.2.1"}, "to a mapped one"),
    of(
        "geneve",
        {
            1: u32(7),
            2: ip("192.0.2.2"),
            3: u8(64),
            12: u8(0),
            4: u8(0x10),
            13: u8(1),
            11: be32(0x1),
            5: be16(6081),
            8: u8(1),
            9: u8(0),
            10: u8(0),
            14: b"",
            15: be16(1, 65535),
        },
        {
            "id": 7,
            "remote": "192.0.2.2",
            "ttl": 64,
            "tos": "0x10",
            "df": "set",
            "label": "0x1",
            "port": 6081,
            "udp_csum": True,
            "udp_zero_csum6_tx": False,
            "udp_zero_csum6_rx": False,
            "inner_proto_inherit": True,
            "port_range": {"low": 1, "high": 65535},
        },
    ),
    of(
        "geneve",
        {1: u32(0), 7: ip("2001:db8::2"), 3: u8(0), 12: u8(1), 6: b"", 11: be32(0)},
        {"id": 0, "remote6": "2001:db8::2", "ttl_inherit": True, "external": True},
        "over IPv6",
    ),
    of(
        "gtp",
        {3: u32(1024), 4: u32(1), 6: u8(3), 7: ip("192.0.2.1")},
        {"hsize": 1024, "role": "sgsn", "restart_count": 3, "local": "192.0.2.1"},
    ),
    of(
        "bareudp",
        {1: be16(6635), 2: be16(0x8847), 3: u16(1024), 4: b""},
        {"dstport": 6635, "ethertype": "mpls_uc", "srcportmin": 1024, "multiproto": True},
    ),
    of("bareudp", {2: be16(0x88E5)}, {"ethertype": "[35045]", "multiproto": False}, "of a nameless protocol"),
    of(
        "amt",
        {
            1: u32(1),
            2: be16(2268),
            3: be16(2269),
            4: u32(7),
            5: ip("192.0.2.1"),
            6: ip("192.0.2.2"),
            7: ip("192.0.2.3"),
            8: u32(128),
        },
        {
            "mode": "relay",
            "relay_port": 2268,
            "gateway_port": 2269,
            "link": "lower7",
            "local": "192.0.2.1",
            "remote": "192.0.2.2",
            "discovery": "192.0.2.3",
            "max_tunnels": 128,
        },
    ),
]

# Delay compensation: the least and the greatest of three values, then the values.
DELAYS = nest({number: u32(number) for number in range(1, 10)})
CAN = [
    of(
        "can",
        {
            1: TIMING,
            2: LIMITS,
            3: u32(8_000_000),
            4: u32(2),
            5: u32(0xFFFFFFFF, 0x4E1),
            6: u32(100),
            8: u16(97) + u16(3),
            9: TIMING,
            10: LIMITS,
            11: u16(120),
            12: u16(120) + u16(0),
            16: DELAYS,
            17: nest({1: u32(0x23)}),
        },
        {
            "bittiming": TIMING_READ,
            "bittiming_const": LIMITS_READ,
            "clock": 8_000_000,
            "state": "ERROR-PASSIVE",
            "ctrlmode": ["LOOPBACK", "FD", "FD-NON-ISO", "PRESUME-ACK", "TDC-MANUAL"],
            "restart_ms": 100,
            "berr_counter": {"tx": 97, "rx": 3},
            "data_bittiming": TIMING_READ | {"tdc": {"tdcv": 7, "tdco": 8, "tdcf": 9}},
            "data_bittiming_const": LIMITS_READ
            | {"tdc": {"tdcv": {"min": 1, "max": 2}, "tdco": {"min": 3, "max": 4}, "tdcf": {"min": 5, "max": 6}}},
            "termination": 120,
            "termination_const": [120, 0],
            "ctrlmode_supported": ["LOOPBACK", "LISTEN-ONLY", "FD"],
            "ctrlmode_static": ["FD-NON-ISO", "PRESUME-ACK", "TDC-MANUAL"],
        },
    ),
    of(
        "can",
        {1: TIMING, 2: LIMITS, 5: u32(0, 0), 9: TIMING, 13: u32(125_000, 500_000), 14: u32(1_000_000), 15: u32(0)},
        {
            "bittiming_bitrate": 500_000,
            "bitrate_const": [125_000, 500_000],
            "data_bittiming_bitrate": 500_000,
            "data_bitrate_const": [1_000_000],
            "bitrate_max": 0,
        },
        "of fixed bit rates",
    ),
    Case(
        "can with statistics",
        link("can", {4: u32(0)}) + attribute(3, u32(1, 2, 3, 4, 5, 6)),
        {
            "info_kind": "can",
            "info_data": {"state": "ERROR-ACTIVE"},
            "info_xstats": {
                "bus_error": 1,
                "error_warning": 2,
                "error_passive": 3,
                "bus_off": 4,
                "arbitration_lost": 5,
                "restarts": 6,
            },
        },
    ),
]

VIRTUAL = [
    of(
        "tun",
        {1: u32(65533), 2: u32(65532), 3: u8(2), 4: u8(0), 5: u8(1), 6: u8(1), 7: u8(1), 8: u32(3), 9: u32(1)},
        {
            "user": 65533,
            "group": 65532,
            "type": "tap",
            "pi": False,
            "vnet_hdr": True,
            "persist": True,
            "multi_queue": True,
            "numqueues": 3,
            "numdisabled": 1,
        },
    ),
    of("tun", {3: u8(1), 7: u8(0), 8: u32(1), 9: u32(0)}, {"type": "tun", "multi_queue": False}, "of one queue"),
    of("vrf", {1: u32(1000)}, {"table": 1000}),
    of_member("vrf", {1: u32(1000)}, {"table": 1000}),
    of(
        "netkit",
        {2: u8(1), 3: s32(0), 4: s32(2), 5: u32(1), 6: u32(1), 7: u32(0), 8: u16(16), 9: u16(0)},
        {
            "primary": True,
            "policy": "forward",
            "peer_policy": "blackhole",
            "mode": "l3",
            "scrub": "default",
            "peer_scrub": "none",
            "headroom": 16,
            "tailroom": 0,
        },
    ),
    of(
        "rmnet",
        {1: u16(3), 2: u32(0x25, 0xFF)},
        {"mux_id": 3, "flags": ["INGRESS_DEAGGREGATION", "INGRESS_MAP_CKSUMV4", "EGRESS_MAP_CKSUMV5"]},
    ),
    of("ipoib", {1: u16(0x8001), 2: u16(1), 3: u16(1)}, {"key": "0x8001", "mode": "connected", "umcast": "0001"}),
    of("batadv", {1: b"BATMAN_V\0"}, {"algo_name": "BATMAN_V"}),
    of("dsa", {1: u32(7)}, {"conduit": "lower7"}),
    of("wwan", {1: u32(1)}, {"linkid": 1}),
]

BRIDGE = [
    of(
        "bridge",
        {
            8: be16(0x88A8),
            9: u16(0x4000),
            10: mac("80:00:02:00:00:ab:cd:0e"),
            11: mac("80:00:02:00:00:ab:cd:0e"),
            12: u16(0),
            16: u64(123),
            20: mac("01:80:c2:00:00:00"),
            34: u64(1000),
            46: u32(0b10010, 0b11111),
            47: nest({1: ip("192.0.2.1"), 2: u32(7), 3: u64(150), 5: ip("fe80::1"), 6: u32(8), 7: u64(50)}),
            48: u32(3),
            49: u32(100),
        },
        {
            "vlan_protocol": "802.1ad",
            "group_fwd_mask": "0x4000",
            "root_id": "8000.2:0:0:ab:cd:e",
            "bridge_id": "8000.2:0:0:ab:cd:e",
            "root_port": 0,
            "hello_timer": 1.23,
            "group_addr": "01:80:c2:00:00:00",
            "mcast_query_response_intvl": 1000,
            "no_linklocal_learn": 0,
            "mcast_vlan_snooping": 1,
            "mst_enabled": 0,
            "mdb_offload_fail_notification": 0,
            "fdb_local_vlan_0": 1,
            "mcast_querier_state": {
                "ip_address": "192.0.2.1",
                "ip_port": "lower7",
                "ip_other_timer": 1.5,
                "ipv6_address": "fe80::1",
                "ipv6_port": "lower8",
                "ipv6_other_timer": 0.5,
            },
            "fdb_n_learned": 3,
            "fdb_max_learned": 100,
        },
    ),
    of(
        "bridge",
        {10: mac("10:00:02:00:00:00:00:01"), 11: mac("80:00:02:00:00:00:00:02")},
        {"root_id": "1000.2:0:0:0:0:1", "bridge_id": "8000.2:0:0:0:0:2"},
        "below another root",
    ),
    of_member(
        "bridge",
        {
            1: u8(2),
            4: u8(1),
            17: u16(0x8001),
            18: u16(1),
            23: u64(99),
            31: u16(0xC005),
            34: u32(7),
            39: u8(1),
            40: u8(0),
        },
        {
            "state": "learning",
            "hairpin": True,
            "id": "0x8001",
            "no": "0x1",
            "hold_timer": 0.99,
            "group_fwd_mask": "0xc005",
            "group_fwd_mask_str": "stp,lacp,lldp,0x8000",
            "backup_port": "lower7",
            "locked": True,
            "mab": False,
        },
    ),
    of_member("bridge", {1: u8(7)}, {"state_index": 7}, "in no known state"),
]

# Kinds that tell nothing of themselves.
SILENT = [
    Case(kind, link(kind), {"info_kind": kind})
    for kind in ("dummy", "ifb", "netdevsim", "nlmon", "team", "vcan", "veth", "vxcan", "wireguard")
]
BARE = [
    Case("bridge without data", link("bridge"), {"info_kind": "bridge", "info_data": {}}),
    Case(
        "team member",
        member("team"),
        {"info_kind": "veth", "info_slave_kind": "team"},
    ),
    Case(
        "hardware in a bridge",
        attribute(4, b"bridge\0") + attribute(5, nest({1: u8(3)})),
        {"info_slave_kind": "bridge", "info_slave_data": {"state": "forwarding"}},
    ),
]

CASES = [*BRIDGE, *BOND, *ETHERNET, *TUNNEL, *OVERLAY, *CAN, *VIRTUAL, *SILENT, *BARE]
