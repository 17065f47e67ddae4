"""Names: text and wire go into each other, and no octets in a message can fool or detain the reader."""

import dns.exception
import dns.name
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.dns.name import (
    LONGEST_NAME,
    ROOT,
    BadWireName,
    folded,
    is_below,
    label_text,
    labels_of,
    name_from_text,
    name_text,
    parent,
    read_name,
)
from nettools.errors import DomainNameError
from tests.core.dns.strategies import WIRE_NAMES
from tests.core.strategies import attempt


@given(WIRE_NAMES)
def test_a_name_comes_back_from_its_text(wire: bytes) -> None:
    assert name_from_text(name_text(wire)) == wire


@given(WIRE_NAMES)
def test_the_text_of_a_name_is_printable_ascii_without_spaces(wire: bytes) -> None:
    assert all("!" <= character <= "~" for character in name_text(wire))


@given(WIRE_NAMES)
def test_the_text_of_a_name_is_dnspythons(wire: bytes) -> None:
    assert name_text(wire) == dns.name.from_wire(wire, 0)[0].to_text()


@given(st.text(alphabet=st.sampled_from('ab.\\01259"( é²\0'), max_size=12) | st.text(max_size=300))
def test_a_text_is_a_name_for_us_when_it_is_one_for_dnspython(text: str) -> None:
    mine = attempt(lambda: name_from_text(text))
    try:
        theirs = dns.name.from_text(text.encode("ascii"))
    except (dns.exception.DNSException, UnicodeEncodeError):
        assert isinstance(mine, DomainNameError)
    else:
        assert mine == theirs.to_wire() or text in ("", "@")  # the origin, for dnspython


@pytest.mark.parametrize("text", ["", "..", ".a", "a..b", "a..", "a" * 64, "a\\", "a\\1", "a\\12", "a\\256", "ü.test"])
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(DomainNameError):
        name_from_text(text)


def test_a_digit_of_another_script_is_no_escape() -> None:
    with pytest.raises(DomainNameError):
        name_from_text("a\\٠٠٧")


def test_the_longest_name_has_255_octets() -> None:
    longest = ".".join(["a" * 63] * 3 + ["a" * 61])
    assert len(name_from_text(longest)) == LONGEST_NAME
    with pytest.raises(DomainNameError, match="256 octets"):
        name_from_text(longest + "a")


@pytest.mark.parametrize(
    ("label", "text"),
    [
        (b"www", "www"),
        (b"a.b", "a\\.b"),
        (b"a b", "a\\032b"),
        (b'"();@$\\', '\\"\\(\\)\\;\\@\\$\\\\'),
        (b"\x00\x1b[31m\x7f\xff", "\\000\\027[31m\\127\\255"),
        (b"_dmarc-1", "_dmarc-1"),
    ],
)
def test_special_characters_are_escaped_as_bind_does(label: bytes, text: str) -> None:
    assert label_text(label) == text


@given(WIRE_NAMES)
def test_the_parents_of_a_name_lead_to_the_root(wire: bytes) -> None:
    ancestors, name = [wire], wire
    while name != ROOT:
        name = parent(name)
        ancestors.append(name)
    assert len(ancestors) == len(labels_of(wire)) + 1
    assert all(is_below(wire, one) for one in ancestors)
    assert all(is_below(wire.upper(), one.lower()) for one in ancestors)


@pytest.mark.parametrize(
    ("name", "ancestor", "is_inside"),
    [
        ("www.test", "test", True),
        ("wwwtest", "test", False),
        ("test", "www.test", False),
        ("a\\.test", "test", False),
        ("x\\004test.b", "test.b", False),  # its octets end like those of the ancestor
    ],
)
def test_being_below_goes_by_labels(name: str, ancestor: str, is_inside: bool) -> None:
    assert is_below(name_from_text(name), name_from_text(ancestor)) is is_inside


@given(WIRE_NAMES)
def test_folding_keeps_the_lengths_of_labels(wire: bytes) -> None:
    assert [len(label) for label in labels_of(folded(wire))] == [len(label) for label in labels_of(wire)]


@given(WIRE_NAMES, st.binary(max_size=20), st.binary(max_size=20))
def test_a_name_is_read_where_it_stands(wire: bytes, before: bytes, after: bytes) -> None:
    assert read_name(before + wire + after, len(before)) == (wire, len(before) + len(wire))


def test_a_pointer_is_followed_and_the_reader_goes_on_behind_it() -> None:
    message = b"\x04test\x00" + b"\x03www\xc0\x00" + b"rest"
    assert read_name(message, 6) == (b"\x03www\x04test\x00", 12)


@pytest.mark.parametrize(
    ("message", "start"),
    [
        (b"\xc0\x00", 0),  # to itself
        (b"\xc0\x02\xc0\x00", 2),  # to one that leads forward again
        (b"\xc0\x02\x00", 0),  # forward
        (b"\x01a\xc0\x00", 0),  # into the name itself
        (b"\x01a\xc0\x00", 2),  # over a label back to itself
        (b"\x00" + b"\xc0", 1),  # cut in the pointer
        (b"\x03ww", 0),  # cut in the label
        (b"\x03www", 0),  # cut before the root
        (b"", 0),
        (b"\x00", 5),
    ],
)
def test_what_is_no_name_in_a_message_is_said_to_be_none(message: bytes, start: int) -> None:
    with pytest.raises(BadWireName):
        read_name(message, start)


@pytest.mark.parametrize("length", range(64, 192))
def test_label_types_that_nobody_uses_are_refused(length: int) -> None:
    with pytest.raises(BadWireName, match="label type"):
        read_name(bytes([length]) + bytes(255), 0)


def test_a_name_of_255_octets_is_read_and_one_of_256_is_not() -> None:
    longest = (b"\x3f" + b"a" * 63) * 3 + b"\x3d" + b"a" * 61 + ROOT
    assert read_name(longest, 0) == (longest, LONGEST_NAME)
    with pytest.raises(BadWireName, match="255"):
        read_name(b"\x01b" + longest, 0)
    with pytest.raises(BadWireName, match="255"):
        read_name(longest + b"\x01b\xc0\x00", len(longest))


def test_a_chain_of_127_pointers_is_followed() -> None:
    message = b"\x01a\x00" + b"".join((0xC000 | at).to_bytes(2, "big") for at in (0, *range(3, 3 + 2 * 126, 2)))
    assert read_name(message, len(message) - 2) == (b"\x01a\x00", len(message))
