"""The parts of rdns: order, targets, verdicts, lines."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.address import Address
from nettools.core.rdns.lines import AddressLines
from nettools.core.rdns.report import NameVerdict, address_verdict, name_rows, name_verdict
from nettools.core.rdns.sweep import BLOCK, Finished, Sweep
from nettools.core.rdns.targets import Stretch, Walk, stretches_of
from nettools.errors import NettoolsError
from nettools.render.data import encode

HERE = IPv4Address("192.0.2.1")
OTHER = IPv4Address("192.0.2.9")


def order(count: int, seed: int) -> list[int]:
    """The places of the addresses of a stretch, as a sweep asks for them."""
    sweep = Sweep([Stretch(4, 10 << 24, count)], seed, forward=False)
    return [number for number, *_ in sweep.take(count + 1)]


@given(st.integers(1, 700), st.integers(0, 1 << 30))
def test_a_block_is_shuffled_and_complete(size: int, seed: int) -> None:
    assert sorted(order(size, seed)) == list(range(size))


def test_a_whole_block_is_shuffled_and_neighbours_are_parted() -> None:
    found = order(BLOCK, 1)
    assert sorted(found) == list(range(BLOCK))
    assert sum(abs(one - other) == 1 for one, other in pairwise(found)) < 50
    assert len({number >> 8 for number in found[:256]}) > 100


def test_blocks_come_one_after_the_other() -> None:
    found = order(BLOCK + 9, 1)
    assert sorted(found[:BLOCK]) == list(range(BLOCK))
    assert sorted(found[BLOCK:]) == list(range(BLOCK, BLOCK + 9))


def test_another_seed_is_another_order() -> None:
    assert order(256, 1) != order(256, 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.7", [Stretch(4, 0xC0000207, 1)]),
        ("192.0.2.0/24", [Stretch(4, 0xC0000200, 256)]),
        ("192.0.2.254-192.0.3.1", [Stretch(4, 0xC00002FE, 2), Stretch(4, 0xC0000300, 2)]),
        ("10.0.0.0/8", [Stretch(4, 10 << 24, 1 << 24)]),
        ("2001:db8::/112", [Stretch(6, 0x20010DB8 << 96, 1 << 16)]),
        ("2001:db8::/111", [Walk(0x20010DB8 << 96, 111)]),
        ("2001:db8::1", [Stretch(6, (0x20010DB8 << 96) + 1, 1)]),
    ],
)
def test_targets_are_stretches_or_nets_to_be_walked(text: str, expected: list[Stretch | Walk]) -> None:
    assert list(stretches_of(text)) == expected


@pytest.mark.parametrize("text", ["192.0.2.0/33", "www.test", "192.0.2", "fe80::%eth0/64", "192.0.2.9-192.0.2.1", ""])
def test_what_is_no_target_is_an_error(text: str) -> None:
    with pytest.raises(NettoolsError):
        list(stretches_of(text))


@pytest.mark.parametrize(
    ("forward", "status", "verdict"),
    [
        ([HERE], "answered", "confirmed"),
        ([OTHER, HERE], "answered", "confirmed"),
        ([OTHER], "answered", "mismatch"),
        ([], "nxdomain", "dangling"),
        ([], "nodata", "dangling"),
        ([], "timeout", "error"),
        ([], "servfail", "error"),
    ],
)
def test_a_name_leads_back_or_not(forward: list[Address], status: str, verdict: str) -> None:
    assert name_verdict(HERE, forward, status) == verdict


@pytest.mark.parametrize(
    ("verdicts", "verdict"),
    [
        (["confirmed"], "confirmed"),
        (["mismatch"], "mismatch"),
        (["dangling"], "dangling"),
        (["error"], "error"),
        (["confirmed", "confirmed"], "confirmed"),
        (["confirmed", "dangling"], "multiple"),
        (["dangling", "mismatch"], "multiple"),
        (["dangling", "dangling"], "multiple"),
        (["error", "error"], "error"),
        (["error", "confirmed"], "multiple"),
    ],
)
def test_the_names_of_an_address_together_make_its_verdict(verdicts: list[NameVerdict], verdict: str) -> None:
    assert address_verdict(verdicts) == verdict


def finished(*names: str, error: str | None = None, path: tuple[str, ...] = (), asks: bool = False) -> Finished:
    forward = tuple(("answered", (HERE,)) for _ in names) if asks else None
    return Finished(5, 4, int(HERE), "1.2.0.192.in-addr.arpa.", names, path, error, forward)


CASES = [
    finished("host.test."),
    finished("host.test.", asks=True),
    finished('q"uote.test.'),
    finished("a\\.b\\032c.test."),
    finished("%s.test."),
    finished("a.test.", "b.test."),
    finished(),
    finished("x.test.", path=("1.0/25.2.0.192.in-addr.arpa.",)),
    finished(error="timeout: no answer came in time"),
    Finished(1, 6, int(IPv6Address("2001:db8::1")), "1.ip6.arpa.", ("x.test.",), (), None, None),
]


@pytest.mark.parametrize("one", CASES)
@pytest.mark.parametrize("head", [True, False])
def test_a_template_writes_what_the_long_way_writes(one: Finished, head: bool) -> None:
    lines = AddressLines(encode, head=head)
    assert lines.text(one) == lines.whole(one.number, one.report())


def test_no_names_and_no_error_is_none_and_unchecked_names_have_no_verdict() -> None:
    assert finished().report().verdict == "none"
    assert finished("x.test.").report().verdict is None
    assert finished(error="x").report().verdict == "error"
    assert finished("x.test.", asks=True).report().verdict == "confirmed"


def test_each_name_is_a_row_and_so_is_an_address_without_any() -> None:
    assert [row.name for row in name_rows(finished("a.test.", "b.test.").report())] == ["a.test.", "b.test."]
    assert [(row.name, row.verdict) for row in name_rows(finished().report())] == [(None, "none")]
    assert ip_address("192.0.2.1") == finished().address
