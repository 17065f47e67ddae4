"""One open port at work: does what its ``DepthPlan`` says, and tells what was found."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from nettools.core.address import format_address
from nettools.core.connect.fault import Fault
from nettools.core.depth.action import Connect, Done, Listen, Say, StartTls, Waits, Wanted
from nettools.core.depth.catalog import Catalog
from nettools.core.depth.jobs import DepthJob
from nettools.core.depth.problems import INTERRUPTED, unreachable_now
from nettools.core.depth.session import DepthPlan
from nettools.core.depth.tls_opening import MOST_OF_A_GREETING, next_try
from nettools.core.depth.tls_told import TlsTold
from nettools.core.scan.finding import Finding
from nettools.core.scan.probe_port import number_of, transport_of
from nettools.core.scan.tls_info import TlsInfo
from nettools.net.depth.dialing import SHORTAGE, Dialing, Origin
from nettools.net.depth.link import Link
from nettools.net.depth.second_tls import SecondTls
from nettools.net.depth.tls_handshake import NoTls, TlsHandshake
from nettools.net.depth.tls_sessions import TlsSessions
from nettools.net.loop import Loop, Timer
from nettools.net.relay.ends import EndFailed, SocketEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """What all visits of a run have in common."""

    wanted: Wanted
    waits: Waits
    catalog: Catalog
    origin: Origin
    sessions: Callable[[], TlsSessions]
    """Makes them when the first port wants TLS."""


class Visit:
    """``on_end`` is called once, perhaps within ``start``; None says that this machine had no room for it."""

    def __init__(
        self,
        loop: Loop,
        job: DepthJob,
        manner: Manner,
        *,
        on_begun: Callable[[], None],
        on_end: "Callable[[Visit, Finding | None], None]",
    ) -> None:
        self.job = job
        self._loop = loop
        self._manner = manner
        self._on_begun = on_begun
        self._on_end = on_end
        self._plan = DepthPlan(
            number_of(job.port),
            transport_of(job.port),
            manner.wanted,
            manner.catalog,
            host=job.server_name or format_address(job.address),
            waits=manner.waits,
            now_s=monotonic(),
        )
        self._dialing: Dialing | None = None
        self._link: Link | None = None
        self._handshake: TlsHandshake | None = None
        self._second: SecondTls | None = None
        self._timer: Timer | None = None
        self._was_connected = False
        self._has_spoken = False
        self._had_dialogue = False
        """Whether TLS was to begin inside another protocol."""
        self._is_over = False
        self._greeting = b""
        """The first octets that came in the clear before anything was said."""
        self._tls = TlsTold()
        self._problem: str | None = None

    def start(self) -> None:
        self._go_on()

    def abandon(self) -> Finding:
        """Give it up; nobody is told. Returns what is known by now."""
        self._close()
        return self._tls.added_to(self._plan.finding, INTERRUPTED)

    def _go_on(self, _events: int = 0) -> None:
        """Do what is to be done until something has to be waited for."""
        while not self._is_over:
            match self._plan.next_action(monotonic()):
                case Connect() as action:
                    self._connect(action.until_s)
                    return
                case StartTls() as action:
                    self._secure(action)
                    return
                case Say() as action:
                    self._say(action.data)
                case Listen() as action:
                    if not self._listen(action):
                        return
                case Done() as action:
                    self._conclude(action.finding)
                    return

    def _connect(self, until_s: float) -> None:
        self._drop_link()
        self._has_spoken = False
        self._dialing = Dialing(
            self._loop,
            self.job,
            self._manner.origin,
            until_s=until_s,
            waits_for_room=self._was_connected,
            on_connected=self._connected,
            on_failed=self._unreachable,
        )
        self._dialing.start()

    def _connected(self, end: SocketEnd) -> None:
        self._dialing = None
        self._link = Link(end)
        if not self._was_connected:
            self._was_connected = True
            self._on_begun()
        self._plan.connected(monotonic())
        self._go_on()

    def _unreachable(self, fault: Fault) -> None:
        self._dialing = None
        if not self._was_connected:
            if fault.outcome == SHORTAGE:
                self._finish(None)
                return
            self._problem = unreachable_now(fault)
        self._plan.failed(monotonic())
        self._go_on()

    def _secure(self, action: StartTls) -> None:
        if self._link is None:
            self._plan.failed(monotonic())
            self._loop.call_soon(self._go_on)
            return
        self._has_spoken = True
        self._had_dialogue = self._had_dialogue or action.starttls is not None
        self._stop_waiting()
        self._handshake = TlsHandshake(
            self._loop,
            self._link,
            self._manner.sessions(),
            self.job,
            alpn=action.alpn,
            starttls=action.starttls,
            until_s=action.until_s,
            on_done=self._secured,
            on_failed=self._not_secured,
        )
        self._handshake.start()

    def _secured(self, info: TlsInfo) -> None:
        self._handshake = None
        self._tls.secured(info)
        self._plan.connected(monotonic())
        self._go_on()

    def _not_secured(self, failure: NoTls) -> None:
        self._handshake = None
        self._drop_link()
        self._tls.broken_off(failure.shown, failure.problem)
        self._greeting = self._greeting or failure.opening
        self._plan.failed(monotonic())
        self._go_on()

    def _say(self, data: bytes) -> None:
        self._has_spoken = True
        try:
            if self._link is not None:
                self._link.say(data)
                return
        except (OSError, EndFailed):
            pass
        self._plan.closed(monotonic())

    def _listen(self, action: Listen) -> bool:
        """Whether there was something to tell the plan; otherwise it is waited for."""
        if self._link is None:
            self._plan.closed(monotonic())
            return True
        try:
            self._link.go_on()
            data = self._link.read(action.most_bytes)
            if data is None and monotonic() < action.until_s:
                self._wait(self._link, action.until_s)
                return False
        except (OSError, EndFailed):
            self._plan.closed(monotonic())
            return True
        now_s = monotonic()
        if data is None:
            self._plan.timed_out(now_s)
        elif data or self._link.is_datagram:
            self._note_greeting(data)
            self._plan.heard(data, now_s)
        else:
            self._plan.closed(now_s)
        return True

    def _note_greeting(self, data: bytes) -> None:
        if not self._has_spoken and len(self._greeting) < MOST_OF_A_GREETING:
            self._greeting += data[: MOST_OF_A_GREETING - len(self._greeting)]

    def _wait(self, link: Link, until_s: float) -> None:
        """Raises OSError: no memory, or too much is watched (epoll_ctl(2))."""
        self._loop.watch(link.descriptor, link.interest, self._go_on)
        if self._timer is None or self._timer.callback is None or self._timer.when_s != until_s:
            self._cancel_timer()
            self._timer = self._loop.call_at(until_s, self._go_on)

    def _conclude(self, finding: Finding) -> None:
        """The plan has done all that it can; where TLS was asked for and is still missing, something else may do."""
        self._drop_link()
        job, wanted = self.job, self._manner.wanted
        way = None
        if wanted.tls_info and not self._tls.has_session and not self._had_dialogue and transport_of(job.port) == "tcp":
            way = next_try(greeting=self._greeting, problem=self._tls.problem)
        if way is None:
            self._report(finding)
            return

        def ended(info: TlsInfo | None, problem: str | None) -> None:
            self._second = None
            if info is not None and problem is None:
                self._tls.secured(info)
            else:
                self._tls.broken_off(info, problem)
            self._report(finding)

        self._second = SecondTls(
            self._loop,
            job,
            self._manner.origin,
            way,
            waits=self._manner.waits,
            sessions=self._manner.sessions(),
            on_end=ended,
        )
        self._second.start()

    def _report(self, finding: Finding) -> None:
        self._finish(self._tls.added_to(finding, self._problem))

    def _finish(self, finding: Finding | None) -> None:
        self._close()
        self._on_end(self, finding)

    def _close(self) -> None:
        self._is_over = True
        for part in (self._dialing, self._handshake, self._second):
            if part is not None:
                part.close()
        self._dialing = self._handshake = self._second = None
        self._drop_link()

    def _drop_link(self) -> None:
        self._stop_waiting()
        if self._link is not None:
            self._link.close()
            self._link = None

    def _stop_waiting(self) -> None:
        self._cancel_timer()
        if self._link is not None:
            self._loop.forget(self._link.descriptor)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
