"""The misbehaving servers of the bed through the command line: status, exit code and time of a process for each."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from nettools.core.resolve.lookup import DEFAULT_TIMEOUT_S
from tests.cli import Outcome, is_harmless
from tests.dns_bed.fixture import DnsBed
from tests.dns_bed.odd import BEHAVIOURS
from tests.integration.test_resolve_odd import ROWS, TIMEOUT_S, Row

AT_ONCE = 8
"""Processes: most of them only wait, and a machine of two cores starts no more of them in time."""
DEADLINE_KEPT_TO = 0.10
_EXIT_OF_STATUS = {"answered": 0, "nodata": 1, "nxdomain": 1}
_FURTHER_WORDS = {45: ("--cookie",), 59: ("--tsig", "hmac-sha256:bed-key:c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMw==")}
FULL = {row.number for row in ROWS if row.least_s >= TIMEOUT_S - 0.1} | {29}
"""Servers that cost all of the time: they are asked first, so that the others are asked meanwhile."""


@dataclass(frozen=True, kw_only=True)
class Ended:
    """One run, and its one response."""

    outcome: Outcome
    response: dict[str, Any]

    @property
    def took_s(self) -> float:
        return float(sum(one["ms"] for one in self.response["tries"])) / 1000


@pytest.fixture(scope="module")
def runs(dns_bed: DnsBed) -> dict[int, Ended]:
    """Each server asked by a process of its own, with the time that nobody changed."""
    assert DEFAULT_TIMEOUT_S == TIMEOUT_S
    numbers = sorted({19, *BEHAVIOURS}, key=lambda number: number not in FULL)

    def run(number: int) -> Ended:
        words = ["WWW.odd.test", "A", f"@127.53.0.{number}", "--json", *_FURTHER_WORDS.get(number, ())]
        outcome = dns_bed.nettools("resolve", *words)
        return Ended(outcome=outcome, response=outcome.json["responses"][0])

    with ThreadPoolExecutor(max_workers=max(AT_ONCE, len(FULL))) as pool:
        return dict(zip(numbers, pool.map(run, numbers), strict=True))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.number))
def test_an_odd_server_has_its_status_and_exit_code(runs: dict[int, Ended], row: Row) -> None:
    ended = runs[row.number]
    assert ended.response["status"] == row.status
    assert ended.outcome.status == _EXIT_OF_STATUS.get(row.status, 3)
    assert [one["result"] for one in ended.response["tries"]] == row.tries.split()
    assert [one["reason"] for one in ended.response["discarded"]] == row.discarded.split()
    assert [one["kind"] for one in ended.outcome.json["errors"]] == ([] if ended.outcome.status < 3 else [row.status])
    assert [one["code"] for one in (ended.response["edns"] or {"ede": []})["ede"]] == list(row.extended_errors)


def test_whoever_does_not_answer_costs_the_time_and_no_more(runs: dict[int, Ended]) -> None:
    took_s = {number: runs[number].took_s for number in FULL}
    assert len(took_s) == 10
    late = {number: one for number, one in took_s.items() if abs(one - TIMEOUT_S) > TIMEOUT_S * DEADLINE_KEPT_TO}
    assert late == {}


def test_whoever_answers_costs_less(runs: dict[int, Ended]) -> None:
    late = {number: one.took_s for number, one in runs.items() if number not in FULL and one.took_s > TIMEOUT_S * 0.9}
    assert late == {}


def test_the_messages_say_status_and_server(runs: dict[int, Ended]) -> None:
    for number, ended in runs.items():
        if ended.outcome.status == 3:
            assert f"WWW.odd.test. A: {ended.response['status']}: " in ended.outcome.stderr
            assert f"127.53.0.{number}" in ended.outcome.stderr
        assert is_harmless(ended.outcome.stderr.replace("\n", ""))
    assert "asked 127.53.0.42:53 (bed says bogus; No Reachable Authority; priv)" in runs[42].outcome.stderr


@pytest.mark.parametrize(
    ("number", "words", "status", "records", "exit_status"),
    [
        (56, ["--axfr"], "malformed", 20, 3),
        (57, ["--axfr"], "malformed", 43, 3),
        (58, ["--ixfr", "3"], "answered", 43, 0),
        (23, ["--axfr"], "refused", 0, 3),
        (19, ["--axfr"], "unreachable", 0, 3),
    ],
)
def test_an_odd_transfer_is_told_with_what_came(
    dns_bed: DnsBed, number: int, words: Sequence[str], status: str, records: int, exit_status: int
) -> None:
    outcome = dns_bed.nettools("resolve", "zone.test", f"@127.53.0.{number}", *words, "--json")
    [response] = outcome.json["responses"]
    assert (response["status"], len(response["answer"]), outcome.status) == (status, records, exit_status)
