"""What the relays of a server may hold together."""

from hypothesis import given
from hypothesis import strategies as st

from nettools.core.relay.chunks import MOST_TOGETHER, SMALLEST, Chunks, chunk_of
from nettools.core.relay.flow import CHUNK


@given(st.integers(0, 1_000_000))
def test_all_together_hold_a_bounded_amount(flows: int) -> None:
    chunk = chunk_of(flows)
    assert SMALLEST <= chunk <= CHUNK
    assert chunk * flows <= max(MOST_TOGETHER, SMALLEST * flows)


def test_a_few_read_as_much_as_is_fastest() -> None:
    assert chunk_of(2) == chunk_of(16) == CHUNK


def test_those_that_are_there_read_less_when_others_come_and_more_when_they_go() -> None:
    chunks = Chunks()
    first = chunks.flow()
    assert first.chunk == CHUNK
    others = [chunks.flow() for _ in range(1999)]
    assert first.chunk == others[-1].chunk == SMALLEST
    chunks.leave(*others)
    assert first.chunk == CHUNK


def test_leaving_twice_is_leaving_once() -> None:
    chunks = Chunks()
    stays, goes = chunks.flow(), chunks.flow()
    chunks.leave(goes, goes)
    chunks.leave(goes)
    assert stays.chunk == CHUNK
