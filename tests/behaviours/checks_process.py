"""U36 to U56: readers and devices that are gone, encodings, targets, limits, privileges; processes at once."""

import io
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence

from tests import peers
from tests.behaviours.checks_answers import ESCAPES, asked
from tests.behaviours.checks_signals import all_at_once
from tests.behaviours.commands import Command, World, commands
from tests.cli import NOWHERE, PROGRAM, PROJECT, Outcome, run, run_process, run_shell, variables
from tests.commands.relay_runs import PATIENCE_S

_NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--bounding-set=-all", "--inh-caps=-all")
_MOST_MEMORY_KIB = 200 * 1024
PEAK_MEMORY = """
import sys
from nettools.cli import main
status = main(sys.argv[1:])
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM:"))
print("peak", peak.split()[1], file=sys.stderr)
sys.exit(status)
"""


def shelled(command: Command, words: Sequence[str], how: str, stdin: str = "</dev/null") -> Outcome:
    return run_shell(f"nettools {shlex.join([command.name, *words])} {stdin} {how}")


def _targets(command: Command) -> str:
    """Lines for a command that reads them, so many that the answer is more than a pipe holds."""
    if "-" not in command.much:
        return "</dev/null"
    line = {"ifaces": "lo", "resolve": "host1.test", "rdns": "192.0.2.1"}[command.name]
    return f"< <(for i in {{1..1500}}; do echo {line}; done)"


def a_reader_that_goes_away_is_no_error(_: World, command: Command) -> None:
    calls = [
        (words, reader, stdin)
        for words, stdin in ((command.yes, "</dev/null"), (command.much, _targets(command)))
        for reader in ("| head -1", "| true")
    ]

    def check(words: Sequence[str], reader: str, stdin: str) -> None:
        outcome = shelled(command, words, reader, stdin)
        assert "Traceback" not in outcome.stderr
        assert outcome.status in (0, 141, 1 if command.name == "scan" else 0), (words, reader, outcome.status)
        assert not [one for one in outcome.stderr.splitlines() if "asked" not in one], (words, outcome.stderr)

    all_at_once([lambda one=one: check(*one) for one in calls])  # type: ignore[misc]


def an_output_that_takes_nothing_is_told(_: World, command: Command) -> None:
    status = 2 if command.is_relay else 3

    def check(how: str, why: str) -> None:
        outcome = shelled(command, command.yes, how)
        assert outcome.status == status
        assert outcome.stderr == f"nettools {command.name}: cannot write to standard output: {why}\n"

    all_at_once([lambda: check(">/dev/full", "No space left on device"), lambda: check(">&-", "it is closed")])


def closed_streams_change_no_status(_: World, command: Command) -> None:
    status = 2 if command.is_relay else 3

    def check(how: str, expected: int) -> None:
        assert shelled(command, command.yes, how, "").status == expected, how

    all_at_once(
        [lambda: check("<&-", 0), lambda: check("2>&-", 0), lambda: check("<&- >&- 2>&-", status)],
    )


def no_socket_gets_the_number_of_a_standard_stream(world: World) -> None:
    """strace tells which numbers sockets and files that stay open got while 0 to 2 were closed by the parent."""
    peers.require("strace", reason="to see which descriptors are given out")
    several = commands(world)

    def check(command: Command) -> None:
        script = 'exec 4>&1; strace -qq -f -e trace=socket,accept4,epoll_create1 -o /dev/fd/4 "$@" <&- >&- 2>&-'
        ended = subprocess.run(
            ["bash", "-c", script, "bash", *PROGRAM, command.name, *command.yes],
            env=variables(),
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        made = [line for line in ended.stdout.splitlines() if re.search(r"(socket|accept4|epoll_create1)\(", line)]
        assert made or command.name in ("subnet", "port-service"), ended
        assert not [line for line in made if re.search(r" = [012]$", line)], made

    all_at_once([lambda one=one: check(one) for one in several.values() if one.yes])  # type: ignore[misc]


def short_writes_lose_nothing(_: World, command: Command) -> None:
    """A pipe that is full and does not block, with PYTHONUNBUFFERED=1, as images for containers set it."""
    if not command.much or command.name in ("ifaces", "resolve", "rdns", "scan"):
        return
    readable, writable = os.pipe()
    os.set_blocking(writable, False)
    process = subprocess.Popen(
        [*PROGRAM, command.name, *command.much],
        stdin=subprocess.DEVNULL,
        stdout=writable,
        stderr=subprocess.PIPE,
        env=variables(PYTHONUNBUFFERED="1"),
        cwd=PROJECT,
    )
    os.close(writable)
    with open(readable, "rb", buffering=0) as pipe, process:
        received = b"".join(iter(lambda: pipe.read(5000), b""))
        assert process.stderr is not None
        errors = process.stderr.read()
    assert (process.returncode, errors) == (0, b"")
    assert received == run_process(command.name, *command.much).raw_stdout


def interrupted_calls_lose_nothing(_: World) -> None:
    """strace lets write(2) fail as signals, quotas and devices would."""
    peers.require("strace", reason="to let calls of the system fail")
    expected = run("subnet", "192.0.2.0/24").raw_stdout

    def check(fault: str, status: int, why: str) -> None:
        ended = subprocess.run(
            [
                "strace",
                "-qq",
                "-o",
                "/dev/null",
                "-e",
                f"inject=write:{fault}:when=1",
                *PROGRAM,
                "subnet",
                "192.0.2.0/24",
            ],
            env=variables(PYTHONUNBUFFERED="1"),
            cwd=PROJECT,
            capture_output=True,
            timeout=PATIENCE_S,
            check=False,
        )
        told = f"nettools subnet: cannot write to standard output: {why}\n" if why else ""
        assert (ended.returncode, ended.stderr.decode()) == (status, told)
        if not status:
            assert ended.stdout == expected[1 if "retval" in fault else 0 :]  # strace swallows what it says was written

    all_at_once(
        [
            lambda: check("error=EINTR", 0, ""),
            lambda: check("error=EAGAIN", 0, ""),
            lambda: check("retval=1", 0, ""),
            lambda: check("error=EIO", 3, "Input/output error"),
            lambda: check("error=EDQUOT", 3, "Disk quota exceeded"),
        ]
    )


def every_encoding_can_be_written(_: World, command: Command) -> None:
    plain = asked(command)
    for encoding in ("ascii", "latin-1", "cp1252", "utf-16"):
        table = asked(command, encoding=encoding)
        assert (table.status, bool(table.stdout)) == (plain.status, True)
        assert asked(command, "--json", encoding=encoding).raw_stdout.isascii()
        strange = run(command.name, "ä\u202e\x1b", *command.beside, encoding=encoding)
        assert strange.status in (1, 2, 3)
        assert "Traceback" not in strange.stderr


def every_locale_can_be_run_in(_: World, command: Command) -> None:
    settings = (
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"},
        {"PYTHONIOENCODING": "utf-16"},
    )

    def check(env: dict[str, str]) -> None:
        outcome = run_process(command.name, *command.yes, "--json", env=env)
        assert outcome.status == 0
        assert b"Traceback" not in outcome.raw_stderr
        assert json.loads(outcome.raw_stdout)["schema"] == f"nettools.{_schema(command)}/1"
        assert outcome.raw_stdout.isascii()

    all_at_once([lambda env=env: check(env) for env in settings])  # type: ignore[misc]


def _schema(command: Command) -> str:
    return "route-explain" if command.name == "route" else command.name


def bad_utf_8_is_echoed_escaped(_: World, command: Command) -> None:
    for hostile in (os.fsdecode(b"\xff\xfe"), "\x1b]0;pwn\x07", "\u202e", "a\nb"):
        for words in (
            (hostile, *command.beside),
            ("--" + hostile,),
            (*command.yes, "-f", hostile),
            (*command.yes, "-o", f"/no/{hostile}"),
        ):
            outcome = run(command.name, *words)
            assert outcome.status in (1, 2, 3), (words, outcome.status)
            assert not ESCAPES.search(outcome.raw_stdout + outcome.raw_stderr)
            assert not re.search("[\u202e\udcff\x07]|a\nb", outcome.stderr)
            assert "Traceback" not in outcome.stderr


def nothing_is_read_unasked(_: World, command: Command) -> None:
    """No prompt, no hidden wait: a standard input that must not be touched changes nothing."""

    class Untouchable(io.BufferedIOBase):
        def read(self, size: int | None = -1, /) -> bytes:
            raise AssertionError(f"standard input was read, {size} octets")

    outcome = asked(command, stdin=Untouchable())
    assert outcome.status == 0
    assert asked(command, stdin=None).status == 0


def a_terminal_that_is_read_is_told_so(_: World, command: Command) -> None:
    words = ("-", "-p", "1") if command.name == "scan" else ("-", *command.beside)
    outcome = run(command.name, *words, tty=True, stdin=b"")
    assert "reading from the terminal, line by line; Ctrl-D ends" in outcome.stderr


def targets_keep_their_order_and_one_bad_stops_none(_: World, command: Command) -> None:
    assert command.targets is not None
    assert command.in_order is not None
    assert command.index_key is not None
    outcome = run(command.name, *command.several, "--json")
    assert outcome.status == 4
    document = outcome.json
    assert len(document["errors"]) == 1
    first, second = (json.dumps(one) for one in document[command.index_key][:2])
    assert command.in_order[0] in first
    assert command.in_order[1] in second
    lines = run(command.name, *command.several, "-f", "jsonl").json_lines
    [error] = [line for line in lines if line["type"] == "error"]
    assert error["input"] == command.targets[1]
    assert set(command.numbers) <= {line["index"] for line in lines if line["type"] != "error" and "index" in line}


def targets_from_standard_input_are_the_same(_: World, command: Command) -> None:
    assert command.targets is not None
    outcome = run(command.name, "-", *command.with_targets, "--json", stdin="\n".join(command.targets).encode())
    assert outcome.status == 4
    assert [one["line"] for one in outcome.json["errors"]] == [2]


def ten_thousand_targets_take_little_memory(world: World) -> None:
    server = f"@127.0.0.1:{world.names}"
    runs = (
        (("subnet", "-", "-f", "jsonl"), "10.{}.{}.1/24"),
        (("resolve", "-", "A", server, "-f", "jsonl"), "host1{}{}.test"),
        (("resolve", "--file", "-", "A", server, "-f", "jsonl"), "host1{}{}.test"),
        (("rdns", "-", server, "--all", "--no-forward", "-f", "jsonl"), "192.0.{}.{}"),
    )

    def check(words: Sequence[str], pattern: str) -> None:
        targets = "".join(pattern.format(number >> 8, number & 255) + "\n" for number in range(10_000))
        ended = subprocess.run(
            [sys.executable, "-c", PEAK_MEMORY, *words],
            input=targets.encode(),
            env=variables(),
            cwd=PROJECT,
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert ended.returncode in (0, 4), (words, ended.stderr[-500:])
        assert ended.stdout.count(b"\n") >= 10_000
        assert int(ended.stderr.split()[-1]) <= _MOST_MEMORY_KIB, words

    all_at_once([lambda one=one: check(*one) for one in runs])  # type: ignore[misc]


def no_home_is_needed(_: World, command: Command) -> None:
    settings = ({"HOME": NOWHERE, "XDG_CONFIG_HOME": NOWHERE, "TMPDIR": NOWHERE}, {"HOME": ""})

    def check(env: dict[str, str]) -> None:
        outcome = run_process(command.name, *command.yes, env=env)
        assert outcome.status == 0
        assert re.fullmatch(command.says, outcome.stderr), outcome.stderr

    def check_bare() -> None:
        ended = subprocess.run(
            [*PROGRAM, command.name, *command.yes],
            env={"PYTHONPATH": str(PROJECT)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert ended.returncode == 0
        assert re.fullmatch(command.says, ended.stderr.decode()), ended.stderr

    def check_gone() -> None:
        gone = 'd=$(mktemp -d); cd "$d"; rmdir "$d"; umask 777'
        outcome = run_shell(f"{gone}; nettools {shlex.join([command.name, *command.yes])}")
        assert outcome.status == 0
        assert re.fullmatch(command.says, outcome.stderr), outcome.stderr

    all_at_once([*(lambda env=env: check(env) for env in settings), check_bare, check_gone])


def hostile_variables_change_nothing(_: World, command: Command) -> None:
    settings = (
        {"TERMINAL_WIDTH": "abc", "COLUMNS": "-5", "LINES": "x", "FORCE_COLOR": "0"},
        {"COLUMNS": "1000000", "_NETTOOLS_COMPLETE": "complete_bash", "COMP_WORDS": "x", "_TYPER_COMPLETE_ARGS": "x"},
        {"PYTHONWARNINGS": "error", "PYTHONDEVMODE": "1", "PYTHONUNBUFFERED": "1", "TZ": "No/Where"},
        {"PYTHONOPTIMIZE": "2", "PYTHONINTMAXSTRDIGITS": "640", "RES_OPTIONS": "nonsense", "LOCALDOMAIN": "nonsense"},
    )

    def check(env: dict[str, str]) -> None:
        outcome = run_process(command.name, *command.yes, env=env)
        assert outcome.status == 0
        assert re.fullmatch(command.says, outcome.stderr), outcome.stderr
        assert not ESCAPES.search(outcome.raw_stdout)

    all_at_once([lambda env=env: check(env) for env in settings])  # type: ignore[misc]


def nobody_without_capabilities_gets_the_answer(_: World, command: Command) -> None:
    peers.require("setpriv", root=True, reason="to become a user with no capability at all")
    words = command.yes or command.fails
    ended = subprocess.run(
        [*_NOBODY, "--no-new-privs", *PROGRAM, command.name, *words],
        env=variables(),
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert ended.returncode == (0 if command.yes else command.failed_status), ended.stderr
    if command.yes:
        assert re.fullmatch(command.says, ended.stderr.decode()), ended.stderr


def a_missing_permission_is_named(_: World) -> None:
    peers.require("setpriv", root=True, reason="to become a user with no capability at all")

    def check(words: Sequence[str], status: int, *said: str) -> None:
        ended = subprocess.run(
            [*_NOBODY, "--no-new-privs", *PROGRAM, *words],
            env=variables(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert ended.returncode == status, (words, ended.stderr)
        assert all(one in ended.stderr for one in said), (words, ended.stderr)

    all_at_once(
        [
            lambda: check(("scan", "127.0.0.1", "-p", "9", "--syn"), 3, "CAP_NET_RAW", "--connect"),
            lambda: check(("scan", "127.0.0.1", "-p", "9", "--ack"), 3, "CAP_NET_RAW"),
            lambda: check(("listen", "127.0.0.1", "80"), 2, "port 80", "1024"),
            lambda: check(("cat", "127.0.0.1", "9", "-p", "80"), 2, "port 80", "1024"),
        ]
    )
