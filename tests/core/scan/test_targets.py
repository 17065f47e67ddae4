"""The words of a scan: which are targets, which are ports, which never reach a resolver."""

import unicodedata
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.address import format_address, parse_ipv4
from nettools.core.host_name import check_host_name
from nettools.core.scan.octets import OctetPattern
from nettools.core.scan.targets import Span, parse_target, plain_ipv4
from nettools.errors import AddressError, HostNameError, NettoolsError, OptionError, PrefixError, RequestError
from tests.core.strategies import attempt, controls_in, hostile_text, ipv4_like, ipv6_like
from tests.spelled_addresses import MOST_ADDRESSES, addresses_in

# --- addresses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "addresses"),
    [
        ("127.0.0.1", ["127.0.0.1"]),
        ("::1", ["::1"]),
        ("fe80::1%eth0", ["fe80::1%eth0"]),
        ("::ffff:192.0.2.1", ["::ffff:192.0.2.1"]),
        ("192.0.2.0/30", ["192.0.2.0", "192.0.2.1", "192.0.2.2", "192.0.2.3"]),
        ("192.0.2.5/31", ["192.0.2.4", "192.0.2.5"]),
        ("192.0.2.0/255.255.255.254", ["192.0.2.0", "192.0.2.1"]),
        ("192.0.2.254-192.0.3.1", ["192.0.2.254", "192.0.2.255", "192.0.3.0", "192.0.3.1"]),
        ("2001:db8::/127", ["2001:db8::", "2001:db8::1"]),
        ("2001:db8::e-2001:db8::11", ["2001:db8::e", "2001:db8::f", "2001:db8::10", "2001:db8::11"]),
        ("fe80::1%eth0/127", ["fe80::%eth0", "fe80::1%eth0"]),
        ("192.0.2.0/0.0.0.1", ["192.0.2.0", "192.0.2.1"]),
        ("192.0.2.9-11", ["192.0.2.9", "192.0.2.10", "192.0.2.11"]),
        ("192.0.2.1,5,9", ["192.0.2.1", "192.0.2.5", "192.0.2.9"]),
        ("10.0-1.0.1-2", ["10.0.0.1", "10.0.0.2", "10.1.0.1", "10.1.0.2"]),
        ("10.0.254-255.255", ["10.0.254.255", "10.0.255.255"]),
    ],
)
def test_an_address_a_cidr_and_a_range_are_their_addresses_in_order(word: str, addresses: list[str]) -> None:
    found = addresses_in(word)
    assert found is not None
    assert list(found) == [ip_address(address) for address in addresses]


def test_a_network_that_is_just_small_enough_is_taken() -> None:
    found = addresses_in("10.0.0.0/20")
    assert found is not None
    assert len(list(found)) == MOST_ADDRESSES


@pytest.mark.parametrize("word", ["10.0.0.0/19", "0.0.0.0/0", "::/0", "2001:db8::/64", "10.0.0.0-10.0.31.255"])
def test_a_network_that_is_too_large_is_refused_before_its_first_address(word: str) -> None:
    found = addresses_in(word)
    assert found is not None
    with pytest.raises(OptionError, match=r"one scan takes 4,096"):
        next(found)


@pytest.mark.parametrize(
    "word",
    [
        "010.0.0.1",
        "127.1",
        "0x7f.1",
        "0x7f000001",
        "2130706433",
        "１.2.3.4",
        "1.2.3.4.5",
        "256.1.1.1",
        "1.2.3.4.",
        "host.7",
        "1.2.3.4/33",
        "1.2.3.4/255.0.255.0",
        "::/129",
        "10.0.0.0/-1",
        "10.0.0.0//8",
        "10.0.0.9-10.0.0.1",
        "10.0.0.1-::2",
        "[::1",
        "::1::",
        "fe80::1%",
        "http://x/",
        "host:80",
        "a/b",
        "/",
        ":",
    ],
)
def test_a_broken_spelling_of_an_address_is_no_host_name(word: str) -> None:
    """A resolver would read 010.0.0.1 as 8.0.0.1 and 127.1 as 127.0.0.1."""
    found = addresses_in(word)
    assert found is not None
    with pytest.raises((AddressError, PrefixError)):
        list(found)


@pytest.mark.parametrize("word", ["localhost", "example.net", "host-1", "ab", "1a", "x-1.test", "7.test", "0x7g"])
def test_a_host_name_spells_no_address(word: str) -> None:
    assert addresses_in(word) is None


@given(st.ip_addresses().filter(lambda address: address.version == 4 or not address.is_link_local))
def test_every_address_is_read_back_from_its_text(address: IPv4Address | IPv6Address) -> None:
    found = addresses_in(format_address(address))
    assert found is not None
    assert list(found) == [address]


def test_a_range_of_too_many_addresses_is_refused_although_its_networks_are_small() -> None:
    found = addresses_in("10.0.0.1-10.0.16.8")
    assert found is not None
    with pytest.raises(OptionError, match="4,104 addresses"):
        next(found)


@pytest.mark.parametrize("word", ["fe80::1", "fe80::/120", "febf:ffff::1"])
def test_a_link_local_address_needs_its_zone(word: str) -> None:
    found = addresses_in(word)
    assert found is not None
    with pytest.raises(AddressError, match="zone"):
        next(found)


def test_a_link_local_address_with_its_zone_is_a_target() -> None:
    found = addresses_in("fe80::1%lo")
    assert found is not None
    assert [format_address(one) for one in found] == ["fe80::1%lo"]


# --- targets as spans and patterns ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "version", "first", "last", "zone"),
    [
        ("10.0.0.1", 4, "10.0.0.1", "10.0.0.1", None),
        ("0.0.0.0/0", 4, "0.0.0.0", "255.255.255.255", None),
        ("*.*.*.*", 4, "0.0.0.0", "255.255.255.255", None),
        ("10.0.0.1-50", 4, "10.0.0.1", "10.0.0.50", None),
        ("10.0.0.1-10.0.0.50", 4, "10.0.0.1", "10.0.0.50", None),
        ("10.0.0.1-10.9.0.5", 4, "10.0.0.1", "10.9.0.5", None),
        ("10.0.3-7.*", 4, "10.0.3.0", "10.0.7.255", None),
        ("10.0.0.1,2,3-9", 4, "10.0.0.1", "10.0.0.9", None),
        ("1.2.3.4-1.2.3.4", 4, "1.2.3.4", "1.2.3.4", None),
        ("::/0", 6, "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", None),
        ("::1-::ffff", 6, "::1", "::ffff", None),
        ("fe80::1%eth-0", 6, "fe80::1", "fe80::1", "eth-0"),
        ("fe80::1%eth-0-fe80::9%eth-0", 6, "fe80::1", "fe80::9", "eth-0"),
        ("::ffff:10.0.0.1", 6, "::ffff:10.0.0.1", "::ffff:10.0.0.1", None),
    ],
)
def test_addresses_without_a_gap_are_a_span(word: str, version: int, first: str, last: str, zone: str | None) -> None:
    span = Span(version, int(ip_address(first)), int(ip_address(last)), zone)
    assert parse_target(word) == span
    assert span.size == span.last - span.first + 1


@pytest.mark.parametrize(("word", "size"), [("10.*.0.1-254", 65_024), ("*.*.*.1", 1 << 24), ("10.0.0.1,5,9", 3)])
def test_octets_with_gaps_are_a_pattern_which_is_not_expanded(word: str, size: int) -> None:
    pattern = parse_target(word)
    assert isinstance(pattern, OctetPattern)
    assert (str(pattern), pattern.size) == (word, size)


@pytest.mark.parametrize(
    "word",
    ["localhost", "host-1", "1a", "7.test", "1-2", "ip-10-0-0-1", "1.2.3.4.in-addr.arpa", "10.0.0.1.example.", "a*.b",
     "-", "", "a,b", "10.0.0.x"],
)  # fmt: skip
def test_a_name_is_left_to_a_resolver_or_to_the_check_of_names(word: str) -> None:
    assert parse_target(word) is None
    assert addresses_in(word) is None


@pytest.mark.parametrize(
    ("word", "why", "hint"),
    [
        ("10.0.0.256", "octet 256 is above 255", None),
        ("10.0.0.1x", "octet '1x' is not a decimal number", None),
        ("10.0.0.1-50x", "octet '50x' is neither a number, a range, nor '*'", None),
        ("10.0.0.50-1", "'50-1' is reversed", "did you mean 10.0.0.1-50?"),
        ("10.0.0.9-10.0.0.1", "'10.0.0.9-10.0.0.1' is reversed", "did you mean 10.0.0.1-10.0.0.9?"),
        ("2001:db8::9-2001:db8::1", "is reversed", "did you mean 2001:db8::1-2001:db8::9?"),
        ("10.0.0.1-1.50", "of the range '10.0.0.1-1.50' is not whole", "did you mean 10.0.0.1-10.0.1.50?"),
        ("10.0.0.1-9.1.50", "is not whole", "did you mean 10.0.0.1-10.9.1.50?"),
        ("2001:db8::1-5", "is not whole", "did you mean 2001:db8::1-2001:db8::5?"),
        ("10.0.0.1-::5", "mixes IPv4 and IPv6", None),
        ("fe80::1%a-fe80::2%b", "different zones", None),
        ("10.*.0.0/16", "is a pattern with a prefix length", "write one or the other"),
        ("10.0.0.1-5/24", "is a pattern with a prefix length", "write one or the other"),
        ("10.0.0.1,2/24", "is a pattern with a prefix length", "write one or the other"),
        ("::*", "is a pattern, which IPv6 has none of", "write a CIDR or FIRST-LAST"),
        ("::1,::2", "is a pattern, which IPv6 has none of", "write a CIDR or FIRST-LAST"),
        ("10.0.0.1,10.0.0.2", "needs four octets, this has 7", "write each target as a word of its own"),
        ("10.0.0.1 10.0.0.2", "is more than one word", "write one target a line or argument"),
        ("10.0.0.0 0.0.0.0", "is more than one word", "write one target a line or argument"),
        ("a b", "is more than one word", "write one target a line or argument"),
        ("host:80", "is no target: ports come after the targets", "did you mean host -p 80?"),
        ("127.0.0.1:80", "is no target: ports come after the targets", "did you mean 127.0.0.1 -p 80?"),
        ("127.0.0.1:80,90-99", "is no target: ports come after the targets", "did you mean 127.0.0.1 -p 80,90-99?"),
        ("[::1]:80", "is no target: ports come after the targets", "did you mean ::1 -p 80?"),
        ("[::1/128]", "has brackets", "write ::1/128"),
        ("http://x/", "is a URL", "name its host alone, and the port after it"),
        ("example.com/24", "is a name with a path or prefix length",
         "write the name alone, or its address before the prefix length"),
        ("fe80::1", "is link-local and lacks its zone", "name the interface: fe80::1%eth0"),
        ("fe80::/64", "is link-local and lacks its zone", "name the interface: fe80::%eth0/64"),
    ],
)  # fmt: skip
def test_a_refusal_says_what_is_wrong_and_what_was_probably_meant(word: str, why: str, hint: str | None) -> None:
    with pytest.raises(RequestError) as caught:
        parse_target(word)
    assert why in caught.value.message
    assert caught.value.hint == hint


def test_what_is_only_left_out_needs_no_zone() -> None:
    assert parse_target("fe80::/64", needs_zone=False) == Span(6, 0xFE80 << 112, (0xFE80 << 112) + (1 << 64) - 1)
    assert parse_target("fe80::1", needs_zone=False) == Span(6, (0xFE80 << 112) + 1, (0xFE80 << 112) + 1)


@given(ipv4_like())
def test_the_short_way_for_long_lists_reads_what_the_strict_way_reads(text: str) -> None:
    strict = attempt(lambda: parse_ipv4(text))
    assert plain_ipv4(text) == (None if isinstance(strict, NettoolsError) else strict)


@given(st.one_of(ipv4_like(), ipv6_like(), hostile_text(), st.lists(ipv4_like(), max_size=3).map("-".join)))
def test_any_text_is_a_target_or_a_clean_refusal(text: str) -> None:
    answer = attempt(lambda: parse_target(text))
    if isinstance(answer, NettoolsError):
        assert answer.exit_code == 2
        assert controls_in(answer.message) == []
        assert controls_in(answer.hint) == []
        assert len(answer.message) < 250


@pytest.mark.parametrize(
    "word",
    ["9" * 100_000, "1.2.3." + "4," * 50_000, "1-" * 50_000, ":" * 60_000, ":" * 4000, "1.2.3.4-" * 500,
     "1-" * 2000 + ":", "1.2.3." + "4" * 4000 + "-1.2", "x" * 60_000, "1.2.3." + "4," * 2000],
)  # fmt: skip
def test_a_word_of_many_letters_is_refused_in_a_short_line(word: str) -> None:
    with pytest.raises(RequestError) as caught:
        read_or_check(word)
    assert len(caught.value.message) < 250
    assert len(caught.value.hint or "") < 250


def read_or_check(word: str) -> None:
    if parse_target(word) is None:
        check_host_name(word)


def test_the_longest_pattern_that_makes_sense_is_read() -> None:
    odd = ",".join(map(str, range(1, 256, 2)))
    pattern = parse_target(".".join([odd] * 4))
    assert isinstance(pattern, OctetPattern)
    assert pattern.size == 1 << 28


# --- host names -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["localhost", "a", "example.net.", "xn--bcher-kva.example", "_dns.example", "a-b.c", "x" * 63, "123", "UPPER"],
)
def test_a_fit_name_is_passed_on_as_it_is(name: str) -> None:
    assert check_host_name(name) == name


def test_a_name_may_have_253_characters_and_a_dot() -> None:
    name = ".".join(["x" * 63] * 3 + ["y" * 61])
    assert len(name) == 253
    assert check_host_name(name) == name
    assert check_host_name(name + ".") == name + "."


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "is empty"),
        (".", "is empty"),
        ("a..b", "label ''"),
        (".a", "label ''"),
        ("a..", "label ''"),
        ("a b", "label 'a b'"),
        ("a\tb", r"label 'a\x09b'"),
        ("a\nb", r"label 'a\x0ab'"),
        ("a\n", r"label 'a\x0a'"),
        ("a\x00b", r"label 'a\x00b'"),
        ("a\x1b[31m", r"label 'a\x1b[31m'"),
        ("user@host", "label 'user@host'"),
        ("a/b", "label 'a/b'"),
        ("a\\b", r"label 'a\\b'"),
        ("-x", "label '-x'"),
        ("x-", "label 'x-'"),
        ("a*", "label 'a*'"),
        ("$(id)", "label '$(id)'"),
        ("a.%eth0", "label '%eth0'"),
        ("x" * 64, "is not one to 63"),
        (".".join(["x" * 63] * 3 + ["y" * 62]), "longer than 253"),
        ("bücher.example", "is not ASCII"),
        ("p\u0430ypal.com", "is not ASCII"),  # a Cyrillic a
        ("a\udcff", "is not ASCII"),
    ],
)
def test_a_name_that_is_not_fit_is_refused_with_the_part_that_is_wrong(name: str, why: str) -> None:
    with pytest.raises(HostNameError) as caught:
        check_host_name(name)
    assert why in caught.value.message


@given(st.text(max_size=30))
def test_any_text_is_addresses_a_fit_name_or_refused_without_control_characters(text: str) -> None:
    try:
        found = addresses_in(text)
        if found is None:
            name = check_host_name(text)
            assert name.isascii()
            assert name.isprintable()
            assert not set(name) & set(" /@:")
        else:
            next(found)
    except RequestError as error:
        shown = error.message
    else:
        return
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cs", "Zl", "Zp"}


def test_a_port_among_the_targets_is_told_where_ports_go() -> None:
    with pytest.raises(AddressError) as caught:
        parse_target("22")
    assert caught.value.hint == "write four decimal octets; ports come after the targets, or behind -p"


@pytest.mark.parametrize("word", ["::1", "2001:db8::7", "::ffff:192.0.2.1", "fe80::1%eth0", "fe80::1%br-lan"])
def test_an_ipv6_address_may_stand_in_brackets(word: str) -> None:
    assert parse_target(f"[{word}]") == parse_target(word)


@pytest.mark.parametrize(
    "word", ["[]", "[:]", "[::1", "::1]", "[[::1]]", "[::1-::5]", "[fe80::1]", "[fe80::1%]", "[:::]"]
)
def test_what_brackets_hold_is_read_as_strictly(word: str) -> None:
    with pytest.raises((AddressError, HostNameError)):
        check_host_name(word) if parse_target(word) is None else None
