"""Child processes: started without a copy of this one, seen to their end, and ended with all that they started.

A child leads a process group of its own: a signal from the terminal is for us, and what we send reaches what a shell
has started too. It has the descriptors 0 to 2 and no other, and the dispositions of signals that a program expects.
"""

import os
import select
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Final

from nettools.net.loop import READABLE, Loop, Timer

TERM_S: Final = 0.5
"""How long a child may take to end after SIGTERM, before SIGKILL."""
_KILL_S: Final = 0.3
"""How long the end of killed children is waited for when the run ends: one that waits for a disk may take longer."""
_LOOK_S: Final = 0.01
_LONGEST_LOOK_S: Final = 0.25
"""Where the system does not tell of a child's end (pidfd_open(2)), it is looked for, less and less often."""
_RESTORED: Final = [getattr(signal, name) for name in ("SIGPIPE", "SIGXFSZ", "SIGCHLD") if hasattr(signal, name)]
"""The first two are ignored by Python (library reference, "Note on SIGPIPE"), the third perhaps by our parent; no
program expects that. SIGINT and SIGHUP stay ignored where they are: that is nohup(1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A program that was found, and its words."""

    path: str
    words: tuple[str, ...]


class Child:
    """One program at work."""

    def __init__(
        self, loop: Loop, pid: int, *, holds_output: Callable[[], bool], on_over: Callable[["Child"], None]
    ) -> None:
        self.pid = pid
        self.status: int | None = None
        """Its exit status once it is known, -n when signal n ended it, as subprocess says it."""
        self.is_done = False
        """Whether it was let go after its work was done, so that there is no hurry."""
        self._loop = loop
        self._holds_output = holds_output
        self._on_over = on_over
        self._is_let_go = False
        self._is_reaped = False
        self._is_terminated = False
        self._is_killed = False
        self._is_over = False
        self._timer: Timer | None = None
        self._pidfd = _open_pidfd(pid)
        if self._pidfd is None:
            self._look_after(_LOOK_S)
        else:
            loop.watch(self._pidfd, READABLE, self._on_exit)

    def let_go(self, *, is_done: bool) -> None:
        """Nobody is connected to it any more. Unless its work was done, it is ended."""
        self._is_let_go = True
        self.is_done = is_done
        if is_done:
            self.look()
        else:
            self.terminate()

    def terminate(self) -> None:
        """SIGTERM to it and to what it has started, and SIGKILL when that does not help in time."""
        if self._is_terminated or self._is_reaped:
            return
        self._is_let_go = self._is_terminated = True
        self._signal(signal.SIGTERM)
        self._loop.call_at(monotonic() + TERM_S, self.kill)
        self.look()

    def kill(self) -> None:
        """SIGKILL to what is left of it."""
        if self._is_terminated and not self._is_killed:
            self._is_killed = True
            self._signal(signal.SIGKILL)
            self.look()

    def look(self) -> None:
        """Whether it has ended, then the system is told that we know; and whether what it has started has."""
        if self._is_reaped:
            self._look_for_group()
            return
        try:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.status = os.waitstatus_to_exitcode(status) if pid else None
        except ChildProcessError:  # SIGCHLD is ignored, and the system kept nothing
            pid = self.pid
        if pid:
            self._reaped()

    def fileno(self) -> int | None:
        """Readable when it has ended; None where the system has nothing like that."""
        return self._pidfd

    def _on_exit(self, _events: int) -> None:
        """It has ended. While what it has started still speaks, its number stays taken: it is also their group's."""
        assert self._pidfd is not None
        self._loop.forget(self._pidfd)
        if self._is_let_go or not self._holds_output():
            self.look()

    def _reaped(self) -> None:
        self._is_reaped = True
        if self._pidfd is not None:
            self._loop.forget(self._pidfd)
            os.close(self._pidfd)
            self._pidfd = None
        if self._timer is not None:
            self._timer.cancel()
        self._look_for_group()

    def _look_for_group(self) -> None:
        """It has ended; what it has started may need the SIGKILL still."""
        if self._is_over or (self._is_terminated and not self._is_killed and self._signal(0)):
            return
        self._is_over = self._is_killed = True
        self._on_over(self)

    def _signal(self, number: int) -> bool:
        """To its group. Whether there is anybody in it."""
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            return False
        except PermissionError:  # what is left of it has other rights
            return True
        return True

    def _look_after(self, after_s: float) -> None:
        def look() -> None:
            self.look()
            if not self._is_reaped:
                self._look_after(min(2 * after_s, _LONGEST_LOOK_S))

        self._timer = self._loop.call_at(monotonic() + after_s, look)


class Children:
    """All children of a run."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._running: set[Child] = set()
        self._is_sealed = False

    def __len__(self) -> int:
        return len(self._running)

    def start(
        self,
        command: Command,
        environment: Mapping[str, str],
        *,
        stdin: int,
        stdout: int,
        holds_output: Callable[[], bool],
        on_exit: Callable[[int | None], None] | None = None,
    ) -> Child:
        """Start it with these descriptors (from 3 on), and our standard error. Raises OSError.

        ``holds_output`` says whether anybody can still write to ``stdout``; ``on_exit`` is told the status, None when
        it cannot be known.
        """
        self._seal()
        pid = os.posix_spawn(
            command.path,
            command.words,
            environment,
            file_actions=[(os.POSIX_SPAWN_DUP2, stdin, 0), (os.POSIX_SPAWN_DUP2, stdout, 1)],
            setpgroup=0,
            setsigdef=_RESTORED,
        )

        def on_over(child: Child) -> None:
            self._running.discard(child)
            if on_exit is not None:
                on_exit(child.status)

        child = Child(self._loop, pid, holds_output=holds_output, on_over=on_over)
        self._running.add(child)
        return child

    def finish(self, *, is_forced: bool) -> None:
        """The run ends: so do all children, within TERM_S and a little. Call it when the loop has stopped.

        Those whose work was done are only waited for, and left alone, unless it ``is_forced`` (a signal ended us).
        """
        for child in tuple(self._running):
            if is_forced or not child.is_done:
                child.terminate()
        self._wait(TERM_S)
        for child in tuple(self._running):
            child.kill()
        if any(not child.is_done for child in self._running) or is_forced:
            self._wait(_KILL_S)

    def _wait(self, longest_s: float) -> None:
        """Until all have ended, or it has taken too long."""
        deadline_s = monotonic() + longest_s
        while self._running and (rest_s := deadline_s - monotonic()) > 0:
            poll = select.poll()
            descriptors = [child.fileno() for child in self._running]
            for descriptor in descriptors:
                if descriptor is not None:
                    poll.register(descriptor, select.POLLIN)
            slice_s = rest_s if None not in descriptors else min(rest_s, _LOOK_S)
            poll.poll(slice_s * 1000 + 1)
            for child in tuple(self._running):
                child.look()

    def _seal(self) -> None:
        """What our parent left open is not for children; what we open ourselves never is (PEP 446)."""
        if self._is_sealed:
            return
        self._is_sealed = True
        for directory in ("/proc/self/fd", "/dev/fd"):
            with suppress(OSError):
                for name in os.listdir(directory):
                    if int(name) > 2:
                        with suppress(OSError):
                            os.set_inheritable(int(name), False)
                return


def _open_pidfd(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):  # not Linux, or no descriptor is left
        return None
