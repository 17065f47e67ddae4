"""Records whose data is not what their type says, inside of messages."""

import pytest

from nettools.core.dns.message import Message, parse_message
from nettools.core.dns.name import name_from_text
from nettools.core.dns.presentation import rdata_text
from nettools.core.dns.types import CLASSES, TYPES

NAME = name_from_text("host.test")
POINTER = b"\xc0\x0c"


def reply(*records: tuple[str, bytes], class_: str = "IN") -> Message:
    """A reply whose question is NAME, at octet 12, and whose answer has these records."""
    question = NAME + TYPES["A"].to_bytes(2, "big") + CLASSES[class_].to_bytes(2, "big")
    header = bytes.fromhex("1234 8400 0001") + len(records).to_bytes(2, "big") + bytes(4)
    answer = b"".join(
        POINTER
        + TYPES[name].to_bytes(2, "big")
        + CLASSES[class_].to_bytes(2, "big")
        + (300).to_bytes(4, "big")
        + len(rdata).to_bytes(2, "big")
        + rdata
        for name, rdata in records
    )
    return parse_message(header + question + answer)


def test_an_address_of_nine_octets_is_damaged_and_hides_no_other_record() -> None:
    message = reply(("A", bytes(9)), ("A", bytes([192, 0, 2, 1])))
    assert [one.is_damaged for one in message.answer] == [True, False]
    assert [rdata_text(one) for one in message.answer] == ["\\# 9 000000000000000000", "192.0.2.1"]
    assert message.faults == ("record 1 of 2 of the answer section is damaged: its data cannot be of type A",)


def test_damaged_data_stays_as_it_stood_in_the_message() -> None:
    message = reply(("MX", b"\x00\x0a" + POINTER + b"more"))
    assert message.answer[0].is_damaged
    assert rdata_text(message.answer[0]) == "\\# 8 000AC00C6D6F7265"


@pytest.mark.parametrize(
    ("type_", "rdata", "text"),
    [
        ("NS", POINTER, "host.test."),
        ("SOA", POINTER + POINTER + bytes(20), "host.test. host.test. 0 0 0 0 0"),
        ("MB", b"\x03sub" + POINTER, "sub.host.test."),
        ("MINFO", POINTER + POINTER, "host.test. host.test."),
        ("NAPTR", bytes(4) + b"\x01s\x00\x00" + POINTER, '0 0 "s" "" "" host.test.'),
        ("NSEC", POINTER + bytes.fromhex("000140"), "host.test. A"),
        ("HTTPS", b"\x00\x01" + POINTER, "1 host.test."),
    ],
)
def test_names_in_rdata_are_told_whole(type_: str, rdata: bytes, text: str) -> None:
    (record,) = reply((type_, rdata)).answer
    assert not record.is_damaged
    assert rdata_text(record) == text


def test_an_address_of_the_chaosnet_has_a_name_that_may_be_compressed() -> None:
    (record,) = reply(("A", POINTER + b"\x00\x09"), class_="CH").answer
    assert rdata_text(record) == "host.test. 11"
    assert record.rdata == NAME + b"\x00\x09"
