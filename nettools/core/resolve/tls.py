"""How far a server's certificate is trusted: whose name it must carry, and what to say when it does not."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from nettools.core.address import format_address
from nettools.core.resolve.lookup import Server
from nettools.core.text import quoted, safe

MOST_NAMES_TOLD: Final = 8
"""A certificate may carry thousands of names; a message names the first."""

ALPN_TLS: Final = "dot"
ALPN_QUIC: Final = "doq"
ALPN_HTTPS: Final = "h2"
"""IANA "TLS Application-Layer Protocol Negotiation (ALPN) Protocol IDs": RFC 7858, RFC 9250 §4.1, RFC 9113 §3.1."""

_NO_APPLICATION_PROTOCOL: Final = 120
"""The alert of RFC 7301 §3.2."""

# OpenSSL's X509_V_ERR_* (openssl/x509_vfy.h, verify(1)) -> words.
_REASONS: Final[dict[int, str]] = {
    2: "nobody who is trusted here has signed its certificate",
    9: "its certificate is not valid yet",
    10: "its certificate has expired",
    18: "its certificate is self-signed",
    19: "its chain ends in a self-signed certificate that is not trusted here",
    20: "nobody who is trusted here has signed its certificate",
    21: "nobody who is trusted here has signed its certificate",
    23: "its certificate has been revoked",
    26: "its certificate is not meant for a server",
}


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


def carries_name(alternative_names: Iterable[tuple[str, str]], expected: str) -> bool:
    """Whether a certificate with these subjectAltName entries is one of the host's: RFC 9525 §6.

    The entries are those of ``SSLObject.getpeercert``: ("DNS", name) or ("IP Address", text). The common name counts
    for nothing (§2), a wildcard stands for the whole leftmost label (§6.3) but not right below the root's children, as
    with X509_check_host(3), and an address is compared as such (§6.4).
    """
    try:
        address = ip_address(expected)
    except ValueError:
        return any(kind == "DNS" and _fits(name, expected) for kind, name in alternative_names)
    return any(kind == "IP Address" and _is_address(name, address) for kind, name in alternative_names)


def _fits(pattern: str, name: str) -> bool:
    wanted, given = name.lower(), pattern.rstrip(".").lower()
    if given.startswith("*."):
        label, _, rest = wanted.partition(".")
        return bool(label) and "." in rest and rest == given[2:]
    return wanted == given


def _is_address(text: str, address: object) -> bool:
    try:
        return ip_address(text.strip()) == address
    except ValueError:
        return False


def wrong_name(alternative_names: Iterable[tuple[str, str]], expected: str) -> str:
    """Why a certificate does not do, with the names that it has."""
    names = [name for _, name in alternative_names]
    shown = ", ".join(quoted(name.strip()) for name in names[:MOST_NAMES_TOLD])
    more = f" and {len(names) - MOST_NAMES_TOLD:,} more" if len(names) > MOST_NAMES_TOLD else ""
    return f"its certificate is not for {quoted(expected)} but for {shown or 'nobody'}{more}"


def untrusted(verify_code: int, verify_message: str) -> str:
    """Why OpenSSL does not trust a certificate."""
    return _REASONS.get(verify_code) or f"its certificate does not hold: {safe(verify_message)}"


# What aioquic says (aioquic/tls.py, verify_certificate), which hands on OpenSSL's words: the same reasons.
_QUIC_REASONS: Final[dict[str, str]] = {
    "Certificate is no longer valid": _REASONS[10],
    "Certificate is not valid yet": _REASONS[9],
    "self-signed certificate": _REASONS[18],
    "self-signed certificate in certificate chain": _REASONS[19],
    "unable to get local issuer certificate": _REASONS[20],
    "unable to verify the first certificate": _REASONS[21],
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


def handshake_failure(reason: str | None) -> str:
    """What OpenSSL's name for an error of the handshake means (openssl/sslerr.h)."""
    name = reason or "no reason given"
    if name in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG", "HTTP_REQUEST"):
        return "it does not speak TLS on this port"
    if name == "NO_APPLICATION_PROTOCOL" or name.endswith("_ALERT_NO_APPLICATION_PROTOCOL"):
        return "it speaks TLS, but not this protocol over it"
    _, is_alert, alert = name.partition("_ALERT_")
    words = safe(alert if is_alert else name).lower().replace("_", " ")
    return f"it broke the handshake off: {words}" if is_alert else f"the handshake failed: {words}"
