"""The definition of the image: what it says, and the image that it makes of a base from this machine's own packages."""

import json
import os
import re
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from nettools import __version__
from tests import peers
from tests.cli import PROJECT
from tests.packages.builds import offline, unpack
from tests.packages.interpreters import of_debian, pythons
from tests.packages.workshop import Ran, Workshop

DEFINITION = PROJECT / "packaging" / "oci" / "Containerfile"
USER = "65532:65532"
IN_BASE = ("python3", "python3-venv", "dash", "coreutils")
"""The Debian packages of which, with all that they depend on, the base consists."""
LEFT_OUT = re.compile(
    r"/usr/share/(doc|man|locale|info|i18n|bash-completion)/|__pycache__|/usr/lib/python3/dist-packages/"
)
WHO = (
    "import os; print(os.getuid(), os.getgid()); print(*(one for one in open('/proc/self/status') if 'CapEff' in one))"
)


@dataclass(frozen=True, slots=True)
class Instruction:
    """One of a Containerfile, with its continued lines joined."""

    name: str
    value: str


def instructions() -> list[Instruction]:
    lines = [line for line in DEFINITION.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
    found = []
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if line.strip():
            name, _, value = line.partition(" ")
            found.append(Instruction(name, " ".join(value.split())))
    return found


def values(name: str, within: list[Instruction] | None = None) -> list[str]:
    return [one.value for one in (instructions() if within is None else within) if one.name == name]


def last_stage() -> list[Instruction]:
    found = instructions()
    return found[max(number for number, one in enumerate(found) if one.name == "FROM") :]


def begin_all(shop: Workshop) -> None:
    if os.geteuid() == 0 and shutil.which("buildah") and of_debian():
        shop.begin(image)


def image(shop: Workshop) -> dict[str, Any]:
    """The configuration of the image that buildah has made, without an engine and without a registry."""
    peers.require("buildah", "apt-cache", "dpkg", root=True, reason="to build the image")
    version = of_debian()
    if version is None:
        peers.unavailable("needed to make a base of this system's Python: python3-venv (Debian package python3-venv)")
    base = buildah(shop, "from", "scratch").stdout.strip()
    root = shop.new_folder("oci", "root")
    fill(root)
    buildah(shop, "copy", "--quiet", base, str(root), "/")
    buildah(shop, "config", "--env", "PATH=/usr/bin:/bin", base)
    buildah(shop, "commit", "--quiet", base, "localhost/python:here")
    houses = offline(shop, pythons()[version])["PIP_FIND_LINKS"].split()
    words = ["bud", "--quiet", "--pull-never", "--tag", "localhost/nettools", "--file", str(DEFINITION)]
    arguments = {"PYTHON_IMAGE": "localhost/python:here", "VERSION": __version__, "PIP_NO_INDEX": "1"}
    arguments["PIP_FIND_LINKS"] = " ".join(f"/wheels/{number}" for number in range(len(houses)))
    words += [word for name, value in arguments.items() for word in ("--build-arg", f"{name}={value}")]
    words += [word for number, house in enumerate(houses) for word in ("--volume", f"{house}:/wheels/{number}:ro")]
    buildah(shop, *words, str(PROJECT))
    inspected = buildah(shop, "inspect", "--type", "image", "localhost/nettools")
    settings: dict[str, Any] = json.loads(inspected.stdout)["OCIv1"]["config"]
    return settings


def fill(root: Path) -> None:
    """Make a root of files that dpkg has installed here."""
    words = ["apt-cache", "depends", "--recurse", "--installed", "--no-recommends", "--no-suggests", "--no-conflicts"]
    words += ["--no-breaks", "--no-replaces", "--no-enhances", *IN_BASE]
    named = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout
    packages = sorted({line for line in named.splitlines() if re.match(r"[a-z0-9]", line)})
    listed = subprocess.run(["dpkg", "-L", *packages], capture_output=True, text=True, timeout=60, check=False).stdout
    for merged in ("bin", "lib", "lib64", "sbin"):
        (root / "usr" / merged).mkdir(parents=True)
        (root / merged).symlink_to(f"usr/{merged}")
    for name in ("dev", "proc", "sys", "tmp"):
        (root / name).mkdir()
    (root / "tmp").chmod(0o1777)
    packed = BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for path in sorted(
            {
                os.path.realpath(os.path.dirname(file)) + "/" + os.path.basename(file)
                for file in listed.splitlines()
                if file.startswith("/") and not LEFT_OUT.search(file)
            }
        ):
            if os.path.lexists(path) and (os.path.islink(path) or not os.path.isdir(path)):
                archive.add(path, recursive=False)
    packed.seek(0)
    with tarfile.open(fileobj=packed) as archive:
        unpack(archive, root)


def buildah(shop: Workshop, *words: str) -> Ran:
    store = shop.folder / "buildah"
    places = ("--storage-driver", "vfs", "--root", str(store / "store"), "--runroot", str(store / "run"))
    return shop.run("buildah", *places, *words, env={"BUILDAH_ISOLATION": "chroot"}).succeeded()


@pytest.fixture(scope="module")
def container(shop: Workshop) -> str:
    shop.done(image)
    return buildah(shop, "from", "--pull-never", "localhost/nettools").stdout.strip()


def test_the_image_is_named_by_an_argument_alone() -> None:
    assert instructions()[0].name == "ARG"
    assert re.fullmatch(r"PYTHON_IMAGE=python:3\.\d+(\.\d+)?-slim-\w+", instructions()[0].value)
    assert values("FROM") == ["${PYTHON_IMAGE} AS build", "${PYTHON_IMAGE}"]


def test_the_container_has_no_root_and_no_shell_before_the_program() -> None:
    stage = last_stage()
    assert values("USER", stage) == [USER]
    assert values("ENTRYPOINT", stage) == ['["nettools"]']
    assert values("CMD", stage) + values("RUN", stage) + values("SHELL") == []


def test_the_last_stage_takes_nothing_but_the_environment_of_the_first() -> None:
    assert values("COPY", last_stage()) == ["--from=build /opt/nettools /opt/nettools"]


def test_all_that_is_copied_is_there_and_let_through() -> None:
    ignored = (PROJECT / ".containerignore").read_text(encoding="utf-8").split("\n")
    wanted = [word for copy in values("COPY") if not copy.startswith("--from") for word in copy.split()[:-1]]
    assert [word for word in wanted if not (PROJECT / word).exists()] == []
    assert ignored[1] == "*"
    assert {line.removeprefix("!") for line in ignored if line.startswith("!")} == set(wanted)


def test_every_package_is_installed_by_its_hash() -> None:
    (first, last) = values("RUN")
    assert first.count("pip install") + first.count("python install") == first.count("--require-hashes") == 2
    assert last.count("python install") == last.count("--no-deps") == 1


def test_the_image_says_who_runs_and_what(shop: Workshop) -> None:
    settings = shop.done(image)
    assert (settings["User"], settings["Entrypoint"]) == (USER, ["nettools"])
    assert "Cmd" not in settings
    assert settings["Labels"]["org.opencontainers.image.version"] == __version__


def test_the_program_of_the_image_runs_as_nobody_without_a_capability(shop: Workshop, container: str) -> None:
    (program,) = shop.done(image)["Entrypoint"]

    def said(*words: str) -> str:
        return buildah(shop, "run", "--cap-drop", "all", container, "--", *words).stdout

    assert said(program, "--version") == f"nettools {__version__}\n"
    (host,) = json.loads(said(program, "scan", "127.0.0.1", str(shop.open_port), "--json"))["hosts"]
    assert host["ports"][0]["state"] == "open"
    assert said("python3", "-c", WHO).split() == ["65532", "65532", "CapEff:", "0000000000000000"]
    assert said("python3", "-c", "import aioquic, cryptography, h2, psutil") == ""
