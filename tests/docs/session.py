"""Types the steps of a document's section into shells of the world, and notes what comes back."""

import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.docs.markdown import Section, Step
from tests.docs.world.fixture import LONGEST_RUN_S, World, end

FILES = Path(__file__).with_name("files")
"""What lies in the folder in which a section is run."""
PATIENCE_S = 15.0
INTERRUPT = "^C"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meanwhile:
    """What somebody else does while a command of a document runs."""

    script: str
    host: str = ""
    after_lines: int = 0
    """It is done when the command has printed so many lines."""


class Running:
    """A shell with one step in it; a thread notes its lines as they come."""

    def __init__(self, shell: "subprocess.Popen[bytes]") -> None:
        self.shell = shell
        self.lines: list[str] = []
        self._news = threading.Condition()
        self._is_over = False
        self._thread = threading.Thread(target=self._note, daemon=True)
        self._thread.start()
        assert shell.stdin is not None
        shell.stdin.close()

    def _note(self) -> None:
        assert self.shell.stdout is not None
        for line in self.shell.stdout:
            with self._news:
                self.lines.append(line.decode().rstrip("\r\n"))
                self._news.notify_all()
        with self._news:
            self._is_over = True
            self._news.notify_all()

    def await_lines(self, count: int) -> bool:
        """Whether so many lines have come, in good time and before its end."""
        with self._news:
            self._news.wait_for(lambda: len(self.lines) >= count or self._is_over, PATIENCE_S)
            return len(self.lines) >= count

    def interrupt(self) -> None:
        """Ctrl-C, which stands between what came before and after it."""
        with self._news:
            self.lines.append(INTERRUPT)
        end(self.shell, signal.SIGINT)

    def finish(self) -> list[str]:
        """All lines, once it has ended."""
        try:
            self.shell.wait(LONGEST_RUN_S)
            self._thread.join(PATIENCE_S)
        finally:
            self.stop()
        return self.lines

    def stop(self, number: int = signal.SIGKILL) -> None:
        """End it and all that it has started, if that has not happened."""
        end(self.shell, number)
        self.shell.wait(PATIENCE_S)
        self._thread.join(PATIENCE_S)
        assert self.shell.stdout is not None
        self.shell.stdout.close()


def perform(
    section: Section, world: World, folder: Path, meanwhile: Mapping[str, Meanwhile]
) -> list[tuple[Step, list[str]]]:
    """Every step of the section, with what it printed; blocks are run in turn, in one folder."""
    shutil.copytree(FILES, folder, dirs_exist_ok=True)
    return [answer for block in section.blocks for answer in _perform_block(block, world, folder, meanwhile)]


def _perform_block(
    block: Sequence[Step], world: World, folder: Path, meanwhile: Mapping[str, Meanwhile]
) -> list[tuple[Step, list[str]]]:
    running: dict[int, Running] = {}
    others: list[Running] = []
    status = 0
    try:
        for number, step in enumerate(block):
            script = step.command.removesuffix(" &")
            one = Running(world.popen(script, host=step.host, cwd=folder, status=status))
            running[number] = one
            if step.is_beside:
                await_server(one, world, step.command, folder, step.host)
                continue
            if step.command in meanwhile:
                other = meanwhile[step.command]
                assert one.await_lines(other.after_lines), one.lines
                others.append(Running(world.popen(other.script, host=other.host, cwd=folder)))
            _interrupt(one, step)
            one.finish()
            status = one.shell.returncode
        for number, step in enumerate(block):
            if step.is_beside:
                _interrupt(running[number], step)
                running[number].finish()
    finally:
        for one in (*running.values(), *others):
            one.stop()
    return [(step, running[number].lines) for number, step in enumerate(block)]


def await_server(one: Running, world: World, command: str, folder: Path, host: str = "") -> None:
    """Until a server takes clients: a number of its command is a bound port, or a name in it is a socket."""
    named = {int(word) for word in re.findall(r"\b\d{2,5}\b", command)}
    sockets = [folder / word for word in re.findall(r"[a-z]+\.sock\b", command)]
    deadline_s = time.monotonic() + PATIENCE_S
    while one.shell.poll() is None:
        if named & world.bound_ports(host=host) or any(path.is_socket() for path in sockets):
            return
        assert time.monotonic() < deadline_s, f"binds nothing that it names: {command}"
        time.sleep(0.02)


def _interrupt(one: Running, step: Step) -> None:
    """Type Ctrl-C where the document has it: after as many lines as it shows."""
    if INTERRUPT in step.output:
        one.await_lines(step.output.index(INTERRUPT))
        one.interrupt()
