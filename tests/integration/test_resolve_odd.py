"""The bed's misbehaving servers: what a lookup says of each of them, and how long it takes."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from tests.dns_bed.fixture import DnsBed
from tests.dns_bed.odd import BEHAVIOURS

TIMEOUT_S = 5.0
AT_ONCE_S = 1.5
"""What is at once though forty servers are asked at the same time, some of them in this process's own slow turn."""

ASK_ALL = """
import json, sys
from ipaddress import ip_address
from time import monotonic

from nettools.core.dns.message import Question
from nettools.core.dns.name import name_from_text
from nettools.core.dns.presentation import rdata_text
from nettools.core.dns.query import QueryOptions
from nettools.core.dns.tsig import TsigKey
from nettools.core.resolve.lookup import Lookup, Server
from nettools.net.resolve import LookupDriver

KEY = TsigKey(name="bed-key", algorithm="hmac-sha256", secret=b"secret-secret-secret-secret-123")
QUESTION = Question(name=name_from_text("WWW.odd.test"), type=1, class_=1)


def one(number):
    server = Server(address=ip_address(f"127.53.0.{number}"))
    [outcome] = yield [
        Lookup(
            question=QUESTION,
            servers=(server,),
            options=QueryOptions(cookie=number == 45),
            timeout_s=float(sys.argv[1]),
            tries=2,
            tsig=KEY if number == 59 else None,
        )
    ]
    return outcome


began_s = monotonic()
numbers = [int(word) for word in sys.argv[2:]]
for number, outcome in LookupDriver().run_all((number, one(number)) for number in numbers):
    message = outcome.message
    print(json.dumps({
        "number": number,
        "status": outcome.status,
        "took_s": monotonic() - began_s,
        "tries": [one.result for one in outcome.tries],
        "transport": outcome.transport,
        "discarded": [one.reason for one in outcome.discarded],
        "warnings": list(outcome.warnings),
        "answer": [rdata_text(record) for record in message.answer] if message else [],
        "extended_errors": [one.code for one in message.edns.extended_errors] if message and message.edns else [],
    }))
"""


@dataclass(frozen=True, kw_only=True)
class Row:
    """What a lookup at one server comes to."""

    number: int
    status: str
    tries: str
    discarded: str = ""
    warnings: tuple[str, ...] = ()
    """How each of them begins."""
    extended_errors: tuple[int, ...] = ()
    transport: str = "udp"
    least_s: float = 0.0
    most_s: float = AT_ONCE_S


def silent(
    number: int,
    *,
    status: str = "timeout",
    tries: str = "timeout timeout",
    discarded: str = "",
    transport: str = "udp",
) -> Row:
    """A server whose answers do not come, or not to us: it costs the whole time."""
    return Row(
        number=number,
        status=status,
        tries=tries,
        discarded=discarded,
        transport=transport,
        least_s=TIMEOUT_S - 0.1,
        most_s=TIMEOUT_S + AT_ONCE_S,
    )


ROWS = (
    Row(number=19, status="unreachable", tries="refused-connection"),
    silent(20),
    Row(number=21, status="referral", tries="referral", warnings=("the server is lame: it refers to .",)),
    Row(number=22, status="answered", tries="NOERROR", least_s=1.5, most_s=1.5 + AT_ONCE_S),
    Row(number=23, status="refused", tries="REFUSED"),
    Row(number=24, status="servfail", tries="SERVFAIL SERVFAIL"),
    Row(
        number=25,
        status="notimp",
        tries="NOTIMP NOTIMP",
        warnings=("127.53.0.25 answers NOTIMP to EDNS: asked again without it",),
    ),
    Row(
        number=26,
        status="formerr",
        tries="FORMERR FORMERR",
        warnings=("127.53.0.26 answers FORMERR to EDNS: asked again without it",),
    ),
    Row(
        number=27,
        status="answered",
        tries="FORMERR NOERROR",
        warnings=("127.53.0.27 answers FORMERR to EDNS: asked again without it",),
    ),
    Row(number=28, status="answered", tries="NOERROR"),
    # 29 sends random octets: what they are discarded for is chance.
    silent(30, status="malformed", tries="malformed malformed", discarded="short short"),
    silent(31, discarded="wrong-id wrong-id"),
    Row(number=32, status="answered", tries="NOERROR", discarded="wrong-id"),
    silent(33, discarded="wrong-question wrong-question"),
    silent(34, discarded="no-response no-response"),
    silent(35, discarded="wrong-opcode wrong-opcode"),
    Row(number=36, status="answered", tries="truncated NOERROR", transport="tcp"),
    Row(number=37, status="unreachable", tries="truncated closed", transport="tcp"),
    Row(number=38, status="malformed", tries="truncated cut truncated cut", transport="tcp"),
    Row(
        number=39,
        status="malformed",
        tries="truncated malformed truncated malformed",
        transport="tcp",
        warnings=("the answer is truncated over a stream too",),
    ),
    Row(number=40, status="answered", tries="NOERROR", warnings=("4 extra octets at the end of the message",)),
    Row(
        number=41,
        status="malformed",
        tries="malformed malformed",
        warnings=("record 1 of 1 of the answer section cannot be read: the compression pointer does not lead back",),
    ),
    Row(number=42, status="servfail", tries="SERVFAIL SERVFAIL", extended_errors=(6, 22, 4999)),
    Row(
        number=43,
        status="malformed",
        tries="malformed malformed",
        warnings=(
            "record 1 of 1 of the answer section is damaged",
            "record 1 of 1 of the additional section cannot be read",
        ),
    ),
    Row(number=44, status="answered", tries="NOERROR"),
    Row(number=45, status="answered", tries="BADCOOKIE NOERROR"),
    Row(
        number=46,
        status="answered",
        tries="BADVERS NOERROR",
        warnings=("127.53.0.46 answers BADVERS to EDNS: asked again without it",),
    ),
    Row(number=47, status="answered", tries="NOERROR"),
    silent(48),
    silent(49),
    Row(number=50, status="answered", tries="NOERROR", warnings=("127.53.0.50 sent a datagram of ",)),
    Row(number=51, status="unreachable", tries="truncated reset", transport="tcp"),
    silent(52, tries="truncated timeout", transport="tcp"),
    Row(number=53, status="answered", tries="NOERROR"),
    Row(number=54, status="answered", tries="SERVFAIL NOERROR"),
    Row(number=55, status="answered", tries="truncated NOERROR", transport="tcp", least_s=2.0, most_s=TIMEOUT_S),
    Row(number=56, status="answered", tries="NOERROR"),
    Row(number=57, status="answered", tries="NOERROR"),
    Row(number=58, status="answered", tries="NOERROR"),
    Row(number=59, status="badtime", tries="BADTIME", discarded="bad-tsig", warnings=("127.53.0.59: ",)),
)


@pytest.fixture(scope="module")
def found(dns_bed: DnsBed) -> dict[int, Any]:
    """What came of all servers, asked at the same time."""
    numbers = [str(number) for number in (19, *sorted(BEHAVIOURS))]
    done = dns_bed.python(ASK_ALL, str(TIMEOUT_S), *numbers)
    return {one["number"]: one for one in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.number))
def test_an_odd_server_is_told_for_what_it_is(found: dict[int, Any], row: Row) -> None:
    one = found[row.number]
    assert one["status"] == row.status
    assert " ".join(one["tries"]) == row.tries
    assert " ".join(one["discarded"]) == row.discarded
    assert one["transport"] == row.transport
    assert one["extended_errors"] == list(row.extended_errors)
    assert len(one["warnings"]) == len(row.warnings)
    assert all(told.startswith(begin) for told, begin in zip(one["warnings"], row.warnings, strict=True))
    assert row.least_s <= one["took_s"] <= row.most_s
    if row.status == "answered":
        assert one["answer"][0] == "192.0.2.1"  # 192.0.2.66 is the forged one


def test_random_octets_are_no_answer(found: dict[int, Any]) -> None:
    assert found[29]["status"] in ("malformed", "timeout")
    assert len(found[29]["discarded"]) == 2
    assert found[29]["answer"] == []


def test_every_odd_server_has_a_row(found: dict[int, Any]) -> None:
    assert {row.number for row in ROWS} | {29} == {19, *BEHAVIOURS} == found.keys()


def test_the_longest_answer_of_the_oversize_server_is_there_whole(found: dict[int, Any]) -> None:
    assert len(found[50]["answer"]) > 80
