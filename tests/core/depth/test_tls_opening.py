"""What answers a ClientHello: TLS, an old SSL, or another protocol in which TLS can begin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.connect.starttls import PROTOCOLS
from nettools.core.depth.tls_opening import TlsTry, agreed_version, greeted_protocol, next_try, speaks_tls, tls_problem
from nettools.core.tls.reasons import handshake_failure

MYSQL = b"J\0\0\0\x0a8.0.36\0" + bytes(60)


@pytest.mark.parametrize(
    ("greeting", "protocol"),
    [
        (b"220 mail.test ESMTP Postfix\r\n", "smtp"),
        (b"220-mail.test smtp ready\r\n220 go\r\n", "smtp"),
        (b"220 store.test LMTP ready\r\n", "lmtp"),
        (b"220 (vsFTPd 3.0.5)\r\n", "ftp"),
        (b"220 hello\r\n", None),
        (b"* OK [CAPABILITY IMAP4rev2] ready\r\n", "imap"),
        (b"* PREAUTH ready\r\n", None),
        (b"+OK POP3 ready <1.2@test>\r\n", "pop3"),
        (b"200 news.test InterNetNews NNRP server INN 2.7.1 ready\r\n", "nntp"),
        (b"200 OK\r\n", None),
        (b'"IMPLEMENTATION" "Dovecot Pigeonhole"\r\n', "sieve"),
        (MYSQL, "mysql"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", None),
        (b"HTTP/1.1 400 Bad Request\r\n", None),
        (b"", None),
    ],
)
def test_greetings_name_their_protocol(greeting: bytes, protocol: str | None) -> None:
    assert greeted_protocol(greeting) == protocol
    assert next_try(greeting=greeting, problem=None) == (None if protocol is None else TlsTry(starttls=protocol))


@given(greeting=st.binary(max_size=80))
def test_any_octets_name_a_known_dialogue_or_none(greeting: bytes) -> None:
    assert greeted_protocol(greeting) in (None, *PROTOCOLS)


def test_who_refuses_the_protocols_offered_is_asked_without_any() -> None:
    alert = b"\x15\x03\x03\0\x02\x02\x78"
    problem = tls_problem(alert, handshake_failure("TLSV1_ALERT_NO_APPLICATION_PROTOCOL"))
    assert next_try(greeting=b"", problem=problem) == TlsTry(starttls=None)


def test_who_breaks_off_for_another_reason_is_left_alone() -> None:
    problem = tls_problem(b"\x15\x03\x03\0\x02\x02\x28", handshake_failure("SSLV3_ALERT_HANDSHAKE_FAILURE"))
    assert problem == "no TLS session: it broke the handshake off: handshake failure"
    assert next_try(greeting=b"", problem=problem) is None


def test_ssl_3_is_named() -> None:
    assert tls_problem(b"\x15\x03\0\0\x02\x02\x28", "x") == "it speaks no TLS newer than SSL 3.0"
    assert tls_problem(b"\x16\x03\0\0\x4a", "x") == "it speaks no TLS newer than SSL 3.0"


@pytest.mark.parametrize("opening", [b"", b"\x15\x03", b"HTTP/1.1 400", b"SSH-2.0-x", b"\x15\x02\0", b"\x17\x03\x03"])
def test_other_octets_are_no_tls(opening: bytes) -> None:
    assert not speaks_tls(opening)
    assert tls_problem(opening, "x") is None


@pytest.mark.parametrize(
    ("version", "cipher", "word"),
    [
        (1, "AES128-SHA", "TLSv1"),
        (2, "AES128-SHA", "TLSv1.1"),
        (3, "AES128-SHA", "TLSv1.2"),
        (3, "TLS_AES_128_GCM_SHA256", "TLSv1.3"),
        (9, "AES128-SHA", None),
    ],
)
def test_a_server_hello_tells_the_version(version: int, cipher: str, word: str | None) -> None:
    assert agreed_version(b"\x16\x03\x03\0\x5a\x02\0\0\x56" + bytes([3, version]) + bytes(32), cipher) == word


@pytest.mark.parametrize(
    "opening", [b"", b"\x15\x03\x03\0\x02\x02\x28", b"\x16\x03\x03\0\x5a", b"\x16\x03\x03\0\x5a\x0b"]
)
def test_without_a_server_hello_no_version_was_agreed_on(opening: bytes) -> None:
    assert agreed_version(opening, "AES128-SHA") is None
