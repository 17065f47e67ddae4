"""What is sent together, and in which state each probe is.

A cell is one probe of a run: ``rank * width + slot``, for the port of that rank at the host in that slot.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from nettools.core.scan.sweep.pace import Pace
from nettools.core.scan.timing import Timing

if TYPE_CHECKING:
    from nettools.core.packet.batch import ProbeBatch
    from nettools.core.scan.sweep.run import Run

UNSENT: Final = 0
WAITING: Final = 1
"""Sent, and counted in the window over all hosts."""
RELEASED: Final = 2
"""Sent, no longer counted over all hosts; its own time is not up yet."""
SILENT: Final = 3
"""Its time is up: the next pass may try again."""
SETTLED: Final = 4


_DOUBTFUL_PART: Final = 1 / 8
"""The packets of a batch leave one after the other, but not as evenly as they are reckoned."""


class Conduct(NamedTuple):
    """How all hosts are probed."""

    timing: Timing
    pace: Pace
    tags: int
    """How many probes of a port can be told apart; that of a later attempt is the same packet again."""

    def tag_of(self, attempt: int) -> int:
        return (attempt - 1) % self.tags + 1


class Batch:
    """Probes that are sent together: some ports of one host, or one port of some hosts."""

    __slots__ = ("attempt", "began_s", "cells", "ended_s", "is_released", "run")

    def __init__(self, run: "Run", attempt: int, cells: Sequence[int], now_s: float) -> None:
        self.run = run
        self.attempt = attempt
        self.cells = cells
        self.began_s = self.ended_s = now_s
        self.is_released = False

    def fill(self, packets: "ProbeBatch") -> int:
        """Write the packets. Returns how many."""
        run, cells, tag = self.run, self.cells, self.run.conduct.tag_of(self.attempt)
        if run.width == 1:
            numbers, secrets = run.ranks.numbers, run.ranks.secrets
            if isinstance(cells, range):
                part = slice(cells.start, cells.stop)
                return packets.fill_ports(run.recipients, 0, numbers[part], secrets[part], tag)
            some = [numbers[cell] for cell in cells]
            return packets.fill_ports(run.recipients, 0, some, [secrets[cell] for cell in cells], tag)
        rank = cells[0] // run.width
        first = rank * run.width
        slots: slice | list[int]
        if isinstance(cells, range):
            slots = slice(cells.start - first, cells.stop - first)
        else:
            slots = [cell - first for cell in cells]
        return packets.fill_hosts(run.recipients, slots, run.ranks.numbers[rank], run.ranks.secrets[rank], tag)

    def departures(self) -> tuple[float, float, float] | None:
        """(base, step, doubt): cell number n left at ``base + n * step``, as far as the whole tells.

        A round trip that is shorter than ``doubt`` is not worth telling. None where nothing was noted.
        """
        cells, took_s = self.cells, self.ended_s - self.began_s
        if isinstance(cells, range):
            step = took_s / len(cells)
            return self.began_s - cells.start * step, step, took_s * _DOUBTFUL_PART
        return (self.began_s, 0.0, took_s) if cells else None
