"""Traces of the bed's names against ``dig +trace``: the same zones in the same order, and the same answer at their end.

dig asks one server of each zone, follows no alias, and finds servers by the system's resolver, so it ends where only
glue knows an address, and passes by a zone that its parent's server serves as well.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import pytest

from tests import peers
from tests.dns_bed.fixture import DnsBed

NAMES = (
    ("cnamechain.all.test", "A"),
    ("x.dname.all.test", "A"),
    ("www.nsec.test", "A"),
    ("x.w.nsec3.test", "A"),
    ("zz.nsec3.test", "A"),
    ("nodata.nsec.test", "A"),
    ("out.nsec.test", "A"),
    ("www.island.test", "A"),
    ("www.unsup.test", "A"),
    ("www.expired.test", "A"),
    ("www.badds.test", "A"),
    ("www.nokey.test", "A"),
    ("soadiff.test", "SOA"),
    ("big.all.test", "A"),
    ("2.2.0.192.in-addr.arpa", "PTR"),
    ("65.2.0.192.in-addr.arpa", "PTR"),
    ("70.2.0.192.in-addr.arpa", "PTR"),
    ("www.partlame.all.test", "A"),
    ("www.lame.all.test", "A"),
    ("www.dead.all.test", "A"),
    ("www.noglue.all.test", "A"),
    ("www.lametld.test", "A"),
    ("nothing.all.test", "A"),
    (".", "NS"),
)
WITHOUT_ADDRESS_FOR_DIG = ("www.lame.all.test", "www.dead.all.test", "www.noglue.all.test")
PASSED_BY = "www.partlame.all.test"
DEAD_S = 2.0

TRACES = """
import json, sys, time
from functools import partial
from pathlib import Path
from nettools.core.dnssec.anchors import parse_trust_anchors
from nettools.core.dnssec.cut import cut_state
from nettools.core.dns.message import Question
from nettools.core.dns.name import name_from_text
from nettools.core.dns.types import TYPES
from nettools.core.record import to_json
from nettools.core.resolve.trace.hints import parse_root_hints
from nettools.core.resolve.trace.result import trace_response
from nettools.core.resolve.trace.settings import TraceSettings
from nettools.core.resolve.trace.walk import trace
from nettools.net.resolve import LookupDriver

anchors = parse_trust_anchors(Path(sys.argv[2]).read_text(), sys.argv[2])
judge = partial(cut_state, now=int(time.time()), anchors=anchors)
settings = TraceSettings(root=parse_root_hints(Path(sys.argv[1]).read_text()), judge=judge)
found = {}
for name, kind in json.load(sys.stdin):
    question = Question(name=name_from_text(name), type=TYPES[kind], class_=1)
    before = time.monotonic()
    response = to_json(trace_response(LookupDriver().run(trace(question, settings))))
    found[name] = {"response": response, "duration_s": time.monotonic() - before}
json.dump(found, sys.stdout)
"""


@dataclass(frozen=True)
class Block:
    """The records of one reply in the output of ``dig +trace``."""

    records: tuple[tuple[str, str, str], ...]
    """Owner, type and data."""

    @property
    def is_referral(self) -> bool:
        return {kind for _, kind, _ in self.records} == {"NS"}


@pytest.fixture(scope="module")
def traces(dns_bed: DnsBed) -> dict[str, Any]:
    files = [str(dns_bed.folder / name) for name in ("root.hints", "root.key")]
    done = dns_bed.python(TRACES, *files, stdin=json.dumps(NAMES).encode())
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@lru_cache
def dig_trace(bed: DnsBed, name: str, kind: str) -> tuple[Block, ...]:
    peers.require("dig", reason="to compare traces")
    printed = bed.run("dig", "+trace", "+nodnssec", name, kind).stdout.decode()
    blocks: list[Block] = []
    records: list[tuple[str, str, str]] = []
    for line in [*printed.splitlines(), ";; Received"]:
        words = line.split(maxsplit=4)
        if line.startswith(";; Received"):
            blocks += [Block(tuple(records))] if records else []
            records = []
        elif len(words) == 5 and words[2] == "IN":
            records.append((words[0].lower(), words[3], words[4]))
    return tuple(blocks)


def zones_of_dig(blocks: tuple[Block, ...]) -> list[str]:
    """The owners of the NS records that are nothing but a referral; the first are those that the resolver gave."""
    return [block.records[0][0] for block in blocks if block.is_referral]


def zones_of_ours(response: Any) -> list[str]:
    """The zones on the way of the name itself, before an alias changes it."""
    return [step["zone"] for step in response["trace"] if step["name"] == response["query"]["name"]]


@pytest.mark.parametrize(("name", "kind"), NAMES)
def test_the_same_zones_are_on_the_way(dns_bed: DnsBed, traces: dict[str, Any], name: str, kind: str) -> None:
    ours = zones_of_ours(traces[name]["response"])
    digs = zones_of_dig(dig_trace(dns_bed, name, kind))
    if name == PASSED_BY and len(digs) < len(ours):
        assert ours[: len(digs)] == digs
    elif name == ".":
        assert ours == digs[:1] == ["."]
    else:
        assert ours == digs
    assert all(below.endswith(above if above != "." else "") for above, below in pairwise(ours))


@pytest.mark.parametrize(("name", "kind"), [one for one in NAMES if one[0] not in WITHOUT_ADDRESS_FOR_DIG])
def test_the_answer_at_the_end_is_the_same(dns_bed: DnsBed, traces: dict[str, Any], name: str, kind: str) -> None:
    last = dig_trace(dns_bed, name, kind)[-1]
    wanted = {(owner, type_) for owner, type_, _ in last.records if type_ in (kind, "CNAME", "DNAME")}
    if last.is_referral and kind != "NS":
        wanted = set()
    answer = traces[name]["response"]["answer"]
    assert {(one["name"].lower(), one["type"]) for one in answer if one["type"] != "RRSIG"} == wanted
    if kind == "A":
        theirs = sorted(data for _, type_, data in last.records if type_ == "A")
        ours = [".".join(map(str, bytes.fromhex(one["hex"]))) for one in answer if one["type"] == "A"]
        assert sorted(ours) == theirs


def test_glue_is_used_where_the_resolver_knows_no_address(traces: dict[str, Any]) -> None:
    def last(name: str) -> Any:
        return traces[name]["response"]["trace"][-1]

    (lame,) = last("www.lame.all.test")["servers"]
    assert (lame["address"], lame["status"], lame["reason"]) == ("127.53.0.21", "lame", "it refers upward, to .")
    (dead,) = last("www.dead.all.test")["servers"]
    assert (dead["address"], dead["status"]) == ("127.53.0.20", "timeout")
    assert last("www.noglue.all.test")["servers"] == []
    assert "the delegation has no glue" in last("www.noglue.all.test")["searches"][0]["reason"]
    assert [traces[name]["response"]["status"] for name in WITHOUT_ADDRESS_FOR_DIG] == [
        "lame",
        "timeout",
        "unreachable",
    ]


def test_a_dead_server_takes_its_time_and_no_more(traces: dict[str, Any]) -> None:
    assert traces["www.dead.all.test"]["duration_s"] < DEAD_S * 1.1


def test_a_half_lame_zone_is_answered_and_its_lame_server_named(traces: dict[str, Any]) -> None:
    response = traces["www.partlame.all.test"]["response"]
    assert zones_of_ours(response) == [".", "test.", "all.test.", "partlame.all.test."]
    assert {one["name"]: one["status"] for one in response["trace"][-1]["servers"]} == {
        "ns1.all.test.": "answered",
        "ns.lame.all.test.": "lame",
    }


def test_serials_that_differ_are_said(traces: dict[str, Any]) -> None:
    (warning,) = traces["soadiff.test"]["response"]["trace"][-1]["warnings"]
    assert "202603 at ns1.all.test. (127.53.0.3)" in warning
    assert "202604 at ns2.all.test. (127.53.0.4)" in warning


@pytest.mark.parametrize(
    ("name", "states"),
    [
        ("www.nsec.test", ["signed", "signed", "signed"]),
        ("x.w.nsec3.test", ["signed", "signed", "signed"]),
        ("www.island.test", ["signed", "signed", "island"]),
        ("www.unsup.test", ["signed", "signed", "unsigned"]),
        ("www.badds.test", ["signed", "signed", "broken"]),
        ("www.nokey.test", ["signed", "signed", "broken"]),
        ("www.expired.test", ["signed", "signed", "signed"]),
        ("cnamechain.all.test", ["signed", "signed", "unsigned"]),
        ("2.2.0.192.in-addr.arpa", ["signed", "unsigned"]),
    ],
)
def test_every_cut_has_its_dnssec_state(traces: dict[str, Any], name: str, states: list[str]) -> None:
    assert [step["dnssec"]["status"] for step in traces[name]["response"]["trace"]] == states


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("www.nsec.test", "secure"),
        ("x.w.nsec3.test", "secure"),
        ("www.expired.test", "bogus"),
        ("www.badds.test", "bogus"),
        ("www.nokey.test", "bogus"),
        ("www.island.test", "insecure"),
        ("www.unsup.test", "insecure"),
        ("cnamechain.all.test", "insecure"),
    ],
)
def test_a_judge_gives_each_cut_the_verdict_of_the_beds_table(traces: dict[str, Any], name: str, verdict: str) -> None:
    verdicts = [step["dnssec"]["verdict"] for step in traces[name]["response"]["trace"]]
    assert verdicts == ["secure", "secure", verdict]
    assert all(step["dnssec"]["reason"] for step in traces[name]["response"]["trace"])


def test_a_server_without_glue_is_found_by_the_trace(traces: dict[str, Any]) -> None:
    (search,) = traces["2.2.0.192.in-addr.arpa"]["response"]["trace"][-1]["searches"]
    assert (search["name"], search["addresses"]) == ("ns1.all.test.", ["127.53.0.3"])
    assert search["zones"] == [".", "test.", "all.test."]


def test_an_alias_into_another_zone_is_followed_there(traces: dict[str, Any]) -> None:
    steps = traces["out.nsec.test"]["response"]["trace"]
    assert [step["zone"] for step in steps] == [".", "test.", "nsec.test.", "test.", "all.test."]
    assert [step["name"] for step in steps][-2:] == ["a.all.test."] * 2
