"""TLS for the clients of ``nettools listen``."""

import socket
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from weakref import WeakKeyDictionary

from nettools.commands._story import Story
from nettools.core.address import format_address
from nettools.core.connect.handshake import HandshakeFailed
from nettools.core.listen.settings import HANDSHAKE_S
from nettools.core.tls.names import names_of_ours
from nettools.core.tls.report import TlsReport
from nettools.core.tls.settings import ServerTls
from nettools.net.listen.accepting import Wrapping
from nettools.net.listen.clients import Client
from nettools.net.listen.listeners import Listening
from nettools.net.loop import Loop
from nettools.net.relay.ends import End
from nettools.net.tls.contexts import server_context
from nettools.net.tls.end import TlsEnd
from nettools.net.tls.secure import Secure


class ServerSide:
    """Makes the context once, then agrees with each client."""

    def __init__(self, loop: Loop, settings: ServerTls, story: Story, listeners: Sequence[Listening]) -> None:
        """Raises InputError, OptionError, MissingExtra."""
        self._loop = loop
        self._settings = settings
        self._reports: WeakKeyDictionary[End, TlsReport] = WeakKeyDictionary()
        addresses = [format_address(one.address) for one in listeners if one.address is not None]
        names = names_of_ours(socket.gethostname(), addresses)
        self._identity = server_context(settings, names=names, now=datetime.now(UTC))
        if self._identity.is_self_signed:
            story.note(f"a certificate was made for this run; its --pin is {self._identity.spki_sha256}")

    def wrap(self, end: End, *, done: Callable[[End], None], failed: Callable[[str], None]) -> Wrapping:
        """Agree with one client within the time for that."""
        tls = TlsEnd(end, self._identity.context, server_side=True)

        def on_done(report: TlsReport) -> None:
            self._reports[tls] = report
            done(tls)

        def on_failed(failure: HandshakeFailed) -> None:
            failed(failure.message)

        secure = Secure(
            self._loop,
            tls,
            deadline_s=self._loop.now_s + HANDSHAKE_S,
            settings=self._settings,
            on_done=on_done,
            on_failed=on_failed,
        )
        secure.start()
        return _Cancellable(secure)

    def subject_of(self, client: Client) -> str | None:
        """The subject of the certificate that the client showed."""
        report = self._reports.get(client.end)
        return None if report is None else report.subject


class _Cancellable:
    """A handshake at work, as the acceptor gives it up."""

    def __init__(self, secure: Secure) -> None:
        self._secure = secure

    def cancel(self) -> None:
        self._secure.cut()
