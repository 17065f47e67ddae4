"""What was asked for of TLS, by a client and by a server."""

from dataclasses import dataclass
from typing import Literal

from nettools.core.host_name import spells_address

Version = Literal["1.2", "1.3"]
"""TLS 1.0 and 1.1 are refused: RFC 8996."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsSettings:
    """What clients and servers have in common."""

    cert: str | None = None
    """A PEM file with our certificate, and those of its authorities behind it."""
    key: str | None = None
    """A PEM file with its private key; None means the file of the certificate."""
    cafile: str | None = None
    """A PEM file with the certificates that are trusted."""
    alpn: tuple[str, ...] = ()
    """Protocols to agree on, the most wanted first: RFC 7301."""
    ciphers: str | None = None
    """Ciphers of TLS 1.2 in OpenSSL's words: ciphers(1)."""
    minimum: Version = "1.2"
    """The oldest version: RFC 9325 §3.1.1."""
    keylog: str | None = None
    """A file for the secrets of each session: the NSS key log format, as Wireshark reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientTls(TlsSettings):
    """What a client wants. Without ``cafile`` the system's authorities are trusted."""

    host: str | None = None
    """The name or address of the server as it was given; None where there is none: a Unix socket."""
    servername: str | None = None
    """The name to ask for, which the certificate must carry; None means the host's."""
    is_verified: bool = True
    """False under ``--insecure``: neither the chain nor the name counts."""
    pins: tuple[str, ...] = ()
    """The public keys that are taken, by the SHA-256 of their SubjectPublicKeyInfo in hex; none means any."""

    @property
    def expected_name(self) -> str | None:
        """What the certificate must carry: a name, or an address without its scope (RFC 9525 §6)."""
        named = self.servername or self.host
        return named.partition("%")[0].rstrip(".") if named else None

    @property
    def server_name(self) -> str | None:
        """What is asked for in the open: a host name, never an address (RFC 6066 §3)."""
        expected = self.expected_name
        return None if expected is None or spells_address(expected) else expected

    @property
    def trusts_anybody(self) -> bool:
        """Whether anybody may have answered."""
        return not self.is_verified and not self.pins


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerTls(TlsSettings):
    """What a server offers. Without ``cert`` one is made on the spot; with ``cafile`` clients must show theirs."""

    @property
    def asks_for_certificate(self) -> bool:
        return self.cafile is not None
