"""The texts of socket options."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.connect.socket_options import (
    DSCP,
    SocketOptions,
    check_options,
    parse_keepalive_s,
    parse_socket_options,
    parse_tos,
)
from nettools.core.connect.target import Transport
from nettools.errors import NettoolsError, OptionError
from tests.core.strategies import attempt, controls_in, hostile_text


@given(st.integers(0, 255))
def test_a_type_of_service_is_read_in_both_bases(value: int) -> None:
    assert parse_tos(str(value)) == parse_tos(hex(value)) == value


# The octets that tcpdump and tc show for them.
@pytest.mark.parametrize(
    ("name", "octet"),
    [("ef", 0xB8), ("EF", 0xB8), ("cs1", 0x20), ("cs7", 0xE0), ("af11", 0x28), ("af43", 0x98), ("le", 4)],
)
def test_a_code_point_stands_above_the_bits_of_ecn(name: str, octet: int) -> None:
    assert parse_tos(name) == octet


@pytest.mark.parametrize("name", DSCP)
def test_no_code_point_touches_the_bits_of_ecn(name: str) -> None:
    assert parse_tos(name) & 3 == 0
    assert parse_tos(name) <= 255


@pytest.mark.parametrize("text", ["256", "0x100", "-1", "", "af44", "af51", "cs8", "lowdelay", "１"])
def test_what_is_no_octet_is_refused(text: str) -> None:
    with pytest.raises(OptionError, match="--tos"):
        parse_tos(text)


@pytest.mark.parametrize(("text", "seconds"), [("1", 1), ("500ms", 1), ("1.2s", 2), ("2m", 120), ("32767", 32_767)])
def test_probes_are_sent_in_whole_seconds(text: str, seconds: int) -> None:
    assert parse_keepalive_s(text) == seconds


def test_a_longer_wait_than_the_kernel_can_have_is_refused() -> None:
    with pytest.raises(OptionError, match="out of range"):
        parse_keepalive_s("10h")


def test_all_words_become_their_values() -> None:
    found = parse_socket_options(tos="cs1", ttl="3", nodelay=True, keepalive="9", sndbuf="64k", rcvbuf="1M")
    assert found == SocketOptions(tos=32, ttl=3, nodelay=True, keepalive_s=9, sndbuf=65_536, rcvbuf=1_048_576)
    assert parse_socket_options() == SocketOptions()


@pytest.mark.parametrize("ttl", ["0", "256", "x"])
def test_a_ttl_that_no_packet_has_is_refused(ttl: str) -> None:
    with pytest.raises(OptionError, match="--ttl"):
        parse_socket_options(ttl=ttl)


@given(hostile_text())
def test_a_refusal_holds_no_control_character(text: str) -> None:
    for answer in (
        attempt(lambda: parse_socket_options(tos=text)),
        attempt(lambda: parse_socket_options(keepalive=text)),
        attempt(lambda: parse_socket_options(sndbuf=text)),
    ):
        if isinstance(answer, NettoolsError):
            assert controls_in(answer.message) == controls_in(answer.hint) == []


@pytest.mark.parametrize("transport", ["tcp", "mptcp", "udp", "unix", "unix-datagram", "vsock"])
@pytest.mark.parametrize(
    ("options", "of"),
    [
        (SocketOptions(tos=1), {"tcp", "mptcp", "udp"}),
        (SocketOptions(ttl=1), {"tcp", "mptcp", "udp"}),
        (SocketOptions(nodelay=True), {"tcp", "mptcp"}),
        (SocketOptions(keepalive_s=1), {"tcp", "mptcp"}),
        (SocketOptions(sndbuf=1, rcvbuf=1), {"tcp", "mptcp", "udp", "unix", "unix-datagram", "vsock"}),
    ],
)
def test_an_option_is_refused_where_it_means_nothing(
    options: SocketOptions, of: set[str], transport: Transport
) -> None:
    answer = attempt(lambda: check_options(options, transport))
    assert (answer is None) == (transport in of)
