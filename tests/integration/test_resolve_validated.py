"""``nettools resolve --validate``: verdict, record to blame and exit code for each zone and name of the bed's table."""

import re
from typing import Any

import pytest

from tests.cli import Outcome
from tests.dns_bed.fixture import DnsBed
from tests.integration.test_dns_bed import promised_verdicts

RESOLVER = "127.0.0.1"

# What the cells of the README's table of DNSSEC verdicts mean for who validates: named's SERVFAIL is our bogus.
IN_OUR_WORDS = {
    "ad": "secure",
    "NXDOMAIN ad": "secure",
    "no ad": "insecure",
    "NXDOMAIN": "insecure",
    "SERVFAIL": "bogus",
    "SERVFAIL after 12 s": "bogus",
}
STATUS_OF_LABEL = {"nodata": "nodata", "zz": "nxdomain"}


def validated(dns_bed: DnsBed, *words: str) -> Outcome:
    anchor = str(dns_bed.folder / "trust-anchor.conf")
    return dns_bed.nettools(
        "resolve", *words, f"@{RESOLVER}", "--validate", "--trust-anchor", anchor, "--timeout", "25s"
    )


@pytest.fixture(scope="module")
def responses(dns_bed: DnsBed) -> dict[str, Any]:
    """What one process says of all of them."""
    names = [name for name, _ in promised_verdicts(with_slow=True)]
    outcome = validated(dns_bed, *names, "A", "--json")
    assert outcome.json["errors"] == []
    assert outcome.status == 0  # some are secure, and nothing failed
    return {one["query"]["name"].removesuffix("."): one for one in outcome.json["responses"]}


def test_every_cell_of_the_table_has_its_verdict(responses: dict[str, Any]) -> None:
    promised = promised_verdicts(with_slow=True)
    assert len(promised) == 25 * 6
    assert {name: (one["status"], one["dnssec"]["status"]) for name, one in responses.items()} == {
        name: (STATUS_OF_LABEL.get(name.split(".")[0], "answered"), IN_OUR_WORDS[cell]) for name, cell in promised
    }


@pytest.mark.parametrize(
    ("name", "record"),
    [
        ("www.expired.test", "over DNSKEY expired.test. expired 20"),
        ("out.future.test", "over DNSKEY future.test. is not valid before 20"),
        ("www.badsig.test", "over A www.badsig.test. does not fit the records"),
        ("cn.badsig.test", "over A www.badsig.test. does not fit the records"),
        ("zz.badds.test", "the DS of badds.test. names "),
        ("x.w.nokey.test", "nokey.test. has no DNSKEY"),
        ("zz.nonsec.test", "no NSEC or NSEC3 of nonsec.test. proves that there is no name zz.nonsec.test."),
        ("zz.nsec.test", "NSEC www.nsec.test. shows that there is no zz.nsec.test."),
        ("www.nsec.test", "RRSIG by ECDSAP256SHA256 key "),
        ("out.nsec.test", "A a.all.test. is not proved, since all.test. is not signed: NSEC3 "),
        ("x.w.iter151.test", "the NSEC3 records of iter151.test. have 151 iterations"),
    ],
)
def test_the_reason_names_the_record(responses: dict[str, Any], name: str, record: str) -> None:
    assert record in responses[name]["dnssec"]["reason"]


def test_every_reason_is_one_line_and_every_chain_begins_at_the_root(responses: dict[str, Any]) -> None:
    for one in responses.values():
        assert one["dnssec"]["reason"]
        assert "\n" not in one["dnssec"]["reason"]
        assert (one["dnssec"]["chain"][0]["zone"], one["dnssec"]["chain"][0]["what"]) == (".", "DNSKEY")
        assert one["dnssec"]["chain"][0]["status"] == "secure"


@pytest.mark.parametrize(
    ("name", "verdict", "status"),
    [
        ("www.nsec.test", "secure", 0),
        ("www.island.test", "insecure", 0),
        ("www.badsig.test", "bogus", 1),
        ("zz.nsec.test", "secure", 1),
        ("zz.badds.test", "bogus", 1),
    ],
)
def test_the_table_tells_the_verdict_and_the_exit_code_follows_it(
    dns_bed: DnsBed, name: str, verdict: str, status: int
) -> None:
    outcome = validated(dns_bed, name, "A")
    assert outcome.status == status
    assert f"  A: DNSSEC {verdict} - " in outcome.stdout
    assert re.search(r"^  \.\n  [│|]  DNSKEY: secure - ", outcome.stdout, re.MULTILINE)


def test_short_shows_no_signatures_and_warns_of_forged_data(dns_bed: DnsBed) -> None:
    good, bad = (validated(dns_bed, name, "A", "--short") for name in ("www.nsec.test", "www.badsig.test"))
    assert (good.status, good.stdout, good.stderr) == (0, "192.0.2.101\n", "")
    assert (bad.status, bad.stdout) == (1, "192.0.2.101\n")
    assert bad.stderr.startswith("nettools resolve: www.badsig.test. A: bogus: RRSIG by ECDSAP256SHA256 key ")


def test_without_the_right_anchor_nothing_is_secure(dns_bed: DnsBed) -> None:
    outcome = dns_bed.nettools("resolve", "www.nsec.test", "A", f"@{RESOLVER}", "--validate", "--json")
    [response] = outcome.json["responses"]
    assert response["dnssec"]["status"] == "bogus"
    assert "the trust anchor of ." in response["dnssec"]["reason"]
    assert outcome.status == 1


def test_the_table_has_the_signatures_only_where_they_were_asked_for(dns_bed: DnsBed) -> None:
    """The document has them, since they are the evidence."""

    def signatures(*words: str) -> int:
        return len(re.findall(r" RRSIG +[0-9]+ ", validated(dns_bed, "www.nsec.test", *words).stdout))

    assert signatures("A") == 0
    assert min(signatures("A", "--dnssec"), signatures("RRSIG"), signatures("A", "-v")) > 0
    answer = validated(dns_bed, "www.nsec.test", "A", "--json").json["responses"][0]["answer"]
    assert {one["type"] for one in answer} == {"A", "RRSIG"}
