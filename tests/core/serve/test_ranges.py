"""Byte ranges against a simple model: the numbers of the octets, one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.serve.ranges import Part, select_part
from nettools.core.serve.refusal import Refused

numbers = st.none() | st.integers(min_value=0, max_value=40)


def octets_of(first: int | None, last: int | None, size: int) -> list[int]:
    """Which octets RFC 9110 §14.1.2 means, found by looking at each."""
    if first is None:
        assert last is not None
        return [number for number in range(size) if number >= size - last]
    return [number for number in range(size) if number >= first and (last is None or number <= last)]


@given(numbers, numbers, st.integers(min_value=0, max_value=30))
def test_a_range_is_the_octets_that_it_names(first: int | None, last: int | None, size: int) -> None:
    header = f"bytes={'' if first is None else first}-{'' if last is None else last}".encode()
    is_invalid = (first is None and last is None) or (first is not None and last is not None and last < first)
    if is_invalid or (first is None and size == 0 and last):
        assert select_part(header, size) is None
        return
    expected = octets_of(first, last, size)
    if not expected:
        with pytest.raises(Refused) as caught:
            select_part(header, size)
        assert caught.value.status == 416
        return
    part = select_part(header, size)
    assert part is not None
    assert list(range(part.start, part.stop)) == expected


@given(st.binary(max_size=30), st.integers(min_value=0, max_value=2**63))
def test_whatever_is_asked_the_part_lies_in_the_file(header: bytes, size: int) -> None:
    try:
        part = select_part(b"bytes=" + header, size)
    except Refused:
        return
    assert part is None or (part.length > 0 and 0 <= part.start < part.stop <= size)


@pytest.mark.parametrize(
    "header",
    [
        *(b"", b"bytes", b"bytes=", b"bytes=-", b"bytes=a-b", b"bytes=5-2", b"bytes=--5", b"bytes=+1-2"),
        *(b"items=0-4", b"bytes=0-4,6-8", b"bytes=1-2-3", b"bytes=1-2;3", b"bytes = 0-4"),
    ],
)
def test_what_is_not_one_range_is_answered_with_the_whole_file(header: bytes) -> None:
    assert select_part(header, 100) is None


@pytest.mark.parametrize("header", [b"BYTES=0-4", b" bytes=0-4 ", b"bytes= 0-4", b"bytes=0-4,", b"bytes=,0-4"])
def test_case_and_blanks_and_empty_elements_change_nothing(header: bytes) -> None:
    assert select_part(header, 100) == Part(start=0, length=5)


def test_numbers_of_any_length_are_read() -> None:
    long = b"9" * 5000
    assert select_part(b"bytes=0-" + long, 100) == Part(start=0, length=100)
    assert select_part(b"bytes=-" + long, 100) == Part(start=0, length=100)
    assert select_part(b"bytes=" + b"0" * 5000 + b"7-8", 100) == Part(start=7, length=2)
    with pytest.raises(Refused):
        select_part(b"bytes=" + long + b"-", 100)
