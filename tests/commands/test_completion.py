"""nettools completion prints a script and changes nothing."""

from pathlib import Path

import pytest

from nettools.cli import ABOUT_THE_TOOL, COMMANDS
from nettools.commands import completion
from nettools.commands.completion import SCRIPTS
from tests.cli import PROJECT, run


@pytest.mark.parametrize("shell", SCRIPTS)
def test_the_script_of_a_shell_is_the_file(shell: str) -> None:
    outcome = run("completion", shell)
    assert (outcome.status, outcome.stderr) == (0, "")
    assert outcome.raw_stdout == (PROJECT / "completions" / SCRIPTS[shell]).read_bytes()


def test_it_is_the_same_in_every_encoding_and_on_every_terminal() -> None:
    plain = run("completion", "zsh").raw_stdout
    assert run("completion", "zsh", encoding="ascii").raw_stdout == plain
    assert run("completion", "zsh", columns=20).raw_stdout == plain
    assert run("completion", "zsh", "--color", "always").raw_stdout == plain


def test_it_can_be_written_to_a_file_that_is_named(tmp_path: Path) -> None:
    path = tmp_path / "_nettools"
    outcome = run("completion", "zsh", "--output", str(path))
    assert (outcome.status, outcome.stdout) == (0, "")
    assert path.read_bytes() == (PROJECT / "completions" / "_nettools").read_bytes()


@pytest.mark.parametrize(("word", "near"), [("tcsh", "zsh"), ("Bash", "bash"), ("pwsh", "powershell"), ("", "bash")])
def test_another_shell_is_refused_and_those_there_are_named(word: str, near: str) -> None:
    outcome = run("completion", word)
    assert (outcome.status, outcome.stdout) == (2, "")
    assert near in outcome.stderr


@pytest.mark.parametrize("words", [["--json"], ["--format", "csv"], ["-f", "plain"]], ids=str)
def test_a_script_has_no_other_format(words: list[str]) -> None:
    assert run("completion", "bash", *words).status == 2


def test_help_says_for_each_shell_where_the_script_goes() -> None:
    page = run("completion", "--help").stdout
    for place in ("~/.bashrc", "~/.zshrc", "fpath", "~/.config/fish/completions/nettools.fish", "$PROFILE"):
        assert place in page
    for line in ('eval "$(nettools completion bash)"', "nettools completion fish | source", "Invoke-Expression"):
        assert line in page


def test_an_installation_has_its_scripts_inside_the_package_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "nettools.bash").write_text("# installed\n")
    monkeypatch.setattr(completion, "_FOLDERS", (str(tmp_path), *completion._FOLDERS))
    assert run("completion", "bash").stdout == "# installed\n"
    assert run("completion", "zsh").stdout.startswith("#compdef nettools\n")


def test_a_missing_script_is_an_error_that_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(completion, "_FOLDERS", ())
    outcome = run("completion", "bash")
    assert outcome.status == 3
    assert "install nettools again" in outcome.stderr


def test_it_is_a_command_about_the_tool() -> None:
    assert "completion" in COMMANDS
    assert "completion" in ABOUT_THE_TOOL
