"""Unix sockets that wait for clients (unix(7)): made with the permissions asked for, removed while they are ours."""

import errno
import os
import socket
import stat
from contextlib import suppress

from nettools.core.listen.endpoint import unix_text
from nettools.core.listen.place import Place
from nettools.core.text import quoted
from nettools.errors import ListenError
from nettools.net.connect.socket_options import OptionRefused
from nettools.net.listen.listeners import BACKLOG, Listening, Prepare
from nettools.net.sockets import unix_address

_Identity = tuple[int, int]
"""Device and inode of a file."""


def open_unix(place: Place, *, mode: int | None, unlink_first: bool, prepare: Prepare) -> Listening:
    """A listening stream, or a datagram socket. Raises ListenError, OptionRefused."""
    assert place.path is not None
    path, is_abstract = place.path, place.path.startswith("@")
    kind = socket.SOCK_DGRAM if place.is_datagram else socket.SOCK_STREAM
    if unlink_first and not is_abstract:
        _remove_deserted(path)
    made = socket.socket(socket.AF_UNIX, kind)
    try:
        made.setblocking(False)
        prepare(made)
        _bind(made, unix_address(path), mode)
        if not place.is_datagram:
            made.listen(BACKLOG)
    except OptionRefused:
        made.close()
        raise
    except OSError as error:
        made.close()
        raise _refusal(error, path) from None
    identity = None if is_abstract else _identity(path)
    return Listening(
        socket=made,
        protocol="unix-datagram" if place.is_datagram else "unix",
        text=unix_text(path),
        let_go=lambda: _unlink_ours(path, identity),
    )


def _bind(made: socket.socket, name: bytes, mode: int | None) -> None:
    """With a mode the umask makes the file so from the first moment: changed later, somebody might have been first."""
    if mode is None:
        made.bind(name)
        return
    before = os.umask(~mode & 0o777)
    try:
        made.bind(name)
    finally:
        os.umask(before)


def _remove_deserted(path: str) -> None:
    """Remove a socket that nobody answers at. Raises ListenError when it is none, or somebody does."""
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise ListenError(f"cannot look at {quoted(path)}: {error.strerror}") from None
    if not stat.S_ISSOCK(found.st_mode):
        raise ListenError(f"{quoted(path)} is no socket, and --unlink-first removes nothing else")
    if _answers(path):
        raise ListenError(f"{quoted(path)} is in use: somebody listens there")
    try:
        os.unlink(path)
    except OSError as error:
        raise ListenError(f"cannot remove {quoted(path)}: {error.strerror}") from None


def _answers(path: str) -> bool:
    """Whether somebody holds the socket: connect(2) is refused only where nobody does.

    Asked with datagrams, which nobody notices: a server of streams would take a client that is none (EPROTOTYPE says
    that there is one, unix(7)).
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as asking:
        asking.setblocking(False)
        return asking.connect_ex(os.fsencode(path)) != errno.ECONNREFUSED


def _identity(path: str) -> _Identity | None:
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _unlink_ours(path: str, identity: _Identity | None) -> None:
    """Remove the file unless somebody has put another in its place."""
    if identity is not None and _identity(path) == identity:
        with suppress(OSError):
            os.unlink(path)


def _refusal(error: OSError, path: str) -> ListenError:
    name = quoted(path)
    if error.errno == errno.EADDRINUSE:
        if path.startswith("@"):
            return ListenError(f"{name} is in use: somebody listens there")
        is_socket = stat.S_ISSOCK(_mode(path))
        if is_socket and not _answers(path):
            return ListenError(f"{name} exists, and nobody listens there any more", hint="--unlink-first removes it")
        return ListenError(f"{name} is in use: somebody listens there" if is_socket else f"{name} exists already")
    return ListenError(f"cannot listen on {name}: {error.strerror or error}")


def _mode(path: str) -> int:
    try:
        return os.lstat(path).st_mode
    except OSError:
        return 0
