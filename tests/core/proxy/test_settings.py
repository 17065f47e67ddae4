"""Which proxy the options name, and the handshake that is made of it."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.address import Address
from nettools.core.connect.target import Target, parse_target
from nettools.core.proxy.credentials import Credentials
from nettools.core.proxy.handshakes import make_handshake
from nettools.core.proxy.settings import ProxySettings, parse_proxy_settings
from nettools.errors import OptionError, RequestError
from tests.core.proxy.splits import talk

JOE = Credentials(user="joe", password="secret")


def settings(
    word: str, kind: str | None = None, dns: str | None = None, credentials: Credentials | None = None
) -> ProxySettings:
    return parse_proxy_settings(word, type_word=kind, dns_word=dns, credentials=credentials)


@pytest.mark.parametrize(
    ("word", "kind", "host", "port"),
    [
        ("192.0.2.1", None, IPv4Address("192.0.2.1"), 3128),
        ("192.0.2.1:8080", "http", IPv4Address("192.0.2.1"), 8080),
        ("proxy.example", "socks5", "proxy.example", 1080),
        ("proxy.example:9050", "SOCKS4", "proxy.example", 9050),
        ("[2001:db8::1]", "socks4a", IPv6Address("2001:db8::1"), 1080),
        ("[2001:db8::1]:8080", None, IPv6Address("2001:db8::1"), 8080),
        ("2001:db8::1", None, IPv6Address("2001:db8::1"), 3128),
        ("[fe80::1%eth0]:1", None, IPv6Address("fe80::1%eth0"), 1),
    ],
)
def test_ports_are_those_of_ncat_unless_written(word: str, kind: str | None, host: Address | str, port: int) -> None:
    found = settings(word, kind)
    assert (found.host, found.port) == (host, port)
    assert found.target == Target(transport="tcp", host=host, port=port)
    assert found.dns == "remote"


@pytest.mark.parametrize(
    ("word", "kind", "dns"),
    [
        ("", None, None),
        ("p:", None, None),
        (":80", None, None),
        ("p:0", None, None),
        ("p:65536", None, None),
        ("http://p:80", None, None),
        ("[::1", None, None),
        ("[::1]80", None, None),
        ("p", "ftp", None),
        ("p", None, "both"),
    ],
)
def test_what_is_no_proxy_is_a_request_error(word: str, kind: str | None, dns: str | None) -> None:
    with pytest.raises(RequestError):
        settings(word, kind, dns)


@given(st.text(max_size=30))
def test_any_word_is_a_proxy_or_a_request_error(word: str) -> None:
    try:
        found = settings(word)
    except RequestError:
        return
    assert 0 < found.port < 65_536


def test_a_type_that_is_nearly_right_is_suggested() -> None:
    with pytest.raises(OptionError) as failure:
        settings("p", "sock5")
    assert "socks5" in str(failure.value.hint)


def test_socks_fields_have_255_octets_at_most() -> None:
    settings("p", "socks5", credentials=Credentials(user="u" * 255, password="p" * 255))
    with pytest.raises(OptionError):
        settings("p", "socks5", credentials=Credentials(user="ü" * 128))
    with pytest.raises(OptionError):
        settings("p", "socks5", credentials=Credentials(user="u", password="p" * 256))


def test_socks4_has_no_password_and_says_so() -> None:
    assert settings("p", "socks4", credentials=JOE).notes
    assert not settings("p", "socks4", credentials=Credentials(user="joe")).notes
    assert not settings("p", "socks5", credentials=JOE).notes


def test_names_are_looked_up_here_only_when_asked_to() -> None:
    name, address = parse_target(["host.example", "80"], transport="tcp"), parse_target(["::1", "80"], transport="tcp")
    assert not settings("p", dns="remote").looks_up(name)
    assert settings("p", dns="local").looks_up(name)
    assert not settings("p", dns="local").looks_up(address)
    assert settings("p", "socks4").lookup_version(None) == 4
    assert settings("p", "socks5").lookup_version(6) == 6


def first_words(found: ProxySettings, host: str, resolved: Address | None = None) -> bytes:
    target = parse_target([host, "443"], transport="tcp")
    return talk(make_handshake(found, target, resolved, client_nonce="n"), []).sent


def test_each_type_asks_in_its_own_way() -> None:
    assert first_words(settings("p"), "host.example").startswith(b"CONNECT host.example:443 HTTP/1.1\r\n")
    assert first_words(settings("p"), "2001:db8::1").startswith(b"CONNECT [2001:db8::1]:443 HTTP/1.1\r\n")
    assert first_words(settings("p", "socks5"), "host.example") == b"\5\1\0"
    assert first_words(settings("p", "socks5", credentials=JOE), "host.example") == b"\5\2\0\2"
    socks4 = settings("p", "socks4", credentials=JOE)
    assert first_words(socks4, "192.0.2.9") == b"\4\1\x01\xbb\xc0\x00\x02\x09joe\0"
    assert first_words(socks4, "host.example") == b"\4\1\x01\xbb\0\0\0\1joe\0host.example\0"
    assert first_words(socks4, "host.example", IPv4Address("192.0.2.9")) == b"\4\1\x01\xbb\xc0\x00\x02\x09joe\0"
    assert first_words(socks4, "::ffff:192.0.2.9") == b"\4\1\x01\xbb\xc0\x00\x02\x09joe\0"


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("socks4", Target(transport="tcp", host=IPv6Address("2001:db8::1"), port=1)),
        ("socks5", Target(transport="udp", host="host.example", port=1)),
        ("http", Target(transport="unix", path="/a")),
        ("http", Target(transport="tcp", host=IPv6Address("fe80::1%eth0"), port=1)),
    ],
)
def test_what_a_proxy_cannot_be_asked_for_is_an_option_error(kind: str, target: Target) -> None:
    with pytest.raises(OptionError):
        make_handshake(settings("p", kind), target, client_nonce="n")
