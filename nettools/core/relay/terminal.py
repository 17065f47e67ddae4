"""What a person at a terminal is shown of what the other side says: its text, and nothing that a terminal obeys."""

import codecs
from typing import Final

from nettools.core.relay.manner import Way
from nettools.core.text import safe

SIDE_COLORS: Final[dict[Way, str]] = {"out": "32", "in": "36"}
"""Parameters of SGR (ECMA-48, 8.3.117) for each side: green is what we say, cyan what the other side says."""

_RESET: Final = "\x1b[0m"


def colored(text: str, color: str | None) -> str:
    """``text`` in a colour; as it is without one, or when it is empty."""
    return f"\x1b[{color}m{text}{_RESET}" if color and text else text


class TerminalText:
    """The stage before a terminal: everything passes ``safe()`` but line feed, tab, and the CR of a CR LF.

    UTF-8 may be cut by a read: of a character that has begun, 3 octets at most are kept back, and so is a CR that may
    be followed by its LF. A colour begins and ends within each line and within each read, so that neither a prompt nor
    what is typed behind it takes it on.
    """

    __slots__ = ("_color", "_decoder", "_encoding", "_has_cr")

    def __init__(self, *, color: str | None = None, encoding: str = "utf-8") -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._has_cr = False
        self._color = color
        """Parameters of SGR; None for no colour."""
        self._encoding = encoding
        """The terminal's: a character that it lacks becomes an escape."""

    def feed(self, octets: bytes) -> bytes:
        return self._shown(self._decoder.decode(octets), is_last=False)

    def finish(self) -> bytes:
        return self._shown(self._decoder.decode(b"", final=True), is_last=True)

    def reply(self) -> bytes:
        return b""

    def _shown(self, text: str, *, is_last: bool) -> bytes:
        if self._has_cr:
            text = "\r" + text
        self._has_cr = text.endswith("\r") and not is_last
        if self._has_cr:
            text = text[:-1]
        lines = text.replace("\r\n", "\n").split("\n")
        shown = "\n".join(colored(_visible(line), self._color) for line in lines)
        return shown.encode(self._encoding, "backslashreplace")


def _visible(line: str) -> str:
    return "\t".join(safe(part) for part in line.split("\t"))
