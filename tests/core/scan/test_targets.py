"""The words of a scan: which are targets, which are ports, which never reach a resolver."""

import unicodedata
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.address import format_address
from nettools.core.host_name import check_host_name
from nettools.core.ports import PortNames
from nettools.core.scan.targets import MOST_ADDRESSES, addresses_in, split_words
from nettools.errors import AddressError, HostNameError, OptionError, PrefixError, RequestError

NAMES = PortNames(
    services={("ssh", "tcp"): [22], ("http", "tcp"): [80], ("domain", "udp"): [53]},
    groups={"web": [80, 443]},
    top={"tcp": [80, 22], "udp": [53]},
)


# --- targets and ports ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ports",
    ["22", "1-1024", "22,80,8000-8100", "-", "80-", "T:22", "U:53", "T:ssh,U:domain", "top:100", "ssh,http", "80,web"],
)
def test_the_last_of_two_words_is_the_port_list_when_it_looks_like_one(ports: str) -> None:
    assert split_words(["localhost", ports], None, NAMES) == (["localhost"], ports)
    assert split_words(["localhost", "::1", ports], None, NAMES) == (["localhost", "::1"], ports)


@pytest.mark.parametrize("word", ["ssh", "web", "http", "127.0.0.1", "::1", "10.0.0.0/30", "ssh,nosuch", "T", "22a"])
def test_a_last_word_that_does_not_look_like_ports_is_a_target(word: str) -> None:
    """A single bare name is a host, even if a service is called so."""
    assert split_words(["localhost", word], None, NAMES) == (["localhost", word], None)


@pytest.mark.parametrize("word", ["22", "1-1024", "ssh,http"])
def test_a_single_word_is_a_target(word: str) -> None:
    assert split_words([word], None, NAMES) == ([word], None)


@pytest.mark.parametrize("words", [["localhost", "22"], ["22"], ["a", "ssh,http"]])
def test_with_the_option_every_word_is_a_target(words: list[str]) -> None:
    assert split_words(words, "80", NAMES) == (words, "80")


@pytest.mark.parametrize("ports", [None, "80"])
def test_without_a_target_there_is_nothing_to_scan(ports: str | None) -> None:
    with pytest.raises(OptionError, match="no target"):
        split_words([], ports, NAMES)


def test_the_words_of_the_caller_stay_as_they_are() -> None:
    words = ["localhost", "22"]
    split_words(words, None, NAMES)
    assert words == ["localhost", "22"]


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
