"""TLS on a link, with whoever is there: what was agreed on and shown, or why one who speaks TLS does not agree."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from nettools.core.address import format_address
from nettools.core.connect.handshake import HandshakeFailed
from nettools.core.depth.jobs import DepthJob
from nettools.core.depth.tls_opening import tls_problem
from nettools.core.host_name import spells_address
from nettools.core.scan.tls_info import TlsInfo
from nettools.core.tls.report import TlsReport
from nettools.core.tls.settings import ClientTls
from nettools.net.connect.handshakes import Talk
from nettools.net.depth.link import Link
from nettools.net.depth.tls_sessions import TlsSessions
from nettools.net.loop import Loop
from nettools.net.tls.end import TlsEnd
from nettools.net.tls.secure import Secure

_ANYBODY: Final = ClientTls(is_verified=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoTls:
    """There is no session."""

    problem: str | None
    """Why, where the other side speaks TLS."""
    opening: bytes
    """What it answered, the first 80 octets at most."""
    shown: TlsInfo | None = None
    """The certificate, where it came to that."""


class TlsHandshake:
    """``on_done`` or ``on_failed`` is called once, perhaps within ``start``. On failure the link's socket is closed.

    ``starttls`` is the dialogue of ``core.connect.starttls`` that comes first.
    """

    def __init__(
        self,
        loop: Loop,
        link: Link,
        sessions: TlsSessions,
        job: DepthJob,
        *,
        alpn: tuple[str, ...],
        starttls: str | None,
        until_s: float,
        on_done: Callable[[TlsInfo], None],
        on_failed: Callable[[NoTls], None],
    ) -> None:
        self._loop = loop
        self._link = link
        self._sessions = sessions
        self._job = job
        self._alpn = alpn
        self._starttls = starttls
        self._until_s = until_s
        self._on_done = on_done
        self._on_failed = on_failed
        self._secure: Secure | None = None
        self._end: TlsEnd | None = None
        self._is_over = False

    @property
    def _server_name(self) -> str | None:
        """What is asked for in the open, and must be carried: never an address (RFC 6066 §3)."""
        name = self._job.server_name
        return None if name is None or spells_address(name) else name.rstrip(".")

    def start(self) -> None:
        if self._starttls is None:
            self._begin()
            return
        from nettools.core.connect.starttls import starttls_handshake  # urllib and ssl come with it

        host = self._job.server_name or format_address(self._job.address)
        Talk(
            self._loop,
            self._link.socket_end,
            starttls_handshake(self._starttls, host),
            deadline_s=self._until_s,
            on_done=self._begin,
            on_failed=self._not_offered,
        ).start()

    def close(self) -> None:
        """Give it up; nobody is told. The link is the caller's to close."""
        self._is_over = True
        if self._secure is not None:
            self._secure.cut()
        self._secure = self._end = None

    def _begin(self) -> None:
        if self._is_over:
            return
        self._end = TlsEnd(self._link.socket_end, self._sessions.context(self._alpn), server_hostname=self._server_name)
        self._secure = Secure(
            self._loop,
            self._end,
            deadline_s=self._until_s,
            settings=_ANYBODY,
            on_done=self._secured,
            on_failed=self._failed,
        )
        self._secure.start()

    def _secured(self, _report: TlsReport) -> None:
        assert self._end is not None
        end, self._end, self._secure = self._end, None, None
        self._link.secured(end)
        self._on_done(self._sessions.info(end.tls, self._server_name))

    def _not_offered(self, _failure: HandshakeFailed) -> None:
        if not self._is_over:
            self._on_failed(NoTls(problem=None, opening=b""))

    def _failed(self, failure: HandshakeFailed) -> None:
        assert self._end is not None
        tls, opening = self._end.tls, self._end.opening
        self._end = self._secure = None
        problem = tls_problem(opening, failure.message)
        shown = self._sessions.shown(tls, opening, self._server_name) if problem is not None else None
        self._on_failed(NoTls(problem=problem, opening=opening, shown=shown))
