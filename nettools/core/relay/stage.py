"""A stage changes octets on their way: line ends, telnet negotiation, escapes for a terminal."""

from typing import Protocol


class Stage(Protocol):
    """Octets in, octets out; what it needs to remember between two reads it keeps."""

    def feed(self, octets: bytes) -> bytes:
        """What goes on, now that these have come."""

    def finish(self) -> bytes:
        """What was kept back and goes on at the end of the stream."""

    def reply(self) -> bytes:
        """What goes back to where the octets came from (telnet's refusals); empty for most."""
