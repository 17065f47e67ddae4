"""Requests, read back byte by byte as linux/{netlink,rtnetlink,net_namespace}.h lay them out."""

import struct
from ipaddress import IPv4Address, IPv6Address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.ifaces.report import Family
from nettools.core.netlink import request, wire
from nettools.core.netlink.names import Names
from nettools.core.netlink.route import parse_route
from nettools.core.prefix import Prefix
from nettools.core.route.question import Question
from tests.core.netlink.compose import AF_INET, AF_INET6, be16, ip, names, s32, u8, u32

REQUEST, DUMP = 0x1, 0x300  # NLM_F_*
GETLINK, GETADDR, GETROUTE, GETRULE, GETNSID = 18, 22, 26, 34, 90  # RTM_GET*
RTMSG = struct.Struct("=BBBBBBBBI")
LOOKUP_TABLE = 0x1000  # RTM_F_LOOKUP_TABLE


def only(data: bytes, kind: int, flags: int, sequence: int) -> bytes:
    """The body of the one message that a request is."""
    (length,) = struct.unpack_from("=I", data)
    assert length == len(data)
    [message] = wire.messages(data)
    assert (message.type, message.flags, message.sequence) == (kind, flags, sequence)
    return message.body


def test_all_links_are_asked_for() -> None:
    body = only(request.dump_links(7), GETLINK, REQUEST | DUMP, 7)
    assert body == bytes(16)  # struct ifinfomsg


def test_the_links_of_another_namespace_are_asked_for() -> None:
    body = only(request.dump_links(7, netnsid=3), GETLINK, REQUEST | DUMP, 7)
    assert (body[:16], wire.attributes(body, 16)) == (bytes(16), {46: s32(3)})  # IFLA_TARGET_NETNSID


def test_all_addresses_are_asked_for() -> None:
    assert only(request.dump_addresses(8), GETADDR, REQUEST | DUMP, 8) == bytes(8)  # struct ifaddrmsg


@pytest.mark.parametrize(("family", "number"), [("inet", AF_INET), ("inet6", AF_INET6)])
def test_all_rules_of_a_family_are_asked_for(family: Family, number: int) -> None:
    body = only(request.dump_rules(9, family), GETRULE, REQUEST | DUMP, 9)
    assert body == u8(number) + bytes(11)


@pytest.mark.parametrize(("family", "number"), [("inet", AF_INET), ("inet6", AF_INET6)])
@pytest.mark.parametrize(
    ("table", "short", "attributes"),
    [
        (None, 0, {}),
        (254, 254, {15: u32(254)}),
        (255, 255, {15: u32(255)}),
        (256, 252, {15: u32(256)}),  # RT_TABLE_COMPAT in the byte, the number in RTA_TABLE
        (0xFFFFFFFF, 252, {15: u32(0xFFFFFFFF)}),
    ],
)
def test_the_routes_of_a_table_or_of_all_are_asked_for(
    family: Family, number: int, table: int | None, short: int, attributes: dict[int, bytes]
) -> None:
    body = only(request.dump_routes(1, family, table=table), GETROUTE, REQUEST | DUMP, 1)
    assert RTMSG.unpack_from(body) == (number, 0, 0, 0, short, 0, 0, 0, 0)
    assert wire.attributes(body, RTMSG.size) == attributes


def test_the_id_of_a_namespace_is_asked_for_by_a_descriptor_of_it() -> None:
    body = only(request.get_namespace_id(4, 5), GETNSID, REQUEST, 4)
    assert (body[:4], wire.attributes(body, 4)) == (bytes(4), {3: u32(5)})  # struct rtgenmsg, NETNSA_FD


def test_a_question_with_nothing_but_a_destination_asks_nothing_else() -> None:
    asked = Question(destination=IPv4Address("192.0.2.9"))
    body = only(request.get_route(2, asked, incoming=None, outgoing=None), GETROUTE, REQUEST, 2)
    assert RTMSG.unpack_from(body) == (AF_INET, 32, 0, 0, 0, 0, 0, 0, LOOKUP_TABLE)
    assert wire.attributes(body, RTMSG.size) == {1: ip("192.0.2.9")}


def test_ipv6_does_not_ask_for_the_table_which_it_is_told_anyway() -> None:
    asked = Question(destination=IPv6Address("2001:db8::9"))
    body = only(request.get_route(2, asked, incoming=None, outgoing=None), GETROUTE, REQUEST, 2)
    assert RTMSG.unpack_from(body) == (AF_INET6, 128, 0, 0, 0, 0, 0, 0, 0)


def test_a_question_with_everything_asks_everything() -> None:
    asked = Question(
        destination=IPv6Address("2001:db8::9"),
        source=IPv6Address("2001:db8::1"),
        mark=0x10,
        uid=0,
        tos=0x20,
        incoming="eth0",
        outgoing="eth1",
        protocol=6,
        source_port=1,
        destination_port=443,
    )
    body = only(request.get_route(3, asked, incoming=2, outgoing=3), GETROUTE, REQUEST, 3)
    assert RTMSG.unpack_from(body)[:4] == (AF_INET6, 128, 128, 0x20)
    assert wire.attributes(body, RTMSG.size) == {
        1: ip("2001:db8::9"),  # RTA_DST
        2: ip("2001:db8::1"),  # RTA_SRC
        3: u32(2),  # RTA_IIF
        4: u32(3),  # RTA_OIF
        16: u32(0x10),  # RTA_MARK
        25: u32(0),  # RTA_UID
        27: u8(6),  # RTA_IP_PROTO
        28: be16(1),  # RTA_SPORT
        29: be16(443),  # RTA_DPORT
    }


def questions(address: Any) -> st.SearchStrategy[Question]:
    return st.builds(
        Question,
        destination=address,
        source=st.none() | address,
        mark=st.integers(0, 0xFFFFFFFF),
        uid=st.none() | st.integers(0, 0xFFFFFFFF),
        tos=st.integers(0, 255),
        protocol=st.none() | st.integers(0, 255),
        source_port=st.none() | st.integers(0, 65535),
        destination_port=st.none() | st.integers(0, 65535),
    )


@given(questions(st.ip_addresses(v=4)) | questions(st.ip_addresses(v=6)), st.integers(0, 0xFFFFFFFF))
def test_every_question_is_a_request_in_the_form_of_a_route(asked: Question, sequence: int) -> None:
    body = only(request.get_route(sequence, asked, incoming=None, outgoing=2), GETROUTE, REQUEST, sequence)
    given_names: Names = names()
    route = parse_route(body, given_names)
    assert route is not None
    width = 32 if asked.destination.version == 4 else 128
    assert route.dst == Prefix(asked.destination.version, int(asked.destination), width)
    assert route.tos == (f"{asked.tos:#x}" if asked.tos else None)
    assert route.dev == "eth0"
    source = asked.source
    assert route.from_ == (None if source is None else Prefix(source.version, int(source), width))


@given(st.sampled_from(["inet", "inet6"]), st.none() | st.integers(0, 0xFFFFFFFF), st.integers(0, 0xFFFFFFFF))
def test_every_table_that_is_asked_for_is_read_back(family: Family, table: int | None, sequence: int) -> None:
    body = only(request.dump_routes(sequence, family, table=table), GETROUTE, REQUEST | DUMP, sequence)
    route = parse_route(body, names())
    assert route is not None
    assert (route.family, route.table) == (family, names().table(table or 0))
