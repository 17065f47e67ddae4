"""The archives of nettools, the packages that it needs, and the tools that install them."""

import shutil
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from tests import peers
from tests.cli import PROJECT
from tests.packages.interpreters import Python, Version, pythons
from tests.packages.workshop import Workshop

MADE_FROM = ("nettools", "man", "completions", "requirements", "packaging", "tools", "tests", "docs", "benchmarks")
MADE_FROM_FILES = ("pyproject.toml", "README.md", "LICENSE", ".gitignore", ".containerignore")
"""What a clone has, and a working tree among its own environments and caches."""


@dataclass(frozen=True, slots=True)
class Archives:
    """An sdist and a wheel."""

    sdist: Path
    wheel: Path


def archives(shop: Workshop) -> Archives:
    """Built of a copy of the project."""
    return _built(shop, "first", umask=0o022)


def archives_again(shop: Workshop) -> Archives:
    """Built of another copy, elsewhere, with other times and other permissions."""
    return _built(shop, "second-copy", umask=0o077)


def wheel_of_sdist(shop: Workshop) -> Path:
    """What the sdist alone builds."""
    folder = shop.new_folder("from-sdist")
    with tarfile.open(shop.done(archives).sdist) as archive:
        unpack(archive, folder)
    (unpacked,) = folder.iterdir()
    _hatch(shop, unpacked, folder / "dist", "wheel")
    (wheel,) = (folder / "dist").iterdir()
    return wheel


def wheelhouse(shop: Workshop) -> Path:
    """The packages of pipx, uv, shiv and build, downloaded once."""
    return _downloaded(shop, "wheelhouse", sys.executable, sys.executable, "packages.txt")


def wheels(shop: Workshop, version: Version) -> Path:
    """The packages that nettools with all extras needs on this Python."""
    pip_of = str(shop.done(tools) / "python")  # an old pip cannot run in a newer Python
    return _downloaded(shop, f"wheels-{version[1]}", pip_of, pythons()[version].path, "full.txt")


def tools(shop: Workshop) -> Path:
    """The programs of an environment with hatchling, pipx, uv and shiv, as requirements/packages.txt locks them."""
    folder = shop.folder / "tools"
    house = shop.done(wheelhouse)
    shop.run(sys.executable, "-m", "venv", "--without-pip", folder).succeeded()
    shop.run(
        *(sys.executable, "-m", "pip", "--python", folder / "bin" / "python", "install", "--quiet", "--no-compile"),
        *("--require-hashes", "--requirement", PROJECT / "requirements" / "packages.txt"),
        env={"PIP_FIND_LINKS": str(house)},
    ).succeeded()
    return folder / "bin"


def offline(shop: Workshop, python: Python) -> dict[str, str]:
    """The variables with which pip and uv find packages in the wheelhouses, and nowhere else."""
    houses = [str(shop.done(wheelhouse)), str(shop.done(wheels, python.version))]
    return {"PIP_FIND_LINKS": " ".join(houses), "UV_FIND_LINKS": ",".join(houses)}


def _built(shop: Workshop, name: str, *, umask: int) -> Archives:
    copy = shop.new_folder(name) / "nettools"
    copy.mkdir()
    for part in MADE_FROM:
        shutil.copytree(PROJECT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
    for file in MADE_FROM_FILES:
        shutil.copyfile(PROJECT / file, copy / file)
    for path in copy.rglob("*"):
        path.chmod(path.stat().st_mode & ~umask)
    dist = copy.parent / "dist"
    _hatch(shop, copy, dist, "sdist", "wheel")
    (sdist,) = dist.glob("*.tar.gz")
    (wheel,) = dist.glob("*.whl")
    return Archives(sdist, wheel)


def _hatch(shop: Workshop, project: Path, dist: Path, *targets: str) -> None:
    wanted = [word for target in targets for word in ("--target", target)]
    python = shop.done(tools) / "python"
    shop.run(python, "-m", "hatchling", "build", "--directory", dist, *wanted, cwd=project).succeeded()


def unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """All members as they are, which we have packed ourselves; Python 3.11.2 has no filters yet."""
    archive.extraction_filter = lambda member, _path: member
    archive.extractall(folder)


def _downloaded(shop: Workshop, name: str, pip_of: str, python: str, lock: str) -> Path:
    folder = shop.new_folder(name)
    ran = shop.download(folder, pip_of, "--python", python, "--requirement", PROJECT / "requirements" / lock)
    if ran.status != 0:
        if "hash" in ran.stderr.lower():
            ran.succeeded()  # a lock that is wrong is no missing network
        peers.unavailable(f"needed to download requirements/{lock}: pip's index ({ran.stderr.strip()[-300:]})")
    return folder
