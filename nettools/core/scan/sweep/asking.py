"""Asking for link addresses: whom to ask when, and when to give up."""

from collections import deque
from typing import Final

WAITS_S: Final = (0.25, 0.5, 1.0)
"""After each try. Hosts answer within milliseconds; one that sleeps to save power wakes up within a second."""

MOST_AT_ONCE: Final = 1024
"""Each question goes to all machines of a link."""

Question = tuple[int, int]
"""The number of a lane, and an address."""


class Asking:
    """Questions that wait for their answer, at most so many at once."""

    def __init__(self, most: int = MOST_AT_ONCE) -> None:
        self._most = most
        self._new: deque[Question] = deque()
        self._under_way: tuple[deque[tuple[float, Question]], ...] = tuple(deque() for _ in WAITS_S)
        """By the number of the try: when its time is up."""
        self._open: set[Question] = set()
        self._waiting_count = 0

    def __len__(self) -> int:
        return len(self._open)

    def want(self, question: Question) -> None:
        """Ask this, unless it is being asked."""
        if question not in self._open:
            self._open.add(question)
            self._new.append(question)

    def answered(self, question: Question) -> bool:
        """The answer came. Returns whether anybody waits for it."""
        if question not in self._open:
            return False
        self._open.discard(question)
        return True

    def due(self, now_s: float) -> tuple[list[Question], list[Question]]:
        """What to ask now, and what nobody will answer any more."""
        ask: list[Question] = []
        given_up: list[Question] = []
        for number, waiting in enumerate(self._under_way):
            while waiting and waiting[0][0] <= now_s:
                _, question = waiting.popleft()
                self._waiting_count -= 1
                if question not in self._open:
                    continue
                if number + 1 == len(WAITS_S):
                    self._open.discard(question)
                    given_up.append(question)
                else:
                    ask.append(question)
                    self._wait(number + 1, now_s, question)
        while self._new and self._waiting_count < self._most:
            question = self._new.popleft()
            if question in self._open:
                ask.append(question)
                self._wait(0, now_s, question)
        return ask, given_up

    def wait_s(self, now_s: float) -> float | None:
        """How long nothing is due; None when nothing is asked."""
        moments = [waiting[0][0] for waiting in self._under_way if waiting]
        return max(0.0, min(moments) - now_s) if moments else None

    def _wait(self, number: int, now_s: float, question: Question) -> None:
        self._waiting_count += 1
        self._under_way[number].append((now_s + WAITS_S[number], question))
