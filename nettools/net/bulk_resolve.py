"""The driver of very many lookups: does what a ``BulkPlan`` says with a few shared sockets and a clock."""

import os
import selectors
import socket
from collections.abc import Callable, Generator
from contextlib import suppress
from time import monotonic

from nettools.core.bulk_resolve.groups import Errand, Port
from nettools.core.bulk_resolve.plan import BulkPlan
from nettools.errors import LocalFault
from nettools.net.datagrams import Datagrams, make_datagrams
from nettools.net.dns_channels import Failed, OpenChannel, failure_of
from nettools.net.exchanges import Exchanges
from nettools.net.resolve import open_channel
from nettools.net.sockets import raise_descriptor_limit, socket_address

_RECEIVE_BUFFER: int = 1 << 20
"""Octets asked for; the system gives what net.core.rmem_max allows."""
_DESCRIPTORS_TO_SPARE = 64
_LOOK_EVERY_S = 0.02
"""How often the detours are asked whether their time is up: there may be thousands."""


class BulkDriver:
    """Runs a plan. ``open`` makes the channels of what is not usual.

    ``is_over`` is asked at each turn, many times a second, whether to stop before the end. ``owns_process`` allows to
    raise the limit of descriptors, which detours over TCP need where there are very many.
    """

    def __init__(
        self,
        plan: BulkPlan,
        open: OpenChannel = open_channel,
        datagrams: Datagrams | None = None,
        *,
        is_over: Callable[[], bool] = lambda: False,
        owns_process: bool = True,
    ) -> None:
        self._plan = plan
        self._is_over = is_over
        self._owns_process = owns_process
        self._datagrams = datagrams or make_datagrams()
        self._selector = selectors.DefaultSelector()
        self._sockets: dict[int, socket.socket] = {}
        self._detours: Exchanges[Errand] = Exchanges(self._selector, open)
        self._next_look_s = 0.0

    def results(self) -> Generator[list[object], None, None]:
        """What the plan's lines make of the replies, some at a time, as they come."""
        plan = self._plan
        if self._owns_process:
            raise_descriptor_limit(plan.concurrency + _DESCRIPTORS_TO_SPARE)
        try:
            while not self._is_over():
                now_s = monotonic()
                for port, messages in plan.batches(now_s):
                    if not self._send(port, messages, now_s):
                        break
                while plan.detours:
                    errand = plan.detours.popleft()
                    self._detours.resume(errand, errand.machine, errand.ask)
                self._end_detours()
                if plan.results:
                    ready, plan.results = plan.results, []
                    yield ready
                elif plan.is_done:
                    return
                else:
                    self._wait(plan.wait_s(now_s))
        finally:
            self._close()

    def _send(self, port: Port, messages: list[bytes], now_s: float) -> bool:
        """Send a batch. Returns whether the system has room for more."""
        try:
            connected = self._socket_of(port)
            sent = self._datagrams.send(connected, messages)
        except OSError as error:
            self._fail(port, error, now_s)
            return True
        if sent < len(messages):
            self._plan.unsent(port, messages[sent:])
        return sent == len(messages)

    def _socket_of(self, port: Port) -> socket.socket:
        """The port's socket. Raises OSError."""
        made = self._sockets.get(id(port))
        if made is None:
            family = socket.AF_INET if port.server.address.version == 4 else socket.AF_INET6
            made = socket.socket(family, socket.SOCK_DGRAM)
            made.setblocking(False)
            with suppress(OSError):
                made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
            try:
                made.connect(socket_address(port.server.address, port.server.port))
            except OSError:
                made.close()
                raise
            self._sockets[id(port)] = made
            self._selector.register(made, selectors.EVENT_READ, port)
        return made

    def _fail(self, port: Port, error: OSError, now_s: float) -> None:
        try:
            failed = failure_of(error)
        except LocalFault as fault:
            failed = Failed("local-fault", fault.message)
        self._plan.failed(port, failed.result, failed.why, now_s)

    def _wait(self, wait_s: float) -> None:
        ready = self._selector.select(wait_s)
        now_s = monotonic()
        for key, _ in ready:
            if isinstance(key.data, Port):
                self._receive(key.data, now_s)
            else:
                self._detours.advance(key.data, key.fileobj)

    def _receive(self, port: Port, now_s: float) -> None:
        try:
            wires = self._datagrams.receive(self._sockets[id(port)])
        except OSError as error:
            self._fail(port, error, now_s)
        else:
            self._plan.received(port, wires, now_s)

    def _end_detours(self) -> None:
        now_s = monotonic()
        if now_s >= self._next_look_s:
            self._next_look_s = now_s + _LOOK_EVERY_S
            self._detours.expire(now_s)
        while self._detours.ended:
            errand, outcome = self._detours.ended.popleft()
            self._plan.detour_ended(errand, outcome, monotonic())

    def _close(self) -> None:
        self._detours.close()
        for one in self._sockets.values():
            one.close()
        self._selector.close()


def system_entropy(count: int) -> bytes:
    """Random octets of the system."""
    return os.urandom(count)
