"""Opens what lies beneath a folder, and nothing else, whatever symbolic links and whoever changes them meanwhile.

The way down is walked name by name from descriptor to descriptor, never by a path, and no open follows a link
(openat(2), O_NOFOLLOW). A link is read and its words are walked in turn: one that leads out of the folder, or begins at
the root of the system, is refused; ``..`` in a link goes back to the descriptor that we came from.
"""

import errno
import os
import stat
from collections import deque
from collections.abc import Sequence
from typing import Final, NamedTuple

from nettools.core.serve.listing import MOST_ENTRIES, Entry
from nettools.core.serve.refusal import Refused
from nettools.core.serve.target import is_served

_MOST_LINKS: Final = 40  # as many as the kernel follows: path_resolution(7)
_ALWAYS: Final = os.O_NOFOLLOW | os.O_CLOEXEC
_FOLDER: Final = os.O_DIRECTORY | getattr(os, "O_PATH", os.O_RDONLY) | _ALWAYS
_FILE: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | _ALWAYS
"""O_NONBLOCK: a FIFO that takes the place of a file must not make us wait for a writer."""

_STATUS_OF: Final[dict[int, tuple[int, str]]] = {
    errno.ENOENT: (404, "There is no such file."),
    errno.ENOTDIR: (404, "There is no such file."),
    errno.ENAMETOOLONG: (404, "There is no such file."),
    errno.ELOOP: (404, "There is no such file."),
    errno.EACCES: (403, "The file may not be read."),
    errno.EPERM: (403, "The file may not be read."),
    errno.EMFILE: (503, "Too many files are open."),
    errno.ENFILE: (503, "Too many files are open."),
    errno.ENOMEM: (503, "There is too little memory."),
}


class Opened(NamedTuple):
    """A file or a folder; whoever has it closes the descriptor."""

    descriptor: int
    facts: os.stat_result

    @property
    def is_folder(self) -> bool:
        return stat.S_ISDIR(self.facts.st_mode)


def open_folder(path: str) -> int:
    """The folder to be served. Raises OSError."""
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def open_beneath(root: int, names: Sequence[bytes]) -> Opened:
    """What lies there: a regular file, open for reading, or a folder. Raises Refused."""
    walk = _Walk(root)
    try:
        return walk.to(names)
    except OSError as error:
        raise refusal_of(error) from None
    finally:
        walk.close()


def list_folder(folder: int) -> tuple[list[Entry], bool]:
    """What is shown of a folder, and whether some was left out. Raises Refused."""
    entries: list[Entry] = []
    try:
        descriptor = os.open(b".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder)
        try:
            with os.scandir(descriptor) as names:
                for one in names:
                    entry = _entry(one)
                    if entry is not None and len(entries) == MOST_ENTRIES:
                        return entries, True
                    if entry is not None:
                        entries.append(entry)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise refusal_of(error) from None
    return entries, False


def refusal_of(error: OSError) -> Refused:
    """What a failure to open or read means to the client, which is not told more than that."""
    status, message = _STATUS_OF.get(error.errno or 0, (500, "The file cannot be read."))
    return Refused(status, message)


def _entry(found: "os.DirEntry[str]") -> Entry | None:
    name = os.fsencode(found.name)
    if not is_served(name):
        return None
    try:
        facts = found.stat(follow_symlinks=False)
    except OSError:  # it went away meanwhile
        return None
    modified_s = int(facts.st_mtime)
    if stat.S_ISLNK(facts.st_mode):
        return Entry(name=name, kind="link", size=None, modified_s=modified_s)
    if stat.S_ISDIR(facts.st_mode):
        return Entry(name=name, kind="folder", size=None, modified_s=modified_s)
    if stat.S_ISREG(facts.st_mode):
        return Entry(name=name, kind="file", size=facts.st_size, modified_s=modified_s)
    return None


class _Walk:
    """The descriptors of the folders on the way down; the first is the served one, and not ours to close."""

    def __init__(self, root: int) -> None:
        self._folders = [root]
        self._links = 0

    def to(self, names: Sequence[bytes]) -> Opened:
        pending = deque(names)
        while pending:
            name = pending.popleft()
            if name in (b"", b"."):
                continue
            if name == b"..":  # of a link: a request never has it
                self._back()
                continue
            mode = os.stat(name, dir_fd=self._folders[-1], follow_symlinks=False).st_mode
            if stat.S_ISLNK(mode):
                pending.extendleft(reversed(self._link(name)))
            elif stat.S_ISDIR(mode):
                self._folders.append(os.open(name, _FOLDER, dir_fd=self._folders[-1]))
            elif not stat.S_ISREG(mode):
                raise Refused(403, "It is neither a file nor a folder.")
            elif pending:
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
            else:
                return self._file(name)
        folder = os.dup(self._folders[-1])
        return Opened(folder, os.fstat(folder))

    def close(self) -> None:
        for folder in self._folders[1:]:
            os.close(folder)

    def _back(self) -> None:
        if len(self._folders) == 1:
            raise Refused(403, "A symbolic link leads out of what is served.")
        os.close(self._folders.pop())

    def _link(self, name: bytes) -> list[bytes]:
        self._links += 1
        if self._links > _MOST_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        where = os.readlink(name, dir_fd=self._folders[-1])
        if where.startswith(b"/"):
            raise Refused(403, "A symbolic link leads out of what is served.")
        return where.split(b"/")

    def _file(self, name: bytes) -> Opened:
        descriptor = os.open(name, _FILE, dir_fd=self._folders[-1])
        facts = os.fstat(descriptor)
        if stat.S_ISREG(facts.st_mode):
            return Opened(descriptor, facts)
        os.close(descriptor)
        raise Refused(403, "It is neither a file nor a folder.")
