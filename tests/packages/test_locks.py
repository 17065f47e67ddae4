"""The locks say which bytes are installed, agree with each other, and name no place."""

import tomllib

import pytest

from tests.cli import PROJECT
from tests.packages.locks import FOLDER, pins

LOCKS = sorted(path.name for path in FOLDER.glob("*.txt"))


def test_there_is_a_lock_for_each_purpose() -> None:
    assert LOCKS == ["base.txt", "build.txt", "dev.txt", "full.txt", "packages.txt"]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes(lock: str) -> None:
    found = pins(lock)
    assert len(found) >= 5
    assert [name for name, pin in found.items() if not pin.hashes] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_neither_an_index_nor_a_machine(lock: str) -> None:
    text = (FOLDER / lock).read_text(encoding="utf-8")
    assert [word for word in ("://", "/home/", "/tmp/", "/root/") if word in text] == []
    assert [line for line in text.splitlines() if line.startswith("-")] == []  # --index-url and its like


@pytest.mark.parametrize(("small", "large"), [("base.txt", "full.txt"), ("build.txt", "packages.txt")])
def test_the_small_lock_is_part_of_the_large_one(small: str, large: str) -> None:
    held = {name: (pin.version, pin.hashes) for name, pin in pins(large).items()}
    assert {name: held.get(name) for name in pins(small)} == {
        name: (pin.version, pin.hashes) for name, pin in pins(small).items()
    }


@pytest.mark.parametrize("lock", ["base.txt", "full.txt", "build.txt"])
def test_what_is_delivered_is_what_is_tested(lock: str) -> None:
    tested = pins("dev.txt")
    differing = {name for name, pin in pins(lock).items() if name in tested and tested[name].version != pin.version}
    assert differing == set()


def test_all_that_the_project_declares_is_locked() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {requirement.split(">")[0].split("[")[0] for requirement in project["dependencies"]}
    assert names <= set(pins("base.txt"))
    extras = {requirement.split(">")[0].split("[")[0] for requirement in project["optional-dependencies"]["full"]}
    assert extras <= set(pins("full.txt"))
