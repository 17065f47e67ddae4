"""Verdicts of the chain of trust against those of named and delv, for each zone of the bed and each kind of name."""

import json
from dataclasses import dataclass

import pytest

from tests import peers
from tests.dns_bed.fixture import DnsBed
from tests.dns_bed.zonebuild import CHILDREN

LABELS = ("www", "nodata", "zz", "x.w", "cn", "out")
MORE = (
    "www.sub.optout.test A",
    "zz.sub.optout.test A",
    "sub.optout.test DS",
    "www.old.dname.test A",
    "www.old.dname.test CNAME",
    "zz.old.dname.test A",
    "a.away.dname.test A",
    "old.dname.test DNAME",
    "replayed.w.replay.test A",
    "www.nsec.test TXT",
    "www.nsec.test MX",
    "a.b.c.zz.nsec3.test A",
    "a.b.w.nsec3.test A",
    "x.w.nsec.test TXT",
    "x.w.nsec3.test TXT",
    "*.w.nsec.test A",
    "nsec.test DNSKEY",
    "nsec.test NSEC",
    "nsec3.test NSEC3PARAM",
    "nsec.test DS",
    "island.test DS",
    "all.test DS",
    "unsup.test DS",
    "expired.test DS",
    "expired.test DNSKEY",
    "zz.test A",
    "w.nsec.test A",
    "w.nsec3.test A",
    "test SOA",
    "test DS",
    ". NS",
    ". DS",
    ". A",
    "nothing A",
    "a.all.test A",
    "zz.all.test A",
    "loop1.all.test A",
    "2.2.0.192.in-addr.arpa PTR",
    "2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa PTR",
)

SCRIPT = """
import json, sys
from ipaddress import ip_address
from time import time
from nettools.core.dns.message import Question
from nettools.core.dns.name import name_from_text
from nettools.core.dns.query import QueryOptions
from nettools.core.dns.types import TYPES
from nettools.core.dnssec.anchors import parse_trust_anchors
from nettools.core.dnssec.validate import validate
from nettools.core.resolve.lookup import Lookup, Server
from nettools.net.resolve import LookupDriver

SERVER = Server(address=ip_address("127.0.0.1"))
with open(sys.argv[1]) as file:
    ANCHORS = parse_trust_anchors(file.read(), sys.argv[1])

def asked(line):
    name, kind = line.split()
    return Question(name=name_from_text(name), type=TYPES[kind], class_=1)

def lookup(question, **options):
    return Lookup(question=question, servers=(SERVER,), options=QueryOptions(**options), timeout_s=25, tries=1)

def both(line):
    outcomes = yield [lookup(asked(line), authentic_data=True)]
    outcome, verdict = yield from validate(asked(line), ask=lookup, anchors=ANCHORS, now=time())
    flags = outcomes[0].message.flag_names if outcomes[0].message else ()
    return {
        "named": outcomes[0].status,
        "ad": "ad" in flags,
        "ours": verdict.status,
        "reason": verdict.reason,
        "chain": [[one.zone, one.what, one.status] for one in verdict.chain],
    }

lines = json.loads(sys.stdin.read())
print(json.dumps(dict(LookupDriver().run_all((line, both(line)) for line in lines))))
"""


@dataclass(frozen=True)
class Verdicts:
    """What named and this project say to one question."""

    named: str
    ad: bool
    ours: str
    reason: str
    chain: list[list[str]]

    @property
    def of_named(self) -> str:
        if self.named == "servfail":
            return "bogus"
        return "secure" if self.ad else "insecure"


def zone_questions() -> list[str]:
    zones = [one.zone.removesuffix(".test") for one in CHILDREN] + ["unsup"]
    return [f"{label}.{zone}.test A" for zone in zones for label in LABELS]


@pytest.fixture(scope="module")
def verdicts(dns_bed: DnsBed) -> dict[str, Verdicts]:
    lines = [*MORE, *zone_questions()]
    anchor = str(dns_bed.folder / "trust-anchor.conf")
    done = dns_bed.python(SCRIPT, anchor, stdin=json.dumps(lines).encode(), timeout_s=180)
    return {line: Verdicts(**found) for line, found in json.loads(done.stdout).items()}


def test_every_verdict_is_that_of_named(verdicts: dict[str, Verdicts]) -> None:
    assert len(verdicts) == len(MORE) + len(zone_questions())
    different = {
        line: (found.named, found.of_named, found.ours, found.reason)
        for line, found in verdicts.items()
        if found.of_named != found.ours
    }
    assert not different


def test_both_bogus_and_secure_are_among_them(verdicts: dict[str, Verdicts]) -> None:
    assert {found.ours for found in verdicts.values()} == {"secure", "insecure", "bogus"}


# The record that each damaged zone is known by.
NAMED = {
    "www.expired.test A": ("over DNSKEY expired.test. expired ",),
    "www.future.test A": ("over DNSKEY future.test. is not valid before ",),
    "www.badsig.test A": ("over A www.badsig.test. does not fit the records",),
    "www.wrongsigner.test A": ("names test. as the signer, and the zone is wrongsigner.test.",),
    "www.splitkey.test A": ("DNSKEY splitkey.test. is not signed by ECDSAP256SHA256 key ",),
    "www.badds.test A": ("the DS of badds.test. names ECDSAP256SHA256 key ",),
    "www.nokey.test A": ("nokey.test. has no DNSKEY, and the DS of nokey.test. has the SHA-256 of ",),
    "nodata.nonsec.test A": ("no NSEC or NSEC3 of nonsec.test. proves that there is no A nodata.nonsec.test.",),
    "x.w.nonsec.test A": ("A x.w.nonsec.test. is made from a wildcard, and nothing proves that no closer name exists",),
    "www.island.test A": ("A www.island.test. is not proved, since island.test. is not signed: NSEC3 ",),
    "www.unsup.test A": ("the SHA-256 of algorithm 200 key 1", "counts as unsigned"),
    "nodata.iter151.test A": ("the NSEC3 records of iter151.test. have 151 iterations",),
    "zz.optout.test A": ("has the opt-out flag",),
    "out.nsec.test A": ("A a.all.test. is not proved, since all.test. is not signed: NSEC3 ",),
}


@pytest.mark.parametrize("line", NAMED)
def test_a_reason_names_the_record(verdicts: dict[str, Verdicts], line: str) -> None:
    assert all(part in verdicts[line].reason for part in NAMED[line]), verdicts[line].reason


def test_the_chain_goes_from_the_root_to_the_answer(verdicts: dict[str, Verdicts]) -> None:
    assert verdicts["www.nsec.test A"].chain == [
        [".", "DNSKEY", "secure"],
        ["test.", "DS", "secure"],
        ["test.", "DNSKEY", "secure"],
        ["nsec.test.", "DS", "secure"],
        ["nsec.test.", "DNSKEY", "secure"],
        ["nsec.test.", "A www.nsec.test.", "secure"],
    ]


# RFC 5155 §9.2 forbids to vouch for a name that an opt-out span covers. named keeps to that; delv calls it validated.
WRONG_IN_DELV = frozenset({"zz.optout.test A"})

DELV = """
while read -r name type; do
    echo "== $name $type"
    delv -a "$BED_DIR/trust-anchor.conf" +root @127.0.0.1 -t "$type" "$name" 2>&1
done
"""


def test_delv_says_the_same(dns_bed: DnsBed, verdicts: dict[str, Verdicts]) -> None:
    peers.require("delv", reason="to compare verdicts with")
    # delv waits for a DNSKEY of nokey until it gives up.
    lines = [line for line in zone_questions() if ".nokey." not in line and line not in WRONG_IN_DELV]
    done = dns_bed.run("sh", "-c", DELV, stdin="".join(f"{line}\n" for line in lines).encode(), timeout_s=240)
    told = {}
    for part in done.stdout.decode().split("== ")[1:]:
        line, _, text = part.partition("\n")
        told[line] = verdict_of_delv(text)
    assert set(told) == set(lines)
    different = {line: (told[line], verdicts[line].ours) for line in lines if told[line] != verdicts[line].ours}
    assert not different


def verdict_of_delv(text: str) -> str:
    """The verdict in delv's comments; it says "failed" of a negative answer as well, but shows that one."""
    if "resolution failed" in text and "; negative response" not in text:
        return "bogus"
    if "unsigned answer" in text:
        return "insecure"
    assert "fully validated" in text, text
    return "secure"
