"""Both sides of TLS in one loop, over a socket pair or over TCP: what a test says on one side is heard on the other."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from nettools.core.connect.handshake import HandshakeFailed
from nettools.core.tls.report import TlsReport
from nettools.core.tls.settings import ClientTls, ServerTls
from nettools.net.interrupts import Interrupts
from nettools.net.loop import Loop
from nettools.net.relay.ends import End, SocketEnd
from nettools.net.tls.contexts import client_context, server_context
from nettools.net.tls.end import TlsEnd
from nettools.net.tls.secure import Secure
from tests.dns_servers import certificates

if TYPE_CHECKING:
    import ssl

NOW = datetime.now(UTC)
LONGEST_S = 30.0


@contextmanager
def a_loop() -> Iterator[Loop]:
    with Interrupts() as interrupts:
        loop = Loop(interrupts)
        try:
            yield loop
        finally:
            loop.close()


def run_until(loop: Loop, is_met: Callable[[], bool], *, longest_s: float = LONGEST_S) -> None:
    """Run until it is so; fails when it takes too long."""
    until_s = monotonic() + longest_s

    def look() -> None:
        if is_met():
            loop.stop()
        elif monotonic() > until_s:
            raise AssertionError("it did not happen in time")
        else:
            loop.call_at(monotonic() + 0.001, look)

    loop._is_stopped = False
    look()
    loop.run()


def sockets() -> tuple[socket.socket, socket.socket]:
    """Two ends of one TCP connection over loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        near = socket.create_connection(listener.getsockname())
        far, _ = listener.accept()
    return near, far


class Told:
    """What a handshake came to."""

    def __init__(self) -> None:
        self.report: TlsReport | None = None
        self.failure: HandshakeFailed | None = None

    @property
    def is_over(self) -> bool:
        return self.report is not None or self.failure is not None

    def done(self, report: TlsReport) -> None:
        assert not self.is_over
        self.report = report

    def failed(self, failure: HandshakeFailed) -> None:
        assert not self.is_over
        self.failure = failure

    @property
    def agreed(self) -> TlsReport:
        assert self.failure is None, self.failure.message
        assert self.report is not None
        return self.report

    @property
    def why_not(self) -> str:
        assert self.failure is not None, self.report
        return self.failure.message


class Side:
    """One side: a TLS end and what its handshake came to."""

    def __init__(self, loop: Loop, end: TlsEnd, settings: ClientTls | ServerTls, *, timeout_s: float = 10.0) -> None:
        self.end = end
        self.told = Told()
        self.secure = Secure(
            loop,
            end,
            deadline_s=monotonic() + timeout_s,
            settings=settings,
            on_done=self.told.done,
            on_failed=self.told.failed,
        )

    def start(self) -> None:
        self.secure.start()

    def hear(self, *, chunk: int = 1 << 18) -> bytes | None:
        """All that can be read now; None when the other side has ended and nothing is left."""
        buffer = memoryview(bytearray(chunk))
        heard = b""
        while (count := self.end.read_into(buffer)) is not None:
            if not count:
                return heard or None
            heard += bytes(buffer[:count])
        return heard


def client_side(loop: Loop, inner: End, settings: ClientTls, *, timeout_s: float = 10.0) -> Side:
    end = TlsEnd(inner, client_context(settings), server_hostname=settings.server_name)
    return Side(loop, end, settings, timeout_s=timeout_s)


def server_side(
    loop: Loop, inner: End, settings: ServerTls, *, timeout_s: float = 10.0, context: "ssl.SSLContext | None" = None
) -> Side:
    context = context or server_context(settings, names=("localhost",), now=NOW).context
    return Side(loop, TlsEnd(inner, context, server_side=True), settings, timeout_s=timeout_s)


def trusting(folder: Path, host: str = "localhost", **changes: object) -> ClientTls:
    """A client's settings that trust the tests' authority."""
    return ClientTls(host=host, cafile=certificates.trusted(folder), **changes)  # type: ignore[arg-type]


def showing(folder: Path, *names: str, **changes: object) -> ServerTls:
    """A server's settings with a certificate for these names by the tests' authority."""
    chain, key = certificates.written(certificates.leaf(*(names or ("localhost",))), folder)
    return ServerTls(cert=chain, key=key, **changes)  # type: ignore[arg-type]


@contextmanager
def two_sides(client: ClientTls, server: ServerTls, *, timeout_s: float = 10.0) -> Iterator[tuple[Loop, Side, Side]]:
    """A client and a server whose handshakes have come to something."""
    near, far = sockets()
    with a_loop() as loop:
        one = client_side(loop, SocketEnd(near), client, timeout_s=timeout_s)
        other = server_side(loop, SocketEnd(far), server, timeout_s=timeout_s)
        try:
            one.start()
            other.start()
            run_until(loop, lambda: one.told.is_over and other.told.is_over)
            yield loop, one, other
        finally:
            one.end.close()
            other.end.close()
