"""Finds the programs that the bed is made of, and names the Debian package of a missing one."""

import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]

PACKAGES = {
    "named": "bind9",
    "nsd": "nsd",
    "dnssec-keygen": "bind9-utils",
    "dnssec-signzone": "bind9-utils",
    "named-compilezone": "bind9-utils",
    "openssl": "openssl",
    "unshare": "util-linux",
    "nsenter": "util-linux",
    "setpriv": "util-linux",
    "mount": "mount",
    "ip": "iproute2",
}
FOR_UP = ("named", "nsd", "dnssec-keygen", "dnssec-signzone", "named-compilezone", "openssl")
FOR_EXEC = (*FOR_UP, "unshare", "nsenter", "setpriv", "mount", "ip")


class Missing(Exception):
    """Programs that are not installed."""


def find(program: str) -> str | None:
    # Debian keeps the daemons in /usr/sbin, which is not in the PATH of ordinary users.
    return shutil.which(program, path=os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin")


def path(program: str) -> str:
    found = find(program)
    if found is None:
        raise Missing(f"{program} is not installed: apt-get install {PACKAGES[program]}")
    return found


def require(programs: Iterable[str]) -> None:
    """Fails with one line that names every missing program and the packages that bring them."""
    missing = [program for program in programs if find(program) is None]
    if missing:
        packages = sorted({PACKAGES[program] for program in missing})
        raise Missing(f"not installed: {', '.join(missing)}; Debian packages needed: {' '.join(packages)}")


def module(name: str) -> list[str]:
    """The command that runs a module of the bed; it needs the environment of `importable`."""
    return [sys.executable, "-m", f"tests.dns_bed.{name}"]


def importable(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment in which the bed's modules are found from every working directory."""
    return {**environment, "PYTHONPATH": str(PROJECT)}
