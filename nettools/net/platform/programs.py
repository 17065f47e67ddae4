"""Programs of the system, run for what they print: fixed arguments, no shell, English, and not for ever."""

import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import Final

from nettools.core.route.foreign import complaint
from nettools.core.text import safe
from nettools.errors import LocalFault, ProgramFailed

Run = Callable[[Sequence[str]], str]
"""Runs a program and gives what it printed; raises LocalFault, ProgramFailed when it ran and did not succeed."""

_TIMEOUT_S: Final = 10.0


def run_program(command: Sequence[str]) -> str:
    """What the program printed; its complaints, if it printed nothing else and yet succeeded.

    Raises LocalFault when it is not there, cannot be run or does not come to an end, ProgramFailed when it fails.
    """
    name = PurePath(command[0]).name
    try:
        # Windows needs SystemRoot and more of the environment.
        done = subprocess.run(  # noqa: S603 - an absolute path and arguments of ours
            list(command),
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except FileNotFoundError:
        raise LocalFault(
            f"{safe(command[0])} is not there", hint="it belongs to the system; nettools reads what it prints"
        ) from None
    except subprocess.TimeoutExpired:
        raise LocalFault(f"{name} took longer than {_TIMEOUT_S:g} s", hint=_by_hand(command)) from None
    except OSError as error:
        raise LocalFault(f"cannot run {safe(command[0])}: {error.strerror or error}", hint=_by_hand(command)) from None
    printed, complaints = (text.decode("utf-8", "surrogateescape") for text in (done.stdout, done.stderr))
    if done.returncode != 0:
        reason = complaint(f"{complaints}\n{printed}")
        raise ProgramFailed(
            f"{name} failed with status {done.returncode}{f': {safe(reason)}' if reason else ''}",
            said=f"{printed}\n{complaints}",
            hint=_by_hand(command),
        )
    return printed if printed.strip() else complaints


def _by_hand(command: Sequence[str]) -> str:
    return f"try it by hand: {safe(' '.join(command))}"
