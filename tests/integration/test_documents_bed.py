"""What resolve and rdns print, in all their modes and in the bed, is what the schemas say."""

import pytest

from tests.dns_bed.fixture import DnsBed
from tests.schemas import check_document, check_lines

NSD, AUTH, REFUSES = "127.53.0.3", "127.53.0.5", "127.53.0.23"

RESOLVE = [
    f"www.nsec.test a..b nothere.all.test @{NSD} @{REFUSES}",
    f"www.nsec.test A @{AUTH} --nsid --cookie --dnssec --subnet 192.0.2.0/24",
    f"cname1.all.test all.test TXT MX SRV @{NSD}",
    "www.nsec.test www.badsig.test A --validate",
    "www.nsec.test A --trace",
    "soadiff.test --all-ns",
    f"soadiff.test SOA @{NSD} @127.53.0.4 --compare",
    "hostsonly.all.test A --system",
    f"nsec.test --axfr @{NSD}",
    f"all.test --axfr @{REFUSES}",
    f"nsec.test --ixfr 1 @{NSD}",
    "www",
]
RDNS = ["192.0.2.2 192.0.2.64/30 192.0.2.200-192.0.2.203 010.0.0.1 --all", "2001:db8::/126", "192.0.2.3 --no-forward"]
NAMES = b"www.nsec.test\na..b\nnothere.all.test MX\n"
WATCHED = f"a.all.test A @{NSD} --watch --interval 1s --expect 192.0.2.3"


@pytest.mark.parametrize("words", RESOLVE)
def test_a_document_of_resolve(dns_bed: DnsBed, words: str) -> None:
    assert check_document(dns_bed.nettools("resolve", *words.split(), "--json").raw_stdout)["responses"]


@pytest.mark.parametrize("words", RESOLVE)
def test_lines_of_resolve(dns_bed: DnsBed, words: str) -> None:
    check_lines("resolve-lines", dns_bed.nettools("resolve", *words.split(), "--format", "jsonl").raw_stdout)


def test_a_document_and_lines_of_many_names(dns_bed: DnsBed) -> None:
    words = ("resolve", "--file", "-", "A")
    check_document(dns_bed.nettools(*words, "--json", stdin=NAMES).raw_stdout)
    lines = check_lines("resolve-lines", dns_bed.nettools(*words, "--format", "jsonl", stdin=NAMES).raw_stdout)
    assert {line["type"] for line in lines} == {"response", "error", "summary"}


def test_events_of_a_watched_name(dns_bed: DnsBed) -> None:
    [event] = check_lines(
        "resolve-lines", dns_bed.nettools("resolve", *WATCHED.split(), "--format", "jsonl").raw_stdout
    )
    assert event["type"] == "event"


@pytest.mark.parametrize("words", RDNS)
def test_a_document_and_lines_of_rdns(dns_bed: DnsBed, words: str) -> None:
    check_document(dns_bed.nettools("rdns", *words.split(), "--json").raw_stdout)
    lines = check_lines("rdns-lines", dns_bed.nettools("rdns", *words.split(), "--format", "jsonl").raw_stdout)
    assert {"address", "summary"} <= {line["type"] for line in lines}


def test_a_scan_with_names_of_hosts(dns_bed: DnsBed) -> None:
    words = ("scan", NSD, AUTH, "-p", "53,54", "--rdns")
    check_document(dns_bed.nettools(*words, "--json").raw_stdout)
    lines = check_lines("scan-lines", dns_bed.nettools(*words, "--format", "jsonl").raw_stdout)
    assert {"scan", "port", "host", "summary"} <= {line["type"] for line in lines}
