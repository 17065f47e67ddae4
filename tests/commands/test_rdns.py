"""``nettools rdns`` and ``resolve --file`` from the command line, against a small name server on loopback."""

import json
import signal
import socket
import threading
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from time import sleep

import jsonschema
import pytest

from nettools.core.resolve.lookup import Server
from tests.cli import Outcome, run, start
from tests.dns_servers.answering import name_server

TYPES = {1: "A", 12: "PTR", 28: "AAAA"}


def wire(name: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".") if label) + b"\0"


def address(text: str) -> bytes:
    return bytes(map(int, text.split(".")))


def ptr(last: int) -> str:
    return f"{last}.2.0.192.in-addr.arpa."


RECORDS: Mapping[tuple[str, str], list[bytes]] = {
    (ptr(1), "PTR"): [wire("good.test")],
    (ptr(2), "PTR"): [wire("good.test"), wire("nowhere.test")],
    (ptr(3), "PTR"): [wire("good.test")],
    (ptr(4), "PTR"): [wire("nowhere.test")],
    (ptr(5), "PTR"): [b"\x08a.b\x1b[31m\x04test\x00"],
    ("good.test.", "A"): [address("192.0.2.1"), address("192.0.2.2")],
}
SILENT = {ptr(7)}


def answer(query: bytes) -> list[bytes]:
    end = query.index(b"\0", 12) + 1
    labels, place = [], 12
    while query[place]:
        labels.append(query[place + 1 : place + 1 + query[place]].decode("latin-1"))
        place += 1 + query[place]
    name = ".".join(labels) + "."
    kind = int.from_bytes(query[end : end + 2], "big")
    if name in SILENT:
        return []
    found = RECORDS.get((name, TYPES.get(kind, "")), [])
    rcode = 0 if found else 3
    body = b"".join(
        b"\xc0\x0c" + kind.to_bytes(2, "big") + b"\0\1\0\0\0\x3c" + len(one).to_bytes(2, "big") + one for one in found
    )
    head = query[:2] + bytes([0x85, rcode]) + b"\0\1" + len(found).to_bytes(2, "big") + b"\0\0\0\0"
    return [head + query[12 : end + 4] + body]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with name_server(answer) as running:
        yield running


def rdns(server: Server, *words: str, stdin: bytes = b"", columns: int | None = None) -> Outcome:
    return run("rdns", *words, f"@{server.address}:{server.port}", "--timeout", "1s", stdin=stdin, columns=columns)


def test_every_verdict_is_told_and_the_document_fits_its_schema(server: Server) -> None:
    outcome = rdns(server, "192.0.2.0/29", "--json")
    schema = json.loads(resources.files("nettools.schemas").joinpath("rdns.json").read_text())
    jsonschema.validate(outcome.json, schema)
    verdicts = {one["address"]: one["verdict"] for one in outcome.json["addresses"]}
    assert verdicts == {
        "192.0.2.1": "confirmed",
        "192.0.2.2": "multiple",
        "192.0.2.3": "mismatch",
        "192.0.2.4": "dangling",
        "192.0.2.5": "dangling",
        "192.0.2.7": "error",
    }
    assert outcome.json["summary"] == {"asked": 8, "named": 5, "confirmed": 1, "errors": 1, "interrupted": False}
    assert outcome.status == 4
    multiple = outcome.json["addresses"][1]
    assert [(one["name"], one["verdict"]) for one in multiple["names"]] == [
        ("good.test.", "confirmed"),
        ("nowhere.test.", "dangling"),
    ]
    assert multiple["names"][0]["forward"] == ["192.0.2.1", "192.0.2.2"]


def test_all_lists_addresses_without_a_name_too(server: Server) -> None:
    outcome = rdns(server, "192.0.2.0-192.0.2.6", "--all", "--json")
    assert [one["address"] for one in outcome.json["addresses"]] == [f"192.0.2.{last}" for last in range(7)]
    assert outcome.json["addresses"][0]["verdict"] == "none"
    assert outcome.status == 0


def test_without_forward_there_is_no_verdict_of_names(server: Server) -> None:
    outcome = rdns(server, "192.0.2.1", "--no-forward", "--json")
    assert outcome.json["addresses"][0]["names"] == [{"name": "good.test.", "forward": [], "verdict": None}]
    assert outcome.json["addresses"][0]["verdict"] is None
    assert outcome.status == 0


@pytest.mark.parametrize("ordered", [True, False])
def test_lines_have_their_index_and_a_summary_ends_them(server: Server, ordered: bool) -> None:
    outcome = rdns(server, "192.0.2.0-192.0.2.6", "-f", "jsonl", "--all", *(["--ordered"] if ordered else []))
    *lines, summary = outcome.json_lines
    assert summary["type"] == "summary"
    assert {line["type"] for line in lines} == {"address"}
    numbers = [line["index"] for line in lines]
    assert sorted(numbers) == list(range(7))
    assert all(line["address"] == f"192.0.2.{line['index']}" for line in lines)
    if ordered:
        assert numbers == list(range(7))


def test_rows_are_one_a_name(server: Server) -> None:
    plain = rdns(server, "192.0.2.2", "192.0.2.6", "--all", "-f", "plain")
    assert plain.stdout.splitlines() == [
        "192.0.2.2\tgood.test.\tconfirmed\t192.0.2.1; 192.0.2.2\t-",
        "192.0.2.2\tnowhere.test.\tdangling\t-\t-",
        "192.0.2.6\t-\tnone\t-\t-",
    ]
    csv = rdns(server, "192.0.2.2", "-f", "csv")
    assert csv.stdout.splitlines()[0] == "address,name,verdict,forward,error"
    assert len(csv.stdout.splitlines()) == 3


@pytest.mark.parametrize("columns", [None, 40, 120])
def test_a_table_shows_each_name_and_nothing_that_moves_the_cursor(server: Server, columns: int | None) -> None:
    outcome = rdns(server, "192.0.2.0-192.0.2.6", columns=columns)
    assert r"a\.b\027[31m.test." in outcome.stdout.replace("\n", "").replace(" ", "")
    assert "\x1b[31m.test" not in outcome.stdout
    assert "7 addresses asked: 5 with a name, 1 confirmed" in outcome.stderr


def test_nothing_named_is_a_no(server: Server) -> None:
    outcome = rdns(server, "192.0.2.200/30", "--json")
    assert (outcome.status, outcome.json["addresses"]) == (1, [])


def test_an_ipv6_network_without_names_is_not_answered_with_silence(server: Server) -> None:
    outcome = rdns(server, "2001:db8::/64")
    assert (outcome.status, outcome.stdout) == (1, "")
    assert outcome.stderr == "nettools rdns: no address of this network has a name\n"


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("www.example.com", "nettools resolve www.example.com asks for a name"),
        ("1.2.0.192.in-addr.arpa.", "nettools resolve 1.2.0.192.in-addr.arpa. PTR asks for a name"),
    ],
)
def test_a_name_is_answered_with_what_takes_names(server: Server, word: str, hint: str) -> None:
    outcome = rdns(server, word)
    assert outcome.status == 2
    assert outcome.stderr.endswith(f"; {hint}\n")


def test_nobody_who_answers_is_no_finding(server: Server) -> None:
    outcome = rdns(server, "192.0.2.7", "--json")
    assert outcome.status == 3
    assert outcome.json["addresses"][0]["error"].startswith("timeout")


def test_what_cannot_be_read_stands_in_errors_and_stops_nothing(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "targets"
    file.write_text("# mine\n192.0.2.1\nnonsense\n192.0.2.3-192.0.2.2\n")
    outcome = rdns(server, "192.0.2.300", "192.0.2.4", "--file", str(file), "--json")
    assert [one["address"] for one in outcome.json["addresses"]] == ["192.0.2.4", "192.0.2.1"]
    assert [(one["input"], one["line"]) for one in outcome.json["errors"]] == [
        ("192.0.2.300", None),
        ("nonsense", 3),
        ("192.0.2.3-192.0.2.2", 4),
    ]
    assert outcome.status == 4


def test_targets_come_from_standard_input(server: Server) -> None:
    for words in (["-"], ["--file", "-"]):
        outcome = rdns(server, *words, "--json", stdin=b"192.0.2.1\n\n192.0.2.4 # why\n")
        assert [one["address"] for one in outcome.json["addresses"]] == ["192.0.2.1", "192.0.2.4"]


@pytest.mark.parametrize(
    "words", [[], ["192.0.2.1", "--rate", "0"], ["192.0.2.1", "--concurrency", "x"], ["192.0.2.1", "@[::1"]]
)
def test_a_request_that_is_wrong_asks_nobody(words: list[str]) -> None:
    assert run("rdns", *words).status == 2


def test_ctrl_c_leaves_valid_output(server: Server) -> None:
    process = start("rdns", "192.0.0.0/14", f"@{server.address}:{server.port}", "--rate", "300", "--json")
    sleep(2)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=20)
    assert process.returncode == 130
    assert json.loads(out)["summary"]["interrupted"] is True


def test_bulk_answers_have_the_index_of_their_question_and_a_summary(server: Server, tmp_path: Path) -> None:
    names = tmp_path / "names"
    names.write_text("good.test\nbad..name\nnowhere.test\n192.0.2.1\n")
    at = f"@{server.address}:{server.port}"
    outcome = run("resolve", "--file", str(names), at, "-f", "jsonl", "--ordered")
    kinds = [line["type"] for line in outcome.json_lines]
    assert sorted(kinds) == ["error", *["response"] * 5, "summary"]
    answers = [line for line in outcome.json_lines if line["type"] == "response"]
    assert [line["index"] for line in answers] == [0, 1, 2, 3, 4]
    assert [line["status"] for line in answers] == ["answered", "nxdomain", "nxdomain", "nxdomain", "answered"]
    summary = outcome.json_lines[-1]
    assert summary["asked"] == 5
    assert summary["statuses"] == {"answered": 2, "nxdomain": 3}
    assert summary["unreadable"] == 1
    assert outcome.status == 4


def test_a_bulk_document_keeps_the_order_and_is_the_same_as_single_lookups(server: Server, tmp_path: Path) -> None:
    names = tmp_path / "names"
    names.write_text("".join(f"h{number}.test\n" for number in range(300)) + "good.test\n")
    at = f"@{server.address}:{server.port}"
    bulk = run("resolve", "--file", str(names), "A", at, "--json").json
    assert [one["query"]["name"] for one in bulk["responses"]] == [*(f"h{n}.test." for n in range(300)), "good.test."]
    single = run("resolve", "good.test", "h7.test", "A", at, "--json").json

    def timeless(response: dict[str, object]) -> dict[str, object]:
        tries = response["tries"]
        assert isinstance(tries, list)
        return {**response, "query_time_ms": 0, "tries": [{**one, "ms": 0} for one in tries]}

    assert timeless(bulk["responses"][300]) == timeless(single["responses"][0])
    assert timeless(bulk["responses"][7]) == timeless(single["responses"][1])
    assert list(bulk["responses"][300]) == list(single["responses"][0])


_HANDSHAKE = b"\x16\x03"
"""How a TLS record of the client's hello begins: RFC 8446 §5.1."""


def test_a_server_over_tls_gets_no_question_in_the_clear() -> None:
    first: list[bytes] = []

    def accept() -> None:
        connection, _ = listener.accept()
        with connection:
            first.append(connection.recv(2, socket.MSG_WAITALL))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        thread = threading.Thread(target=accept)
        thread.start()
        outcome = run("rdns", "192.0.2.1", f"@tls://127.0.0.1:{listener.getsockname()[1]}", "--tries", "1", "--json")
        thread.join(10)
    assert first == [_HANDSHAKE]
    assert outcome.status == 3
    assert [one["verdict"] for one in outcome.json["addresses"]] == ["error"]
