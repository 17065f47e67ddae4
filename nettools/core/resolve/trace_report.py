"""The records of ``--trace``: a step for each zone that was asked on the way, with every server of it."""

from dataclasses import dataclass, field
from typing import Literal

from nettools.core.address import Address
from nettools.core.record import column


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceServer:
    """One address of a server of the zone, and what it said."""

    name: str = field(metadata=column("Server"))
    address: Address = field(metadata=column("Address"))
    status: str = field(metadata=column("Status"))
    """answered, alias, nodata, nxdomain, referral: of use; lame, timeout, unreachable, malformed, rcodes: not"""
    rcode: str | None = field(metadata=column("Rcode"))
    ms: float | None = field(metadata=column("ms", align="right"))
    """From the query to its reply; None without one."""
    aa: bool | None = field(metadata=column("AA"))
    serial: int | None = field(metadata=column("Serial", align="right"))
    """Of the zone's SOA at this server, where it was asked."""
    nsid: str | None = field(metadata=column("NSID"))
    answer: tuple[str, ...] = field(metadata=column("Answer"))
    """Type and data of each record of its answer."""
    referral_to: str | None = field(metadata=column("Referral to"))
    reason: str | None = field(metadata=column("Reason"))
    """Why it is no use, or what is odd about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceAlias:
    """A name that stands for another."""

    name: str = field(metadata=column("Name"))
    type: Literal["CNAME", "DNAME"] = field(metadata=column("Type"))
    target: str = field(metadata=column("Target"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceSearch:
    """How the address of a server was found that came without glue."""

    name: str = field(metadata=column("Server"))
    addresses: tuple[Address, ...] = field(metadata=column("Addresses"))
    zones: tuple[str, ...] = field(metadata=column("Asked zones"))
    reason: str | None = field(metadata=column("Reason"))
    """Why no address was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceDnssec:
    """What parent and child say about the signing of the zone; only the verdict has verified anything."""

    status: str = field(metadata=column("Status"))
    """signed, unsigned, island, broken, unproved or unknown"""
    detail: str = field(metadata=column("Detail"))
    verdict: str | None = field(metadata=column("Verdict"))
    """secure, insecure, bogus or indeterminate, by the signatures from the trust anchor to the zone's keys"""
    reason: str | None = field(metadata=column("Reason"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceStep:
    """One zone that was asked."""

    zone: str = field(metadata=column("Zone"))
    name: str = field(metadata=column("Name"))
    """The name that was asked for; another one behind an alias."""
    servers: tuple[TraceServer, ...] = field(metadata=column("Servers"))
    ns: tuple[str, ...] = field(metadata=column("NS"))
    """The servers as the parent names them."""
    ds: tuple[str, ...] = field(metadata=column("DS"))
    """The DS records that the parent has for the zone."""
    dnssec: TraceDnssec | None = field(metadata=column("DNSSEC"))
    """None where the zone was described by an earlier step."""
    searches: tuple[TraceSearch, ...] = field(metadata=column("Searches"))
    referral_to: str | None = field(metadata=column("Referral to"))
    aliases: tuple[TraceAlias, ...] = field(metadata=column("Aliases"))
    duration_ms: float = field(metadata=column("Duration ms", align="right"))
    warnings: tuple[str, ...] = field(metadata=column("Warnings"))
