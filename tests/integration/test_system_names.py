"""The search list and the system's answer beside name servers on port 53, against the C library and dig."""

import json
import re
from typing import Any

import pytest

from tests import peers
from tests.dns_bed.fixture import DnsBed

SEARCHED = """
import json, sys
from nettools.core.address import format_address
from nettools.core.dns.message import Question
from nettools.core.dns.types import CLASSES, TYPES
from nettools.core.resolve.lookup import Lookup
from nettools.core.resolve.search import search_names, searched
from nettools.core.resolve.system import dns_addresses
from nettools.net.resolve import LookupDriver
from nettools.net.system_dns import read_resolv_conf

conf = read_resolv_conf()
def make(name, kind):
    question = Question(name=name, type=kind, class_=CLASSES["IN"])
    return Lookup(question=question, servers=conf.servers(), timeout_s=20, try_timeout_s=conf.timeout_s)
answers = {}
for name in sys.argv[1:]:
    found = LookupDriver().run(searched(search_names(name, conf), make, [TYPES["A"], TYPES["AAAA"]]))
    answers[name] = {
        "name": found.name,
        "steps": [[one.name, one.status] for one in found.steps],
        "addresses": sorted(map(format_address, dns_addresses(found.outcomes))),
    }
json.dump(answers, sys.stdout)
"""

LIBRARY = """
import json, socket, sys
answers = {}
for name in sys.argv[1:]:
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except socket.gaierror:
        found = []
    answers[name] = sorted({entry[4][0] for entry in found})
json.dump(answers, sys.stdout)
"""

SYSTEM = """
import json, sys
from nettools.core.dns.message import Question
from nettools.core.dns.name import name_from_text
from nettools.core.dns.types import CLASSES, TYPES
from nettools.core.record import to_json
from nettools.core.resolve.lookup import Lookup
from nettools.net.interrupts import Interrupts
from nettools.net.resolve import LookupDriver
from nettools.net.system_dns import read_resolv_conf
from nettools.net.system_resolver import SystemQuestion

def ask(name, kind):
    question = Question(name=name_from_text(name), type=kind, class_=CLASSES["IN"])
    return (yield [Lookup(question=question, servers=read_resolv_conf().servers())])[0]
answers = {}
with Interrupts() as interrupts:
    for name in sys.argv[1:]:
        question = SystemQuestion(name)
        outcomes = [LookupDriver().run(ask(name, TYPES[kind])) for kind in ("A", "AAAA")]
        answers[name] = to_json(question.answer(outcomes, timeout_s=20, interrupts=interrupts))
json.dump(answers, sys.stdout)
"""

NAMES = [
    "a", "aaaa", "cname", "cnamechain", "cnamedangling", "nothere", "big", "a.", "all.test", "mx1.all.test", "ns.ds",
    "x.target", "nothere.all.test", "nothere.", "txt", "ns1", "www.nsec.test", "localhost.test",
]  # fmt: skip


@pytest.fixture(scope="module")
def searched(dns_bed: DnsBed) -> dict[str, Any]:
    answers: dict[str, Any] = json.loads(dns_bed.python(SEARCHED, *NAMES).stdout)
    return answers


@pytest.fixture(scope="module")
def of_the_library(dns_bed: DnsBed) -> dict[str, list[str]]:
    answers: dict[str, list[str]] = json.loads(dns_bed.python(LIBRARY, *NAMES).stdout)
    return answers


@pytest.mark.parametrize("name", NAMES)
def test_a_name_has_the_addresses_that_the_c_library_finds(
    searched: dict[str, Any], of_the_library: dict[str, list[str]], name: str
) -> None:
    assert searched[name]["addresses"] == of_the_library[name]


@pytest.mark.parametrize("name", ["a", "cname", "nothere", "txt", "big", "mx1.all.test", "a."])
def test_a_search_tells_the_name_that_dig_tells(dns_bed: DnsBed, searched: dict[str, Any], name: str) -> None:
    """For names with fewer dots than ndots, or that are there as they stand: dig searches no others."""
    peers.require("dig", reason="to compare with")
    theirs = dns_bed.run("dig", "+search", "+noall", "+question", "-q", name, "-t", "A").stdout.decode()
    question = re.search(r"^;(\S+)\s+IN\s+A$", theirs, re.MULTILINE)
    assert question
    assert searched[name]["name"] == question[1]


def test_a_line_of_the_hosts_file_wins_over_dns_and_the_difference_is_told(dns_bed: DnsBed) -> None:
    names = ["hostsonly.all.test", "a.all.test", "mx1.all.test", "nothere.test"]
    answers = json.loads(dns_bed.python(SYSTEM, *names).stdout)
    only = answers["hostsonly.all.test"]
    assert (only["addresses"], only["source"], only["hosts_line"]) == (["192.0.2.250"], "files", 3)
    assert (only["only_system"], only["only_dns"]) == (["192.0.2.250"], [])
    both = answers["a.all.test"]
    assert (both["source"], both["only_system"]) == ("files", ["192.0.2.250"])
    assert sorted(both["only_dns"]) == ["192.0.2.2", "192.0.2.3", "192.0.2.4"]
    same = answers["mx1.all.test"]
    assert (same["source"], same["reason"], same["sources"]) == ("dns", "DNS says the same", ["files", "dns"])
    none = answers["nothere.test"]
    assert (none["addresses"], none["source"]) == ([], None)
    assert none["error"] == "the name 'nothere.test' has no address"
