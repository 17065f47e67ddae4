"""Connects to a target: looks its name up, tries its addresses by the rules of RFC 8305, tells each try."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Literal

from nettools.core.address import Address, endpoint, format_address
from nettools.core.connect.attempts import Attempts
from nettools.core.connect.fault import Fault, Try, fault_of, local_fault
from nettools.core.connect.order import DialOrder as DialOrder
from nettools.core.connect.order import candidates, check_order
from nettools.core.text import safe
from nettools.errors import NettoolsError
from nettools.net.connect.connecting import Connecting
from nettools.net.connect.dial_sockets import local_name
from nettools.net.connect.socket_options import buffer_notes
from nettools.net.loop import READABLE, Loop, Timer
from nettools.net.relay.ends import SocketEnd

if TYPE_CHECKING:
    from nettools.net.host_lookup import HostLookup


@dataclass(frozen=True, slots=True, kw_only=True)
class DialEvent:
    """Something that happened on the way to a connection: for a timeline, for ``-v``, for events."""

    kind: Literal["looked-up", "trying", "failed", "connected", "retrying"]
    message: str
    """In words, safe for a terminal."""
    address: Address | None = None
    local: str | None = None
    """Our endpoint of what is connected, in one word."""
    duration_ms: float | None = None
    """How long the lookup or the attempt took; for ``retrying`` how long is waited."""
    fault: Fault | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DialFailure(Fault):
    """Why there is no connection. ``is_network`` tells ncat's status 1 from its 2."""

    tries: tuple[Try, ...] = ()
    """Each address that was tried, in the order in which they failed."""
    lookup_ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialed:
    """A connection."""

    end: SocketEnd
    address: Address | None
    """The address that was connected to; None where there is none: Unix sockets, vsock."""
    connect_ms: float
    """How long the attempt at that address took."""
    total_ms: float
    """How long everything took since the beginning of the round."""
    lookup_ms: float | None = None
    """How long the lookup of the name took; None when there was none."""
    local: str | None = None
    """Our endpoint in one word, safe for a terminal; None for a socket without a name (unix(7))."""
    peer: str = ""
    """The other endpoint."""
    tries: tuple[Try, ...] = ()
    notes: tuple[str, ...] = ()
    """What the system did otherwise than it was told."""


OnDone = Callable[[Dialed], None]
OnFailed = Callable[[DialFailure], None]
OnEvent = Callable[[DialEvent], None]


class Dial:
    """One connection being made: ``on_done`` or ``on_failed`` is called once, and never from within ``start``.

    ``on_event`` is only told, and must not cancel.
    """

    def __init__(
        self, loop: Loop, order: DialOrder, *, on_done: OnDone, on_failed: OnFailed, on_event: OnEvent | None = None
    ) -> None:
        self._loop = loop
        self._order = order
        self._on_done = on_done
        self._on_failed = on_failed
        self._on_event = on_event
        self._began_s = 0.0
        self._lookup: HostLookup | None = None
        self._lookup_ms: float | None = None
        self._attempts: Attempts | None = None
        self._under_way: dict[int, Connecting] = {}
        self._timer: Timer | None = None
        self._is_over = False

    def start(self) -> None:
        self._loop.call_soon(self._begin)

    def cancel(self) -> None:
        """Give it up; nobody is told."""
        self._is_over = True
        self._set_timer(None)
        if self._lookup is not None:
            self._loop.forget(self._lookup.fileno())
            self._lookup.abandon()
            self._lookup = None
        for connecting in self._under_way.values():
            connecting.close()
        self._under_way.clear()

    @property
    def _deadline_s(self) -> float:
        return self._began_s + self._order.timeout_s

    def _begin(self) -> None:
        if self._is_over:
            return
        self._began_s = monotonic()
        target = self._order.target
        try:
            check_order(self._order)
        except NettoolsError as error:
            self._fail(fault_of(error))
            return
        if target.path is not None or target.transport == "vsock":
            self._try_each([None])
        elif isinstance(target.host, str):
            self._look_up(target.host)
        else:
            assert target.host is not None
            self._try_each([target.host])

    def _look_up(self, name: str) -> None:
        from nettools.net.host_lookup import HostLookup

        try:
            self._lookup = HostLookup(name, version=self._order.wanted_version)
        except OSError:
            self._fail(replace(local_fault("local-resources"), is_network=False))
            return
        self._loop.watch(self._lookup.fileno(), READABLE, self._on_looked_up)
        self._set_timer(self._deadline_s)

    def _on_looked_up(self, _events: int = 0) -> None:
        """There is an answer, or no time left for one."""
        assert self._lookup is not None
        lookup, self._lookup = self._lookup, None
        self._loop.forget(lookup.fileno())
        self._lookup_ms = round(lookup.duration_ms, 3)
        try:
            found = candidates(self._order, lookup.take(timeout_s=self._order.timeout_s))
        except NettoolsError as error:
            self._fail(fault_of(error))
            return
        told = ", ".join(map(format_address, found))
        self._tell(DialEvent(kind="looked-up", message=f"{self._name} is {told}", duration_ms=self._lookup_ms))
        self._try_each(list(found))

    def _try_each(self, found: list[Address] | list[None]) -> None:
        self._attempts = Attempts(found, deadline_s=self._deadline_s)
        self._advance()

    def _advance(self) -> None:
        """Begin what is to be begun now, and wait for the rest."""
        assert self._attempts is not None
        while (place := self._attempts.take(monotonic())) is not None:
            address = self._attempts.candidate(place)
            self._tell(DialEvent(kind="trying", message=f"trying {self._place(address)}", address=address))
            connecting = Connecting(self._loop, self._order, address, on_end=partial(self._on_end, place))
            self._under_way[place] = connecting
            connecting.start()
        if self._attempts.is_over:
            self._conclude(self._attempts)
        else:
            self._set_timer(self._attempts.wake_s)

    def _on_end(self, place: int, fault: Fault | None) -> None:
        assert self._attempts is not None
        now_s = monotonic()
        if fault is not None:
            del self._under_way[place]
            self._attempts.failed(place, fault, now_s)
            self._tell_failed(self._attempts.tries[-1], fault)
        else:
            self._attempts.connected(place, now_s)
        self._advance()

    def _on_time(self) -> None:
        self._timer = None
        if self._lookup is not None:
            self._on_looked_up()
            return
        assert self._attempts is not None
        known = len(self._attempts.faults)
        self._attempts.tick(monotonic())
        for one, fault in zip(self._attempts.tries[known:], self._attempts.faults[known:], strict=True):
            self._tell_failed(one, fault)
        self._advance()

    def _conclude(self, attempts: Attempts) -> None:
        if attempts.winner is None:
            self._fail(attempts.verdict, tuple(attempts.tries))
            return
        connecting = self._under_way.pop(attempts.winner)
        connected, own_path = connecting.take(), connecting.own_path
        self.cancel()  # the others
        tries = tuple(attempts.tries)
        connect_ms = next(one.duration_ms for one in tries if one.outcome == "open")
        place = self._place(connecting.address)
        local = local_name(connected, self._order.target)
        self._tell(
            DialEvent(
                kind="connected",
                message=f"connected to {place}",
                address=connecting.address,
                local=local,
                duration_ms=connect_ms,
            )
        )
        self._on_done(
            Dialed(
                end=SocketEnd(connected, loop=self._loop, own_path=own_path),
                address=connecting.address,
                connect_ms=connect_ms,
                total_ms=round((monotonic() - self._began_s) * 1000, 3),
                lookup_ms=self._lookup_ms,
                local=local,
                peer=place,
                tries=tries,
                notes=buffer_notes(connected, self._order.socket_options),
            )
        )

    def _fail(self, fault: Fault, tries: tuple[Try, ...] = ()) -> None:
        self.cancel()
        self._on_failed(
            DialFailure(
                outcome=fault.outcome,
                message=fault.message,
                hint=fault.hint,
                is_network=fault.is_network,
                is_local=fault.is_local,
                may_pass=fault.may_pass,
                tries=tries,
                lookup_ms=self._lookup_ms,
            )
        )

    @property
    def _name(self) -> str:
        return safe(self._order.target.host_text)

    def _place(self, address: Address | None) -> str:
        """The endpoint that is tried, in one word."""
        target = self._order.target
        return str(target) if address is None else endpoint(address, target.port)

    def _tell(self, event: DialEvent) -> None:
        if self._on_event is not None:
            self._on_event(event)

    def _tell_failed(self, last: Try, fault: Fault) -> None:
        message = f"{self._place(last.address)}: {fault.message}"
        self._tell(
            DialEvent(kind="failed", message=message, address=last.address, duration_ms=last.duration_ms, fault=fault)
        )

    def _set_timer(self, when_s: float | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if when_s is None else self._loop.call_at(when_s, self._on_time)
