"""The records of ``nettools scan --expect-file``: where a scan is not what a file says that it must be."""

from dataclasses import dataclass, field
from typing import Literal

from nettools.core.record import column

FindingKind = Literal["unexpected", "missing", "not-scanned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectFinding:
    """Something that is not as expected; a row of CSV or plain output, a JSONL record as well."""

    finding: FindingKind = field(metadata=column("Finding"))
    """Unexpected: open, and not in the file. Missing: in the file, and not open. Not scanned: nobody can say."""
    target: str = field(metadata=column("Target"))
    """The target of the scan; of addresses that the answer does not list the word of the file."""
    addresses: str | None = field(metadata=column("Addresses"))
    """One address; of those that the answer does not list CIDRs and ranges with blanks between."""
    address_count: int = field(metadata=column("Count", align="right", decimal=True))
    protocol: str = field(metadata=column("Protocol"))
    ports: str = field(metadata=column("Ports"))
    port_count: int = field(metadata=column("Ports", align="right"))
    state: str | None = field(metadata=column("State"))
    reason: str | None = field(metadata=column("Reason"))
    service: str | None = field(metadata=column("Service"))
    line: int | None = field(metadata=column("Line", align="right"))
    """The line of the file that expects it; None where no line is about the host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectReport:
    """A scan beside what is expected of it."""

    file: str = field(metadata=column("File"))
    met: bool = field(metadata=column("Met"))
    hosts: int = field(metadata=column("Hosts", align="right"))
    """How many listed addresses were judged."""
    unexpected: tuple[ExpectFinding, ...] = field(metadata=column("Unexpected"))
    missing: tuple[ExpectFinding, ...] = field(metadata=column("Missing"))
    not_scanned: tuple[ExpectFinding, ...] = field(metadata=column("Not scanned"))
