"""The README's examples print what it says, and its two set-up commands are the ones that exist."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.markdown import Step, read_sections
from tests.peers import require

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
STEPS = [step for section in read_sections(README) for step in section.steps]


@pytest.mark.parametrize("step", STEPS, ids=[step.command for step in STEPS])
def test_an_example_prints_what_the_readme_shows(step: Step) -> None:
    if "jq" in step.command:
        require("jq", reason="the example pipes into jq")
    words = step.command.replace("nettools ", f"{sys.executable} -m nettools ")
    done = subprocess.run(["sh", "-c", words], capture_output=True, timeout=60, cwd=ROOT, check=False)
    printed = (done.stdout + done.stderr).decode().replace("\r\n", "\n")
    assert printed.splitlines() == list(step.output)


def test_the_readme_has_examples_to_check() -> None:
    assert len(STEPS) >= 5


@pytest.mark.parametrize("path", re.findall(r"\]\(([^)#:]+)\)", README))
def test_what_the_readme_links_to_exists(path: str) -> None:
    assert (ROOT / path).exists()


def test_the_test_command_is_what_ci_calls() -> None:
    assert "sh tools/run-tests" in README
    assert "sh tools/run-tests" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
