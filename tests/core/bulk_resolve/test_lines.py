"""Lines made from templates are the same, character for character, as those of records written the long way."""

import json
import socket
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.bulk_resolve.forms import JsonForm, RowForm, ShortForm
from nettools.core.bulk_resolve.lines import Form, ReplyLines
from nettools.core.bulk_resolve.reply import AnswerReader
from nettools.core.bulk_resolve.row import Row
from nettools.core.resolve.report import Response, response_of
from nettools.core.resolve.rows import response_rows
from nettools.render import data
from nettools.render.output import Output
from tests.core.bulk_resolve.replies import outcome_of, reply, row

MS = "1.5"


def written(write: Callable[[Output], None]) -> str:
    room = BytesIO()
    output = Output(room, name="memory")
    write(output)
    output.flush()
    return room.getvalue().decode()


def rows_written(write_row: Callable[[Output, object], None]) -> Callable[[Response], str]:
    def text(response: Response) -> str:
        def each(output: Output) -> None:
            for one in response_rows(response):
                write_row(output, one)

        return written(each)

    return text


FORMS: dict[str, Callable[[], Form]] = {
    "jsonl": lambda: JsonForm(data.encode, head=True),
    "json": lambda: JsonForm(data.encode, head=False),
    "plain": lambda: RowForm(rows_written(data.write_plain_row), is_csv=False),
    "csv": lambda: RowForm(rows_written(data.write_csv_row), is_csv=True),
    "short": lambda: ShortForm(with_signatures=False),
}


def long_way(name: str, asked: Row, wire: bytes) -> str:
    """What a single lookup prints of this reply."""
    response = response_of(outcome_of(asked, wire))
    if name == "jsonl":
        return written(lambda output: data.write_json_line(output, "response", response, index=asked[0]))
    if name == "json":
        document = written(lambda output: data.JsonDocument(output, "x").item(response))
        return document.removeprefix('{"schema":"x"\n')
    if name == "short":
        return "".join(f"{one.data}\n" for one in response.answer if one.type != "RRSIG")
    return rows_written(data.write_plain_row if name == "plain" else data.write_csv_row)(response)


def lines(name: str) -> ReplyLines:
    return ReplyLines(FORMS[name](), AnswerReader(socket.inet_ntop, ipv4=socket.AF_INET, ipv6=socket.AF_INET6), 1)


Case = Callable[[str], tuple[Row, dict[str, Any]]]

USUAL: dict[str, Case] = {
    "address": lambda host: (row(f"{host}.zone.test"), {"answer": [f"{host}.zone.test. 300 A 192.0.2.{len(host)}"]}),
    "addresses": lambda host: (
        row(f"{host}.zone.test"),
        {"answer": [f"{host}.zone.test. 300 A 192.0.2.{len(host)}", f"{host}.zone.test. 300 A 198.51.100.7"]},
    ),
    "ipv6": lambda host: (
        row(f"{host}.test", "AAAA"),
        {"answer": [f"{host}.test. 1 AAAA 2001:db8::{len(host):x}"], "flags": "QR RD RA"},
    ),
    "mapped": lambda host: (row(f"{host}.test", "AAAA"), {"answer": [f"{host}.test. 1 AAAA ::ffff:192.0.2.9"]}),
    "authoritative": lambda host: (
        row(f"{host}.zone.test"),
        {
            "answer": [f"{host}.zone.test. 300 A 192.0.2.{len(host)}"],
            "authority": ["zone.test. 300 NS ns1.zone.test."],
            "additional": ["ns1.zone.test. 300 A 192.0.2.53"],
        },
    ),
    "nxdomain": lambda host: (
        row(f"{host}.zone.test"),
        {"authority": ["zone.test. 60 SOA ns1.zone.test. host.test. 1 2 3 4 5"], "rcode": "NXDOMAIN"},
    ),
    "nodata": lambda host: (
        row(f"{host}.zone.test", "MX"),
        {"authority": ["zone.test. 60 SOA ns1.zone.test. host.test. 1 2 3 4 5"]},
    ),
    "alias": lambda host: (
        row(f"{host}.zone.test"),
        {
            "answer": [
                f"{host}.zone.test. 300 CNAME {host}.cdn.example.",
                f"{host}.cdn.example. 300 CNAME {host}.edge.example.",
                f"{host}.edge.example. 20 A 192.0.2.1",
            ],
        },
    ),
    "reverse": lambda host: (
        row(f"{len(host)}.2.0.192.in-addr.arpa", "PTR"),
        {
            "answer": [f"{len(host)}.2.0.192.in-addr.arpa. 300 PTR {host}.zone.test."],
            "authority": ["2.0.192.in-addr.arpa. 300 NS ns.zone.test."],
        },
    ),
    "mail": lambda host: (row(f"{host}.test", "MX"), {"answer": [f"{host}.test. 5 MX {len(host)} mx.{host}.test."]}),
    "service": lambda host: (
        row(f"_sip._tcp.{host}.test", "SRV"),
        {"answer": [f"_sip._tcp.{host}.test. 5 SRV 1 2 5060 {host}.test."]},
    ),
    "without EDNS": lambda host: (row(f"{host}.test"), {"answer": [f"{host}.test. 3 A 192.0.2.3"], "edns": False}),
}
RARE: dict[str, Case] = {
    "a zone of its own": lambda host: (
        row(f"{host}.zone.test"),
        {
            "answer": [f"{host}.zone.test. 300 CNAME {host}.edge.example.", f"{host}.edge.example. 20 A 192.0.2.1"],
            "authority": [f"{host}.edge.example. 300 NS ns.{host}.edge.example."],
        },
    ),
    "an alias that leads nowhere": lambda host: (
        row(f"{host}.zone.test"),
        {"answer": [f"{host}.zone.test. 300 CNAME {host}.edge.example."], "rcode": "NXDOMAIN"},
    ),
    "nothing at all": lambda host: (row(f"{host}.zone.test"), {}),
}
ALL = USUAL | RARE
HOSTS = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,20}[A-Za-z]", fullmatch=True)


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("kind", USUAL)
def test_a_usual_reply_is_written_from_the_template_of_one_like_it(name: str, kind: str) -> None:
    maker = lines(name)
    asked, about = USUAL[kind]("host-a")
    first = reply(asked, **about)
    assert maker.line(first, asked, MS) is None
    assert maker.long(asked, outcome_of(asked, first)) == (
        0,
        outcome_of(asked, first).status,
        long_way(name, asked, first),
    )
    asked, about = USUAL[kind]("host-b")
    asked = (7, *asked[1:])
    second = reply(asked, **about)
    status = "nodata" if kind == "nodata" else "nxdomain" if kind == "nxdomain" else "answered"
    assert maker.line(second, asked, MS) == (7, status, long_way(name, asked, second))


@pytest.mark.parametrize("name", FORMS)
@given(kinds=st.lists(st.tuples(st.sampled_from(sorted(ALL)), HOSTS, st.booleans()), max_size=8))
def test_whatever_was_seen_before_lines_are_as_the_long_way(name: str, kinds: list[tuple[str, str, bool]]) -> None:
    maker = lines(name)
    for kind, host, learns in kinds:
        asked, about = ALL[kind](host)
        wire = reply(asked, **about)
        found = maker.line(wire, asked, MS)
        outcome = outcome_of(asked, wire)
        assert found in (None, (0, outcome.status, long_way(name, asked, wire)))
        if learns:
            assert maker.long(asked, outcome)[2] == long_way(name, asked, wire)
        if learns and kind in USUAL:
            assert maker.line(wire, asked, MS) == (0, outcome.status, long_way(name, asked, wire))


ODD_ANSWERS = [
    ['x.test. 1 TXT "a\\"b" "c;d"', "TXT"],
    ['x.test. 1 TXT "\\000\\027[31m"', "TXT"],
    ['x.test. 1 TXT "=cmd()" ""', "TXT"],
    ["x.test. 1 MX 0 a\\.b.test.", "MX"],
    ['x.test. 1 CAA 0 issue "ca.test; x=%s"', "CAA"],
    ["x.test. 1 TYPE65280 \\# 4 0a000001", "TYPE65280"],
]


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize(("record", "kind"), ODD_ANSWERS)
def test_what_has_to_be_escaped_is_escaped_as_the_long_way_does(name: str, record: str, kind: str) -> None:
    maker = lines(name)
    asked = row("x.test", kind)
    wire = reply(asked, answer=[record])
    maker.long(asked, outcome_of(asked, wire))
    found = maker.line(wire, asked, MS)
    assert found in (None, (0, "answered", long_way(name, asked, wire)))


@pytest.mark.parametrize("name", ["xn--bcher-kva.test", "a\\.b.test", 'a\\"b.test', "-dash.test", "%s.test"])
@pytest.mark.parametrize("form", FORMS)
def test_odd_names_are_as_the_long_way(form: str, name: str) -> None:
    maker = lines(form)
    for host in ("host", "host2"):
        asked = row(f"{host}.{name}")
        wire = reply(asked, answer=[f"{host}.{name}. 1 A 192.0.2.1"], authority=[f"{name}. 1 NS ns.test."])
        found = maker.line(wire, asked, MS)
        assert found in (None, (0, "answered", long_way(form, asked, wire)))
        maker.long(asked, outcome_of(asked, wire))


SIGNED = [
    "x.test. 1 A 192.0.2.1",
    "x.test. 1 RRSIG A 13 2 1 20270101000000 20260101000000 7 test. AAAA",
]


@pytest.mark.parametrize(
    ("with_signatures", "kind", "count"), [(False, "A", 1), (True, "A", 2), (False, "RRSIG", 1), (True, "RRSIG", 1)]
)
def test_short_lines_have_signatures_where_they_were_asked_for(with_signatures: bool, kind: str, count: int) -> None:
    reader = AnswerReader(socket.inet_ntop, ipv4=socket.AF_INET, ipv6=socket.AF_INET6)
    maker = ReplyLines(ShortForm(with_signatures=with_signatures), reader, 1)
    asked = row("x.test", kind)
    wire = reply(asked, answer=[one for one in SIGNED if kind == "A" or "RRSIG" in one])
    told = maker.long(asked, outcome_of(asked, wire))[2]
    assert told.count("\n") == count
    assert maker.line(wire, asked, MS) in (None, (0, "answered", told))


def test_a_tail_that_points_elsewhere_is_another_tail() -> None:
    """The same octets behind the answer mean another zone where the question is another."""
    maker = lines("jsonl")
    for zone in ("aaa.test", "bbb.test"):
        asked = row(f"www.{zone}")
        wire = reply(asked, answer=[f"www.{zone}. 1 A 192.0.2.1"], authority=[f"{zone}. 1 NS ns.{zone}."])
        found = maker.line(wire, asked, MS)
        assert found is None
        maker.long(asked, outcome_of(asked, wire))
        told = maker.line(wire, asked, MS)
        assert told is not None
        assert json.loads(told[2])["authority"][0]["name"] == f"{zone}."


@given(st.binary(max_size=120), st.integers(0, 11))
def test_octets_of_any_kind_behind_the_question_are_no_error(junk: bytes, start: int) -> None:
    maker = lines("jsonl")
    asked = row("www.zone.test")
    wire = reply(asked, answer=["www.zone.test. 1 A 192.0.2.1"])
    maker.long(asked, outcome_of(asked, wire))
    place = 12 + len(asked[1])
    for odd in (wire[:place] + junk, wire[:start] + junk, wire[: place + start] + junk, wire[: place + len(junk)]):
        if odd[:place] == wire[:place] and odd != wire:
            found = maker.line(odd, asked, MS)
            assert found is None or found[2] == long_way("jsonl", asked, odd)
