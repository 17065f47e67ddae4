"""The record of what this machine's own resolver says beside DNS: a part of the answer of ``nettools resolve``."""

from dataclasses import dataclass, field

from nettools.core.address import Address
from nettools.core.record import column


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemAnswer:
    """The system's answer beside that of DNS."""

    addresses: tuple[Address, ...] = field(metadata=column("Addresses"))
    """In the order in which a program would try them."""
    source: str | None = field(metadata=column("Source"))
    """Which source of nsswitch.conf(5) gave the answer, as far as can be told; None when there is none."""
    reason: str | None = field(metadata=column("Why"))
    """Why it is this source, or why there is no answer."""
    sources: tuple[str, ...] = field(metadata=column("Sources"))
    """The sources in their order, with the actions in brackets."""
    hosts_line: int | None = field(metadata=column("Line in the hosts file", align="right"))
    only_system: tuple[Address, ...] = field(metadata=column("Only here"))
    only_dns: tuple[Address, ...] = field(metadata=column("Only in DNS"))
    error: str | None = field(metadata=column("Error"))
    duration_ms: float = field(metadata=column("ms", align="right"))
