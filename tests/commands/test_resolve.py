"""``nettools resolve`` in this process, against a name server of the test's own on loopback."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dns.edns
import dns.message
import dns.rcode
import pytest
from jsonschema import Draft202012Validator

from nettools.runs.resolve_run import failure_of_response
from tests.cli import PROJECT, Outcome, is_harmless, run
from tests.dns_reports import BROKEN
from tests.dns_servers.zone import name_server

ZONE = """
www 300 A 192.0.2.1
www 300 A 192.0.2.2
www 300 AAAA 2001:db8::1
alias 60 CNAME www
only4 300 A 192.0.2.4
txt 300 TXT "one" "two\\"three"
esc\\027[31m 300 A 192.0.2.5
mx 300 MX 10 www
1.2.0.192.in-addr.arpa.test. 300 PTR www
"""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with name_server(ZONE) as number:
        yield number


def resolve(port: int, *words: str, **settings: object) -> Outcome:
    return run("resolve", f"@127.0.0.1:{port}", *words, **settings)  # type: ignore[arg-type]


def test_without_a_type_both_kinds_of_addresses_are_asked(port: int) -> None:
    outcome = resolve(port, "www.test", "--json")
    assert outcome.status == 0
    assert [
        (one["query"]["name"], one["query"]["type"], one["status"], sorted(record["data"] for record in one["answer"]))
        for one in outcome.json["responses"]
    ] == [
        ("www.test.", "A", "answered", ["192.0.2.1", "192.0.2.2"]),
        ("www.test.", "AAAA", "answered", ["2001:db8::1"]),
    ]


def test_names_types_and_servers_come_in_that_order(port: int) -> None:
    with name_server(ZONE) as other:
        outcome = resolve(port, f"@127.0.0.1:{other}", "www.test", "only4.test", "A", "TXT", "--json")
    asked = [(one["query"]["name"], one["query"]["type"], one["server"]["port"]) for one in outcome.json["responses"]]
    assert asked == [
        (name, kind, number)
        for name in ("www.test.", "only4.test.")
        for kind in ("A", "TXT")
        for number in (port, other)
    ]


def test_an_alias_is_shown_with_what_it_leads_to(port: int) -> None:
    [response] = resolve(port, "alias.test", "A", "--json").json["responses"]
    assert sorted((one["name"], one["type"], one["data"]) for one in response["answer"]) == [
        ("alias.test.", "CNAME", "www.test."),
        ("www.test.", "A", "192.0.2.1"),
        ("www.test.", "A", "192.0.2.2"),
    ]


@pytest.mark.parametrize(
    ("words", "status", "exit_status"),
    [
        (["only4.test", "AAAA"], "nodata", 1),
        (["nothere.test", "A"], "nxdomain", 1),
        (["www.test", "A"], "answered", 0),
    ],
)
def test_a_status_has_its_exit_code(port: int, words: list[str], status: str, exit_status: int) -> None:
    outcome = resolve(port, *words, "--json")
    assert outcome.json["responses"][0]["status"] == status
    assert outcome.json["errors"] == []
    assert outcome.status == exit_status


@pytest.mark.parametrize("rcode", ["SERVFAIL", "REFUSED", "NOTIMP", "FORMERR", "NOTAUTH"])
def test_an_error_of_the_server_is_a_failure_that_is_told(rcode: str) -> None:
    def fail(reply: dns.message.Message) -> dns.message.Message:
        reply.answer.clear()
        reply.set_rcode(dns.rcode.from_text(rcode))
        return reply

    with name_server(ZONE, change=fail) as number:
        outcome = resolve(number, "www.test", "A", "--json")
    assert outcome.status == 3
    [response], [error] = outcome.json["responses"], outcome.json["errors"]
    assert (response["status"], response["rcode"], error["kind"]) == (rcode.lower(), rcode, rcode.lower())
    assert error["input"] == "www.test."


def test_some_answers_and_some_failures_are_a_partial_answer(port: int) -> None:
    outcome = resolve(port, "www.test", "@127.0.0.1:1", "A", "--json")
    assert [one["status"] for one in outcome.json["responses"]] == ["answered", "unreachable"]
    assert outcome.status == 4


@pytest.mark.parametrize("answer_format", ["json", "jsonl", "table"])
def test_what_is_no_name_never_stops_the_others(port: int, answer_format: str) -> None:
    outcome = resolve(port, "a..b", "www.test", "-x", "192.0.2.400", "A", "--format", answer_format)
    assert outcome.status == 4
    assert "192.0.2.1" in outcome.stdout
    assert "nettools resolve: the name 'a..b' has an empty label\n" in outcome.stderr
    told = [("a..b", "bad-domain-name"), ("192.0.2.400", "bad-address")]
    if answer_format == "json":
        assert [(one["input"], one["kind"]) for one in outcome.json["errors"]] == told
    if answer_format == "jsonl":
        errors = [one for one in outcome.json_lines if one["type"] == "error"]
        assert [(one["input"], one["kind"]) for one in errors] == told


def test_the_reason_of_the_server_stands_in_document_and_message() -> None:
    def explain(reply: dns.message.Message) -> dns.message.Message:
        reply.answer.clear()
        reply.set_rcode(dns.rcode.SERVFAIL)
        reply.use_edns(0, options=[dns.edns.EDEOption(dns.edns.EDECode.DNSSEC_BOGUS, "no chain of trust")])
        return reply

    with name_server(ZONE, change=explain) as number:
        outcome = resolve(number, "www.test", "A", "--json")
    [response] = outcome.json["responses"]
    assert response["edns"]["ede"] == [{"code": 6, "name": "DNSSEC Bogus", "text": "no chain of trust"}]
    assert "no chain of trust" in outcome.stderr


def test_the_reason_of_the_server_reaches_no_terminal_raw() -> None:
    def explain(reply: dns.message.Message) -> dns.message.Message:
        reply.answer.clear()
        reply.set_rcode(dns.rcode.SERVFAIL)
        text = "\x1b]0;owned\x07 \n\u202e"
        reply.use_edns(0, options=[dns.edns.EDEOption(dns.edns.EDECode.OTHER, text)])
        return reply

    with name_server(ZONE, change=explain) as number:
        outcome = resolve(number, "www.test", "A", "--json")
    assert outcome.json["responses"][0]["edns"]["ede"][0]["text"] == "\x1b]0;owned\x07 \n\u202e"
    assert outcome.stderr.count("\n") == 1
    assert is_harmless(outcome.stderr.rstrip("\n"))


def test_short_is_the_data_alone(port: int) -> None:
    outcome = resolve(port, "alias.test", "nothere.test", "A", "--short")
    assert sorted(outcome.stdout.splitlines()) == ["192.0.2.1", "192.0.2.2", "www.test."]
    assert "nothere.test. A: nxdomain: there is no such name" in outcome.stderr


@pytest.mark.parametrize("source", [["-"], ["--file", "-"]])
def test_short_of_a_list_is_the_data_alone_in_the_order_of_the_names(port: int, source: list[str]) -> None:
    """As dig +short -f: nothing for a name without an answer."""
    names = b"nothere.test\nalias.test\nonly4.test AAAA\nonly4.test\nwww.test\n" + b"only4.test\n" * 3
    outcome = resolve(port, *source, "A", "--short", stdin=names)
    lines = outcome.stdout.splitlines()
    assert (lines[0], sorted(lines[1:3]), lines[3]) == ("www.test.", ["192.0.2.1", "192.0.2.2"], "192.0.2.4")
    assert (sorted(lines[4:6]), lines[6:]) == (["192.0.2.1", "192.0.2.2"], ["192.0.2.4"] * 3)


def test_an_address_asks_for_its_ptr(port: int) -> None:
    outcome = resolve(port, "192.0.2.1", "--json")
    assert outcome.json["responses"][0]["query"] == {
        "name": "1.2.0.192.in-addr.arpa.",
        "unicode": None,
        "type": "PTR",
        "class": "IN",
    }


def test_rows_have_a_record_each_and_name_what_is_not_there(port: int) -> None:
    outcome = resolve(port, "only4.test", "--format", "csv")
    server = f"127.0.0.1:{port}"
    assert outcome.stdout.splitlines() == [
        "query,query_type,server,status,name,ttl,class,type,data",
        f"only4.test.,A,{server},answered,only4.test.,300,IN,A,192.0.2.4",
        f"only4.test.,AAAA,{server},nodata,,,,,",
    ]


def test_lines_carry_type_and_index(port: int) -> None:
    lines = resolve(port, "www.test", "nothere.test", "A", "--format", "jsonl", "--ordered").json_lines
    assert [(one["type"], one["index"], one["status"]) for one in lines] == [
        ("response", 0, "answered"),
        ("response", 1, "nxdomain"),
    ]


def test_the_document_fits_its_schema(port: int) -> None:
    schema = json.loads((PROJECT / "nettools" / "schemas" / "resolve.json").read_text(encoding="utf-8"))
    document = resolve(port, "www.test", "txt.test", "nothere.test", "@127.0.0.1:1", "--nsid", "--json").json
    Draft202012Validator(schema).validate(document)


def test_the_document_of_many_names_fits_the_same_schema(port: int, tmp_path: Path) -> None:
    names = tmp_path / "names"
    names.write_text("www.test\nnothere.test MX\na b c\n", encoding="utf-8")
    schema = json.loads((PROJECT / "nettools" / "schemas" / "resolve.json").read_text(encoding="utf-8"))
    outcome = resolve(port, "A", "--file", str(names), "--json")
    Draft202012Validator(schema).validate(outcome.json)
    assert (outcome.status, outcome.json["comparison"], len(outcome.json["errors"])) == (4, [], 1)


def test_a_name_with_an_escape_is_told_once(port: int) -> None:
    outcome = resolve(port, "esc\\027.test", "A", "@127.0.0.1:1", "--json")
    assert outcome.stderr.count("esc") == 1


def test_a_table_shows_the_records_and_why_there_are_none(port: int) -> None:
    outcome = resolve(port, "only4.test", "--color", "never", columns=100)
    assert "only4.test.  A     300  192.0.2.4" in outcome.stdout
    why = "the name exists, but has no record of this type (SOA test., negative TTL 1 min)"
    assert f"AAAA: nodata - {why}" in " ".join(outcome.stdout.split())


@pytest.mark.parametrize("columns", [None, 80])
def test_an_escape_in_a_name_reaches_no_terminal(port: int, columns: int | None) -> None:
    outcome = resolve(port, "esc\\027[31m.test", "A", columns=columns)
    assert "\\027[31m.test." in outcome.stdout
    assert "\x1b[31m" not in outcome.stdout


def test_expect_is_met_by_any_answer_that_has_the_value(port: int) -> None:
    assert resolve(port, "www.test", "A", "--expect", "192.0.2.2").status == 0
    assert resolve(port, "www.test", "A", "--expect", "192.0.2.9").status == 1
    assert resolve(port, "nothere.test", "A", "--expect", "NXDOMAIN").status == 0


@pytest.mark.parametrize(
    "words",
    [
        ["www.test", "-4", "-6"],
        ["www.test", "--trace", "--all-ns"],
        ["www.test", "--validate", "--no-edns"],
        ["www.test", "--watch", "--format", "csv"],
        ["www.test", "--tsig", "a:b:c", "--tsig-file", "x"],
        ["www.test", "--root-hints", "x"],
        ["www.test", "--compare"],
        ["www.test", "--class", "XX"],
        ["www.test", "--bufsize", "12"],
        ["www.test", "--subnet", "192.0.2.0/33"],
        ["a..b"],
        ["http://www.test/"],
        ["-t", "NOSUCH", "www.test"],
    ],
)
def test_what_makes_no_sense_is_said_before_anybody_is_asked(port: int, words: list[str]) -> None:
    outcome = resolve(port, *words)
    assert outcome.status == 2
    assert outcome.stderr.startswith("nettools resolve: ")
    assert outcome.stdout == ""


def test_dig_s_format_reads_like_dig(port: int) -> None:
    outcome = resolve(port, "www.test", "A", "--format", "dig")
    assert ";; ->>HEADER<<- opcode: QUERY, status: NOERROR" in outcome.stdout
    assert "www.test.\t\t300\tIN\tA\t192.0.2.1" in outcome.stdout


def test_rfc_8427_is_a_line_of_json_for_each_answer(port: int) -> None:
    outcome = resolve(port, "www.test", "A", "--format", "rfc8427")
    [message] = outcome.json_lines
    assert "answerRRs" in json.dumps(message)


@pytest.mark.parametrize("chosen", ["csv", "plain", "table", "dig"])
def test_presentation_text_is_not_escaped_twice(port: int, chosen: str) -> None:
    outcome = resolve(port, "esc\\027[31m.test", "txt.test", "A", "TXT", "--format", chosen)
    assert "esc\\027[31m.test." in outcome.stdout
    told = outcome.stdout.replace('""', '"')  # CSV doubles quotes
    assert r'"one" "two\"three"' in told


def test_a_lame_server_is_called_that_and_told_what_to_do_about() -> None:
    refused = replace(BROKEN, status="refused", rcode="REFUSED", edns=None)
    for lame, said, hint in (
        (None, "the server declines to answer", "ask a server that resolves for this machine"),
        ("lame: the zone names it", "lame: the zone names it", "take it out of the NS records"),
    ):
        failure = failure_of_response(refused, lame=lame)
        assert failure is not None
        assert (failure.kind, said in failure.message, hint in (failure.hint or "")) == ("refused", True, True)


def test_what_is_dug_with_a_plus_is_refused_before_anything_is_asked() -> None:
    outcome = run("resolve", "www.test", "+short", "@127.0.0.1:1")
    assert (outcome.status, outcome.raw_stdout) == (2, b"")
    assert "dig's +short is --short" in outcome.stderr


def test_a_type_with_a_slip_is_asked_as_a_name_and_said(port: int) -> None:
    outcome = resolve(port, "www.test", "AAAAA", "--format", "plain")
    assert "AAAAA is taken for a name; did you mean AAAA?" in outcome.stderr
