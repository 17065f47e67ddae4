"""The scripts are read by their shells without an error and without a word, however they get there."""

import os
import subprocess
from pathlib import Path

import pytest

from tests import peers
from tests.cli import PROJECT, run_process
from tests.completion.shells import SCRIPTS, SHELLS, ShellName

PLAIN = {"bash": ["bash", "--norc", "--noprofile"], "zsh": ["zsh", "-f"], "fish": ["fish", "--no-config"]}
LOADED = [
    ("bash", 'eval "$(cat "$SCRIPT")"; complete -p nettools >/dev/null'),
    ("bash", 'set -eu; . "$SCRIPT"; . "$SCRIPT"; complete -p nettools >/dev/null'),
    ("bash", 'shopt -s failglob nullglob extglob; . "$SCRIPT"; complete -p nettools >/dev/null'),
    ("zsh", 'source "$SCRIPT"'),
    ("zsh", 'autoload -U compinit; compinit -u -D; eval "$(cat "$SCRIPT")"; [[ $_comps[nettools] == _nettools ]]'),
    ("zsh", 'fpath=(${SCRIPT:h} $fpath); autoload -U compinit; compinit -u -D; [[ $_comps[nettools] == _nettools ]]'),
    ("zsh", 'setopt err_exit no_unset ksh_arrays sh_word_split glob_subst; source "$SCRIPT"'),
    ("fish", 'source "$SCRIPT"; complete -C "nettools sca" | string match -q "scan*"'),
    ("fish", 'cat "$SCRIPT" | source; source "$SCRIPT"; complete -C "nettools sca" | string match -q "scan*"'),
]  # fmt: skip


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_has_no_error_of_syntax(shell: ShellName, tmp_path: Path) -> None:
    assert _said(shell, ["-n", str(SCRIPTS[shell])], tmp_path) == (0, "", "")


@pytest.mark.parametrize(("shell", "line"), LOADED, ids=[f"{shell}: {line}" for shell, line in LOADED])
def test_the_script_is_loaded_in_silence(shell: ShellName, line: str, tmp_path: Path) -> None:
    assert _said(shell, ["-c", line], tmp_path) == (0, "", "")


def _said(shell: ShellName, words: list[str], home: Path) -> tuple[int, str, str]:
    peers.require(shell, reason=f"to load the completion of {shell}")
    ended = subprocess.run(
        [*PLAIN[shell], *words],
        env={"PATH": os.environ["PATH"], "HOME": str(home), "SCRIPT": str(SCRIPTS[shell]), "LC_ALL": "C"},
        cwd=home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ended.returncode, ended.stdout, ended.stderr


@pytest.mark.parametrize("shell", SHELLS)
def test_printing_it_changes_no_file(shell: ShellName, tmp_path: Path) -> None:
    for name in (".bashrc", ".zshrc"):
        (tmp_path / name).write_text("# mine\n")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    outcome = run_process("completion", shell, env={"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")})
    assert outcome.stdout == SCRIPTS[shell].read_text(encoding="ascii")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("value", ["complete_bash", "complete_zsh", "source_bash", "source_fish"])
@pytest.mark.parametrize("name", ["_NETTOOLS_COMPLETE", "_PYTHON_M_NETTOOLS_COMPLETE"])
def test_the_completion_of_typer_is_out_of_reach(name: str, value: str) -> None:
    # It executes a candidate such as \$(id), and rewrites the user's files on --install-completion.
    words = {"COMP_WORDS": "nettools sub", "COMP_CWORD": "1", "_TYPER_COMPLETE_ARGS": "nettools sub"}
    asked = run_process("subnet", "192.0.2.0/30", "--json", env={name: value, **words})
    plain = run_process("subnet", "192.0.2.0/30", "--json")
    assert (asked.status, asked.stdout, asked.stderr) == (plain.status, plain.stdout, plain.stderr)


@pytest.mark.parametrize("option", ["--install-completion", "--show-completion"])
@pytest.mark.parametrize(
    "words", [[], ["subnet"], ["subnet", "split", "10.0.0.0/8"], ["scan", "127.0.0.1"]], ids=" ".join
)
def test_the_options_of_typers_completion_do_not_exist(words: list[str], option: str, tmp_path: Path) -> None:
    outcome = run_process(*words, option, env={"HOME": str(tmp_path), "SHELL": "/bin/bash"})
    assert outcome.status == 2
    assert outcome.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_the_folder_holds_the_scripts_alone() -> None:
    names = {path.name for path in (PROJECT / "completions").iterdir()}
    assert names == {"nettools.bash", "_nettools", "nettools.fish", "nettools.ps1"}
