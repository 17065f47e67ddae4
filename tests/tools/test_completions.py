"""The completion scripts are current, and in each of them is every command, option and word; the table has no gap."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from nettools import data
from nettools.cli import COMMANDS
from nettools.commands._catalog import DescribedCommand, described_commands
from nettools.commands.completion import SCRIPTS
from nettools.core.completion import KINDS
from tests import peers
from tests.cli import PROJECT, run, variables
from tools import completions
from tools.shells import values
from tools.shells.model import Command, arguments_of, shelf, value_of

FOLDER = PROJECT / "completions"
SHELF = shelf()
LEAVES = list(SHELF.leaves)
TEXTS = {shell: (FOLDER / name).read_text(encoding="ascii") for shell, name in SCRIPTS.items()}


def described() -> Iterator[DescribedCommand]:
    for command in described_commands(COMMANDS):
        yield command
        yield from command.verbs


DESCRIBED = list(described())


def spellings(command: DescribedCommand) -> set[str]:
    return {word for option in command.options for word in (*option.spellings, *option.negations)}


def test_the_scripts_are_what_the_generator_writes() -> None:
    done = subprocess.run(
        [sys.executable, str(PROJECT / "tools" / "completions.py"), "--check"],
        env=variables(),
        capture_output=True,
        text=True,
        timeout=120,
        cwd=PROJECT,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_stale_script_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(completions, "FOLDER", tmp_path)
    monkeypatch.setattr(completions, "shelf", lambda: SHELF)
    assert completions.main(["--check"]) == 1
    assert "+#compdef nettools" in capsys.readouterr().out
    assert completions.main(["write"]) == 0
    assert completions.main(["--check"]) == 0
    assert completions.main([]) == 2
    assert capsys.readouterr() == ("", f"usage: {sys.argv[0]} write|--check\n")


@pytest.mark.parametrize("command", DESCRIBED, ids=lambda command: command.path)
def test_the_table_says_what_completes_each_value_and_each_argument(command: DescribedCommand) -> None:
    # A new option or argument needs an entry in tools/shells/values.py: what completes it, or ANYTHING.
    for option in command.options:
        if option.takes_value and not option.choices:
            assert value_of(command, option) in values.BUILT_IN | set(values.WORDS), option
    for kinds in arguments_of(command):
        assert set(kinds) <= values.BUILT_IN | set(values.WORDS)
    assert bool(arguments_of(command)) == bool(command.arguments)


def test_the_table_has_no_entry_that_nothing_uses() -> None:
    used = {
        key
        for command in DESCRIBED
        for option in command.options
        if option.takes_value and not option.choices
        for key in [next(key for key in (f"{command.path} {option.long}", option.long) if key in values.OPTIONS)]
    }
    assert used == set(values.OPTIONS)
    paths = {command.path for command in DESCRIBED if not command.verbs}
    assert set(values.ARGUMENTS) == paths
    kinds = {
        *values.OPTIONS.values(),
        *(kind for places in values.ARGUMENTS.values() for one in places for kind in one),
    }
    only_inside = {"port-word", "service", "server-scheme", "topic"}  # of lists of ports, of servers, of nettools help
    assert set(values.WORDS) <= kinds | only_inside


@pytest.mark.parametrize("metavar", ["FILE", "FOLDER", "PATH"])
def test_what_is_called_a_file_is_completed_by_files(metavar: str) -> None:
    for command in DESCRIBED:
        for option in command.options:
            if option.metavar == metavar:
                assert value_of(command, option) == (values.FOLDER if metavar == "FOLDER" else values.FILE)


def test_what_is_asked_at_tab_is_what_nettools_answers() -> None:
    assert set(values.ASKED.values()) == set(KINDS)


def test_no_word_needs_quotes_in_any_shell() -> None:
    for words in SHELF.words.values():
        assert words
        assert len(set(words)) == len(words)
        for word in words:
            assert re.fullmatch("[A-Za-z0-9_.:/-]+", word)


def test_the_services_are_those_that_people_type() -> None:
    names = set(SHELF.words["service"])
    assert {"ssh", "http", "https", "domain", "smtp", "imaps", "ldap", "mysql", "postgresql", "redis", "ntp"} <= names
    assert 100 <= len(names) <= 200
    assert names <= {row[2] for row in data.rows("services.tsv")}


@pytest.mark.parametrize("name", sorted(values.WORDS))
def test_a_word_that_is_offered_is_one_that_the_command_takes(name: str) -> None:
    """Where a word is wrong, the command says so before it does anything: exit status 2."""
    examples = {
        "port-protocol": ["port-service", "80", "--protocol"],
        "packet-protocol": ["route", "127.0.0.1", "--protocol"],
        "relation": ["subnet", "relate", "10.0.0.0/8", "10.0.0.0/8", "--expect"],
        "routing-table": ["route", "--table"],
        "schema": ["schema"],
        "shell": ["completion"],
        "topic": ["help"],
        "service": ["port-service"],
        "setting": ["config"],
    }
    if name not in examples:
        assert name in {
            "dns-class", "dns-type", "link-kind", "port-word", "proxy-dns", "proxy-server", "proxy-type",
            "server-scheme", "small-service", "starttls", "tls-version",
        }  # fmt: skip
        return
    for word in values.WORDS[name][:12]:
        assert run(*examples[name], word).status in (0, 1), word


@pytest.mark.parametrize("command", DESCRIBED, ids=lambda command: command.path)
def test_bash_knows_exactly_the_options_of_a_command(command: DescribedCommand) -> None:
    peers.require("bash", reason="to read the completion script")
    code = '. "$1"; __nettools_command "$2"; printf "%s\\n" "${options[@]}"; echo; printf "%s\\n" "${verbs[@]}"'
    said = subprocess.run(
        ["bash", "--norc", "-c", code, "bash", str(FOLDER / "nettools.bash"), command.path],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    options, _, verbs = said.partition("\n\n")
    rows = [re.split("[=.]", row)[0].split("/") for row in options.split("\n")]
    assert {word for row in rows for word in row} == spellings(command)
    assert set(verbs.split()) == {verb.name for verb in command.verbs}


def test_fish_offers_exactly_the_options_of_each_command() -> None:
    peers.require("fish", reason="to read the completion script")
    lines = "".join(f"echo '= {command.path}'; complete -C 'nettools {command.path} -'\n" for command in DESCRIBED)
    said = subprocess.run(
        ["fish", "--no-config", "-c", f"source {FOLDER / 'nettools.fish'}\n{lines}"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    ).stdout
    found: dict[str, set[str]] = {}
    path = ""
    for line in said.splitlines():
        if line.startswith("= "):
            path = line[2:]
            found[path] = set()
        elif line:
            found[path].add(line.split("\t")[0])
    assert found == {command.path: spellings(command) for command in DESCRIBED}


@pytest.mark.parametrize("command", LEAVES, ids=lambda command: command.path)
def test_zsh_is_told_of_exactly_the_options_of_a_command(command: Command) -> None:
    name = f"_nettools-{command.path.replace(' ', '-')}() {{"
    common = TEXTS["zsh"].partition("_nettools_arguments() {")[2].partition("\n}\n")[0]
    body = TEXTS["zsh"].partition(f"\n{name}\n")[2].partition("\n}\n")[0].rpartition("_nettools_arguments")[2]
    found: set[str] = set()
    for line in f"{common}\n{body}".splitlines():
        spec = line.strip().partition("[")[0]
        braces = re.search(r"\{(-[^}]*)\}", spec)
        spelled = braces[1].split(",") if braces else re.findall(r"(?:^'|[)*])(-[^'\[]*)", spec)
        found |= {word.rstrip("=+") for word in spelled}
    assert found == {word for option in command.options for word in option.all_spellings}


def test_powershell_has_every_command_with_exactly_its_options() -> None:
    text = TEXTS["powershell"]
    common = set(_rows(text.partition("$common = @(")[2].partition("\n    )")[0]))
    table = text.partition("$commands = @{")[2].partition("\n    }")[0]
    entries = re.findall(r"^        '([^']+)' = @\{\n(.*?)^        \}$", table, re.MULTILINE | re.DOTALL)
    found = {path: set(_rows(body)) for path, body in entries}
    assert found.pop("help") == {"-h", "--help"}
    assert {path: own | common for path, own in found.items()} == {one.path: spellings(one) for one in DESCRIBED}
    for name, words in SHELF.words.items():
        body = text.partition(f"\n        '{name}' = @(")[2].partition(")")[0]
        assert re.findall("'([^']*)'", body) == list(words)


def _rows(text: str) -> Iterator[str]:
    for spelled in re.findall(r"^ *, @\('([^']+)'", text, re.MULTILINE):
        yield from spelled.split("/")


def test_powershell_finds_all_quotes_and_brackets_closed() -> None:
    depth: list[str] = []
    pairs = {")": "(", "}": "{", "]": "["}
    for token in powershell_tokens(TEXTS["powershell"]):
        if token in pairs.values():
            depth.append(token)
        elif token in pairs:
            assert depth.pop() == pairs[token]
    assert depth == []


def test_the_tokens_of_powershell_are_told_apart() -> None:
    assert list(powershell_tokens("a ('it''s)' # (\n \"}$x\")")) == ["a", "(", "'it''s)'", '"}$x"', ")"]
    with pytest.raises(AssertionError, match="not closed"):
        list(powershell_tokens("'x"))


def powershell_tokens(text: str) -> Iterator[str]:
    """Strings, brackets and whatever else, without blanks and comments (about_Quoting_Rules)."""
    token = re.compile(
        r"""(?P<skip>\s+|\#[^\n]*)|'(?:[^']|'')*'|"(?:[^"`]|`.|"")*"|[(){}\[\]]|[^\s(){}\[\]'"\#]+""", re.DOTALL
    )
    place = 0
    while place < len(text):
        match = token.match(text, place)
        assert match is not None, f"a quote is not closed: {text[place : place + 60]!r}"
        if match["skip"] is None:
            yield match[0]
        place = match.end()


@pytest.mark.parametrize("shell", SCRIPTS)
def test_a_script_is_ascii_and_can_be_read(shell: str) -> None:
    text = TEXTS[shell]
    assert text.endswith("\n")
    assert "\t" not in text
    assert "{{" not in text
    assert not re.search(r" +$", text, re.MULTILINE)


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_no_script_evaluates_what_it_is_given(shell: str) -> None:
    code = [line.partition(" #")[0] for line in TEXTS[shell].splitlines() if not line.lstrip().startswith("#")]
    for line in code:
        assert not re.search(r"(^|[;&|({])\s*eval\b|compgen -W|\$\((command )?nettools", line), line
