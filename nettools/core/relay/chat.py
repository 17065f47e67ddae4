r"""The words of a chat: who speaks stands before each line, and nothing that a terminal obeys gets through.

The wording and the escapes are those of ncat 7.93: every octet but the printable ones of ASCII, tab and the ends of
lines becomes ``\ooo``. ncat puts the name before each read and lets every carriage return through; here it stands
before each line, and a carriage return stands only at its end, so that nobody can write a line in another's name.
"""

from collections.abc import Sequence
from typing import Final

LONGEST_LINE: Final = 4096
"""Octets without a line feed that are kept; a longer line goes on as several."""
MOST_NAMES: Final = 100
"""Members that an announcement names."""

_SHOWN: Final = tuple(
    bytes([octet]) if 0x20 <= octet < 0x7F or octet in b"\t\n" else b"\\%03o" % octet for octet in range(256)
)
_PLAIN: Final = bytes(octet for octet in range(256) if len(_SHOWN[octet]) == 1)


def escaped(octets: bytes) -> bytes:
    r"""The octets with those that do not print as three octal digits.

    >>> escaped(b"\x1b[31m red")
    b'\\033[31m red'
    """
    if not octets.translate(None, _PLAIN):
        return octets
    return b"".join(_SHOWN[octet] for octet in octets)


def name_of(number: int) -> str:
    """What a member is called; 0 is standard input."""
    return f"<user{number}>"


class ChatVoice:
    """A stage: whole lines of one member, each behind its name. A line without an end waits for it.

    A datagram ends its last line.
    """

    def __init__(self, number: int, *, is_datagram: bool = False) -> None:
        self._prefix = f"{name_of(number)} ".encode()
        self._is_datagram = is_datagram
        self._rest = b""

    def feed(self, octets: bytes) -> bytes:
        *lines, rest = (self._rest + octets).split(b"\n")
        if self._is_datagram and rest:
            lines.append(rest)
            rest = b""
        while len(rest) >= LONGEST_LINE:
            lines.append(rest[:LONGEST_LINE])
            rest = rest[LONGEST_LINE:]
        self._rest = rest
        return b"".join(self._line(line) for line in lines)

    def finish(self) -> bytes:
        rest, self._rest = self._rest, b""
        return self._line(rest) if rest else b""

    def reply(self) -> bytes:
        return b""

    def _line(self, line: bytes) -> bytes:
        end = b"\r\n" if line.endswith(b"\r") else b"\n"
        return self._prefix + escaped(line.removesuffix(b"\r")) + end


def joined(number: int, address: str) -> bytes:
    """What is announced to all when a member comes: who it is."""
    return f"<announce> {address} is connected as {name_of(number)}.\n".encode()


def present(others: Sequence[tuple[int, str]], *, more: int = 0) -> bytes:
    """What a new member is told: who is here already, MOST_NAMES at most, and how many ``more``.

    ncat 7.93 tells that to everybody each time: with n members, n² names to each of them.
    """
    named = ", ".join(f"{where} as {name_of(one)}" for one, where in others) or "nobody"
    rest = f" and {more} more" if more else ""
    return f"<announce> already connected: {named}{rest}.\n".encode()


def left(number: int) -> bytes:
    """What is announced when a member goes."""
    return f"<announce> {name_of(number)} is disconnected.\n".encode()
