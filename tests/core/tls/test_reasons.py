"""Why there is no TLS."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.tls.reasons import (
    handshake_failure,
    handshake_hint,
    reason_name,
    spoken_instead,
    untrusted,
    untrusted_hint,
)
from tests.core.strategies import controls_in


@pytest.mark.parametrize(
    ("code", "words"),
    [(9, "not valid yet"), (10, "has expired"), (18, "is self-signed"), (20, "nobody who is trusted here")],
)
def test_why_a_certificate_is_not_trusted_is_told_in_words(code: int, words: str) -> None:
    assert words in untrusted(code, "in OpenSSL's words")


def test_an_unknown_reason_is_told_in_openssls_words() -> None:
    assert untrusted(66, "EE key too weak") == "its certificate does not hold: EE key too weak"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("WRONG_VERSION_NUMBER", "it does not speak TLS on this port"),
        ("TLSV1_ALERT_NO_APPLICATION_PROTOCOL", "it speaks TLS, but not this protocol over it"),
        ("TLSV1_ALERT_INTERNAL_ERROR", "it broke the handshake off: internal error"),
        ("NO_PROTOCOLS_AVAILABLE", "the handshake failed: no protocols available"),
        (None, "the handshake failed: no reason given"),
    ],
)
def test_a_failed_handshake_is_told_in_words(reason: str | None, words: str) -> None:
    assert handshake_failure(reason) == words


@given(st.text(max_size=40))
def test_what_openssl_says_is_escaped(words: str) -> None:
    assert not controls_in(untrusted(99, words))
    assert not controls_in(handshake_failure(words))


def test_an_alert_that_python_has_no_name_for_is_named_by_its_words() -> None:
    words = "[SSL] tlsv1 alert no application protocol (_ssl.c:1006)"
    assert handshake_failure(reason_name(None, words)) == "it speaks TLS, but not this protocol over it"
    assert reason_name("HTTP_REQUEST", words) == "HTTP_REQUEST"
    assert reason_name(None, "unknown error (_ssl.c:1006)") is None


def test_a_clients_certificate_is_meant_for_clients() -> None:
    assert untrusted(26, "unsuitable certificate purpose", owner="client").endswith("not meant for a client")
    assert untrusted(26, "unsuitable certificate purpose").endswith("not meant for a server")


@pytest.mark.parametrize(
    ("reason", "word"),
    [
        ("WRONG_VERSION_NUMBER", "--starttls"),
        ("TLSV13_ALERT_CERTIFICATE_REQUIRED", "--cert"),
        ("SSLV3_ALERT_BAD_CERTIFICATE", "--cert"),
        ("TLSV1_UNRECOGNIZED_NAME", "--servername"),
    ],
)
def test_a_hint_says_which_option_helps(reason: str, word: str) -> None:
    assert word in (handshake_hint(reason) or "")


def test_no_hint_is_better_than_a_wrong_one() -> None:
    assert handshake_hint("TLSV1_ALERT_INTERNAL_ERROR") is None
    assert handshake_hint(None) is None


def test_an_unknown_signer_can_be_trusted_or_pinned_and_an_expired_certificate_only_taken() -> None:
    assert "--cafile" in untrusted_hint(18)
    assert "--pin" in untrusted_hint(20)
    assert "--cafile" not in untrusted_hint(10)


@pytest.mark.parametrize(
    ("octets", "said"),
    [
        (b"220 mail.test ESMTP\r\n250 x", "'220 mail.test ESMTP'"),
        (b"no end of line", "'no end of line'"),
        (b"\x15\x03\x03", None),
        (b"SSH\x1b[2J\n", None),
        (b"", None),
        (b"\n", None),
    ],
)
def test_a_line_of_text_is_shown_and_nothing_else(octets: bytes, said: str | None) -> None:
    assert spoken_instead(octets) == said
