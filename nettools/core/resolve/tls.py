"""TLS around DNS: which protocol is offered, whose name a server's certificate must carry, why QUIC failed."""

import re
from dataclasses import dataclass
from typing import Final

from nettools.core.address import format_address
from nettools.core.resolve.lookup import Server
from nettools.core.text import safe
from nettools.core.tls.names import wrong_name
from nettools.core.tls.reasons import UNTRUSTED

ALPN_TLS: Final = "dot"
ALPN_QUIC: Final = "doq"
ALPN_HTTPS: Final = "h2"
"""IANA "TLS Application-Layer Protocol Negotiation (ALPN) Protocol IDs": RFC 7858, RFC 9250 §4.1, RFC 9113 §3.1."""

_NO_APPLICATION_PROTOCOL: Final = 120
"""The alert of RFC 7301 §3.2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsSettings:
    """What ``--cafile``, ``--tls-name`` and ``--insecure`` say."""

    cafile: str | None = None
    """A PEM file with the certificates that are trusted; None means the system's."""
    name: str | None = None
    """The name that the certificate must carry; None means the server's own."""
    is_verified: bool = True
    """Whether the certificate is looked at."""

    def expected_name(self, server: Server) -> str:
        """What the certificate must carry: ``--tls-name``, else the host name, else the address (RFC 9525 §6)."""
        named = self.name or server.name
        return named.rstrip(".") if named else format_address(server.address).partition("%")[0]

    def unverified_note(self, server: Server) -> str:
        """What the outcome says when nothing was verified."""
        return f"the certificate of {server} was not verified: anybody may have answered"


# What aioquic says (aioquic/tls.py, verify_certificate), which hands on OpenSSL's words: the same reasons.
_QUIC_REASONS: Final[dict[str, str]] = {
    "Certificate is no longer valid": UNTRUSTED[10],
    "Certificate is not valid yet": UNTRUSTED[9],
    "self-signed certificate": UNTRUSTED[18],
    "self-signed certificate in certificate chain": UNTRUSTED[19],
    "unable to get local issuer certificate": UNTRUSTED[20],
    "unable to verify the first certificate": UNTRUSTED[21],
}
_QUIC_MISMATCH: Final = re.compile(r"hostname '(.*)' doesn't match (?:either of )?(.*)", re.DOTALL)
_QUIC_PATTERN: Final = re.compile(r"Pattern\(pattern=(?:\w+\()?b?'([^']*)'")


def quic_handshake_failure(alert: int, reason: str) -> str:
    """Why the TLS handshake inside a QUIC connection ended with this alert (RFC 8446 §6)."""
    if alert == _NO_APPLICATION_PROTOCOL:
        return "it speaks QUIC, but not this protocol over it"
    if reason in _QUIC_REASONS:
        return _QUIC_REASONS[reason]
    mismatch = _QUIC_MISMATCH.fullmatch(reason)
    if mismatch is not None:
        return wrong_name([("DNS", name) for name in _QUIC_PATTERN.findall(mismatch[2])], mismatch[1])
    return f"the handshake failed: {safe(reason) or f'TLS alert {alert}'}"
