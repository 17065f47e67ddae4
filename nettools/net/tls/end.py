"""TLS as an end around any other: octets in the clear on this side, records on the inner one.

OpenSSL works in memory (``ssl.MemoryBIO``), so the inner end may be whatever never blocks, TLS itself too. After a read
that gave octets there may be more although no descriptor says so: read until None, as the relay does.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from nettools.core.text import with_hint
from nettools.core.tls.closing import CUT
from nettools.core.tls.reasons import handshake_failure, handshake_hint, reason_name
from nettools.core.tls.records import RecordBoundary
from nettools.net.relay.ends import End, EndFailed

if TYPE_CHECKING:
    import ssl

_AT_ONCE: Final = 1 << 17
"""Octets that are encrypted, or decrypted, at a time. OpenSSL's memory keeps the size that it once had, so this is what
a busy connection costs; below 64 KiB it gets slower, above 128 KiB hardly faster."""
_MOST_OWED: Final = 2 * _AT_ONCE
"""Octets that we owe and the other side does not take, from which on nothing is read either: answers of TLS itself
(alerts, key updates) must not pile up for one who asks and never reads."""
_LAST_RECORD: Final = 8192
"""Octets of the last record that is written at a time. ncat 7.93 reads so many, and does not see that the rest of a
larger record is with OpenSSL already until something else arrives."""
_OPENING: Final = 80

_RECORDS: Final = memoryview(bytearray(_AT_ONCE))
"""Shared by all: OpenSSL copies what is in it before anybody else has a turn."""


class TlsEnd:
    """One side of a TLS session. ``handshake`` comes first, until it says that it is done.

    Either side may say that it has no more to say and listen on (RFC 8446 §6.1); a peer of TLS 1.2 that goes by
    RFC 5246 §7.2.1 closes instead.
    """

    is_datagram = False
    splices = False

    def __init__(
        self,
        inner: End,
        context: "ssl.SSLContext",
        *,
        server_side: bool = False,
        server_hostname: str | None = None,
    ) -> None:
        import ssl

        self.inner = inner
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(
            self._incoming, self._outgoing, server_side=server_side, server_hostname=server_hostname
        )
        self.server_side = server_side
        self.opening = b""
        """The first octets that came: what one says who does not speak TLS."""
        self.is_unannounced = False
        """Whether the other side closed without close_notify: see ``core.tls.closing``."""
        self._boundary = RecordBoundary()
        self._unsent = memoryview(b"")
        self._early = memoryview(b"")
        self._has_ended = False
        self._inner_ended = False
        self._failure: EndFailed | None = None
        self._is_secured = False
        self._is_shut = False
        self._is_inner_shut = False

    @property
    def backlog(self) -> int:
        return self._owed + self.inner.backlog

    @property
    def _owed(self) -> int:
        return len(self._unsent) + self._outgoing.pending

    @property
    def read_descriptor(self) -> int | None:
        return self.inner.read_descriptor

    @property
    def write_descriptor(self) -> int | None:
        return self.inner.write_descriptor

    def attach(self, on_change: Callable[[], None]) -> None:
        self.inner.attach(on_change)

    def handshake(self) -> bool:
        """Go on with it; False while it waits. Raises SSLError, OSError; EndFailed when the other side closed."""
        import ssl

        if self.server_side and not self.opening and not self._fill():
            return False  # a client that says nothing costs none of the memory of a handshake
        while True:
            if self._inner_ended:
                raise EndFailed("tls-failed", "it closed the connection during the handshake")
            try:
                self.tls.do_handshake()
                self._is_secured = True
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLError:
                with suppress(OSError):
                    self.flush()  # the alert that says why
                raise
            self.flush()
            if self._is_secured:
                return True
            if not self._fill():
                return False

    def read_into(self, buffer: memoryview) -> int | None:
        if self._early:
            count = min(len(buffer), len(self._early))
            buffer[:count] = self._early[:count]
            self._early = self._early[count:]
            return count
        while True:
            if self._owed > _MOST_OWED:
                self.flush()
                if self._owed > _MOST_OWED:
                    return None
            count = self._opened(buffer)
            if count:
                return count
            if self._failure is not None:
                raise self._failure
            if self._has_ended:
                return 0
            if not self._fill():
                self._flush_answers()
                return None

    def write(self, octets: memoryview) -> int | None:
        import ssl

        if self.backlog:
            self.flush()
            if self.backlog:
                return None
        taken = 0
        try:
            while taken < len(octets) and not self.backlog:
                taken += self._seal(octets[taken : taken + _AT_ONCE])
                self.flush()
        except ssl.SSLError as error:
            raise self._failed(error) from None
        except OSError:
            self._explain()
            raise
        return taken

    def flush(self) -> None:
        """Go on with the backlog, and with what waits for its end. Raises OSError."""
        while True:
            if not self._unsent:
                octets = self._outgoing.read()
                if not octets:
                    break
                self._unsent = memoryview(octets)
            try:
                count = self.inner.write(self._unsent)
            except OSError:
                self._forget_unsent()
                raise
            if count is None:
                return
            self._unsent = self._unsent[count:]
        if self.inner.backlog:
            self.inner.flush()
        if self._is_shut and not self._is_inner_shut and not self.inner.backlog:
            self._is_inner_shut = True
            self.inner.shut()

    def _forget_unsent(self) -> None:
        """Nobody takes it any more: it is no backlog that could be waited for."""
        self._outgoing.read()
        self._unsent = memoryview(b"")

    def shut(self) -> None:
        """Say close_notify and end the inner side's writing; reading goes on."""
        import ssl

        if self._is_shut:
            return
        self._is_shut = True
        self._take_early()
        # Having said it OpenSSL looks for the other side's, and must not find anything else: nothing is left there now.
        with suppress(ssl.SSLError):
            self.tls.unwrap()
        with suppress(OSError):  # the next read tells
            self.flush()

    def close(self) -> None:
        import ssl

        if self._is_secured and not self._is_shut and self._failure is None:
            self._is_shut = self._is_inner_shut = True  # the inner end is closed, not shut
            with suppress(ssl.SSLError, OSError):
                self._early = memoryview(b"")
                while self._opened(_RECORDS):
                    pass
                self.tls.unwrap()
        with suppress(OSError):
            if self.backlog:
                self.flush()
        self.inner.close()

    def _seal(self, octets: memoryview) -> int:
        """Encrypt them, the last ones in a record of their own."""
        most = max(len(octets) - _LAST_RECORD, 0)
        taken = self.tls.write(octets[:most]) if most else 0
        return taken + self.tls.write(octets[most:]) if taken == most else taken

    def _fill(self) -> bool:
        """Take in what has come on the inner end. False when there is nothing now, or nothing more."""
        if self._inner_ended:
            return False
        count = self.inner.read_into(_RECORDS)
        if count is None:
            return False
        if count == 0:
            self._inner_ended = True
            self._end_unannounced()
            return True
        octets = _RECORDS[:count]
        if not self._is_secured and len(self.opening) < _OPENING:
            self.opening += bytes(octets[: _OPENING - len(self.opening)])
        self._boundary.feed(octets)
        self._incoming.write(octets)
        return True

    def _end_unannounced(self) -> None:
        """OpenSSL is not told: it would take nothing from us any more, while the other side may still listen."""
        if self._boundary.is_between:
            self._has_ended = self.is_unannounced = True
        else:
            self._failure = EndFailed("tls-failed", CUT)

    def _opened(self, buffer: memoryview) -> int:
        """Decrypt what is there. 0 when there is no more of it for now, at the end, and when it failed."""
        import ssl

        if self._has_ended or self._failure is not None:
            return 0
        taken, most = 0, len(buffer)
        read = self.tls.read
        try:
            while taken < most:
                count = int(read(most - taken, buffer[taken:]))  # how many, although typeshed says the octets
                if not count:
                    self._has_ended = True
                    break
                taken += count
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:
            self._has_ended = True
        except ssl.SSLError as error:
            self._failure = self._failed(error)
            self._flush_answers()  # the alert that says why
        return taken

    def _take_early(self) -> None:
        """Decrypt all that has come, and keep it for the next reads: at most what was taken in at once."""
        parts = [bytes(self._early)]
        scratch = memoryview(bytearray(_AT_ONCE))
        while count := self._opened(scratch):
            parts.append(bytes(scratch[:count]))
        self._early = memoryview(b"".join(parts))

    def _flush_answers(self) -> None:
        if self._outgoing.pending:
            with suppress(OSError):
                self.flush()

    def _explain(self) -> None:
        """The connection is gone: whether an alert says why. Raises EndFailed if so."""
        with suppress(OSError):
            if self._fill():
                self._take_early()
        if self._failure is not None and not self._early:
            raise self._failure

    def _failed(self, error: "ssl.SSLError") -> EndFailed:
        reason = reason_name(error.reason, str(error.args[-1]))
        return EndFailed("tls-failed", with_hint(handshake_failure(reason), handshake_hint(reason)))
