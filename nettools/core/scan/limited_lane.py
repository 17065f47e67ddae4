"""The pace of a host that limits how often it says "closed" (rules B to D of ``limits``)."""

from collections import deque
from typing import Final, Literal

from nettools.core.scan.limits import LimitWatch

Phase = Literal["measure", "search", "proof"]

_MOST_IN_BATCH: Final = 64
_ANSWERS_TO_MEASURE: Final = 3
_SURE: Final = 0.8
"""The measure is not exact: for a whole token to be there for certain, a little more must have been earned."""

_LONGER: Final = 1.25
_LONGEST_INTERVAL_S: Final = 5.0
_NO_LIMIT_S: Final = 0.0002
"""More than 5,000 answers a second are no limit that a scan would notice."""

_HOPELESS_S: Final = 15.0
"""A control that is silent so long will not answer: the host is gone, or a firewall has begun to drop."""

_EVIDENCE: Final = 3
"""So many ports have to answer that were silent under the limit before it is called one."""

_ALMOST: Final = 1e-6


class _Batch:
    """Ports that were asked together, in order, perhaps with a control behind them."""

    __slots__ = (
        "began_s",
        "control",
        "has_control_answered",
        "hits",
        "out",
        "phase",
        "silent",
        "sure",
        "to_send",
        "tokens",
    )

    def __init__(
        self, phase: Phase, places: list[int], control: int | None, tokens: float, sure: int, now_s: float
    ) -> None:
        self.phase = phase
        self.sure = sure
        self.to_send = deque(places if control is None else [*places, control])
        self.control = control
        self.tokens = tokens
        self.began_s = now_s
        self.out: set[int] = set()
        self.silent: list[int] = []
        self.hits = 0
        self.has_control_answered = False


class LimitedLane:
    """Paces the ports of one kind of a host that limits its answers."""

    __slots__ = (
        "_answered_at_s",
        "_batch",
        "_began_s",
        "_boost",
        "_burst",
        "_control",
        "_empty_at_s",
        "_evidence",
        "_hits",
        "_hits_since_empty",
        "_interval_s",
        "_is_measured",
        "_measure_size",
        "_pile",
        "_proofs",
        "_proven",
        "_queue",
        "_tokens",
        "_tokens_at_s",
    )

    def __init__(self, watch: LimitWatch, now_s: float, *, proofs: int) -> None:
        """``proofs``: how many answers of a control make the silence of a port certain."""
        self._control = watch.closed[-1]
        self._burst = float(max(1, min(watch.count, _MOST_IN_BATCH)))
        self._began_s = self._answered_at_s = now_s
        self._empty_at_s = now_s
        """When the last token was seen to be gone: the controls were silent then."""
        self._tokens = 0.0
        self._tokens_at_s = now_s
        """How many there should have been at that time."""
        self._interval_s = 0.0
        self._is_measured = False
        self._measure_size = 1
        self._hits_since_empty = 0
        self._boost = 1
        self._queue: deque[int] = deque()
        self._pile: deque[int] = deque()
        self._proofs = proofs
        self._proven: dict[int, int] = {}
        self._batch: _Batch | None = None
        self._hits = self._evidence = 0

    def add(self, place: int) -> None:
        """One more port to ask."""
        self._queue.append(place)

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to ask."""
        return self._batch is None and not self._queue and not self._pile

    @property
    def is_no_limit(self) -> bool:
        """Whether the measure showed that there is no limit worth the name."""
        return self._is_measured and self._interval_s < _NO_LIMIT_S and self._batch is None

    @property
    def next_s(self) -> float | None:
        """When the next batch may go; None while one is out or nothing is left."""
        if self._batch is not None or self.is_over:
            return None
        return self._tokens_at_s + max(0.0, 1.0 - self._tokens) * self._interval_s

    def note(self, what: str) -> str | None:
        """What a reader must know, once there is evidence. ``what``: ``resets``, ``ICMP errors``."""
        lasted_s = self._answered_at_s - self._began_s
        if self._evidence < _EVIDENCE or lasted_s <= 0:
            return None
        return f"limits its {what} to about {self._hits / lasted_s:.2g} a second: probed at that pace"

    def take_all(self) -> list[int]:
        """What is left to ask and not on its way; none of it is this lane's any more."""
        waiting = [] if self._batch is None else [place for place in self._batch.to_send if not self.is_control(place)]
        waiting += [*self._queue, *self._pile]
        self._queue.clear()
        self._pile.clear()
        if self._batch is not None:
            self._batch.to_send.clear()
        return waiting

    def owns(self, place: int) -> bool:
        """Whether the place is on its way in a batch."""
        return self._batch is not None and place in self._batch.out

    def is_control(self, place: int) -> bool:
        """Whether the place is in the batch as its control."""
        return self._batch is not None and self._batch.control == place

    def take(self, now_s: float) -> int | None:
        """The place to ask now, None while waiting."""
        if self._batch is None and not self.is_over:
            self._begin(now_s)
        batch = self._batch
        if batch is None or not batch.to_send:
            return None
        place = batch.to_send.popleft()
        batch.out.add(place)
        return place

    def put_back(self, place: int) -> None:
        """The place could not be asked now."""
        if self._batch is not None:
            self._batch.out.discard(place)
            self._batch.to_send.appendleft(place)

    def drop(self, place: int, now_s: float) -> list[int]:
        """The place has its verdict by something that takes no token (open, an error of a router, nothing sent)."""
        return self._ended(place, now_s)

    def closed(self, place: int, now_s: float, *, was_silent_before: bool) -> list[int]:
        """The place answered "closed". Returns the places whose silence is certain now, as the two others do."""
        batch = self._batch
        self._answered_at_s = now_s
        self._hits += 1
        if batch is not None:
            if place == batch.control:
                batch.has_control_answered = True
            else:
                batch.hits += 1
                self._evidence += was_silent_before
        return self._ended(place, now_s)

    def silent(self, place: int, now_s: float) -> list[int]:
        """The place did not answer in time."""
        batch = self._batch
        if batch is not None and place != batch.control:
            batch.silent.append(place)
        return self._ended(place, now_s)

    def _begin(self, now_s: float) -> None:
        phase: Phase = "proof" if not self._queue else "search" if self._is_measured else "measure"
        source = self._queue or self._pile
        tokens = earned = 1.0
        if self._is_measured:
            earned = self._tokens + (now_s - self._tokens_at_s) / max(self._interval_s, _NO_LIMIT_S)
            tokens = min(self._burst, earned)
            if tokens < 1.0 - _ALMOST:
                return
        whole, sure = int(tokens + _ALMOST), int(min(self._burst, earned * _SURE))
        size = {
            "measure": self._measure_size,
            "search": (whole + 1 + whole // 2) * self._boost,
            "proof": _MOST_IN_BATCH,
        }
        places = [source.popleft() for _ in range(min(size[phase], _MOST_IN_BATCH, len(source)))]
        self._batch = _Batch(phase, places, None if phase == "search" else self._control, tokens, sure, now_s)

    def _ended(self, place: int, now_s: float) -> list[int]:
        batch = self._batch
        if batch is None:
            return []
        batch.out.discard(place)
        if batch.out or batch.to_send:
            return []
        self._batch = None
        self._count(batch)
        if batch.phase == "search":
            self._judge_search(batch)
            return []
        if batch.has_control_answered:  # there was a token for each port before it
            return self._prove(batch.silent)
        return self._judge_without_proof(batch, now_s)

    def _count(self, batch: _Batch) -> None:
        """Learn the interval, and what is left of the tokens, from how many answered."""
        hits = batch.hits + batch.has_control_answered
        self._burst = max(self._burst, float(hits))
        self._hits_since_empty += hits
        is_empty = bool(batch.silent or batch.control is not None) and not batch.has_control_answered
        is_empty &= batch.phase != "search" or batch.hits >= int(batch.tokens + _ALMOST)
        if hits or is_empty:
            self._tokens, self._tokens_at_s = 0.0 if is_empty else max(0.0, batch.tokens - hits), batch.began_s
        so_far_s = (batch.began_s - self._empty_at_s) / max(1, self._hits_since_empty)
        if not is_empty:
            if self._is_measured and hits > batch.tokens:
                self._interval_s += (so_far_s - self._interval_s) / 4
            elif not self._is_measured and not batch.silent:
                self._measure_size = min(_MOST_IN_BATCH, self._measure_size * 2)
                self._is_measured = self._measure_size == _MOST_IN_BATCH  # far too fast for a limit
        elif self._hits_since_empty:
            self._measure(so_far_s)
            self._empty_at_s, self._hits_since_empty = batch.began_s, 0

    def _measure(self, interval_s: float) -> None:
        if self._is_measured:
            self._interval_s += (interval_s - self._interval_s) / 8
        elif self._hits >= _ANSWERS_TO_MEASURE:
            self._interval_s = interval_s
            self._is_measured = True

    def _judge_search(self, batch: _Batch) -> None:
        """Rule C."""
        if batch.hits < batch.sure:
            self._pile.extend(batch.silent)
            self._boost = min(self._boost * 2, _MOST_IN_BATCH)
        else:
            self._queue.extend(batch.silent)
            self._boost = 1

    def _judge_without_proof(self, batch: _Batch, now_s: float) -> list[int]:
        """The control was silent: no token was left behind the ports."""
        if batch.phase == "measure":
            self._queue.extend(batch.silent)
        elif batch.hits:
            self._interval_s = min(_LONGEST_INTERVAL_S, self._interval_s * _LONGER)
            self._queue.extend(batch.silent)
            self._queue.extend(self._pile)
            self._pile.clear()
            self._boost = 1
        else:
            self._interval_s = min(_LONGEST_INTERVAL_S, self._interval_s * _LONGER)
            self._pile.extendleft(reversed(batch.silent))
        if now_s - self._answered_at_s < _HOPELESS_S:
            return []
        given_up = [*self._pile, *self._queue]
        self._pile.clear()
        self._queue.clear()
        return given_up

    def _prove(self, places: list[int]) -> list[int]:
        """Rule D."""
        certain = []
        for place in places:
            proofs = self._proven[place] = self._proven.get(place, 0) + 1
            if proofs >= self._proofs:
                certain.append(place)
            else:
                self._pile.append(place)
        return certain
