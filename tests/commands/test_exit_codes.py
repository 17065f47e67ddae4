"""The exit codes of help are those that runs end with: each row of the page, and each no of a command."""

import re
import signal
from pathlib import Path

import pytest

from nettools.commands._help_topics import EXIT_CODES, NEGATIVE_ANSWERS, RELAY_EXIT_CODES
from tests.cli import run, run_shell
from tests.commands.machine_runs import end_after
from tests.commands.relay_runs import closed_port, listening, started
from tests.core.route.machines import FIRST_RULES, route, rule
from tests.dns_bed.fixture import DnsBed
from tests.fake_platform import FakePlatform, laptop

CLOSED = "1"
"""A TCP port of loopback at which nobody listens (tcpmux)."""

ROWS: list[tuple[str, str]] = [
    ("0", "subnet 192.0.2.0/24"),
    ("0", "port-service 22 no-such-service"),
    ("0", "subnet relate 10.0.0.0/8 10.1.0.0/16 --expect contains"),
    ("1", "port-service no-such-service"),
    ("1", f"scan 127.0.0.1 -p {CLOSED}"),
    ("1", "ifaces no-such-interface"),
    ("2", "subnet 192.0.2.0/33"),
    ("2", "subnet 192.0.2.0/24 --no-such-option"),
    ("2", "no-such-command"),
    ("2", "scan 127.0.0.1 -p 65536"),
    ("3", "resolve example.com @127.0.0.1 --port 9 --tcp --timeout 1s"),
    ("3", f"scan 127.0.0.1 -p {CLOSED} --source 192.0.2.1"),
    ("4", "subnet 192.0.2.0/24 192.0.2.0/33"),
    ("4", f"scan 127.0.0.1 010.0.0.1 -p {CLOSED}"),
    ("4", "scan 127.77.0.1 -p 1-65535 --host-timeout 100ms --quiet"),
]
RELAY_ROWS: list[tuple[str, str]] = [
    ("1", "cat 127.0.0.1 CLOSED"),
    ("1", "cat -z 127.0.0.1 CLOSED"),
    ("2", "cat 127.0.0.1"),
    ("2", "cat 127.0.0.1 9 --no-such-option"),
    ("2", "cat 127.0.0.1 9 --cert no-such-file --tls"),
    ("2", "listen"),
    ("2", "listen 192.0.2.1 0"),
]


@pytest.mark.parametrize(("code", "words"), ROWS)
def test_a_row_of_the_page_on_exit_codes_is_so(code: str, words: str) -> None:
    assert run(*words.split()).status == int(code)


def test_a_file_of_settings_without_a_place_is_1() -> None:
    assert run("config", "--path", env={"NETTOOLS_CONFIG": "none"}).status == 1


def test_an_answer_that_cannot_be_written_is_3() -> None:
    outcome = run_shell("nettools subnet 192.0.2.0/24 --json >/dev/full")
    assert (outcome.status, outcome.stderr.count("\n")) == (3, 1)


def test_a_bug_is_70(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("nettools.commands.port_service.service_table", broken)
    outcome = run("port-service", "22")
    assert outcome.status == 70
    assert "this is a bug of nettools" in outcome.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_128_and_its_number(number: signal.Signals) -> None:
    with started("ifaces", "lo", "--rate", "--interval", "100ms") as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        process.send_signal(number)
        assert process.wait(20) == 128 + number


def test_a_signal_to_what_watches_is_128_and_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    laptop().install(monkeypatch)
    end_after(monkeypatch)
    assert run("ifaces", "--watch").status == 128 + signal.SIGTERM


def test_a_reader_that_goes_away_ends_the_run_silently() -> None:
    outcome = run_shell("nettools subnet list 10.0.0.0/8 | head -n 1")
    assert (outcome.status, outcome.stdout, outcome.stderr) == (141, "10.0.0.0\n", "")


@pytest.mark.parametrize(("code", "words"), RELAY_ROWS)
def test_a_row_of_cat_and_listen_is_so(code: str, words: str) -> None:
    assert run(*words.replace("CLOSED", closed_port()).split()).status == int(code)


def test_cat_and_listen_end_with_0_when_all_went_well() -> None:
    with listening() as server:
        assert run("cat", "127.0.0.1", server.port, "--send-only").status == 0
        assert server.wait().status == 0


def test_a_signal_to_listen_is_128_and_its_number() -> None:
    with listening() as server:
        assert server.signal(signal.SIGINT).status == 130


# -- when the answer is no ------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["ifaces --kind no-such-kind", "route --table 54321"])
def test_nothing_that_fits_is_1(words: str) -> None:
    assert run(*words.split()).status == 1


@pytest.mark.parametrize("kind", ["blackhole", "unreachable", "prohibit", None])
def test_a_packet_that_goes_nowhere_is_1(monkeypatch: pytest.MonkeyPatch, kind: str | None) -> None:
    routes = () if kind is None else (route(f"{kind} 203.0.113.0/24"),)
    FakePlatform(made_routes=routes, rules=[rule(one) for one in FIRST_RULES]).install(monkeypatch)
    assert run("route", "203.0.113.9").status == 1


@pytest.mark.parametrize(
    "words",
    [
        "resolve no-such-name.nsec.test",
        "resolve www.nsec.test MX",
        "resolve www.badsig.test A --validate",
        "resolve soadiff.test --all-ns",
        "resolve www.nsec.test A --expect 192.0.2.99",
        "rdns 192.0.2.250",
    ],
)
def test_no_such_name_or_record_or_not_as_it_should_be_is_1(dns_bed: DnsBed, words: str) -> None:
    assert dns_bed.nettools(*words.split()).status == 1


@pytest.mark.parametrize(("option", "text"), [("--diff", None), ("--expect-file", "127.0.0.1 22\n")])
def test_a_scan_that_is_not_as_it_was_or_should_be_is_1(tmp_path: Path, option: str, text: str | None) -> None:
    file = tmp_path / "old"
    words = ("scan", "127.0.0.1", "-p", CLOSED)
    if text is None:
        run(*words, "--json", "--output", str(file))
        text = file.read_text().replace('"closed"', '"open"')
    file.write_text(text)
    assert run(*words, option, str(file)).status == 1


@pytest.mark.parametrize(
    ("words", "stdin"),
    [
        ("subnet relate 10.0.0.0/8 11.0.0.0/8 --expect contains", b""),
        ("subnet filter 10.0.0.0/8", b"192.0.2.1\n"),
        ("subnet free 10.0.0.0/24 --used - --prefix 26", b"10.0.0.0/24\n"),
    ],
)
def test_a_verb_that_finds_nothing_is_1(words: str, stdin: bytes) -> None:
    assert run(*words.split(), stdin=stdin).status == 1


# -- no row is left out ---------------------------------------------------------------------------------


def test_every_row_of_the_page_is_tried_above() -> None:
    tried = {code for code, _ in ROWS} | {"70", "128+n"}
    assert {code for code, _ in EXIT_CODES} == tried
    assert {code for code, _ in RELAY_EXIT_CODES} == {code for code, _ in RELAY_ROWS} | {"0", "70", "128+n"}
    source = Path(__file__).read_text(encoding="utf-8")
    for command in NEGATIVE_ANSWERS:
        assert re.search(rf"\"(1\", )?\"?{command}\b", source), command
