"""Asks a UDP port whether somebody is there: one octet is sent, and whatever comes back is an answer.

Nobody's listening is told by an ICMP error, which the kernel reports on the connected socket (udp(7)); silence says
nothing, as in a scan.
"""

from collections.abc import Callable
from time import monotonic
from typing import Final

from nettools.core.connect.fault import Fault
from nettools.core.connect.order import DialOrder
from nettools.net.connect.faults import connect_fault
from nettools.net.loop import READABLE, WRITABLE, Loop, Timer
from nettools.net.relay.ends import End

QUESTION: Final = b"\0"
"""What ncat and Debian's nc send for -z: as short as it can be."""


class DatagramProbe:
    """One question; ``on_end`` is called once: with a fault, or with whether there was an answer."""

    def __init__(
        self,
        loop: Loop,
        end: End,
        order: DialOrder,
        *,
        wait_s: float,
        on_end: Callable[[Fault | None, bool], None],
    ) -> None:
        self._loop = loop
        self._end = end
        self._order = order
        self._wait_s = wait_s
        self._on_end = on_end
        self._timer: Timer | None = None
        self._is_sent = False

    def start(self) -> None:
        self._timer = self._loop.call_at(monotonic() + self._wait_s, self._on_time)
        self._end.attach(self._on_change)
        self._on_change()

    def cancel(self) -> None:
        """Give it up; nobody is told. The end stays open."""
        if self._timer is not None:
            self._timer.cancel()
        descriptor = self._end.read_descriptor
        if descriptor is not None:
            self._loop.forget(descriptor)

    def _on_change(self, _events: int = 0) -> None:
        is_sending = not self._is_sent
        try:
            if is_sending:
                self._is_sent = self._end.write(memoryview(QUESTION)) is not None
                is_sending = False
            is_answered = self._end.read_into(memoryview(bytearray(1))) is not None
        except OSError as error:
            fault = connect_fault(error.errno or 0, self._order, None, is_at_once=is_sending)
            self._finish(fault, is_answered=False)
            return
        if is_answered:
            self._finish(None, is_answered=True)
            return
        descriptor = self._end.read_descriptor
        is_held_up = not self._is_sent and self._end.write_descriptor is not None
        if descriptor is not None:
            self._loop.watch(descriptor, READABLE | WRITABLE if is_held_up else READABLE, self._on_change)

    def _on_time(self) -> None:
        self._finish(None, is_answered=False)

    def _finish(self, fault: Fault | None, *, is_answered: bool) -> None:
        self.cancel()
        self._on_end(fault, is_answered)
