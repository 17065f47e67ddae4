"""The character generator of RFC 864: lines of 72 characters, each beginning one character further on.

The whole stream repeats after 95 lines, so one copy of it serves all clients, and each only keeps a place in it.
"""

from typing import Final

CHARACTERS: Final = bytes(range(0x20, 0x7F))
"""The 95 printing characters of ASCII, as a ring."""
LINE: Final = 72
"""Characters of a line, before CR LF."""
_REPEATED: Final = 9
"""Periods in the copy that is kept: 63,270 octets, so that what is sent at once is at most 64 KiB."""


def line(number: int) -> bytes:
    """Line ``number``, from 0, with its CR LF.

    >>> line(0)[:12], line(94)[:3]
    (b' !"#$%&\\'()*+', b'~ !')
    """
    first = number % len(CHARACTERS)
    return (CHARACTERS * 2)[first : first + LINE] + b"\r\n"


def _copies() -> memoryview:
    return memoryview(b"".join(line(number) for number in range(len(CHARACTERS))) * _REPEATED)


class CharacterGenerator:
    """The stream to one client. What the client says is thrown away."""

    __slots__ = ("_stream",)
    is_over = False
    is_endless = True

    def __init__(self) -> None:
        self._stream = _shared()

    def opened(self) -> bytes:
        return b""

    def heard(self, _octets: bytes, /) -> bytes:
        return b""

    def more(self) -> memoryview:
        """Whole periods, so the next always begins where this ends."""
        return self._stream


_kept: list[memoryview] = []


def _shared() -> memoryview:
    """Made when the first client comes."""
    if not _kept:
        _kept.append(_copies())
    return _kept[0]
