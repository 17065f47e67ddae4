"""The document of ``nettools subnet describe``, as the schemas know it; the command itself streams it."""

from dataclasses import dataclass, field
from typing import ClassVar

from nettools.core.outcome import Failure
from nettools.core.record import column
from nettools.core.subnet.describe import SCHEMA, Description


@dataclass(frozen=True, slots=True, kw_only=True)
class SubnetReport:
    """The answer of ``nettools subnet``."""

    SCHEMA: ClassVar[str] = SCHEMA

    subnets: tuple[Description, ...] = field(metadata=column("Subnets"))
    errors: tuple[Failure, ...] = field(metadata=column("Errors"))
