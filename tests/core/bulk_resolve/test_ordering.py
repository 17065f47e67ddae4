"""Results in their order, within a window."""

from hypothesis import given
from hypothesis import strategies as st

from nettools.core.bulk_resolve import ordering
from nettools.core.bulk_resolve.groups import IteratedRows
from nettools.core.bulk_resolve.ordering import HeldBack, InOrder


@given(st.permutations(range(30)))
def test_all_come_once_and_in_order(numbers: list[int]) -> None:
    order: InOrder[int] = InOrder()
    out: list[int] = []
    for number in numbers:
        order.add(number, number)
        out += order.ready()
    assert out == list(range(30))


def test_what_waits_for_a_missing_one_comes_at_the_end() -> None:
    order: InOrder[str] = InOrder()
    for number, text in ((3, "d"), (0, "a"), (2, "c")):
        order.add(number, text)
    assert order.ready() == ["a"]
    assert order.rest() == ["c", "d"]


def test_a_source_waits_while_the_oldest_result_is_a_window_behind() -> None:
    order: InOrder[int] = InOrder()
    held = HeldBack(IteratedRows((number, b"", "", 0) for number in range(ordering.WINDOW + 10)), order)
    taken = 0
    while rows := held.take(1000):
        taken += len(rows)
    assert taken == ordering.WINDOW
    for number in range(3):
        order.add(number, number)
    order.ready()
    assert len(held.take(1000)) == 3


def test_rows_about_what_is_open_already_are_not_held_back() -> None:
    order: InOrder[int] = InOrder()
    held = HeldBack(IteratedRows((number, b"", "", 0) for number in (-1, -2, 0, -3)), order)
    assert len(held.take(10)) == 4
    assert len(HeldBack(IteratedRows(iter(())), order).take(5)) == 0
