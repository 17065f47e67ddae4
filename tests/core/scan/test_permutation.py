"""A seeded order of any number of things: each exactly once, spread out, and looked up anywhere."""

from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.scan.permutation import Permutation, key_words

SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 10, 13, 15, 16, 17, 31, 32, 33, 97, 100, 127, 128, 129, 251, 255, 256, 257, 1000,
         1021, 1023, 1024, 1025, 4093, 4095, 4096, 4097, 65_521, 65_535, 65_536, 65_537]  # fmt: skip
HUGE = [
    (1 << 32) - 1,
    1 << 32,
    (1 << 32) + 1,
    4_294_967_291,
    (1 << 63) + 5,
    (1 << 64) - 1,
    1 << 64,
    (1 << 64) + 1,
    1 << 128,
]


def order(size: int, seed: int) -> list[int]:
    return list(Permutation(size, seed).of(range(size)))


@pytest.mark.parametrize("size", SIZES)
def test_every_thing_has_one_place(size: int) -> None:
    for seed in (0, 1, 2**64 - 1):
        assert sorted(order(size, seed)) == list(range(size))


@given(st.integers(1, 600), st.integers(0, 1 << 70))
def test_every_thing_has_one_place_whatever_the_size_and_the_seed(size: int, seed: int) -> None:
    found = order(size, seed)
    assert sorted(found) == list(range(size))
    assert found == order(size, seed)
    assert [Permutation(size, seed).at(position) for position in range(size)] == found


@pytest.mark.parametrize("size", HUGE)
def test_a_huge_order_is_sampled_without_a_repetition_and_inside_its_size(size: int) -> None:
    permutation = Permutation(size, 7)
    positions = [*range(2000), *range(size - 2000, size), *(size * part // 1000 for part in range(1, 1000))]
    found = list(permutation.of(positions))
    assert len(set(found)) == len(set(positions))
    assert 0 <= min(found) <= max(found) < size
    assert [permutation.at(position) for position in positions[::500]] == found[::500]


@pytest.mark.parametrize("size", [16, 100, 65_536])
def test_different_seeds_give_different_orders(size: int) -> None:
    assert len({tuple(order(size, seed)) for seed in range(50)}) >= 49


def test_two_things_come_either_way_round() -> None:
    assert {tuple(order(2, seed)) for seed in range(20)} == {(0, 1), (1, 0)}


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 42, 2**32, 2**63, 2**64, 2**64 + 1, 2**100])
def test_neighbours_in_time_are_rarely_in_the_same_slash_24(seed: int) -> None:
    """Of random pairs in a /16, one in 256 is."""
    networks = [host >> 8 for host in order(1 << 16, seed)]
    same = sum(one == other for one, other in pairwise(networks))
    assert same / len(networks) < 3 / 256


@pytest.mark.parametrize("seed", range(8))
def test_every_stretch_of_a_slash_16_visits_its_networks_evenly(seed: int) -> None:
    """4,096 hosts over 256 networks are 16 in each; of random draws, more than 40 in any is next to impossible."""
    found = order(1 << 16, seed)
    for start in range(0, 1 << 16, 4096):
        visits = [0] * 256
        for host in found[start : start + 4096]:
            visits[host >> 8] += 1
        assert min(visits) >= 1
        assert max(visits) <= 40


@pytest.mark.parametrize("size", [1 << 16, (1 << 20) + 7, 1 << 32, 1 << 64])
def test_no_step_between_neighbours_is_common(size: int) -> None:
    """An order that only adds a number each time would have one step."""
    steps: dict[int, int] = {}
    for one, other in pairwise(Permutation(size, 5).of(range(20_000))):
        steps[(other - one) % size] = steps.get((other - one) % size, 0) + 1
    assert max(steps.values()) < 400


def test_a_seed_counts_in_full() -> None:
    streams = [tuple(islice(key_words(seed), 3)) for seed in (0, 1, -1, 2**64, 2**64 + 1, 2**65, 2**128, -(2**128))]
    assert len(set(streams)) == len(streams)
    assert all(0 <= word < 1 << 64 for stream in streams for word in stream)


def test_the_stream_of_keys_is_the_published_generator() -> None:
    """SplitMix64 from the state 1234567: the first words that its reference code prints."""
    from nettools.core.scan import permutation

    state, words = 1234567, []
    for _ in range(3):
        state = state + 0x9E3779B97F4A7C15 & (1 << 64) - 1
        words.append(permutation._mixed(state))
    assert words == [6457827717110365317, 3203168211198807973, 9817491932198370423]
