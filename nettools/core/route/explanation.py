"""Why a packet goes where it goes, as records: the rules asked, the routes that might have been, the verdict."""

from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal

from nettools.core.address import Address
from nettools.core.ifaces.report import Warned
from nettools.core.outcome import Failure
from nettools.core.prefix import Prefix
from nettools.core.record import column
from nettools.core.route.report import Route

Verdict = Literal[
    "forward", "local", "broadcast", "multicast", "blackhole", "unreachable", "prohibit", "throw", "no-route"
]
REFUSALS: Final[frozenset[Verdict]] = frozenset({"blackhole", "unreachable", "prohibit", "throw", "no-route"})
"""The verdicts by which nothing is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A route that covers the destination, and why it was taken or not."""

    dst: Prefix = field(metadata=column("Destination"))
    type: str = field(metadata=column("Type"))
    gateway: Address | None = field(metadata=column("Gateway"))
    dev: str | None = field(metadata=column("Interface"))
    metric: int | None = field(metadata=column("Metric", align="right"))
    chosen: bool = field(metadata=column("Chosen"))
    reason: str = field(metadata=column("Reason"))
    is_part: bool = field(metadata=column("", internal=True), default=False)
    """Whether it lies inside the prefix that was asked for, and takes a part of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One rule that was asked, and what its table held."""

    rule: int | None = field(metadata=column("Rule", align="right"))
    """Its priority; None on systems without rules."""
    table: str | None = field(metadata=column("Table"))
    matched: bool = field(metadata=column("Matched"))
    """Whether the rule concerns this packet."""
    reason: str = field(metadata=column("Reason"))
    candidates: tuple[Candidate, ...] = field(metadata=column("Candidates"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """Where the packet goes next: to a gateway, or on the link itself."""

    gateway: Address | None = field(metadata=column("Gateway"))
    dev: str | None = field(metadata=column("Interface"))


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelVerdict:
    """What the operating system itself answers to the same question."""

    agrees: bool = field(metadata=column("Agrees"))
    dev: str | None = field(metadata=column("Interface"))
    gateway: Address | None = field(metadata=column("Gateway"))
    source: Address | None = field(metadata=column("Source"))
    error: str | None = field(metadata=column("Error"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One destination explained."""

    input: str = field(metadata=column("Input"))
    """What was written: the address or prefix, or the name that has the address."""
    destination: str = field(metadata=column("Destination"))
    """The address, or the prefix whose routes are told."""
    verdict: Verdict = field(metadata=column("Verdict"))
    summary: str = field(metadata=column("Summary"))
    """The verdict in one sentence."""
    route: Route | None = field(metadata=column("Route"))
    source: Address | None = field(metadata=column("Source"))
    nexthop: Hop | None = field(metadata=column("Next hop"))
    steps: tuple[Step, ...] = field(metadata=column("Steps"))
    kernel: KernelVerdict | None = field(metadata=column("Kernel"))
    """None for a prefix, which no kernel answers for."""
    warnings: tuple[Warned, ...] = field(metadata=column("Warnings"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainReport:
    """The destinations that were asked for, explained."""

    SCHEMA: ClassVar[str] = "nettools.route-explain/1"

    explained: tuple[Explanation, ...] = field(metadata=column("Explained"))
    errors: tuple[Failure, ...] = field(metadata=column("Errors"))
