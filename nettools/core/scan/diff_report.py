"""The records of ``nettools scan --diff``: what has changed since an earlier answer."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from nettools.core.address import Address
from nettools.core.record import column

ChangeKind = Literal["appeared", "gone", "changed"]
ChangedThing = Literal[
    "host", "port", "service", "product", "version", "tls-key", "tls-expiry", "tls-names", "tls-trust"
]
WhyNotCompared = Literal[
    "not-scanned-before", "not-scanned-now", "not-finished-before", "not-finished-now", "other-kind-of-scan"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanChange:
    """One thing that is otherwise than before; a row of CSV or plain output, a JSONL record as well."""

    change: ChangeKind = field(metadata=column("Change"))
    """Appeared and gone are open ports, and hosts that are up; everything else is changed."""
    what: ChangedThing = field(metadata=column("What"))
    target: str = field(metadata=column("Target"))
    address: Address = field(metadata=column("Address"))
    names: tuple[str, ...] = field(metadata=column("Names"))
    protocol: str | None = field(metadata=column("Protocol"))
    """None where the host itself is meant."""
    ports: str | None = field(metadata=column("Ports"))
    """One port; of ports that are not open, before or now, all that changed alike, as ranges."""
    count: int = field(metadata=column("Count", align="right"))
    """How many ports; 0 where the host itself is meant."""
    before: str | None = field(metadata=column("Before"))
    after: str | None = field(metadata=column("After"))
    before_reason: str | None = field(metadata=column("Reason before"))
    after_reason: str | None = field(metadata=column("Reason after"))
    service: str | None = field(metadata=column("Service"))


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCompared:
    """Ports of which only one of the two scans can say something."""

    why: WhyNotCompared = field(metadata=column("Why"))
    addresses: str = field(metadata=column("Addresses"))
    """CIDRs and ranges with blanks between."""
    address_count: int = field(metadata=column("Count", align="right", decimal=True))
    protocol: str = field(metadata=column("Protocol"))
    ports: str = field(metadata=column("Ports"))
    port_count: int = field(metadata=column("Ports", align="right"))


@dataclass(frozen=True, slots=True, kw_only=True)
class OldScan:
    """What a scan is compared with."""

    file: str = field(metadata=column("File"))
    started: datetime = field(metadata=column("Started"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffReport:
    """A scan beside an earlier one, over the ports that both have scanned."""

    old: OldScan = field(metadata=column("Old"))
    differs: bool = field(metadata=column("Differs"))
    compared: int = field(metadata=column("Compared", align="right", decimal=True))
    """How many ports of how many hosts both have a verdict on, multiplied out."""
    appeared: tuple[ScanChange, ...] = field(metadata=column("Appeared"))
    gone: tuple[ScanChange, ...] = field(metadata=column("Gone"))
    changed: tuple[ScanChange, ...] = field(metadata=column("Changed"))
    not_compared: tuple[NotCompared, ...] = field(metadata=column("Not compared"))
