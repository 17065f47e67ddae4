"""``--exec`` and ``--sh-exec``: a program as an end of a relay: it reads what is written to it, what it writes is read.

With a stream on the other side both are pipes, and the kernel moves the octets (splice(2)). Where it has datagrams, the
program's output is a socket that keeps its writes apart (SOCK_SEQPACKET, unix(7)): each is a datagram.
"""

import errno
import os
import select
import socket
import stat
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from nettools.core.relay.flow import CHUNK, LARGEST_DATAGRAM
from nettools.core.relay.program import ClientFacts, program_environment
from nettools.core.text import quoted
from nettools.errors import LocalFault, OptionError
from nettools.net.relay.children import Child, Children, Command
from nettools.net.relay.ends import DescriptorEnd

_SEND_BUFFER: Final = CHUNK // 2
"""The kernel doubles it (socket(7)), and refuses a write beyond: what is read into CHUNK octets is never cut."""
_EMPTY_WRITES: Final = 16
"""So many empty writes in a row, the last thing that a program does, are told from its end."""


def find_command(words: Sequence[str], environ: Mapping[str, str]) -> Command:
    """The program that the first word names: a path with a slash, or to be looked for in PATH (execvp(3)).

    Raises OptionError when it is not there, so that this is told before anything is connected or listened on.
    """
    name = words[0]
    if "/" not in name:
        return Command(path=_look_for(name, environ), words=tuple(words))
    if not os.path.exists(name):
        raise OptionError(f"--exec: there is no program {quoted(name)}")
    if not _is_program(name):
        raise OptionError(f"--exec: {quoted(name)} is no program that we may run", hint="look at its permissions")
    return Command(path=name, words=tuple(words))


def _look_for(name: str, environ: Mapping[str, str]) -> str:
    for folder in os.get_exec_path(dict(environ)):
        path = os.path.join(folder or ".", name)
        if _is_program(path):
            return path
    raise OptionError(
        f"--exec: there is no program {quoted(name)} in PATH",
        hint="--sh-exec runs a command of the shell" if any(sign in name for sign in "|;&<>$`=") else None,
    )


def _is_program(path: str) -> bool:
    try:
        return stat.S_ISREG(os.stat(path).st_mode) and os.access(path, os.X_OK)
    except OSError:
        return False


class ProgramEnd(DescriptorEnd):
    """A program at work, as an end. Closing it ends the program, unless that had closed its output before."""

    def __init__(self, reader: int, writer: int, *, keeps_writes: bool) -> None:
        super().__init__(reader, writer, owns=True)
        self.child: Child | None = None
        """None until it was started."""
        self._keeps_writes = keeps_writes
        self._rest = memoryview(b"")

    @property
    def splices(self) -> bool:
        return not self._keeps_writes

    def read_into(self, buffer: memoryview) -> int | None:
        """With ``keeps_writes`` one write of the program, or the next part of a long one."""
        if not self._keeps_writes:
            return super().read_into(buffer)
        if not self._rest:
            count = self._read_write(buffer)
            if count is None or count <= LARGEST_DATAGRAM:
                return count
            self._rest = memoryview(bytes(buffer[:count]))
        count = min(len(self._rest), len(buffer), LARGEST_DATAGRAM)
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def _read_write(self, buffer: memoryview) -> int | None:
        """What the program wrote at a time. An empty write looks like its end, and means as little as in a pipe."""
        for _ in range(_EMPTY_WRITES):
            count = super().read_into(buffer)
            if count != 0:
                return count
            if self.holds_output():
                return None
        return 0

    def holds_output(self) -> bool:
        """Whether anybody can still write what we would read."""
        if self._reader is None:
            return False
        poll = select.poll()
        poll.register(self._reader, 0)
        return not poll.poll(0)

    def close(self) -> None:
        if self._reader is None:
            return
        is_done = self._has_ended(self._reader)
        super().close()
        if self.child is not None:
            self.child.let_go(is_done=is_done)

    @staticmethod
    def _has_ended(reader: int) -> bool:
        """Whether all that it wrote was read, and it cannot write any more."""
        try:
            return not os.read(reader, 1)
        except OSError:
            return False


def start_program(
    children: Children,
    command: Command,
    facts: ClientFacts,
    *,
    is_datagram: bool,
    environ: Mapping[str, str],
    on_exit: Callable[[int | None], None] | None = None,
) -> ProgramEnd:
    """The program, at work for this client; ``is_datagram`` when that hears datagrams. Raises LocalFault."""
    descriptors: list[int] = []
    try:
        theirs_in, writer = _above_standard(os.pipe(), descriptors)
        reader, theirs_out = _above_standard(_packets() if is_datagram else os.pipe(), descriptors)
        os.set_blocking(reader, False)
        os.set_blocking(writer, False)
        end = ProgramEnd(reader, writer, keeps_writes=is_datagram)
        end.child = children.start(
            command,
            program_environment(environ, facts),
            stdin=theirs_in,
            stdout=theirs_out,
            holds_output=end.holds_output,
            on_exit=on_exit,
        )
    except OSError as error:
        for descriptor in descriptors:
            os.close(descriptor)
        raise LocalFault(f"cannot run {quoted(command.words[0])}: {_why(error)}") from None
    os.close(theirs_in)
    os.close(theirs_out)
    return end


def _packets() -> tuple[int, int]:
    """What a program writes at a time is read at a time: (ours, its)."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
    return ours.detach(), theirs.detach()


def _above_standard(pair: tuple[int, int], opened: list[int]) -> tuple[int, int]:
    """The pair with numbers from 3 on, where dup2 to 0 and 1 overwrites neither; noted in ``opened``."""
    opened += pair
    if min(pair) > 2:
        return pair
    import fcntl

    moved: list[int] = []
    for descriptor in pair:
        again = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 3)
        opened.append(again)
        opened.remove(descriptor)
        os.close(descriptor)
        moved.append(again)
    return moved[0], moved[1]


def _why(error: OSError) -> str:
    if error.errno == errno.ENOEXEC:
        return "it has no #! line, and is no program of this system"
    return error.strerror or str(error)
