"""What a TLS handshake agreed on, and with whom."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from nettools.core.record import column

if TYPE_CHECKING:
    from nettools.core.tls.certificate import Certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsReport:
    """One session. The certificate is the other side's: a server's, or a client's where the server asked for one."""

    version: str = field(metadata=column("Version"))
    """``TLSv1.3``, as OpenSSL spells it; ``version_words`` is for people."""
    cipher: str = field(metadata=column("Cipher"))
    alpn: str | None = field(metadata=column("ALPN"))
    """The protocol that both agreed on; None when none was offered or taken."""
    verified: bool = field(metadata=column("Verified"))
    """Whether we know who it is: by its chain and name, or by its key alone where that was asked for."""
    subject: str | None = field(metadata=column("Subject"))
    issuer: str | None = field(metadata=column("Issuer"))
    not_after: datetime | None = field(metadata=column("Expires"))
    names: tuple[str, ...] = field(metadata=column("Names"))
    """What the certificate is for: host names and addresses."""
    spki_sha256: str | None = field(metadata=column("Key"))
    """What ``--pin`` takes."""


def version_words(version: str) -> str:
    """The version as the standards spell it (RFC 2246, RFC 8446).

    >>> version_words("TLSv1.3"), version_words("TLSv1")
    ('TLS 1.3', 'TLS 1.0')
    """
    name, _, number = version.partition("v")
    return f"{name} {number if '.' in number else f'{number}.0'}" if number else version


def tls_report(
    *, version: str, cipher: str, alpn: str | None, certificate: "Certificate | None", is_verified: bool
) -> TlsReport:
    """The report on a session with the owner of this certificate, or with somebody who showed none."""
    return TlsReport(
        version=version,
        cipher=cipher,
        alpn=alpn,
        verified=is_verified,
        subject=certificate.subject if certificate else None,
        issuer=certificate.issuer if certificate else None,
        not_after=certificate.not_after if certificate else None,
        names=tuple(name for _, name in certificate.names) if certificate else (),
        spki_sha256=certificate.spki_sha256 if certificate else None,
    )
