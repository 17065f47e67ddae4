"""The line at the bottom of a terminal that says how far the work is, and goes away before anything else is written.

The cursor waits in front of the line, not behind it: a terminal that becomes narrower folds the line, and keeps the
cursor at the character where it stood. From there on the line is erased, in as many pieces as it has become.
"""

from collections.abc import Callable
from typing import Final
from unicodedata import combining, east_asian_width

ERASE_LINE: Final = "\r\x1b[K"
"""To the first column, and nothing behind it (ECMA-48 EL)."""
_NARROWEST: Final = 16
"""With less than that a message is left to the terminal."""
_TO_FRONT: Final = "\r"
_CLIP: Final = "\x1b[?7l", "\x1b[?7h"
"""Do not fold, and fold again (DECAWM): the terminal may become narrower between our question and our answer."""


def clipped(text: str) -> str:
    """What is cut at the edge of the terminal instead of being folded there."""
    return text.join(_CLIP)


def erased(rows: int) -> str:
    """What empties so many rows and goes back to the first of them; at the bottom of the screen it scrolls nothing.

    Not with ED: tmux keeps what that erases from the top of the screen, ten lines of history a second.
    """
    if rows <= 1:
        return ERASE_LINE
    return f"\r\x1b7{ERASE_LINE}" + "\x1b[B\x1b[K" * (rows - 1) + "\x1b8"  # DECSC, CUD, DECRC


def width(text: str) -> int:
    """Columns that a terminal needs for it: two for what is wide, none for what is put upon another (UAX #11)."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(one) else 2 if east_asian_width(one) in "WF" else 1 for one in text)


def wrapped(message: str, columns: int | None) -> str:
    """A message for a terminal of that width: it goes on below, two columns in, instead of being cut within a word.

    >>> print(wrapped("port 65536 is out of range", 18))
    port 65536 is out
      of range
    """
    if columns is None or columns < _NARROWEST or width(message) < columns:
        return message
    lines, line = [], ""
    for word in message.split(" "):
        longer = f"{line} {word}" if line else word
        if line.strip() and width(longer) >= columns:
            lines.append(line)
            longer = f"  {word}"
        line = longer
    return "\n".join([*lines, line])


class StatusLine:
    """Drawn and taken away by whoever writes to the same terminal.

    ``write`` takes what the terminal is sent; ``columns`` says how wide it is now; ``may_draw`` whether the line would
    disturb nobody: not while a line of the answer is only half written, not from the background of a shell.
    """

    def __init__(
        self, write: Callable[[str], None], columns: Callable[[], int], *, may_draw: Callable[[], bool] = lambda: True
    ) -> None:
        self._write = write
        self._columns = columns
        self._may_draw = may_draw
        self._is_shown = False
        self._line_of: Callable[[int], str] | None = None
        self._drawn_width = 0

    def show(self, line_of: Callable[[int], str]) -> None:
        """Draw what ``line_of`` makes of the terminal's width: a line that stays below it."""
        if not self._may_draw():
            return
        self._line_of = line_of
        columns = self._columns()
        line = line_of(columns)
        if line or self._is_shown:
            begin = self._erasing(columns)
            self._is_shown = True  # before it is: a signal in between must find it
            self._drawn_width = width(line)
            self._write(begin + clipped(line) + _TO_FRONT)

    def is_free_for(self, line_of: Callable[[int], str]) -> bool:
        """Whether nothing else is shown: how far the work is says more than that it goes on."""
        return not self._is_shown or self._line_of == line_of

    def clear(self) -> None:
        """Take the line away, if there is one."""
        if self._is_shown:
            self._write(self._erasing(self._columns()))
            self._is_shown = False

    def _erasing(self, columns: int) -> str:
        return erased(max(1, -(-self._drawn_width // max(columns, 1))) if self._is_shown else 1)

    def redraw(self) -> None:
        """Draw it for the width that the terminal has now, if it is there."""
        if self._is_shown and self._line_of is not None:
            self.show(self._line_of)

    def forget(self) -> None:
        """Somebody else has written below the line since: it is no longer ours to erase."""
        self._is_shown = False
