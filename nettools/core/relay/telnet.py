"""``--telnet``: negotiation is refused and left out, so that text servers behind telnet can be talked to.

A network virtual terminal without any option is what RFC 854 lets every side fall back to: each offer and each request
is declined, subnegotiation is skipped, and of the commands nothing remains in the text.
"""

from enum import Enum
from typing import Final

_IAC: Final = 0xFF
_DONT: Final = 0xFE
_DO: Final = 0xFD
_WONT: Final = 0xFC
_WILL: Final = 0xFB
_SB: Final = 0xFA
_SE: Final = 0xF0
"""RFC 854, "Telnet command structure"."""

LONGEST_SUBNEGOTIATION: Final = 65_536
"""Octets after which a subnegotiation that does not end counts as none, and the rest is seen; RFC 854 has no bound."""

_REFUSAL: Final = {_DO: _WONT, _WILL: _DONT}
"""RFC 854: DO is declined with WONT, WILL with DONT. WONT and DONT say what holds already, and answering them loops."""


class TelnetDoubling:
    """The stage of ``-t`` for what we send: an octet 255 is doubled, so that it is no command (RFC 854)."""

    __slots__ = ()

    def feed(self, octets: bytes) -> bytes:
        return octets.replace(b"\xff", b"\xff\xff")

    def finish(self) -> bytes:
        return b""

    def reply(self) -> bytes:
        return b""


class _State(Enum):
    TEXT = 1
    COMMAND = 2
    OPTION = 3
    INSIDE = 4
    INSIDE_COMMAND = 5


class TelnetRefusals:
    """The stage of ``-t``, for what comes from the other side."""

    __slots__ = ("_replies", "_skipped", "_state", "_verb")

    def __init__(self) -> None:
        self._state = _State.TEXT
        self._verb = 0
        self._skipped = 0
        self._replies = bytearray()

    def feed(self, octets: bytes) -> bytes:
        if self._state is _State.TEXT and _IAC not in octets:
            return octets
        text = bytearray()
        at = 0
        while at < len(octets):
            if self._state in (_State.TEXT, _State.INSIDE):
                at = self._take_until_command(octets, at, text)
            else:
                self._take_command(octets[at], text)
                at += 1
        return bytes(text)

    def finish(self) -> bytes:
        return b""

    def reply(self) -> bytes:
        replies = bytes(self._replies)
        self._replies.clear()
        return replies

    def _take_until_command(self, octets: bytes, at: int, text: bytearray) -> int:
        """Text goes on, what is inside a subnegotiation does not. Returns where to go on."""
        found = octets.find(_IAC, at)
        end = len(octets) if found < 0 else found
        if self._state is _State.TEXT:
            text += octets[at:end]
        else:
            end = min(end, at + LONGEST_SUBNEGOTIATION - self._skipped)
            self._skipped += end - at
            if self._skipped >= LONGEST_SUBNEGOTIATION:
                self._state = _State.TEXT
                return end
        if end == found:
            self._state = _State.COMMAND if self._state is _State.TEXT else _State.INSIDE_COMMAND
            return end + 1
        return end

    def _take_command(self, octet: int, text: bytearray) -> None:
        """The octet behind an IAC, or the option of a request."""
        if self._state is _State.OPTION:
            if self._verb in _REFUSAL:
                self._replies += bytes((_IAC, _REFUSAL[self._verb], octet))
            self._state = _State.TEXT
        elif self._state is _State.INSIDE_COMMAND:
            self._skipped += 2
            is_over = octet == _SE or self._skipped >= LONGEST_SUBNEGOTIATION
            self._state = _State.TEXT if is_over else _State.INSIDE
        elif octet == _SB:
            self._skipped = 0
            self._state = _State.INSIDE
        elif octet in (_DO, _DONT, _WILL, _WONT):
            self._verb = octet
            self._state = _State.OPTION
        else:
            if octet == _IAC:
                text.append(octet)
            self._state = _State.TEXT
