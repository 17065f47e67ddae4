"""The driver of netlink: sends a request, feeds what comes to a Dump, asks again when the table changed meanwhile."""

import errno
import os
import socket
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from itertools import count
from types import TracebackType
from typing import Final, Self

from nettools.core.netlink.dump import MOST_ATTEMPTS, Dump
from nettools.core.text import safe
from nettools.errors import LocalFault

_NETLINK_ROUTE: Final = 0
_SOL_NETLINK: Final = 270
_NETLINK_EXT_ACK: Final = 11
_NETLINK_GET_STRICT_CHK: Final = 12
_NETLINK_ADD_MEMBERSHIP: Final = 1
_DATAGRAM_BYTES: Final = 1 << 16
_RECEIVE_BUFFER_BYTES: Final = 1 << 20
_PATIENCE_S: Final = 10.0
"""The kernel answers at once; only a broken one would leave us waiting."""

FORBIDDEN: Final = frozenset({errno.EPERM, errno.EACCES, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT, errno.ENOSYS})
"""What socket(2) says where a sandbox or a kernel without netlink refuses it."""


class NetlinkSocket:
    """A socket to the kernel's routing tables. Raises OSError where there is none to be had."""

    def __init__(self) -> None:
        self._socket = _open()
        self._sequence = count(1)

    @property
    def is_strict(self) -> bool:
        """Whether the kernel gives only what was asked for, which those before 4.20 do not."""
        try:
            return bool(self._socket.getsockopt(_SOL_NETLINK, _NETLINK_GET_STRICT_CHK))
        except OSError:
            return False

    def dump(self, request: Callable[[int], bytes]) -> Dump:
        """The whole answer to a request, made with the sequence number that it is given.

        A dump that the kernel calls inconsistent is asked for again, as is one that overflowed our buffer; the
        last one stands as it is, ``is_torn``. Raises LocalFault when nothing comes; a refusal is in ``errno``.
        """
        return self._repeat(request, is_dump=True)

    def ask(self, request: Callable[[int], bytes]) -> Dump:
        """The one message, or the refusal, that answers a request that is no dump."""
        return self._repeat(request, is_dump=False)

    def subscribe(self, groups: Iterable[int]) -> None:
        """Receive what is published to these RTNLGRP_ groups. Raises OSError."""
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER_BYTES)
        self._socket.bind((0, 0))  # without a port of its own it counts as the publisher, who hears nothing
        for group in groups:
            self._socket.setsockopt(_SOL_NETLINK, _NETLINK_ADD_MEMBERSHIP, group)

    def receive(self) -> bytes | None:
        """The next datagram of a subscription; None when there is none now.

        Raises OSError; ENOBUFS says that events were lost because nobody read them in time.
        """
        try:
            return self._socket.recv(_DATAGRAM_BYTES)
        except BlockingIOError:
            return None

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _repeat(self, request: Callable[[int], bytes], *, is_dump: bool) -> Dump:
        for _ in range(MOST_ATTEMPTS):
            dump = self._attempt(request, is_dump=is_dump)
            if not dump.is_torn:
                break
        return dump

    def _attempt(self, request: Callable[[int], bytes], *, is_dump: bool) -> Dump:
        dump = Dump(next(self._sequence))
        try:
            self._socket.send(request(dump.sequence))
            while not dump.is_done:
                datagram = self._socket.recv(_DATAGRAM_BYTES)
                dump.feed(datagram)
                if not is_dump and dump.datagrams:
                    break
        except TimeoutError:
            raise LocalFault("the kernel does not answer over netlink") from None
        except OSError as error:
            if error.errno != errno.ENOBUFS:
                raise _fault(error) from None
            dump.is_torn = True
            self._reopen()
        return dump

    def _reopen(self) -> None:
        """The old socket still has the rest of its dump to give, and is busy with it."""
        self._socket.close()
        try:
            self._socket = _open()
        except OSError as error:
            raise _fault(error) from None


def _fault(error: OSError) -> LocalFault:
    return LocalFault(f"netlink failed: {os.strerror(error.errno or 0)}")


def whole_dump(
    netlink: NetlinkSocket, request: Callable[[int], bytes], what: str, *, absent: Collection[int] = ()
) -> Dump:
    """A dump that may not be refused; ``absent`` holds the errnos that say that there is no such table, an answer.

    Raises LocalFault.
    """
    dump = netlink.dump(request)
    if dump.errno and dump.errno not in absent:
        reason = f" ({safe(dump.reason)})" if dump.reason else ""
        raise LocalFault(f"the kernel does not tell the {what}: {os.strerror(dump.errno)}{reason}")
    return dump


def records(dump: Dump, kind: int) -> Iterator[bytes]:
    """The bodies of the messages of that type."""
    return (one.body for one in dump.records() if one.type == kind)


def _open() -> socket.socket:
    opened = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, _NETLINK_ROUTE)
    opened.settimeout(_PATIENCE_S)
    for option in (_NETLINK_EXT_ACK, _NETLINK_GET_STRICT_CHK):
        # A kernel before 4.20 has no strict checks, and then gives more than was asked for; callers filter.
        with suppress(OSError):
            opened.setsockopt(_SOL_NETLINK, option, 1)
    return opened
