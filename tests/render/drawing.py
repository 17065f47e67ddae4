"""What a view draws, and whether all of it is there and harmless."""

import re
from collections.abc import Callable, Iterable
from io import BytesIO

from nettools.render.output import Output
from nettools.render.style import Canvas
from tests.cli import is_harmless
from tests.render.test_table import HARMLESS_ORDERS, SGR, orders

WIDTHS = (40, 60, 80, 120, None)
HOSTILE = "e\x1b[2J\x1b]0;pwn\x07\n\u202eth0[red]*:smile:[/x]\\\u200b"
"""An interface may be called nearly so: the kernel forbids blanks, colons and slashes only."""


def canvas_of(width: int | None, *, color: bool = False, ascii_only: bool = False) -> Canvas:
    return Canvas(width=width, color=color, ascii_only=ascii_only)


def written(write: Callable[[Output], None], encoding: str = "utf-8") -> str:
    raw = BytesIO()
    output = Output(raw, name="it", encoding=encoding)
    write(output)
    output.flush()
    return raw.getvalue().decode(encoding)


def squeezed(text: str) -> str:
    """Without colours, blanks and line ends: what was folded is whole again."""
    return re.sub(r"\s", "", SGR.sub("", text))


def missing(sent: str, data: Iterable[str]) -> list[str]:
    """What stands in the text neither in one piece nor word for word."""
    plain, whole = SGR.sub("", sent), squeezed(sent)
    return [one for one in data if squeezed(one) not in whole and not all(word in plain for word in one.split())]


def widest(sent: str) -> int:
    return max((len(line) for line in SGR.sub("", sent).splitlines()), default=0)


def faults(sent: str) -> set[str]:
    """What the text would do to a terminal but show itself; characters of it that hide."""
    bad = orders(sent) - HARMLESS_ORDERS
    return bad if is_harmless(SGR.sub("", sent).replace("\n", "")) else bad | {"a hidden character"}
