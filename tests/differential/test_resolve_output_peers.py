"""What ``nettools resolve`` prints against what dig prints: its format, --short, the search list, transfers."""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from nettools.core.dns.types import type_number
from tests import peers
from tests.cli import PROGRAM, variables
from tests.differential.test_dns_format_peers import NSD, RECURSIVE, comparable, dig
from tests.dns_bed import tools
from tests.dns_bed.fixture import DnsBed, require_bed
from tests.integration.test_dns_transports_bed import AUTH, of_dig, records_of_dig


@pytest.fixture(autouse=True)
def needs_dig() -> None:
    peers.require("dig", reason="to compare what is printed")


# server name type class [option...], as the helpers of the other test read it; --ad is what dig asks for by itself.
IN_DIGS_FORMAT = [
    f"{NSD} cnamechain.all.test. A IN",
    f"{NSD} huge.all.test. AAAA IN",
    f"{NSD} nothere.all.test. MX IN",
    f"{NSD} txt-ansi.all.test. TXT IN",
    f"{NSD} www.lame.all.test. A IN",
    f"{NSD} zz.nsec3.test. A IN +dnssec",
    f"{RECURSIVE} www.nsec.test. A IN +dnssec",
    f"{AUTH} id.server. TXT CH",
    f"{AUTH} a.all.test. A IN +nsid +subnet",
    "127.53.0.42 www.odd.test. A IN",
]


@pytest.mark.parametrize("question", IN_DIGS_FORMAT)
def test_the_sections_are_those_of_dig(dns_bed: DnsBed, question: str) -> None:
    server, name, type_, class_, *options = question.split()
    words = [f"@{server}", "-n", name, "-t", type_, "--class", class_, "--ad", "--format", "dig"]
    values = {"+subnet": "--subnet=192.0.2.0/24"}
    words += [values.get(option, f"--{option[1:]}") for option in options]
    ours = dns_bed.nettools("resolve", *words).stdout.splitlines()
    assert comparable(ours) == comparable(dig(dns_bed, question))


def short_of_dig(dns_bed: DnsBed, names: Sequence[str], type_: str) -> list[str]:
    lines = "".join(f"-q {name} -t {type_}\n" for name in names)
    done = dns_bed.run("dig", f"@{NSD}", "+short", "+noidnout", "-f", "/dev/stdin", stdin=lines.encode())
    return [line for line in done.stdout.decode("ascii").splitlines() if not line.startswith(";;")]


SHORT_NAMES = [
    *(f"{label}.all.test." for label in (
        "a", "big", "mx", "mx1", "txt", "txt-esc", "txt-ansi", "txt-utf8", "txt-empty", "longtxt", "bigtxt", "srvnone",
        "cname", "cnamechain", "cnamedangling", "cnameloop1", "x.dname", "nothere", "new.wild", "rrset-mixed",
    )),
    "all.test.",
]  # fmt: skip


@pytest.mark.parametrize("type_", ["A", "MX", "TXT", "CNAME", "SOA", "NS"])
def test_short_is_what_dig_says_in_short(dns_bed: DnsBed, type_: str) -> None:
    words = [word for name in SHORT_NAMES for word in ("-n", name)]
    ours = dns_bed.nettools("resolve", f"@{NSD}", *words, "-t", type_, "--short").stdout.splitlines()
    theirs = short_of_dig(dns_bed, SHORT_NAMES, type_)
    assert sorted(ours) == sorted(theirs)
    assert ours


@pytest.mark.parametrize("name", ["cnamechain.all.test.", "x.dname.all.test."])
def test_a_chain_is_short_in_its_order(dns_bed: DnsBed, name: str) -> None:
    ours = dns_bed.nettools("resolve", f"@{NSD}", name, "A", "--short").stdout.splitlines()
    assert ours == short_of_dig(dns_bed, [name], "A")
    assert len(ours) > 1


@pytest.mark.parametrize("name", ["a", "cname", "nothere", "mx1.all.test", "a.all.test.", "nothere.all.test."])
def test_the_search_list_is_digs_and_is_shown(dns_bed: DnsBed, name: str) -> None:
    done = dns_bed.run("dig", "+search", "+showsearch", "-q", name, "-t", "A", "+nocmd")
    theirs = re.findall(r"status: (\w+),.*?\n;(\S+)\s+IN\s+A\n", done.stdout.decode(), re.DOTALL)
    [response] = dns_bed.nettools("resolve", name, "A", "--json").json["responses"]
    words = {"NOERROR": "answered", "NXDOMAIN": "nxdomain"}
    tried = [(words[rcode], of) for rcode, of in theirs]
    is_searched = tried != [(response["status"], name.removesuffix(".") + ".")]
    assert [(one["status"], one["name"]) for one in response["search"]] == (tried if is_searched else [])
    assert is_searched == ("." not in name)
    assert (response["status"], response["query"]["name"]) == (words[theirs[-1][0]], theirs[-1][1])


def test_the_search_list_is_not_for_named_servers_nor_unwanted(dns_bed: DnsBed) -> None:
    for words in (["a", f"@{RECURSIVE}"], ["a", "--no-search"]):
        [response] = dns_bed.nettools("resolve", *words, "-t", "A", "--json").json["responses"]
        assert (response["query"]["name"], response["status"]) == ("a.", "nxdomain")


@pytest.mark.parametrize("zone", ["all.test", "nsec.test", "arpa"])
def test_a_transfer_has_the_records_of_dig(dns_bed: DnsBed, zone: str) -> None:
    key = str(dns_bed.folder / "tsig.key")
    outcome = dns_bed.nettools("resolve", zone, "--axfr", f"@{AUTH}", "--tsig-file", key, "--json")
    [response] = outcome.json["responses"]
    theirs = sorted(set(of_dig(dns_bed, f"@{AUTH}", zone, "axfr", "-k", key)))
    assert sorted(set(map(in_octets, response["answer"]))) == theirs
    assert (outcome.status, response["status"], len(theirs) > 30) == (0, "answered", True)


def in_octets(record: dict[str, str | int]) -> str:
    """A record as ``of_dig`` spells it."""
    octets = str(record["hex"])
    number = type_number(str(record["type"]))
    return f"{record['name']} {record['ttl']} TYPE{number} {len(octets) // 2} {octets.upper()}".rstrip()


# Run in a bed of its own: an update would leave the shared one's secondaries behind.
_UPDATES = """
set -eu
update() { printf 'server 127.53.0.5\\nzone all.test\\n%s\\nsend\\n' "$1" | nsupdate -k "$BED_DIR/tsig.key"; }
before=$(dig +short @127.53.0.5 all.test SOA | cut -d' ' -f3)
$NETTOOLS resolve watched.all.test A @127.53.0.5 --watch --interval 0.1s --expect 192.0.2.99 --format jsonl >watched &
watching=$!
tries=0
until [ -s watched ] || [ $tries = 100 ]; do sleep 0.1; tries=$((tries + 1)); done
update 'update add watched.all.test 60 A 192.0.2.98'
until [ "$(wc -l <watched)" = 2 ] || [ $tries = 200 ]; do sleep 0.1; tries=$((tries + 1)); done
update 'update add watched.all.test 60 A 192.0.2.99'
status=0; wait $watching || status=$?
echo "$status"; cat watched; echo ==
$NETTOOLS resolve all.test --ixfr "$before" @127.53.0.5 --tsig-file "$BED_DIR/tsig.key" --json; echo ==
dig +unknownformat +nocomments +noquestion +nostats +nocmd @127.53.0.5 all.test ixfr="$before" -k "$BED_DIR/tsig.key"
"""


def test_a_watch_sees_the_value_appear_and_ixfr_has_the_changes_of_dig(tmp_path: Path) -> None:
    peers.require("nsupdate", reason="to change a zone")
    require_bed()
    done = subprocess.run(
        [*tools.module("bed"), "exec", "sh", "-c", f"cd {tmp_path}\n{_UPDATES}"],
        env=tools.importable(variables(TMPDIR=str(tmp_path), NETTOOLS=" ".join(PROGRAM), PYTHON=sys.executable)),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    watched, transferred, theirs = done.stdout.decode().split("==\n")
    status, *events = watched.splitlines()
    assert status == "0"
    assert [json.loads(one)["status"] for one in events] == ["nxdomain", "answered", "answered"]
    [response] = json.loads(transferred)["responses"]
    assert list(map(in_octets, response["answer"])) == records_of_dig(theirs.encode())
    assert response["transfer"]["style"] == "incremental"
