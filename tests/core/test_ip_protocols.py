"""The names of IP protocols, against IANA's numbers and protocols(5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.ip_protocols import protocol_name, protocol_number
from tests.peers import unavailable

PROTOCOLS = "/etc/protocols"


@pytest.mark.parametrize(
    ("number", "name"),
    [(1, "icmp"), (6, "tcp"), (17, "udp"), (50, "esp"), (58, "ipv6-icmp"), (132, "sctp"), (200, "200"), (0, "0")],
)
def test_a_protocol_has_its_name_or_its_number(number: int, name: str) -> None:
    assert protocol_name(number) == name
    assert protocol_number(name) == number


def test_a_name_is_read_in_capitals_too() -> None:
    assert (protocol_number("TCP"), protocol_number("IPv6-ICMP")) == (6, 58)


@pytest.mark.parametrize("word", ["", "no such", "-1", "256", "1000", "6.0", "٦", "0x6", "9" * 5000])
def test_what_is_no_protocol_is_none(word: str) -> None:
    assert protocol_number(word) is None


@given(st.integers(0, 255))
def test_every_number_is_found_again_under_its_name(number: int) -> None:
    assert protocol_number(protocol_name(number)) == number
    assert protocol_number(str(number)) == number


@given(st.text(max_size=20))
def test_any_word_is_a_protocol_or_none(word: str) -> None:
    number = protocol_number(word)
    assert number is None or protocol_number(protocol_name(number)) == number


def test_the_names_are_those_of_this_system() -> None:
    """Where protocols(5) is there, which is where ip(8) has its names from."""
    try:
        with open(PROTOCOLS, encoding="utf-8") as file:
            lines = [line.partition("#")[0].split() for line in file]
    except OSError as error:
        unavailable(f"needed to compare the names of protocols: {PROTOCOLS} of netbase ({error})")
    theirs = {int(words[1]): words[0] for words in reversed(lines) if len(words) >= 2}
    ours = {number: name for number in range(256) if (name := protocol_name(number)) != str(number)}
    assert {number: theirs.get(number, name) for number, name in ours.items()} == ours
