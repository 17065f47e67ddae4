"""What the TLS options mean, and which go together."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.tls.options import parse_alpn, parse_version, read_client_tls, read_server_tls
from nettools.core.tls.pins import parse_pin
from nettools.core.tls.settings import ClientTls
from nettools.errors import HostNameError, OptionError

DIGESTS = st.binary(min_size=32, max_size=32)


@given(DIGESTS, st.sampled_from(["", "sha256//", "SHA256//", "sha256:", "sha256/"]))
def test_a_pin_is_read_in_hex_and_base64(digest: bytes, prefix: str) -> None:
    for text in (
        digest.hex(),
        digest.hex().upper(),
        digest.hex(":"),
        b64encode(digest).decode(),
        b64encode(digest).decode().rstrip("="),
    ):
        assert parse_pin(prefix + text) == digest.hex()


@given(st.text(max_size=70))
def test_any_text_is_a_pin_or_refused(text: str) -> None:
    try:
        pin = parse_pin(text)
    except OptionError:
        return
    assert len(bytes.fromhex(pin)) == 32


@pytest.mark.parametrize(
    "text", ["", "sha256//", "ab" * 31, "ab" * 33, "A" * 42, "A" * 44, "A" * 43 + "==", "ab:" * 32]
)
def test_what_is_no_hash_is_no_pin(text: str) -> None:
    with pytest.raises(OptionError, match="no SHA-256 of a public key"):
        parse_pin(text)


@pytest.mark.parametrize(
    ("text", "version"), [("1.2", "1.2"), ("1.3", "1.3"), ("TLSv1.3", "1.3"), ("tls1_2", "1.2"), ("TLS 1.3", "1.3")]
)
def test_a_version_is_read_as_people_write_it(text: str, version: str) -> None:
    assert parse_version(text) == version


@pytest.mark.parametrize("text", ["1.0", "1.1", "TLSv1", "tls1_1", "SSLv3", "ssl3"])
def test_broken_versions_are_refused_with_the_reason(text: str) -> None:
    with pytest.raises(OptionError, match="RFC 8996"):
        parse_version(text)


@pytest.mark.parametrize("text", ["1.4", "", "x", "12", "ssl1.3"])
def test_other_versions_are_none(text: str) -> None:
    with pytest.raises(OptionError, match="no version of TLS"):
        parse_version(text)


def test_protocols_come_with_commas() -> None:
    assert parse_alpn("h2,http/1.1") == ("h2", "http/1.1")


@pytest.mark.parametrize("text", ["", "h2,", "h2,,x", "\x1b", "ü", "x" * 256])
def test_bad_protocols_are_refused(text: str) -> None:
    with pytest.raises(OptionError, match="--alpn"):
        parse_alpn(text)


@pytest.mark.parametrize(
    ("host", "servername", "expected", "asked"),
    [
        ("mail.test", None, "mail.test", "mail.test"),
        ("mail.test.", None, "mail.test", "mail.test"),
        ("192.0.2.1", None, "192.0.2.1", None),
        ("2001:db8::1", None, "2001:db8::1", None),
        ("fe80::1%eth0", None, "fe80::1", None),
        ("192.0.2.1", "mail.test", "mail.test", "mail.test"),
        ("mail.test", "192.0.2.1", "192.0.2.1", None),
        (None, "mail.test", "mail.test", "mail.test"),
    ],
)
def test_the_name_that_is_looked_for_and_the_one_that_is_asked_for(
    host: str | None, servername: str | None, expected: str, asked: str | None
) -> None:
    settings = read_client_tls(host=host, servername=servername)
    assert (settings.expected_name, settings.server_name) == (expected, asked)


def test_a_unix_socket_has_no_name_to_look_for() -> None:
    with pytest.raises(OptionError) as failure:
        read_client_tls(host=None)
    assert failure.value.hint is not None
    assert "--servername" in failure.value.hint
    assert read_client_tls(host=None, insecure=True).trusts_anybody


def test_a_pin_with_insecure_trusts_that_key_alone() -> None:
    settings = read_client_tls(host="a.test", insecure=True, pins=["ab" * 32])
    assert not settings.is_verified
    assert not settings.trusts_anybody
    assert ClientTls(host="a.test", is_verified=False).trusts_anybody


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"key": "k.pem"}, "--key is given without --cert"),
        ({"ciphers": "HIGH", "tls_min": "1.3"}, "--ciphers chooses those of TLS 1.2"),
        ({"tls_min": "1.1"}, "RFC 8996"),
        ({"alpn": ""}, "a name is empty"),
    ],
)
def test_what_does_not_go_together_is_refused_on_both_sides(options: dict[str, str], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        read_client_tls(host="a.test", **options)  # type: ignore[arg-type]
    with pytest.raises(OptionError, match=words):
        read_server_tls(**options)


def test_trusting_somebody_and_anybody_is_refused() -> None:
    with pytest.raises(OptionError, match="choose one"):
        read_client_tls(host="a.test", insecure=True, cafile="ca.pem")


def test_a_bad_servername_is_refused() -> None:
    with pytest.raises(HostNameError):
        read_client_tls(host="a.test", servername="a b")


def test_a_server_asks_for_certificates_when_it_knows_whom_to_trust() -> None:
    assert read_server_tls(cafile="ca.pem").asks_for_certificate
    assert not read_server_tls().asks_for_certificate
