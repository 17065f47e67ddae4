"""Bulk lookups on the bed: a server that limits its rate, and servers that misbehave. Every row comes."""

import json
from collections import Counter

import pytest

from tests.dns_bed.fixture import DnsBed


def bulk(dns_bed: DnsBed, server: str, names: list[str], *words: str) -> list[dict[str, object]]:
    """The lines of a bulk run, after a look whether each question has one."""
    outcome = dns_bed.nettools(
        "resolve", "--file", "-", "A", f"@{server}", "-f", "jsonl", *words, stdin="\n".join(names).encode()
    )
    lines: list[dict[str, object]] = [json.loads(line) for line in outcome.raw_stdout.splitlines()]
    assert sorted(line["index"] for line in lines[:-1]) == list(range(len(names)))  # type: ignore[type-var]
    assert lines[-1]["type"] == "summary"
    return lines


def test_a_server_that_limits_its_rate_answers_everything_in_the_end(dns_bed: DnsBed) -> None:
    lines = bulk(dns_bed, "127.53.0.9", [f"n{number}.all.test" for number in range(800)])
    assert Counter(line["status"] for line in lines[:-1]) == {"nxdomain": 800}
    assert lines[-1]["limited"]


# What the row of each odd server in the bed's page deserves, for every one of many questions at once.
DESERVED = {
    19: "unreachable", 20: "timeout", 23: "refused", 24: "servfail", 25: "notimp", 26: "formerr", 27: "answered",
    28: "answered", 29: "malformed", 30: "malformed", 31: "timeout", 33: "timeout", 34: "timeout", 35: "timeout",
    36: "answered", 37: "unreachable", 39: "malformed", 40: "answered", 41: "malformed", 43: "malformed",
    44: "answered", 45: "answered", 46: "answered", 47: "answered", 48: "timeout", 51: "unreachable", 54: "answered",
}  # fmt: skip


@pytest.mark.parametrize("number", DESERVED)
def test_each_odd_server_gives_every_row_the_status_that_it_deserves(dns_bed: DnsBed, number: int) -> None:
    names = [f"n{place}.all.test" for place in range(40)]
    lines = bulk(dns_bed, f"127.53.0.{number}", names, "--timeout", "2s")
    assert Counter(line["status"] for line in lines[:-1]) == {DESERVED[number]: 40}


def test_what_the_bed_says_in_bulk_is_what_it_says_to_a_single_question(dns_bed: DnsBed) -> None:
    names = ["a.all.test", "cname.all.test", "cnamechain.all.test", "cnamedangling.all.test", "cnameloop1.all.test",
             "big.all.test", "aaaa.all.test", "nothere.all.test", "txt.all.test", "x.dname.all.test"]  # fmt: skip
    single = dns_bed.nettools("resolve", *names, "A", "@127.53.0.3", "--json").json["responses"]
    many = dns_bed.nettools(
        "resolve", "--file", "-", "A", "@127.53.0.3", "--json", stdin="\n".join(names * 3).encode()
    ).json["responses"]
    for place, response in enumerate(many):
        assert timeless(response) == timeless(single[place % len(names)])


def timeless(response: dict[str, object]) -> dict[str, object]:
    tries = response["tries"]
    assert isinstance(tries, list)
    return {**response, "query_time_ms": 0, "tries": [{**one, "ms": 0} for one in tries]}
