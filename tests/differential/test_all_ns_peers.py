"""Every authoritative server of the bed's zones, against ``dig +nssearch`` where that finds them, and the odd ones."""

import json
import re
from typing import Any

import pytest

from tests import peers
from tests.dns_bed.fixture import DnsBed

ALL_NS = """
import json, sys, time
from ipaddress import ip_address
from nettools.core.dns.message import Question
from nettools.core.dns.name import ROOT, name_from_text
from nettools.core.dns.types import TYPES
from nettools.core.record import to_json
from nettools.core.resolve.all_ns import all_ns
from nettools.core.resolve.lookup import Lookup, Server
from nettools.core.resolve.trace.cut import Cut
from nettools.core.resolve.trace.settings import TraceSettings
from nettools.net.resolve import LookupDriver

settings = TraceSettings(root=Cut(zone=ROOT, servers=()))
resolver = Lookup(question=Question(name=ROOT, type=1, class_=1), servers=(Server(address=ip_address("127.0.0.1")),),
                  timeout_s=1)
found = {}
for name, types in json.load(sys.stdin):
    result = LookupDriver().run(all_ns(name_from_text(name), [TYPES[one] for one in types], resolver, settings))
    found[name] = {"comparisons": to_json(result.comparisons), "warnings": list(result.warnings)}
json.dump(found, sys.stdout)
"""
ASKED: tuple[tuple[str, list[str]], ...] = (
    ("soadiff.test", []),
    ("all.test", []),
    ("a.all.test", ["A", "AAAA"]),
    ("www.partlame.all.test", ["A"]),
    ("www.dead.all.test", []),
    ("65.64/26.2.0.192.in-addr.arpa", ["PTR"]),
)


@pytest.fixture(scope="module")
def found(dns_bed: DnsBed) -> dict[str, Any]:
    done = dns_bed.python(ALL_NS, stdin=json.dumps(ASKED).encode())
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.mark.parametrize("zone", ["soadiff.test", "all.test"])
def test_the_servers_and_their_serials_are_those_of_dig(dns_bed: DnsBed, found: dict[str, Any], zone: str) -> None:
    peers.require("dig", reason="to compare the servers of a zone")
    printed = dns_bed.run("dig", "+nssearch", zone).stdout.decode()
    theirs = set(re.findall(r"^SOA \S+ \S+ ([0-9]+) .* from server (\S+) in", printed, re.MULTILINE))
    (comparison,) = found[zone]["comparisons"]
    assert theirs
    assert {(str(one["serial"]), one["server"]) for one in comparison["servers"]} == theirs
    assert comparison["zone"] == f"{zone}."


def test_serials_that_differ_are_a_difference_with_the_nsid_of_each(found: dict[str, Any]) -> None:
    (comparison,) = found["soadiff.test"]["comparisons"]
    assert not comparison["agree"]
    assert [one["nsid"] for one in comparison["servers"]] == ["bed-nsd3", "bed-nsd4"]
    assert comparison["differences"][0].startswith("the serials differ: 202603 at ns1.all.test. (127.53.0.3), 202604")


def test_servers_that_agree_are_one_group_for_each_type(found: dict[str, Any]) -> None:
    comparisons = found["a.all.test"]["comparisons"]
    assert [(one["type"], one["agree"], len(one["groups"])) for one in comparisons] == [
        ("A", True, 1),
        ("AAAA", True, 1),
    ]
    assert [one["groups"][0]["status"] for one in comparisons] == ["answered", "nodata"]


def test_a_lame_server_that_only_the_glue_knows_is_named(found: dict[str, Any]) -> None:
    (comparison,) = found["www.partlame.all.test"]["comparisons"]
    assert {one["name"]: one["status"] for one in comparison["servers"]} == {
        "ns.lame.all.test.": "lame",
        "ns1.all.test.": "answered",
    }
    assert not comparison["agree"]
    assert found["www.partlame.all.test"]["warnings"] == [
        "ns.lame.all.test. has an address in the glue of all.test. alone"
    ]


def test_a_dead_server_is_named_although_the_resolver_cannot_find_the_zone(found: dict[str, Any]) -> None:
    (comparison,) = found["www.dead.all.test"]["comparisons"]
    assert comparison["zone"] == "dead.all.test."
    assert [(one["server"], one["status"]) for one in comparison["servers"]] == [("127.53.0.20", "timeout")]


def test_the_zone_of_an_rfc_2317_delegation_is_found(found: dict[str, Any]) -> None:
    (comparison,) = found["65.64/26.2.0.192.in-addr.arpa"]["comparisons"]
    assert comparison["zone"] == "64/26.2.0.192.in-addr.arpa."
    assert comparison["agree"]
