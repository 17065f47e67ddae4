"""The single file: built twice, run on every Python of this machine."""

import zipfile
from pathlib import Path

import pytest

from tests.cli import PROJECT
from tests.packages.builds import archives, offline, tools
from tests.packages.installed import try_out
from tests.packages.interpreters import Version, pythons
from tests.packages.test_installers import each_python, one_of
from tests.packages.workshop import Workshop

BUILD = PROJECT / "packaging" / "shiv" / "build"


def begin_all(shop: Workshop) -> None:
    for version in pythons():
        shop.begin(run_on, version)
    shop.begin(single_file, "again")


def single_file(shop: Workshop, name: str) -> Path:
    """The file, built by the tools' Python."""
    file = shop.new_folder("shiv", name) / "nettools.pyz"
    variables = offline(shop, pythons()[min(pythons())]) | {"PYTHON": str(shop.done(tools) / "python")}
    shop.run(BUILD, "--output", file, shop.done(archives).wheel, env=variables).succeeded()
    return file


def run_on(shop: Workshop, version: Version) -> str:
    """What the file says of a feature that it cannot have, after it was tried."""
    file, python = shop.done(single_file, "first"), pythons()[version].path
    program = [python, "-S", str(file)]  # without what this machine has installed for all
    try_out(shop, program)
    ran = shop.run(*program, "resolve", "name.example", "A", "@127.0.0.1:9", "--validate")
    assert ran.status == 2
    return ran.stderr


@each_python
def test_the_same_file_runs_and_says_how_to_have_what_is_not_in_it(shop: Workshop, version: Version) -> None:
    assert shop.done(run_on, one_of(version)).endswith("; packaging/shiv/build --full WHEEL installs them\n")


def test_the_file_runs_by_its_own_name(shop: Workshop) -> None:
    file = shop.done(single_file, "first")
    path = f"{shop.done(tools)}:/usr/bin:/bin"
    assert shop.run(file, "--version", env={"PATH": path}).succeeded().stdout.startswith("nettools ")


def test_the_same_bytes_come_out_again(shop: Workshop) -> None:
    assert shop.done(single_file, "again").read_bytes() == shop.done(single_file, "first").read_bytes()


def test_nothing_in_it_is_compiled_and_nothing_tells_where_it_was_built(shop: Workshop) -> None:
    with zipfile.ZipFile(shop.done(single_file, "first")) as archive:
        names = archive.namelist()
        texts = [archive.read(name) for name in names]
    assert [name for name in names if name.endswith((".so", ".pyd", ".pyc"))] == []
    assert [name for name, data in zip(names, texts, strict=True) if str(shop.folder).encode() in data] == []


@pytest.mark.parametrize("words", [[], ["--output"], ["--no-such"], ["no-such.whl"]])
def test_the_script_says_how_it_is_called(shop: Workshop, words: list[str]) -> None:
    ran = shop.run(BUILD, *words)
    assert (ran.status, ran.stdout) == (2, "")
    assert ran.stderr.startswith("usage: packaging/shiv/build ")
