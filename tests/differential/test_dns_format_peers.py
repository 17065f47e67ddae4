"""``--format dig`` against dig, ``--format rfc8427`` against kdig, for what the servers of the bed say."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest

from nettools.core.record import Json
from nettools.core.resolve.lookup import Server
from nettools.render.dig import dig_lines
from tests import peers
from tests.core.dns.messages import HOST, opt, record, reply
from tests.core.resolve.told_outcomes import outcome_of
from tests.differential.dig_of_rdata import output_of_dig
from tests.differential.dns_in_bed import SUBNET
from tests.dns_bed.fixture import DnsBed

NSD, ROOT, RECURSIVE, PRIMARY, ODD = "127.53.0.3", "127.53.0.1", "127.0.0.1", "127.53.0.5", "127.53.0"

# server name type class [option...]
QUESTIONS = [
    *(f"{NSD} {name}.all.test. {type_} IN" for name, type_ in (
        ("a", "A"), ("aaaa", "AAAA"), ("amtrelay", "AMTRELAY"), ("apl-empty", "APL"), ("openpgpkey", "OPENPGPKEY"),
        ("ipseckey", "IPSECKEY"), ("nsap-ptr", "NSAP-PTR"), ("txt-ansi", "TXT"), ("txt-esc", "TXT"),
        ("unknown", "TYPE731"), ("unknown2", "TYPE62347"), ("esc\\032space", "A"), ("esc\\@at", "A"),
        ('esc\\"quote', "A"), ("esc\\027[31mansi", "A"),
        ("UPPER", "A"), ("ttlmax", "A"), ("ttl0", "A"), ("nothere", "A"), ("mx", "TXT"), ("cnamechain", "A"),
        ("x.dname", "A"), ("lame", "A"), ("huge", "AAAA"), ("bigtxt", "TXT"), ("https2", "HTTPS"), ("minfo", "MINFO"),
        ("a" * 63, "A"),
    )),
    *(f"{NSD} {'a' * size}.all.test. A IN" for size in range(12, 30)),  # where the columns are full
    f"{ROOT} . NS IN +dnssec +nsid",
    f"{ROOT} . DNSKEY IN +dnssec",
    f"{NSD} zz.nsec3.test. A IN +dnssec",
    f"{NSD} zz.nsec.test. A IN +dnssec +tcp",
    f"{NSD} a.all.test. A IN +noedns",
    f"{RECURSIVE} www.nsec.test. A IN",
    f"{RECURSIVE} www.nsec.test. A IN +dnssec +subnet",
    f"{RECURSIVE} www.expired.test. A IN",
    f"{PRIMARY} id.server. TXT CH",
    f"{PRIMARY} all.test. ANY IN",
    f"{PRIMARY} a.all.test. A IN +nsid",
    f"{ODD}.23 a.test. A IN",
    f"{ODD}.24 a.test. A IN",
    f"{ODD}.28 a.test. A IN",
    f"{ODD}.42 a.test. A IN",
]  # fmt: skip


@pytest.fixture(scope="module")
def told(dns_bed: DnsBed) -> list[dict[str, Json]]:
    """Our outcomes: lines in dig's format, and the JSON value."""
    script = "from tests.differential.dns_in_bed import *; tell_outcomes()"
    done = dns_bed.python(script, stdin="\n".join(QUESTIONS).encode())
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_outcomes_read_as_dig_prints_them(dns_bed: DnsBed, told: list[dict[str, Json]]) -> None:
    assert len(told) == len(QUESTIONS)
    for question, ours in zip(QUESTIONS, told, strict=True):
        lines = ours["dig"]
        assert isinstance(lines, list)
        assert comparable(list(map(str, lines))) == comparable(dig(dns_bed, question)), question


def dig(dns_bed: DnsBed, question: str) -> list[str]:
    server, name, type_, class_, *options = question.split()
    chosen = [f"+subnet={SUBNET}" if option == "+subnet" else option for option in options]
    words = ["-c", class_, "-t", type_, "-q", name, "+nocookie", "+tries=1", *chosen]
    # dig asks ANY over TCP by itself.
    return (
        dns_bed.run("dig", f"@{server}", *words, *(["+notcp"] if type_ == "ANY" else [])).stdout.decode().splitlines()
    )


def comparable(lines: Sequence[str]) -> list[str]:
    """What does not change from query to query: from the header on, in sections whose records are in order."""
    told = lines[lines.index(";; Got answer:") + 1 :]
    return list(_in_order(map(_without_what_changes, told)))


_CHANGING = (
    (re.compile(r", id: \d+$"), ", id: N"),
    (re.compile(r"^;; Query time: \d+ msec$"), ";; Query time: N msec"),
    (re.compile(r"^;; WHEN: \w{3} \w{3} \d\d \d\d:\d\d:\d\d UTC \d{4}$"), ";; WHEN: then"),
    (re.compile(r"\t\d+\tIN\t"), "\tTTL\tIN\t"),  # a resolver counts down
)


def _without_what_changes(line: str) -> str:
    for pattern, fixed in _CHANGING:
        line = pattern.sub(fixed, line)
    return line


def _in_order(lines: Iterator[str]) -> Iterator[str]:
    """Servers turn the records of a set: each run of record lines is sorted."""
    records: list[str] = []
    for line in lines:
        if line and not line.startswith(";"):
            records.append(line)
            continue
        yield from sorted(records)
        records.clear()
        yield line


CRAFTED = [
    reply(flags=0x85C0, opt=opt(ttl=0x0003E001)),
    *(reply(flags=0x8180 | rcode & 0xF, opt=opt(ttl=rcode >> 4 << 24)) for rcode in (*range(1, 26), 100, 4095)),
    reply(flags=0x8185, is_without_question=True),
    reply((record("A", bytes([192, 0, 2, 1])),), (), (record("NS", HOST), record("A", bytes(4), class_="CH"))[:1]),
    reply(opt=opt((3, b'\x00\xffab"\\'), (3, b""), (15, b"\0\6"), (15, b'\0\x16some "text"'), (15, b"\x13\x87"))),
    reply(opt=opt((8, b"\0\1\x18\x10\xc0\0\2"), (8, b"\0\2\x20\0\x20\x01\x0d\xb8"), (8, bytes(4)), (10, bytes(16)))),
    reply(opt=opt(*((9, seconds.to_bytes(4, "big")) for seconds in (0, 1, 61, 3600, 604_801, 1_299_662)), (9, b""))),
    reply(opt=opt((11, b"\0\x65"), (12, bytes(10)), (12, b""), (14, b"\0\1\0\2"), (16, b"\0\1"), (17, b"\0\1"))),
    reply(
        opt=opt((1, bytes(18)), (2, bytes(4)), (5, b"\5"), (13, b"\1a\0"), (18, b"\1a\0"), (65001, b""), (20, b"a\x80"))
    ),
]


def test_crafted_replies_read_as_dig_prints_them() -> None:
    peers.require("dig", reason="to compare its format")
    for message in CRAFTED:
        theirs, port = output_of_dig(message.wire, "host.test")
        outcome = outcome_of(message, server=Server(address=ip_address("127.0.0.1"), port=port))
        ours = list(dig_lines(outcome, moment=datetime(2026, 11, 21, tzinfo=UTC)))
        assert comparable(ours) == comparable(theirs), message


def test_names_and_values_of_the_json_are_those_of_kdig(dns_bed: DnsBed, told: list[dict[str, Json]]) -> None:
    peers.require("kdig", reason="to compare JSON by RFC 8427")
    compared = 0
    for question, ours in zip(QUESTIONS, told, strict=True):
        server, name, type_, class_, *options = question.split()
        # kdig writes names in lower case, escapes more of them, and asks ANY and odd servers in its own way.
        is_odd = server.startswith(f"{ODD}.2") or type_ == "ANY" or "+subnet" in options
        if is_odd or "\\" in name or name != name.lower():
            continue
        words = [f"@{server}", "-c", class_, "-t", type_, "-q", name, "+edns", "+adflag", "+json", "+noidn", *options]
        done = dns_bed.run("kdig", *words)
        if b"bad type" in done.stderr:  # kdig 3.2 has no name for it
            continue
        theirs = json.loads(done.stdout)
        pair = ours["rfc8427"]
        assert isinstance(pair, dict)
        response = pair["responseMessage"]
        assert isinstance(response, dict)
        assert shape(response) == shape(theirs), question
        compared += 1
    assert compared > len(QUESTIONS) / 2


def shape(message: dict[str, Json]) -> dict[str, object]:
    """What two replies to the same question have in common, with the keys of every record."""
    ours_alone = {"messageOctetsHEX", "EDNS", "dateString", "dateSeconds", "msgLength", "ID"}
    told: dict[str, object] = {key: value for key, value in message.items() if key not in ours_alone}
    for section in ("answerRRs", "authorityRRs", "additionalRRs"):
        records = message.get(section, [])
        assert isinstance(records, list)
        told[section] = sorted(map(_record, records))
    return told


def _record(record: Json) -> list[str]:
    """Text differs where kdig has no blanks or quotes; the octets say enough. It leaves out what is empty."""
    assert isinstance(record, dict)
    return sorted(
        f"{key}={'...' if key.startswith('rdata') or key == 'TTL' else value}"
        for key, value in record.items()
        if value != ""
    )


def test_the_command_prints_what_dig_prints(dns_bed: DnsBed) -> None:
    done = dns_bed.nettools("resolve", "a.all.test.", "A", f"@{NSD}", "--ad", "--format", "dig")
    assert done.status == 0
    assert comparable(done.stdout.splitlines()) == comparable(dig(dns_bed, f"{NSD} a.all.test. A IN"))


def test_the_command_prints_pairs_of_messages_one_in_a_line(dns_bed: DnsBed) -> None:
    done = dns_bed.nettools("resolve", "a.all.test.", "A", "AAAA", f"@{NSD}", "--format", "rfc8427")
    pairs = [json.loads(line) for line in done.stdout.splitlines()]
    assert [pair["queryMessage"]["QTYPEname"] for pair in pairs] == ["A", "AAAA"]
    assert [pair["responseMessage"]["ANCOUNT"] for pair in pairs] == [3, 0]
