"""The order of the records of a transfer: RFC 5936 and RFC 1995."""

from collections.abc import Sequence
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.dns.message import ResourceRecord
from nettools.core.dns.name import name_from_text
from nettools.core.resolve.transfer_records import BrokenTransfer, Step, TransferReader
from tests.core.resolve.transfers import ZONE, host, soa


def read(
    records: Sequence[ResourceRecord], known: int | None = None
) -> tuple[TransferReader, list[tuple[str, int | None]]]:
    reader = TransferReader(ZONE, known)
    return reader, [(one.part, one.step) for one in map(reader.take, records)]


def test_a_zone_lies_between_its_soa_and_its_soa() -> None:
    reader, parts = read([soa(7), host(1), host(2), soa(7)])
    assert (reader.style, reader.serial, reader.last_serial, reader.is_whole) == ("full", 7, 7, True)
    assert parts == [("zone", None)] * 4


def test_a_zone_without_its_last_soa_is_not_whole() -> None:
    reader, _ = read([soa(7), host(1), host(2)])
    assert not reader.is_whole


def test_the_zone_of_a_soa_may_be_spelled_in_capitals() -> None:
    reader, _ = read([soa(7), host(1), soa(7, ZONE.upper().replace(b"ZONE", b"ZoNE"))])
    assert reader.is_whole


def test_a_soa_of_another_name_ends_nothing() -> None:
    reader, _ = read([soa(7), soa(9, name_from_text("sub.zone.test")), soa(7)])
    assert reader.count == 3
    assert reader.is_whole


def test_what_does_not_begin_with_the_soa_is_no_transfer() -> None:
    for first in (host(1), soa(7, name_from_text("other.test"))):
        with pytest.raises(BrokenTransfer, match=r"does not begin with the SOA of zone\.test\."):
            read([first])


def test_differences_are_steps_from_serial_to_serial() -> None:
    reader, parts = read(
        [soa(9), soa(7), host(1), host(2), soa(8), host(3), soa(8), soa(9), host(4), host(5), soa(9)], known=7
    )
    assert (reader.style, reader.serial, reader.is_whole) == ("incremental", 9, True)
    assert reader.steps == (
        Step(from_serial=7, to_serial=8, removed=3, added=2),
        Step(from_serial=8, to_serial=9, removed=1, added=3),
    )
    assert parts == [
        ("zone", None),
        *[("removed", 0)] * 3,
        *[("added", 0)] * 2,
        ("removed", 1),
        *[("added", 1)] * 3,
        ("zone", None),
    ]


def test_differences_without_their_end_are_not_whole() -> None:
    reader, _ = read([soa(9), soa(7), host(1), soa(8), host(3), soa(8), soa(9), host(4)], known=7)
    assert not reader.is_whole
    assert reader.steps[-1] == Step(from_serial=8, to_serial=9, removed=1, added=2)


@pytest.mark.parametrize("second", [host(1), soa(9)])
def test_an_ixfr_may_be_answered_with_the_whole_zone(second: ResourceRecord) -> None:
    reader, _ = read([soa(9), second], known=7)
    assert reader.style == "full"


def test_a_whole_zone_of_the_known_serial_is_taken_too() -> None:
    reader, _ = read([soa(7), host(1), soa(7)], known=7)
    assert (reader.style, reader.is_whole) == ("full", True)


def test_differences_from_another_serial_are_broken() -> None:
    with pytest.raises(BrokenTransfer, match="begin at serial 6, and 7 was asked for"):
        read([soa(9), soa(6)], known=7)


def test_steps_must_follow_each_other() -> None:
    with pytest.raises(BrokenTransfer, match="begins at serial 6, the last ended at 8"):
        read([soa(9), soa(7), soa(8), soa(6)], known=7)


@pytest.mark.parametrize(
    ("serial", "known", "is_whole"),
    [(7, 7, True), (6, 7, True), (8, 7, False), (0, 2**32 - 1, False), (7, None, False)],
)
def test_a_lone_soa_that_is_not_newer_is_the_whole_answer_to_an_ixfr(
    serial: int, known: int | None, is_whole: bool
) -> None:
    reader, _ = read([soa(serial)], known=known)
    reader.end_of_message()
    assert reader.is_whole is is_whole
    assert (reader.style == "up-to-date") is is_whole


def test_names_outside_of_the_zone_are_counted() -> None:
    reader, _ = read([soa(7), host(1), host(2, name_from_text("other.test")), soa(7)])
    assert reader.strays == 1


STEPS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=6)


@given(STEPS, st.integers(0, 2**32 - 1))
def test_every_history_is_read_as_it_was_written(steps: list[tuple[int, int]], known: int) -> None:
    serials = [(known + number) % 2**32 for number in range(len(steps) + 1)]
    records = [soa(serials[-1])]
    for number, (gone, come) in enumerate(steps):
        records += [soa(serials[number]), *map(host, range(gone)), soa(serials[number + 1]), *map(host, range(come))]
    reader, _ = read([*records, soa(serials[-1])], known)
    assert reader.is_whole
    assert reader.steps == tuple(
        Step(from_serial=serials[number], to_serial=serials[number + 1], removed=gone + 1, added=come + 1)
        for number, (gone, come) in enumerate(steps)
    )


@given(STEPS, st.data())
def test_no_beginning_of_a_history_is_whole(steps: list[tuple[int, int]], data: st.DataObject) -> None:
    records = [soa(len(steps))]
    for number, (gone, come) in enumerate(steps):
        records += [soa(number), *map(host, range(gone)), soa(number + 1), *map(host, range(come))]
    cut = data.draw(st.integers(1, len(records)))
    reader, _ = read(records[:cut], known=0)
    assert not reader.is_whole


@given(st.lists(st.one_of(st.integers(0, 3).map(soa), st.integers(0, 3).map(host)), max_size=12), st.integers(0, 3))
def test_records_in_any_order_are_a_transfer_or_broken(records: list[ResourceRecord], known: int) -> None:
    reader = TransferReader(ZONE, known)
    taken = 0
    with suppress(BrokenTransfer):
        for record in records:
            if reader.is_whole:
                break
            reader.take(record)
            taken += 1
    assert reader.count == taken
