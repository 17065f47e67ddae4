"""The catalog of commands says what their help says."""

import re

import pytest

from nettools.cli import COMMANDS
from nettools.commands._catalog import DescribedCommand, described_commands
from nettools.commands._examples import read_examples
from tests.cli import run

CATALOG = described_commands(COMMANDS)
PAGES = [page for command in CATALOG for page in (command, *command.verbs)]


@pytest.fixture(autouse=True)
def a_wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.path))
def test_every_option_of_the_help_is_described_and_no_other(page: DescribedCommand) -> None:
    text = run(*page.path.split(), "--help").stdout
    shown = set(re.findall(r"(?<=^  )-.*?(?=  |$)", text, re.MULTILINE))
    in_help = {word for row in shown for word in re.findall(r"(?<![\w-])--?[\w-]+", row)}
    described = {word for option in page.options for word in (*option.spellings, *option.negations)}
    assert in_help == described


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.path))
def test_every_example_of_the_help_is_described(page: DescribedCommand) -> None:
    _, _, after = run(*page.path.split(), "--help").stdout.partition("Examples:\n")
    assert page.worked_examples == read_examples("Examples:\n" + re.sub(r" \\\n +", " ", after))


def test_a_default_is_told_apart_from_the_help() -> None:
    scan = next(page for page in PAGES if page.path == "scan")
    by_name = {option.name: option for option in scan.options}
    assert (by_name["retries"].default, by_name["retries"].long) == ("2", "--retries")
    assert (by_name["order"].choices, by_name["order"].default) == (("random", "ascending"), "random")
    assert by_name["discover"].negations == ("--no-discover",)
    assert not by_name["udp"].takes_value
