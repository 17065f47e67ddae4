"""``-o`` and ``-x``: all that crosses, written beside the relay as it is and as a hex dump.

A log that cannot be written, because a disk is full or its reader is gone, is told once and ends; the relay goes on,
and the run's status is 2 where it would be 0. A reader that is slow is waited for, as by any program that writes to a
pipe, but a signal still ends the run.
"""

import os
import select
import stat
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic, time
from types import TracebackType
from typing import Final, Self

from nettools.core.relay.hex_dump import HexDump
from nettools.core.relay.manner import Way
from nettools.core.relay.terminal import TerminalText
from nettools.core.text import quoted
from nettools.errors import OutputPathError
from nettools.net.interrupts import Interrupts
from nettools.net.relay.flows import Tap
from nettools.net.relay.shared_descriptors import is_always_ready, opened_again, write_promised

STANDARD_ERROR: Final = "-"
"""The word for it in place of a file."""
_MODE: Final = 0o600
"""Of a new file: a session may hold passwords, and what others may read is chosen by whoever wants that."""
_STDERR: Final = 2
_LOOK_MS: Final = 100
"""How often a log whose reader is slow is asked whether a signal came."""

Tell = Callable[[str], None]
"""Takes one line for standard error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogOrder:
    """Which logs are wanted; ``-`` is standard error."""

    raw: str | None = None
    """``-o``: all octets of both directions in the order in which they crossed, as ncat writes them.

    A terminal is shown what it shows: control characters escaped."""
    hex_dump: str | None = None
    """``-x``: the same with direction, time and offset."""
    appends: bool = False
    """Otherwise a file that is there is emptied."""


class LogFile:
    """One open log. What goes wrong is told once; from then on nothing is written."""

    def __init__(self, path: str, option: str, *, appends: bool, interrupts: Interrupts, tell: Tell) -> None:
        self.has_failed = False
        self._name = "standard error" if path == STANDARD_ERROR else quoted(path, 4096)
        self._option = option
        self._interrupts = interrupts
        self._tell = tell
        self._is_own = True
        self._may_block = False
        try:
            self._descriptor = self._open(path, appends=appends)
        except (OSError, ValueError) as error:
            raise OutputPathError(f"{option}: cannot open {self._name} for writing: {_why(error)}") from None
        self.is_terminal = os.isatty(self._descriptor)

    def write(self, octets: bytes | memoryview) -> None:
        """All of it, unless a signal or a failure comes between."""
        waiting = memoryview(octets)
        while waiting and not self.has_failed and not self._interrupts.has_fired:
            try:
                count = self._write_some(waiting)
            except OSError as error:
                self._fail(error)
                return
            if count is None:
                self._wait()
            else:
                waiting = waiting[count:]

    def close(self) -> None:
        """Some file systems tell only now that they had no room."""
        if not self._is_own:
            return
        self._is_own = False
        try:
            os.close(self._descriptor)
        except OSError as error:
            self._fail(error)

    def _open(self, path: str, *, appends: bool) -> int:
        if path == STANDARD_ERROR:
            return self._borrow(_STDERR)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOCTTY
        descriptor = os.open(path, flags if appends else flags | os.O_TRUNC, _MODE)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.set_blocking(descriptor, False)  # the open file is ours alone
        return descriptor

    def _borrow(self, descriptor: int) -> int:
        """Standard error is shared: it is opened a second time where that can be, else written with care."""
        again = opened_again(descriptor, os.O_WRONLY)
        if again is not None:
            return again
        self._is_own = False
        self._may_block = not is_always_ready(descriptor)
        return descriptor

    def _write_some(self, octets: memoryview) -> int | None:
        if self._may_block:
            return write_promised(self._descriptor, octets)
        try:
            return os.write(self._descriptor, octets)
        except BlockingIOError:
            return None

    def _wait(self) -> None:
        """Until its reader has made room, or a moment: a signal may have come."""
        poll = select.poll()
        poll.register(self._descriptor, select.POLLOUT)
        poll.poll(_LOOK_MS)

    def _fail(self, error: OSError) -> None:
        if not self.has_failed:
            self.has_failed = True
            self._tell(f"{self._option}: cannot write to {self._name}: {_why(error)}; it ends here")


class SessionLogs:
    """The logs of a run. ``tap`` gives what writes one connection into them."""

    def __init__(self, raw: LogFile | None, hex_dump: LogFile | None, *, uses_color: bool) -> None:
        self._raw = raw
        self._hex_dump = hex_dump
        self._uses_color = uses_color
        self._wall_offset_s = time() - monotonic()

    @property
    def has_failed(self) -> bool:
        """Whether something is missing in a log: the status of the run is then not 0."""
        return any(log.has_failed for log in self._logs)

    def taps(self, peer: str = "") -> list[Tap]:
        """For one connection; ``peer`` names it in the hex dump where there are several."""
        return [_Logged(self, HexDump(peer=peer, uses_color=self._uses_color))] if self._logs else []

    def write(self, dump: HexDump, way: Way, octets: memoryview, now_s: float, shown: TerminalText) -> None:
        if self._raw is not None:
            self._raw.write(shown.feed(bytes(octets)) if self._raw.is_terminal else octets)
        if self._hex_dump is not None and not self._hex_dump.has_failed:
            self._hex_dump.write(dump.crossing(way, octets, now_s + self._wall_offset_s).encode("ascii", "replace"))

    def close(self) -> None:
        for log in self._logs:
            log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def _logs(self) -> list[LogFile]:
        return [log for log in (self._raw, self._hex_dump) if log is not None]


class _Logged:
    """The tap of one connection."""

    __slots__ = ("_dump", "_logs", "_shown")

    def __init__(self, logs: SessionLogs, dump: HexDump) -> None:
        self._logs = logs
        self._dump = dump
        self._shown: dict[Way, TerminalText] = {"out": TerminalText(), "in": TerminalText()}

    def moved(self, way: Way, octets: memoryview, now_s: float) -> None:
        self._logs.write(self._dump, way, octets, now_s, self._shown[way])


def open_session_logs(
    order: LogOrder,
    *,
    interrupts: Interrupts,
    tell: Tell,
    uses_color: Callable[[bool], bool] = lambda is_terminal: is_terminal,
) -> SessionLogs:
    """Open what is wanted, before anything is connected. Raises OutputPathError.

    ``uses_color`` is told whether the hex dump goes to a terminal; ``tell`` gets one line when a log fails later.
    """

    def opened(path: str | None, option: str) -> LogFile | None:
        if path is None:
            return None
        return LogFile(path, option, appends=order.appends, interrupts=interrupts, tell=tell)

    raw = opened(order.raw, "--output")
    try:
        hex_dump = opened(order.hex_dump, "--hex-dump")
    except OutputPathError:
        if raw is not None:
            raw.close()
        raise
    return SessionLogs(raw, hex_dump, uses_color=hex_dump is not None and uses_color(hex_dump.is_terminal))


def _why(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
