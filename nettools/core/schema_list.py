"""The records of ``nettools schema`` without an argument: which schemas there are."""

from dataclasses import dataclass, field
from typing import ClassVar

from nettools.core.outcome import Failure
from nettools.core.record import column


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaEntry:
    """One JSON Schema that nettools has."""

    name: str = field(metadata=column("Name"))
    """What ``nettools schema`` takes."""
    title: str = field(metadata=column("Of"))
    """The ``schema`` key of the documents, with its version."""
    description: str = field(metadata=column("Description"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaList:
    """The answer of ``nettools schema`` without an argument."""

    SCHEMA: ClassVar[str] = "nettools.schemas/1"

    schemas: tuple[SchemaEntry, ...] = field(metadata=column("Schemas"))
    errors: tuple[Failure, ...] = field(metadata=column("Errors"))
