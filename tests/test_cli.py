"""The program as a process: its descriptors, its signals, its terminal, its memory."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pexpect  # type: ignore[import-untyped]
import pyte
import pytest

from nettools.cli import main
from nettools.render.style import use_color
from tests.cli import PROGRAM, PROJECT, run, run_process, run_shell, start, variables

GOOD = "192.0.2.0/24"
LONG_WAIT_S = 30.0
MORE_THAN_A_PIPE_HOLDS = ("port-service", "0-9999", "-f", "plain")
SCAN_WITHOUT_END = ("scan", "127.77.0.0/20", "-p", "all", "--yes")
ASCII_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def readable(descriptor: int) -> bool:
    return bool(select.select([descriptor], [], [], LONG_WAIT_S)[0])


# A reader that goes away, a device that is full, a stream that is closed.


@pytest.mark.parametrize("reader", ["head -1", "true", "head -c 1"])
@pytest.mark.parametrize(
    "command",
    [
        f"subnet {GOOD}",
        f"subnet {GOOD} --json",
        "port-service 0-9999 --json",
        "port-service 0-9999 -f jsonl",
        "port-service 0-9999 -f csv",
        "--help",
        "help subnet",
        "--version",
    ],
)
def test_a_reader_that_goes_away_ends_us_silently(command: str, reader: str) -> None:
    outcome = run_shell(f"nettools {command} | {reader}")
    assert outcome.stderr == ""
    assert outcome.status in (0, 141)


def test_a_reader_that_is_gone_from_the_start_is_status_141() -> None:
    readable_end, writable = os.pipe()
    os.close(readable_end)
    try:
        ended = subprocess.run(
            [*PROGRAM, "subnet", GOOD],
            env=variables(),
            cwd=PROJECT,
            stdout=writable,
            stderr=subprocess.PIPE,
            check=False,
        )
    finally:
        os.close(writable)
    assert (ended.returncode, ended.stderr) == (141, b"")


@pytest.mark.parametrize(
    "command",
    [f"subnet {GOOD}", f"subnet {GOOD} --json", "port-service 0-9999 -f csv", "--help", "help subnet", "--version"],
)
@pytest.mark.parametrize(
    ("where", "why"), [(">/dev/full", "No space left on device"), (">&-", "it is closed")], ids=["full", "closed"]
)
def test_an_output_that_takes_nothing_is_status_3_and_one_line(command: str, where: str, why: str) -> None:
    outcome = run_shell(f"nettools {command} {where}")
    assert outcome.status == 3
    assert outcome.stderr.endswith(f": cannot write to standard output: {why}\n")
    assert outcome.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("command", "status"),
    [(f"subnet {GOOD}", 0), (f"subnet {GOOD} nonsense", 4), ("subnet --nope", 2), ("nonsense", 2)],
)
@pytest.mark.parametrize("where", ["2>&-", "2>/dev/full"])
def test_a_standard_error_that_takes_nothing_does_not_change_the_status(command: str, status: int, where: str) -> None:
    assert run_shell(f"nettools {command} {where}").status == status


def test_a_closed_standard_input_is_said() -> None:
    outcome = run_shell("nettools subnet - <&-")
    assert (outcome.status, outcome.stderr) == (2, "nettools subnet: standard input is closed\n")


def test_a_closed_standard_input_matters_only_where_it_is_read() -> None:
    assert run_shell(f"nettools subnet {GOOD} <&-").status == 0


def test_all_streams_closed_still_ends_with_the_right_status() -> None:
    assert run_shell(f"nettools subnet {GOOD} <&- >&- 2>&-").status == 3
    assert run_shell("nettools subnet --nope <&- >&- 2>&-").status == 2


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_file_opened_in_place_of_a_closed_stream_holds_the_answer_alone(tmp_path: Path, closed: str) -> None:
    outcome = run_shell(f"nettools subnet {GOOD} nonsense --json -o '{tmp_path}/answer' {closed}")
    assert outcome.status == 4
    assert (tmp_path / "answer").read_bytes() == run("subnet", GOOD, "nonsense", "--json").raw_stdout


def test_a_standard_input_that_cannot_be_read_is_no_bug_of_ours(tmp_path: Path) -> None:
    outcome = run_shell(f"nettools subnet - 0>'{tmp_path}/written'")
    assert outcome.status == 2
    assert outcome.stderr.startswith("nettools subnet: ")
    assert "bug" not in outcome.stderr


def test_a_pipe_that_would_block_loses_nothing() -> None:
    expected = run(*MORE_THAN_A_PIPE_HOLDS).raw_stdout
    assert len(expected) > 1 << 17
    readable_end, writable = os.pipe()
    os.set_blocking(writable, False)
    process = subprocess.Popen(
        [*PROGRAM, *MORE_THAN_A_PIPE_HOLDS],
        env=variables(PYTHONUNBUFFERED="1"),
        cwd=PROJECT,
        stdout=writable,
        stderr=subprocess.PIPE,
    )
    os.close(writable)
    try:
        with open(readable_end, "rb", buffering=0) as pipe:
            received = b"".join(iter(lambda: pipe.read(1000), b""))
    finally:
        _, errors = process.communicate(timeout=LONG_WAIT_S)
    assert (process.returncode, errors) == (0, b"")
    assert received == expected


# -o and the names of our own streams.


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
@pytest.mark.parametrize("answer_format", ["table", "json", "jsonl"])
def test_standard_output_has_a_name_that_o_can_be_given(name: str, answer_format: str, tmp_path: Path) -> None:
    expected = run("subnet", GOOD, "-f", answer_format).stdout
    command = f"nettools subnet {GOOD} -f {answer_format} -o {name}"
    through_a_pipe = run_shell(f"{command} | cat")
    assert (through_a_pipe.status, through_a_pipe.stdout) == (0, expected)
    run_shell(f"{{ echo before; {command}; echo after; }} >'{tmp_path}/log'")
    assert (tmp_path / "log").read_text(encoding="utf-8") == f"before\n{expected}after\n"


def test_a_fifo_is_written_in_place(tmp_path: Path) -> None:
    outcome = run_shell(f"mkfifo fifo; cat fifo & nettools subnet {GOOD} --json -o fifo; wait", cwd=tmp_path)
    assert outcome.status == 0
    assert outcome.raw_stdout == run("subnet", GOOD, "--json").raw_stdout


@pytest.mark.parametrize("answer_format", ["table", "json", "csv", "plain"])
def test_the_old_file_is_intact_when_its_device_is_full(tmp_path: Path, answer_format: str) -> None:
    answer = tmp_path / "answer"
    answer.write_text("old")
    command = f"nettools port-service 0-1999 -f {answer_format} -o answer"
    # Python would leave half a file of bytecode behind, and not notice.
    outcome = run_shell(f"ulimit -f 16; {command}", cwd=tmp_path, env={"PYTHONDONTWRITEBYTECODE": "1"})
    assert outcome.status == 3
    assert outcome.stderr == "nettools port-service: cannot write to 'answer': File too large\n"
    assert answer.read_text() == "old"
    assert os.listdir(tmp_path) == ["answer"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_file_is_the_old_one_or_whole_when_a_signal_ends_us(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "answer").write_text("old")
    process = start("subnet", "-", "--json", "-o", "answer", cwd=tmp_path)
    errors = interrupted(process, number)
    assert "Traceback" not in errors
    assert process.returncode in (128 + number, -number)
    answer = (tmp_path / "answer").read_text()
    assert answer == "old" or [one["input"] for one in json.loads(answer)["subnets"]] == ["192.0.2.1"]
    assert os.listdir(tmp_path) == ["answer"]


# Signals.


def interrupted(process: "subprocess.Popen[bytes]", number: signal.Signals) -> str:
    """Send the signal once the process is at work on standard input; what it says after that."""
    with process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(b"192.0.2.1\nnonsense\n")
        process.stdin.flush()
        assert b"line 2" in process.stderr.readline()
        process.send_signal(number)
        assert process.wait(LONG_WAIT_S)
        return process.stderr.read().decode()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_us_without_a_traceback(number: signal.Signals) -> None:
    process = start("subnet", "-", "-f", "jsonl")
    assert interrupted(process, number) == ""
    assert process.returncode in (128 + number, -number)


def test_after_a_ctrl_c_the_answers_so_far_are_a_valid_document() -> None:
    process = start("subnet", "-", "--json")
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(b"192.0.2.1\nnonsense\n")
        process.stdin.flush()
        assert b"line 2" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        document = json.loads(process.stdout.read())
    assert process.returncode == 130
    assert [one["input"] for one in document["subnets"]] == ["192.0.2.1"]
    assert [one["input"] for one in document["errors"]] == ["nonsense"]


@pytest.mark.parametrize("answer_format", ["json", "jsonl", "csv", "table"])
def test_a_scan_that_ctrl_c_ends_tells_what_it_found(answer_format: str) -> None:
    process = start(*SCAN_WITHOUT_END, "-f", answer_format, "--progress", "jsonl")
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert b'"type":"progress"' in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        answer = process.stdout.read()
        errors = process.stderr.read()
    assert process.returncode == 130
    assert b"Traceback" not in errors
    assert answer.endswith(b"\n")
    if answer_format == "json":
        document = json.loads(answer)
        assert document["summary"]["interrupted"] is True
        assert document["summary"]["probes_sent"] > 0
        assert not all(host["complete"] for host in document["hosts"])
    elif answer_format == "table":
        assert b"interrupted" in answer


def import_lines(process: "subprocess.Popen[bytes]") -> Iterator[bytes]:
    assert process.stderr is not None
    while (line := process.stderr.readline()).startswith(b"import time:"):
        yield line


@pytest.mark.parametrize("part", range(20))
def test_ctrl_c_during_the_start_shows_no_traceback(part: int) -> None:
    """After the k-th of the imports, which -X importtime tells as they are done."""
    program, *rest = PROGRAM
    process = subprocess.Popen(
        [program, "-X", "importtime", *rest, "subnet", GOOD],
        env=variables(),
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        lines = import_lines(process)
        # Until the first import of main's own, Python itself tells of an interrupt.
        assert any(b"nettools.cli" in line for line in lines)
        for _ in range(1 + part * 12):
            next(lines, None)
        process.send_signal(signal.SIGINT)
        assert process.stdout is not None
        assert process.stderr is not None
        answer, errors = process.stdout.read(), process.stderr.read()
    assert b"Traceback" not in errors
    assert process.returncode in (130, -signal.SIGINT, 0)
    if process.returncode == 0:
        assert answer.endswith(b"\n")


def test_a_signal_handler_of_the_caller_survives_a_run_in_process() -> None:
    before = signal.getsignal(signal.SIGINT)
    assert run("scan", "127.0.0.1", "1").status in (0, 1)
    assert signal.getsignal(signal.SIGINT) is before


# Encodings and locales.


@pytest.mark.parametrize(
    "settings",
    [
        ASCII_LOCALE,
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
        {"PYTHONIOENCODING": "cp1252"},
        {"PYTHONIOENCODING": "utf-16"},
        {"LC_ALL": "tr_TR.UTF-8"},
    ],
    ids=lambda settings: next(iter(settings.values())),
)
def test_json_is_the_same_bytes_in_every_locale(settings: dict[str, str]) -> None:
    words = ("subnet", GOOD, "fe80::1%eth0/64", "IDNA", "--json")
    outcome = run_process(*words, env=settings)
    assert (outcome.status, outcome.raw_stdout) == (4, run(*words).raw_stdout)


@pytest.mark.parametrize(
    ("settings", "encoding"),
    [
        (ASCII_LOCALE, "ascii"),
        ({"PYTHONIOENCODING": "ascii"}, "ascii"),
        ({"PYTHONIOENCODING": "latin-1"}, "latin-1"),
        ({"PYTHONIOENCODING": "utf-16"}, "utf-16"),
    ],
    ids=["C", "ascii", "latin-1", "utf-16"],
)
@pytest.mark.parametrize("words", [("port-service", "22"), ("subnet", "::1"), ("help", "formats"), ("subnet", "ä\x1b")])
def test_every_screen_can_be_written_in_every_encoding(
    words: tuple[str, ...], settings: dict[str, str], encoding: str
) -> None:
    outcome = run_process(*words, env=settings)
    text = outcome.raw_stdout.decode(encoding) + outcome.raw_stderr.decode(encoding)
    assert outcome.status in (0, 2)
    assert text
    assert "\ufeff" not in text
    assert "Traceback" not in text
    assert "\x1b" not in text


def test_arguments_that_are_not_utf_8_are_echoed_escaped() -> None:
    outcome = run_process("subnet", b"\xff\xfe", b"\x1b]0;pwn\x07")
    assert outcome.status == 2
    assert rb"\xff\xfe" in outcome.raw_stderr
    assert rb"\x1b]0;pwn\x07" in outcome.raw_stderr
    assert outcome.stderr.isascii()


def test_arguments_up_to_the_limit_of_the_system_are_answered() -> None:
    # Linux: 128 KiB for one, and here 1.5 MiB for all.
    outcome = run_process("subnet", GOOD, *["1" * 125_000] * 12, "--json")
    assert outcome.status == 4
    assert len(outcome.json["errors"]) == 12


# Sizes of the terminal that are no sizes.


@pytest.mark.parametrize("columns", ["", "0", "-5", "abc", "1e9", "1", "10000", "99999999", "٣", "9" * 5000])
def test_an_odd_width_in_the_environment_breaks_nothing(columns: str) -> None:
    screen = Terminal(80).run("subnet", GOOD, env={"COLUMNS": columns})
    assert screen.status == 0
    assert "Traceback" not in screen.text


@pytest.mark.parametrize("name", ["TERMINAL_WIDTH", "LINES", "COLUMNS", "_TYPER_COMPLETE_ARGS", "TERM"])
def test_odd_variables_break_no_help(name: str) -> None:
    outcome = run_process("help", "scan", env={name: "abc"})
    assert (outcome.status, outcome.stderr) == (0, "")
    assert "Usage: nettools scan" in outcome.stdout


# Many targets.


def test_the_first_answer_comes_before_standard_input_ends() -> None:
    process = start("subnet", "-", "-f", "jsonl")
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"192.0.2.1\n")
        process.stdin.flush()
        assert readable(process.stdout.fileno())
        assert b'"input":"192.0.2.1"' in process.stdout.readline()
        process.stdin.close()
        assert process.stdout.read() == b""
    assert process.returncode == 0


PEAK_MEMORY = """
import sys
from nettools.cli import main
status = main(sys.argv[1:])
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM:"))
print(peak.split()[1], file=sys.stderr)
sys.exit(status)
"""


@pytest.mark.parametrize("answer_format", ["jsonl", "json", "csv"])
def test_ten_thousand_targets_are_streamed_in_little_memory(answer_format: str) -> None:
    targets = "".join(f"10.{number >> 8}.{number & 255}.1/24\n" for number in range(10_000))
    ended = subprocess.run(
        [sys.executable, "-c", PEAK_MEMORY, "subnet", "-", "-f", answer_format],
        input=targets.encode(),
        env=variables(),
        cwd=PROJECT,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0
    assert ended.stdout.count(b"\n") >= 10_000
    assert int(ended.stderr) <= 200 * 1024


# A terminal.


class Screen:
    """What a terminal showed in the end, and the bytes that it was sent."""

    def __init__(self, columns: int, sent: bytes, status: int | None) -> None:
        self.sent = sent
        self.status = status
        self._screen = pyte.HistoryScreen(columns, 200)
        pyte.ByteStream(self._screen).feed(sent)

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        return "\n".join(self.lines).rstrip()

    @property
    def squeezed(self) -> str:
        """All that is shown without blanks and line ends: a datum that was folded is whole in it."""
        return re.sub(r"\s", "", self.text)


class Terminal:
    """A pseudo-terminal of some width."""

    def __init__(self, columns: int) -> None:
        self.columns = columns

    def spawn(self, *argv: str, env: dict[str, str] | None = None) -> "pexpect.spawn[bytes]":
        program, *rest = PROGRAM
        return pexpect.spawn(
            program,
            [*rest, *argv],
            dimensions=(24, self.columns),
            env=variables(**{"TERM": "xterm-256color", **(env or {})}),
            cwd=str(PROJECT),
            timeout=LONG_WAIT_S,
        )

    def run(self, *argv: str, env: dict[str, str] | None = None) -> Screen:
        child = self.spawn(*argv, env=env)
        sent = child.read()
        child.close()
        return Screen(self.columns, sent, child.exitstatus)


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
@pytest.mark.parametrize(
    "words",
    [
        ("subnet", "2001:db8:1234:5678:9abc:def0:1234:5678/64"),
        ("port-service", "5433/tcp", "9092/tcp", "80/tcp"),
        ("scan", "127.0.0.1", "-p", "1-26,1433"),
    ],
    ids=["subnet", "port-service", "scan"],
)
def test_a_terminal_shows_every_datum_whatever_its_width(words: tuple[str, ...], columns: int) -> None:
    screen = Terminal(columns).run(*words)
    assert screen.status in (0, 1)
    assert max(len(line) for line in screen.lines) <= columns
    assert "…" not in screen.text
    if words[0] == "subnet":
        described = run(*words, "--json").json["subnets"][0]
        for key in ("input", "network", "netmask", "wildcard", "first", "last", "ptr", "hex", "oct", "int"):
            assert described[key] in screen.squeezed
        for bits in ("address", "netmask", "network"):
            assert described["binary"][bits] in screen.squeezed


@pytest.mark.parametrize("columns", [60, 80])
def test_a_port_number_is_never_broken(columns: int) -> None:
    screen = Terminal(columns).run("port-service", "5433/tcp", "27017/tcp", "51820/udp")
    for port in ("5433", "27017", "51820"):
        assert re.search(rf"\b{port}\b", screen.text)


def test_a_terminal_gets_colour_and_a_pipe_gets_none() -> None:
    assert b"\x1b[" in Terminal(80).run("subnet", GOOD).sent
    assert b"\x1b" not in run_process("subnet", GOOD).raw_stdout


@pytest.mark.parametrize(
    "settings", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"CLICOLOR": "0"}, {"NO_COLOR": "1", "GITHUB_ACTIONS": "true"}]
)
@pytest.mark.parametrize("words", [("subnet", GOOD), ("subnet", "--nope"), ("help", "subnet"), ("scan", "127.0.0.1")])
def test_a_terminal_without_colour_gets_not_one_escape_byte(words: tuple[str, ...], settings: dict[str, str]) -> None:
    assert b"\x1b" not in Terminal(80).run(*words, env=settings).sent


def test_a_pipe_with_forced_colour_gets_the_same_text() -> None:
    plain, coloured = (run_process("port-service", "9092", env=env).stdout for env in ({}, {"FORCE_COLOR": "1"}))
    assert "\x1b[" in coloured
    stripped = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in stripped.splitlines()] == plain.splitlines()


@pytest.mark.parametrize("columns", [30, 60, 120])
def test_ctrl_c_during_a_scan_leaves_no_progress_behind(columns: int) -> None:
    child = Terminal(columns).spawn(*SCAN_WITHOUT_END, "-o", "/dev/null", "-f", "csv")
    sent = b""
    for _ in range(3):
        child.expect(rb"/s")
        sent += child.before + child.after
    child.sendintr()
    screen = Screen(columns, sent + child.read(), None)
    child.close()
    assert child.exitstatus == 130
    assert screen.text.removeprefix("^C").strip() == ""


def test_progress_shows_how_much_is_done_and_left() -> None:
    child = Terminal(120).spawn(*SCAN_WITHOUT_END, "-o", "/dev/null", "-f", "csv")
    child.expect(rb"[0-9.]+ %  [0-9,.]+( M)?/268 M ports  [0-9,]+ open  [0-9,]+/s  [^\r]*left")
    child.sendintr()
    child.read()
    child.close()
    assert child.exitstatus == 130


def test_no_progress_where_standard_error_is_no_terminal() -> None:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    try:
        ended = subprocess.run(
            [*PROGRAM, "scan", "127.0.0.1", "-p", "1-20000"],
            env=variables(),
            cwd=PROJECT,
            stdout=slave,
            stderr=subprocess.PIPE,
            timeout=LONG_WAIT_S,
            check=False,
        )
    finally:
        os.close(slave)
        os.close(master)
    assert ended.stderr == b""


def test_a_target_is_read_from_a_terminal() -> None:
    child = Terminal(80).spawn("subnet", "-", "-f", "plain")
    child.expect(rb"Ctrl-D")
    child.sendline("192.0.2.1")
    child.sendeof()
    assert b"192.0.2.1\t4\t192.0.2.1\t32" in child.read()
    child.close()
    assert child.exitstatus == 0


# The same from every door.


def test_the_module_and_the_console_script_are_the_same_program() -> None:
    script = Path(sys.executable).with_name("nettools")
    if not script.exists():
        pytest.skip("nettools is not installed beside this interpreter")
    ended = subprocess.run([script, "subnet", GOOD], env=variables(), capture_output=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, run_process("subnet", GOOD).raw_stdout)


def test_main_raises_nothing_whatever_it_is_given(capfd: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["--version"], ["nonsense"], ["subnet"], ["subnet", "x"], ["help", "x"], ["-"], ["--"], [""]):
        assert main(words) in (0, 2)
    assert "Traceback" not in capfd.readouterr().err


# When to use colour.


@pytest.mark.parametrize("is_terminal", [True, False])
@pytest.mark.parametrize(
    ("choice", "environ", "expected"),
    [
        ("always", {"NO_COLOR": "1", "TERM": "dumb"}, True),
        ("never", {"FORCE_COLOR": "1", "CLICOLOR_FORCE": "1"}, False),
        ("auto", {}, None),
        ("auto", {"NO_COLOR": ""}, None),
        ("auto", {"FORCE_COLOR": ""}, None),
        ("auto", {"CLICOLOR": "1"}, None),
        ("auto", {"CLICOLOR_FORCE": "0"}, None),
        ("auto", {"NO_COLOR": "1"}, False),
        ("auto", {"NO_COLOR": "0"}, False),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ("auto", {"FORCE_COLOR": "1"}, True),
        ("auto", {"FORCE_COLOR": "3", "CLICOLOR": "0"}, True),
        ("auto", {"CLICOLOR_FORCE": "1", "TERM": "dumb"}, True),
        ("auto", {"FORCE_COLOR": "0"}, False),
        ("auto", {"CLICOLOR": "0"}, False),
        ("auto", {"TERM": "dumb"}, False),
        ("auto", {"TERM": "xterm", "GITHUB_ACTIONS": "true"}, None),
    ],
)
def test_colour_is_decided_by_the_first_that_says_something(
    choice: str, environ: dict[str, str], expected: bool | None, is_terminal: bool
) -> None:
    decided = use_color(choice, environ, is_terminal=is_terminal)  # type: ignore[arg-type]
    assert decided is (is_terminal if expected is None else expected)


def test_the_in_process_run_and_the_process_say_the_same() -> None:
    words = ("subnet", GOOD, "nonsense")
    assert run(*words) == run_process(*words)
