"""Where received files land: a folder, or one file whose name is ours and not the sender's."""

import errno
import os
from dataclasses import dataclass

from nettools.core.text import quoted
from nettools.errors import OutputPathError


@dataclass(frozen=True, slots=True)
class Destination:
    """An open folder; whatever is received is opened relative to it, and nothing outside it can be named."""

    folder: int
    """Its descriptor."""
    shown: str
    """The folder as it was given, to put before a name in messages of our own."""
    name: str | None
    """What a file will be called whatever the sender calls it; None takes the sender's name, when it is a plain one."""
    umask: int

    def path(self, name: str) -> str:
        return os.path.join(self.shown, name)

    def close(self) -> None:
        os.close(self.folder)


def open_destination(path: str | None) -> Destination:
    """What ``listen --receive [PATH]`` names: the current folder, another folder, or a file that is not there yet.

    Raises OutputPathError: a file that is there is never overwritten.
    """
    given = path if path is not None else os.curdir
    if not given:
        raise OutputPathError("the path for --receive is empty")
    if path is None or path.endswith("/") or os.path.isdir(path):
        return _opened(given, None)
    if os.path.lexists(path):
        raise OutputPathError(
            f"{quoted(path)} is there already, and a received file never overwrites another",
            hint="name a folder or a new file, or remove it first",
        )
    parent, name = os.path.split(path)
    return _opened(parent or os.curdir, name)


def _opened(folder: str, name: str | None) -> Destination:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        what = "is no folder" if error.errno == errno.ENOTDIR else f"cannot be opened: {error.strerror}"
        raise OutputPathError(f"the folder {quoted(folder)} {what}") from error
    if not os.access(folder, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids):
        os.close(descriptor)
        raise OutputPathError(f"nothing may be written into the folder {quoted(folder)}")
    umask = os.umask(0o077)  # it cannot be asked for without being set
    os.umask(umask)
    return Destination(descriptor, folder, name, umask)
