"""The queries that we make are those that dnspython reads out of them."""

from ipaddress import IPv6Address

import dns.edns
import dns.flags
import dns.message
import dns.rdatatype
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.dns.edns import client_subnet_option
from nettools.core.dns.message import Question, parse_message
from nettools.core.dns.name import name_from_text
from nettools.core.dns.query import DEFAULT_OPTIONS, QueryOptions, make_query
from nettools.core.prefix import prefix_of
from tests.core.dns.strategies import WIRE_NAMES

QUESTION = Question(name=name_from_text("www.test"), type=28, class_=1)


@given(WIRE_NAMES, st.integers(0, 0xFFFF), st.integers(0, 0xFFFF), st.integers(0, 0xFFFF))
def test_the_question_goes_out_as_it_was_asked(name: bytes, type_: int, class_: int, identifier: int) -> None:
    question = Question(name=name, type=type_, class_=class_)
    message = parse_message(make_query(question, DEFAULT_OPTIONS, identifier=identifier))
    assert (message.id, message.questions, message.faults) == (identifier, (question,), ())


def test_a_plain_query_wants_recursion_and_takes_1232_octets() -> None:
    theirs = dns.message.from_wire(make_query(QUESTION, DEFAULT_OPTIONS, identifier=7))
    assert (theirs.id, theirs.flags, theirs.edns, theirs.payload, theirs.ednsflags) == (7, dns.flags.RD, 0, 1232, 0)
    assert theirs.question[0].to_text() == "www.test. IN AAAA"
    assert theirs.options == ()


@pytest.mark.parametrize(
    ("options", "flags"),
    [
        (QueryOptions(recursion_desired=False), 0),
        (QueryOptions(authentic_data=True), dns.flags.RD | dns.flags.AD),
        (QueryOptions(checking_disabled=True), dns.flags.RD | dns.flags.CD),
    ],
)
def test_the_flags_are_those_that_were_chosen(options: QueryOptions, flags: int) -> None:
    assert dns.message.from_wire(make_query(QUESTION, options, identifier=0)).flags == flags


def test_every_option_of_edns_goes_out() -> None:
    options = QueryOptions(
        udp_size=4096,
        dnssec_ok=True,
        nsid=True,
        client_subnet=client_subnet_option(prefix_of(6, int(IPv6Address("2001:db8::")), 32)),
        cookie=True,
    )
    theirs = dns.message.from_wire(make_query(QUESTION, options, identifier=0, cookie=b"12345678"))
    assert (theirs.payload, theirs.ednsflags) == (4096, dns.flags.DO)
    assert [option.to_wire() for option in theirs.options] == [
        b"",
        dns.edns.ECSOption("2001:db8::", 32).to_wire(),
        b"12345678",
    ]


def test_without_edns_nothing_of_it_goes_out() -> None:
    options = QueryOptions(edns=False, dnssec_ok=True, nsid=True, cookie=True)
    wire = make_query(QUESTION, options, identifier=0, cookie=b"12345678")
    assert len(wire) == 12 + len(QUESTION.name) + 4
    assert dns.message.from_wire(wire).edns == -1


def test_a_record_for_the_authority_section_stands_there() -> None:
    soa = b"\x04test\x00" + b"\x00\x06\x00\x01" + bytes(4) + b"\x00\x16" + b"\x00\x00" + bytes(20)
    question = Question(name=name_from_text("test"), type=dns.rdatatype.IXFR, class_=1)
    message = parse_message(make_query(question, DEFAULT_OPTIONS, identifier=0, authority=soa))
    assert [(one.name, one.type, one.rdata) for one in message.authority] == [(b"\x04test\x00", 6, bytes(22))]
    assert message.edns is not None
