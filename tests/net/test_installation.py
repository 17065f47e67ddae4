"""The files of an environment tell who made it."""

import sys
from pathlib import Path

import pytest

from nettools.core.installation import Place
from nettools.net.installation import command_adding, place_of


def place(prefix: Path, *, main: str = "", variables: dict[str, str] | None = None) -> Place:
    return place_of(str(prefix), interpreter="python", main=main, variables=variables or {}, has_pip=True)


def test_an_environment_without_such_files_is_a_plain_one(tmp_path: Path) -> None:
    (tmp_path / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.11.2\n")
    found = place(tmp_path)
    assert (found.is_by_pipx, found.is_by_uv, found.uv_receipt, found.is_single_file) == (False, False, None, False)


def test_pipx_is_known_by_its_metadata(tmp_path: Path) -> None:
    (tmp_path / "pipx_metadata.json").write_text("{}")
    assert place(tmp_path).is_by_pipx


def test_uv_is_known_by_its_receipt_and_by_its_word_in_pyvenv_cfg(tmp_path: Path) -> None:
    (tmp_path / "uv-receipt.toml").write_text("[tool]\n")
    (tmp_path / "pyvenv.cfg").write_text("home = /usr/bin\nuv = 0.13.9\n")
    found = place(tmp_path)
    assert (found.uv_receipt, found.is_by_uv) == ("[tool]\n", True)


def test_the_shell_s_pip_is_ours_where_the_environment_is_activated(tmp_path: Path) -> None:
    assert place(tmp_path, variables={"VIRTUAL_ENV": str(tmp_path)}).is_activated
    assert not place(tmp_path, variables={"VIRTUAL_ENV": "/elsewhere"}).is_activated


def test_a_file_inside_of_a_file_is_run_out_of_it(tmp_path: Path) -> None:
    archive = tmp_path / "nettools.pyz"
    archive.write_bytes(b"")
    assert place(tmp_path, main=str(archive / "__main__.py")).is_single_file
    assert not place(tmp_path, main=str(tmp_path / "__main__.py")).is_single_file


def test_a_damaged_file_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "pyvenv.cfg").mkdir()
    (tmp_path / "uv-receipt.toml").write_bytes(b"\xff\xfe")
    assert place(tmp_path).uv_receipt == "\ufffd\ufffd"


def test_this_very_installation_is_told_how(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    command = command_adding("doh")
    assert "nettools[doh]" in command
    assert sys.executable in command
