"""What the first octets of an answer to a ClientHello tell, and what else to try where they are no session."""

from dataclasses import dataclass
from typing import Final

from nettools.core.tls.reasons import handshake_failure

MOST_OF_A_GREETING: Final = 512
"""Octets that are looked at."""
_ALERT: Final = 0x15
_HANDSHAKE: Final = 0x16  # content types, RFC 8446 §5.1
_SSL_3_0: Final = b"\x03\x00"  # RFC 6101 §5.2.1
_SERVER_HELLO: Final = 2  # RFC 8446 §4
_VERSIONS: Final = {b"\x03\x01": "TLSv1", b"\x03\x02": "TLSv1.1", b"\x03\x03": "TLSv1.2"}
"""The version of a ServerHello, in OpenSSL's words: RFC 2246 §7.4.1.3, RFC 4346 and RFC 5246 likewise."""
_NO_SESSION: Final = "no TLS session: "
_ALPN_REFUSED: Final = _NO_SESSION + handshake_failure("NO_APPLICATION_PROTOCOL")
"""The alert of RFC 7301 §3.2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsTry:
    """One more connection on which TLS may begin. No ALPN is offered on it."""

    starttls: str | None
    """The protocol of ``core.connect.starttls`` in which it begins; None from the first octet on."""


def next_try(*, greeting: bytes, problem: str | None) -> TlsTry | None:
    """What to try once a plan has ended without a session that was wanted; None when nothing is left.

    ``greeting`` is what the port said in the clear before it could have understood us, ``problem`` what ``tls_problem``
    made of a handshake.
    """
    if problem is not None:  # it speaks TLS, only not so
        return TlsTry(starttls=None) if problem == _ALPN_REFUSED else None
    protocol = greeted_protocol(greeting)
    return None if protocol is None else TlsTry(starttls=protocol)


def greeted_protocol(greeting: bytes) -> str | None:
    r"""The protocol of a greeting in which TLS can begin, whatever the port; None where none is recognised.

    Greetings: RFC 5321 §4.2, RFC 959 §5.4, RFC 9051 §7.1.1, RFC 1939 §4, RFC 3977 §5.1.1, RFC 5804 §1.7.

    >>> greeted_protocol(b"220 mail.test ESMTP\r\n")
    'smtp'
    """
    line = greeting[:MOST_OF_A_GREETING].split(b"\n")[0].upper()
    if line.startswith((b"220 ", b"220-")):
        return next((name for name in ("ftp", "lmtp", "smtp") if name.upper().encode() in line), None)
    if line.startswith(b"* OK"):
        return "imap"
    if line.startswith(b"+OK"):
        return "pop3"
    if line.startswith((b"200 ", b"201 ")):
        return "nntp" if any(word in line for word in (b"NNTP", b"NNRP", b"NEWS")) else None
    if line.startswith(b'"IMPLEMENTATION"'):
        return "sieve"
    if greeting[3:5] == b"\0\x0a":  # the first packet, protocol version 10: "Protocol::HandshakeV10" of MySQL's manual
        return "mysql"
    return None


def speaks_tls(opening: bytes) -> bool:
    """Whether the first octets of an answer to a ClientHello are a record of TLS or SSL 3.0 (RFC 8446 §5.1)."""
    return len(opening) >= 3 and opening[0] in (_ALERT, _HANDSHAKE) and opening[1] == 3


def agreed_version(opening: bytes, cipher: str) -> str | None:
    """The version that a server agreed on before it broke the handshake off; None where it did not get so far.

    TLS 1.3 stands behind the version of 1.2 (RFC 8446 §4.1.3), and its cipher suites are its own (appendix B.4).
    """
    if opening[:1] != bytes([_HANDSHAKE]) or opening[5:6] != bytes([_SERVER_HELLO]):
        return None
    return "TLSv1.3" if cipher.startswith("TLS_") else _VERSIONS.get(opening[9:11])


def tls_problem(opening: bytes, failure: str) -> str | None:
    """Why there is no session with one who speaks TLS; None for one who does not.

    ``opening`` is what was answered to the ClientHello, ``failure`` what became of the handshake, in words.
    """
    if not speaks_tls(opening):
        return None
    if opening[1:3] == _SSL_3_0:
        return "it speaks no TLS newer than SSL 3.0"
    return _NO_SESSION + failure
