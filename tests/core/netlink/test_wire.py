"""The frame of netlink, from bytes composed by hand as linux/netlink.h has them, and from whatever bytes there are."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.netlink import wire
from tests.core.netlink.compose import be32, header, nest, u8, u16, u32, u64

ODD_BODIES = st.lists(st.binary(max_size=9), max_size=6)
PAIRS = st.lists(st.tuples(st.integers(0, 0x3FFF), st.binary(max_size=70)), max_size=6)


def test_every_message_of_a_datagram_is_read() -> None:
    datagram = header(16, 2, 7, b"abcd") + header(20, 0x12, 8, b"") + header(3, 2, 9, b"\0\0\0\0")
    assert list(wire.messages(datagram)) == [
        wire.Message(16, 2, 7, b"abcd"),
        wire.Message(20, 0x12, 8, b""),
        wire.Message(3, 2, 9, b"\0\0\0\0"),
    ]


def test_a_message_after_one_of_an_odd_length_begins_at_a_multiple_of_four() -> None:
    datagram = header(16, 0, 1, b"abcde") + header(17, 0, 2, b"x")
    assert [one.body for one in wire.messages(datagram)] == [b"abcde", b"x"]


def test_the_last_message_needs_no_padding() -> None:
    assert [one.body for one in wire.messages(header(16, 0, 1, b"abcde")[:21])] == [b"abcde"]


@pytest.mark.parametrize("length", [0, 15, 21, 0xFFFFFFFF])
def test_a_message_with_an_impossible_length_ends_the_walk(length: int) -> None:
    whole = header(16, 0, 1, b"abcd")
    broken = struct.pack("=I", length) + header(17, 0, 2, b"efgh")[4:]
    assert [one.type for one in wire.messages(whole + broken[:20])] == [16]


def test_a_header_that_is_cut_short_ends_the_walk() -> None:
    assert list(wire.messages(header(16, 0, 1, b"")[:15])) == []
    assert list(wire.messages(b"")) == []


def test_attributes_are_read_by_their_number_without_the_bits_that_say_nested_or_byte_order() -> None:
    nested, network_order = 0x8000, 0x4000
    data = nest((1, b"a"), (nested | 2, b"bcdef"), (network_order | 3, b""))
    assert wire.attributes(data) == {1: b"a", 2: b"bcdef", 3: b""}
    assert wire.attributes(b"head" + data, 4) == {1: b"a", 2: b"bcdef", 3: b""}


def test_of_a_repeated_attribute_the_last_counts_and_the_list_has_all() -> None:
    data = nest((1, b"a"), (2, b"b"), (1, b"c"))
    assert wire.attributes(data) == {1: b"c", 2: b"b"}
    assert list(wire.attribute_list(data)) == [(1, b"a"), (2, b"b"), (1, b"c")]


def test_an_attribute_that_is_cut_short_is_not_there_and_those_before_it_are() -> None:
    data = nest((1, b"abcd"), (2, b"efgh"))
    assert [wire.attributes(data[:end]) for end in (15, 12, 8, 7, 3, 0)] == [{1: b"abcd"}] * 3 + [{}] * 3


@pytest.mark.parametrize("length", [0, 1, 3])
def test_an_attribute_shorter_than_its_own_head_ends_the_walk(length: int) -> None:
    assert wire.attributes(nest((1, b"a")) + u16(length, 2) + nest((3, b"c"))) == {1: b"a"}


def test_a_start_behind_the_end_finds_nothing() -> None:
    assert wire.attributes(nest((1, b"a")), 100) == {}


def test_integers_of_every_width_are_read() -> None:
    assert [wire.number(value) for value in (b"", u8(200), u16(40000), u32(0xFFFFFFFF), u64(1 << 63))] == [
        0,
        200,
        40000,
        0xFFFFFFFF,
        1 << 63,
    ]
    assert [wire.signed(value) for value in (b"", u8(200), u32(0xFFFFFFFF))] == [0, -56, -1]
    assert wire.big_endian(be32(0x01020304)) == 0x01020304
    assert (wire.number_or_none(None), wire.number_or_none(u32(5))) == (None, 5)


def test_an_integer_wider_than_any_of_the_kernel_still_has_decimal_digits_and_a_float() -> None:
    for value in (b"\xff" * 200, b"\xff" * 9000):
        for read in (wire.number(value), wire.number_or_none(value), wire.signed(value), wire.big_endian(value)):
            assert read is not None
            assert json.dumps([str(read), read / 8])


def test_text_ends_at_its_nul_and_keeps_bytes_that_are_not_utf_8() -> None:
    assert wire.text(b"eth0\0junk") == "eth0"
    assert wire.text(b"no end") == "no end"
    assert wire.text(b"\xff\xc3\xa9").encode("utf-8", "surrogateescape") == b"\xff\xc3\xa9"
    assert (wire.text_or_none(None), wire.text_or_none(b"")) == (None, "")


@given(PAIRS)
def test_attributes_that_we_write_are_read_back(pairs: list[tuple[int, bytes]]) -> None:
    data = b"".join(wire.attribute(kind, value) for kind, value in pairs)
    assert data == nest(*pairs)
    assert list(wire.attribute_list(data)) == pairs


@given(st.integers(0, 0xFFFF), st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF), st.binary(max_size=99))
def test_a_message_that_we_write_is_read_back(kind: int, flags: int, sequence: int, body: bytes) -> None:
    assert list(wire.messages(wire.message(kind, flags, sequence, body))) == [wire.Message(kind, flags, sequence, body)]


@given(ODD_BODIES)
def test_as_many_messages_come_out_as_went_in(bodies: list[bytes]) -> None:
    assert [one.body for one in wire.messages(b"".join(header(16, 0, 1, one) for one in bodies))] == bodies


@given(st.binary(max_size=200), st.integers(0, 250))
def test_whatever_bytes_there_are_the_walk_ends_within_them(value: bytes, start: int) -> None:
    assert sum(16 + len(one.body) for one in wire.messages(value)) <= len(value)
    assert sum(4 + len(one) for _, one in wire.attribute_list(value, start)) <= len(value)
    wire.text(value)
