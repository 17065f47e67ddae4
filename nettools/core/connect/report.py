"""What ``cat -z`` found out: whether a connection can be made, in one record."""

from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal, cast, get_args

from nettools.core.address import Address
from nettools.core.connect.fault import Fault, Try
from nettools.core.connect.target import Transport
from nettools.core.outcome import Failure
from nettools.core.record import column
from nettools.core.relay.ending import FINE, NETWORK_ERROR, OTHER_ERROR
from nettools.core.tls.report import TlsReport

Outcome = Literal[
    "open",
    "open|filtered",  # a datagram was answered by nothing at all
    "refused",
    "timeout",
    "unreachable",
    "prohibited",
    "reset",
    "not-there",  # no Unix socket of that path
    "other-type",  # a Unix socket, and not of the type that was asked for
    "network-error",
    "proxy-failed",  # connected, and one of the handshakes after that failed
    "starttls-failed",
    "tls-failed",
]
CONNECTED: Final = frozenset({"open", "proxy-failed", "starttls-failed", "tls-failed"})
"""Outcomes with a connection, of which the time can be told."""
_OUTCOMES: Final = frozenset(get_args(Outcome))


@dataclass(frozen=True, slots=True, kw_only=True)
class CatReport:
    """The answer of ``nettools cat -z``."""

    SCHEMA: ClassVar[str] = "nettools.cat/1"

    target: str = field(metadata=column("Target"))
    transport: Transport = field(metadata=column("Transport"))
    address: Address | None = field(metadata=column("Address"))
    """The one that was connected to, a proxy's where there is one; of those that were not, the only one."""
    port: int | None = field(metadata=column("Port", align="right"))
    outcome: Outcome | None = field(metadata=column("Outcome"))
    """None when this machine could not find out; ``errors`` says why."""
    reason: str | None = field(metadata=column("Reason"))
    lookup_ms: float | None = field(metadata=column("Lookup ms", align="right"))
    connect_ms: float | None = field(metadata=column("Connect ms", align="right"))
    tries: tuple[Try, ...] = field(metadata=column("Tries"))
    """The addresses of the last round, in the order of their ends."""
    tls: TlsReport | None = field(metadata=column("TLS"))
    errors: tuple[Failure, ...] = field(metadata=column("Errors"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CatRow:
    """The same as a row of CSV or plain output, or as a JSONL record."""

    target: str = field(metadata=column("Target"))
    transport: Transport = field(metadata=column("Transport"))
    address: Address | None = field(metadata=column("Address"))
    port: int | None = field(metadata=column("Port", align="right"))
    outcome: Outcome | None = field(metadata=column("Outcome"))
    reason: str | None = field(metadata=column("Reason"))
    lookup_ms: float | None = field(metadata=column("Lookup ms", align="right"))
    connect_ms: float | None = field(metadata=column("Connect ms", align="right"))
    tls: TlsReport | None = field(metadata=column("TLS"))


def cat_row(report: CatReport) -> CatRow:
    """The report without its lists."""
    return CatRow(
        target=report.target,
        transport=report.transport,
        address=report.address,
        port=report.port,
        outcome=report.outcome,
        reason=report.reason,
        lookup_ms=report.lookup_ms,
        connect_ms=report.connect_ms,
        tls=report.tls,
    )


def outcome_of(fault: Fault) -> Outcome | None:
    """What a fault says about the target; None for what is this machine's doing, or the resolver's."""
    return cast("Outcome", fault.outcome) if fault.outcome in _OUTCOMES and not fault.is_local else None


def failure_of_fault(fault: Fault, target: str) -> Failure:
    """A fault that says nothing about the target, as it stands in ``errors``."""
    is_request = fault.is_local and not fault.is_network
    return Failure(
        input=target, line=None, kind=fault.outcome, message=fault.message, hint=fault.hint, unreadable=is_request
    )


def status_of(outcome: Outcome | None, fault: Fault | None) -> int:
    """ncat's exit status: 0 when it is open, or nothing says that it is not; 1 for the network, 2 for the rest."""
    if outcome in ("open", "open|filtered"):
        return FINE
    return NETWORK_ERROR if fault is None or fault.is_network else OTHER_ERROR
