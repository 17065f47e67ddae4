"""The document of a request that failed before any work; apart, because most runs never need it."""

from dataclasses import dataclass, field
from typing import ClassVar

from nettools.core.outcome import Failure
from nettools.core.record import column


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorReport:
    """The document of a request that failed before any work."""

    SCHEMA: ClassVar[str] = "nettools.error/1"

    errors: tuple[Failure, ...] = field(metadata=column("Errors"))
