"""nettools installed by one installer on one Python, and tried."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nettools import __version__
from tests.cli import PROJECT
from tests.packages.builds import archives, offline, tools
from tests.packages.interpreters import Version, pythons
from tests.packages.workshop import Workshop

INSTALLERS = ("pip", "pipx", "uv")

_IMPORT_ALL = """
import importlib, json, pathlib, pkgutil, sys
import nettools
names = sorted(found.name for found in pkgutil.walk_packages(nettools.__path__, "nettools."))
for name in names:
    if name != "nettools.__main__":
        importlib.import_module(name)
print(json.dumps([len(names), nettools.__file__]))
"""


@dataclass(frozen=True, slots=True)
class Installed:
    """Where an installer put it."""

    program: Path
    """What a user calls: ``nettools`` in a folder of programs."""
    prefix: Path
    """The environment."""
    manual: Path
    """The folder of the man pages that the installer brought."""
    variables: Mapping[str, str]
    """Those with which the installer finds this installation again."""

    @property
    def python(self) -> Path:
        return self.prefix / "bin" / "python"


def installed(shop: Workshop, installer: str, version: Version) -> Installed:
    """A plain installation of the wheel, without extras."""
    folder = shop.new_folder("installed", f"{installer}-{version[0]}.{version[1]}")
    return {"pip": _with_pip, "pipx": _with_pipx, "uv": _with_uv}[installer](shop, folder, version)


def installed_in_full(shop: Workshop, version: Version) -> Installed:
    """With the extra ``full``, by ``uv pip``."""
    prefix = shop.folder / f"full-{version[1]}"
    uv = shop.done(tools) / "uv"
    variables = _of_uv(shop, prefix, version)
    shop.run(uv, "venv", "--python", pythons()[version].path, prefix, env=variables).succeeded()
    wanted = f"nettools[full] @ {shop.done(archives).wheel}"
    shop.run(uv, "pip", "install", "--python", prefix / "bin" / "python", wanted, env=variables).succeeded()
    return Installed(prefix / "bin" / "nettools", prefix, prefix / "share" / "man", variables)


def tried(shop: Workshop, installer: str, version: Version) -> Installed:
    """The installation, after everything that a first user does has worked."""
    here = shop.done(installed, installer, version)
    try_out(shop, [str(here.program)])
    module = shop.run(here.python, "-m", "nettools", "--version").succeeded()
    assert module.stdout == f"nettools {__version__}\n"
    running = shop.run(here.python, "-c", "import sys; print(sys.version_info[:2])").succeeded()
    assert running.stdout == f"{version}\n"
    pages = [page.name for page in PROJECT.glob("man/*.1")]
    assert sorted(page.name for page in (here.manual / "man1").glob("nettools*.1")) == sorted(pages)
    return here


def imported(shop: Workshop, version: Version) -> int:
    """How many modules were imported, each compiled anew, with every warning an error."""
    here = shop.done(installed, "pip", version)
    # -B, and no cache from the installation: a SyntaxWarning is given when a module is compiled.
    nowhere = f"pycache_prefix={shop.folder / 'no-such-folder'}"
    ran = shop.run(here.python, "-I", "-B", "-X", nowhere, "-W", "error", "-c", _IMPORT_ALL).succeeded()
    assert ran.stderr == ""
    count, file = json.loads(ran.stdout)
    assert file.startswith(str(here.prefix))
    return int(count)


def listed(shop: Workshop, version: Version) -> set[str]:
    """What pip has installed, which it finds without fault."""
    here = shop.done(installed, "pip", version)
    shop.run(here.python, "-m", "pip", "check").succeeded()
    ran = shop.run(here.python, "-m", "pip", "list", "--format", "json").succeeded()
    return {package["name"].lower() for package in json.loads(ran.stdout)}


def try_out(shop: Workshop, program: Sequence[str]) -> None:
    """What a first user does. Raises AssertionError when something of it does not work."""

    def said(*words: str) -> str:
        ran = shop.run(*program, *words).succeeded()
        assert ran.stderr == ""
        return ran.stdout

    assert said("--version") == f"nettools {__version__}\n"
    (subnet,) = json.loads(said("subnet", "192.0.2.12/30", "--json"))["subnets"]
    assert subnet["broadcast"] == "192.0.2.15"
    (host,) = json.loads(said("scan", "127.0.0.1", str(shop.open_port), "--json"))["hosts"]
    assert [(port["port"], port["state"]) for port in host["ports"]] == [(shop.open_port, "open")]
    assert said("completion", "bash") == (PROJECT / "completions" / "nettools.bash").read_text(encoding="utf-8")
    assert said("schema", "scan") == (PROJECT / "nettools" / "schemas" / "scan.json").read_text(encoding="utf-8")
    assert said("port-service", "443/tcp", "--format", "plain").split("\t")[3] == "https"
    assert "nettools scan" in said("help", "scan")


def _with_pip(shop: Workshop, folder: Path, version: Version) -> Installed:
    python = pythons()[version]
    variables = offline(shop, python)
    prefix = folder / "venv"
    shop.run(python.path, "-m", "venv", prefix).succeeded()
    shop.run(
        prefix / "bin" / "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        shop.done(archives).wheel,
        env=variables,
    ).succeeded()
    return Installed(prefix / "bin" / "nettools", prefix, prefix / "share" / "man", variables)


def pipx_shared(shop: Workshop) -> dict[str, str]:
    """pipx keeps one pip for all its environments."""
    variables = {"PIPX_SHARED_LIBS": str(shop.folder / "pipx-shared"), "PIPX_DEFAULT_BACKEND": "pip"}
    house = {"PIP_FIND_LINKS": str(shop.folder / "wheelhouse")}
    shop.run(shop.done(tools) / "pipx", "upgrade-shared", env=variables | house).succeeded()
    return variables


def _with_pipx(shop: Workshop, folder: Path, version: Version) -> Installed:
    python = pythons()[version]
    variables = offline(shop, python) | shop.done(pipx_shared)
    variables |= {"PIPX_HOME": str(folder / "home"), "PIPX_BIN_DIR": str(folder / "bin")}
    variables |= {"PIPX_MAN_DIR": str(folder / "man"), "PATH": _path(shop, folder / "bin")}
    wheel = shop.done(archives).wheel
    shop.run("pipx", "install", "--quiet", "--python", python.path, wheel, env=variables).succeeded()
    prefix = folder / "home" / "venvs" / "nettools"
    return Installed(folder / "bin" / "nettools", prefix, folder / "man", variables)


def _with_uv(shop: Workshop, folder: Path, version: Version) -> Installed:
    variables = _of_uv(shop, folder, version)
    wheel = shop.done(archives).wheel
    shop.run("uv", "tool", "install", "--python", pythons()[version].path, wheel, env=variables).succeeded()
    prefix = folder / "tools" / "nettools"
    return Installed(folder / "bin" / "nettools", prefix, prefix / "share" / "man", variables)


def _of_uv(shop: Workshop, folder: Path, version: Version) -> dict[str, str]:
    variables = offline(shop, pythons()[version])
    variables |= {"UV_TOOL_DIR": str(folder / "tools"), "UV_TOOL_BIN_DIR": str(folder / "bin")}
    return variables | {"UV_CACHE_DIR": str(shop.folder / "uv-cache"), "PATH": _path(shop, folder / "bin")}


def _path(shop: Workshop, folder: Path) -> str:
    return os.pathsep.join([str(folder), str(shop.done(tools)), "/usr/bin", "/bin"])
