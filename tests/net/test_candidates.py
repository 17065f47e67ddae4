"""What this machine offers for completion, and that nothing on it stops or stalls a Tab."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nettools.core.completion import KINDS
from nettools.net.candidates import candidates
from tests.cli import NOWHERE, PROGRAM, PROJECT, run_process, variables

FORBIDDEN = {"typer", "rich", "dns", "asyncio", "ssl", "nettools.commands._environment", "nettools.commands._command"}


@pytest.fixture
def ssh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder .ssh of a home of its own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / ".ssh"
    folder.mkdir()
    return folder


def test_the_loopback_interface_is_offered() -> None:
    assert {"lo", "lo0"} & set(candidates("interfaces"))


def test_hosts_come_from_ssh_and_from_the_hosts_file(ssh: Path) -> None:
    (ssh / "config").write_text("Host mine\n")
    (ssh / "known_hosts").write_text("www.example.com,192.0.2.77 ssh-rsa AAAA\n$(id) ssh-rsa AAAA\n")
    found = candidates("hosts")
    assert found[0] == "mine"
    assert {"localhost", "www.example.com", "192.0.2.77"} <= set(found)
    assert not [one for one in found if "$" in one]
    assert "192.0.2.77" in candidates("addresses")
    assert "www.example.com" not in candidates("addresses")


@pytest.mark.parametrize("kind", ["", "Interfaces", "*", "interfaces "])
def test_of_an_unknown_kind_there_is_nothing(kind: str) -> None:
    assert candidates(kind) == ()


@pytest.mark.parametrize("make", ["directory", "fifo", "unreadable", "loop", "dangling", "binary"])
def test_a_file_that_cannot_be_read_is_passed_over(ssh: Path, make: str) -> None:
    path = ssh / "known_hosts"
    if make == "directory":
        path.mkdir()
    elif make == "fifo":
        os.mkfifo(path)
    elif make == "unreadable":
        path.touch(mode=0o000)
    elif make in ("loop", "dangling"):
        path.symlink_to(path if make == "loop" else ssh / "nowhere")
    else:
        path.write_bytes(bytes(range(256)) * 64)
    (ssh / "config").write_text("Host mine\n")
    assert "mine" in candidates("hosts")


def test_of_a_large_file_the_first_lines_are_read_and_none_in_part(ssh: Path) -> None:
    with open(ssh / "known_hosts", "w") as file:
        file.writelines(f"#{'x' * 998}\n" for _ in range(1048))
        file.write("at-the-border.example ssh-rsa AAAA\n" * 100)
    found = [one for one in candidates("hosts") if "border" in one or one.startswith("at")]
    assert found == ["at-the-border.example"]


def test_no_home_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", NOWHERE)
    assert "localhost" in candidates("hosts")


@pytest.mark.parametrize("kind", [*KINDS, "nonsense"])
def test_the_command_prints_them_one_a_line_and_never_fails(kind: str) -> None:
    outcome = run_process("__complete", kind)
    assert (outcome.status, outcome.stderr) == (0, "")
    assert tuple(outcome.stdout.splitlines()) == candidates(kind)


@pytest.mark.parametrize("words", [[], ["--help"], ["--json", "hosts", "--debug"], ["$(id)"], [b"\xff"], ["-h"]])
def test_whatever_it_is_asked_it_says_no_error(words: list[str | bytes]) -> None:
    outcome = run_process("__complete", *words)
    assert (outcome.status, outcome.stderr) == (0, "")


@pytest.mark.parametrize("redirected", ["</dev/null >/dev/full", "<&- >&-", "<&- >&- 2>&-", "| true"])
def test_without_a_reader_it_says_nothing_either(redirected: str) -> None:
    program = " ".join(PROGRAM)
    ended = subprocess.run(
        ["sh", "-c", f"{program} __complete hosts {redirected}"],
        env=variables(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("kind", KINDS)
def test_no_framework_is_loaded_for_it(kind: str) -> None:
    code = "import sys; from nettools.cli import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    ended = subprocess.run(
        [sys.executable, "-c", code, "__complete", kind],
        env=variables(),
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert not FORBIDDEN & set(ended.stderr.split())


def test_it_is_hidden_from_help_and_from_what_is_suggested() -> None:
    assert "__complete" not in run_process("--help").stdout
    assert "__complete" not in run_process("complet").stderr


def test_a_fifo_in_the_place_of_a_file_does_not_block(ssh: Path) -> None:
    os.mkfifo(ssh / "config")
    started = time.monotonic()
    candidates("hosts")
    assert time.monotonic() - started < 5
