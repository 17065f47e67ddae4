"""Requests and answers as octets: h11 reads and writes HTTP/1.1, without sockets."""

from typing import Final

import h11

from nettools.core.serve.answers import Answer, Question, read_question
from nettools.core.serve.refusal import PHRASES, Refused
from nettools.core.text import safe

LONGEST_HEAD: Final = 16_384
"""Octets of a request line and its headers; more is answered with 414 or 431."""


class _Octets:
    """So many octets that are sent by other means than h11, which only has to count them."""

    __slots__ = ("_count",)

    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count


class RequestReader:
    """The requests of one connection, one after the other; each has to be answered before the next is read."""

    __slots__ = ("_connection", "is_usable", "method", "target")

    def __init__(self) -> None:
        self._connection = h11.Connection(h11.SERVER, max_incomplete_event_size=LONGEST_HEAD)
        self.is_usable = True
        """Whether another request can follow."""
        self.method = "-"
        self.target = "-"
        """Of the last request, safe to be printed."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing came that was not used."""
        return not self._connection.trailing_data[0]

    def receive(self, octets: bytes) -> None:
        """These came; none is the end."""
        self._connection.receive_data(octets)

    def next_question(self) -> Question | None:
        """The next request; None when more octets are needed, or none will come (then it is not usable).

        Raises Refused for a request that can only be answered with a status; ``is_usable`` says whether others follow.
        """
        self.method = self.target = "-"
        try:
            event = self._connection.next_event()
            if isinstance(event, h11.ConnectionClosed):
                self.is_usable = False
            if not isinstance(event, h11.Request):
                return None
            self.method, self.target = safe(event.method), safe(event.target)
            # A body is of no use here. Rather than reading it to find the next request, we close; and so does a version
            # of which nobody here knows where a request ends.
            has_no_body = isinstance(self._connection.next_event(), h11.EndOfMessage)
            self.is_usable = has_no_body and event.http_version.startswith(b"1.")
        except h11.RemoteProtocolError as error:
            self.is_usable = False
            raise self._refusal(error) from None
        return read_question(event.method, event.target, list(event.headers), event.http_version)

    def write(self, answer: Answer, body_length: int) -> bytes:
        """The octets before the body of an answer. The caller sends the body: so many octets, none to HEAD."""
        if answer.closes:
            self.is_usable = False
        headers = list(answer.headers) if self.is_usable else [*answer.headers, ("Connection", "close")]
        phrase = PHRASES[answer.status].encode("ascii")
        head = self._connection.send(h11.Response(status_code=answer.status, headers=headers, reason=phrase)) or b""
        if body_length:
            self._connection.send_with_data_passthrough(h11.Data(data=_Octets(body_length)))  # type: ignore[arg-type]
        self._connection.send(h11.EndOfMessage())
        if self._connection.our_state is not h11.DONE:
            self.is_usable = False
        return head

    def go_on(self) -> None:
        """The answer was sent: the next request may be read."""
        self._connection.start_next_cycle()

    def _refusal(self, error: h11.RemoteProtocolError) -> Refused:
        if error.error_status_hint == 431:
            if b"\n" in self._connection.trailing_data[0]:
                return Refused(431, f"The headers are longer than {LONGEST_HEAD} bytes.")
            return Refused(414, f"The target is longer than {LONGEST_HEAD} bytes.")
        return Refused(400, "The request cannot be understood.")
