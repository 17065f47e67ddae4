"""What every command has in common: targets in, answers out, failures, exit status, the common options."""

import io
import itertools
import os
import signal
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli import NOWHERE, is_harmless, run

GOOD = "192.0.2.0/24"
BAD = "192.0.2.256"
FORMATS = ["table", "plain", "json", "jsonl", "csv"]
ERROR_KEYS = ["input", "line", "kind", "message", "hint"]


# Exit status: the first row that holds. Only a signal is missing here, see tests/test_cli.py.


@pytest.mark.parametrize(
    ("words", "status"),
    [
        pytest.param(["subnet", GOOD, BAD], 4, id="some answered and some failed"),
        pytest.param(["subnet", BAD, "192.0.2.1/33"], 2, id="none could be read"),
        pytest.param(["subnet", GOOD, "--nope"], 2, id="a bad option"),
        pytest.param(["port-service", "22"], 0, id="an affirmative answer"),
        pytest.param(["port-service", "22", "no-such-service"], 0, id="any affirmative answer"),
        pytest.param(["port-service", "no-such-service"], 1, id="else"),
        pytest.param(["port-service", "no-such-service", "99999"], 4, id="answered with no, and failed"),
    ],
)
def test_the_exit_status_is_that_of_the_first_row_that_holds(words: list[str], status: int) -> None:
    assert run(*words).status == status


@pytest.mark.parametrize("answer_format", FORMATS)
def test_the_exit_status_is_the_same_in_every_format(answer_format: str) -> None:
    assert run("subnet", GOOD, BAD, "-f", answer_format).status == 4
    assert run("subnet", BAD, "-f", answer_format).status == 2


# Errors as data and in words.


def test_a_target_that_failed_stands_in_the_errors_of_the_document() -> None:
    outcome = run("subnet", BAD, GOOD, "192.0.2.0/33", "--json")
    assert outcome.json["schema"] == "nettools.subnet/1"
    assert [one["input"] for one in outcome.json["subnets"]] == [GOOD]
    errors = outcome.json["errors"]
    assert [(one["input"], one["line"], one["kind"]) for one in errors] == [
        (BAD, None, "bad-address"),
        ("192.0.2.0/33", None, "bad-prefix"),
    ]
    assert [list(one) for one in errors] == [ERROR_KEYS] * 2


def test_errors_are_a_list_even_when_there_are_none() -> None:
    assert run("subnet", GOOD, "--json").json["errors"] == []


@pytest.mark.parametrize(
    "words",
    [
        ["--json", "--nope"],
        ["subnet", "--json"],
        ["subnet", "--json", GOOD, "--nope"],
        ["subnet", GOOD, "--json", "--format", "csv"],
        ["subnet", GOOD, "--json", "--color", "sometimes"],
        ["subnet", GOOD, "--json", "-o", "/"],
        ["scan", "127.0.0.1", "-p", "65536", "--json"],
        ["port-service", "--json"],
        ["nonsense", "--json"],
    ],
)
def test_a_failure_before_any_work_is_an_error_document(words: list[str]) -> None:
    outcome = run(*words)
    assert outcome.status == 2
    assert list(outcome.json) == ["schema", "errors"]
    assert outcome.json["schema"] == "nettools.error/1"
    (error,) = outcome.json["errors"]
    assert list(error) == ERROR_KEYS
    assert error["message"] in outcome.stderr


def test_a_failure_without_json_leaves_standard_output_empty() -> None:
    for words in (["--nope"], ["subnet"], ["subnet", BAD], ["nonsense"], ["subnet", GOOD, "-o", "/"]):
        outcome = run(*words)
        assert (outcome.status, outcome.stdout) == (2, "")
        assert outcome.stderr.count("\n") == 1


def test_json_lines_carry_the_failures_as_well() -> None:
    line = run("subnet", GOOD, BAD, "-f", "jsonl").json_lines[1]
    assert (line["type"], line["index"], line["input"], line["kind"]) == ("error", 1, BAD, "bad-address")


def test_json_holds_no_lone_surrogate_for_an_argument_that_is_not_utf_8() -> None:
    outcome = run("subnet", os.fsdecode(b"\xff"), "--json")
    assert is_harmless(outcome.json["errors"][0]["input"])  # RFC 7493 §2.1


@given(st.text())
def test_what_was_typed_is_echoed_only_escaped(text: str) -> None:
    outcome = run("subnet", "--", text)
    assert outcome.status in (0, 2)
    assert is_harmless(outcome.stderr.removesuffix("\n"))


@pytest.mark.parametrize(
    "words",
    [
        ["{}"],
        ["--{}"],
        ["help", "{}"],
        ["subnet", "{}"],
        ["subnet", GOOD, "--{}"],
        ["subnet", GOOD, "--format", "{}"],
        ["subnet", GOOD, "--color={}"],
        ["subnet", GOOD, "--json={}"],
        ["subnet", GOOD, "-o", "/nowhere/{}"],
        ["scan", "-p", "80", "{}"],
        ["scan", "127.0.0.1", "-p", "{}"],
        ["scan", "127.0.0.1", "22", "--timeout", "{}"],
        ["scan", "127.0.0.1", "22", "--retries", "{}"],
        ["port-service", "{}"],
        ["port-service", "80", "--protocol", "{}"],
        ["port-service", "--search", "{}"],
    ],
)
@pytest.mark.parametrize("hostile", ["\x1b]0;pwn\x07", "\x9b31m", "a\nb", "\u202e", "\udcff", "\x00"])
def test_hostile_bytes_in_any_word_are_echoed_only_escaped(words: list[str], hostile: str) -> None:
    outcome = run(*(word.format(hostile) for word in words))
    assert outcome.status in (1, 2)
    assert is_harmless(outcome.stderr.removesuffix("\n"))


# Options.


def test_options_stand_before_behind_or_between_the_arguments() -> None:
    words = ("--json", GOOD, "::1/64")
    outcomes = [
        run("subnet", *order) for order in itertools.permutations(words) if order.index(GOOD) < order.index("::1/64")
    ]
    assert len(outcomes) == 3
    assert all(outcome == outcomes[0] for outcome in outcomes)


def test_a_double_hyphen_ends_the_options() -> None:
    outcome = run("subnet", "--json", "--", GOOD, "--quiet")
    assert outcome.status == 4
    assert [one["input"] for one in outcome.json["errors"]] == ["--quiet"]


def test_json_is_format_json() -> None:
    assert run("subnet", GOOD, "--json") == run("subnet", GOOD, "-f", "json") == run("subnet", GOOD, "--format=json")
    assert run("subnet", GOOD, "--json", "--format", "json").status == 0


@pytest.mark.parametrize("answer_format", ["table", "plain", "jsonl", "csv"])
def test_json_and_another_format_contradict_each_other(answer_format: str) -> None:
    outcome = run("subnet", GOOD, "--json", "--format", answer_format)
    assert outcome.status == 2
    assert f"--json and --format {answer_format} contradict each other" in outcome.stderr


def test_quiet_is_silent_on_success_and_for_a_no() -> None:
    assert run("scan", "127.0.0.1", "--quiet").stderr == ""
    negative = run("port-service", "no-such-service", "--quiet")
    assert (negative.status, negative.stderr) == (1, "")


def test_quiet_says_a_failure_in_one_line_and_changes_nothing_else() -> None:
    words = ("subnet", BAD, GOOD, "192.0.2.0/33")
    loud, quiet = run(*words), run(*words, "--quiet")
    assert (quiet.status, quiet.raw_stdout) == (loud.status, loud.raw_stdout)
    assert loud.stderr.count("\n") == 2
    assert quiet.stderr.count("\n") == 1
    assert BAD in quiet.stderr
    assert "1 more" in quiet.stderr


@pytest.mark.parametrize("answer_format", FORMATS)
def test_verbose_says_more_on_standard_error_and_changes_no_byte_of_the_answer(answer_format: str) -> None:
    plain, verbose = run("subnet", GOOD, "-f", answer_format), run("subnet", GOOD, "-f", answer_format, "-v")
    assert verbose.raw_stdout == plain.raw_stdout
    assert plain.stderr == ""
    assert verbose.stderr.startswith("nettools subnet: ")


def test_debug_shows_the_traceback_of_a_bad_option_and_no_debug_never_does() -> None:
    assert "Traceback" in run("subnet", GOOD, "--nope", "--debug").stderr
    assert "Traceback" not in run("subnet", GOOD, "--nope").stderr


def broken(*_: object, **__: object) -> NoReturn:
    raise ZeroDivisionError("a thing\x1b[31m nobody thought of")


@pytest.mark.parametrize("words", [[], ["--json"], ["-f", "jsonl"], ["--quiet"]])
def test_a_bug_is_status_70_and_one_line_that_says_how_to_report_it(
    monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.setattr("nettools.commands.subnet.describe.describe", broken)
    outcome = run("subnet", GOOD, *words)
    assert outcome.status == 70
    assert outcome.stderr.count("\n") == 1
    assert "bug of nettools" in outcome.stderr
    assert "report" in outcome.stderr
    assert "ZeroDivisionError" in outcome.stderr
    assert "\x1b" not in outcome.stderr


def test_a_bug_in_json_is_an_error_document_of_its_own_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nettools.commands.subnet.describe.describe", broken)
    outcome = run("subnet", GOOD, "--json")
    assert outcome.json["schema"] == "nettools.error/1"
    assert [one["kind"] for one in outcome.json["errors"]] == ["bug"]


def test_a_bug_shows_its_traceback_with_debug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nettools.commands.subnet.describe.describe", broken)
    outcome = run("subnet", GOOD, "--debug")
    assert outcome.status == 70
    assert "Traceback" in outcome.stderr
    assert "in broken" in outcome.stderr


def test_no_memory_is_a_failure_to_find_out_and_no_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(*_: object) -> NoReturn:
        raise MemoryError

    monkeypatch.setattr("nettools.commands.subnet.describe.describe", greedy)
    outcome = run("subnet", GOOD)
    assert outcome.status == 3
    assert "out of memory" in outcome.stderr


# Targets from standard input.


@pytest.mark.parametrize(
    ("text", "inputs"),
    [
        (b"192.0.2.1\n192.0.2.2\n", ["192.0.2.1", "192.0.2.2"]),
        (b"192.0.2.1\n192.0.2.2", ["192.0.2.1", "192.0.2.2"]),
        (b"192.0.2.1\r\n192.0.2.2\r\n", ["192.0.2.1", "192.0.2.2"]),
        (b"\xef\xbb\xbf192.0.2.1\n", ["192.0.2.1"]),
        (b"# a comment\n\n  192.0.2.1  # here\n   \n#\n", ["192.0.2.1"]),
        (b"", []),
    ],
)
def test_a_hyphen_reads_targets_one_a_line(text: bytes, inputs: list[str]) -> None:
    outcome = run("subnet", "-", "--json", stdin=text)
    assert [one["input"] for one in outcome.json["subnets"]] == inputs
    assert outcome.json["errors"] == []


def test_lines_of_standard_input_stand_where_the_hyphen_stood() -> None:
    outcome = run("subnet", "192.0.2.1", "-", "192.0.2.4", "-f", "jsonl", stdin=b"192.0.2.2\n192.0.2.3\n")
    assert [(line["index"], line["input"]) for line in outcome.json_lines] == [
        (0, "192.0.2.1"),
        (1, "192.0.2.2"),
        (2, "192.0.2.3"),
        (3, "192.0.2.4"),
    ]


def test_a_failed_line_is_named_by_its_number_and_the_rest_is_answered() -> None:
    outcome = run("subnet", "-", "--json", stdin=b"# head\n192.0.2.1\nbad\x00line\n\xff\xfe\n192.0.2.2\n")
    assert outcome.status == 4
    assert [one["input"] for one in outcome.json["subnets"]] == ["192.0.2.1", "192.0.2.2"]
    assert [one["line"] for one in outcome.json["errors"]] == [3, 4]
    assert "line 3: " in outcome.stderr
    assert r"bad\x00line" in outcome.stderr
    assert "\x00" not in outcome.stderr


@pytest.mark.parametrize("length", [65_537, 1_000_000])
def test_an_overlong_line_is_named_by_its_number_and_the_rest_is_answered(length: int) -> None:
    outcome = run("subnet", "-", "--json", stdin=b"192.0.2.1\n" + b"x" * length + b"\n192.0.2.2\n")
    assert outcome.status == 4
    assert [one["input"] for one in outcome.json["subnets"]] == ["192.0.2.1", "192.0.2.2"]
    (error,) = outcome.json["errors"]
    assert (error["kind"], error["line"]) == ("unreadable-input", 2)
    assert "65,536 bytes" in error["message"]
    assert outcome.stderr.count("line 2") == 1


def test_an_overlong_last_line_without_an_end_is_no_target() -> None:
    outcome = run("subnet", "-", "--json", stdin=b"192.0.2.1\n" + b"1" * 200_000)
    assert [one["line"] for one in outcome.json["errors"]] == [2]


class EndlessLine(io.RawIOBase):
    """A line of a gigabyte that exists nowhere, then one more line."""

    def __init__(self, size: int) -> None:
        self._left = size
        self._after = b"\n192.0.2.1\n"
        self.largest_read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        self.largest_read = max(self.largest_read, len(buffer))
        if self._left:
            size = min(self._left, len(buffer))
            buffer[:size] = b"x" * size
            self._left -= size
            return size
        size = min(len(self._after), len(buffer))
        buffer[:size], self._after = self._after[:size], self._after[size:]
        return size


def test_a_line_of_any_length_is_never_held_as_a_whole() -> None:
    source = EndlessLine(1 << 28)
    outcome = run("subnet", "-", "--json", stdin=io.BufferedReader(source))
    assert [one["input"] for one in outcome.json["subnets"]] == ["192.0.2.1"]
    assert source.largest_read <= 1 << 17


def test_a_closed_standard_input_is_said() -> None:
    outcome = run("subnet", "-", stdin=None)
    assert outcome.status == 2
    assert outcome.stderr == "nettools subnet: standard input is closed\n"


class FailingInput(io.RawIOBase):
    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        raise OSError(5, "Input/output error")


def test_a_standard_input_that_fails_is_no_bug_of_ours() -> None:
    outcome = run("subnet", "192.0.2.1", "-", "--json", stdin=io.BufferedReader(FailingInput()))
    assert outcome.status == 4
    assert [one["input"] for one in outcome.json["subnets"]] == ["192.0.2.1"]
    assert [one["kind"] for one in outcome.json["errors"]] == ["unreadable-input"]
    assert "Input/output error" in outcome.stderr


class LateInput(io.RawIOBase):
    """A standard input that somebody made non-blocking: it has nothing yet, then half a line, then the rest."""

    def __init__(self, descriptor: int, *pieces: bytes) -> None:
        self._descriptor = descriptor
        self._pieces = [piece for piece in pieces for piece in (b"", piece)]

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def readinto(self, buffer: bytearray | memoryview, /) -> int | None:  # type: ignore[override]
        if not self._pieces:
            return 0
        piece = self._pieces.pop(0)
        buffer[: len(piece)] = piece
        return len(piece) or None


def test_a_standard_input_that_does_not_block_loses_nothing() -> None:
    with open("/dev/zero", "rb") as always_ready:
        source = LateInput(always_ready.fileno(), b"192.0.", b"2.1\n192.0.2.2\n")
        outcome = run("subnet", "-", "-f", "plain", stdin=io.BufferedReader(source))
    assert [line.split("\t")[0] for line in outcome.stdout.splitlines()] == ["192.0.2.1", "192.0.2.2"]


def test_reading_from_a_terminal_is_said_at_once() -> None:
    assert "Ctrl-D" in run("subnet", "-", tty=True, stdin=b"192.0.2.1\n").stderr
    assert run("subnet", "-", stdin=b"192.0.2.1\n").stderr == ""


def test_arguments_of_ten_megabytes_are_answered_one_by_one() -> None:
    words = ["192.0.2.1/24"] * 1_000 + ["x" * 1_000_000] * 10
    outcome = run("subnet", *words, "--json")
    assert outcome.status == 4
    assert len(outcome.json["subnets"]) == 1_000
    assert len(outcome.json["errors"]) == 10


@pytest.mark.parametrize(
    "words", [["x" * 1_000_000], ["subnet", "x" * 1_000_000], ["subnet", GOOD, "--" + "x" * 1_000_000]]
)
def test_a_message_about_a_huge_word_stays_readable(words: list[str]) -> None:
    outcome = run(*words)
    assert outcome.status == 2
    assert len(outcome.stderr) <= 4_096 + 200


# -o FILE


def writes_to(path: Path, *words: str) -> Callable[[], int]:
    return lambda: run("subnet", GOOD, *words, "-o", str(path)).status


@pytest.mark.parametrize("answer_format", FORMATS)
def test_a_file_gets_the_bytes_that_standard_output_would(tmp_path: Path, answer_format: str) -> None:
    path = tmp_path / "answer"
    shown = run("subnet", GOOD, "-f", answer_format)
    written = run("subnet", GOOD, "-f", answer_format, "-o", str(path))
    assert (written.status, written.stdout, written.stderr) == (0, "", "")
    assert path.read_bytes() == shown.raw_stdout
    assert os.listdir(tmp_path) == ["answer"]


def test_a_hyphen_as_file_is_standard_output() -> None:
    assert run("subnet", GOOD, "-o", "-") == run("subnet", GOOD)


def test_a_table_in_a_file_is_drawn_for_no_terminal(tmp_path: Path) -> None:
    path = tmp_path / "answer"
    run("subnet", "2001:db8::1/64", "-o", str(path), columns=40)
    assert path.read_bytes() == run("subnet", "2001:db8::1/64").raw_stdout


def test_a_file_is_replaced_and_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "answer"
    path.write_text("old and longer than what comes " * 100)
    path.chmod(0o640)
    assert writes_to(path, "--json")() == 0
    assert path.read_bytes() == run("subnet", GOOD, "--json").raw_stdout
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.parametrize("answer_format", ["table", "json", "csv", "plain"])
def test_the_old_file_is_intact_when_the_run_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer_format: str
) -> None:
    path = tmp_path / "answer"
    path.write_text("old")
    monkeypatch.setattr("nettools.commands.subnet.describe.describe", broken)
    assert writes_to(path, "-f", answer_format)() == 70
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["answer"]


def test_the_old_file_is_intact_when_the_options_are_wrong(tmp_path: Path) -> None:
    path = tmp_path / "answer"
    path.write_text("old")
    assert writes_to(path, "--nope")() == 2
    assert path.read_text() == "old"


def test_a_symbolic_link_is_followed_and_stays(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to("target")
    assert writes_to(link, "--json")() == 0
    assert link.is_symlink()
    assert target.read_bytes() == run("subnet", GOOD, "--json").raw_stdout


def test_a_dangling_symbolic_link_is_followed(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to("target")
    assert writes_to(link, "--json")() == 0
    assert (tmp_path / "target").read_bytes() == run("subnet", GOOD, "--json").raw_stdout


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "Is a directory"),
        ("missing/answer", "No such file or directory"),
        ("loop", "Too many levels of symbolic links"),
        ("a" * 300, "File name too long"),
    ],
)
def test_a_file_that_cannot_be_opened_is_status_2_and_one_line(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    path = f"{tmp_path}/{name}"
    outcome = run("subnet", GOOD, "-o", path)
    assert outcome.status == 2
    assert outcome.stdout == ""
    assert outcome.stderr == f"nettools subnet: cannot open '{path}' for writing: {why}\n"


def test_a_file_name_that_the_system_cannot_hold_is_no_bug_of_ours() -> None:
    outcome = run("subnet", GOOD, "-o", "a\x00b")
    assert outcome.status == 2
    assert r"a\x00b" in outcome.stderr


@pytest.fixture
def as_nobody() -> Iterator[None]:
    """Root may write everywhere, so let it be somebody else for a while."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    yield
    os.seteuid(user)


@pytest.mark.usefixtures("as_nobody")
def test_a_directory_without_permission_is_said() -> None:
    outcome = run("subnet", GOOD, "-o", "/answer")
    assert outcome.status == 2
    assert outcome.stderr == "nettools subnet: cannot open '/answer' for writing: Permission denied\n"


@pytest.mark.parametrize("answer_format", FORMATS)
def test_a_device_that_is_full_is_status_3_and_one_line(answer_format: str) -> None:
    outcome = run("subnet", GOOD, "-f", answer_format, "-o", "/dev/full")
    assert outcome.status == 3
    assert outcome.stderr == "nettools subnet: cannot write to '/dev/full': No space left on device\n"


def test_a_bad_target_stands_in_the_file_and_on_standard_error(tmp_path: Path) -> None:
    path = tmp_path / "answer"
    outcome = run("subnet", GOOD, BAD, "--json", "-o", str(path))
    assert outcome.status == 4
    assert path.read_bytes() == run("subnet", GOOD, BAD, "--json").raw_stdout
    assert BAD in outcome.stderr


# Standard streams that are not there.


class Gone:
    """A writer whose reader has gone, or a device that is full."""

    def __init__(self, error: type[OSError] | OSError) -> None:
        self._error = error

    def write(self, _data: bytes, /) -> int | None:
        raise self._error

    def fileno(self) -> int:
        return -1


FULL = OSError(28, "No space left on device")


@pytest.mark.parametrize("answer_format", FORMATS)
def test_a_reader_that_goes_away_ends_the_run_silently(answer_format: str) -> None:
    outcome = run("subnet", GOOD, "-f", answer_format, stdout=Gone(BrokenPipeError))
    assert (outcome.status, outcome.stderr) == (141, "")


@pytest.mark.parametrize("answer_format", FORMATS)
def test_an_output_that_takes_nothing_is_status_3_and_one_line(answer_format: str) -> None:
    outcome = run("subnet", GOOD, "-f", answer_format, stdout=Gone(FULL))
    assert outcome.status == 3
    assert outcome.stderr == "nettools subnet: cannot write to standard output: No space left on device\n"


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["subnet", GOOD], 0),
        (["subnet", GOOD, BAD], 4),
        (["subnet", GOOD, "-v"], 0),
        (["subnet", "--nope"], 2),
        (["nonsense"], 2),
        (["port-service", "no-such-service"], 1),
    ],
)
@pytest.mark.parametrize("error", [FULL, BrokenPipeError])
def test_a_standard_error_that_takes_nothing_changes_neither_status_nor_answer(
    words: list[str], status: int, error: type[OSError] | OSError
) -> None:
    outcome = run(*words, stderr=Gone(error))
    assert outcome.status == status
    assert outcome.raw_stdout == run(*words).raw_stdout


def test_a_bug_is_status_70_even_where_nobody_reads_standard_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nettools.commands.subnet.describe.describe", broken)
    for words in ([], ["--debug"]):
        assert run("subnet", GOOD, *words, stderr=Gone(FULL)).status == 70


def test_the_error_document_is_written_even_where_nobody_reads_standard_error() -> None:
    outcome = run("subnet", GOOD, "--json", "--nope", stderr=Gone(FULL))
    assert outcome.json["schema"] == "nettools.error/1"


# The same bytes everywhere.


@pytest.mark.parametrize("answer_format", ["plain", "json", "jsonl", "csv"])
@pytest.mark.parametrize(
    "words", [["subnet", GOOD, "2001:db8::1/64", BAD], ["port-service", "22-25", "9092"]], ids=["subnet", "port"]
)
def test_data_is_the_same_bytes_whatever_the_terminal_and_its_settings(words: list[str], answer_format: str) -> None:
    expected = run(*words, "-f", answer_format).raw_stdout
    assert expected
    for settings in (
        {"FORCE_COLOR": "1"},
        {"CLICOLOR_FORCE": "1"},
        {"NO_COLOR": "1"},
        {"TERM": "dumb"},
        {"LANG": "tr_TR"},
    ):
        for columns in (None, 1, 40, 200):
            assert run(*words, "-f", answer_format, columns=columns, env=settings).raw_stdout == expected
    assert run(*words, "-f", answer_format, "--color", "always", tty=True).raw_stdout == expected


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-16"])
def test_json_is_the_same_bytes_in_every_encoding(encoding: str) -> None:
    words = ("subnet", GOOD, "nönsense", "--json")
    assert run(*words, encoding=encoding).raw_stdout == run(*words).raw_stdout


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_a_table_in_an_encoding_with_a_byte_order_mark_has_one(encoding: str) -> None:
    outcome = run("port-service", "22", "23", encoding=encoding)
    assert outcome.stdout == run("port-service", "22", "23").stdout


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_a_table_in_an_encoding_without_boxes_is_drawn_without_them(encoding: str) -> None:
    outcome = run("port-service", "22", encoding=encoding)
    assert outcome.status == 0
    assert outcome.stdout.isascii()
    assert "\\" not in outcome.stdout


def test_a_message_in_an_encoding_that_lacks_its_characters_is_escaped() -> None:
    outcome = run("subnet", "пример", encoding="ascii")
    assert outcome.status == 2
    assert outcome.stderr.isascii()


def test_a_run_that_cannot_open_its_output_gives_the_signals_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    assert run("subnet", "192.0.2.0/24", "--output", f"{NOWHERE}/answer").status == 2
    assert signal.getsignal(signal.SIGINT) is before
