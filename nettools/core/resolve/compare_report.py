"""The records of ``--compare`` and ``--all-ns``: who agrees with whom about one question."""

from dataclasses import dataclass, field

from nettools.core.record import column


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedServer:
    """One server that was asked."""

    server: str = field(metadata=column("Server"))
    name: str | None = field(metadata=column("Name"))
    status: str = field(metadata=column("Status"))
    """As in a response; ``lame`` for a server of the zone that has no authority over it."""
    rcode: str | None = field(metadata=column("Rcode"))
    aa: bool | None = field(metadata=column("AA"))
    ttl: int | None = field(metadata=column("TTL", align="right"))
    """The lowest of the records that were asked for."""
    serial: int | None = field(metadata=column("Serial", align="right"))
    """Of the SOA in its answer or authority section."""
    nsid: str | None = field(metadata=column("NSID"))
    ms: float | None = field(metadata=column("ms", align="right"))
    reason: str | None = field(metadata=column("Reason"))


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementGroup:
    """Servers that say the same."""

    servers: tuple[str, ...] = field(metadata=column("Servers"))
    status: str = field(metadata=column("Status"))
    data: tuple[str, ...] = field(metadata=column("Data"))
    """Type and data of each record of the answer, in canonical order (RFC 4034 §6.3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One question to several servers."""

    name: str = field(metadata=column("Name"))
    type: str = field(metadata=column("Type"))
    zone: str | None = field(metadata=column("Zone"))
    """Whose servers were asked; None when they were given."""
    agree: bool = field(metadata=column("Agree"))
    """Whether all that replied say the same; silence is no reply, a refusal is one. TTLs may differ."""
    groups: tuple[AgreementGroup, ...] = field(metadata=column("Groups"))
    """The largest first."""
    servers: tuple[ComparedServer, ...] = field(metadata=column("Servers"))
    differences: tuple[str, ...] = field(metadata=column("Differences"))
    warnings: tuple[str, ...] = field(metadata=column("Warnings"))
