"""A block of lines that is drawn anew in its place. It hides no cursor and leaves no screen, so that nothing has to
be put right when the program is stopped or killed in the middle."""

import re
from collections.abc import Callable

from rich.cells import cell_len
from rich.console import RenderableType

from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.render.table import draw

_STYLE = re.compile(r"\x1b\[[0-9;]*m")
_UP_AND_ERASE = "\x1b[{}A\r\x1b[J"  # ECMA-48 CUU and ED


class LiveBlock:
    """Draws its picture over the one that it drew the time before."""

    def __init__(self, output: Output, size: Callable[[], tuple[int, int]]) -> None:
        self._output = output
        self._size = size
        self._shown: list[str] = []

    def show(self, canvas: Canvas, picture: Callable[[Canvas], RenderableType]) -> None:
        """The picture for the terminal as it is now, as many lines of it as there is room for."""
        columns, rows = self._size()
        captured = _Captured()
        capturing = Output(captured, name="the screen", encoding=self._output.encoding)
        present = Canvas(width=columns, color=canvas.color, ascii_only=canvas.ascii_only)
        draw(capturing, present, picture(present))
        capturing.flush()
        lines = captured.data.decode(self._output.encoding, "replace").splitlines()
        room = max(rows - 1, 1)
        if len(lines) > room:
            lines = [*lines[: room - 1], f"... {len(lines) - room + 1} more lines"][-room:]
        if self._shown:
            self._output.write(_UP_AND_ERASE.format(self._height(columns)))
        self._output.write("".join(line + "\n" for line in lines))
        self._output.flush()
        self._shown = lines

    def _height(self, columns: int) -> int:
        """The lines that the last block takes now: a terminal that became narrower has folded them."""
        lengths = (cell_len(_STYLE.sub("", line)) for line in self._shown)
        return sum(max(1, -(-length // columns)) for length in lengths)


class _Captured:
    """Takes what is drawn."""

    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes, /) -> int:
        self.data += data
        return len(data)

    def fileno(self) -> int:
        return -1
