"""Routes from messages composed by hand as linux/{rtnetlink,nexthop}.h have them."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.netlink.route import ROUTE_TYPES, parse_route
from nettools.core.prefix import Prefix
from nettools.core.record import Json
from nettools.core.route.report import NextHop, Route
from tests.core.netlink.compose import (
    AF_BRIDGE,
    AF_INET,
    AF_INET6,
    AF_MPLS,
    be32,
    be64,
    can_be_written,
    changed,
    ip,
    names,
    nest,
    next_hop,
    route,
    s32,
    u8,
    u16,
    u32,
    words,
)

# enum rtattr_type_t of linux/rtnetlink.h
DST, SRC, IIF, OIF, GATEWAY, PRIORITY, PREFSRC, METRICS, MULTIPATH = 1, 2, 3, 4, 5, 6, 7, 8, 9
FLOW, CACHEINFO, TABLE, MARK, VIA, NEWDST, PREF, ENCAP_TYPE, ENCAP, NH_ID = 11, 12, 15, 16, 18, 19, 20, 21, 22, 30
# RTAX_*
LOCK, MTU, RTT, RTTVAR, ADVMSS, HOPLIMIT, FEATURES, CC_ALGO = 1, 2, 4, 5, 8, 10, 12, 16
LWTUNNEL_ENCAP_MPLS, LWTUNNEL_ENCAP_IP = 1, 2


def prefix(text: str) -> Prefix:
    network = ip_network(text)
    return Prefix(network.version, int(network.network_address), network.prefixlen)


DEFAULT = Route(
    family="inet",
    type="unicast",
    dst=prefix("0.0.0.0/0"),
    gateway=None,
    via_family=None,
    dev=None,
    protocol="boot",
    scope="global",
    prefsrc=None,
    metric=0,
    table="main",
    flags=(),
    mtu=None,
    nexthops=(),
    nhid=None,
    pref=None,
    tos=None,
    from_=None,
    expires=None,
    encap=None,
    metrics={},
)
DEFAULT6 = replace(DEFAULT, family="inet6", dst=prefix("::/0"))
HOP = NextHop(gateway=None, dev="eth0", weight=1, flags=(), encap=None)


def read(body: bytes) -> Route | None:
    return parse_route(body, names())


def via(family: int, address: str) -> bytes:
    """struct rtvia: a family, and an address of it."""
    return u16(family) + ip(address)


def cache_info(expires: int) -> bytes:
    """struct rta_cacheinfo: references, last use, expires, error, used, id, ts, tsage."""
    return u32(1, 2) + s32(expires) + u32(0, 5, 6, 7, 8)


def test_a_route_without_attributes_is_a_default_route_of_which_nothing_else_is_known() -> None:
    assert read(route()) == DEFAULT
    assert read(route(family=AF_INET6)) == DEFAULT6


@pytest.mark.parametrize(
    ("pair", "field", "value"),
    [
        ((OIF, u32(2)), "dev", "eth0"),
        ((OIF, u32(99)), "dev", "if99"),
        ((OIF, u32(0)), "dev", None),
        ((GATEWAY, ip("192.0.2.254")), "gateway", IPv4Address("192.0.2.254")),
        ((PRIORITY, u32(100)), "metric", 100),
        ((PRIORITY, u32(0xFFFFFFFF)), "metric", 0xFFFFFFFF),
        ((PREFSRC, ip("192.0.2.1")), "prefsrc", IPv4Address("192.0.2.1")),
        ((TABLE, u32(255)), "table", "local"),
        ((TABLE, u32(1000)), "table", "1000"),
        ((NH_ID, u32(77)), "nhid", 77),
        ((PREF, u8(0)), "pref", "medium"),
        ((PREF, u8(1)), "pref", "high"),
        ((PREF, u8(3)), "pref", "low"),
        ((PREF, u8(2)), "pref", "2"),
        ((CACHEINFO, cache_info(60000)), "expires", 600),
        ((CACHEINFO, cache_info(199)), "expires", 1),
        ((CACHEINFO, cache_info(-199)), "expires", -1),
        ((CACHEINFO, cache_info(0)), "expires", None),
        ((CACHEINFO, u32(1, 2)), "expires", None),
    ],
)
def test_every_attribute_has_its_field(pair: tuple[int, bytes], field: str, value: Any) -> None:
    assert read(route(pair)) == replace(DEFAULT, **{field: value})


@pytest.mark.parametrize(
    ("body", "field", "value"),
    [
        (route(table=100), "table", "100"),
        (route(protocol=2), "protocol", "kernel"),
        (route(protocol=201), "protocol", "201"),
        (route(scope=253), "scope", "link"),
        (route(scope=7), "scope", "7"),
        (route(tos=0x10), "tos", "0x10"),
    ],
)
def test_the_header_tells_the_rest(body: bytes, field: str, value: Any) -> None:
    assert read(body) == replace(DEFAULT, **{field: value})


def test_types_are_those_of_the_kernel_and_others_are_numbers() -> None:
    types = [found.type for kind in range(14) if (found := read(route(kind=kind)))]
    assert types == [
        *("unspec", "unicast", "local", "broadcast", "anycast", "multicast", "blackhole", "unreachable"),
        *("prohibit", "throw", "nat", "xresolve", "12", "13"),
    ]
    assert len(ROUTE_TYPES) == 12


@pytest.mark.parametrize(
    ("flags", "read_flags"),
    [
        (0x1, ("dead",)),
        (0x2, ("pervasive",)),
        (0x4, ("onlink",)),
        (0x8, ("offload",)),
        (0x10, ("linkdown",)),
        (0x20, ("unresolved",)),
        (0x40, ("trap",)),
        (0x100, ("notify",)),
        (0x4000, ("rt_offload",)),
        (0x8000, ("rt_trap",)),
        (0x20000000, ("rt_offload_failed",)),
        (0x11, ("dead", "linkdown")),
        (0x200 | 0x1000, ()),  # a cached entry, and that the table was asked for: no property of a route
    ],
)
def test_flags_are_words(flags: int, read_flags: tuple[str, ...]) -> None:
    assert read(route(flags=flags)) == replace(DEFAULT, flags=read_flags)


@pytest.mark.parametrize("dst", ["10.0.0.0/8", "192.0.2.128/25", "192.0.2.7/32", "2001:db8::/32", "2001:db8::7/128"])
def test_the_destination_is_a_prefix(dst: str) -> None:
    address, _, length = dst.partition("/")
    family = AF_INET6 if ":" in dst else AF_INET
    found = read(route((DST, ip(address)), family=family, to_length=int(length)))
    assert found == replace(DEFAULT6 if ":" in dst else DEFAULT, dst=prefix(dst))


def test_host_bits_bytes_that_are_missing_and_lengths_that_cannot_be_make_a_prefix_still() -> None:
    bodies = [
        (route((DST, ip("10.1.2.3")), to_length=8), "10.0.0.0/8"),
        (route((DST, u8(10, 1)), to_length=16), "10.1.0.0/16"),
        (route((DST, ip("2001:db8::")), to_length=16), "32.1.0.0/16"),
        (route((DST, ip("10.1.2.3")), to_length=255), "10.1.2.3/32"),
        (route(to_length=24), "0.0.0.0/24"),
    ]
    assert [(found.dst if (found := read(body)) else None) for body, _ in bodies] == [prefix(dst) for _, dst in bodies]


def test_a_route_may_be_for_the_packets_of_one_source_only() -> None:
    found = read(route((SRC, ip("2001:db8:5::")), family=AF_INET6, from_length=48))
    assert found == replace(DEFAULT6, from_=prefix("2001:db8:5::/48"))


def test_the_table_of_32_bits_goes_before_that_of_eight() -> None:
    assert read(route((TABLE, u32(70000)), table=252)) == replace(DEFAULT, table="70000")


def test_a_gateway_of_the_other_family_is_told_with_its_family() -> None:
    found = read(route((VIA, via(AF_INET6, "fe80::9")), (OIF, u32(2))))
    assert found == replace(DEFAULT, gateway=IPv6Address("fe80::9"), via_family="inet6", dev="eth0")


def test_a_plain_gateway_of_sixteen_bytes_in_an_ipv4_route_is_of_the_other_family_too() -> None:
    assert read(route((GATEWAY, ip("fe80::9")))) == replace(DEFAULT, gateway=IPv6Address("fe80::9"), via_family="inet6")
    assert read(route((GATEWAY, ip("fe80::9")), family=AF_INET6)) == replace(DEFAULT6, gateway=IPv6Address("fe80::9"))


@pytest.mark.parametrize("value", [b"", u16(AF_INET6), u16(AF_INET6) + b"\1\2\3"])
def test_a_gateway_that_is_cut_short_is_none(value: bytes) -> None:
    found = read(route((VIA, value)))
    assert found is not None
    assert found.gateway is None


# -- Metrics --------------------------------------------------------------------------------------------


def metrics(*pairs: tuple[int, bytes]) -> Route | None:
    return read(route((METRICS, nest(*pairs))))


def test_every_metric_has_its_name() -> None:
    numbers = [*range(2, 16), 17]
    found = metrics(*((number, u32(8 * number)) for number in numbers))
    read_names = (
        *("mtu", "window", "rtt_ms", "rttvar_ms", "ssthresh", "cwnd", "advmss", "reordering", "hoplimit", "initcwnd"),
        *("features", "rto_min_ms", "initrwnd", "quickack", "fastopen_no_cookie"),
    )
    units = {4: 8, 5: 4}
    expected: dict[str, Json] = {
        name: 8 * number / units.get(number, 1) for number, name in zip(numbers, read_names, strict=True)
    }
    assert found == replace(DEFAULT, mtu=16, metrics=expected)


def test_round_trip_times_count_in_parts_of_a_millisecond() -> None:
    """RTAX_RTT in eighths and RTAX_RTTVAR in quarters, as the kernel keeps them."""
    found = metrics((RTT, u32(804)), (RTTVAR, u32(201)))
    assert found == replace(DEFAULT, metrics={"rtt_ms": 100.5, "rttvar_ms": 50.25})


def test_locked_metrics_are_named() -> None:
    found = metrics((LOCK, u32(1 << MTU | 1 << ADVMSS)), (MTU, u32(1400)), (ADVMSS, u32(1300)))
    assert found == replace(DEFAULT, mtu=1400, metrics={"mtu": 1400, "advmss": 1300, "lock": ["mtu", "advmss"]})


def test_a_metric_may_be_locked_without_a_value_and_without_a_name() -> None:
    assert metrics((LOCK, u32(1 << HOPLIMIT | 1 << 31))) == replace(DEFAULT, metrics={"lock": ["hoplimit", "31"]})
    assert metrics((LOCK, u32(0)), (MTU, u32(1400))) == replace(DEFAULT, mtu=1400, metrics={"mtu": 1400})


def test_the_congestion_control_is_a_word() -> None:
    assert metrics((CC_ALGO, words("bbr")), (FEATURES, u32(1))) == replace(
        DEFAULT, metrics={"congctl": "bbr", "features": 1}
    )


def test_a_metric_that_is_not_known_has_its_number() -> None:
    assert metrics((99, u32(7))) == replace(DEFAULT, metrics={"99": 7})


def test_metrics_without_content_are_none() -> None:
    assert metrics() == DEFAULT


# -- Several ways ---------------------------------------------------------------------------------------


def test_a_multipath_route_has_all_its_ways() -> None:
    hops = (
        next_hop((GATEWAY, ip("192.0.2.5")), index=2)
        + next_hop((VIA, via(AF_INET6, "fe80::6")), index=3, less_one=4, flags=0x4)
        + next_hop(index=7, less_one=255, flags=0x11)
        + next_hop(index=0)
    )
    assert read(route((MULTIPATH, hops))) == replace(
        DEFAULT,
        nexthops=(
            replace(HOP, gateway=ip_address("192.0.2.5")),
            replace(HOP, gateway=ip_address("fe80::6"), dev="eth1", weight=5, flags=("onlink",)),
            replace(HOP, dev="br0", weight=256, flags=("dead", "linkdown")),
            replace(HOP, dev=None),
        ),
    )


def test_each_way_may_have_its_encapsulation() -> None:
    labels = nest((1, be32(100 << 12 | 1 << 8)))
    hops = next_hop((ENCAP_TYPE, u16(LWTUNNEL_ENCAP_MPLS)), (ENCAP, labels), (GATEWAY, ip("192.0.2.5")))
    found = read(route((MULTIPATH, hops + next_hop(index=3))))
    assert found == replace(
        DEFAULT,
        nexthops=(
            replace(HOP, gateway=ip_address("192.0.2.5"), encap={"type": "mpls", "labels": [100]}),
            replace(HOP, dev="eth1"),
        ),
    )


@pytest.mark.parametrize(
    "rest", [u16(7) + next_hop()[2:], u16(9) + next_hop()[2:], u16(0) + next_hop()[2:], next_hop()[:7]]
)
def test_a_way_with_an_impossible_length_ends_the_walk(rest: bytes) -> None:
    assert read(route((MULTIPATH, next_hop() + rest))) == replace(DEFAULT, nexthops=(HOP,))


def test_a_route_by_next_hop_object_has_its_number_and_what_the_kernel_repeats_of_it() -> None:
    hops = next_hop((GATEWAY, ip("192.0.2.5"))) + next_hop((GATEWAY, ip("192.0.2.6")), less_one=1)
    found = read(route((NH_ID, u32(10)), (MULTIPATH, hops)))
    assert found == replace(
        DEFAULT,
        nhid=10,
        nexthops=(
            replace(HOP, gateway=ip_address("192.0.2.5")),
            replace(HOP, gateway=ip_address("192.0.2.6"), weight=2),
        ),
    )


def test_the_encapsulation_is_that_of_its_type() -> None:
    body = route((ENCAP, nest((1, be64(7)))), (ENCAP_TYPE, u16(LWTUNNEL_ENCAP_IP)))
    assert read(body) == replace(DEFAULT, encap={"type": "ip", "id": "7"})
    assert read(route((ENCAP_TYPE, u16(LWTUNNEL_ENCAP_IP)))) == replace(DEFAULT, encap={"type": "ip"})
    assert read(route((ENCAP, nest((1, be64(7)))))) == DEFAULT


# -- What is no route -----------------------------------------------------------------------------------


def test_attributes_that_are_not_known_are_passed_over() -> None:
    body = route((IIF, u32(3)), (FLOW, u32(9)), (MARK, u32(1)), (NEWDST, b"x"), (9999, b"\xff" * 7), (0, b""))
    assert read(body) == DEFAULT


@pytest.mark.parametrize("family", [0, AF_BRIDGE, AF_MPLS, 128, 129, 255])
def test_another_family_is_none(family: int) -> None:
    assert read(route(family=family)) is None


@pytest.mark.parametrize("length", [0, 1, 4, 11])
def test_a_message_too_short_for_a_route_is_none(length: int) -> None:
    assert read(route()[:length]) is None


SAMPLES = [
    route(
        (DST, ip("10.0.0.0")),
        (TABLE, u32(254)),
        (PRIORITY, u32(100)),
        (OIF, u32(2)),
        (GATEWAY, ip("192.0.2.254")),
        (PREFSRC, ip("192.0.2.1")),
        (METRICS, nest((LOCK, u32(4)), (MTU, u32(1400)), (RTT, u32(800)), (CC_ALGO, words("bbr")))),
        (ENCAP, nest((1, be64(7)), (2, ip("192.0.2.9")))),
        (ENCAP_TYPE, u16(LWTUNNEL_ENCAP_IP)),
        to_length=8,
        tos=0x10,
    ),
    route((VIA, via(AF_INET6, "fe80::9")), (NH_ID, u32(7)), (OIF, u32(2))),
    route((MULTIPATH, next_hop((GATEWAY, ip("192.0.2.5"))) + next_hop((VIA, via(AF_INET6, "fe80::6"))))),
    route(
        (DST, ip("2001:db8::")),
        (SRC, ip("2001:db8:5::")),
        (CACHEINFO, cache_info(60000)),
        (PREF, u8(1)),
        family=AF_INET6,
        to_length=32,
        from_length=48,
    ),
]


@given(st.one_of(st.binary(max_size=200), changed(SAMPLES)))
def test_whatever_bytes_there_are_a_route_is_read(body: bytes) -> None:
    found = read(body)
    if found is not None:
        can_be_written(found)


@pytest.mark.parametrize("family", [AF_INET, AF_INET6])
@pytest.mark.parametrize("kind", range(1, 32))
def test_the_longest_attribute_of_a_route_is_read(kind: int, family: int) -> None:
    can_be_written(read(route((kind, b"\xff" * 9000), family=family)))


@pytest.mark.parametrize("kind", range(1, 20))
def test_the_longest_metric_is_read(kind: int) -> None:
    """A round-trip time of so many bytes would be no float."""
    can_be_written(metrics((kind, b"\xff" * 9000)))
