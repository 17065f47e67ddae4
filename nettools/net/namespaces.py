"""Network namespaces by the names that ip-netns(8) gives them: files in /run/netns."""

import ctypes
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from nettools.core.text import quoted, some_of, suggestion
from nettools.errors import LocalFault, OptionError

FOLDER: Final = "/run/netns"
_CLONE_NEWNET: Final = 0x40000000  # linux/sched.h


_NO_SUCH_FILE: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP})


def namespace_names() -> list[str]:
    """The named namespaces, in alphabetical order."""
    try:
        return sorted(os.listdir(FOLDER))
    except OSError:
        return []


@contextmanager
def opened_namespace(name: str) -> Iterator[int]:
    """A descriptor of the namespace; ``name`` is one of /run/netns, or a path such as /proc/1/ns/net.

    Raises OptionError when there is none, LocalFault when we may not look.
    """
    path = name if "/" in name else os.path.join(FOLDER, name)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)  # a FIFO would wait for ever
    except PermissionError:
        raise LocalFault(f"the namespace {quoted(name)} may not be opened", hint="run it as root") from None
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno not in _NO_SUCH_FILE:
            raise LocalFault(f"cannot open the namespace {quoted(name)}: {error.strerror}") from None
        known = namespace_names()
        hint = suggestion(name, known, some_of(known, 20))
        raise OptionError(f"there is no network namespace {quoted(name)}", hint=hint) from None
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def enter_namespace(name: str) -> None:
    """Move this thread into the namespace: every socket that it makes from now on is there.

    Raises OptionError when there is none, LocalFault without CAP_SYS_ADMIN. setns(2).
    """
    with opened_namespace(name) as descriptor:
        failed = _set_namespace(descriptor)
    if failed == errno.EPERM:
        raise LocalFault(f"entering the namespace {quoted(name)} needs CAP_SYS_ADMIN", hint="run it as root")
    if failed == errno.EINVAL:
        raise OptionError(f"{quoted(name)} is no network namespace")
    if failed:
        raise LocalFault(f"cannot enter the namespace {quoted(name)}: {os.strerror(failed)}")


@contextmanager
def inside_namespace(name: str) -> Iterator[None]:
    """Be in the namespace, and back in the one before at the end."""
    with opened_namespace("/proc/thread-self/ns/net") as before:
        enter_namespace(name)
        try:
            yield
        finally:
            _set_namespace(before)


def _set_namespace(descriptor: int) -> int:
    """The errno of setns(2), 0 when all went well; Python before 3.12 does not have it."""
    library = ctypes.CDLL(None, use_errno=True)
    return 0 if library.setns(descriptor, _CLONE_NEWNET) == 0 else ctypes.get_errno()


def each_namespace() -> Iterator[tuple[str, int]]:
    """(name, descriptor) of every named namespace that can be opened."""
    for name in namespace_names():
        with suppress(OptionError, LocalFault), opened_namespace(name) as descriptor:
            yield name, descriptor
