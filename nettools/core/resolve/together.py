"""Several procedures as one: what they ask for next is asked at the same time."""

from collections.abc import Sequence
from typing import TypeVar

from nettools.core.resolve.lookup import Lookup, Outcome, Procedure

R = TypeVar("R")


def side_by_side(procedures: Sequence[Procedure[R]]) -> Procedure[list[R]]:
    """Run the procedures together, round by round, and return their results in their order."""
    results: dict[int, R] = {}
    waiting: dict[int, Sequence[Lookup]] = {}

    def go_on(place: int, outcomes: Sequence[Outcome] | None) -> None:
        procedure = procedures[place]
        try:
            waiting[place] = next(procedure) if outcomes is None else procedure.send(outcomes)
        except StopIteration as end:
            waiting.pop(place, None)
            results[place] = end.value

    for place in range(len(procedures)):
        go_on(place, None)
    while waiting:
        round_ = dict(waiting)
        outcomes = yield [lookup for lookups in round_.values() for lookup in lookups]
        start = 0
        for place, lookups in round_.items():
            go_on(place, outcomes[start : start + len(lookups)])
            start += len(lookups)
    return [results[place] for place in range(len(procedures))]


def timed(procedure: Procedure[R]) -> Procedure[tuple[R, float]]:
    """The result and the milliseconds that its rounds took: what is asked together takes as long as its slowest."""
    duration_ms = 0.0
    outcomes: Sequence[Outcome] | None = None
    while True:
        try:
            lookups = next(procedure) if outcomes is None else procedure.send(outcomes)
        except StopIteration as end:
            return end.value, round(duration_ms, 3)
        outcomes = yield lookups
        duration_ms += max((duration_of(one) for one in outcomes), default=0.0)


def duration_of(outcome: Outcome) -> float:
    """Milliseconds that all tries of a lookup took, one after the other."""
    return sum(one.duration_ms for one in outcome.tries)
