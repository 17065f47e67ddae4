"""``nettools scan`` against listeners of this test on loopback."""

import csv
import io
import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from nettools.core.address import Address, parse_address
from nettools.errors import NameLookupError
from tests import peers
from tests.cli import run

HOST_KEYS = [
    *("target", "address", "names", "status", "status_reason", "rtt_ms", "complete", "ports", "collapsed", "counts"),
    *("notes", "ptr"),
]
PORT_KEYS = [
    *("port", "protocol", "state", "reason", "reason_ip", "reason_ttl", "rtt_ms", "service", "in_practice", "banner"),
    *("tls", "product", "version", "detected", "extra", "banner_base64", "problem"),
]


def bound(stack: ExitStack, host: str = "127.0.0.1") -> socket.socket:
    """A socket with a free port of its own, which refuses connections until it listens."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    one = stack.enter_context(socket.socket(family, socket.SOCK_STREAM))
    one.bind((host, 0))
    return one


def port_of(one: socket.socket) -> int:
    return int(one.getsockname()[1])


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def open_port(stack: ExitStack) -> int:
    one = bound(stack)
    one.listen()
    return port_of(one)


@pytest.fixture
def closed_port(stack: ExitStack) -> int:
    """Nobody else can listen there while the test runs."""
    return port_of(bound(stack))


@pytest.fixture
def silent_port(stack: ExitStack) -> int:
    """Its queue of connections is full, so that Linux drops every further SYN (listen(2))."""
    one = bound(stack)
    one.listen(0)
    for _ in range(2):
        waiting = stack.enter_context(socket.socket())
        waiting.setblocking(False)
        waiting.connect_ex(one.getsockname())
    return port_of(one)


def silent_everywhere(stack: ExitStack) -> int:
    """The same at every address of the loopback interface, and at no other."""
    one = stack.enter_context(socket.socket())
    one.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo")
    one.bind(("", 0))
    one.listen(0)
    for _ in range(2):
        waiting = stack.enter_context(socket.socket())
        waiting.setblocking(False)
        waiting.connect_ex(("127.0.0.1", port_of(one)))
    return port_of(one)


def names(monkeypatch: pytest.MonkeyPatch, **known: list[str]) -> None:
    """A resolver that knows only these names."""

    def resolve(name: str, **_: object) -> list[Address]:
        if name not in known:
            raise NameLookupError(f"the name '{name}' has no address")
        return [parse_address(text) for text in known[name]]

    monkeypatch.setattr("nettools.runs.scan_space.resolve_host", resolve)


def test_an_open_and_a_closed_port_are_told_apart_with_their_reasons(open_port: int, closed_port: int) -> None:
    outcome = run("scan", "127.0.0.1", f"{open_port},{closed_port}", "--json")
    assert outcome.status == 0
    found = {one["port"]: (one["state"], one["reason"]) for one in outcome.json["hosts"][0]["ports"]}
    assert found == {open_port: ("open", "syn-ack"), closed_port: ("closed", "conn-refused")}


def test_silence_is_filtered_after_the_timeout(silent_port: int) -> None:
    outcome = run("scan", "127.0.0.1", "-p", str(silent_port), "--timeout", "50ms", "--retries", "0", "--json")
    assert outcome.status == 1
    port = outcome.json["hosts"][0]["ports"][0]
    assert (port["state"], port["reason"], port["rtt_ms"]) == ("filtered", "no-response", None)


def test_a_document_has_every_promised_key(open_port: int) -> None:
    document = run("scan", "127.0.0.1", "-p", str(open_port), "--timeout", "2s", "--retries", "1", "--json").json
    assert list(document) == ["schema", "scan", "hosts", "summary", "errors", "resume", "diff", "expected"]
    assert document["schema"] == "nettools.scan/1"
    assert list(document["scan"]) == ["started", "type", "seed", "shard", "options", "ports"]
    assert document["scan"]["options"] == {
        "targets": "127.0.0.1",
        "addresses": "127.0.0.1",
        "order": "random",
        "timeout_ms": 2000.0,
        "retries": 1,
        "max_in_flight": 1000,
    }
    assert document["scan"]["ports"] == {"tcp": str(open_port), "udp": None}
    assert document["scan"]["started"].endswith("Z")
    assert list(document["hosts"][0]) == HOST_KEYS
    assert list(document["hosts"][0]["ports"][0]) == PORT_KEYS
    assert list(document["summary"]) == [
        *("hosts_up", "ports_open", "probes_sent", "retransmitted", "duration_ms", "interrupted", "addresses"),
        *("hosts_down", "hosts_silent"),
    ]
    assert document["summary"]["interrupted"] is False
    assert document["errors"] == []


def test_nothing_open_is_status_1(closed_port: int) -> None:
    outcome = run("scan", "127.0.0.1", "-p", str(closed_port))
    assert outcome.status == 1
    assert "1 closed" in outcome.stdout


def test_with_p_every_word_is_a_target(open_port: int) -> None:
    document = run("scan", "127.0.0.1", "127.0.0.2", "-p", str(open_port), "--json").json
    assert [(host["target"], host["counts"]) for host in document["hosts"]] == [
        ("127.0.0.1", {"open": 1}),
        ("127.0.0.2", {"closed": 1}),
    ]


def test_the_option_again_adds_ports(open_port: int, closed_port: int) -> None:
    document = run("scan", "127.0.0.1", "-p", str(open_port), "-p", str(closed_port), "--json").json
    assert document["hosts"][0]["counts"] == {"open": 1, "closed": 1}


def test_a_range_of_addresses_is_scanned_one_by_one(closed_port: int) -> None:
    document = run("scan", "127.0.0.0/30", "-p", str(closed_port), "--json").json
    assert [host["address"] for host in document["hosts"]] == ["127.0.0.0", "127.0.0.1", "127.0.0.2", "127.0.0.3"]
    assert {host["target"] for host in document["hosts"]} == {"127.0.0.0/30"}


def test_every_address_of_a_name_is_scanned(monkeypatch: pytest.MonkeyPatch, open_port: int) -> None:
    names(monkeypatch, here=["127.0.0.1", "127.0.0.2"])
    document = run("scan", "here", "-p", str(open_port), "--json").json
    assert [(host["address"], host["names"]) for host in document["hosts"]] == [
        ("127.0.0.1", ["here"]),
        ("127.0.0.2", ["here"]),
    ]


def test_targets_that_share_an_address_are_probed_once_and_answered_each(
    monkeypatch: pytest.MonkeyPatch, open_port: int
) -> None:
    names(monkeypatch, here=["127.0.0.1"])
    document = run("scan", "here", "127.0.0.1", "-p", str(open_port), "--json").json
    assert [host["target"] for host in document["hosts"]] == ["here", "127.0.0.1"]
    assert document["summary"]["probes_sent"] == 1
    assert document["summary"]["ports_open"] == 1


def test_a_name_without_an_address_is_status_3(monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch)
    outcome = run("scan", "nowhere.example", "-p", "80", "--json")
    assert outcome.status == 3
    assert outcome.json["hosts"] == []
    assert [(one["input"], one["kind"]) for one in outcome.json["errors"]] == [
        ("nowhere.example", "name-lookup-failed")
    ]


def test_one_dead_name_does_not_hide_the_other_answers(monkeypatch: pytest.MonkeyPatch, open_port: int) -> None:
    names(monkeypatch)
    outcome = run("scan", "nowhere.example", "127.0.0.1", "-p", str(open_port), "--json")
    assert outcome.status == 4
    assert outcome.json["summary"]["ports_open"] == 1
    assert len(outcome.json["errors"]) == 1
    assert "nowhere.example" in outcome.stderr


@pytest.mark.parametrize(
    "target", ["a b", "a\tb", "a\nb", "a\x00b", "http://127.0.0.1/", "[::1", "user@host", "-x", "", "1.2.3", "x" * 64]
)
def test_what_no_resolver_should_see_never_reaches_one(monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    def never(name: str, **_: object) -> list[Address]:
        raise AssertionError(f"asked for {name!r}")

    monkeypatch.setattr("nettools.runs.scan_space.resolve_host", never)
    outcome = run("scan", "-p", "80", "--", target)
    assert outcome.status == 2
    assert len(outcome.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("ports", "why"),
    [
        ("65536", "out of range 0–65535"),
        ("80-", "lacks an end"),
        ("-80", "lacks an end"),
        ("90-80", "reversed"),
        ("80,", "empty item"),
        (",", "empty item"),
        ("", "empty"),
        ("no-such-service", "neither a port nor a service"),
        ("1-1000000000000", "out of range"),
        ("top:0", "out of range"),
        ("1," * 40_000 + "1", "longer than"),
    ],
)
def test_an_unreadable_port_list_is_refused_in_one_line_that_says_why(ports: str, why: str) -> None:
    outcome = run("scan", "127.0.0.1", f"--ports={ports}")
    assert outcome.status == 2
    assert outcome.stdout == ""
    assert why in outcome.stderr
    assert outcome.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        *(("--timeout", value) for value in ("0", "-1", "nan", "inf", "1e308", "1e-9", "٣", "", "121")),
        *(("--retries", value) for value in ("-1", "1.5", "11", "", "１")),
        *(("--max-in-flight", value) for value in ("0", "60001", "1_000")),
    ],
)
def test_a_limit_that_is_no_number_in_range_is_refused(words: tuple[str, str]) -> None:
    option, value = words
    outcome = run("scan", "127.0.0.1", "22", f"{option}={value}")
    assert outcome.status == 2
    assert option in outcome.stderr
    assert outcome.stdout == ""


def test_both_families_at_once_is_a_contradiction() -> None:
    outcome = run("scan", "127.0.0.1", "22", "-4", "-6")
    assert outcome.status == 2
    assert "exclude each other" in outcome.stderr


def test_very_many_probes_are_sent_only_when_somebody_agrees() -> None:
    outcome = run("scan", "127.0.0.0/8", "22-23", "--json")
    assert outcome.status == 2
    assert outcome.json["errors"][0]["kind"] == "bad-option"
    assert "33,554,432 probes" in outcome.stderr
    assert "--yes" in outcome.stderr


def test_ipv6_loopback_is_scanned_like_any_other(stack: ExitStack) -> None:
    try:
        one = bound(stack, "::1")
    except OSError:
        peers.unavailable("needed: an IPv6 loopback address")
    one.listen()
    document = run("scan", "::1", "-p", str(port_of(one)), "--json").json
    assert document["hosts"][0]["address"] == "::1"
    assert document["hosts"][0]["counts"] == {"open": 1}
    bracketed = run("scan", "[::1]", str(port_of(one)), "--json").json["hosts"][0]
    assert (bracketed["target"], bracketed["address"], bracketed["counts"]) == ("[::1]", "::1", {"open": 1})
    assert run("scan", "[::1]", str(port_of(one))).stdout.startswith("::1 is up")


def test_the_default_ports_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = run("scan", "127.0.0.1", "--json")
    assert "top:100" in outcome.stderr
    assert sum(outcome.json["hosts"][0]["counts"].values()) == 100


def test_a_bare_service_name_as_last_word_is_a_host_and_the_user_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, ssh=["127.0.0.3"])
    outcome = run("scan", "127.0.0.3", "ssh")
    assert "-p ssh" in outcome.stderr


def test_many_closed_ports_stand_together_and_none_is_lost(open_port: int) -> None:
    document = run("scan", "127.0.0.4", "127.0.0.1", "-p", f"1-50,{open_port}", "--json").json
    for host in document["hosts"]:
        listed = len(host["ports"]) + sum(one["count"] for one in host["collapsed"])
        assert listed == sum(host["counts"].values()) == 51
    assert document["hosts"][0]["collapsed"][0] == {
        "protocol": "tcp",
        "state": "closed",
        "reason": "conn-refused",
        "reason_ip": None,
        "count": 51,
        "ports": f"1-50,{open_port}",
    }


def test_csv_has_one_row_for_each_port_in_their_order(open_port: int, closed_port: int) -> None:
    outcome = run("scan", "127.0.0.1", "-p", f"{open_port},{closed_port}", "-f", "csv")
    rows = list(csv.DictReader(io.StringIO(outcome.stdout, newline="")))
    assert [int(row["port"]) for row in rows] == sorted([open_port, closed_port])
    assert {row["state"] for row in rows} == {"open", "closed"}


def test_plain_has_one_line_for_each_port(open_port: int) -> None:
    line = run("scan", "127.0.0.1", "-p", str(open_port), "-f", "plain").stdout
    assert line.split("\t")[:6] == ["127.0.0.1", "127.0.0.1", str(open_port), "tcp", "open", "syn-ack"]


def test_json_lines_tell_ports_then_hosts_then_the_summary(open_port: int, closed_port: int) -> None:
    lines = run("scan", "127.0.0.1", "-p", f"{open_port},{closed_port}", "-f", "jsonl").json_lines
    assert [line["type"] for line in lines] == ["scan", "port", "port", "host", "summary"]
    assert (lines[0]["schema"], lines[0]["scan_type"]) == ("nettools.scan/1", "connect")
    assert [line["state"] for line in lines[1:3]] == ["open", "closed"]
    assert [line["index"] for line in lines[1:4]] == [0, 0, 0]
    assert lines[-1]["ports_open"] == 1


def test_ordered_lines_come_in_the_order_of_the_targets_errors_too(open_port: int) -> None:
    targets = ["127.0.0.9", "010.0.0.1", "127.0.0.1", "127.0.0.7-8", "1.2.3"]
    for seed in ("1", "2", "3"):
        lines = run("scan", *targets, "-p", str(open_port), "--seed", seed, "-f", "jsonl", "--ordered").json_lines
        told = [(line["type"], line["index"]) for line in lines[1:-1]]
        assert [index for _, index in told] == sorted(index for _, index in told)
        assert [one for one in told if one[0] == "error"] == [("error", 1), ("error", 4)]
        assert [line["address"] for line in lines if line["type"] == "host"] == [
            *("127.0.0.9", "127.0.0.1", "127.0.0.7", "127.0.0.8")
        ]


def test_a_table_tells_the_status_with_its_evidence_the_states_and_the_summary(
    open_port: int, closed_port: int
) -> None:
    outcome = run("scan", "127.0.0.1", "-p", f"{open_port},{closed_port}")
    assert re.match(r"127\.0\.0\.1 is up \((syn-ack|conn-refused), \S+ ms\): ", outcome.stdout)
    assert "1 open, 1 closed" in outcome.stdout
    for port, state in ((open_port, "open"), (closed_port, "closed")):
        assert re.search(rf"^ *{port}/tcp  {state} ", outcome.stdout, re.MULTILINE)
    assert "1 address: 1 up; 1 port open; 2 probes in " in outcome.stdout


def test_targets_come_from_standard_input_as_well(open_port: int) -> None:
    outcome = run("scan", "-", "-p", str(open_port), "--json", stdin=b"127.0.0.1 # here\n999.1.1.1\n")
    assert outcome.status == 4
    assert outcome.json["hosts"][0]["counts"] == {"open": 1}
    assert [(one["input"], one["line"]) for one in outcome.json["errors"]] == [("999.1.1.1", 2)]


def test_progress_as_json_lines_goes_to_standard_error_alone(silent_port: int) -> None:
    words = ("scan", "127.0.0.1", "-p", str(silent_port), "--timeout", "400ms", "--retries", "0", "-f", "plain")
    shown, hidden = run(*words, "--progress", "jsonl"), run(*words, "--progress", "never", tty=True)
    assert shown.raw_stdout == hidden.raw_stdout
    assert '"type":"progress"' in shown.stderr
    assert hidden.stderr == ""


def test_beside_an_earlier_answer_the_differences_come_first_and_the_hosts_when_they_are_asked_for(
    tmp_path: Path, open_port: int, closed_port: int
) -> None:
    old = tmp_path / "old.json"
    assert run("scan", "127.0.0.1", str(closed_port), "--json", "-o", str(old)).status == 1
    words = ("scan", "127.0.0.1", "-p", f"{open_port},{closed_port}", "--diff", str(old))
    brief = run(*words).stdout.splitlines()
    assert brief[0] == "Not compared"
    assert brief[3].startswith("nothing has changed since")
    assert brief[5].startswith("1 address: 1 up; 1 port open;")
    assert len(brief) == 6
    for more in ("-v", "--reason", "--open"):
        lines = run(*words, more).stdout.splitlines()
        assert lines[:4] == brief[:4]
        assert lines[5].startswith("127.0.0.1 is up")
        assert f"{open_port}/tcp  open" in "\n".join(lines)
    rows = [run(*words, "--format", "plain", *more).stdout.splitlines() for more in ((), ("-v",))]
    told, told_more = ([row.split("\t")[:6] for row in some] for some in rows)
    assert told == told_more
    assert len(told) == 2


def test_what_is_expected_of_a_silent_name_among_very_many_hosts_is_missing(
    stack: ExitStack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its host is not listed then: which addresses the name had tells the answer."""
    port = silent_everywhere(stack)
    names(monkeypatch, **{"db.test": ["127.0.200.1"]})
    expected = tmp_path / "expected.txt"
    expected.write_text(f"DB.test. {port}\nother.test {port}\n")
    words = ("127.0.16.0/20", "db.test", "-p", str(port), "--timeout", "20ms", "--retries", "0", "--rate", "max")
    document = run("scan", *words, "--expect-file", str(expected), "--json").json
    assert document["hosts"] == []
    assert document["scan"]["options"]["resolved"] == "db.test=127.0.200.1"
    [missing], [not_scanned] = document["expected"]["missing"], document["expected"]["not_scanned"]
    assert (missing["target"], missing["addresses"], missing["line"]) == ("DB.test.", "127.0.200.1", 1)
    assert (not_scanned["target"], not_scanned["addresses"]) == ("other.test", None)


def test_what_is_not_as_expected_comes_first(tmp_path: Path, open_port: int, closed_port: int) -> None:
    expected = tmp_path / "expected.txt"
    expected.write_text(f"127.0.0.1 {closed_port}\n")
    done = run("scan", "127.0.0.1", "-p", f"{open_port},{closed_port}", "--expect-file", str(expected))
    lines = done.stdout.splitlines()
    assert (done.status, lines[0], len(lines)) == (1, "127.0.0.1", 7)
    assert {line.strip().partition("/")[0] for line in lines[1:3]} == {f"+ {open_port}", f"- {closed_port}"}
    assert lines[4] == f"not as {expected} expects: 1 unexpected, 1 missing"
    assert lines[6].startswith("1 address: 1 up")
