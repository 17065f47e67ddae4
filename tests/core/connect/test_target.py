"""Targets as people write them, and the words that look like one and are none."""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.address import endpoint, format_address
from nettools.core.connect.target import (
    HIGHEST_VSOCK_NUMBER,
    LONGEST_PATH,
    ServicePorts,
    Target,
    Transport,
    parse_host,
    parse_service_port,
    parse_target,
    parse_unix_path,
)
from nettools.errors import HostNameError, NettoolsError, PortError, RequestError
from tests.core.strategies import attempt, controls_in, hostile_text, ipv6_like, numbers

SERVICES: Mapping[tuple[str, str], Sequence[int]] = {
    ("http", "tcp"): [80],
    ("domain", "tcp"): [53],
    ("domain", "udp"): [53],
    ("tftp", "udp"): [69],
    ("http-alt", "tcp"): [8080, 591, 8008],
}


def services() -> ServicePorts:
    return SERVICES


def never() -> ServicePorts:
    raise AssertionError("the table was asked for a number")


def tcp(*words: str) -> Target:
    return parse_target(list(words), transport="tcp", services=services)


def refusal(*words: str, transport: Transport = "tcp") -> NettoolsError:
    with pytest.raises(RequestError) as caught:
        parse_target(list(words), transport=transport, services=services)
    assert caught.value.exit_code == 2
    return caught.value


PORTS = st.integers(1, 65_535)
ADDRESSES = st.one_of(numbers(4).map(IPv4Address), numbers(6).map(IPv6Address))
NAMES = st.from_regex(r"[a-z][a-z0-9]{0,10}(\.[a-z][a-z0-9]{0,10}){0,3}\.?", fullmatch=True)
ZONES = st.from_regex(r"[a-z][a-z0-9.-]{0,13}", fullmatch=True)


@given(ADDRESSES, PORTS)
def test_an_address_and_a_port_are_read_back_in_both_forms(address: IPv4Address | IPv6Address, port: int) -> None:
    expected = Target(transport="tcp", host=address, port=port)
    assert tcp(format_address(address), str(port)) == expected
    assert tcp(endpoint(format_address(address), port)) == expected
    assert tcp(str(expected)) == expected


@given(NAMES, PORTS)
def test_a_name_and_a_port_are_read_back_in_both_forms(name: str, port: int) -> None:
    expected = Target(transport="tcp", host=name, port=port)
    assert tcp(name, str(port)) == tcp(f"{name}:{port}") == expected


@given(numbers(6), ZONES, PORTS)
def test_a_zone_stays_with_its_address(number: int, zone: str, port: int) -> None:
    address = IPv6Address(f"{IPv6Address(number)}%{zone}")
    for words in ([f"{address}", str(port)], [f"[{address}]", str(port)], [f"[{address}]:{port}"]):
        found = tcp(*words)
        assert found.host == address
        assert isinstance(found.host, IPv6Address)
        assert found.host.scope_id == zone
        assert found.port == port


@given(ipv6_like())
def test_a_bare_word_with_two_colons_is_never_taken_for_address_and_port(word: str) -> None:
    if word.count(":") > 1:
        assert isinstance(attempt(lambda: tcp(word)), RequestError)


def test_an_address_with_a_port_behind_it_suggests_the_brackets() -> None:
    error = refusal("::1:80")
    assert error.hint == "an address with a port is written [::1]:80"
    assert error.exit_code == 2


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ([], "the host and the port are missing"),
        (["host"], "the port of 'host' is missing"),
        (["host:"], "the port of 'host:' is missing"),
        ([":80"], "the host is empty"),
        (["", "80"], "the host is empty"),
        (["host", "80", "81"], "'81' is one word too many"),
        (["[::1]"], "the port is missing"),
        (["[::1]:"], "the port is missing"),
        (["[::1"], "the bracket is not closed"),
        (["[::1]80"], "is no port"),
        (["[127.0.0.1]:80"], "is not an IP address"),
        (["[host]:80"], "is not an IP address"),
        (["http://host:80/"], "is a URL"),
        (["host", "0"], "nobody can be reached at port 0"),
        (["host", "65536"], "out of range"),
        (["host", "99999999999999999999"], "out of range"),
        (["host", "80-90"], "more than one port"),
        (["host", "1,2"], "neither a port nor a service"),
        (["host", "８０"], "neither a port nor a service"),
        (["host", ""], "neither a port nor a service"),
        (["host", "-1"], "lacks an end"),
        (["ho st", "80"], "label 'ho st'"),
        (["127.1", "80"], "IPv4 has four octets"),
        (["010.0.0.1", "80"], "leading zero"),
        (["127.0.0.1/8", "80"], "not a decimal number"),
        (["-host", "80"], "label '-host'"),
    ],
)
def test_what_is_no_target_is_refused_with_the_reason(words: list[str], why: str) -> None:
    assert why in refusal(*words).message


@given(st.lists(hostile_text(), max_size=3), st.sampled_from(["tcp", "udp", "unix", "unix-datagram", "vsock"]))
def test_any_words_are_a_target_or_refused_without_a_control_character(words: list[str], transport: Transport) -> None:
    answer = attempt(lambda: parse_target(words, transport=transport, services=services))
    if isinstance(answer, NettoolsError):
        assert answer.exit_code == 2
        assert controls_in(answer.message) == controls_in(answer.hint) == []
    else:
        assert controls_in(str(answer)) == []


# --- names of services ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "transport", "port"),
    [
        ("http", "tcp", 80),
        ("HTTP", "tcp", 80),
        ("http", "mptcp", 80),
        ("tftp", "udp", 69),
        ("domain", "udp", 53),
        ("443", "tcp", 443),
    ],
)
def test_a_service_is_a_port(text: str, transport: str, port: int) -> None:
    assert parse_service_port(text, transport, services) == port


def test_a_service_is_a_port_in_one_word_as_well() -> None:
    assert tcp("localhost:http") == Target(transport="tcp", host="localhost", port=80)
    assert tcp("[::1]:http") == Target(transport="tcp", host=ip_address("::1"), port=80)


def test_the_table_is_not_read_for_a_number() -> None:
    assert parse_service_port("80", "tcp", never) == 80


def test_a_service_of_the_other_protocol_says_so() -> None:
    for text, transport, hint in (
        ("tftp", "tcp", "it is one of udp: -u"),
        ("http", "udp", "it is one of tcp: leave out -u"),
    ):
        with pytest.raises(PortError) as caught:
            parse_service_port(text, transport, services)
        assert caught.value.hint == hint


def test_a_service_with_several_ports_is_no_guess() -> None:
    with pytest.raises(PortError, match="has the ports 591, 8008, 8080"):
        parse_service_port("http-alt", "tcp", services)


# --- -n ---------------------------------------------------------------------------------------------


def test_numeric_takes_addresses_and_refuses_names() -> None:
    assert parse_host("::1", numeric=True) == ip_address("::1")
    assert parse_host("[::1]", numeric=True) == ip_address("::1")
    with pytest.raises(HostNameError, match="-n takes none"):
        parse_target(["localhost", "80"], transport="tcp", numeric=True)


# --- Unix sockets and vsock -------------------------------------------------------------------------


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=120))
def test_a_path_is_taken_as_it_is_unless_it_is_too_long(path: str) -> None:
    answer = attempt(lambda: parse_unix_path(path))
    fits = len(path.encode()) <= LONGEST_PATH and path != "@"
    assert (answer == path) == fits
    if isinstance(answer, NettoolsError) and path != "@":
        assert "107 at most" in answer.message


def test_the_longest_path_is_counted_in_bytes() -> None:
    assert parse_unix_path("é" * 53 + "x") == "é" * 53 + "x"
    assert "108 bytes" in refusal("é" * 54, transport="unix").message


def test_a_path_is_one_word() -> None:
    assert parse_target(["/run/x:80"], transport="unix") == Target(transport="unix", path="/run/x:80")
    assert parse_target(["@x"], transport="unix-datagram") == Target(transport="unix-datagram", path="@x")
    assert "one word too many" in refusal("/run/x", "80", transport="unix").message
    assert "missing" in refusal(transport="unix").message
    assert "empty" in refusal("", transport="unix").message
    assert "empty" in refusal("@", transport="unix").message
    assert "NUL" in refusal("a\0b", transport="unix").message


def test_a_path_is_shown_without_what_a_terminal_obeys() -> None:
    assert str(Target(transport="unix", path="/tmp/\x1b[2J")) == "/tmp/\\x1b[2J"


@given(st.integers(0, HIGHEST_VSOCK_NUMBER), st.integers(0, HIGHEST_VSOCK_NUMBER))
def test_a_context_and_a_port_are_read_back_in_both_forms(cid: int, port: int) -> None:
    expected = Target(transport="vsock", host=str(cid), port=port)
    assert parse_target([str(cid), str(port)], transport="vsock") == expected
    assert parse_target([str(expected)], transport="vsock") == expected


@pytest.mark.parametrize("words", [["4294967295", "1"], ["2", "4294967295"], ["host", "1"], ["2", "http"], ["2"], []])
def test_what_is_no_context_and_port_is_refused(words: list[str]) -> None:
    refusal(*words, transport="vsock")


@pytest.mark.parametrize(
    ("transport", "is_datagram", "is_unix"),
    [
        ("tcp", False, False),
        ("udp", True, False),
        ("mptcp", False, False),
        ("unix", False, True),
        ("unix-datagram", True, True),
        ("vsock", False, False),
    ],
)
def test_which_transports_are_datagrams_and_which_are_paths(
    transport: Transport, is_datagram: bool, is_unix: bool
) -> None:
    target = Target(transport=transport)
    assert (target.is_datagram, target.is_unix) == (is_datagram, is_unix)
