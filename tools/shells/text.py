"""What the generators share: words in lines, templates with holes."""

import re
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Final

WIDTH: Final = 118
_HOLE: Final = re.compile(r"\{\{([a-z_]+)\}\}")


def filled(template: str, **parts: str) -> str:
    """The template of that name with each ``{{part}}`` in it. Raises KeyError for a part that is missing."""
    text = (Path(__file__).parent / template).read_text(encoding="ascii")
    return _HOLE.sub(lambda found: parts[found[1]], text)


def wrapped(words: Iterable[str], *, before: str, indent: str, after: str, width: int = WIDTH) -> str:
    """``before``, the words and ``after`` in one line, or the words in indented lines between the two."""
    joined = " ".join(words)
    if len(before) + len(joined) + len(after) <= width:
        return f"{before}{joined}{after}"
    lines = textwrap.fill(
        joined,
        width,
        initial_indent=f"{indent}  ",
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return f"{before.rstrip()}\n{lines}\n{indent}{after.lstrip()}"
