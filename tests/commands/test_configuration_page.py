"""The page on configuration says what is so: its commands print what it shows, its file can be used as it stands."""

import re
import tomllib

import pytest

from nettools.core.config.setting import Surroundings
from nettools.core.config.table import BY_NAME
from nettools.core.config.values import settings_of_file
from nettools.runs.services import port_names, service_table
from tests.cli import PROJECT, run_shell
from tests.peers import require

PAGE = (PROJECT / "docs" / "configuration.md").read_text(encoding="utf-8")
CONSOLES = [
    (command, expected)
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    for command, expected in re.findall(r"\$ (.+)\n((?:(?!\$ ).*\n)*)", block)
]


@pytest.mark.parametrize(("command", "expected"), CONSOLES, ids=[command for command, _ in CONSOLES])
def test_a_command_prints_what_the_page_shows(command: str, expected: str) -> None:
    if "jq" in command:
        require("jq", reason="the example pipes into jq")
    outcome = run_shell(f"exec 2>&1; export PYTHONIOENCODING=utf-8; {command}")
    lines = sorted(outcome.stdout.replace("\r", "").splitlines())
    assert lines == sorted(expected.splitlines())


def test_the_page_has_commands_to_check() -> None:
    assert len(CONSOLES) >= 6


def test_the_file_of_the_page_can_be_used() -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    surroundings = Surroundings(home="/home/me", port_names=lambda: port_names(service_table()))
    found = settings_of_file(tomllib.loads(text), text, "config.toml", surroundings)
    assert (found.errors, found.warnings) == ((), ())
    assert len(found.values) == text.count(" = ")


def test_every_setting_that_the_page_names_is_one() -> None:
    commands = r"scan|resolve|rdns|cat|listen"
    named = set(re.findall(rf"`((?:{commands})\.[a-z-]+)`", PAGE))
    assert named
    assert named <= set(BY_NAME)
