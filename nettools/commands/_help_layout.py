"""How help looks: paragraphs, and rows of a term and what it means, for a terminal of any width."""

import textwrap
from collections.abc import Iterable

from nettools.commands._help_topics import Row, Section

INDENT = "  "
_NARROW = 60
"""Below this a term stands on a line of its own."""
_WIDEST_TERM = 30
_DEEP = " " * 6


def wrapped(text: str, width: int, *, first: str = "", then: str = "") -> str:
    """The text in lines, which are never broken inside a word where that can be helped."""
    return textwrap.fill(text, width, initial_indent=first, subsequent_indent=then, break_on_hyphens=False)


def rows_text(rows: Iterable[Row], width: int, *, narrowest_term: int = 0) -> str:
    """Two columns, or on a narrow terminal each term above its text; a term too wide for its column likewise."""
    table = list(rows)
    fitting = [len(term) for term, _ in table if len(term) <= _WIDEST_TERM]
    column = max([narrowest_term, *fitting]) if fitting else _WIDEST_TERM
    indent = " " * (column + 4) if fitting and width >= _NARROW else _DEEP
    lines: list[str] = []
    for term, text in table:
        if width < _NARROW or len(term) > column:
            lines += _term_lines(term, width)
            lines.append(wrapped(text, width, first=indent, then=indent))
        else:
            lines.append(wrapped(text, width, first=f"{INDENT}{term:<{column}}  ", then=indent))
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _term_lines(term: str, width: int) -> list[str]:
    """The term, divided between words and choices where it is wider than the terminal, never inside an option."""
    pieces = term.replace("|", "|\0").replace(" ", " \0").split("\0")
    lines = [INDENT]
    for piece in pieces:
        if len(lines[-1]) + len(piece.rstrip()) > width and lines[-1].strip():
            lines.append(_DEEP)
        lines[-1] += piece
    return lines


def section_text(section: Section, width: int) -> str:
    """A section of a topic."""
    notes = "".join(f"\n{wrapped(note, width)}\n" for note in section.notes)
    return f"{section.title}:\n{rows_text(section.rows, width)}{notes}"
