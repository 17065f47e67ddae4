"""A block of lines that is drawn anew in its place. It hides no cursor and leaves no screen.

The cursor waits in front of the block: a terminal whose width changes folds the lines anew and keeps the cursor at the
character where it stood, so that the block begins there, in as many lines as it has become. ``end`` draws it once
more and leaves the cursor below it, so that a shell goes on there.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from rich.cells import cell_len
from rich.console import RenderableType

from nettools.render.output import Output
from nettools.render.status_line import ERASE_LINE, clipped, erased
from nettools.render.style import Canvas
from nettools.render.table import draw

_STYLE = re.compile(r"\x1b\[[0-9;]*m")
_UP = "\x1b[{}A"  # ECMA-48 CUU

Picture = Callable[[Canvas], RenderableType]


class LiveBlock:
    """Draws its picture over the one that it drew the time before."""

    def __init__(self, output: Output, size: Callable[[], tuple[int, int]]) -> None:
        self._output = output
        self._size = size
        self._last: tuple[Canvas, Picture] | None = None
        self._shown: list[str] = []
        self._is_drawing = False
        self._is_stale = False

    def show(self, canvas: Canvas, picture: Picture) -> None:
        """The picture for the terminal as it is now, as many lines of it as there is room for."""
        self._last = canvas, picture
        self.redraw()

    def redraw(self) -> None:
        """The same picture for what the terminal is now; may be called by the handler of a signal."""
        if self._last is None:
            return
        self._is_stale = True
        if self._is_drawing:  # a signal within a picture: one more is drawn behind it
            return
        self._is_drawing = True
        try:
            while self._is_stale:
                self._is_stale = False
                text, lines = self._drawn(self._size(), *self._last)
                self._put(text + (_UP.format(len(lines) - 1) if len(lines) > 1 else "") + "\r")
        finally:
            self._is_drawing = False

    def end(self) -> None:
        """Leave the block as it is; a later picture is drawn below it."""
        if self._shown and self._last is not None:
            self._put(self._drawn(self._size(), *self._last)[0] + "\r\n")
            self._shown = []

    def _put(self, text: str) -> None:
        self._output.write(text)
        self._output.flush()

    def _drawn(self, size: tuple[int, int], canvas: Canvas, picture: Picture) -> tuple[str, list[str]]:
        """What draws the block from where it begins, and its lines.

        Each line is erased as it is drawn; an older picture that was longer, or has been folded since, before that.
        """
        lines = self._lines(size, canvas, picture)
        columns, rows = size
        taken = sum(max(1, -(-cell_len(_STYLE.sub("", line)) // columns)) for line in self._shown)
        text = erased(min(taken, rows)) if taken > len(lines) else ""
        self._shown = lines
        return text + clipped("\n".join(f"{ERASE_LINE}{line}" for line in lines)), lines

    def _lines(self, size: tuple[int, int], canvas: Canvas, picture: Picture) -> list[str]:
        columns, rows = size
        captured = _Captured()
        capturing = Output(captured, name="the screen", encoding=self._output.encoding)
        present = replace(canvas, width=columns)
        draw(capturing, present, picture(present))
        capturing.flush()
        lines = captured.data.decode(self._output.encoding, "replace").splitlines()
        room = max(rows - 1, 1)
        if len(lines) > room:
            lines = [*lines[: room - 1], f"... {len(lines) - room + 1} more lines"[:columns]][-room:]
        return lines


class _Captured:
    """Takes what is drawn."""

    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes, /) -> int:
        self.data += data
        return len(data)

    def fileno(self) -> int:
        return -1
