"""U12 to U32: where answers and messages go, JSON, tables, colour, progress."""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from jsonschema import Draft202012Validator

from tests import peers
from tests.behaviours.commands import Command, World, commands
from tests.cli import Outcome, run

ESCAPES = re.compile(rb"\x1b|\x9b|\xc2\x9b")
COLOUR = re.compile(rb"\x1b\[[0-9;]*m")
FORMATS = ("table", "plain", "json", "jsonl", "csv")
# What differs from one run to the next: times, and the order of the probes.
_VOLATILE = re.compile(rb'"(?:[a-z_]*_ms|ms|seed|started|bytes|packets|errors|dropped|multicast)":(?:"[^"]*"|[0-9.]+)')
_LARGEST = 2**53 - 1


def asked(command: Command, *more: str, **settings: Any) -> Outcome:
    return run(command.name, *command.yes, *more, **settings)


def masked(octets: bytes) -> bytes:
    """The octets without what no two runs have in common."""
    return re.sub(rb"[0-9.]+ m?s\b|[0-9,]+/s|(?<=\t)[0-9]+\.[0-9]+(?=[\t\n])", b"TIME", _VOLATILE.sub(b"", octets))


def data_goes_to_stdout_and_messages_to_stderr(_: World, command: Command) -> None:
    words = command.several if command.targets else command.yes
    outcome = run(command.name, *words, "-v")
    messages = outcome.stderr.splitlines()
    assert outcome.stdout
    assert messages
    assert not set(messages) & set(outcome.stdout.splitlines())
    assert all(one.startswith(f"nettools {command.name}: ") for one in messages), messages
    assert f"nettools {command.name}: " not in outcome.stdout


def quiet_is_silent_but_for_one_line_of_failure(_: World, command: Command) -> None:
    if command.yes:
        assert asked(command, "--quiet").stderr == ""
        assert asked(command, "--quiet").status == 0
    loud, quiet = run(command.name, *command.fails), run(command.name, *command.fails, "--quiet")
    assert (loud.status, quiet.status) == (command.failed_status, command.failed_status)
    assert quiet.stderr.count("\n") == 1 or (command.name == "resolve" and not quiet.stderr and quiet.stdout)
    if command.no is not None:
        assert run(command.name, *command.no, "--quiet").stderr.count("\n") <= 1


def verbose_changes_no_byte_of_the_answer(_: World, command: Command) -> None:
    for answer_format in ("plain", "json"):
        plain = _without_counters(asked(command, "-f", answer_format).raw_stdout)
        for more in ("-v", "-vv"):
            verbose = asked(command, "-f", answer_format, more)
            assert _without_counters(verbose.raw_stdout) == plain
            assert verbose.stderr


def _without_counters(octets: bytes) -> bytes:
    """What is masked, less the counters of interfaces, which go on."""
    return re.sub(rb"\b[0-9]{5,}\b", b"N", masked(octets))


def json_is_one_document_that_its_schema_describes(_: World, command: Command) -> None:
    outcome = asked(command, "--json")
    assert outcome.status == 0
    assert outcome.raw_stdout.endswith(b"\n")
    document = outcome.json
    assert command.keys is not None
    assert set(command.keys) <= set(document)
    assert isinstance(document["errors"], list)
    Draft202012Validator(schema_of(document["schema"])).validate(document)


def schema_of(name: str) -> dict[str, Any]:
    """``nettools.subnet/1`` -> what ``nettools schema subnet`` prints."""
    kind = name.removeprefix("nettools.").partition("/")[0]
    found: dict[str, Any] = run("schema", kind).json
    return found


def jq_reads_every_document(world: World) -> None:
    peers.require("jq", reason="to have a second reader of JSON")
    documents = [asked(one, "--json").raw_stdout for one in commands(world).values() if one.has_document]
    read = subprocess.run(["jq", "-c", ".schema"], input=b"".join(documents), capture_output=True, check=True)
    assert len(read.stdout.splitlines()) == len(documents)


def a_failure_is_a_document_with_the_same_status(_: World, command: Command) -> None:
    table, outcome = run(command.name, *command.fails), run(command.name, *command.fails, "--json")
    assert outcome.status == table.status == command.failed_status
    document = outcome.json
    failed = document["errors"] or [one for one in document.get("responses", []) if one["status"] != "answered"]
    assert failed
    assert all(one.get("kind") or one.get("status") for one in failed)
    wrong = run(command.name, "--json", "--no-such-option")
    assert (wrong.status, wrong.json["schema"]) == (2, "nettools.error/1")
    assert wrong.json["errors"][0]["kind"] == "bad-option"


def json_is_the_same_everywhere(_: World, command: Command) -> None:
    plain = masked(asked(command, "--json").raw_stdout)
    assert plain
    for settings in (
        {"columns": 40},
        {"columns": 200},
        {"env": {"FORCE_COLOR": "1", "LANG": "tr_TR"}},
        {"tty": True, "env": {"NO_COLOR": "1", "TERM": "dumb"}},
        {"encoding": "ascii"},
    ):
        outcome = asked(command, "--json", **settings)
        assert masked(outcome.raw_stdout) == plain
    assert plain.isascii() or b'"' in plain


def keys_and_types_stay_whatever_is_asked(_: World) -> None:
    chance = Random(18)
    networks = [f"{'.'.join(str(chance.randrange(256)) for _ in range(4))}/{chance.randrange(33)}" for _ in range(40)]
    networks += [
        f"{':'.join(f'{chance.randrange(65536):x}' for _ in range(8))}/{chance.randrange(129)}" for _ in range(100)
    ]
    ports = [str(port) for port in range(120)]
    for name, words, key in (("subnet", networks, "subnets"), ("port-service", ports, "services")):
        records = run(name, *words, "--json").json[key]
        assert len(records) >= 20
        assert {tuple(one) for one in records} == {tuple(records[0])}
        for field in records[0]:
            kinds = {type(one[field]) for one in records} - {type(None)}
            assert len(kinds) <= 1, field


def numbers_fit_every_reader(_: World, command: Command) -> None:
    document = json.loads(asked(command, "--json").raw_stdout, parse_constant=_no_constant)
    for value in leaves(document):
        if isinstance(value, int) and not isinstance(value, bool):
            assert abs(value) <= _LARGEST
        if isinstance(value, str):
            value.encode()  # a lone surrogate has no UTF-8


def totals_that_pass_2_53_are_text(_: World) -> None:
    [described] = run("subnet", "::/0", "--json").json["subnets"]
    assert described["total"] == str(2**128)
    assert described["int"] == "0"


def _no_constant(name: str) -> float:
    raise AssertionError(f"{name} is no JSON")


def leaves(value: object) -> Iterator[object]:
    """Keys, and what is no list and no object."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield key
            yield from leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one)
    else:
        yield value


def plain_is_one_record_a_line(_: World, command: Command) -> None:
    words = command.several if command.targets else command.yes
    lines = run(command.name, *words, "-f", "plain").stdout.splitlines()
    assert lines
    assert len({line.count("\t") for line in lines}) == 1
    assert lines[0].count("\t") >= 2


def a_pipe_gets_nothing_cut_or_folded(_: World, command: Command) -> None:
    outcome = asked(command)
    assert outcome.stdout
    assert "…" not in outcome.stdout
    assert not any(line.endswith("...") for line in outcome.stdout.splitlines())


def a_long_address_stands_on_one_line_in_a_pipe(_: World) -> None:
    long = "2001:db8:1111:2222:3333:4444:5555:6666"
    assert any(f"{long}/128" in line for line in run("subnet", f"{long}/128", "192.0.2.1").stdout.splitlines())


def a_pipe_gets_no_escape(_: World, command: Command) -> None:
    for answer_format in FORMATS:
        for outcome in (asked(command, "-f", answer_format), run(command.name, *command.fails, "-f", answer_format)):
            assert not ESCAPES.search(outcome.raw_stdout + outcome.raw_stderr)


def no_color_turns_colour_off(_: World, command: Command) -> None:
    coloured = asked(command, tty=True, env={"NO_COLOR": ""})
    assert COLOUR.search(coloured.raw_stdout)
    assert not ESCAPES.search(asked(command, tty=True, env={"NO_COLOR": "1"}).raw_stdout)


def forced_colour_is_in_tables_alone(_: World, command: Command) -> None:
    for variable in ("FORCE_COLOR", "CLICOLOR_FORCE"):
        assert COLOUR.search(asked(command, env={variable: "1"}).raw_stdout)
        for answer_format in ("json", "jsonl", "csv", "plain"):
            assert not ESCAPES.search(asked(command, "-f", answer_format, env={variable: "1"}).raw_stdout)
        assert not ESCAPES.search(asked(command, env={variable: "0"}).raw_stdout)


def help_and_errors_have_no_escape_at_all(_: World, command: Command) -> None:
    for env in ({"NO_COLOR": "1", "GITHUB_ACTIONS": "true"}, {"FORCE_COLOR": "1", "PY_COLORS": "1"}):
        for words in (["--help"], ["--nope"], list(command.fails)):
            outcome = run(command.name, *words, tty=True, env=env)
            shown = outcome.raw_stderr if words == list(command.fails) else outcome.raw_stdout + outcome.raw_stderr
            assert not ESCAPES.search(shown)


def a_dumb_terminal_gets_no_escape(_: World, command: Command) -> None:
    for words in (command.yes, command.fails):
        outcome = run(command.name, *words, tty=True, env={"TERM": "dumb"})
        assert not ESCAPES.search(outcome.raw_stdout + outcome.raw_stderr)
        assert b"\r" not in outcome.raw_stderr


def the_streams_are_judged_apart(_: World, command: Command) -> None:
    to_file = asked(command, tty=False, stderr_tty=True)
    assert not COLOUR.search(to_file.raw_stdout)
    to_terminal = asked(command, tty=True, stderr_tty=False)
    assert COLOUR.search(to_terminal.raw_stdout)
    assert not ESCAPES.search(to_terminal.raw_stderr)


def progress_is_for_a_terminal_alone(_: World, command: Command) -> None:
    for settings, more in (
        ({"stderr_tty": False}, ()),
        ({"tty": True, "stderr_tty": False}, ()),
        ({"stderr_tty": True}, ("--progress", "never")),
    ):
        outcome = asked(command, *more, **settings)
        assert b"\r" not in outcome.raw_stderr
        assert not ESCAPES.search(outcome.raw_stderr)
