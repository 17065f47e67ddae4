"""Rules of policy routing from messages composed by hand as linux/fib_rules.h has them."""

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.netlink.rule import parse_rule
from nettools.core.prefix import Prefix
from nettools.core.route.report import Rule
from tests.core.netlink.compose import (
    AF_BRIDGE,
    AF_INET,
    AF_INET6,
    be32,
    be64,
    can_be_written,
    changed,
    ip,
    names,
    rule,
    u8,
    u16,
    u32,
    words,
)

# enum FRA_* of linux/fib_rules.h
DST, SRC, IIFNAME, GOTO, PRIORITY, FWMARK, FLOW, TUN_ID = 1, 2, 3, 4, 6, 10, 11, 12
SUPPRESS_IFGROUP, SUPPRESS_PREFIXLEN, TABLE, FWMASK, OIFNAME, L3MDEV, UID_RANGE = 13, 14, 15, 16, 17, 19, 20
PROTOCOL, IP_PROTO, SPORT_RANGE, DPORT_RANGE, DSCP, FLOWLABEL = 21, 22, 23, 24, 25, 26
FLOWLABEL_MASK, SPORT_MASK, DPORT_MASK, DSCP_MASK = 27, 28, 29, 30
INVERT, UNRESOLVED, IIF_DETACHED = 0x2, 0x4, 0x8  # FIB_RULE_*
TO_TABLE, GOTO_ACTION, NOP, BLACKHOLE, UNREACHABLE, PROHIBIT = 1, 2, 3, 6, 7, 8  # FR_ACT_*
NONE = u32(0xFFFFFFFF)


def prefix(text: str) -> Prefix:
    network = ip_network(text)
    return Prefix(network.version, int(network.network_address), network.prefixlen)


PLAIN = Rule(
    family="inet",
    priority=0,
    not_=False,
    from_=None,
    to=None,
    tos=None,
    fwmark=None,
    fwmask=None,
    iif=None,
    oif=None,
    uidrange=None,
    ipproto=None,
    sport=None,
    dport=None,
    suppress_prefixlength=None,
    suppress_ifgroup=None,
    goto=None,
    protocol=None,
    l3mdev=False,
    table="main",
    action="to_table",
    dscp=None,
    tun_id=None,
    flowlabel=None,
    realms=None,
)


def read(body: bytes) -> Rule | None:
    return parse_rule(body, names())


def test_a_rule_without_attributes_is_for_everything_and_leads_to_its_table() -> None:
    assert read(rule()) == PLAIN
    assert read(rule(family=AF_INET6)) == replace(PLAIN, family="inet6")


@pytest.mark.parametrize(
    ("pairs", "fields"),
    [
        ([(PRIORITY, u32(32766))], {"priority": 32766}),
        ([(FWMARK, u32(0x10)), (FWMASK, NONE)], {"fwmark": "0x10", "fwmask": "0xffffffff"}),
        ([(FWMARK, u32(0x10)), (FWMASK, u32(0xF0))], {"fwmark": "0x10", "fwmask": "0xf0"}),
        ([(FWMARK, u32(0)), (FWMASK, u32(0xFF))], {"fwmark": "0x0", "fwmask": "0xff"}),
        ([(FWMASK, u32(0xFF))], {"fwmark": "0x0", "fwmask": "0xff"}),
        ([(FWMARK, u32(0)), (FWMASK, u32(0))], {}),
        ([(IIFNAME, words("eth0"))], {"iif": "eth0"}),
        ([(OIFNAME, words("gone7"))], {"oif": "gone7"}),
        ([(UID_RANGE, u32(1000, 2000))], {"uidrange": "1000-2000"}),
        ([(UID_RANGE, u32(0, 0))], {"uidrange": "0-0"}),
        ([(UID_RANGE, u32(5))], {}),
        ([(IP_PROTO, u8(6))], {"ipproto": "tcp"}),
        ([(IP_PROTO, u8(58))], {"ipproto": "ipv6-icmp"}),
        ([(IP_PROTO, u8(200))], {"ipproto": "200"}),
        ([(SPORT_RANGE, u16(53, 53))], {"sport": "53"}),
        ([(DPORT_RANGE, u16(80, 90))], {"dport": "80-90"}),
        ([(SPORT_RANGE, u16(0x50, 0x50)), (SPORT_MASK, u16(0xFFF0))], {"sport": "80/0xfff0"}),
        ([(DPORT_RANGE, u16(80, 80)), (DPORT_MASK, u16(0xFFFF))], {"dport": "80"}),
        ([(DPORT_RANGE, u16(80, 80)), (DPORT_MASK, u16(0xFF))], {"dport": "80/0xff"}),
        ([(DPORT_RANGE, u8(1))], {}),
        ([(SUPPRESS_PREFIXLEN, u32(0))], {"suppress_prefixlength": 0}),
        ([(SUPPRESS_PREFIXLEN, u32(24))], {"suppress_prefixlength": 24}),
        ([(SUPPRESS_PREFIXLEN, NONE), (SUPPRESS_IFGROUP, NONE)], {}),
        ([(SUPPRESS_IFGROUP, u32(0))], {"suppress_ifgroup": "default"}),
        ([(SUPPRESS_IFGROUP, u32(42))], {"suppress_ifgroup": "42"}),
        ([(PROTOCOL, u8(2))], {"protocol": "kernel"}),
        ([(PROTOCOL, u8(201))], {"protocol": "201"}),
        ([(TABLE, u32(70000))], {"table": "70000"}),
        ([(TABLE, u32(255))], {"table": "local"}),
        ([(L3MDEV, u8(1)), (TABLE, u32(0))], {"l3mdev": True, "table": None}),
        ([(L3MDEV, u8(0))], {}),
        ([(DSCP, u8(8))], {"dscp": "8"}),
        ([(DSCP, u8(8)), (DSCP_MASK, u8(0x3F))], {"dscp": "8"}),
        ([(DSCP, u8(8)), (DSCP_MASK, u8(0x38))], {"dscp": "0x8/0x38"}),
        ([(DSCP, u8(0)), (DSCP_MASK, u8(0x38))], {"dscp": "0x0/0x38"}),
        ([(FLOWLABEL, be32(0x12345)), (FLOWLABEL_MASK, be32(0xFFFFF))], {"flowlabel": "0x12345/0xfffff"}),
        ([(FLOWLABEL, be32(0x12345))], {"flowlabel": "0x12345"}),
        ([(TUN_ID, be64(7))], {"tun_id": "7"}),
        ([(TUN_ID, be64((1 << 64) - 1))], {"tun_id": "18446744073709551615"}),
        ([(FLOW, u32(7))], {"realms": "7"}),
        ([(FLOW, u32(5 << 16 | 7))], {"realms": "5/7"}),
        ([(FLOW, u32(5 << 16))], {"realms": "5/0"}),
        ([(FLOW, u32(0))], {}),
        ([(GOTO, u32(100))], {}),
    ],
)
def test_every_attribute_has_its_field(pairs: list[tuple[int, bytes]], fields: Mapping[str, Any]) -> None:
    assert read(rule(*pairs)) == replace(PLAIN, **fields)


def test_a_rule_may_be_for_what_does_not_match() -> None:
    assert read(rule(flags=INVERT)) == replace(PLAIN, not_=True)
    assert read(rule(flags=UNRESOLVED | IIF_DETACHED)) == PLAIN


def test_the_tos_is_in_hexadecimal_digits() -> None:
    assert read(rule(tos=0x10)) == replace(PLAIN, tos="0x10")


@pytest.mark.parametrize(
    ("action", "word"),
    [
        (NOP, "nop"),
        (BLACKHOLE, "blackhole"),
        (UNREACHABLE, "unreachable"),
        (PROHIBIT, "prohibit"),
        (4, "4"),
        (77, "77"),
    ],
)
def test_an_action_that_leads_to_no_table_has_none(action: int, word: str) -> None:
    assert read(rule(action=action)) == replace(PLAIN, action=word, table=None)


def test_a_jump_says_where_to() -> None:
    found = read(rule((GOTO, u32(200)), action=GOTO_ACTION, flags=UNRESOLVED))
    assert found == replace(PLAIN, action="goto", goto=200, table=None)


@pytest.mark.parametrize("text", ["10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32", "2001:db8::7/128"])
def test_sources_and_destinations_are_prefixes(text: str) -> None:
    address, _, length = text.partition("/")
    family = AF_INET6 if ":" in text else AF_INET
    plain = replace(PLAIN, family="inet6" if ":" in text else "inet")
    assert read(rule((SRC, ip(address)), family=family, from_length=int(length))) == replace(plain, from_=prefix(text))
    assert read(rule((DST, ip(address)), family=family, to_length=int(length))) == replace(plain, to=prefix(text))


def test_prefixes_that_cannot_be_are_prefixes_still() -> None:
    assert read(rule((SRC, ip("10.1.2.3")), from_length=8)) == replace(PLAIN, from_=prefix("10.0.0.0/8"))
    assert read(rule((SRC, u8(10)), from_length=200)) == replace(PLAIN, from_=prefix("10.0.0.0/32"))
    assert read(rule(to_length=8)) == replace(PLAIN, to=prefix("0.0.0.0/8"))


def test_a_rule_with_everything_has_everything() -> None:
    body = rule(
        (PRIORITY, u32(5)),
        (SRC, ip("10.0.0.0")),
        (DST, ip("192.0.2.0")),
        (FWMARK, u32(1)),
        (FWMASK, u32(3)),
        (IIFNAME, words("eth0")),
        (OIFNAME, words("eth1")),
        (UID_RANGE, u32(1, 2)),
        (IP_PROTO, u8(17)),
        (SPORT_RANGE, u16(1, 2)),
        (DPORT_RANGE, u16(3, 4)),
        (SUPPRESS_PREFIXLEN, u32(8)),
        (SUPPRESS_IFGROUP, u32(0)),
        (PROTOCOL, u8(4)),
        (TABLE, u32(1000)),
        (TUN_ID, be64(9)),
        (FLOW, u32(1)),
        from_length=8,
        to_length=24,
        table=252,
        tos=0x8,
        flags=INVERT,
    )
    assert read(body) == replace(
        PLAIN,
        priority=5,
        not_=True,
        from_=prefix("10.0.0.0/8"),
        to=prefix("192.0.2.0/24"),
        tos="0x8",
        fwmark="0x1",
        fwmask="0x3",
        iif="eth0",
        oif="eth1",
        uidrange="1-2",
        ipproto="udp",
        sport="1-2",
        dport="3-4",
        suppress_prefixlength=8,
        suppress_ifgroup="default",
        protocol="static",
        table="1000",
        tun_id="9",
        realms="1",
    )
    can_be_written(read(body))


def test_attributes_that_are_not_known_are_passed_over() -> None:
    assert read(rule((9999, b"\xff" * 7), (5, b"\1"), (18, b""), (0, b""))) == PLAIN


@pytest.mark.parametrize("family", [0, AF_BRIDGE, 128, 129, 255])
def test_another_family_is_none(family: int) -> None:
    assert read(rule(family=family)) is None


@pytest.mark.parametrize("length", [0, 1, 4, 11])
def test_a_message_too_short_for_a_rule_is_none(length: int) -> None:
    assert read(rule()[:length]) is None


SAMPLES = [
    rule(
        (PRIORITY, u32(5)),
        (SRC, ip("10.0.0.0")),
        (FWMARK, u32(1)),
        (FWMASK, u32(3)),
        (IIFNAME, words("eth0")),
        (UID_RANGE, u32(1, 2)),
        (IP_PROTO, u8(17)),
        (SPORT_RANGE, u16(1, 1)),
        (SPORT_MASK, u16(0xFF)),
        (SUPPRESS_PREFIXLEN, u32(8)),
        (DSCP, u8(8)),
        (DSCP_MASK, u8(0x38)),
        from_length=8,
    ),
    rule((TUN_ID, be64(9)), (FLOWLABEL, be32(1)), (FLOWLABEL_MASK, be32(3)), (L3MDEV, u8(1)), family=AF_INET6),
    rule((GOTO, u32(200)), action=GOTO_ACTION),
]


@given(st.one_of(st.binary(max_size=200), changed(SAMPLES)))
def test_whatever_bytes_there_are_a_rule_is_read(body: bytes) -> None:
    found = read(body)
    if found is not None:
        can_be_written(found)


@pytest.mark.parametrize("family", [AF_INET, AF_INET6])
@pytest.mark.parametrize("kind", range(1, 32))
def test_the_longest_attribute_of_a_rule_is_read(kind: int, family: int) -> None:
    can_be_written(read(rule((kind, b"\xff" * 9000), family=family)))
