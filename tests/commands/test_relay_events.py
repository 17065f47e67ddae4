"""--events of cat and listen: JSONL whose keys are always there, flushed, with words that stay; and the timeline."""

import json
import re
import signal
import socket
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from nettools.core.relay.ending import EndingKind
from nettools.core.relay.events import EventName
from tests.cli import run, run_shell
from tests.commands.relay_runs import PATIENCE_S, Events, cat, closed_port, events_of, listening, started, wait_for

HERE = "127.0.0.1"
KEYS = ["schema", "type", "t", "event", "local", "peer", "protocol", "bytes_in", "bytes_out", "duration_ms", "reason"]


def checked(octets: bytes) -> Events:
    """Lines of which each is an event, whole and in the order of time."""
    found = [json.loads(line) for line in octets.splitlines()]
    for one in found:
        assert list(one) == KEYS
        assert (one["schema"], one["type"]) == ("nettools.events/1", "event")
        assert one["event"] in get_args(EventName)
        datetime.fromisoformat(one["t"])
        if one["event"] == "close":
            assert one["reason"] in get_args(EndingKind)
            assert one["duration_ms"] >= 0
    assert octets.endswith(b"\n")
    assert [one["t"] for one in found] == sorted(one["t"] for one in found)
    return found


def names(events: Events) -> list[str]:
    return [one["event"] for one in events]


def only(events: Events, name: str) -> dict[str, Any]:
    found = [one for one in events if one["event"] == name]
    assert len(found) == 1
    return found[0]


# --- cat -----------------------------------------------------------------------------------------------------


def test_a_connection_of_cat_in_events(tmp_path: Path) -> None:
    with listening("--service", "echo", "-k") as server:
        outcome = cat(HERE, server.port, "--events", str(tmp_path / "e"), stdin=b"hello")
    assert outcome.raw_stdout == b"hello"
    events = checked((tmp_path / "e").read_bytes())
    assert names(events) == ["connected", "data", "data", "close"]
    for one in events:
        assert one["peer"] == f"{HERE}:{server.port}"
        assert one["protocol"] == "tcp"
        assert one["local"].startswith(f"{HERE}:")
    assert [(one["bytes_out"], one["bytes_in"]) for one in events[1:]] == [(5, 0), (0, 5), (5, 5)]
    assert events[-1]["reason"] == "closed"


def test_events_on_standard_output_are_whole_where_it_carries_no_data() -> None:
    with listening("--service", "discard", "-k") as server:
        for words in (["--send-only"], ["-e", "/bin/echo x"]):
            events = checked(cat(HERE, server.port, *words, "--events", "-", stdin=b"x\n").raw_stdout)
            assert names(events) == ["connected", "data", "close"]


@pytest.mark.parametrize("what", [["--send-only"], ["--send", __file__]], ids=["octets", "a checked file"])
def test_a_refusal_in_events_and_quietly(what: list[str]) -> None:
    port = closed_port()
    outcome = cat(HERE, port, *what, "--quiet", "--events", "-")
    assert outcome.status == 1
    assert outcome.stderr.count("\n") == 1
    events = checked(outcome.raw_stdout)
    assert names(events) == ["try", "error"]
    assert {one["reason"] for one in events} == {"refused"}
    assert {one["peer"] for one in events} == {f"{HERE}:{port}"}


def test_each_try_of_a_retry_is_an_event() -> None:
    asked = ("--retry", "2", "--backoff", "10ms", "--send-only", "--events", "-")
    events = checked(cat(HERE, closed_port(), *asked).raw_stdout)
    assert names(events) == ["try"] * 5 + ["error"]  # three tries, two waits


def test_a_name_that_was_looked_up_is_an_event() -> None:
    with listening("--service", "daytime", "-k") as server:
        events = events_of(cat("-4", "localhost", server.port, "--events", "/dev/stderr").raw_stderr)
    assert names(events)[:2] == ["lookup", "connected"]
    assert events[0]["peer"] == f"localhost:{server.port}"
    assert events[0]["duration_ms"] > 0


def test_a_signal_is_the_end_in_events() -> None:
    with (
        listening("--service", "discard", "-k") as server,
        started("cat", HERE, server.port, "--send-only", "--events", "-") as process,
    ):
        assert process.stdout is not None
        first = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        events = checked(first + process.stdout.read())
        assert process.wait(PATIENCE_S) == 143
    assert names(events) == ["connected", "close"]
    assert events[-1]["reason"] == "cut"


def test_events_of_a_closed_stream_do_not_take_its_place(tmp_path: Path) -> None:
    with listening("--service", "daytime", "-k") as server:
        outcome = run_shell(f"nettools cat {HERE} {server.port} --events e <&-", cwd=tmp_path)
    assert (outcome.status, outcome.stderr) == (0, "")
    assert names(checked((tmp_path / "e").read_bytes())) == ["connected", "data", "close"]


def test_events_are_appended_only_where_that_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "e"
    for more, expected in (([], 2), ([], 2), (["--append-output", "-o", str(tmp_path / "log")], 4)):
        run("cat", HERE, closed_port(), "--events", str(path), *more)
        assert len(checked(path.read_bytes())) == expected


# --- listen --------------------------------------------------------------------------------------------------


def test_a_client_of_listen_in_events() -> None:
    with listening("--events", "/dev/stderr", "--recv-only") as server:
        cat(HERE, server.port, stdin=b"hello")
        outcome = server.wait()
    assert (outcome.status, outcome.raw_stdout) == (0, b"hello")
    events = events_of(outcome.raw_stderr)
    assert names(events) == ["listening", "listening", "accept", "data", "close"]
    assert [one["local"] for one in events] == [
        f"{HERE}:{server.port}",
        f"[::1]:{server.port}",
        *[f"{HERE}:{server.port}"] * 3,
    ]
    assert events[-1]["bytes_in"] == 5
    assert events[-1]["reason"] == "closed"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["-e", "/bin/echo x"], ["accept", "data", "close"]),
        (["--service", "daytime"], ["accept", "close"]),
        (["--serve", "."], ["accept", "request", "close"]),
        (["--broker"], ["accept", "data", "close"]),
        (["--chat"], ["accept", "data", "close"]),
        (["--proxy-server", "http"], ["accept", "close"]),
    ],
    ids=lambda words: words[0],
)
def test_each_mode_tells_its_events_on_standard_output(words: list[str], told: list[str], tmp_path: Path) -> None:
    with listening(*words, "-k", "--events", "-", cwd=tmp_path) as server:
        with socket.create_connection(server.address) as client:
            client.settimeout(PATIENCE_S)
            client.sendall(b"GET / HTTP/1.0\r\n\r\n")
            client.shutdown(socket.SHUT_WR)
            while client.recv(1 << 16):
                pass
        events = checked(server.signal().raw_stdout)
    assert list(dict.fromkeys(names(events))) == ["listening", *told]
    assert only(events, "accept")["peer"] == only(events, "close")["peer"] != only(events, "accept")["local"]


def test_the_datagram_services_tell_their_events() -> None:
    with listening("-u", "--service", "echo", "--events", "-") as server:
        assert cat("-u", HERE, server.port, "-q", "200ms", stdin=b"q").raw_stdout == b"q"
        events = checked(server.signal().raw_stdout)
    assert names(events) == ["listening", "listening", "request"]
    assert (events[-1]["bytes_in"], events[-1]["bytes_out"], events[-1]["protocol"]) == (1, 1, "udp")


def test_who_is_turned_away_is_an_event() -> None:
    with listening("-k", "--deny", HERE, "--events", "/dev/stderr", "--service", "echo") as server:
        assert cat(HERE, server.port, "-z", "--quiet").status == 0
        rejects = wait_for(
            lambda: [one for one in events_of(server.raw_stderr) if one["event"] == "reject"],
            "somebody to be turned away",
        )
    reject = only(rejects, "reject")
    assert reject["reason"] == "on the deny list"
    assert reject["peer"].startswith(f"{HERE}:")


# --- the timeline --------------------------------------------------------------------------------------------


def test_the_timeline_says_when_what_happened_and_how_it_ended() -> None:
    with listening("--service", "echo", "-k") as server:
        outcome = cat(HERE, server.port, "--timeline", "--quiet", stdin=b"hello")
    times, texts = zip(
        *(re.fullmatch(r" *([0-9.]+) ms  (.+)", line).groups() for line in outcome.stderr.splitlines()),  # type: ignore[union-attr]
        strict=True,
    )
    assert list(map(float, times)) == sorted(map(float, times))
    assert texts[0] == f"connected to {HERE}:{server.port}"
    assert "first byte in" in texts
    assert re.fullmatch(r".*; sent 5 bytes \(.+\), received 5 bytes \(.+\)", texts[-1])


def test_the_timeline_of_a_refusal_has_the_address_that_was_tried() -> None:
    port = closed_port()
    outcome = run("cat", HERE, port, "--timeline")
    assert outcome.stderr.splitlines()[-1].endswith(
        f"ms  {HERE}:{port}: the connection was refused: nobody listens there"
    )
