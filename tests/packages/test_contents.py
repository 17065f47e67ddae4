"""The sdist and the wheel: what is in them, that they come out the same again, what they say of themselves."""

import re
import tarfile
import tomllib
import zipfile
from email import message_from_string
from email.message import Message
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from nettools import __version__
from tests.cli import PROJECT
from tests.packages.builds import archives, archives_again, wheel_of_sdist
from tests.packages.interpreters import WANTED
from tests.packages.workshop import Workshop

DATA = f"nettools-{__version__}.data/data/share"
ABOUT = f"nettools-{__version__}.dist-info"


def begin_all(shop: Workshop) -> None:
    for work in (archives, archives_again, wheel_of_sdist):
        shop.begin(work)


@pytest.fixture(scope="module")
def wheel(shop: Workshop) -> dict[str, bytes]:
    """The name of each file in the wheel, and its bytes."""
    with zipfile.ZipFile(shop.done(archives).wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    settings: dict[str, Any] = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return settings


def files_of(folder: str) -> set[str]:
    found = (path for path in (PROJECT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(PROJECT)) for path in found}


def metadata(wheel: dict[str, bytes]) -> Message:
    return message_from_string(wheel[f"{ABOUT}/METADATA"].decode())


def test_the_wheel_is_for_every_python_3_and_every_system(shop: Workshop) -> None:
    assert shop.done(archives).wheel.name == f"nettools-{__version__}-py3-none-any.whl"


def test_the_wheel_has_the_whole_package_with_schemas_data_and_the_mark_of_types(wheel: dict[str, bytes]) -> None:
    packaged = {name for name in wheel if name.startswith("nettools/")}
    assert packaged == files_of("nettools") | {f"nettools/{name}" for name in files_of("completions")}
    assert {"nettools/py.typed", "nettools/schemas/scan.json", "nettools/data/services.tsv"} <= packaged


def test_man_pages_and_completions_go_where_shells_and_man_look(wheel: dict[str, bytes]) -> None:
    shared = {name.removeprefix(f"{DATA}/"): data for name, data in wheel.items() if name.startswith(DATA)}
    expected = {f"man/man1/{path.name}": path.read_bytes() for path in PROJECT.glob("man/*.1")}
    for place, name in (
        ("bash-completion/completions/nettools", "nettools.bash"),
        ("zsh/site-functions/_nettools", "_nettools"),
        ("fish/vendor_completions.d/nettools.fish", "nettools.fish"),
    ):
        expected[place] = (PROJECT / "completions" / name).read_bytes()
    assert "man/man1/nettools.1" in expected
    assert shared == expected


def test_nothing_else_is_in_the_wheel(wheel: dict[str, bytes]) -> None:
    assert {name.split("/")[0] for name in wheel} == {"nettools", f"nettools-{__version__}.data", ABOUT}
    assert [name for name in wheel if "test" in Path(name).parts or "tests" in Path(name).parts] == []


def test_the_sdist_has_all_that_builds_and_tests_it(shop: Workshop) -> None:
    with tarfile.open(shop.done(archives).sdist) as archive:
        names = {member.name.partition("/")[2] for member in archive if member.isfile()}
    for folder in ("nettools", "man", "completions", "tests", "tools", "packaging", "requirements"):
        assert files_of(folder) <= names
    assert {"pyproject.toml", "README.md", "LICENSE", "PKG-INFO"} <= names
    assert [name for name in names if name.startswith((".ci", ".git/"))] == []


@pytest.mark.parametrize("kind", ["sdist", "wheel"])
def test_another_clone_at_another_time_builds_the_same_bytes(shop: Workshop, kind: str) -> None:
    first, second = getattr(shop.done(archives), kind), getattr(shop.done(archives_again), kind)
    assert first != second
    assert sha256(first.read_bytes()).digest() == sha256(second.read_bytes()).digest()


def test_the_sdist_alone_builds_the_same_wheel(shop: Workshop) -> None:
    assert shop.done(wheel_of_sdist).read_bytes() == shop.done(archives).wheel.read_bytes()


def test_the_metadata_names_each_version_of_python_that_it_is_tried_on(wheel: dict[str, bytes]) -> None:
    about = metadata(wheel)
    named = {found[1] for line in about.get_all("Classifier", []) if (found := re.search(r":: (3\.\d+)$", line))}
    assert about["Requires-Python"] == ">=3.11"
    assert named <= {f"{major}.{minor}" for major, minor in WANTED}
    assert "3.11" in named


def test_the_metadata_has_licences_and_no_invented_address(wheel: dict[str, bytes]) -> None:
    about = metadata(wheel)
    assert about["License-Expression"] == "MIT"
    assert {f"{ABOUT}/licenses/LICENSE", f"{ABOUT}/licenses/nettools/data/services.LICENSE"} <= set(wheel)
    assert (about.get_all("Project-URL"), about["Home-Page"], about["Author-Email"]) == (None, None, None)


def test_the_extra_full_is_all_the_others_together(project: dict[str, Any]) -> None:
    extras: dict[str, list[str]] = project["optional-dependencies"]
    others = {one for name, listed in extras.items() if name not in ("full", "test", "dev") for one in listed}
    assert set(extras["full"]) == others
