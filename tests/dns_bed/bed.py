"""A local DNS test bed: signed root and TLD, authoritative and recursive servers, broken zones, odd servers.

    python -m tests.dns_bed.bed COMMAND

    up [DIR]        form A: builds and starts it on high loopback ports; prints the work folder
    down [DIR]      stops it
    status [DIR]    shows which server runs and answers; exit status 1 if one does not
    exec CMD...     form B: runs CMD beside a bed on port 53, in private namespaces, and returns its status

Without DIR, "up" makes a folder of its own under $TMPDIR (or /tmp), which "down" removes again, and "down" and
"status" take the one bed that runs there.
"""

import functools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from tests.dns_bed import layout, servers, tools, zonebuild

PREFIX = "dnsbed-"  # work folders of form A, which "down" looks for
EXEC_PREFIX = "dnsbed.exec-"
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
INSIDE = "inside-namespaces"  # the hidden command that exec runs in its namespaces
# Files of the work folder that take the place of the system's while CMD runs.
SYSTEM_FILES = {"resolv.conf": "/etc/resolv.conf", "hosts": "/etc/hosts", "nsswitch.conf": "/etc/nsswitch.conf"}


class UsageError(Exception):
    """The command line makes no sense."""


# --- form A ---


def up(folder: str | None = None) -> None:
    tools.require(tools.FOR_UP)
    prepared = prepare_folder(folder) if folder else None
    servers.check_ports(layout.HIGH)
    work = prepared or Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
    bed = servers.Bed(work, layout.HIGH, temporary=prepared is None)
    try:
        bed.build()
        bed.start()
    except (servers.BedError, zonebuild.BuildError) as error:
        raise servers.BedError(f"{error} (work folder: {work})") from None
    except SystemExit:
        # Ended by a signal: nobody will want the logs.
        if bed.temporary:
            shutil.rmtree(work)
        raise
    print(work)


def prepare_folder(name: str) -> Path:
    folder = Path(name).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / servers.STATE).exists():
        if servers.Bed.load(folder).running():
            raise servers.BedError(f"the bed in {folder} runs already")
    elif any(folder.iterdir()):
        raise servers.BedError(f"{folder} is not empty and holds no bed")
    return folder


def down(folder: str | None = None) -> None:
    work = Path(folder).resolve() if folder else the_running_bed()
    bed = servers.Bed.load(work)
    killed = bed.stop()
    if killed:
        print(f"had to kill: {' '.join(killed)}", file=sys.stderr)
    if bed.temporary:
        shutil.rmtree(work)


def the_running_bed() -> Path:
    """The only bed that runs under the temporary folder; other users' beds are not looked at."""
    found = []
    for state in Path(tempfile.gettempdir()).resolve().glob(f"{PREFIX}*/{servers.STATE}"):
        if state.stat().st_uid == os.getuid() and servers.Bed.load(state.parent).running():
            found.append(state.parent)
    if len(found) != 1:
        what = "no bed runs" if not found else f"{len(found)} beds run"
        raise servers.BedError(f"{what} under {tempfile.gettempdir()}: name the folder")
    return found[0]


def status(folder: str | None = None) -> int:
    work = Path(folder).resolve() if folder else the_running_bed()
    bed = servers.Bed.load(work)
    print(work)
    healthy = bool(bed.processes)
    for process in bed.processes:
        alive = process.alive()
        answers = alive and bed.answers(process.name)
        healthy = healthy and answers
        word = "answers" if answers else "silent" if alive else "dead"
        print(f"{process.name:10} {bed.where(process.name):17} pid {process.pid:<8} {word}")
    return 0 if healthy else 1


# --- form B ---


def execute(*command: str) -> None:
    if not command:
        raise UsageError("exec needs a command")
    tools.require(tools.FOR_EXEC)
    unshare = namespaces()
    sys.stdout.flush()
    command_inside = [*unshare, *tools.module("bed"), INSIDE, network(), *command]
    os.execve(unshare[0], command_inside, tools.importable(os.environ))


def namespaces() -> list[str]:
    """The command that runs another in private namespaces: a user's where that is allowed, else root's."""
    refusals = []
    for options in ("-Urnm", "-nm"):
        command = [tools.path("unshare"), options]
        trial = subprocess.run([*command, "true"], capture_output=True, text=True)
        if trial.returncode == 0:
            return command
        refusals.append(trial.stderr.strip())
    raise servers.BedError(f"no private namespaces here: {'; '.join(refusals)}")


def network() -> str:
    """The identity of this process's network namespace."""
    return os.readlink("/proc/self/ns/net")


def inside(outer_network: str, *command: str) -> int:
    """Runs in the namespaces: nothing done here is visible outside of them, and no packet leaves them."""
    if network() == outer_network:
        raise servers.BedError("these are not private namespaces")
    folder = Path(tempfile.mkdtemp(prefix=EXEC_PREFIX)).resolve()
    bed = servers.Bed(folder, layout.STANDARD, temporary=True, dies_with_parent=True)
    try:
        configure_loopback()
        bed.build()
        replace_system_files(folder)
        bed.start()
        return run_command(command, folder)
    finally:
        for number in ENDING_SIGNALS:  # a second one must not interrupt the clean-up
            signal.signal(number, signal.SIG_IGN)
        bed.stop()
        shutil.rmtree(folder)


def configure_loopback() -> None:
    subprocess.run([tools.path("ip"), "link", "set", "lo", "up"], check=True)
    subprocess.run([tools.path("ip"), "address", "add", f"{layout.STANDARD.auth}/8", "dev", "lo"], check=True)


def replace_system_files(folder: Path) -> None:
    for name, target in SYSTEM_FILES.items():
        if os.path.exists(target):
            subprocess.run([tools.path("mount"), "--bind", folder / name, os.path.realpath(target)], check=True)
        elif name != "nsswitch.conf":
            raise servers.BedError(f"{target} does not exist, so nothing can be mounted over it")


def run_command(command: Sequence[str], folder: Path) -> int:
    """Runs the user's command and returns its status as a shell would."""
    # setpriv only ties its life to this process; for a command that it cannot run it returns 126 or 127.
    child = subprocess.Popen(
        [tools.path("setpriv"), "--pdeathsig", "TERM", *command], env=os.environ | {"BED_DIR": str(folder)}
    )
    # Ctrl-C is for the command; the bed ends when the command does.
    signal.signal(signal.SIGINT, lambda *_: None)
    try:
        result = child.wait()
    except SystemExit:
        child.terminate()
        child.wait()
        raise
    return result if result >= 0 else 128 - result


# --- command line ---

COMMANDS: dict[str, Callable[..., int | None]] = {
    "up": up,
    "down": down,
    "status": status,
    "exec": execute,
    INSIDE: inside,
}


def leave(number: int, _frame: FrameType | None) -> NoReturn:
    """Turns a signal into an exception, so that what was started is stopped again."""
    sys.exit(128 + number)


def main(arguments: list[str]) -> int:
    for number in ENDING_SIGNALS:
        signal.signal(number, leave)
    if arguments[:1] in (["-h"], ["--help"]):
        print(__doc__.strip())
        return 0
    try:
        return command_of(arguments)() or 0
    except UsageError as error:
        print(f"bed.py: {error}; see bed.py --help", file=sys.stderr)
        return 2
    except (servers.BedError, tools.Missing, zonebuild.BuildError, subprocess.CalledProcessError, OSError) as error:
        sys.exit(f"bed.py: {error}")


def command_of(arguments: list[str]) -> Callable[[], int | None]:
    """The function of a command line, with its arguments bound."""
    name, *rest = arguments or [""]
    if name not in COMMANDS:
        raise UsageError(f"no such command: {name}" if name else "no command")
    if name == INSIDE and not (rest and rest[0].startswith("net:")):
        raise UsageError(f"{name} is for exec alone")
    if name in ("up", "down", "status") and (len(rest) > 1 or (rest and rest[0].startswith("-"))):
        raise UsageError(f"{name} takes one folder or nothing")
    return functools.partial(COMMANDS[name], *rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
