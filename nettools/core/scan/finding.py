"""What the service behind an open port said of itself."""

from dataclasses import dataclass
from typing import Final

from nettools.core.scan.tls_info import TlsInfo

MOST_BANNER_BYTES: Final = 4096
"""More of what a service says unasked is not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Each part is None where it was not asked for or not told."""

    banner: bytes | None = None
    """What came first, at most MOST_BANNER_BYTES."""
    tls: TlsInfo | None = None
    service: str | None = None
    """The protocol that answered: ``ssh``, ``http``, ``postgresql`` …"""
    product: str | None = None
    version: str | None = None
    extra: str | None = None
    """What else it said that helps: a system, a host name, a mode."""
    problem: str | None = None
    """Why less was found out than was asked for, in words: the port is closed by now, or its TLS is refused."""

    @property
    def banner_text(self) -> str | None:
        """The banner as text; octets that are not UTF-8 are replaced, and then ``banner_base64`` has them."""
        return None if self.banner is None else self.banner.decode("utf-8", "replace")

    @property
    def banner_base64(self) -> str | None:
        """The octets, only where they are not UTF-8."""
        if self.banner is None:
            return None
        try:
            self.banner.decode("utf-8")
        except UnicodeDecodeError:
            from base64 import b64encode

            return b64encode(self.banner).decode("ascii")
        return None


NOTHING_FOUND: Final = Finding()
