"""One connection to an open port, within a deadline: for as long as this machine has no room, it is tried again."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final

from nettools.core.address import Address
from nettools.core.connect.fault import TIMEOUT, Fault
from nettools.core.connect.order import DialOrder
from nettools.core.connect.target import Target
from nettools.core.depth.jobs import DepthJob
from nettools.core.scan.probe_port import number_of, transport_of
from nettools.net.connect.connecting import Connecting
from nettools.net.loop import Loop
from nettools.net.relay.ends import SocketEnd

_PAUSE_S: Final = 0.05
"""Before this machine is asked again whether it has room."""
SHORTAGE: Final = "local-resources"
"""The outcome of a fault that is a lack of descriptors, memory or local ports: ``core.scan.faults``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where connections come from, when that is not left to the system."""

    source: Address | None = None
    interface: str | None = None


class Dialing:
    """``on_connected`` or ``on_failed`` is called once, later than ``start``."""

    def __init__(
        self,
        loop: Loop,
        job: DepthJob,
        origin: Origin,
        *,
        until_s: float,
        waits_for_room: bool,
        on_connected: Callable[[SocketEnd], None],
        on_failed: Callable[[Fault], None],
    ) -> None:
        self._loop = loop
        self._address = job.address
        target = Target(transport=transport_of(job.port), host=job.address, port=number_of(job.port))
        self._order = DialOrder(target=target, timeout_s=0, source=origin.source, interface=origin.interface)
        self._until_s = until_s
        self._waits_for_room = waits_for_room
        self._on_connected = on_connected
        self._on_failed = on_failed
        self._connecting: Connecting | None = None
        self._timer = loop.call_at(until_s, self._late)

    def start(self) -> None:
        self._connecting = Connecting(self._loop, self._order, self._address, on_end=self._ended)
        self._connecting.start()

    def close(self) -> None:
        """Give it up; nobody is told."""
        self._timer.cancel()
        if self._connecting is not None:
            self._connecting.close()
            self._connecting = None

    def _ended(self, fault: Fault | None) -> None:
        connecting, self._connecting = self._connecting, None
        assert connecting is not None
        if fault is None:
            self._timer.cancel()
            self._on_connected(SocketEnd(connecting.take(), loop=self._loop))
        elif fault.outcome == SHORTAGE and self._waits_for_room and monotonic() + _PAUSE_S < self._until_s:
            self._timer.cancel()
            self._timer = self._loop.call_at(monotonic() + _PAUSE_S, self._again)
        else:
            self._fail(fault)

    def _again(self) -> None:
        self._timer = self._loop.call_at(self._until_s, self._late)
        self.start()

    def _late(self) -> None:
        self._fail(TIMEOUT)

    def _fail(self, fault: Fault) -> None:
        self.close()
        self._on_failed(fault)
