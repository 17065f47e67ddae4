"""How much an interface carries a second, from two looks at its counters."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from nettools.core.ifaces.report import Interface, Received, Sent
from nettools.core.number import parse_duration_s
from nettools.core.record import column


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One direction of an interface, between two looks."""

    bytes_per_s: float = field(metadata=column("Bytes/s", align="right"))
    packets_per_s: float = field(metadata=column("Packets/s", align="right"))
    errors: int = field(metadata=column("Errors", align="right", decimal=True))
    """New since the look before."""
    dropped: int = field(metadata=column("Dropped", align="right", decimal=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class InterfaceRate:
    """What went through an interface between two looks."""

    time: datetime = field(metadata=column("Time"))
    """Of the second look."""
    event: Literal["rate"] = field(metadata=column("Event"), default="rate")
    ifindex: int | None = field(metadata=column("Index"))
    ifname: str = field(metadata=column("Interface"))
    interval_ms: float = field(metadata=column("Interval", align="right"))
    rx: Flow = field(metadata=column("Received"))
    tx: Flow = field(metadata=column("Sent"))


def parse_interval_s(text: str, name: str = "--interval") -> float:
    """The time between two looks. Raises OptionError."""
    return parse_duration_s(text, name, minimum_s=0.1)


def rates(
    before: Iterable[Interface], after: Iterable[Interface], elapsed_s: float, moment: datetime
) -> tuple[InterfaceRate, ...]:
    """The rates of the interfaces that were there at both looks, and whose counters went on from one to the other.

    ``moment`` is the time of the second look.

    Counters that went back belong to an interface that was made anew, or were reset: there is no rate then.
    """
    earlier = {(one.ifindex, one.ifname): one.stats for one in before}
    found: list[InterfaceRate] = []
    for one in after:
        then, now = earlier.get((one.ifindex, one.ifname)), one.stats
        if then is None or now is None or elapsed_s <= 0:
            continue
        rx, tx = _flow(then.rx, now.rx, elapsed_s), _flow(then.tx, now.tx, elapsed_s)
        if rx is not None and tx is not None:
            found.append(
                InterfaceRate(
                    time=moment,
                    ifindex=one.ifindex,
                    ifname=one.ifname,
                    interval_ms=round(elapsed_s * 1000, 3),
                    rx=rx,
                    tx=tx,
                )
            )
    return tuple(found)


def _flow(then: Received | Sent, now: Received | Sent, elapsed_s: float) -> Flow | None:
    if now.bytes < then.bytes or now.packets < then.packets:
        return None
    return Flow(
        bytes_per_s=round((now.bytes - then.bytes) / elapsed_s, 1),
        packets_per_s=round((now.packets - then.packets) / elapsed_s, 1),
        errors=max(now.errors - then.errors, 0),
        dropped=max(now.dropped - then.dropped, 0),
    )
