"""Dials for a client that waits: nothing is read from it meanwhile, and when it breaks, the dial is given up."""

from collections.abc import Callable

from nettools.net.connect.dial import Dial, Dialed, DialFailure, DialOrder
from nettools.net.loop import BROKEN, Loop
from nettools.net.relay.ends import End


class ClientDial:
    """One dial: one of the three is called once.

    A client that has only ended what it sends (``printf … | nc -N``) still waits for its answer: ``on_left`` means a
    reset, the one sign of having left that cannot be taken for a half-close.
    """

    def __init__(
        self,
        loop: Loop,
        client: End,
        order: DialOrder,
        *,
        on_done: Callable[[Dialed], None],
        on_failed: Callable[[DialFailure], None],
        on_left: Callable[[], None],
    ) -> None:
        self._loop = loop
        self._descriptor = None if client.is_datagram else client.read_descriptor
        self._on_done = on_done
        self._on_failed = on_failed
        self._on_left = on_left
        self._dial: Dial | None = Dial(loop, order, on_done=self._done, on_failed=self._failed)

    def start(self) -> None:
        assert self._dial is not None
        if self._descriptor is not None:
            self._loop.watch(self._descriptor, BROKEN, self._left)
        self._dial.start()

    def cancel(self) -> None:
        """Give it up; nobody is told."""
        if self._dial is not None:
            self._dial.cancel()
            self._let_go()

    def _let_go(self) -> None:
        self._dial = None
        if self._descriptor is not None:
            self._loop.forget(self._descriptor)

    def _left(self, _events: int) -> None:
        self.cancel()
        self._on_left()

    def _done(self, dialed: Dialed) -> None:
        self._let_go()
        self._on_done(dialed)

    def _failed(self, failure: DialFailure) -> None:
        self._let_go()
        self._on_failed(failure)
