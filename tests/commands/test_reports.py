"""Warnings: a person is told the first few of each kind, a script all of them."""

from nettools.commands._reports import tell_warnings
from nettools.core.ifaces.report import Warned


class Told:
    """Takes the notes of a session."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, message: str) -> None:
        self.notes.append(message)


def told(*warnings: Warned) -> list[str]:
    session = Told()
    tell_warnings(session, warnings)  # type: ignore[arg-type]
    return session.notes


def test_the_first_three_of_a_kind_are_told_and_that_there_are_more() -> None:
    notes = told(*(Warned(kind="overlapping-subnets", message=f"pair {number}", hint=None) for number in range(9)))
    assert notes == ["pair 0", "pair 1", "pair 2", "there is more of this; --json has all of it"]


def test_every_name_that_is_none_is_told_with_its_hint() -> None:
    notes = told(*(Warned(kind="unknown-interface", message=f"no {number}", hint="try lo") for number in range(5)))
    assert notes == [f"no {number}; try lo" for number in range(5)]


def test_kinds_are_counted_apart() -> None:
    pairs = [Warned(kind=kind, message=f"{kind} {number}", hint=None) for number in range(3) for kind in ("a", "b")]
    assert len(told(*pairs)) == 6
