"""The order of the probes: each exactly once over all shards, the same for the same seed, resumed anywhere."""

from collections import Counter
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.scan.order import (
    MOST_PROBES_UNASKED,
    Order,
    ProbeOrder,
    Shard,
    Turn,
    check_probe_count,
    parse_shard,
)
from nettools.core.scan.probe_port import udp
from nettools.errors import OptionError

ORDERS: st.SearchStrategy[Order] = st.sampled_from(["random", "ascending"])
PORTS = st.lists(st.integers(0, 131_071), max_size=12)


def probes(order: ProbeOrder, start: int = 0) -> list[tuple[int, int]]:
    """(host, port) of each probe as the engines read a turn."""
    ports = order.ports
    return [
        (turn.host, ports[(turn.first + place * turn.step) % len(ports)])
        for turn in order.turns(start)
        for place in range(turn.count)
    ]


# --- shards ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["1/1", "1/4", "4/4", "7/1000000"])
def test_a_shard_is_read_and_written(text: str) -> None:
    shard = parse_shard(text)
    assert str(shard) == text
    assert shard == Shard(*map(int, text.split("/")))


@pytest.mark.parametrize(
    ("text", "why", "hint"),
    [
        ("", "is not I/N", "write 1/4 for the first of four parts"),
        ("1", "is not I/N", "write 1/4 for the first of four parts"),
        ("1/", "is not I/N", "write 1/4 for the first of four parts"),
        ("/4", "is not I/N", "write 1/4 for the first of four parts"),
        ("-1/4", "is not I/N", "write 1/4 for the first of four parts"),
        ("1/4/2", "is not I/N", "write 1/4 for the first of four parts"),
        ("a/b", "is not I/N", "write 1/4 for the first of four parts"),
        ("1 / 4", "is not I/N", "write 1/4 for the first of four parts"),
        ("１/4", "is not I/N", "write 1/4 for the first of four parts"),
        ("1/4\n", "is not I/N", "write 1/4 for the first of four parts"),
        ("1/" + "9" * 100, "is not I/N", "write 1/4 for the first of four parts"),
        ("1/0", "there is nothing in no parts", "write 1/4 for the first of four parts"),
        ("0/4", "parts count from 1", "the first of 4 is 1/4"),
        ("5/4", "there is no part 5 of 4", "did you mean 4/5?"),
        ("2/1", "there is no part 2 of 1", "the last of 1 is 1/1"),
    ],
)
def test_a_shard_that_is_none_is_refused_with_the_reason(text: str, why: str, hint: str) -> None:
    with pytest.raises(OptionError) as caught:
        parse_shard(text)
    assert why in caught.value.message
    assert caught.value.hint == hint
    assert len(caught.value.message) < 120


# --- every probe once ----------------------------------------------------------------------------------


@given(st.integers(0, 40), PORTS, st.integers(1, 30), st.integers(0, 1 << 65), ORDERS)
def test_all_shards_together_are_every_probe_exactly_once(
    hosts: int, ports: list[int], shards: int, seed: int, order: Order
) -> None:
    every = [
        ProbeOrder(hosts=hosts, ports=ports, order=order, seed=seed, shard=Shard(number, shards))
        for number in range(1, shards + 1)
    ]
    found = Counter(probe for one in every for probe in probes(one))
    assert found == Counter((host, port) for host in range(hosts) for port in set(ports))
    for one in every:
        assert len(probes(one)) == one.total
        assert one.probe_count == hosts * len(set(ports))
        assert all(turn.count > 0 for turn in one.turns())
    assert max(one.total for one in every) - min(one.total for one in every) <= 1


@given(st.integers(1, 40), st.lists(st.integers(0, 65_535), min_size=1), st.integers(0, 1 << 65), ORDERS)
def test_without_shards_each_host_has_one_turn_with_every_port(
    hosts: int, ports: list[int], seed: int, order: Order
) -> None:
    whole = ProbeOrder(hosts=hosts, ports=ports, order=order, seed=seed)
    turns = list(whole.turns())
    assert [turn.position for turn in turns] == list(range(hosts))
    assert sorted(turn.host for turn in turns) == list(range(hosts))
    assert all((turn.step, turn.count) == (1, len(whole.ports)) for turn in turns)
    assert whole.total == whole.probe_count == len(probes(whole))
    assert probes(whole) == probes(ProbeOrder(hosts=hosts, ports=ports, order=order, seed=seed, shard=Shard(1, 1)))


@given(st.integers(1, 40), PORTS, st.integers(1, 30), st.data())
def test_turns_go_on_at_a_position(hosts: int, ports: list[int], shards: int, data: st.DataObject) -> None:
    shard = Shard(data.draw(st.integers(1, shards)), shards)
    order = ProbeOrder(hosts=hosts, ports=ports, seed=3, shard=shard, order=data.draw(ORDERS))
    start = data.draw(st.integers(0, hosts + 2))
    assert list(order.turns(start)) == [turn for turn in order.turns() if turn.position >= start]


@given(st.integers(1, 30), st.sets(st.integers(0, 131_071), min_size=1, max_size=12), st.integers(0, 99), ORDERS)
def test_the_index_of_a_probe_decides_its_shard(hosts: int, ports: set[int], seed: int, order: Order) -> None:
    """Shard I of N has the indices that leave I - 1 when divided by N, in the order of the whole."""
    whole = probes(ProbeOrder(hosts=hosts, ports=sorted(ports), seed=seed, order=order))
    for count in (2, 3, len(ports), len(ports) + 1, 50):
        for number in {1, min(2, count), count}:
            shard = Shard(number, count)
            part = ProbeOrder(hosts=hosts, ports=sorted(ports), seed=seed, order=order, shard=shard)
            assert probes(part) == whole[number - 1 :: count]


# --- order -----------------------------------------------------------------------------------------------


def test_the_ascending_order_takes_hosts_and_ports_as_they_are_sorted() -> None:
    order = ProbeOrder(hosts=3, ports=[udp(53), 443, 22, 22], order="ascending", seed=9)
    assert order.ports == (22, 443, udp(53))
    assert list(order.turns()) == [Turn(host, host, 0, 1, 3) for host in range(3)]
    assert probes(order) == [(host, port) for host in range(3) for port in (22, 443, udp(53))]


def test_the_same_seed_gives_the_same_order_whatever_order_the_ports_were_named_in() -> None:
    one = ProbeOrder(hosts=50, ports=[80, 22, 443, 8080], seed=5)
    other = ProbeOrder(hosts=50, ports=[443, 8080, 80, 22, 80], seed=5)
    assert probes(one) == probes(other)
    assert len({tuple(probes(ProbeOrder(hosts=50, ports=range(9), seed=seed))) for seed in range(30)}) == 30
    assert len({ProbeOrder(hosts=1, ports=range(30), seed=seed).ports for seed in range(30)}) == 30


def test_hosts_and_ports_are_shuffled_apart() -> None:
    order = ProbeOrder(hosts=64, ports=range(64), seed=11)
    assert [turn.host for turn in order.turns()] != list(order.ports)


@pytest.mark.parametrize("count", [16_383, 16_384, 16_385, 16_511, 16_513, 65_535, 65_536, 131_072])
def test_many_ports_are_shuffled_each_once(count: int) -> None:
    shuffled = ProbeOrder(hosts=1, ports=range(count), seed=count).ports
    assert sorted(shuffled) == list(range(count))
    steps = [other - one for one, other in pairwise(shuffled)]
    assert Counter(steps).most_common(1)[0][1] < count / 20
    assert sum(abs(step) < 10 for step in steps) < count / 50
    assert ProbeOrder(hosts=1, ports=range(count), seed=count + 1).ports != shuffled


def test_at_random_neighbours_begin_with_different_ports() -> None:
    order = ProbeOrder(hosts=100, ports=range(10), seed=1)
    firsts = [order.ports[turn.first] for turn in order.turns()]
    assert Counter(firsts) == Counter(dict.fromkeys(range(10), 10))


def test_neighbours_in_time_are_rarely_in_the_same_network() -> None:
    networks = [turn.host >> 8 for turn in ProbeOrder(hosts=1 << 16, ports=[80], seed=2026).turns()]
    assert sum(one == other for one, other in pairwise(networks)) < 3 * (1 << 16) // 256


# --- huge ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hosts", [1 << 32, (1 << 64) + 1, 1 << 128])
@pytest.mark.parametrize("shard", [None, Shard(1, 1), Shard(2, 3), Shard(5, 1000), Shard(7, 10**8)])
@pytest.mark.parametrize("order", ["random", "ascending"])
def test_a_huge_order_begins_at_once_and_goes_on_anywhere(hosts: int, shard: Shard | None, order: Order) -> None:
    probing = ProbeOrder(hosts=hosts, ports=range(100), order=order, seed=1, shard=shard)
    count = shard.count if shard else 1
    assert probing.probe_count == hosts * 100
    assert hosts * 100 // count <= probing.total <= hosts * 100 // count + 1
    for begin in (0, hosts // 2):
        turns = list(islice(probing.turns(begin), 50))
        assert len({turn.host for turn in turns}) == 50
        assert all(begin <= turn.position < hosts and 0 <= turn.host < hosts for turn in turns)
    assert list(probing.turns(hosts)) == []


def test_hosts_without_a_probe_in_this_shard_cost_nothing() -> None:
    """One probe in a billion of a /0 with two ports: eight turns, at once."""
    order = ProbeOrder(hosts=1 << 32, ports=[22, 80], seed=1, shard=Shard(1, 1 << 30))
    assert order.total == 8
    assert len(list(order.turns())) == 8


def test_so_many_probes_need_to_be_agreed_to() -> None:
    check_probe_count(MOST_PROBES_UNASKED, is_agreed=False)
    check_probe_count(MOST_PROBES_UNASKED + 1, is_agreed=True)
    with pytest.raises(OptionError, match="16,777,217 probes, more than 16,777,216") as caught:
        check_probe_count(MOST_PROBES_UNASKED + 1, is_agreed=False)
    assert "--yes" in (caught.value.hint or "")
