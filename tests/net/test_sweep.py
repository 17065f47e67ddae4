"""One timer for many deadlines, on a loop whose time the test sets."""

from collections.abc import Callable

from nettools.net.loop import Timer
from nettools.net.service.sweep import Sweep


class HandLoop:
    """Time passes when the test says so."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.timers: list[Timer] = []

    def call_at(self, when_s: float, callback: Callable[[], None]) -> Timer:
        self.timers.append(Timer(when_s, callback))
        return self.timers[-1]

    def pending(self) -> list[float]:
        return [one.when_s for one in self.timers if one.callback is not None]

    def pass_to(self, now_s: float) -> None:
        while due := [one for one in self.timers if one.callback is not None and one.when_s <= now_s]:
            first = min(due, key=lambda one: one.when_s)
            self.timers.remove(first)
            self.now_s = first.when_s
            assert first.callback is not None
            first.callback()
        self.now_s = now_s


class Guest:
    def __init__(self, sweep: Sweep, loop: HandLoop, due_s: float) -> None:
        self.sweep, self.loop, self.due_s = sweep, loop, due_s
        self.left_s: float | None = None
        sweep.add(self)

    def overdue(self) -> None:
        self.left_s = self.loop.now_s
        self.sweep.discard(self)


def make(*, grain_s: float = 1.0) -> tuple[HandLoop, Sweep]:
    loop = HandLoop()
    return loop, Sweep(loop, grain_s=grain_s)  # type: ignore[arg-type]


def test_each_is_overdue_at_its_moment_or_a_grain_later() -> None:
    loop, sweep = make()
    guests = [Guest(sweep, loop, due_s) for due_s in (5.0, 5.5, 9.0)]
    loop.pass_to(20.0)
    assert [one.left_s for one in guests] == [5.0, 6.0, 9.0]


def test_there_is_one_timer_however_many_there_are() -> None:
    loop, sweep = make()
    for number in range(100):
        Guest(sweep, loop, 60.0 + number)
    assert loop.pending() == [60.0]


def test_who_says_something_only_notes_it_down() -> None:
    loop, sweep = make()
    guest = Guest(sweep, loop, 5.0)
    guest.due_s = 30.0
    assert loop.pending() == [5.0]
    loop.pass_to(29.0)
    assert guest.left_s is None
    loop.pass_to(31.0)
    assert guest.left_s == 30.0


def test_a_deadline_that_comes_nearer_is_kept() -> None:
    loop, sweep = make()
    guest = Guest(sweep, loop, 60.0)
    guest.due_s = 2.0
    sweep.hasten(2.0)
    loop.pass_to(3.0)
    assert guest.left_s == 2.0


def test_without_members_or_deadlines_nothing_is_waited_for() -> None:
    loop, sweep = make()
    guest = Guest(sweep, loop, 60.0)
    sweep.discard(guest)
    Guest(sweep, loop, float("inf"))
    assert loop.pending() == []
    assert len(sweep) == 1


def test_who_has_another_moment_stays() -> None:
    loop, sweep = make()

    class Patient(Guest):
        def overdue(self) -> None:
            self.due_s = self.loop.now_s + 10.0

    Patient(sweep, loop, 5.0)
    loop.pass_to(14.0)
    assert loop.pending() == [15.0]
