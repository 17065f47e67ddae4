"""Two commands on the same work, in turn, so that a drift of the machine's speed hits both.

Quote the ratio: the median of the ratios pair by pair. Absolute times belong to the machine and the minute.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Wall times of both in seconds, run by run, and the peak memory of ours."""

    ours_s: tuple[float, ...]
    peer_s: tuple[float, ...]
    ours_peak_mb: float

    @property
    def ratio(self) -> float:
        """Ours over the peer's: below 1 is faster."""
        return statistics.median(ours / peer for ours, peer in zip(self.ours_s, self.peer_s, strict=True))

    def row(self, what: str, goal: str) -> str:
        """One line for a person."""
        ours, peer = statistics.median(self.ours_s), statistics.median(self.peer_s)
        return f"{what:<58} {ours * 1000:9.1f} ms {peer * 1000:9.1f} ms  ratio {self.ratio:6.2f}  goal {goal}"


def compare(ours: Sequence[str], peer: Sequence[str], *, runs: int = 15, warm_up: int = 2) -> Comparison:
    """Run both in turn ``runs`` times after ``warm_up`` rounds that do not count. A failing command is an error."""
    ours_s: list[float] = []
    peer_s: list[float] = []
    peak_kb = 0
    for number in range(runs + warm_up):
        one, one_kb = _measure(ours)
        other, _ = _measure(peer)
        if number >= warm_up:
            ours_s.append(one)
            peer_s.append(other)
            peak_kb = max(peak_kb, one_kb)
    return Comparison(ours_s=tuple(ours_s), peer_s=tuple(peer_s), ours_peak_mb=peak_kb / 1024)


def _measure(command: Sequence[str]) -> tuple[float, int]:
    """Wall time in seconds and peak memory in KiB of one run."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    elapsed = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return elapsed, usage.ru_maxrss


def nettools(*arguments: str) -> list[str]:
    """The installed command beside this interpreter."""
    return [os.path.join(os.path.dirname(sys.executable), "nettools"), *arguments]
