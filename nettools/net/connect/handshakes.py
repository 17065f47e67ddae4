"""Drives a handshake of ``core.connect.handshake`` over an end, within a deadline."""

from collections.abc import Callable

from nettools.core.connect.handshake import Handshake, HandshakeFailed
from nettools.net.loop import READABLE, WRITABLE, Loop
from nettools.net.relay.ends import End, EndFailed
from nettools.net.relay.faults import ending_of

_LARGEST_READ = 16_384


class Talk:
    """One handshake at work: ``on_done`` or ``on_failed`` is called once. On failure the end is closed."""

    def __init__(
        self,
        loop: Loop,
        end: End,
        handshake: Handshake,
        *,
        deadline_s: float,
        on_done: Callable[[], None],
        on_failed: Callable[[HandshakeFailed], None],
    ) -> None:
        self._loop = loop
        self._end = end
        self._handshake = handshake
        self._on_done = on_done
        self._on_failed = on_failed
        self._timer = loop.call_at(deadline_s, self._late)
        self._unsent = memoryview(b"")

    def start(self) -> None:
        self._unsent = memoryview(self._handshake.begin())
        self._end.attach(self.on_change)
        self.on_change()

    def on_change(self, _events: int = 0) -> None:
        try:
            self._go_on()
        except HandshakeFailed as failure:
            self._fail(failure)
        except EndFailed as failure:
            self._fail(HandshakeFailed(failure.message))
        except OSError as error:
            self._fail(HandshakeFailed(ending_of(error, is_far=True, is_sink=False).message))

    def _go_on(self) -> None:
        if self._end.backlog:
            self._end.flush()
        while True:
            while self._unsent and not self._end.backlog:
                count = self._end.write(self._unsent)
                if count is None:
                    break
                self._unsent = self._unsent[count:]
            is_sent = not self._unsent and not self._end.backlog
            if self._handshake.is_done:
                return self._succeed() if is_sent else self._wait(WRITABLE)
            buffer = memoryview(bytearray(_LARGEST_READ))
            count = self._end.read_into(buffer)
            if count is None:
                return self._wait(READABLE if is_sent else READABLE | WRITABLE)
            if count == 0:
                self._handshake.ended()
            answer = self._handshake.received(bytes(buffer[:count]))
            self._unsent = memoryview(bytes(self._unsent) + answer)

    def _wait(self, interest: int) -> None:
        descriptor = self._end.read_descriptor
        if descriptor is not None:
            self._loop.watch(descriptor, interest, self.on_change)

    def _late(self) -> None:
        self._fail(HandshakeFailed("it did not finish the handshake in time"))

    def _leave(self) -> None:
        self._timer.cancel()
        if self._end.read_descriptor is not None:
            self._loop.forget(self._end.read_descriptor)

    def _succeed(self) -> None:
        self._leave()
        self._on_done()

    def _fail(self, failure: HandshakeFailed) -> None:
        self._leave()
        self._end.close()
        self._on_failed(failure)
