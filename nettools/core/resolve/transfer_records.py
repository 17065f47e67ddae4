"""The records of a zone transfer in their order: where it begins, what it is, and where it ends.

AXFR: a SOA, the other records, the SOA again (RFC 5936 §2.2). IXFR: the new SOA, then for each step the old SOA with
what it loses and the new one with what it gains, then the new SOA again; or the whole zone as AXFR; or the SOA alone,
when there is nothing newer (RFC 1995 §4).
"""

from dataclasses import dataclass
from typing import Final, Literal

from nettools.core.dns.message import ResourceRecord
from nettools.core.dns.name import folded, is_below, name_text
from nettools.core.dns.serial import is_newer, soa_serial
from nettools.core.dns.types import TYPES
from nettools.core.resolve.transfer_report import Style

Part = Literal["zone", "removed", "added"]


_SOA: Final = TYPES["SOA"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferredRecord:
    """A record and what it is of: the zone, or of one step of its history what it loses or gains."""

    record: ResourceRecord
    part: Part = "zone"
    step: int | None = None
    """The number of the step from 0; None outside of steps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From one serial to the next: how many records go and come, both SOA records among them."""

    from_serial: int
    to_serial: int | None
    """None when the transfer ended before it was told."""
    removed: int
    added: int


class BrokenTransfer(ValueError):
    """The records are not in the order of a transfer. ``result`` is a word of ``TransferOutcome.result``."""

    def __init__(self, why: str, result: str = "malformed") -> None:
        super().__init__(why)
        self.result = result


class TransferReader:
    """Takes the records one after the other. ``known_serial`` is what an IXFR asks from, None for AXFR."""

    def __init__(self, zone: bytes, known_serial: int | None) -> None:
        self._zone = folded(zone)
        self._known_serial = known_serial
        self.serial: int | None = None
        """Of the zone that is sent: the first record's."""
        self.style: Style | None = None
        self.is_whole = False
        self.count = 0
        self.last_serial: int | None = None
        """Of the SOA at the end of a whole zone: another one when the zone changed meanwhile."""
        self.strays = 0
        """Records of names that are not in the zone."""
        self._part: Part = "zone"
        self._steps: list[Step] = []

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(self._steps)

    def take(self, record: ResourceRecord) -> TransferredRecord:
        """The record in its place. Raises BrokenTransfer."""
        if self.serial is None:
            self._begin(record)
            return self._placed(record)
        serial = self._apex_serial(record)
        if self.style is None:
            self._decide(serial)
        if serial is not None:
            self._turn(serial)
        return self._placed(record)

    def end_of_message(self) -> None:
        """A message is over: a lone SOA that is not newer than what we have is the whole answer to an IXFR."""
        if self.count != 1 or self.serial is None or self._known_serial is None:
            return
        if not is_newer(self.serial, self._known_serial):
            self.style, self.is_whole = "up-to-date", True

    def _begin(self, record: ResourceRecord) -> None:
        self.serial = self._apex_serial(record)
        if self.serial is None:
            raise BrokenTransfer(f"the transfer does not begin with the SOA of {name_text(self._zone)}")
        if self._known_serial is None:
            self.style = "full"

    def _decide(self, serial: int | None) -> None:
        """The second record tells what an IXFR is."""
        if serial is None or (serial == self.serial and serial != self._known_serial):
            self.style = "full"
        elif serial == self._known_serial:
            self.style = "incremental"
        else:
            raise BrokenTransfer(f"the differences begin at serial {serial}, and {self._known_serial} was asked for")

    def _turn(self, serial: int) -> None:
        """A SOA of the zone: an end, or the next part."""
        if self.style == "full":
            self.is_whole = True
            self.last_serial = serial
        elif self._part == "removed":
            self._steps[-1] = self._last_step(to_serial=serial)
            self._part = "added"
        elif self._part == "added" and serial == self.serial == self._steps[-1].to_serial:
            self._part, self.is_whole = "zone", True
        else:
            before = self._steps[-1].to_serial if self._steps else self._known_serial
            if serial != before:
                raise BrokenTransfer(f"a step of the differences begins at serial {serial}, the last ended at {before}")
            self._steps.append(Step(from_serial=serial, to_serial=None, removed=0, added=0))
            self._part = "removed"

    def _placed(self, record: ResourceRecord) -> TransferredRecord:
        self.count += 1
        self.strays += not is_below(record.name, self._zone)
        if self._part == "zone":
            return TransferredRecord(record=record)
        gone = self._part == "removed"
        self._steps[-1] = self._last_step(removed=1 if gone else 0, added=0 if gone else 1)
        return TransferredRecord(record=record, part=self._part, step=len(self._steps) - 1)

    def _last_step(self, *, to_serial: int | None = None, removed: int = 0, added: int = 0) -> Step:
        last = self._steps[-1]
        return Step(
            from_serial=last.from_serial,
            to_serial=last.to_serial if to_serial is None else to_serial,
            removed=last.removed + removed,
            added=last.added + added,
        )

    def _apex_serial(self, record: ResourceRecord) -> int | None:
        """The serial when the record is the zone's SOA."""
        if record.type != _SOA or record.is_damaged or folded(record.name) != self._zone:
            return None
        return soa_serial(record.rdata)
