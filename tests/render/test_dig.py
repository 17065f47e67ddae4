"""Outcomes in dig's format."""

from datetime import UTC, datetime, timedelta, timezone
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools import __version__
from nettools.core.dns.message import Question
from nettools.core.dns.name import name_from_text
from nettools.core.dns.query import QueryOptions
from nettools.core.resolve.lookup import Discarded, Outcome, Server
from nettools.core.resolve.report import DnssecVerdict, SearchStep, response_of
from nettools.render.dig import dig_lines, question_line, record_line, response_notes, write_dig
from nettools.render.output import Output
from tests.core.dns.messages import HOST, opt, record, reply, some_reply
from tests.core.resolve.told_outcomes import OTHER, SERVER, outcome_of, try_of

MOMENT = datetime(2026, 11, 1, 6, 5, 4, tzinfo=UTC)
ADDRESS = record("A", bytes([192, 0, 2, 1]))
TSIG = record("TSIG", HOST + bytes.fromhex("00005f000000 012c 0000 0001 0000 0000"), class_="ANY", ttl=0)


class Sink:
    def __init__(self) -> None:
        self.taken = b""

    def write(self, data: bytes, /) -> int:
        self.taken += data
        return len(data)

    def fileno(self) -> int:
        return -1


def lines_of(outcome: Outcome) -> list[str]:
    return list(dig_lines(outcome, moment=MOMENT))


def test_a_whole_answer() -> None:
    message = reply((ADDRESS,), (record("NS", HOST, ttl=86400),), (ADDRESS, TSIG), opt=opt((3, b"ns1"), ttl=0x8000))
    assert lines_of(outcome_of(message)) == [
        "",
        f"; <<>> nettools {__version__} <<>> @192.0.2.53 host.test. A",
        ";; global options: +cmd",
        ";; Got answer:",
        ";; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 4660",
        ";; flags: qr rd ra; QUERY: 1, ANSWER: 1, AUTHORITY: 1, ADDITIONAL: 3",
        "",
        ";; OPT PSEUDOSECTION:",
        "; EDNS: version: 0, flags: do; udp: 1232",
        '; NSID: 6e 73 31 ("ns1")',
        ";; QUESTION SECTION:",
        ";host.test.\t\t\tIN\tA",
        "",
        ";; ANSWER SECTION:",
        "host.test.\t\t300\tIN\tA\t192.0.2.1",
        "",
        ";; AUTHORITY SECTION:",
        "host.test.\t\t86400\tIN\tNS\thost.test.",
        "",
        ";; ADDITIONAL SECTION:",
        "host.test.\t\t300\tIN\tA\t192.0.2.1",
        "",
        ";; TSIG PSEUDOSECTION:",
        "host.test.\t\t0\tANY\tTSIG\thost.test. 1593835520 300 0 1 NOERROR 0 ",
        "",
        ";; Query time: 12 msec",
        ";; SERVER: 192.0.2.53#53(192.0.2.53) (UDP)",
        ";; WHEN: Sun Nov 01 06:05:04 UTC 2026",
        f";; MSG SIZE  rcvd: {len(message.wire)}",
        "",
    ]


def test_search_and_validation_are_notes() -> None:
    verdict = DnssecVerdict(status="bogus", reason="RRSIG by ECDSA key 12345 expired", chain=())
    steps = (SearchStep(name="host.corp.test.", status="nxdomain"), SearchStep(name="host.test.", status="answered"))
    response = response_of(outcome_of(reply()), search=steps, dnssec=verdict)
    assert list(response_notes(response)) == [
        "Searched host.corp.test.: nxdomain",
        "Searched host.test.: answered",
        "DNSSEC bogus: RRSIG by ECDSA key 12345 expired",
    ]


def test_writing_ends_each_line() -> None:
    sink = Sink()
    output = Output(sink, name="it")
    write_dig(output, outcome_of(reply()), moment=MOMENT, notes=("secure\nindeed",))
    output.flush()
    assert sink.taken.decode().split("\n") == [
        *list(dig_lines(outcome_of(reply()), moment=MOMENT, notes=("secure\nindeed",))),
        "",
    ]
    assert b"\n;; secure\\x0aindeed\n" in sink.taken


@pytest.mark.parametrize(
    ("server", "shown"),
    [
        (OTHER, "192.0.2.54#5353(ns.test) (UDP)"),
        (
            Server(address=IPv6Address("2001:db8::53"), port=853, transport="tls"),
            "2001:db8::53#853(2001:db8::53) (TLS)",
        ),
        (Server(address=IPv4Address("192.0.2.1"), port=443, transport="https"), "192.0.2.1#443(192.0.2.1) (HTTPS)"),
        (Server(address=IPv4Address("192.0.2.1"), port=853, transport="quic"), "192.0.2.1#853(192.0.2.1) (QUIC)"),
    ],
)
def test_the_server_is_named_with_its_transport(server: Server, shown: str) -> None:
    assert f";; SERVER: {shown}" in lines_of(outcome_of(reply(), server=server, transport=server.transport))


def test_the_transport_is_the_one_that_brought_the_reply() -> None:
    assert ";; SERVER: 192.0.2.53#53(192.0.2.53) (TCP)" in lines_of(outcome_of(reply(), transport="tcp"))


def test_the_moment_is_told_in_its_own_time_zone() -> None:
    moment = MOMENT.astimezone(timezone(timedelta(hours=-7), "MST"))
    assert ";; WHEN: Sat Oct 31 23:05:04 MST 2026" in list(dig_lines(outcome_of(reply()), moment=moment))


@pytest.mark.parametrize(
    ("flags", "ttl", "status"),
    [
        (0x8183, 0, "NXDOMAIN"),
        (0x818B, 0, "RESERVED11"),
        (0x8180, 0x01000000, "BADVERS"),
        (0x8187, 0x01000000, "BADCOOKIE"),
        (0x8181, 0x01000000, "?17"),
    ],
)
def test_the_status_has_the_names_that_dig_gives(flags: int, ttl: int, status: str) -> None:
    header = lines_of(outcome_of(reply(flags=flags, opt=opt(ttl=ttl))))[4]
    assert header == f";; ->>HEADER<<- opcode: QUERY, status: {status}, id: 4660"


def test_recursion_that_is_refused_and_a_bit_without_meaning_are_told() -> None:
    lines = lines_of(outcome_of(reply(flags=0x8540)))
    assert lines[5:7] == [
        ";; flags: qr aa rd; MBZ: 0x4; QUERY: 1, ANSWER: 0, AUTHORITY: 0, ADDITIONAL: 0",
        ";; WARNING: recursion requested but not available",
    ]


def test_a_reply_without_a_question_has_no_question_section() -> None:
    lines = lines_of(outcome_of(reply(flags=0x8185, is_without_question=True)))
    assert ";; QUESTION SECTION:" not in lines
    assert lines[6:8] == ["", ";; Query time: 12 msec"]


def test_without_a_reply_every_try_is_told() -> None:
    tries = (try_of("timeout"), try_of("refused-connection", OTHER), try_of("closed"))
    lines = lines_of(outcome_of(None, status="timeout", tries=tries, warnings=("odd \x1b[31m\n",)))
    assert lines[3:] == [
        ";; communications error to 192.0.2.53#53: timed out",
        ";; communications error to 192.0.2.54#5353: connection refused",
        ";; communications error to 192.0.2.53#53: end of file",
        ";; Warning: odd \\x1b[31m\\x0a",
        ";; no servers could be reached",
        "",
    ]


def test_what_came_before_the_answer_is_told() -> None:
    tries = tuple(try_of(result) for result in ("SERVFAIL", "truncated", "BADCOOKIE", "NOERROR"))
    put_aside = Discarded(reason="wrong-id", size=60, server=SERVER)
    lines = lines_of(outcome_of(reply(), tries=(try_of("REFUSED", OTHER), *tries), discarded=(put_aside,)))
    assert lines[3:9] == [
        ";; Got REFUSED reply from 192.0.2.54#5353, trying next server",
        ";; Got SERVFAIL reply from 192.0.2.53#53, trying again",
        ";; Truncated, retrying in TCP mode.",
        ";; BADCOOKIE, retrying.",
        ";; Warning: 60 octets from 192.0.2.53 were discarded: wrong-id",
        ";; Got answer:",
    ]


@pytest.mark.parametrize(
    ("cookie", "is_ours", "judgement"),
    [(bytes(16), True, " (good)"), (bytes(8), True, " (echoed)"), (bytes(16), False, "")],
)
def test_cookies_are_judged(cookie: bytes, is_ours: bool, judgement: str) -> None:
    outcome = outcome_of(reply(opt=opt((10, cookie))), options=QueryOptions(cookie=is_ours))
    assert f"; COOKIE: {cookie.hex()}{judgement}" in lines_of(outcome)


@pytest.mark.parametrize(
    ("code", "data", "line"),
    [
        (3, b'\x00\xffab"\\', '; NSID: 00 ff 61 62 22 5c ("..ab"\\")'),
        (3, b"", "; NSID:"),
        (15, b"\0\6", "; EDE: 6 (DNSSEC Bogus)"),
        (15, b'\0\x16some "text"\0', '; EDE: 22 (No Reachable Authority): (some "text")'),
        (15, b"\x13\x87", "; EDE: 4999"),
        (15, b"\x13\x87a\x1b[31m\n", "; EDE: 4999: (a\\x1b[31m\\x0a)"),
        (15, b"\1", '; OPT=15: 01 (".")'),
        (8, b"\0\1\x18\x10\xc0\0\2", "; CLIENT-SUBNET: 192.0.2.0/24/16"),
        (8, b"\0\0\0\0", "; CLIENT-SUBNET: 0/0/0"),
        (8, b"\0\1", '; OPT=8: 00 01 ("..")'),
        (9, b"\0\0\1\0", "; EXPIRE: 256 (4 minutes 16 seconds)"),
        (9, (1_299_662).to_bytes(4, "big"), "; EXPIRE: 1299662 (2 weeks 1 day 1 hour 1 minute 2 seconds)"),
        (9, bytes(4), "; EXPIRE: 0 (0 seconds)"),
        (9, b"", "; EXPIRE:"),
        (11, b"\0\x65", "; TCP KEEPALIVE: 10.1 secs"),
        (12, bytes(10), "; PAD: (10 bytes)"),
        (12, b"", "; PAD:"),
        (14, b"\0\1\0\2", "; KEY-TAG: 1, 2"),
        (16, b"\0\1", "; CLIENT-TAG: 1"),
        (17, b"\0\1", "; SERVER-TAG: 1"),
        (1, bytes.fromhex("00010002000300000000000000070000003c"),
         "; LLQ: Version: 1, Opcode: 2, Error: 3, Identifier: 7, Lifetime: 60"),
        (13, b"\1a\0", '; OPT=13: 01 61 00 (".a.")'),
        (65001, b"", "; OPT=65001:"),
    ],
)  # fmt: skip
def test_options_have_the_lines_that_dig_gives(code: int, data: bytes, line: str) -> None:
    assert line in lines_of(outcome_of(reply(opt=opt((code, data)))))


def test_the_opt_record_has_a_line_of_its_own() -> None:
    assert "; EDNS: version: 3, flags: do co; MBZ: 0x2001, udp: 1232" in lines_of(
        outcome_of(reply(opt=opt(ttl=0x0003E001)))
    )


@pytest.mark.parametrize(
    ("size", "ttl", "line"),
    [
        (1, 300, "{}.test.\t\t\t300\tIN\tA\t192.0.2.1"),
        (18, 1_234_567, "{}.test. 1234567 IN\tA\t192.0.2.1"),
        (23, 1_234_567, "{}.test. 1234567 IN A\t192.0.2.1"),
        (25, 300, "{}.test.\t300 IN\tA\t192.0.2.1"),
        (63, 300, "{}.test. 300 IN A 192.0.2.1"),
    ],
)
def test_columns_are_kept_while_there_is_room(size: int, ttl: int, line: str) -> None:
    long = "a" * size
    shown = record_line(record("A", bytes([192, 0, 2, 1]), name=name_from_text(f"{long}.test"), ttl=ttl))
    assert shown.expandtabs() == line.format(long).expandtabs()


def test_the_question_is_counted_without_its_semicolon() -> None:
    asked = Question(name=name_from_text("a" * 25 + ".test"), type=1, class_=3)
    assert question_line(asked) == ";" + "a" * 25 + ".test.\tCH\tA"


@given(st.integers(min_value=0, max_value=2**32))
def test_any_reply_makes_lines_that_a_terminal_may_have(seed: int) -> None:
    for line in lines_of(outcome_of(some_reply(seed))):
        assert line.replace("\t", "").isprintable()
        if line and not line.startswith(";"):
            name, ttl, class_, type_ = line.split(None, 4)[:4]
            assert name.endswith(".")
            assert ttl.isdigit()
            assert class_.isupper()
            assert type_.isupper() or "-" in type_
