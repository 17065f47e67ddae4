"""One request that was answered: the line of it, and what an event says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What was asked and answered. All text is safe to be printed."""

    peer: str
    method: str
    target: str
    """``-`` for both when the request could not be read."""
    status: int
    body_bytes: int
    """Octets of the body that were handed over, without the headers."""
    duration_ms: float
    """From the request to its last octet."""
    is_complete: bool
    """Whether all of the answer was handed over."""

    def __str__(self) -> str:
        cut = "" if self.is_complete else " (cut)"
        return f"{self.peer} {self.method} {self.target} {self.status} {self.body_bytes}{cut}"
