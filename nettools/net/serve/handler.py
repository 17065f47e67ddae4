"""Serves the files of a folder over HTTP/1.1 (RFC 9112) to the clients of a stream socket.

A file is never read whole: sendfile(2) moves it to a plain socket, other ends get it in chunks through one buffer that
all clients share. Requests that come before the last was answered wait unread, beyond one buffer of a head's length.
"""

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from nettools.core.listen.settings import IDLE_S
from nettools.core.serve.access import Access
from nettools.core.serve.answers import Answer, answer_refusal
from nettools.core.serve.ranges import Part
from nettools.core.serve.refusal import Refused
from nettools.net.listen.clients import Client
from nettools.net.loop import Loop
from nettools.net.relay.ends import SocketEnd
from nettools.net.serve.file_parts import FilePart
from nettools.net.serve.files import Found, ServedFiles
from nettools.net.serve.http_requests import RequestReader
from nettools.net.service.client_driver import ClientDriver
from nettools.net.service.sweep import Sweep

HEAD_TIMEOUT_S: Final = 10.0
"""How long a request may take from its first octet to the end of its headers."""
MOST_IN_MEMORY: Final = 1 << 24
"""Octets of all listings that wait for slow clients; beyond, a listing is answered with 503."""
_READ: Final = 4096
_SMALL: Final = 16_384
"""Octets of a file that go out together with the headers, in one packet or a few."""
_SCRATCH: Final = memoryview(bytearray(1 << 16))
"""Shared by all clients: nothing stays in it beyond one call."""


class ServeHandler:
    """Takes clients and answers their requests. Raises InputError when the directory cannot be served.

    ``on_request`` is told of every request once it is answered, or its client gone. ``close`` after the last client.
    """

    def __init__(
        self,
        loop: Loop,
        directory: str,
        *,
        on_request: Callable[[Access], None] | None = None,
        idle_timeout_s: float | None = IDLE_S,
        head_timeout_s: float = HEAD_TIMEOUT_S,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.loop = loop
        self.files = ServedFiles(directory)
        self.on_request = on_request
        self.idle_timeout_s = float("inf") if idle_timeout_s is None else idle_timeout_s
        self.head_timeout_s = head_timeout_s
        self.clock = clock
        self.sweep = Sweep(loop)
        self.in_memory = 0
        """Octets of bodies that are not files and were not sent yet."""

    def take(self, client: Client) -> None:
        """Begin with this client, and return at once."""
        served = _HttpClient(self, client)
        served.take()
        served.go_on()

    def close(self) -> None:
        """May be called twice."""
        self.files.close()


class _Sending:
    """An answer on its way."""

    __slots__ = ("body_left", "file", "head_left", "held", "length", "started_s", "status")

    def __init__(self, status: int, *, head: int, length: int, held: int, started_s: float) -> None:
        self.status = status
        self.started_s = started_s
        self.length = length
        self.head_left = head
        self.body_left = length
        self.held = held
        """Octets of it that the handler counts as being in memory."""
        self.file: FilePart | None = None

    def sent(self, count: int) -> None:
        of_head = min(count, self.head_left)
        self.head_left -= of_head
        self.body_left -= count - of_head


class _HttpClient(ClientDriver):
    """One connection: a request, its answer, and the next."""

    __slots__ = ("_handler", "_is_plain", "_reader", "_sending")

    def __init__(self, handler: ServeHandler, client: Client) -> None:
        super().__init__(handler.loop, client, handler.sweep, idle_timeout_s=handler.idle_timeout_s)
        self._handler = handler
        self._is_plain = type(client.end) is SocketEnd
        self._reader: RequestReader | None = None
        """None between requests, so that an idle client costs little."""
        self._sending: _Sending | None = None
        if isinstance(client.end, SocketEnd):
            with suppress(OSError):  # a Unix socket; the last packet of an answer must not wait for an acknowledgement
                client.end.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def overdue(self) -> None:
        if self._sending is None and self._reader is not None and not self._is_leaving:
            self._refuse(self._reader, Refused(408, "The request took too long."), closes=True)
            self.go_on()
        else:
            super().overdue()

    @property
    def _reads(self) -> bool:
        return not self._has_ended and self._sending is None and not self._end.backlog

    @property
    def _writes(self) -> bool:
        return self._sending is not None or super()._writes

    def _step(self) -> bool:
        if self._unsent:
            return self._write()
        if self._end.backlog:
            return False
        if self._sending is not None:
            if self._sending.file is not None:
                return self._send_file(self._sending.file)
            self._answered(self._sending)
            return True
        if self._is_leaving:
            return self._wait_for_end()
        return self._ask() or self._read()

    def _ask(self) -> bool:
        """Answer the next request, if it is there."""
        reader = self._reader
        if reader is None:
            return False
        try:
            question = reader.next_question()
        except Refused as refused:
            self._refuse(reader, refused, closes=not reader.is_usable)
            return True
        if question is None:
            return False
        now_s = self._handler.clock()
        self._say(reader, self._handler.files.find(question, now_s=now_s), is_head=question.method == "HEAD")
        return True

    def _read(self) -> bool:
        if self._has_ended:
            self.cut("closed", "the client closed the connection")
            return False
        count = self._end.read_into(_SCRATCH[:_READ])
        if count is None:
            return False
        self._bytes_in += count
        if count == 0:
            self._has_ended = True
            if self._reader is not None:
                self._reader.receive(b"")
            return True
        if self._reader is None:
            self._reader = RequestReader()
            self._due_in(self._handler.head_timeout_s)
        self._reader.receive(bytes(_SCRATCH[:count]))
        return True

    def _wait_for_end(self) -> bool:
        """We said all; what the client still says is thrown away."""
        if self._has_ended:
            self.cut("closed", "both sides have ended")
            return False
        count = self._end.read_into(_SCRATCH)
        if count is None:
            return False
        self._bytes_in += count
        self._has_ended = count == 0
        return True

    def _refuse(self, reader: RequestReader, refused: Refused, *, closes: bool) -> None:
        answer = answer_refusal(refused, now_s=self._handler.clock(), closes=closes)
        self._say(reader, Found(answer, None), is_head=reader.method == "HEAD")

    def _say(self, reader: RequestReader, found: Found, *, is_head: bool) -> None:
        answer = found.answer if is_head else self._affordable(found.answer)
        part = answer.part
        held = 0 if is_head else len(answer.body)
        length = 0 if is_head else held if part is None else part.length
        head = reader.write(answer, length)
        self._handler.in_memory += held
        sending = _Sending(answer.status, head=len(head), length=length, held=held, started_s=self._loop.now_s)
        self._sending = sending
        body = b"" if is_head else answer.body
        if found.descriptor is not None:
            assert part is not None
            sending.file = FilePart(found.descriptor, part)
            body = self._small(sending.file, part)
        self._unsent = memoryview(head + body)
        self._moved()

    def _affordable(self, answer: Answer) -> Answer:
        if not answer.body or self._handler.in_memory + len(answer.body) <= MOST_IN_MEMORY:
            return answer  # a part of a file costs no memory
        return answer_refusal(Refused(503, "Too many listings are being sent."), now_s=self._handler.clock())

    def _small(self, file: FilePart, part: Part) -> bytes:
        """A small file at once; it is sent like a large one when it cannot be read whole."""
        assert self._sending is not None
        body = file.read_whole() if part.length <= _SMALL else b""
        if body:
            file.close()
            self._sending.file = None
        return body

    def _send_file(self, file: FilePart) -> bool:
        if file.is_sent:
            file.close()
            assert self._sending is not None
            self._sending.file = None
            return True
        descriptor = self._end.write_descriptor
        if self._is_plain and descriptor is not None and file.is_movable:
            count = file.move(descriptor)
        else:
            try:
                octets = file.look(_SCRATCH)
            except OSError as error:
                self.cut("input-failed", f"the file cannot be read: {error.strerror}")
                return False
            count = self._end.write(octets) if octets else 0
        if count is None:
            return False
        if count == 0:
            self.cut("input-failed", "the file became shorter while it was sent")
            return False
        file.sent(count)
        self._sent(count)
        return True

    def _sent(self, count: int) -> None:
        super()._sent(count)
        if self._sending is not None:
            self._sending.sent(count)

    def _answered(self, sending: _Sending) -> None:
        """The answer is out: the next request, or the end."""
        self._tell(sending)
        reader = self._reader
        assert reader is not None
        if not reader.is_usable:
            self._reader = None
            self._take_leave()
            return
        reader.go_on()
        if reader.is_empty:
            self._reader = None
        else:
            self._due_in(self._handler.head_timeout_s)

    def _tell(self, sending: _Sending) -> None:
        self._sending = None
        self._handler.in_memory -= sending.held
        if sending.file is not None:
            sending.file.close()
        if self._handler.on_request is not None and self._reader is not None:
            self._handler.on_request(
                Access(
                    peer=self._client.peer,
                    method=self._reader.method,
                    target=self._reader.target,
                    status=sending.status,
                    body_bytes=sending.length - sending.body_left,
                    duration_ms=(self._loop.now_s - sending.started_s) * 1000,
                    is_complete=not sending.body_left and not sending.head_left,
                )
            )

    def _gone(self) -> None:
        if self._sending is not None:
            self._tell(self._sending)
        self._reader = None
