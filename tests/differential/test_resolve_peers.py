"""``nettools resolve`` against dig: the same message for every name and type, from a file and from the command line."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from nettools.core.dns.types import TYPES
from tests import peers
from tests.cli import Outcome
from tests.differential.dns_in_bed import KEY_NAME
from tests.differential.replies import Question, Record, Reply, replies_of_dig, reply_of_response
from tests.dns_bed.fixture import DnsBed

PRIMARY, NSD, ROOT, TLD, RECURSIVE = "127.53.0.5", "127.53.0.3", "127.53.0.1", "127.53.0.2", "127.0.0.1"
SIGNED = ("nsec.test", "nsec3.test", "optout.test", "dname.test", "rsa.test", "ed25519.test")
ASKED_ANYWAY = ("A", "AAAA", "MX", "SOA", "NS", "ANY", "TYPE65280")
DNSSEC_TYPES = ("RRSIG", "NSEC", "NSEC3", "NSEC3PARAM", "DNSKEY", "DS", "CDS", "TXT")
MISSING = ("nothere", "a.b.nothere", "nothere.deep", "x.dname", "y.x.dname", "new.wild", "a.b.wild", "deep")
SILENT = ("dead.all.test.", "noglue.all.test.", "lame.all.test.", "partlame.all.test.")
"""Delegations whose servers do not answer: a resolver needs seconds to say so."""


@pytest.fixture(autouse=True)
def needs_dig() -> None:
    peers.require("dig", reason="to compare replies")


@cache
def zone(dns_bed: DnsBed, name: str) -> list[tuple[str, str]]:
    """(owner, type) of each record of a zone."""
    key = str(dns_bed.folder / "tsig.key")
    done = dns_bed.run("dig", f"@{PRIMARY}", "-k", key, name, "AXFR", "+onesoa", "+noidnout")
    lines = [line.split() for line in done.stdout.decode("ascii").split("\n") if line and not line.startswith(";")]
    return [(words[0], words[3]) for words in lines if words[0] != f"{KEY_NAME}."]


def owners(dns_bed: DnsBed, name: str) -> list[str]:
    return sorted({owner for owner, _ in zone(dns_bed, name)})


def types(dns_bed: DnsBed, name: str) -> list[str]:
    return sorted({type_ for _, type_ in zone(dns_bed, name)} | {*ASKED_ANYWAY})


def product(names: Iterable[str], kinds: Sequence[str]) -> list[Question]:
    return [(name, kind) for name in names for kind in kinds]


def questions_of_all(dns_bed: DnsBed) -> list[Question]:
    """Every name of the zone and some that it has not, with every type that is there and some that are not."""
    names = [*owners(dns_bed, "all.test"), *(f"{label}.all.test." for label in MISSING), "elsewhere.example."]
    return product(names, types(dns_bed, "all.test"))


def questions_of_signed_zones(dns_bed: DnsBed) -> list[Question]:
    kinds = sorted({*ASKED_ANYWAY, *DNSSEC_TYPES})
    return [
        question
        for name in SIGNED
        for question in product(
            [*owners(dns_bed, name), *(f"{one}.{name}." for one in ("zz", "a.b.zz", "x.w", "a.b.w"))], kinds
        )
    ]


def in_bulk(dns_bed: DnsBed, server: str, questions: Sequence[Question], *options: str) -> list[dict[str, Any]]:
    """The responses of ``nettools resolve --file`` in the order of the questions."""
    lines = "".join(f"{name} {type_}\n" for name, type_ in questions)
    words = ["resolve", "--file", "-", f"@{server}", "--format", "jsonl", *options]
    *found, summary = dns_bed.nettools(*words, stdin=lines.encode()).json_lines
    assert summary["type"] == "summary"
    assert summary["asked"] == sum(summary["statuses"].values()) == len(questions)
    assert summary["unreadable"] == summary["unfinished"] == 0
    by_index: dict[int, dict[str, Any]] = {one["index"]: one for one in found}
    assert sorted(by_index) == list(range(len(questions)))
    return [by_index[number] for number in range(len(questions))]


def one_by_one(dns_bed: DnsBed, server: str, names: Sequence[str], kinds: Sequence[str], *options: str) -> Outcome:
    """The document of ``nettools resolve NAME... TYPE...``."""
    words = [word for name in names for word in ("-n", name)] + [word for kind in kinds for word in ("-t", kind)]
    return dns_bed.nettools("resolve", f"@{server}", *words, "--json", *options)


def check(questions: Sequence[Question], responses: Sequence[dict[str, Any]], theirs: Sequence[Reply]) -> None:
    """Each response is for its question, has dig's message, and a status that the message deserves."""
    assert [(one["query"]["name"].lower(), TYPES.get(one["query"]["type"])) for one in responses] == [
        (name.lower(), TYPES.get(type_)) for name, type_ in questions
    ]
    different = [
        (question, ours, reply)
        for question, ours, reply in zip(questions, map(as_told, responses, theirs), theirs, strict=True)
        if ours != reply
    ]
    assert different == []
    misjudged = [
        (question, response["status"])
        for question, response, reply in zip(questions, responses, theirs, strict=True)
        if response["status"] not in statuses(question, reply)
    ]
    assert misjudged == []
    assert [one["query"] for one in responses if one["discarded"]] == []


def as_told(response: dict[str, Any], theirs: Reply) -> Reply:
    """The message of a response. Where the server has dropped our datagrams, asking over TCP was right as well."""
    ours = reply_of_response(response)
    was_dropped = any(one["transport"] == "udp" and one["result"] == "timeout" for one in response["tries"])
    return replace(ours, transport=theirs.transport) if was_dropped else ours


def statuses(question: Question, reply: Reply) -> tuple[str, ...]:
    """What a reply may be called, from the header and the types in its sections alone."""
    if reply.rcode != "NOERROR":
        return (reply.rcode.lower(),)
    name, kind = question
    number = TYPES.get(kind) or int(kind.removeprefix("TYPE"))
    # The DNAME of a parent only made the alias.
    own = [record for record in reply.answer if not name.lower().endswith("." + record[0])]
    if any(kind == "ANY" or record[2] == number for record in own):
        return ("answered",)
    if reply.answer:  # aliases alone: they end where there is no such record, or where this server does not know
        return ("nodata", "answered")
    is_referral = "aa" not in reply.flags and any(record[2] == TYPES["NS"] for record in reply.authority)
    return ("referral",) if is_referral else ("nodata",)


@pytest.mark.parametrize("options", [((), ()), (("--dnssec", "--ad"), ("+dnssec", "+adflag"))], ids=["plain", "dnssec"])
def test_every_name_and_type_has_the_message_of_dig(
    dns_bed: DnsBed, options: tuple[tuple[str, ...], tuple[str, ...]]
) -> None:
    ours, theirs = options
    questions = questions_of_all(dns_bed)
    replies = replies_of_dig(dns_bed, NSD, questions, *(theirs or ("+noadflag",)))
    assert len({question[1] for question in questions}) > 75
    counts = Counter(reply.rcode for reply in replies)
    assert counts["NOERROR"] > 8000
    assert counts["NXDOMAIN"] > 300
    assert counts["REFUSED"] > 70
    assert any(reply.transport == "tcp" for reply in replies)
    check(questions, in_bulk(dns_bed, NSD, questions, *ours), replies)


def test_one_by_one_too(dns_bed: DnsBed) -> None:
    names = [*owners(dns_bed, "all.test"), "nothere.all.test.", "x.dname.all.test."]
    kinds = types(dns_bed, "all.test")
    questions = product(names, kinds)
    responses = one_by_one(dns_bed, NSD, names, kinds).json["responses"]
    check(questions, responses, replies_of_dig(dns_bed, NSD, questions, "+noadflag"))


def test_signed_zones_have_the_messages_of_dig(dns_bed: DnsBed) -> None:
    questions = questions_of_signed_zones(dns_bed)
    replies = replies_of_dig(dns_bed, NSD, questions, "+noadflag", "+dnssec")
    assert sum(any(record[2] == TYPES["RRSIG"] for record in one.answer) for one in replies) > 200
    assert sum(any(record[2] == TYPES["NSEC3"] for record in one.authority) for one in replies) > 100
    check(questions, in_bulk(dns_bed, NSD, questions, "--dnssec"), replies)


@pytest.mark.parametrize("server", [ROOT, TLD])
def test_delegations_have_the_messages_of_dig(dns_bed: DnsBed, server: str) -> None:
    names = [".", "test.", "arpa.", "nothing.", "zz.test.", *(f"www.{name}." for name in SIGNED), *SILENT]
    names += ["www.island.test.", "www.unsup.test.", "x.lametld.test.", "soadiff.test.", "2.2.0.192.in-addr.arpa."]
    questions = product(names, ("A", "NS", "DS", "SOA", "DNSKEY", "ANY", "NSEC3PARAM"))
    theirs = replies_of_dig(dns_bed, server, questions, "+noadflag", "+dnssec")
    check(questions, in_bulk(dns_bed, server, questions, "--dnssec"), theirs)


CACHED_S = 5
"""After so long the bed's resolver forgets."""
SYNTHESIZED_S = 60
"""What named makes of the NSEC records that it knows (RFC 8198) has their time to live, whatever max-cache-ttl says."""
SIGNED_NAMES = tuple(f"{name}." for name in SIGNED)


@pytest.mark.parametrize(
    "options",
    [(("--ad",), ("+adflag",)), (("--dnssec", "--cd"), ("+dnssec", "+cdflag", "+noadflag"))],
    ids=["ad", "cd"],
)
def test_a_resolver_tells_both_the_same(dns_bed: DnsBed, options: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
    """But for the time that records have been in its cache, and what it knows besides by then."""
    ours, theirs = options
    names = [one for one in owners(dns_bed, "all.test") if not one.endswith(SILENT)]
    questions = sorted({question for question in zone(dns_bed, "all.test") if question[0] in names})
    questions += product(names[::3], ("A", "AAAA", "MX", "TYPE65280"))
    questions += product(
        [f"{one}.{name}." for name in SIGNED for one in ("www", "nodata", "zz", "x.w", "cn", "out")], "A"
    )
    replies = replies_of_dig(dns_bed, RECURSIVE, questions, *theirs)
    responses = in_bulk(dns_bed, RECURSIVE, questions, *ours)
    pairs = list(zip(map(reply_of_response, responses), replies, strict=True))
    assert [
        (question, ours, theirs)
        for question, (ours, theirs) in zip(questions, pairs, strict=True)
        if of_any_moment(ours) != of_any_moment(theirs)
    ] == []
    for record in (record for pair in pairs for reply in pair for record in (*reply.answer, *reply.authority)):
        assert record[3] <= (SYNTHESIZED_S if record[0].endswith(SIGNED_NAMES) else CACHED_S), record
    if "--ad" in ours:
        assert sum("ad" in reply.flags for reply in replies) > 20


def of_any_moment(reply: Reply) -> Reply:
    return replace(
        reply, answer=without_ttl(reply.answer), authority=without_ttl(reply.authority), additional=(), size=0
    )


def without_ttl(records: Iterable[Record]) -> tuple[Record, ...]:
    return tuple((*record[:3], 0, record[4]) for record in records)
