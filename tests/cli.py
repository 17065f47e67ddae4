"""Runs nettools: in this process with streams of its own, or as a process where descriptors or signals matter.

outcome = run("subnet", "192.0.2.1/24", "--json")
assert outcome.status == 0
assert outcome.json["subnets"][0]["broadcast"] == "192.0.2.255"
"""

import gc
import io
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unicodedata import category

from nettools.cli import main
from nettools.commands._environment import Environment
from nettools.render.output import RawWriter

PROJECT = Path(__file__).resolve().parents[1]

PROGRAM: Sequence[str] = (sys.executable, "-m", "nettools")

NOWHERE = "/dev/null/nowhere"
"""A folder that is not there, and that not even root can make."""

_LONGEST_RUN_S = 60
# Everything else (COLUMNS, NO_COLOR, PYTHON*...) would change answers.
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "VIRTUAL_ENV")
NO_SETTINGS = {"XDG_CONFIG_HOME": "/dev/null"}
"""A file of settings is looked for there, so that a developer's own changes no test; its variables are not kept.

A device, below which nobody can make a folder: fish, run by root, makes any other.
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended and what it wrote."""

    status: int
    raw_stdout: bytes
    raw_stderr: bytes
    encoding: str = "utf-8"

    @property
    def stdout(self) -> str:
        return self.raw_stdout.decode(self.encoding)

    @property
    def stderr(self) -> str:
        return self.raw_stderr.decode(self.encoding)

    @property
    def json(self) -> Any:
        """The one document on standard output."""
        return json.loads(self.raw_stdout)

    @property
    def json_lines(self) -> list[Any]:
        return [json.loads(line) for line in self.raw_stdout.splitlines()]


def run(
    *argv: str,
    stdin: bytes | io.BufferedIOBase | None = b"",
    columns: int | None = None,
    tty: bool = False,
    stderr_tty: bool | None = None,
    env: Mapping[str, str] | None = None,
    encoding: str = "utf-8",
    stdout: RawWriter | None = None,
    stderr: RawWriter | None = None,
) -> Outcome:
    """Run the command in this process. ``columns`` or ``tty`` make its streams a terminal."""
    is_terminal = tty or columns is not None
    out, err = io.BytesIO(), io.BytesIO()
    world = Environment(
        stdin=io.BytesIO(stdin) if isinstance(stdin, bytes) else stdin,
        stdout=stdout or out,
        stderr=stderr or err,
        stdin_is_terminal=is_terminal,
        stdout_is_terminal=is_terminal,
        stderr_is_terminal=is_terminal if stderr_tty is None else stderr_tty,
        encoding=encoding,
        variables=NO_SETTINGS | dict(env or {}),
        columns=(columns or 80) if is_terminal else None,
    )
    try:
        status = main(list(argv), environment=world)
    finally:
        gc.enable()  # main leaves it off where a process would soon end
    return Outcome(status, out.getvalue(), err.getvalue(), encoding)


_HIDDEN = {*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0x061C, 0xFEFF}


def is_harmless(text: str) -> bool:
    """Whether a terminal shows every character and obeys none: no control, bidi or zero-width character."""
    return not any(category(one) in ("Cc", "Cs", "Co", "Zl", "Zp") or ord(one) in _HIDDEN for one in text)


def variables(**changes: str) -> dict[str, str]:
    """The environment of a process: what it needs of ours, and ``changes``."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return kept | {"PYTHONPATH": str(PROJECT)} | NO_SETTINGS | changes


def run_process(
    *argv: str | bytes, stdin: bytes = b"", env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Outcome:
    """Run the command as a process of its own."""
    ended = subprocess.run(
        [*PROGRAM, *argv],
        input=stdin,
        env=variables(**env or {}),
        cwd=cwd,
        capture_output=True,
        timeout=_LONGEST_RUN_S,
        check=False,
    )
    return Outcome(ended.returncode, ended.stdout, ended.stderr)


def run_shell(script: str, *, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Outcome:
    """Run a line of bash in which ``nettools`` is the command; its status is that of the last nettools."""
    program = shlex.join(PROGRAM)
    noted = f'nettools() {{ {program} "$@"; status=$?; echo "$status" >&9; return "$status"; }}'
    readable, writable = os.pipe()
    try:
        ended = subprocess.run(
            ["bash", "-c", f"exec 9>&{writable} {writable}>&-\n{noted}\n{script}"],
            stdin=subprocess.DEVNULL,
            env=variables(**env or {}),
            cwd=cwd,
            capture_output=True,
            pass_fds=[writable],
            timeout=_LONGEST_RUN_S,
            check=False,
        )
        os.close(writable)
        writable = -1
        with open(readable, "rb", closefd=False) as statuses:
            status = int(statuses.read().split()[-1])
    finally:
        os.close(readable)
        if writable != -1:
            os.close(writable)
    return Outcome(status, ended.stdout, ended.stderr)


def start(*argv: str, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> "subprocess.Popen[bytes]":
    """A process with pipes to all of its streams, to talk to while it runs."""
    return subprocess.Popen(
        [*PROGRAM, *argv],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=variables(**env or {}),
        cwd=cwd,
    )
