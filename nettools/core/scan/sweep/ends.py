"""What is told of the hosts: verdicts, what could not be probed, and how their work ended."""

from collections.abc import Sequence
from typing import Final

from nettools.core.scan.confidence import Confidence
from nettools.core.scan.probe_port import ProbePort
from nettools.core.scan.reason import OPEN, RESET, Verdict
from nettools.core.scan.reason import SILENT as NO_RESPONSE
from nettools.core.scan.sink import HostEnd, ResultSink
from nettools.core.scan.sweep.ranks import PortRanks
from nettools.core.scan.sweep.run import Run
from nettools.core.scan.sweep.single import Single

_DONE: Final = HostEnd(complete=True)


class Ends:
    """Tells a sink, and counts. ``canaries`` are ports outside of the scan on which nobody listens."""

    def __init__(self, sink: ResultSink, canaries: PortRanks | None) -> None:
        self._sink = sink
        self._canaries = canaries
        self._confidence: dict[int, Confidence] = {}
        self.settled_count = 0

    def confidence(self, run: Run, slot: int) -> Confidence:
        """What the open ports of that host look like."""
        return run.trial or self._confidence.setdefault(run.hosts[slot], Confidence())

    def settled(
        self,
        run: Run,
        slot: int,
        found: Verdict,
        cells: Sequence[int],
        rtts_s: Sequence[float | None],
        hop_limits: Sequence[int],
    ) -> None:
        """Cells of one host have that verdict."""
        if run.trial is not None:
            for _ in cells if found is OPEN else ():
                run.trial.note_canary()
            return
        if found is OPEN:
            self.confidence(run, slot).opened += len(cells)
        elif found is RESET:
            self.confidence(run, slot).closed += len(cells)
        host, width, ports = run.hosts[slot], run.width, run.ranks.ports
        self.settled_count += len(cells)
        if len(cells) == 1:
            self._sink.settled(host, ports[cells[0] // width], found, rtts_s[0], hop_limits[0])
        else:
            self._sink.settled_each(host, found, [ports[cell // width] for cell in cells], rtts_s, hop_limits)

    def silent(self, run: Run, slot: int, ports: Sequence[ProbePort]) -> None:
        """Nothing was ever heard of these ports."""
        if run.trial is None:
            self._sink.settled_many(run.hosts[slot], NO_RESPONSE, ports)
            self.settled_count += len(ports)

    def unsent(self, run: Run, cell: int, kind: str) -> None:
        """This machine could not probe that cell."""
        slot = cell % run.width
        run.incomplete.add(slot)
        if run.trial is None:
            self._sink.unsent(run.hosts[slot], run.ranks.ports[cell // run.width], kind)

    def done(self, run: Run, slot: int, *, is_complete: bool) -> Run | None:
        """The host is done, unless its canary ports have to say what its open ports mean: that run is returned."""
        host, doubt, asked = run.hosts[slot], run.trial, 0
        is_complete = is_complete and slot not in run.incomplete
        if doubt is None:
            doubt = self._confidence.pop(host, None)
            if doubt is None:
                self._sink.host_done(host, _DONE if is_complete else HostEnd(complete=False))
                return None
            if doubt.is_suspicious and is_complete and self._canaries is not None:
                return self._trial(run, slot, doubt, self._canaries)
        elif is_complete and self._canaries is not None:
            asked = len(self._canaries)
        # What matters of an interrupted trial is the scan before it, which was complete.
        self._sink.host_done(host, HostEnd(complete=is_complete or run.trial is not None, notes=(*doubt.notes(asked),)))
        return None

    def _trial(self, run: Run, slot: int, doubt: Confidence, canaries: PortRanks) -> Run:
        trial = Single(run.hosts[slot], run.recipients.alone(slot), canaries, run.lane, run.conduct)
        trial.trial = doubt
        trial.not_before_s = run.not_before_s
        return trial
