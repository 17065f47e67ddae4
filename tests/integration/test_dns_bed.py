"""The DNS bed itself: what a test may rely on when it asks for it."""

import re
from pathlib import Path

import pytest

import nettools
from tests import peers
from tests.dns_bed import fixture
from tests.dns_bed.fixture import DnsBed

README = Path(fixture.__file__).with_name("README.md")
VERDICT_COLUMNS = ("www", "nodata", "zz", "x.w", "cn", "out")


def test_the_beds_resolver_is_the_systems(dns_bed: DnsBed) -> None:
    done = dns_bed.run("getent", "hosts", "UPPER.all.test")
    assert done.stdout.split()[0] == b"192.0.2.38", done.stderr


def test_the_beds_hosts_file_is_the_systems(dns_bed: DnsBed) -> None:
    assert dns_bed.run("getent", "hosts", "hostsonly.all.test").stdout.split()[0] == b"192.0.2.250"


def test_nothing_leaves_the_bed(dns_bed: DnsBed) -> None:
    done = dns_bed.run("ip", "route", "get", "198.51.100.1")
    assert b"unreachable" in done.stderr


def test_the_folder_has_what_a_client_needs(dns_bed: DnsBed) -> None:
    for name in ("tls.crt", "root.key", "trust-anchor.conf", "tsig.key"):
        assert (dns_bed.folder / name).is_file()


def test_a_script_imports_this_checkout(dns_bed: DnsBed) -> None:
    done = dns_bed.python(
        "import nettools, sys; print(nettools.__file__, sys.argv[1], sys.stdin.read())", "a", stdin=b"b"
    )
    assert done.stdout.decode().split() == [nettools.__file__, "a", "b"]


def test_nettools_runs_there(dns_bed: DnsBed) -> None:
    outcome = dns_bed.nettools("ifaces", "--json")
    assert outcome.status == 0, outcome.stderr
    assert [one["ifname"] for one in outcome.json["interfaces"]] == ["lo"]


def promised_verdicts(*, with_slow: bool = False) -> list[tuple[str, str]]:
    """(name, verdict) of each cell in the README's table of DNSSEC verdicts; with_slow: of those too that take 12 s."""
    section = README.read_text().split("### DNSSEC verdicts")[1].split("More in some")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if "|" in line]
    return [
        (f"{column}.{zone}.test", cell)
        for zones, _, *cells in rows[2:]
        for zone in zones.split(", ")
        for column, cell in zip(VERDICT_COLUMNS, cells, strict=True)
        if with_slow or "12 s" not in cell
    ]


def verdicts(dns_bed: DnsBed, *names: str) -> list[str]:
    """Rcode and AD bit that the resolver answers with, in the words of the README."""
    peers.require("dig", reason="to ask the bed's resolver")
    questions = "".join(f"{name} A\n" for name in names)
    options = ("@127.0.0.1", "+dnssec", "+tries=1", "+time=10")
    done = dns_bed.run("dig", *options, "-f", "/dev/stdin", stdin=questions.encode())
    replies = re.findall(r"status: (\w+),.*\n;; flags: ([\w ]*);", done.stdout.decode())
    assert len(replies) == len(names), done.stdout.decode()
    return [in_words(rcode, "ad" in flags.split()) for rcode, flags in replies]


def in_words(rcode: str, is_vouched_for: bool) -> str:
    if rcode == "NOERROR":
        return "ad" if is_vouched_for else "no ad"
    return f"{rcode} ad" if is_vouched_for else rcode


def test_the_verdicts_of_the_readme_are_those_of_the_resolver(dns_bed: DnsBed) -> None:
    promised = promised_verdicts()
    assert len(promised) > 100
    found = verdicts(dns_bed, *[name for name, _ in promised])
    assert [(name, verdict) for (name, _), verdict in zip(promised, found, strict=True)] == promised


def test_the_further_names_have_their_verdicts(dns_bed: DnsBed) -> None:
    names = ["www.sub.optout.test", "www.old.dname.test", "a.away.dname.test"]
    assert verdicts(dns_bed, *names) == ["no ad", "ad", "no ad"]


def test_a_replayed_wildcard_is_bogus_unless_the_resolver_knows_the_wildcard(dns_bed: DnsBed) -> None:
    everything_forgotten_after = "sleep 6; exec dig @127.0.0.1 +tries=1 +time=10 replayed.w.replay.test A"
    done = dns_bed.run("sh", "-c", everything_forgotten_after)
    assert b"status: SERVFAIL" in done.stdout


@pytest.mark.parametrize(
    "options",
    [("+tls",), ("+https",), ("+https-get",), ("+http-plain",), ("+tcp",), ()],
    ids=["tls", "https", "https-get", "http-plain", "tcp", "udp"],
)
def test_the_primary_answers_over_every_transport(dns_bed: DnsBed, options: tuple[str, ...]) -> None:
    peers.require("dig", reason="to ask the bed's primary")
    verified = (f"+tls-ca={dns_bed.folder / 'tls.crt'}",) if {"+tls", "+https", "+https-get"} & {*options} else ()
    done = dns_bed.run("dig", "@127.53.0.5", *options, *verified, "all.test", "SOA", "+short")
    assert done.stdout.startswith(b"ns1.all.test. hostmaster"), done.stdout


def test_dig_traces_from_the_beds_root(dns_bed: DnsBed) -> None:
    peers.require("dig", reason="to follow referrals")
    assert re.search(rb"Received .* from 127\.53\.0\.[34]#53", dns_bed.run("dig", "+trace", "www.all.test").stdout)
