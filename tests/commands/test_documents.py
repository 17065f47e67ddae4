"""What is told while it happens is what the schemas of lines say: events of connections and machines, rates."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nettools.core.ifaces.events import MachineEvent
from tests.cli import run
from tests.commands.machine_runs import ChangingPlatform, Clock, end_after
from tests.commands.relay_runs import cat, closed_port, listening
from tests.core.route.machines import FIRST_RULES, route, rule
from tests.fake_platform import LAPTOP, laptop
from tests.schemas import check_document, check_lines


def test_events_of_cat_and_listen(tmp_path: Path) -> None:
    theirs, ours = tmp_path / "listen", tmp_path / "cat"
    with listening("--service", "echo", "--events", str(theirs), "--tls") as server:
        outcome = cat("127.0.0.1", server.port, "--tls", "--insecure", "--events", str(ours), stdin=b"x")
        assert outcome.raw_stdout == b"x"
        server.wait()
    for path, expected in (
        (theirs, {"listening", "accept", "close"}),
        (ours, {"connected", "tls", "data", "close"}),
    ):
        assert expected <= {event["event"] for event in check_lines("events", path.read_bytes())}


def test_events_of_a_connection_that_fails(tmp_path: Path) -> None:
    path = tmp_path / "events"
    assert cat("localhost", closed_port(), "--events", str(path)).status == 1
    assert {"lookup", "try", "error"} <= {event["event"] for event in check_lines("events", path.read_bytes())}


@pytest.mark.parametrize("extra", [[], ["--tls", "--insecure"], ["--tls"]], ids=["plain", "tls", "untrusted"])
def test_a_try_of_cat(extra: list[str]) -> None:
    with listening("--keep-open", *extra[:1]) as server:
        words = ("cat", "-z", "localhost", server.port, *extra)
        check_document(run(*words, "--json").raw_stdout)
        check_lines("cat-lines", run(*words, "-f", "jsonl").raw_stdout)


def event(what: str, **parts: object) -> MachineEvent:
    empty = MachineEvent(
        time=datetime(2026, 1, 2, tzinfo=UTC),
        event=what,
        ifname="lo",
        ifindex=1,
        changes=("mtu 1500 → 1400",),
        interface=None,
        address=None,
        route=None,
        rule=None,
    )
    return replace(empty, **parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("command", "schema"),
    [(["ifaces"], "ifaces-lines"), (["route", "--rules"], "route-lines")],
    ids=["ifaces", "route"],
)
def test_events_of_a_machine(monkeypatch: pytest.MonkeyPatch, command: list[str], schema: str) -> None:
    laptop().install(monkeypatch)
    end_after(
        monkeypatch,
        event("interface-changed", interface=LAPTOP[0]),
        event("address-added", interface=LAPTOP[0], address=LAPTOP[0].addr_info[0]),
        event("route-added", route=route("10.0.0.0/8 dev eth0")),
        event("rule-added", rule=rule(FIRST_RULES[0])),
        event("lost", ifname=None, ifindex=None),
    )
    lines = check_lines(schema, run(*command, "--watch", "-f", "jsonl").raw_stdout)
    assert len(lines) >= 3


def test_rates_of_interfaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nettools.commands._rate.time", Clock())
    platform = ChangingPlatform()
    platform.looks = [LAPTOP, LAPTOP, LAPTOP]
    platform.install(monkeypatch)
    assert {line["event"] for line in check_lines("ifaces-lines", run("ifaces", "--rate").raw_stdout)} == {"rate"}


@pytest.mark.parametrize(
    "words",
    [["ifaces"], ["ifaces", "--primary"], ["route", "--rules"], ["route", "10.9.1.1", "203.0.114.9", "10.0.0.0/8"]],
)
def test_documents_of_a_machine_are_the_same_bytes_everywhere(
    monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    laptop().install(monkeypatch)
    expected = run(*words, "--json").raw_stdout
    check_document(expected)
    for env in ({"FORCE_COLOR": "1"}, {"NO_COLOR": "1"}, {"LANG": "tr_TR"}):
        for columns in (None, 40, 200):
            assert run(*words, "--json", columns=columns, env=env).raw_stdout == expected
    assert run(*words, "--json", encoding="utf-16").raw_stdout == expected
