"""The journal: entries that check themselves, and what may be used of an earlier transfer."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.checked_transfer.journal import (
    ENTRY_OCTETS,
    HEAD_OCTETS,
    Entry,
    Found,
    Retained,
    Stamp,
    decode_entry,
    encode_entry,
    encode_head,
    entry_start,
    retained,
    whole_entries,
)
from tests.core.checked_transfer.memory import BLOCK, offer_of

times = st.integers(min_value=-(1 << 63), max_value=(1 << 63) - 1)
stamps = st.builds(Stamp, times, times, st.integers(min_value=0, max_value=(1 << 64) - 1))
entries = st.builds(Entry, st.binary(min_size=32, max_size=32), stamps)
indexes = st.integers(min_value=0, max_value=1 << 50)

STAMP = Stamp(5, 6, 7)
OFFER = offer_of(bytes(5 * BLOCK + 10), resumes=True)
FOUND = Found(
    part_octets=3 * BLOCK,
    stamp=STAMP,
    journal_octets=entry_start(3),
    head=encode_head(OFFER),
    last_entry=encode_entry(2, Entry(bytes(32), STAMP)),
)


@given(index=indexes, entry=entries)
def test_an_entry_reads_as_it_was_written(index: int, entry: Entry) -> None:
    octets = encode_entry(index, entry)
    assert len(octets) == ENTRY_OCTETS
    assert decode_entry(index, octets) == entry


@given(index=indexes, entry=entries, bit=st.integers(min_value=0, max_value=8 * ENTRY_OCTETS - 1))
def test_an_entry_with_a_flipped_bit_counts_for_nothing(index: int, entry: Entry, bit: int) -> None:
    octets = bytearray(encode_entry(index, entry))
    octets[bit // 8] ^= 1 << bit % 8
    assert decode_entry(index, bytes(octets)) is None


@given(index=indexes, entry=entries, count=st.integers(min_value=0, max_value=ENTRY_OCTETS - 1))
def test_a_torn_entry_and_one_of_another_block_count_for_nothing(index: int, entry: Entry, count: int) -> None:
    octets = encode_entry(index, entry)
    assert decode_entry(index, octets[:count]) is None
    assert decode_entry(index + 1, octets) is None


@given(octets=st.integers(min_value=0, max_value=10_000))
def test_a_torn_tail_is_no_entry(octets: int) -> None:
    count = whole_entries(octets)
    assert count == 0 or entry_start(count) <= octets
    assert octets < entry_start(count + 1)


def test_what_nobody_has_touched_is_used_whole() -> None:
    assert retained(FOUND, OFFER) == Retained(blocks=3, is_untouched=True)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Found(), Retained(blocks=0, is_untouched=False)),
        (replace(FOUND, head=b""), Retained(blocks=0, is_untouched=False)),
        (replace(FOUND, head=bytes(HEAD_OCTETS)), Retained(blocks=0, is_untouched=False)),
        (replace(FOUND, stamp=Stamp(5, 6, 8)), Retained(blocks=3, is_untouched=False)),
        (replace(FOUND, stamp=Stamp(4, 6, 7)), Retained(blocks=3, is_untouched=False)),
        (replace(FOUND, stamp=Stamp(5, 7, 7)), Retained(blocks=3, is_untouched=False)),
        (replace(FOUND, part_octets=3 * BLOCK - 1), Retained(blocks=2, is_untouched=False)),
        (replace(FOUND, part_octets=0), Retained(blocks=0, is_untouched=False)),
        (replace(FOUND, last_entry=b""), Retained(blocks=3, is_untouched=False)),
        (
            replace(FOUND, last_entry=encode_entry(1, Entry(bytes(32), STAMP))),
            Retained(blocks=3, is_untouched=False),
        ),
        (replace(FOUND, journal_octets=entry_start(2) + 63), Retained(blocks=2, is_untouched=False)),
        (replace(FOUND, journal_octets=entry_start(9)), Retained(blocks=3, is_untouched=False)),
    ],
)
def test_what_may_have_been_touched_is_hashed_again(found: Found, expected: Retained) -> None:
    assert retained(found, OFFER) == expected


def test_a_system_that_does_not_say_when_it_started_has_it_hashed_again() -> None:
    stamp = STAMP._replace(boot=0)
    found = replace(FOUND, stamp=stamp, last_entry=encode_entry(2, Entry(bytes(32), stamp)))
    assert retained(found, OFFER) == Retained(blocks=3, is_untouched=False)


def test_the_last_block_counts_though_it_is_short() -> None:
    found = replace(
        FOUND,
        part_octets=OFFER.size,
        journal_octets=entry_start(6),
        last_entry=encode_entry(5, Entry(bytes(32), STAMP)),
    )
    assert retained(found, OFFER) == Retained(blocks=6, is_untouched=True)


def test_nothing_is_used_unless_resuming_was_asked_for_with_the_same_blocks() -> None:
    assert retained(FOUND, replace(OFFER, resumes=False)).blocks == 0
    assert retained(FOUND, replace(OFFER, block_octets=2 * BLOCK)).blocks == 0


def test_a_journal_is_small() -> None:
    # 239 GB in blocks of 1 MiB: what a receiver reads to resume instead of hashing the file.
    assert entry_start(239 * 10**9 // (1 << 20)) < 15_000_000
