"""What a TLS session told of a server, and whether its certificate is to be believed: ``--tls-info``.

The session is made whatever the certificate is. The chain is judged afterwards: OpenSSL says whether it leads to a root
of this machine (``net.depth.chain_judge``), and the name is compared here. Revocation is not asked about.
"""

from collections.abc import Sequence
from typing import Final

from nettools.core.scan.tls_info import TlsInfo
from nettools.core.tls.certificate import Certificate, read_certificate
from nettools.core.tls.der import DerError
from nettools.core.tls.names import carries_name

MOST_NAMES: Final = 256
"""More names of one certificate are not kept. Public authorities sign 100 at most, or 250 of the costly kind."""
MOST_CERTIFICATES: Final = 16
"""More of a chain are not named."""
UNREADABLE: Final = "unreadable"
"""The subject of a certificate of the chain that cannot be read."""

VERIFIED: Final = 0
UNJUDGED: Final = -1
"""OpenSSL could not say, since it could not read the chain."""

# OpenSSL's X509_V_ERR_* (openssl/x509_vfy.h, verify(1)) -> a word for scripts.
_DISTRUST: Final[dict[int, str]] = {
    UNJUDGED: "unreadable-certificate",
    2: "unknown-issuer",
    7: "bad-signature",
    9: "not-yet-valid",
    10: "expired",
    18: "self-signed",
    19: "unknown-root",
    20: "unknown-issuer",
    21: "unknown-issuer",
    22: "chain-too-long",
    23: "revoked",
    25: "path-too-long",
    26: "wrong-purpose",
    27: "unknown-issuer",
    28: "rejected",
    32: "issuer-may-not-sign",
    34: "unknown-critical-extension",
    47: "name-constraint",
    48: "name-constraint",
    66: "weak-key",
    67: "weak-key",
    68: "weak-signature",
    79: "issuer-is-no-authority",
}
NAME_MISMATCH: Final = "name-mismatch"
NO_CERTIFICATE: Final = "no-certificate"
NO_SESSION: Final = "no-session"
"""It has shown a certificate, and broke off before it had shown that it has the key."""


def tls_info(
    *,
    version: str,
    cipher: str,
    alpn: str | None,
    chain: Sequence[bytes],
    verify_code: int,
    server_name: str | None,
    is_complete: bool = True,
) -> TlsInfo:
    """The record of a session, or of a handshake that went as far as the certificate.

    ``chain`` is what was sent, in DER, the server's own certificate first. ``verify_code`` is OpenSSL's X509_V_* for
    it, VERIFIED or UNJUDGED. ``server_name`` is the target where that is a name; the address of a target counts for
    nothing, since few certificates carry one. Of a chain with several faults OpenSSL tells the first that it meets,
    from the root down, and a wrong name comes last.
    """
    leaf = _read(chain[0]) if chain else None
    distrust = _distrust(chain, leaf, verify_code, server_name) or (None if is_complete else NO_SESSION)
    return TlsInfo(
        version=version,
        cipher=cipher,
        alpn=alpn,
        subject=leaf.subject or None if leaf else None,
        names=tuple(name for _, name in leaf.names[:MOST_NAMES]) if leaf else (),
        issuer=leaf.issuer or None if leaf else None,
        not_before=leaf.not_before if leaf else None,
        not_after=leaf.not_after if leaf else None,
        trusted=distrust is None,
        distrust=distrust,
        chain=tuple(_subject(one) for one in chain[:MOST_CERTIFICATES]),
        spki_sha256=leaf.spki_sha256 if leaf else None,
    )


def _distrust(
    chain: Sequence[bytes], leaf: Certificate | None, verify_code: int, server_name: str | None
) -> str | None:
    if not chain:
        return NO_CERTIFICATE
    if leaf is None:
        return _DISTRUST[UNJUDGED]
    if verify_code != VERIFIED:
        return _DISTRUST.get(verify_code, f"verify-error-{verify_code}")
    if server_name is not None and not carries_name(leaf.names, server_name.rstrip(".")):
        return NAME_MISMATCH
    return None


def _read(octets: bytes) -> Certificate | None:
    try:
        return read_certificate(octets)
    except DerError:
        return None


def _subject(octets: bytes) -> str:
    certificate = _read(octets)
    return UNREADABLE if certificate is None else certificate.subject
