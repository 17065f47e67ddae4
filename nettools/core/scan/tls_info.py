"""What a TLS server showed to a scan: the session, the certificate, and whether its chain is trusted."""

from dataclasses import dataclass, field
from datetime import datetime

from nettools.core.record import column


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsInfo:
    """One handshake with one port. A scan judges the chain and goes on whatever it finds."""

    version: str = field(metadata=column("Version"))
    """``TLSv1.3``, as OpenSSL spells it."""
    cipher: str = field(metadata=column("Cipher"))
    alpn: str | None = field(metadata=column("ALPN"))
    subject: str | None = field(metadata=column("Subject"))
    names: tuple[str, ...] = field(metadata=column("Names"))
    issuer: str | None = field(metadata=column("Issuer"))
    not_before: datetime | None = field(metadata=column("Valid from"))
    not_after: datetime | None = field(metadata=column("Expires"))
    trusted: bool = field(metadata=column("Trusted"))
    """Whether the chain leads to a root of this machine, is in date, and names the target where that is a name."""
    distrust: str | None = field(metadata=column("Distrust"))
    """Why not: ``self-signed``, ``expired``, ``unknown-issuer``, ``name-mismatch`` …"""
    chain: tuple[str, ...] = field(metadata=column("Chain"))
    """The subjects of the certificates that were sent, the server's own first."""
    spki_sha256: str | None = field(metadata=column("Key"))
