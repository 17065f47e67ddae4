"""What comes back, matched with what was sent. Only an answer that repeats the number of a probe counts."""

from array import array
from collections.abc import Container, Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple

from nettools.core.address import Address
from nettools.core.packet.answers import IcmpNotice, Segments
from nettools.core.packet.headers import ACK, RST, SYN, ProbeKind
from nettools.core.scan.reason import OPEN, RESET, UNFILTERED, Verdict, icmp_verdict, own_rejection
from nettools.core.scan.sweep.batch import RELEASED, SETTLED, SILENT, UNSENT, WAITING
from nettools.core.scan.sweep.flock import Flock
from nettools.core.scan.sweep.plan import Sweep
from nettools.core.scan.sweep.run import Run
from nettools.core.scan.sweep.single import Single

_MASK: Final = 0xFFFFFFFF
_TELLING: Final = SYN | RST | ACK
_MEANINGS: Final[dict[ProbeKind, dict[int, Verdict]]] = {
    "syn": {SYN | ACK: OPEN, RST | ACK: RESET},
    "ack": {RST: UNFILTERED, RST | ACK: UNFILTERED},
}
"""The control bits of an answer -> what it means; anything else answers no probe (RFC 9293 §3.10.7.1 and .3)."""

_Row = tuple[int, int, int, int, int, int, int, float]
_host_of = itemgetter(0)

_WORTH_TRYING: Final = 64
"""Fewer answers are quickly taken one by one."""


class _Learnt(NamedTuple):
    """How many answers of one look were to first probes, to repeated ones, and to such as were given up."""

    first: int
    repeated: int
    late: int
    worst_rtt_s: float | None
    late_rtt_s: float | None


class Listener:
    """Hears answers and tells the plan. ``own`` holds the addresses that this machine sends from."""

    def __init__(self, sweep: Sweep, kind: ProbeKind, own: Container[Address]) -> None:
        self._sweep = sweep
        self._meanings = _MEANINGS[kind]
        self._is_syn = kind == "syn"
        self._own = own
        self.forged_count = 0
        """Answers that do not repeat the number of a probe."""
        self.stranger_count = 0
        """Answers of hosts or ports that are not being probed, or not any more."""

    def heard(self, version: int, segments: Segments, times_s: Sequence[float], now_s: float) -> None:
        """Segments of one IP version, and when each came."""
        where = self._sweep.where[version]
        if len(times_s) >= _WORTH_TRYING:
            first = where.get(segments.sources[0])
            if first is not None and self._hear_alike(segments, times_s, now_s, first):
                return
        for source, rows in groupby(zip(*segments, times_s, strict=True), _host_of):
            place = where.get(source)
            if place is None:
                self.stranger_count += sum(1 for _ in rows)
            else:
                self._hear_host(*place, rows, now_s)

    def _hear_alike(self, segments: Segments, times_s: Sequence[float], now_s: float, place: tuple[Run, int]) -> bool:
        """Take in at once what a single host answers alike to first probes; False if something is out of line."""
        run, count = place[0], len(times_s)
        verdict = self._meanings.get(segments.flags[0] & _TELLING)
        if not isinstance(run, Single) or run.attempt > 1 or verdict is None or verdict is OPEN:
            return False
        if segments.sources.count(segments.sources[0]) < count or segments.flags.count(segments.flags[0]) < count:
            return False
        ranks = [rank for rank in map(run.ranks.rank_of.get, segments.ports) if rank is not None]
        before = bytes(map(run.state.__getitem__, ranks))
        occupying, flying = before.count(WAITING), before.count(WAITING) + before.count(RELEASED)
        secret, parts, mark = run.recipients.secrets[0], run.ranks.secrets, 2 if self._is_syn else 1  # tag 1; SYN is 1
        marks = array("I", [(secret ^ parts[rank]) + mark & _MASK for rank in ranks])
        answered = segments.acknowledged if self._is_syn else segments.sequences
        if flying != count or marks != answered or len(set(ranks)) != count:
            return False
        for rank in ranks:
            run.state[rank] = SETTLED
        numbers = list(map(run.batch_of.__getitem__, ranks))
        departures = {number: run.batches[number].departures() or (0.0, 0.0, 0.0) for number in set(numbers)}
        measured_s = [
            at_s - departures[number][0] - rank * departures[number][1]
            for at_s, number, rank in zip(times_s, numbers, ranks, strict=True)
        ]
        doubt_s = max(each[2] for each in departures.values())
        rtts_s = [rtt_s if rtt_s > doubt_s else None for rtt_s in measured_s]
        run.settled(count, flying, occupying, 0)
        self._sweep.ends.settled(run, 0, verdict, ranks, rtts_s, segments.hop_limits)
        self._learn(run, 0, _Learnt(count, 0, 0, max(0.0, *measured_s), None), now_s)
        self._sweep.after_answers(run, 0)
        return True

    def _hear_host(self, run: Run, slot: int, rows: Iterable[_Row], now_s: float) -> None:
        """Every answer goes through this loop, which is spelled out for speed: 65,535 come from one host in 0.3 s."""
        state, width, batches, batch_of = run.state, run.width, run.batches, run.batch_of
        rank_of, port_secrets, secret = run.ranks.rank_of, run.ranks.secrets, run.recipients.secrets[slot]
        is_syn, meanings, conduct = self._is_syn, self._meanings, run.conduct
        answers: dict[Verdict, tuple[list[int], list[float | None], list[int]]] = {}
        last_number, last_verdict = -1, None
        first = repeated = late = flying = occupying = 0
        late_rtt_s: float | None = None
        worst_rtt_s: float | None = None
        for _, port, sequence, acknowledged, flags, window, hops, at_s in rows:
            rank = rank_of.get(port)
            if rank is None:
                self.stranger_count += 1
                continue
            cell = rank * width + slot
            before = state[cell]
            if before == SETTLED:
                continue  # said twice
            number = batch_of[cell]
            if number != last_number or last_number < 0:
                if before == UNSENT:
                    self.forged_count += 1
                    continue
                last_number, batch = number, batches[number]
                last_tag, departures = conduct.tag_of(batch.attempt), batch.departures()
                most_tag = min(batch.attempt, conduct.tags)
                if batch.attempt > 1 and conduct.tags == 1:
                    departures = None  # to which of them the answer is cannot be told: RFC 6298 §3
            # RFC 9293 §3.10.7.1: a SYN is answered with <ACK=SEG.SEQ+1>, an ACK with <SEQ=SEG.ACK>.
            mark = acknowledged - 1 if is_syn else sequence
            tag = mark - (secret ^ port_secrets[rank]) & _MASK
            verdict = meanings.get(flags & _TELLING)
            if verdict is None or before == UNSENT or not 0 < tag <= most_tag:
                self.forged_count += 1
                continue
            state[cell] = SETTLED
            if before != SILENT:
                flying += 1
                occupying += before == WAITING
            rtt_s = None
            if tag != last_tag:
                late += 1
                late_rtt_s = max(0.0, at_s - batch.began_s) + run.wait_s(batch.attempt - 1)
            else:
                if departures is not None:
                    measured_s = at_s - departures[0] - cell * departures[1]
                    worst_rtt_s = max(worst_rtt_s or 0.0, measured_s)
                    if measured_s > departures[2]:
                        rtt_s = measured_s
                if batch.attempt == 1:
                    first += 1
                else:
                    repeated += 1
            if verdict is not last_verdict:
                cells, rtts_s, hop_limits = answers.setdefault(verdict, ([], [], []))
                last_verdict = verdict
            cells.append(cell)
            rtts_s.append(rtt_s)
            hop_limits.append(hops)
            if is_syn and verdict is OPEN:
                self._sweep.ends.confidence(run, slot).note_window(window)
        if not answers:
            return
        run.settled(first + repeated + late, flying, occupying, slot)
        for found, (cells, rtts_s, hop_limits) in answers.items():
            self._sweep.ends.settled(run, slot, found, cells, rtts_s, hop_limits)
        self._learn(run, slot, _Learnt(first, repeated, late, worst_rtt_s, late_rtt_s), now_s)
        self._sweep.after_answers(run, slot)

    def _learn(self, run: Run, slot: int, learnt: _Learnt, now_s: float) -> None:
        run.pace.answered(learnt.first, learnt.worst_rtt_s)
        if isinstance(run, Flock):
            run.answered(slot, learnt.worst_rtt_s)
        elif isinstance(run, Single):
            if learnt.first:
                run.answered(learnt.first, learnt.worst_rtt_s, 1, now_s, is_late=False)
            if learnt.repeated:
                run.answered(learnt.repeated, learnt.worst_rtt_s, 2, now_s, is_late=False)
            if learnt.late:
                run.answered(learnt.late, learnt.late_rtt_s, 1, now_s, is_late=True)

    def noticed(self, notice: IcmpNotice, at_s: float) -> None:
        """An ICMP error about a probe; it says nothing of the way there, since such errors are rate limited."""
        place = self._sweep.where[notice.sender.version].get(notice.destination)
        rank = None if place is None else place[0].ranks.rank_of.get(notice.port)
        if place is None or rank is None:
            self.stranger_count += 1
            return
        run, slot = place
        cell = rank * run.width + slot
        if run.state[cell] == SETTLED:
            return
        tag = notice.mark - (run.recipients.secrets[slot] ^ run.ranks.secrets[rank]) & _MASK
        batch = run.batches[run.batch_of[cell]] if run.state[cell] != UNSENT else None
        if batch is None or not 0 < tag <= min(batch.attempt, run.conduct.tags):
            self.forged_count += 1
            return
        is_from_here = notice.sender in self._own
        fault = own_rejection(notice.protocol, notice.type, notice.code) if is_from_here else None
        if fault is not None and int(notice.sender) != notice.destination:
            self._sweep.unsent(run, cell, fault)
            return
        departures = batch.departures() if batch.attempt == 1 else None
        measured_s = 0.0 if departures is None else at_s - departures[0] - cell * departures[1]
        rtt_s = measured_s if departures is not None and measured_s > departures[2] else None
        found = icmp_verdict(notice.protocol, notice.type, notice.code, notice.sender, is_from_here=is_from_here)
        run.settle(cell)
        self._sweep.ends.settled(run, slot, found, [cell], [rtt_s], [notice.hop_limit])
        self._sweep.after_answers(run, slot)
