"""pip, pipx and uv install nettools on every Python of this machine, and it works there."""

import pytest

from tests.packages.builds import archives
from tests.packages.installed import INSTALLERS, imported, installed, listed, tried
from tests.packages.interpreters import LOOKED_IN, WANTED, Version, pythons
from tests.packages.locks import pins
from tests.packages.workshop import Workshop

MODULES_AT_LEAST = 700
ELSEWHERE = {"colorama", "netifaces-plus"}
"""What the lock has for other systems than Linux."""


def begin_all(shop: Workshop) -> None:
    for version in pythons():
        for installer in INSTALLERS:
            shop.begin(tried, installer, version)
        shop.begin(imported, version)
        shop.begin(listed, version)


def one_of(version: Version) -> Version:
    """The version itself. Skips, loudly, without such a Python: no package of Debian brings each of them."""
    if version not in pythons():
        pytest.skip(f"MISSING: Python {version[0]}.{version[1]} is not on this machine (looked in {LOOKED_IN})")
    return version


each_python = pytest.mark.parametrize("version", WANTED, ids=lambda version: f"{version[0]}.{version[1]}")


def test_there_is_a_python_to_try_it_on() -> None:
    assert pythons()


@each_python
@pytest.mark.parametrize("installer", INSTALLERS)
def test_it_is_installed_and_does_what_a_first_user_does(shop: Workshop, installer: str, version: Version) -> None:
    assert shop.done(tried, installer, one_of(version)).program.exists()


@each_python
def test_every_module_is_imported_without_a_warning_and_without_a_package_that_is_not_declared(
    shop: Workshop, version: Version
) -> None:
    assert shop.done(imported, one_of(version)) > MODULES_AT_LEAST


@each_python
def test_nothing_is_installed_beyond_the_lock_of_what_is_declared(shop: Workshop, version: Version) -> None:
    assert shop.done(listed, one_of(version)) - {"pip", "setuptools"} == {"nettools", *pins("base.txt")} - ELSEWHERE


def test_what_is_installed_is_what_was_built(shop: Workshop) -> None:
    version = next(iter(pythons()))
    here = shop.done(installed, "uv", version)
    receipt = (here.prefix / "uv-receipt.toml").read_text(encoding="utf-8")
    assert str(shop.done(archives).wheel) in receipt
