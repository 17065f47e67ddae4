"""A further connection to a port, on which TLS begins inside another protocol, or without ALPN."""

from collections.abc import Callable
from time import monotonic

from nettools.core.connect.fault import Fault
from nettools.core.depth.action import Waits
from nettools.core.depth.jobs import DepthJob
from nettools.core.depth.tls_opening import TlsTry
from nettools.core.scan.tls_info import TlsInfo
from nettools.net.depth.dialing import Dialing, Origin
from nettools.net.depth.link import Link
from nettools.net.depth.tls_handshake import NoTls, TlsHandshake
from nettools.net.depth.tls_sessions import TlsSessions
from nettools.net.loop import Loop
from nettools.net.relay.ends import SocketEnd


class SecondTls:
    """``on_end`` is called once, later than ``start``: with what was shown, and why that is no session."""

    def __init__(
        self,
        loop: Loop,
        job: DepthJob,
        origin: Origin,
        way: TlsTry,
        *,
        waits: Waits,
        sessions: TlsSessions,
        on_end: Callable[[TlsInfo | None, str | None], None],
    ) -> None:
        self._loop = loop
        self._job = job
        self._way = way
        self._waits = waits
        self._sessions = sessions
        self._on_end = on_end
        self._link: Link | None = None
        self._handshake: TlsHandshake | None = None
        self._dialing: Dialing | None = Dialing(
            loop,
            job,
            origin,
            until_s=monotonic() + waits.connect_s,
            waits_for_room=True,
            on_connected=self._connected,
            on_failed=self._unreachable,
        )

    @property
    def _wait_s(self) -> float:
        greeting_s = 0.0 if self._way.starttls is None else self._waits.expected_greeting_s
        return greeting_s + self._waits.tls_s

    def start(self) -> None:
        assert self._dialing is not None
        self._dialing.start()

    def close(self) -> None:
        """Give it up; nobody is told."""
        if self._dialing is not None:
            self._dialing.close()
        if self._handshake is not None:
            self._handshake.close()
        if self._link is not None:
            self._loop.forget(self._link.descriptor)
            self._link.close()
        self._dialing = self._handshake = self._link = None

    def _connected(self, end: SocketEnd) -> None:
        self._dialing = None
        self._link = Link(end)
        self._handshake = TlsHandshake(
            self._loop,
            self._link,
            self._sessions,
            self._job,
            alpn=(),
            starttls=self._way.starttls,
            until_s=monotonic() + self._wait_s,
            on_done=self._secured,
            on_failed=self._failed,
        )
        self._handshake.start()

    def _unreachable(self, _fault: Fault) -> None:
        self._finish(None, None)

    def _secured(self, info: TlsInfo) -> None:
        self._finish(info, None)

    def _failed(self, failure: NoTls) -> None:
        self._finish(failure.shown, failure.problem)

    def _finish(self, info: TlsInfo | None, problem: str | None) -> None:
        self.close()
        self._on_end(info, problem)
