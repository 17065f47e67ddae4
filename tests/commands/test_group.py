"""Commands and verbs by name: which one is meant, and what an unknown one is answered with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.cli import COMMANDS
from nettools.commands._group import _ELSEWHERE, VALUE_OPTIONS, choose_verb, nearest
from nettools.commands.subnet import VERBS
from tests.cli import run

KNOWN = {"describe": "", "split": "", "merge": ""}


@pytest.mark.parametrize(
    ("words", "verb", "rest"),
    [
        ([], "describe", []),
        (["192.0.2.0/24"], "describe", ["192.0.2.0/24"]),
        (["split", "192.0.2.0/24"], "split", ["192.0.2.0/24"]),
        (["--json", "split", "192.0.2.0/24"], "split", ["--json", "192.0.2.0/24"]),
        (["-f", "csv", "split", "x"], "split", ["-f", "csv", "x"]),
        (["--format=csv", "merge", "x"], "merge", ["--format=csv", "x"]),
        (["-o", "split", "merge"], "merge", ["-o", "split"]),
        (["192.0.2.0/24", "split"], "describe", ["192.0.2.0/24", "split"]),
        (["-", "split"], "describe", ["-", "split"]),
        (["--", "split"], "describe", ["--", "split"]),
        (["-v", "-v", "merge"], "merge", ["-v", "-v"]),
    ],
)
def test_the_first_word_that_is_no_option_is_the_verb_where_it_names_one(
    words: list[str], verb: str, rest: list[str]
) -> None:
    assert choose_verb(words, KNOWN, "describe") == (verb, rest)


@given(st.lists(st.sampled_from([*KNOWN, *VALUE_OPTIONS, "-v", "--json", "--", "-", "192.0.2.1", "csv"])))
def test_choosing_a_verb_takes_away_that_word_and_no_other(words: list[str]) -> None:
    verb, rest = choose_verb(words, KNOWN, "describe")
    assert rest == words or sorted([verb, *rest]) == sorted(words)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_of_subnet_is_chosen_by_its_name_and_explains_itself(verb: str) -> None:
    outcome = run("subnet", verb, "--help")
    assert outcome.status == 0
    name = "nettools subnet" if verb == "describe" else f"nettools subnet {verb}"
    assert outcome.stdout.startswith(f"Usage: {name} ")
    _, _, examples = outcome.stdout.partition("Examples:\n")
    assert f"{name} " in examples
    assert run("help", "subnet", verb) == outcome


@pytest.mark.parametrize(
    ("word", "meant"),
    [("subnt", "subnet"), ("scna", "scan"), ("port-servce", "port-service"), ("portservice", "port-service")],
)
def test_an_unknown_command_is_answered_with_the_near_one(word: str, meant: str) -> None:
    outcome = run(word, "192.0.2.1")
    assert outcome.status == 2
    assert outcome.stdout == ""
    assert outcome.stderr.startswith(f"nettools: there is no command '{word}'; did you mean {meant}")
    assert outcome.stderr.endswith("?\n")


@pytest.mark.parametrize(
    ("word", "meant"),
    [("dig", "resolve"), ("nc", "cat or listen"), ("ip", "ifaces or route"), ("port", "port-service")],
)
def test_the_name_of_another_tool_is_answered_with_what_does_it_here(word: str, meant: str) -> None:
    outcome = run(word, "localhost")
    assert outcome.status == 2
    assert outcome.stderr.startswith(f"nettools: there is no command '{word}'; did you mean {meant}")


def test_another_tool_leads_to_commands_that_there_are() -> None:
    assert {one for meant in _ELSEWHERE.values() for one in meant.split(" or ")} <= set(COMMANDS)


def test_an_unknown_command_near_to_none_is_answered_with_where_to_look() -> None:
    assert run("xyzzy").stderr == "nettools: there is no command 'xyzzy'; nettools --help lists the commands\n"
    assert nearest("xyzzy", {"scan": ""}) == "nettools --help lists the commands"


@pytest.mark.parametrize("word", ["sub", "subne", "s", "SUBNET", "port"])
def test_no_abbreviation_of_a_command_is_accepted(word: str) -> None:
    assert run(word, "192.0.2.1").status == 2


@pytest.mark.parametrize("option", ["--js", "--form", "--jso", "--Json"])
def test_no_abbreviation_of_an_option_is_accepted(option: str) -> None:
    outcome = run("subnet", "192.0.2.1", option)
    assert outcome.status == 2
    assert outcome.stdout == ""


@pytest.mark.parametrize(("option", "meant"), [("--jsno", "--json"), ("--qiet", "--quiet"), ("--outptu", "--output")])
def test_an_unknown_option_is_answered_with_the_near_one(option: str, meant: str) -> None:
    outcome = run("subnet", "192.0.2.1", option)
    assert outcome.status == 2
    assert option in outcome.stderr
    assert meant in outcome.stderr.replace(option, "")


def test_an_unknown_option_near_to_none_is_answered_with_where_to_look() -> None:
    assert run("scan", "--zzzz").stderr == (
        "nettools scan: No such option: --zzzz; nettools scan --help lists the options\n"
    )


@pytest.mark.parametrize("command", ["subnet", "scan", "port-service", "resolve", "rdns", "cat", "listen"])
def test_a_missing_argument_is_answered_with_an_example(command: str) -> None:
    outcome = run(command)
    assert outcome.status == 2
    assert outcome.stderr.count("\n") == 1
    assert f"nettools {command} " in outcome.stderr.removeprefix(f"nettools {command}: ")


def test_the_version_is_one_line_on_standard_output() -> None:
    outcome = run("--version")
    assert outcome.status == 0
    assert outcome.stderr == ""
    assert outcome.stdout.startswith("nettools ")
    assert outcome.stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("subnet", "split", "::/8", "-n", "4"), "No such option: -n; nettools subnet split --help lists the options"),
        (("subnet", "-Q"), "No such option: -Q; nettools subnet --help lists the options"),
        (("subnet", "split", "::/8", "26"), "argument(s) (26); nettools subnet split --help shows what it takes"),
        (("cat", "-lvp", "8080"), "No such option: -l; nettools listen waits for clients"),
        (("--halp",), "No such option: --halp (Possible options: --help)"),
    ],
)
def test_a_usage_error_leads_to_the_page_that_helps(words: tuple[str, ...], told: str) -> None:
    outcome = run(*words)
    assert outcome.status == 2
    assert outcome.stderr.endswith(f"{told}\n")
