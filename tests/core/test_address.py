"""Addresses: read strictly, refused with the reason, written in the one canonical form."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.address import (
    address_from_int,
    format_address,
    parse_address,
    parse_ipv4,
    parse_ipv6,
    parse_ipv6_with_zone,
    parse_legacy_ipv4,
)
from nettools.errors import AddressError, NettoolsError
from tests.core.strategies import attempt, controls_in, hostile_text, ipv4_like, ipv6_like, numbers

# What may stand after "%": printable ASCII without a space, a second "%" or a slash.
ZONES = st.text([chr(code) for code in range(0x21, 0x7F) if chr(code) not in "%/"], min_size=1, max_size=63)


def value_or_none(read: Callable[[str], object], text: str) -> int | None:
    """The address's number, None where it is refused."""
    try:
        return int(read(text))  # type: ignore[call-overload, no-any-return]
    except (AddressError, ValueError):
        return None


def refusal(text: str, read: Callable[[str], object] = parse_address) -> AddressError:
    with pytest.raises(AddressError) as caught:
        read(text)
    return caught.value


# -- what is read ---------------------------------------------------------------------------------


@given(ipv4_like())
def test_ipv4_is_accepted_exactly_where_ipaddress_accepts_it(text: str) -> None:
    assert value_or_none(parse_ipv4, text) == value_or_none(IPv4Address, text)


@given(ipv6_like())
def test_ipv6_is_accepted_exactly_where_ipaddress_accepts_it(text: str) -> None:
    assert value_or_none(parse_ipv6, text) == value_or_none(IPv6Address, text)


@given(st.one_of(ipv4_like(), ipv6_like(), hostile_text().filter(lambda text: "%" not in text)))
def test_an_address_is_accepted_exactly_where_ipaddress_accepts_it(text: str) -> None:
    assert value_or_none(parse_address, text) == value_or_none(ip_address, text)


@given(numbers(4))
def test_ipv4_is_read_back_from_its_text(number: int) -> None:
    assert parse_address(format_address(IPv4Address(number))) == IPv4Address(number)


@given(st.one_of(numbers(6), numbers(4).map(lambda low: 0xFFFF << 32 | low)))
def test_ipv6_is_read_back_from_its_text(number: int) -> None:
    assert parse_address(format_address(IPv6Address(number))) == IPv6Address(number)


@given(numbers(6), ZONES)
def test_ipv6_with_a_zone_is_read_back_from_its_text(number: int, zone: str) -> None:
    address = parse_address(f"{IPv6Address(number)}%{zone}")
    assert isinstance(address, IPv6Address)
    assert (int(address), address.scope_id) == (number, zone)
    assert parse_address(format_address(address)) == address


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("::", 0),
        ("::1", 1),
        ("0::0", 0),
        ("1::", 1 << 112),
        ("1:2:3:4:5:6:7::", 0x0001_0002_0003_0004_0005_0006_0007_0000),
        ("::2:3:4:5:6:7:8", 0x0000_0002_0003_0004_0005_0006_0007_0008),
        ("::FFFF:1.2.3.4", 0xFFFF_0102_0304),
        ("64:ff9b::1.2.3.4", 0x64_FF9B << 96 | 0x0102_0304),
        ("1:2:3:4:5:6:1.2.3.4", 0x0001_0002_0003_0004_0005_0006_0102_0304),
        ("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", (1 << 128) - 1),
    ],
)
def test_a_spelling_of_ipv6_is_read(text: str, number: int) -> None:
    assert parse_ipv6(text) == number


@pytest.mark.parametrize("zone", ["eth0", "1", "br-lan", "eth0.100", "wg_0", "veth@if2", "z" * 63])
def test_an_interface_name_or_index_is_a_zone(zone: str) -> None:
    assert parse_ipv6_with_zone(f"fe80::1%{zone}").scope_id == zone


@given(numbers(6), ZONES)
def test_a_number_becomes_an_address_in_its_zone(number: int, zone: str) -> None:
    address = address_from_int(6, number, zone)
    assert isinstance(address, IPv6Address)
    assert (int(address), address.scope_id) == (number, zone)


# -- what is refused, and why ----------------------------------------------------------------------


def test_a_leading_zero_is_refused_with_the_decimal_reading() -> None:
    error = refusal("010.0.0.1")
    assert "'010' has a leading zero" in error.message
    assert error.hint is not None
    assert "10 for decimal" in error.hint
    assert "octal" in error.hint


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "''"),
        ("1.2.3", "four octets, this has 3"),
        ("1.2.3.4.5", "four octets, this has 5"),
        ("1.2.3.256", "octet 256 is above 255"),
        ("1.2.3.x", "octet 'x'"),
        ("1.2..4", "octet ''"),
        ("1.2.3.4 ", "octet '4 '"),
        ("1.2.3.+4", "octet '+4'"),
        ("１.2.3.4", "octet '１'"),
        ("0x7f.0.0.1", "octet '0x7f'"),
        ("::g", "group 'g'"),
        ("12345::", "group '12345'"),
        ("fe80::１", "group '１'"),
        ("1::2::3", "'::' may stand only once"),
        (":::", "'::' may stand only once"),
        ("1:2:3", "eight groups, this has 3"),
        ("1:2:3:4:5:6:7:8:9", "eight groups, this has 9"),
        ("1:2:3:4::5:6:7:8", "eight are there already"),
        (":1:2:3:4:5:6:7", "single ':'"),
        ("1:2:3:4:5:6:7:", "single ':'"),
        ("1.2.3.4::", "'1.2.3.4' must come last"),
        ("::1.2.3.4:5", "'1.2.3.4' must come last"),
        ("::1.2.3.256", "octet 256 is above 255"),
        ("::ffff:1.2.3.4.5", "this has 5"),
        ("::ffff:01.2.3.4", "'01' has a leading zero"),
        ("fe80::1%", "the zone after '%' is empty"),
        ("fe80::1%a b", "the zone 'a b'"),
        ("fe80::1%lo%lo", "the zone 'lo%lo'"),
        ("fe80::1%" + "z" * 64, "the zone"),
        ("fe80::1%\x1b[2J", r"the zone '\x1b[2J'"),
        ("fe80::1%größe", "the zone 'größe'"),
        ("1.2.3.4%eth0", "'4%eth0'"),
    ],
)
def test_a_refusal_names_the_bad_part(text: str, named: str) -> None:
    message = refusal(text).message
    assert "is not an IP address" in message
    assert named in message


@pytest.mark.parametrize("text", ["1.2.3.1000", "1.2.3.99999", "::1.2.3.1000"])
def test_a_large_octet_is_called_too_large_and_not_misspelt(text: str) -> None:
    message = refusal(text).message
    assert "above 255" in message
    assert "not a decimal number" not in message


@pytest.mark.parametrize("text", ["127.1", "0x7f.1", "0x7f.0.0.1", "2130706433"])
def test_a_legacy_form_is_refused_with_the_way_to_ask_for_it(text: str) -> None:
    hint = refusal(text).hint
    assert hint is not None
    assert "--loose" in hint


@pytest.mark.parametrize("text", ["example.com", "1.2.3.4.5", "1.2.3.x", "host", "::g"])
def test_what_is_no_legacy_form_is_not_sent_to_loose(text: str) -> None:
    assert "--loose" not in (refusal(text).hint or "")


@given(st.one_of(hostile_text(), ipv4_like(), ipv6_like(), hostile_text().map("fe80::1%{}".format)))
def test_a_refusal_holds_no_control_character_and_stays_short(text: str) -> None:
    answer = attempt(lambda: parse_address(text))
    if isinstance(answer, NettoolsError):
        assert (answer.kind, answer.exit_code) == ("bad-address", 2)
        assert controls_in(answer.message) == []
        assert controls_in(answer.hint) == []
        assert len(answer.message) < 400


@pytest.mark.parametrize(
    "text", ["9" * 200_000, "." * 1_000, ":" * 1_000, "::" + "a" * 200_000, "fe80::1%" + "z" * 9_999]
)
def test_a_very_long_text_has_a_short_refusal(text: str) -> None:
    assert len(refusal(text).message) < 400


# -- the legacy forms, on request -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("010.0.0.1", "8.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("1.2.3", "1.2.0.3"),
        ("0x7f.1", "127.0.0.1"),
        ("0X7F.0.0.01", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("037777777777", "255.255.255.255"),
        ("0xffffffff", "255.255.255.255"),
        ("0", "0.0.0.0"),
        ("1.0xffffff", "1.255.255.255"),
        ("255.1", "255.0.0.1"),
        ("255.255.65535", "255.255.255.255"),
        ("1.16777215", "1.255.255.255"),
        ("192.0.2.12", "192.0.2.12"),
    ],
)
def test_a_legacy_form_is_read_as_posix_says(text: str, address: str) -> None:
    assert IPv4Address(parse_legacy_ipv4(text)) == IPv4Address(address)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "part ''"),
        ("1.2.3.4.5", "at most four parts, this has 5"),
        ("1..2", "part ''"),
        ("08", "part '08'"),
        ("0x", "part '0x'"),
        ("0xg", "part '0xg'"),
        ("1_0", "part '1_0'"),
        ("+1", "part '+1'"),
        ("１", "part '１'"),
        ("256.1", "part 256 is above 255"),
        ("1.16777216", "part 16777216 does not fit in 24 bits"),
        ("1.2.65536", "part 65536 does not fit in 16 bits"),
        ("1.2.3.256", "part 256 does not fit in 8 bits"),
        ("4294967296", "part 4294967296 does not fit in 32 bits"),
        ("0x0x1", "part '0x0x1'"),
        ("00o17", "part '00o17'"),
        ("1.0x0x2", "part '0x0x2'"),
    ],
)
def test_what_is_no_legacy_form_is_refused_by_part(text: str, named: str) -> None:
    assert named in refusal(text, parse_legacy_ipv4).message


@given(st.one_of(hostile_text(), ipv4_like()))
def test_a_refusal_of_the_legacy_reader_holds_no_control_character(text: str) -> None:
    answer = attempt(lambda: parse_legacy_ipv4(text))
    if isinstance(answer, NettoolsError):
        assert controls_in(answer.message) == []


# -- what is written ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("2001:0DB8::0001", "2001:db8::1"),  # RFC 5952 §4.1, §4.3
        ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"),  # §4.2.1
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),  # §4.2.2
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),  # §4.2.3, the longest run
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),  # §4.2.3, the first of two
        ("0:0:0:0:0:0:0:0", "::"),
        ("::ffff:c000:201", "::ffff:192.0.2.1"),  # §5
        ("::FFFF:192.0.2.1%eth0", "::ffff:192.0.2.1%eth0"),
        ("::192.0.2.1", "::c000:201"),
        ("::ffff:0:192.0.2.1", "::ffff:0:c000:201"),
        ("fe80::1%br-lan", "fe80::1%br-lan"),
        ("192.0.2.1", "192.0.2.1"),
    ],
)
def test_an_address_is_written_canonically(written: str, canonical: str) -> None:
    assert format_address(parse_address(written)) == canonical


@given(numbers(6).filter(lambda number: number >> 32 != 0xFFFF))
def test_ipv6_text_has_lower_case_no_leading_zeros_and_the_longest_gap(number: int) -> None:
    text = format_address(IPv6Address(number))
    assert text == text.lower()
    groups = [f"{number >> shift & 0xFFFF:x}" for shift in range(112, -1, -16)]
    runs = {(size, -at) for at in range(8) for size in range(2, 9 - at) if set(groups[at : at + size]) == {"0"}}
    if runs:
        size, at = max(runs)
        assert text == f"{':'.join(groups[:-at])}::{':'.join(groups[size - at :])}"
    else:
        assert text == ":".join(groups)


def test_an_old_spelling_is_told_who_reads_it() -> None:
    with pytest.raises(AddressError) as caught:
        parse_address("1.2.3")
    assert caught.value.hint is not None
    assert "nettools subnet --loose 1.2.3 tells which address" in caught.value.hint
