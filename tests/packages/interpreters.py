"""Which Pythons this machine has, of those that nettools runs on."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.cli import variables

Version = tuple[int, int]
WANTED: Sequence[Version] = ((3, 11), (3, 12), (3, 13), (3, 14))
"""From the oldest that pyproject.toml allows to the newest there is."""
LOOKED_IN = "PATH, /usr/bin, pyenv's versions, uv's list"

_WHICH = """
import ensurepip, json, os, sys, venv
print(json.dumps({"release": "%d.%d.%d" % sys.version_info[:3], "path": os.path.realpath(sys.executable)}))
"""


@dataclass(frozen=True, slots=True)
class Python:
    """An interpreter that was run, and that can make environments."""

    path: str
    """The program itself, behind links, environments and pyenv's shims."""
    release: str
    """3.12.1"""

    @property
    def version(self) -> Version:
        major, minor, *_ = self.release.split(".")
        return int(major), int(minor)


def candidates(
    version: Version, *, folders: Iterable[Path], pyenv: Iterable[Path], uv_list: str, exists: Callable[[Path], bool]
) -> list[Path]:
    """Where a Python of the version may be, best first: folders of programs, pyenv's environments, `uv python list`."""
    name = f"python{version[0]}.{version[1]}"
    found = [folder / name for folder in [*folders, Path("/usr/bin")]]
    found += [one / "bin" / name for one in pyenv if one.name.startswith(f"{version[0]}.{version[1]}.")]
    for line in uv_list.splitlines():
        words = line.split()
        if len(words) >= 2 and words[0].startswith(f"cpython-{version[0]}.{version[1]}.") and words[1].startswith("/"):
            found.append(Path(words[1]))
    return [path for path in dict.fromkeys(found) if exists(path)]


@cache
def pythons() -> dict[Version, Python]:
    """One Python of each version that is here."""
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    pyenv = sorted(root.iterdir()) if root.is_dir() else []
    uv_list = _printed([shutil.which("uv") or "", "python", "list", "--only-installed", "--no-python-downloads"])
    found = {}
    for version in WANTED:
        for path in candidates(version, folders=folders, pyenv=pyenv, uv_list=uv_list, exists=Path.exists):
            said = _printed([str(path), "-I", "-c", _WHICH])  # one of pyenv's shims may answer for none
            python = Python(**json.loads(said)) if said else None
            if python is not None and python.version == version:
                found[version] = python
                break
    return found


def of_debian() -> Version | None:
    """The version of /usr/bin/python3, where packages for Debian's own Python can be built."""
    said = _printed(["/usr/bin/python3", "-I", "-c", _WHICH])
    version = Python(**json.loads(said)).version if said else None
    return version if version in pythons() else None


def missing() -> list[str]:
    """The versions that are not here, in words."""
    return [f"{major}.{minor}" for major, minor in WANTED if (major, minor) not in pythons()]


def _printed(command: list[str]) -> str:
    try:
        ended = subprocess.run(command, env=variables(), capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return ended.stdout
