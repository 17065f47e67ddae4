"""A sweep over a pretended DNS: each address is finished once, with the names and addresses that it has."""

from collections import Counter
from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.rdns import sweep as sweeping
from nettools.core.rdns.replies import Found
from nettools.core.rdns.sweep import Finished, Sweep
from nettools.core.rdns.targets import Stretch

NET = 0xC0000200


def run(
    stretches: list[Stretch],
    names: Mapping[str, tuple[str, ...]],
    addresses: Mapping[str, tuple[str, ...]],
    *,
    forward: bool = True,
    seed: int = 1,
) -> tuple[list[Finished], Counter[str]]:
    """Who is finished, and how often each name was asked for. Replies come in any order."""
    random = Random(seed)
    sweep = Sweep(stretches, seed, forward=forward)
    asked: Counter[str] = Counter()
    open_rows: list[tuple[int, str]] = []
    done: list[Finished] = []
    while True:
        rows = sweep.take(random.randint(1, 9))
        open_rows += [(index, text) for index, _, text, _ in rows]
        asked.update(text.lower() for _, _, text, _ in rows)
        if not open_rows:
            return done, asked
        index, text = open_rows.pop(random.randrange(len(open_rows)))
        table = addresses if index < 0 else names
        data = table.get(text.lower(), ())
        error = "timeout: x" if data == ("timeout",) else None
        status = "timeout" if error else "answered" if data else "nxdomain"
        done += sweep.answered(Found(index, status, () if error else data, (), error))


def ptr(last: int) -> str:
    return f"{last}.2.0.192.in-addr.arpa."


@given(st.integers(0, 1 << 30), st.booleans())
def test_every_address_is_finished_once_with_its_place(seed: int, forward: bool) -> None:
    random = Random(seed)
    names = {
        ptr(last): tuple(f"h{random.randrange(20)}.test." for _ in range(random.randrange(3))) for last in range(40)
    }
    addresses = {f"h{number}.test.": (f"192.0.2.{number}",) for number in range(10)}
    stretches = [Stretch(4, NET, 16), Stretch(4, NET + 20, 1), Stretch(4, NET + 30, 5)]
    done, _ = run(stretches, names, addresses, forward=forward, seed=seed)
    expected = [*range(16), 20, *range(30, 35)]
    assert [one.value - NET for one in sorted(done)] == expected
    assert [one.number for one in sorted(done)] == list(range(len(expected)))
    for one in done:
        assert one.names == names[ptr(one.value - NET)]
        if one.names and forward:
            assert one.forward is not None
            assert [status for status, _ in one.forward] == [
                "answered" if name in addresses else "nxdomain" for name in one.names
            ]


def test_a_name_is_asked_once_however_many_addresses_have_it_and_whatever_its_case() -> None:
    names = {ptr(last): ("Host.test." if last % 2 else "host.TEST.",) for last in range(200)}
    done, asked = run([Stretch(4, NET, 200)], names, {"host.test.": ("192.0.2.7",)})
    assert asked["host.test."] == 1
    assert sum(one.is_confirmed for one in done) == 1
    assert Counter(one.report().verdict for one in done) == {"mismatch": 199, "confirmed": 1}


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "MOST_REMEMBERED", 5)
    names = {ptr(last): (f"h{last}.test.",) for last in range(100)}
    sweep_done, _ = run([Stretch(4, NET, 100)], names, {f"h{last}.test.": (f"192.0.2.{last}",) for last in range(100)})
    assert all(one.is_confirmed for one in sweep_done)


def test_a_failed_lookup_of_a_name_is_not_remembered() -> None:
    names = {ptr(last): ("host.test.",) for last in range(2)}
    done, _ = run([Stretch(4, NET, 2)], names, {"host.test.": ("timeout",)})
    assert {one.report().verdict for one in done} == {"error"}


def test_a_failed_lookup_of_an_address_is_an_error_of_its_own() -> None:
    done, _ = run([Stretch(4, NET, 3)], {ptr(1): ("timeout",), ptr(2): ("x.test.",)}, {})
    assert {one.value - NET: one.report().verdict for one in done} == {0: "none", 1: "error", 2: "dangling"}


def test_five_hundred_names_are_kept_in_their_order() -> None:
    many = tuple(f"h{number}.test." for number in range(500))
    done, asked = run([Stretch(4, NET, 1)], {ptr(0): many}, {"h499.test.": ("192.0.2.0",)})
    assert done[0].names == many
    assert asked.total() == 501
    report = done[0].report()
    assert report.verdict == "multiple"
    assert [one.verdict for one in report.names] == ["dangling"] * 499 + ["confirmed"]


def test_ipv6_addresses_are_asked_under_their_nibbles() -> None:
    first = (0x20010DB8 << 96) + 1
    name = "1" + ".0" * 23 + ".8.b.d.0.1.0.0.2.ip6.arpa."
    done, _ = run([Stretch(6, first, 2)], {name: ("x.test.",)}, {"x.test.": ("2001:db8::1",)})
    assert {one.ptr: one.report().verdict for one in done} == {name: "confirmed", "2" + name[1:]: "none"}
