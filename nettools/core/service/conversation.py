"""What a service says on a connection: at first, when octets come, and when there is room for more.

A conversation knows neither sockets nor clocks. Those that remember nothing are shared by all clients.
"""

from typing import Final, Protocol

from nettools.core.service.chargen import CharacterGenerator
from nettools.core.service.finger import FingerAnswer
from nettools.core.service.moments import daytime_line, time_octets
from nettools.core.service.names import ServiceName
from nettools.core.service.quotes import quote_of_the_day


class Conversation(Protocol):
    """One client's conversation."""

    @property
    def is_over(self) -> bool:
        """Whether all has been said: what was not sent yet is, then the connection is closed."""

    @property
    def is_endless(self) -> bool:
        """Whether ``more`` always has something, for as long as the client takes it, even when it says no more."""

    def opened(self) -> bytes:
        """What to say at once."""

    def heard(self, octets: bytes, /) -> bytes:
        """What to say to these."""

    def more(self) -> memoryview:
        """What to say now that all before was sent; only asked of endless ones. The memory does not change."""


class Echo:
    """RFC 862: what comes goes back, until the client closes."""

    __slots__ = ()
    is_over = False
    is_endless = False

    def opened(self) -> bytes:
        return b""

    def heard(self, octets: bytes, /) -> bytes:
        return octets

    def more(self) -> memoryview:
        return _NOTHING


class Discard:
    """RFC 863: what comes is thrown away, until the client closes."""

    __slots__ = ()
    is_over = False
    is_endless = False

    def opened(self) -> bytes:
        return b""

    def heard(self, _octets: bytes, /) -> bytes:
        return b""

    def more(self) -> memoryview:
        return _NOTHING


class Saying:
    """One text, and it is over; what comes is thrown away: daytime, time, quote of the day."""

    __slots__ = ("_text",)
    is_over = True
    is_endless = False

    def __init__(self, text: bytes) -> None:
        self._text = text

    def opened(self) -> bytes:
        return self._text

    def heard(self, _octets: bytes, /) -> bytes:
        return b""

    def more(self) -> memoryview:
        return _NOTHING


_NOTHING: Final = memoryview(b"")
_ECHO: Final = Echo()
_DISCARD: Final = Discard()


def begin_conversation(service: ServiceName, *, unix_s: float) -> Conversation:
    """A conversation with a client that connected at that time (seconds since 1970, UTC)."""
    match service:
        case "echo":
            return _ECHO
        case "discard":
            return _DISCARD
        case "chargen":
            return CharacterGenerator()
        case "finger":
            return FingerAnswer()
        case "daytime":
            return Saying(daytime_line(unix_s))
        case "time":
            return Saying(time_octets(unix_s))
        case "qotd":
            return Saying(quote_of_the_day(unix_s))
