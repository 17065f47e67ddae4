"""The words of ``nettools resolve``."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.cli import COMMANDS
from nettools.commands._catalog import described_commands
from nettools.core.dns.name import name_text
from nettools.core.dns.types import TYPES, type_name
from nettools.core.resolve import habits
from nettools.core.resolve.words import AskedName, Request, asked_name, parse_request, parse_type
from nettools.errors import AddressError, DomainNameError, NettoolsError, OptionError, RequestError
from tests.core.strategies import attempt, controls_in, hostile_text, ipv4_like, ipv6_like

A, AAAA, PTR, MX, ANY = (TYPES[name] for name in ("A", "AAAA", "PTR", "MX", "ANY"))


def told(request: Request) -> tuple[list[str], list[list[str]], list[str]]:
    """(names, their types, servers)"""
    return (
        [one.name for one in request.names],
        [[type_name(number) for number in one.types] for one in request.names],
        [one.text for one in request.servers],
    )


@pytest.mark.parametrize(
    ("words", "names", "types"),
    [
        ("www.test", ["www.test"], ["A", "AAAA"]),
        ("www.test mx", ["www.test"], ["MX"]),
        ("mx www.test", ["www.test"], ["MX"]),
        ("MX Type731 www.test aAaA", ["www.test"], ["MX", "TYPE731", "AAAA"]),
        ("www.test mx MX", ["www.test"], ["MX"]),
        ("a.test b.test txt", ["a.test", "b.test"], ["TXT"]),
        ("a", ["a"], ["A", "AAAA"]),
        ("mx", ["mx"], ["A", "AAAA"]),
        ("a mx", ["a"], ["MX"]),
        ("mx a", ["mx"], ["A"]),
        ("a. mx", ["a."], ["MX"]),
        ("mx a.", ["a."], ["MX"]),
        ("a. mx.", ["a.", "mx."], ["A", "AAAA"]),
        ("type99999 a", ["type99999"], ["A"]),
        (".", ["."], ["A", "AAAA"]),
        (". NS", ["."], ["NS"]),
        ("_sip._udp.test srv", ["_sip._udp.test"], ["SRV"]),
        ("*.test", ["*.test"], ["A", "AAAA"]),
        ("faß.test", ["xn--fa-hia.test"], ["A", "AAAA"]),
        ("nsap-ptr x.test", ["x.test"], ["NSAP-PTR"]),
    ],
)
def test_a_word_is_a_type_unless_that_leaves_no_name(words: str, names: list[str], types: list[str]) -> None:
    found = told(parse_request(words.split()))
    assert found == (names, [types] * len(names), [])


@pytest.mark.parametrize("words", list(permutations(["www.test", "mx", "@192.0.2.53", "@tls://dns.example"])))
def test_words_may_come_in_any_order(words: Sequence[str]) -> None:
    names, types, servers = told(parse_request(words))
    assert (names, types, sorted(servers)) == (["www.test"], [["MX"]], ["192.0.2.53", "tls://dns.example"])


def test_options_say_what_a_word_cannot() -> None:
    request = parse_request(["a"], names=["mx"], types=["txt"], servers=["192.0.2.53"], addresses=["192.0.2.1"])
    assert told(request) == (["mx", "1.2.0.192.in-addr.arpa."], [["A", "TXT"]] * 2, ["192.0.2.53"])


def test_the_port_and_the_certificate_name_go_to_the_servers() -> None:
    [server] = parse_request(["a.test", "@tls://192.0.2.1"], default_port=54, tls_name="x.test").servers
    assert (server.port, server.tls_name) == (54, "x.test")


def test_without_a_name_there_is_nothing_to_ask() -> None:
    for words in ([], ["@192.0.2.1"]):
        with pytest.raises(OptionError, match="no name to ask for"):
            parse_request(words)


def test_names_from_a_file_leave_all_words_to_the_types() -> None:
    request = parse_request(["mx", "a"], needs_name=False)
    assert request.names == ()
    assert parse_request([], needs_name=False).names == ()


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("192.0.2.1", "1.2.0.192.in-addr.arpa."),
        ("2001:db8::1", "1" + ".0" * 23 + ".8.b.d.0.1.0.0.2.ip6.arpa."),
        ("::ffff:192.0.2.1", "1.0.2.0.0.0.0.c.f.f.f.f" + ".0" * 20 + ".ip6.arpa."),
    ],
)
def test_an_address_asks_for_its_ptr_record(address: str, name: str) -> None:
    [found] = parse_request([address]).names
    assert (found.name, found.types, str(found.address)) == (name, (PTR,), str(parse_address_text(address)))
    assert found == parse_request([], addresses=[address]).names[0]
    assert name_text(found.wire) == name


def parse_address_text(text: str) -> IPv4Address | IPv6Address:
    return IPv6Address(text) if ":" in text else IPv4Address(text)


def test_an_address_with_the_ptr_type_is_its_reverse_name() -> None:
    [found] = parse_request(["192.0.2.1", "ptr"]).names
    assert (found.name, found.types) == ("1.2.0.192.in-addr.arpa.", (PTR,))


def test_an_address_with_another_type_is_taken_at_its_word_and_says_so() -> None:
    [found] = parse_request(["192.0.2.1", "mx"]).names
    assert (found.name, found.types, found.address) == ("192.0.2.1", (MX,), None)
    assert "-x" in found.warnings[0]


def test_the_option_for_addresses_asks_any_type_of_the_reverse_name() -> None:
    [found] = parse_request(["mx"], addresses=["192.0.2.1"]).names
    assert (found.name, found.types) == ("1.2.0.192.in-addr.arpa.", (MX,))


def test_a_zone_is_left_out_with_a_warning() -> None:
    found = asked_name("fe80::1%eth0")
    assert found.name.endswith("0.8.e.f.ip6.arpa.")
    assert "without its zone" in found.warnings[0]


def test_an_address_with_a_final_dot_is_a_name() -> None:
    assert asked_name("192.0.2.1.").name == "192.0.2.1."


@pytest.mark.parametrize(
    "text",
    [
        r"a\.b.test",
        r"a\032b.test",
        r"a\047b.test",
        r"a\/b.test",
        r"\064.test",
        r"\@.test",
        r"\000\255.test",
        "xn--a.test",
        "a" * 63 + ".test",
        "64/26.2.0.192.in-addr.arpa",
        "65.64/26.2.0.192.in-addr.arpa.",
        "0/25.2.0.192.IN-ADDR.ARPA",
    ],
)
def test_what_dns_allows_can_be_written(text: str) -> None:
    found = asked_name(text)
    assert found == AskedName(text=text, name=text, types=(A, AAAA))
    assert found.wire


@pytest.mark.parametrize(
    ("text", "part", "hint"),
    [
        ("", "the name is empty", ""),
        ("a b", "' ' in it", r"\032"),
        ("a\0b", r"'\x00' in it", r"\000"),
        ("a\nb", r"'\x0a' in it", r"\010"),
        ("a\tb.test", r"'\x09' in it", r"\009"),
        ("a\x1b[31mb", r"'\x1b' in it", r"\027"),
        ("a\u2028b", "in it", ""),
        ("a\\\nb", "in it", ""),
        ("www/x", "'/' in it", r"\047"),
        ("www.test/", "'/' in it", ""),
        ("user@www.test", "has an '@'", "www.test MX"),
        ("http://www.test/x?y", "is a URL", "www.test"),
        ("https://u@www.test:8443/", "is a URL", "www.test"),
        ("-x", "begins with '-'", r"\045"),
        ("a..b", "empty label", ""),
        (".a", "empty label", ""),
        ("a" * 64 + ".test", "64 octets", ""),
        (".".join(["a" * 63] * 4), "octets long", ""),
        ("a\\", "bad escape", r"\DDD"),
        ("a\\99", "bad escape", ""),
        ("a\\256", "bad escape", ""),
    ],
)
def test_a_name_that_nobody_means_is_an_error_that_says_where(text: str, part: str, hint: str) -> None:
    with pytest.raises(DomainNameError) as caught:
        asked_name(text)
    assert caught.value.exit_code == 2
    assert part in caught.value.message
    assert hint in (caught.value.hint or "")
    assert not controls_in(caught.value.message)
    assert not controls_in(caught.value.hint)


@pytest.mark.parametrize(
    ("text", "part", "hint"),
    [
        ("[::1", "'[::1'", ""),
        ("192.0.2.256", "octet 256", ""),
        ("127.1", "four octets", ""),
        ("1.2.3.4.5", "four octets", ""),
        ("192.0.2.0/24", "more than one address", "nettools rdns 192.0.2.0/24"),
        ("2001:db8::/32", "more than one address", "nettools rdns 2001:db8::/32"),
        ("192.0.2.1-192.0.2.9", "more than one address", "nettools rdns"),
        ("www.test:53", "'www.test:53'", ""),
    ],
)
def test_what_can_only_be_meant_as_an_address_is_read_as_one(text: str, part: str, hint: str) -> None:
    with pytest.raises(AddressError) as caught:
        asked_name(text)
    assert part in caught.value.message
    assert hint in (caught.value.hint or "")


def test_an_unknown_type_is_an_error_with_the_near_one() -> None:
    with pytest.raises(OptionError) as caught:
        parse_type("AAA")
    assert "AAAA" in (caught.value.hint or "")
    with pytest.raises(OptionError, match="TYPE65536"):
        parse_type("TYPE65536")


@given(name=st.sampled_from(sorted(TYPES)), upper=st.booleans())
def test_every_type_can_be_a_word_and_a_name(name: str, upper: bool) -> None:
    word = name if upper else name.lower()
    assert told(parse_request(["www.test", word])) == (["www.test"], [[name]], [])
    assert parse_request([word]).names[0].name == word
    assert parse_request(["x", f"{word}."]).names[1].name == f"{word}."


words = st.one_of(
    hostile_text(),
    ipv4_like(),
    ipv6_like(),
    st.sampled_from(["www.test", "mx", "a", "@192.0.2.1", "@", "ü.test", "192.0.2.1", "-x", ".", "TYPE1"]),
)


@given(
    given_words=st.lists(words, max_size=5), names=st.lists(words, max_size=2), addresses=st.lists(words, max_size=1)
)
def test_any_words_are_a_request_or_a_clean_error(
    given_words: list[str], names: list[str], addresses: list[str]
) -> None:
    outcome = attempt(lambda: parse_request(given_words, names=names, addresses=addresses))
    if isinstance(outcome, NettoolsError):
        assert isinstance(outcome, RequestError)
        assert not controls_in(outcome.message)
        assert not controls_in(outcome.hint)
    else:
        assert outcome.names
        for one in outcome.names:
            assert one.wire
            assert one.types
            assert not controls_in("".join(one.warnings))
        assert len(outcome.servers) == sum(word.startswith("@") for word in given_words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("www.test +short", "dig's +short is --short"),
        ("+trace www.test", "dig's +trace is --trace"),
        ("+vc www.test @192.0.2.53 +tcp", "dig's +vc +tcp are --tcp"),
        ("www.test +noall +answer", "dig's +noall +answer are --short or --format dig"),
        ("www.test +time=3 +norecurse", "dig's +time=3 is --timeout 3, +norecurse is --no-rd"),
        ("www.test +subnet=192.0.2.0/24", "dig's +subnet=192.0.2.0/24 is --subnet 192.0.2.0/24"),
        ("www.test +bufsize", "dig's +bufsize is --bufsize and a value"),
        ("www.test +short=1", "there is no word '+short=1': an option begins with --"),
        ("+short www.test +", "there is no word '+': an option begins with --"),
        ("www.test +\x1b[2J", r"there is no word '+\x1b[2J': an option begins with --"),
        ("+short", "dig's +short is --short"),
    ],
)
def test_words_of_dig_are_refused_with_the_option_that_is_meant(words: str, said: str) -> None:
    with pytest.raises(OptionError) as caught:
        parse_request(words.split())
    assert caught.value.message == said
    assert caught.value.hint is not None


def test_behind_an_option_a_name_may_begin_with_a_plus() -> None:
    assert [one.name for one in parse_request([], names=["+short.test"]).names] == ["+short.test"]


@pytest.mark.parametrize("name", sorted(habits.OPTIONS))
def test_what_is_said_of_a_word_of_dig_is_an_option_of_ours(name: str) -> None:
    (command,) = [one for one in described_commands(COMMANDS) if one.name == "resolve"]
    spellings = {one for option in command.options for one in (*option.spellings, *option.negations)}
    said = habits.option_for(f"+{name}")
    assert said is not None
    assert {word for word in said.split() if word.startswith("--")} <= spellings


@pytest.mark.parametrize(
    ("words", "doubts"),
    [
        ("www.test AAAAA", {"AAAAA": "AAAA"}),
        ("MXX www.test", {"MXX": "MX"}),
        ("www.test TX", {"TX": "MX or TXT"}),
        ("www.test SVR", {"SVR": "SRV"}),
        ("www.test mxx", {}),
        ("www.test MX", {}),
        ("www.test MXX.", {}),
        ("www.test WEBSERVER", {}),
        ("www.test B", {}),
        ("MXX", {}),
        ("MXX AAAAA", {}),
    ],
)
def test_a_type_with_a_slip_is_a_name_of_which_something_is_said(words: str, doubts: dict[str, str]) -> None:
    request = parse_request(words.split())
    assert {one.text: list(one.warnings) for one in request.names if one.warnings} == {
        name: [f"{name} is taken for a name; did you mean {meant}?"] for name, meant in doubts.items()
    }


def test_a_name_that_was_said_to_be_one_is_no_slip() -> None:
    assert not any(one.warnings for one in parse_request(["www.test"], names=["MXX"]).names)


def test_without_a_name_the_hint_is_a_name_that_the_dns_has() -> None:
    with pytest.raises(OptionError, match="no name to ask for") as caught:
        parse_request([])
    assert "nettools resolve example.com;" in str(caught.value.hint)
