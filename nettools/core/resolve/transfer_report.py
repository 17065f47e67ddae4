"""What a zone transfer was, beside its records."""

from dataclasses import dataclass, field
from typing import Literal

from nettools.core.record import column
from nettools.core.resolve.dns_record import DnsRecord

Style = Literal["full", "incremental", "up-to-date"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceRecord:
    """One step of a zone's history: what goes and what comes, the SOA of either serial first."""

    from_serial: int = field(metadata=column("From serial", align="right"))
    to_serial: int | None = field(metadata=column("To serial", align="right"))
    removed: tuple[DnsRecord, ...] = field(metadata=column("Removed"))
    added: tuple[DnsRecord, ...] = field(metadata=column("Added"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRecord:
    """How a transfer went: RFC 5936, RFC 1995."""

    kind: Literal["axfr", "ixfr"] = field(metadata=column("Kind"))
    result: str = field(metadata=column("Result"))
    """complete, up-to-date; cut, changed, malformed, bad-tsig; or how the only try ended"""
    style: Style | None = field(metadata=column("Style"))
    """An IXFR may be answered with the whole zone: ``full``."""
    known_serial: int | None = field(metadata=column("Known serial", align="right"))
    serial: int | None = field(metadata=column("Serial", align="right"))
    messages: int = field(metadata=column("Messages", align="right"))
    records: int = field(metadata=column("Records", align="right"))
    octets: int = field(metadata=column("Octets", align="right"))
    duration_ms: float = field(metadata=column("Duration ms", align="right"))
    differences: tuple[DifferenceRecord, ...] = field(metadata=column("Differences"))
