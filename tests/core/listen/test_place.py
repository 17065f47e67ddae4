"""Where ``listen`` listens."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from nettools.core.listen.place import ANY_CONTEXT, LOCAL_CONTEXT, parse_mode, parse_place
from nettools.errors import OptionError, RequestError

V4, V6 = IPv4Address("127.0.0.1"), IPv6Address("::1")


@pytest.mark.parametrize("word", ["8080", ":8080"])
def test_a_port_alone_is_loopback_of_both_families(word: str) -> None:
    place = parse_place([word], transport="tcp")
    assert (place.port, place.addresses(), place.is_loopback) == (8080, [V4, V6], True)


def test_any_is_every_address_of_both_families() -> None:
    place = parse_place(["0"], transport="udp", is_any=True)
    assert (place.addresses(), place.is_loopback) == ([IPv4Address("0.0.0.0"), IPv6Address("::")], False)


@pytest.mark.parametrize(("version", "expected"), [(4, [V4]), (6, [V6])])
def test_a_family_may_be_chosen(version: int, expected: list[object]) -> None:
    assert parse_place(["1"], transport="tcp", version=version).addresses() == expected


@pytest.mark.parametrize(
    "words", [["192.0.2.1", "80"], ["192.0.2.1:80"], ["::ffff:192.0.2.1", "80"], ["[::ffff:192.0.2.1]:80"]]
)
def test_one_address_is_written_in_either_way_and_a_mapped_one_is_ipv4(words: list[str]) -> None:
    place = parse_place(words, transport="tcp")
    assert (place.addresses(), place.port, place.is_loopback) == ([IPv4Address("192.0.2.1")], 80, False)


def test_all_addresses_of_a_name_are_meant_once_and_of_the_family_asked_for() -> None:
    place = parse_place(["localhost", "80"], transport="tcp", version=6)
    assert place.host == "localhost"
    assert place.addresses([V4, V6, V6]) == [V6]
    assert not place.is_loopback


def test_p_has_the_port_and_the_word_is_the_host() -> None:
    assert parse_place([], transport="tcp", port_option="80").addresses() == [V4, V6]
    assert parse_place(["::1"], transport="tcp", port_option="80").addresses() == [V6]


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ([], {}),
        (["localhost"], {}),
        (["65536"], {}),
        (["-1"], {}),
        (["localhost", "80", "81"], {}),
        (["localhost", "80"], {"port_option": "81"}),
        (["192.0.2.1", "80"], {"is_any": True}),
        (["192.0.2.1", "80"], {"version": 6}),
        (["::1", "80"], {"version": 4}),
        (["::1:80"], {}),
        ([":"], {}),
        (["::8080"], {}),
        ([":8080"], {"port_option": "80"}),
    ],
)
def test_words_that_contradict_or_miss_something_are_refused(words: list[str], options: dict[str, object]) -> None:
    with pytest.raises(RequestError):
        parse_place(words, transport="tcp", **options)  # type: ignore[arg-type]


def test_a_unix_socket_has_a_path() -> None:
    place = parse_place(["/run/x"], transport="unix")
    assert (place.path, place.is_loopback, place.is_datagram) == ("/run/x", True, False)
    assert parse_place(["@x"], transport="unix-datagram").is_datagram


@pytest.mark.parametrize("path", ["", "@", "a\0b", "x" * 108, "ö" * 54])
def test_a_path_that_does_not_fit_is_refused(path: str) -> None:
    with pytest.raises(OptionError):
        parse_place([path], transport="unix")


def test_the_longest_path_fits() -> None:
    assert parse_place(["x" * 107], transport="unix").path == "x" * 107


@pytest.mark.parametrize("words", [[], ["a", "b"]])
def test_a_unix_socket_takes_one_word(words: list[str]) -> None:
    with pytest.raises(OptionError):
        parse_place(words, transport="unix")


def test_vsock_is_local_unless_asked_otherwise() -> None:
    assert parse_place(["5000"], transport="vsock").context == LOCAL_CONTEXT
    assert parse_place(["5000"], transport="vsock", is_any=True).context == ANY_CONTEXT
    place = parse_place(["3", "4294967294"], transport="vsock")
    assert (place.context, place.port, place.is_loopback) == (3, 4294967294, False)
    with pytest.raises(OptionError):
        parse_place(["4294967295"], transport="vsock")


def test_a_mode_is_octal() -> None:
    assert (parse_mode("660"), parse_mode("0600"), parse_mode("0")) == (0o660, 0o600, 0)
    for wrong in ("", "8", "rw", "1777", "-1", "00000", "６６０"):
        with pytest.raises(OptionError):
            parse_mode(wrong)


@given(st.lists(st.text(max_size=30), max_size=3))
def test_any_words_are_a_place_with_a_port_or_refused(words: list[str]) -> None:
    port: int | None = 0
    try:
        port = parse_place(words, transport="tcp").port
    except RequestError as error:
        event(error.message[:20])
    assert port is not None
    assert 0 <= port <= 65_535
