"""One attempt at one address: a socket is made, connected without blocking, and asked how that went."""

import errno
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import Final

from nettools.core.address import Address
from nettools.core.connect.fault import Fault
from nettools.core.connect.order import DialOrder
from nettools.net.connect.dial_sockets import NoSocket, open_socket, peer_address
from nettools.net.connect.faults import code_of_icmp, connect_fault, told_by
from nettools.net.loop import WRITABLE, Loop, Timer
from nettools.net.sockets import IcmpError, queue_errors, take_icmp_error

_BUSY_S: Final = 0.02
"""A Unix listener whose queue is full refuses with EAGAIN and calls nobody when there is room (connect(2), unix(7))."""


class Connecting:
    """The attempt. ``on_end`` is called once, later than ``start``: with what went wrong, None when it is connected."""

    def __init__(
        self, loop: Loop, order: DialOrder, address: Address | None, *, on_end: Callable[[Fault | None], None]
    ) -> None:
        self._loop = loop
        self._order = order
        self.address = address
        self._on_end = on_end
        self.socket: socket.socket | None = None
        self.own_path: str | None = None
        """A Unix socket of ours, to be removed at the end."""
        self._timer: Timer | None = None
        self._is_over = False
        self._queues_errors = order.target.transport == "tcp" and address is not None

    def start(self) -> None:
        try:
            self.socket, self.own_path = open_socket(self._order, self.address)
            self._peer = peer_address(self._order.target, self.address)
        except NoSocket as refused:
            self._settle_later(refused.fault)
            return
        if self._queues_errors and self.address is not None:
            queue_errors(self.socket, self.address.version)
        self._connect()

    def take(self) -> socket.socket:
        """The connected socket, which is the caller's from now on, as is ``own_path``."""
        self._is_over = True
        taken, self.socket = self.socket, None
        assert taken is not None
        if self._queues_errors and self.address is not None:
            # With a queue an ICMP error would end the connection, which has to outlive it (RFC 1122 §4.2.3.9).
            queue_errors(taken, self.address.version, is_on=False)
        return taken

    def close(self) -> None:
        """Give it up; nobody is told."""
        self._is_over = True
        if self._timer is not None:
            self._timer.cancel()
        if self.socket is not None:
            self._loop.forget(self.socket.fileno())
            self.socket.close()
            self.socket = None
        if self.own_path is not None:
            with suppress(OSError):  # somebody else has removed it
                os.unlink(self.own_path)
            self.own_path = None

    def _connect(self) -> None:
        assert self.socket is not None
        self._timer = None
        code = self.socket.connect_ex(self._peer)
        if code == errno.EINPROGRESS:
            try:
                self._loop.watch(self.socket.fileno(), WRITABLE, self._on_ready)
            except OSError as error:  # no memory, or too much is watched: epoll_ctl(2)
                self._settle_later(self._fault(error.errno or errno.ENOMEM, is_at_once=True))
        elif code == errno.EAGAIN and self._order.target.is_unix:
            self._timer = self._loop.call_at(monotonic() + _BUSY_S, self._connect)
        else:
            self._settle_later(self._fault(code, is_at_once=True))

    def _on_ready(self, _events: int) -> None:
        assert self.socket is not None
        code = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        said = take_icmp_error(self.socket) if self._queues_errors else None
        if not code and not _is_connected(self.socket):
            if said is None:
                return  # the descriptor had another socket when this was noticed
            code = code_of_icmp(said)  # it came while connect(2) had the socket, and is an error to the queue alone
        self._loop.forget(self.socket.fileno())
        self._settle(self._in_its_words(self._fault(code, is_at_once=False), said))

    def _in_its_words(self, fault: Fault | None, said: IcmpError | None) -> Fault | None:
        if fault is None or said is None or self.address is None:
            return fault
        return told_by(fault, said, self.address)

    def _fault(self, code: int, *, is_at_once: bool) -> Fault | None:
        assert self.socket is not None
        if not code and not self._order.source_port and is_connected_to_itself(self.socket):
            code = errno.ECONNREFUSED
        return connect_fault(code, self._order, self.address, is_at_once=is_at_once) if code else None

    def _settle_later(self, fault: Fault | None) -> None:
        self._loop.call_soon(partial(self._settle, fault))

    def _settle(self, fault: Fault | None) -> None:
        if self._is_over:
            return
        if fault is not None:
            self.close()
        self._is_over = True
        self._on_end(fault)


def _is_connected(attempted: socket.socket) -> bool:
    try:
        attempted.getpeername()
    except OSError:
        return False
    return True


def is_connected_to_itself(connected: socket.socket) -> bool:
    """Whether both ends of a connection are this socket (RFC 9293 §3.5, simultaneous open).

    A port of this machine where nobody listens may be the very one that the kernel chooses for us: that is no peer.
    """
    if connected.type != socket.SOCK_STREAM or connected.family not in (socket.AF_INET, socket.AF_INET6):
        return False
    try:
        return bool(connected.getsockname() == connected.getpeername())
    except OSError:
        return False
