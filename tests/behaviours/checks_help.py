"""U01 to U11: help, unknown words, options wherever they stand."""

from nettools.cli import COMMANDS
from nettools.commands._catalog import DescribedCommand, described_commands
from tests.behaviours.commands import Command, World
from tests.cli import run


def described(name: str) -> tuple[DescribedCommand, ...]:
    """The command's verbs, or itself."""
    [command] = described_commands({name: COMMANDS[name]})
    return command.verbs or (command,)


def every_way_to_ask_for_help_gives_the_page(_: World, command: Command) -> None:
    page = run(command.name, "--help")
    assert (page.status, page.stderr) == (0, "")
    assert page.stdout.startswith(f"Usage: nettools {command.name} ")
    for words in (["help", command.name], [command.name, "-h"], [command.name, "--nope", "-h"]):
        assert run(*words) == page


def every_way_to_ask_for_the_tools_help_gives_its_page(_: World) -> None:
    page = run("--help")
    assert (page.status, page.stderr) == (0, "")
    for words in ([], ["-h"], ["help"]):
        assert run(*words) == page


def help_has_three_examples(_: World, command: Command) -> None:
    examples = [line for verb in described(command.name) for line in verb.examples]
    assert len(examples) >= 3
    page = run("help", command.name).stdout
    assert sum(f"nettools {command.name}" in line for line in page.splitlines()) >= 3


def the_tools_page_fits_80_by_24(_: World) -> None:
    lines = run("--help", columns=80).stdout.splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    assert "help TOPIC" in "\n".join(lines)


def no_line_of_help_is_wider_than_the_terminal(_: World, command: Command) -> None:
    for columns in (60, 80, 120, 200):
        for verb in described(command.name):
            page = run("help", *verb.path.split(), columns=columns).stdout
            assert max(map(len, page.splitlines())) <= columns, verb.path
            if columns >= 80:
                assert all(word in page for option in verb.options for word in option.spellings), verb.path


def the_version_is_one_line(_: World) -> None:
    outcome = run("--version")
    assert (outcome.status, outcome.stderr) == (0, "")
    program, version = outcome.stdout.removesuffix("\n").split(" ")
    assert program == "nettools"
    assert [part.isdigit() for part in version.split(".")[:2]] == [True, True]


def a_misspelled_command_is_suggested(_: World, command: Command) -> None:
    for typed in (command.name[:-1], command.name[0] + command.name[2:], f"{command.name}x"):
        outcome = run(typed)
        assert (outcome.status, outcome.stdout) == (2, "")
        assert f"did you mean {command.name}" in outcome.stderr or f" or {command.name}" in outcome.stderr, typed


def a_misspelled_option_is_suggested(_: World, command: Command) -> None:
    for typed, meant in (("--jsn", "--json"), ("--colr", "--color"), ("--progres", "--progress")):
        outcome = run(command.name, typed)
        assert (outcome.status, outcome.stdout) == (2, "")
        assert meant in outcome.stderr


def nothing_is_abbreviated(_: World, command: Command) -> None:
    for word in {command.name[:-1], command.name[:3]}:
        assert run(word).status == 2
    for verb in described(command.name):
        known = {word for option in verb.options for word in (*option.spellings, *option.negations)}
        for option in verb.options:
            short = option.long[:-1]
            if short.startswith("--") and len(short) > 3 and short not in known:
                outcome = run(*verb.path.split(), short)
                assert (outcome.status, outcome.stdout) == (2, ""), (verb.path, short)
                assert "No such option" in outcome.stderr, (verb.path, short)


def options_stand_before_and_behind_the_arguments(_: World, command: Command) -> None:
    words = command.yes or command.fails
    for option in ("--json", "--quiet", "--debug"):
        front, back = run(command.name, option, *words), run(command.name, *words, option)
        assert front.status == back.status
        assert [one for one in front.stderr.splitlines() if "File " not in one] == [
            one for one in back.stderr.splitlines() if "File " not in one
        ]
    misplaced = run("--json", command.name, *words)
    assert misplaced.status == 2
    assert "options go after the command" in misplaced.stderr


def a_double_hyphen_ends_the_options(_: World, command: Command) -> None:
    outcome = run(command.name, "--", "--nope")
    assert outcome.status in (1, 2, 3)
    assert "No such option" not in outcome.stderr
    assert "--nope" in outcome.stderr


def a_missing_argument_is_named_with_an_example(_: World, command: Command) -> None:
    outcome = run(command.name)
    assert (outcome.status, outcome.stdout) == (2, "")
    assert f"nettools {command.name} " in outcome.stderr.partition(": ")[2] or "PORT" in outcome.stderr
    assert ";" in outcome.stderr  # what is missing; what to write
