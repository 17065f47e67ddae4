"""The records of ``nettools rdns``, and what the verdicts mean."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from nettools.core.address import Address
from nettools.core.outcome import Failure
from nettools.core.record import column
from nettools.core.text import SafeText

NameVerdict = Literal["confirmed", "mismatch", "dangling", "error"]
Verdict = Literal["confirmed", "mismatch", "dangling", "multiple", "none", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NameReport:
    """One name of an address, and the addresses of its IP version that the name has."""

    name: str = field(metadata=column("Name"))
    forward: tuple[Address, ...] = field(metadata=column("Forward"))
    verdict: NameVerdict | None = field(metadata=column("Verdict"))
    """None where nobody asked for the name's addresses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressReport:
    """One address and its names."""

    address: Address = field(metadata=column("Address"))
    ptr: str = field(metadata=column("PTR name"))
    """The name that was asked for."""
    names: tuple[NameReport, ...] = field(metadata=column("Names"))
    verdict: Verdict | None = field(metadata=column("Verdict"))
    cname_path: tuple[str, ...] = field(metadata=column("CNAME path"))
    """Where CNAMEs led, as in a delegation of RFC 2317."""
    error: str | None = field(metadata=column("Error"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RdnsSummary:
    """How many addresses were asked, have names, have names that all lead back, could not be asked."""

    asked: int = field(metadata=column("Asked", align="right"))
    named: int = field(metadata=column("Named", align="right"))
    confirmed: int = field(metadata=column("Confirmed", align="right"))
    errors: int = field(metadata=column("Errors", align="right"))
    interrupted: bool = field(metadata=column("Interrupted"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RdnsReport:
    """The answer of ``nettools rdns``."""

    SCHEMA: ClassVar[str] = "nettools.rdns/1"

    addresses: tuple[AddressReport, ...] = field(metadata=column("Addresses"))
    summary: RdnsSummary = field(metadata=column("Summary"))
    warnings: tuple[str, ...] = field(metadata=column("Warnings"))
    errors: tuple[Failure, ...] = field(metadata=column("Errors"))


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRow:
    """One name of one address."""

    address: Address = field(metadata=column("Address"))
    name: str | None = field(metadata=column("Name"))
    verdict: str | None = field(metadata=column("Verdict"))
    """The name's own; the address's where it has no name."""
    forward: tuple[Address, ...] = field(metadata=column("Forward"))
    error: str | None = field(metadata=column("Error"))


def name_rows(report: AddressReport) -> Iterator[NameRow]:
    """The rows of CSV and plain: one for each name, and one for an address without any."""
    for one in report.names:
        yield NameRow(
            address=report.address,
            name=SafeText(one.name),
            verdict=one.verdict,
            forward=one.forward,
            error=report.error,
        )
    if not report.names:
        yield NameRow(address=report.address, name=None, verdict=report.verdict, forward=(), error=report.error)


def name_verdict(address: Address, forward: Sequence[Address], status: str) -> NameVerdict:
    """Whether a name leads back: ``status`` is that of the lookup of its addresses."""
    if status == "answered":
        return "confirmed" if address in forward else "mismatch"
    return "dangling" if status in ("nodata", "nxdomain") else "error"


def address_verdict(verdicts: Sequence[NameVerdict]) -> Verdict:
    """The verdict of an address whose names have these; there is one at least.

    One name speaks for its address. Of several, all lead back or it is ``multiple``: then each name's own verdict tells
    which ones do; ``error`` when none could be asked.

    >>> address_verdict(["confirmed"]), address_verdict(["confirmed", "mismatch"])
    ('confirmed', 'multiple')
    """
    if len(set(verdicts)) == 1 and (len(verdicts) == 1 or verdicts[0] in ("confirmed", "error")):
        return verdicts[0]
    return "multiple"
