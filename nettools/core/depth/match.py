"""What an answer told of the service that gave it."""

from dataclasses import dataclass
from typing import Final

MOST_TEXT: Final = 200
"""Characters of one told value that are kept: real names and versions are far shorter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The service is known; the rest as far as it was told."""

    service: str
    product: str | None = None
    version: str | None = None
    extra: str | None = None
    speaks_tls: bool = False
    """It asked for TLS, or answered in it: the conversation has to begin anew inside TLS."""

    @property
    def is_soft(self) -> bool:
        """Only the protocol is known, so that a further question may tell more."""
        return self.product is None


def told(value: bytes | str | None) -> str | None:
    """A value of the other side as one line of text: blanks and NULs at the ends removed, shortened; None when empty.

    It is not safe for a terminal yet: that is the matter of whoever shows it.
    """
    if value is None:
        return None
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    return " ".join(text.replace("\0", " ").split())[:MOST_TEXT] or None
