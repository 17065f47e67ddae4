"""Why there is no connection: a word for scripts, a sentence for people, and whether trying again makes sense."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from nettools.core.address import Address, format_address
from nettools.core.record import column
from nettools.core.scan.faults import LOCAL_FAULTS
from nettools.errors import NettoolsError

_CERTAINTY: Final = ("refused", "reset", "prohibited", "unreachable", "timeout")
"""Outcomes that say something about the target, the surest first."""
_PASSING: Final = frozenset({"local-resources", "network-down", "no-route", "unreachable-route", "no-source-address"})
"""Local faults that end without anybody's doing here: a link that comes up, a port that is free again."""
_MOST_TOLD: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What kept one attempt, or all of them, from a connection."""

    outcome: str
    message: str
    hint: str | None = None
    is_network: bool = True
    """Whether it is a network error, ncat's status 1; its 2 is for the rest, such as names and our own address."""
    is_local: bool = False
    """Whether this machine was the reason, so that it says nothing about the target."""
    may_pass: bool = False
    """Whether it may be otherwise in a moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One address that was tried."""

    address: Address | None = field(metadata=column("Address"))
    outcome: str = field(metadata=column("Outcome"))
    """``open``, the outcome of a fault, or ``abandoned`` when another address was faster."""
    duration_ms: float = field(metadata=column("Duration ms", align="right"))


TIMEOUT: Final = Fault(outcome="timeout", message="the connection timed out", may_pass=True)


def local_fault(kind: str) -> Fault:
    """A fault of this machine, by its name in ``core.scan.faults``."""
    message, hint = LOCAL_FAULTS[kind]
    if kind == "local-resources":
        hint = "a larger ulimit -n, or fewer connections at a time"
    return Fault(outcome=kind, message=message, hint=hint, is_local=True, may_pass=kind in _PASSING)


def fault_of(error: NettoolsError) -> Fault:
    """A request that cannot be carried out, or a name that was not found, as a fault: none of the network's."""
    return Fault(
        outcome=error.kind,
        message=error.message,
        hint=error.hint,
        is_network=False,
        is_local=error.exit_code == 2,
        may_pass=error.kind == "name-lookup-failed",
    )


def summed_up(faults: Sequence[Fault], tries: Sequence[Try]) -> Fault:
    """The one fault that is told for several addresses: what is surest about the target, then what is our own doing.

    ``faults`` are those of ``tries``, in the same order; there is one at least.
    """
    first = min(faults, key=_doubt)
    if len(tries) == 1:
        return first
    told = [f"{_place(one)} {one.outcome}" for one in tries[:_MOST_TOLD]]
    if len(tries) > _MOST_TOLD:
        told.append(f"{len(tries) - _MOST_TOLD} more")
    return Fault(
        outcome=first.outcome,
        message=f"{first.message} ({', '.join(told)})",
        hint=first.hint,
        is_network=any(one.is_network for one in faults),
        is_local=first.is_local,
        may_pass=any(one.may_pass for one in faults),
    )


def _doubt(fault: Fault) -> int:
    return _CERTAINTY.index(fault.outcome) if fault.outcome in _CERTAINTY else len(_CERTAINTY) + fault.is_local


def _place(one: Try) -> str:
    return "it" if one.address is None else format_address(one.address)
