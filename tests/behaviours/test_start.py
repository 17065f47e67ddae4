"""The first milliseconds of a run: signals before there is an answer, no memory, a part that is missing."""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from nettools import start
from tests.behaviours.commands import World
from tests.cli import PROGRAM, PROJECT, run, run_shell, variables
from tests.commands.relay_runs import PATIENCE_S

_STARTS = 50
_LAST_MS = 150
# What pip and uv write into bin/nettools, which says no more than this.
SCRIPT = "import sys; from nettools.__main__ import run; sys.argv[0] = 'nettools'; sys.exit(run())"


@pytest.mark.parametrize(("door", "starts"), [(("-m", "nettools"), 50), (("-c", SCRIPT), 10)], ids=["module", "script"])
def test_a_signal_at_any_time_of_the_start_is_a_status_and_a_document(
    door: tuple[str, ...], starts: int, world: World
) -> None:
    """From the first import behind the guard, which -X importtime tells, until 150 ms later."""
    runs = (
        ("subnet", "-", "--json"),
        ("resolve", "host1.test", "A", f"@127.0.0.1:{world.silent}", "--timeout", "60s", "--json"),
        ("scan", "127.77.0.0/20", "-p", "all", "--yes", "--json"),
        ("ifaces", "-", "--json"),
        ("cat", "127.0.0.1", world.mute, "-z", "--tls", "--wait", "60s", "--json"),
    )
    processes = []
    for place in range(0, _STARTS, _STARTS // starts):
        process = subprocess.Popen(
            [sys.executable, "-X", "importtime", *door, *runs[(place + place // 5) % 5]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=variables(),
            cwd=PROJECT,
            restore_signals=True,
        )
        processes.append((place, process))
        if len(processes) == 10:
            _end(processes)
            processes = []
    assert not processes


def _end(processes: "list[tuple[int, subprocess.Popen[bytes]]]") -> None:
    """Send each the signal when its part of the 150 ms is over, then look at what it said."""
    from time import sleep

    for place, process in processes:
        assert process.stderr is not None
        while not (line := process.stderr.readline()).rstrip().endswith(b"nettools.start"):
            assert line, "it ended before it began"
        process.stderr.readline()  # what is imported behind the guard
        sleep(place * _LAST_MS / _STARTS / 1000)
        process.send_signal((signal.SIGINT, signal.SIGTERM, signal.SIGHUP)[place % 3])
    for place, process in processes:
        try:
            octets, said = process.communicate(timeout=PATIENCE_S)
        finally:
            process.kill()
        messages = [line for line in said.splitlines() if not line.startswith(b"import time:")]
        assert not messages or b"Traceback" not in said, said[-2000:]
        assert process.returncode == 128 + (2, 15, 1)[place % 3], (place, said[-500:])
        assert json.loads(octets)["schema"].startswith("nettools."), place


def test_the_document_of_the_start_is_that_of_every_failure() -> None:
    document = json.loads(start.error_document("interrupted", 'a "word" and a \\ and ä', "what next"))
    [error] = document["errors"]
    assert document["schema"] == "nettools.error/1"
    assert list(error) == ["input", "line", "kind", "message", "hint"]
    assert error["message"] == 'a "word" and a \\ and ä'
    [usual] = run("subnet", "--json").json["errors"]
    assert list(usual) == list(error)


@pytest.mark.parametrize(
    ("words", "is_json"),
    [
        (["subnet", "--json"], True),
        (["subnet", "-f", "json"], True),
        (["subnet", "-fjson"], True),
        (["subnet", "--format=json"], True),
        (["subnet", "--format", "json"], True),
        (["subnet", "-f", "jsonl"], False),
        (["subnet", "json"], False),
        (["subnet", "--", "--json"], False),
        ([], False),
    ],
)
def test_whether_json_is_wanted_is_told_from_the_words(words: list[str], is_json: bool) -> None:
    assert start.asks_json(words) is is_json
    assert start.asks_json(tuple(words)) is is_json


def test_the_guard_leaves_what_is_ignored_ignored() -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # what a shell does for a command behind &
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # nohup(1)
        start.guard()
        found = [signal.getsignal(number) for number in before]
        start.stand_down()
        after = [signal.getsignal(number) for number in before]
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert found == [signal.SIG_IGN, start.end_at_once, signal.SIG_IGN]
    assert after == [signal.SIG_IGN, signal.SIG_DFL, signal.SIG_IGN]


@pytest.mark.parametrize("limit_kib", [16_000, 20_000, 24_000, 28_000])
def test_a_lack_of_memory_is_one_line_and_a_document(limit_kib: int) -> None:
    """At the import of main, of a command, at work: wherever it runs out."""
    outcome = run_shell(f"ulimit -v {limit_kib}; nettools scan 127.0.0.1 -p 1 --json")
    assert "Traceback" not in outcome.stderr
    if "nettools" not in outcome.stderr and outcome.status != 0:
        pytest.skip(f"this interpreter itself does not start in {limit_kib} KiB")
    assert outcome.status in (1, 3)  # 1: it was enough, and the port is closed
    assert outcome.stderr.count("\n") == (1 if outcome.status == 3 else 0)
    assert json.loads(outcome.stdout)["schema"] == ("nettools.error/1" if outcome.status == 3 else "nettools.scan/1")


@pytest.mark.parametrize("missing", ["typer", "rich", "nettools/data/special-purpose.tsv"])
def test_a_part_that_is_missing_is_one_line_and_a_document(missing: str, tmp_path: Path) -> None:
    folder = PROJECT
    if missing.startswith("nettools/"):
        folder = tmp_path
        shutil.copytree(PROJECT / "nettools", tmp_path / "nettools", ignore=shutil.ignore_patterns("__pycache__"))
        (tmp_path / missing).unlink()
    else:
        name = f"No module named '{missing}'"
        (tmp_path / f"{missing}.py").write_text(f"raise ModuleNotFoundError({name!r})\n")
    for answer_format in ("json", "table"):
        ended = subprocess.run(
            [*PROGRAM, "subnet", "192.0.2.0/24", "-f", answer_format],
            env=variables() | {"PYTHONPATH": f"{tmp_path}:{folder}", "PYTHONDONTWRITEBYTECODE": "1"},
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        if missing == "rich" and answer_format == "json":
            assert ended.returncode == 0  # JSON needs no rich
            continue
        assert ended.returncode == 3, ended.stderr
        assert ended.stderr.count("\n") == 1
        assert "a part of nettools is missing" in ended.stderr
        assert "install nettools again" in ended.stderr
        if answer_format == "json":
            assert [one["kind"] for one in json.loads(ended.stdout)["errors"]] == ["local-fault"]


def test_the_old_file_is_intact_when_the_last_octets_do_not_fit(tmp_path: Path) -> None:
    (tmp_path / "answer").write_text("old")
    outcome = run_shell("ulimit -f 0; nettools subnet 192.0.2.0/24 --json -o answer", cwd=tmp_path)
    assert outcome.status == 3
    assert (tmp_path / "answer").read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["answer"]
