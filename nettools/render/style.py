"""Whether to use colour, and what a colour means."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ColorChoice = Literal["auto", "always", "never"]

MEANING: dict[str, str] = {
    "heading": "bold",
    "label": "dim",
    "good": "green",
    "bad": "red",
    "caution": "yellow",
    "network": "cyan",
    "host": "magenta",
    "quiet": "dim",
}
"""What is said -> the style that says it where a terminal has 8 colours, of shades that its theme sets.

Nothing is said by colour alone.
"""

FIXED_COLORS: dict[str, int] = {
    "label": 244,
    "good": 28,
    "bad": 196,
    "caution": 136,
    "network": 31,
    "host": 133,
    "quiet": 244,
}
"""The same where it has 256: colours that no theme changes, of a brightness midway between black and white.

Each has a contrast of 3 or more (WCAG 2.2, 1.4.11) on black, white and the usual dark and light backgrounds; a theme's
yellow often has 1.7 on white, and what is dim can hardly be read at all.
"""

_OF_256_COLORS = re.compile(r"256color|direct|truecolor|24bit|kitty|alacritty|foot|ghostty|wezterm")


def styles(colors: int) -> dict[str, str]:
    """What is said -> the style for a terminal of so many colours, as rich writes styles."""
    return MEANING if colors < 256 else MEANING | {what: f"color({number})" for what, number in FIXED_COLORS.items()}


def color_count(environ: Mapping[str, str]) -> int:
    """How many colours the terminal has, as terminfo names and COLORTERM tell: 256, or 8 as all have."""
    told = f"{environ.get('TERM', '')} {environ.get('COLORTERM', '')}"
    return 256 if _OF_256_COLORS.search(told) else 8


def use_color(choice: ColorChoice, environ: Mapping[str, str], *, is_terminal: bool) -> bool:
    """``--color``, then NO_COLOR, FORCE_COLOR and CLICOLOR_FORCE, CLICOLOR=0, TERM=dumb, then the stream itself.

    NO_COLOR counts when it is not empty (no-color.org), the forcing variables when they are neither empty nor 0.
    """
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if any(environ.get(name, "") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    if environ.get("FORCE_COLOR") == "0" or environ.get("CLICOLOR") == "0" or environ.get("TERM") == "dumb":
        return False
    return is_terminal


def lacks_boxes(encoding: str) -> bool:
    """Whether the encoding has no box-drawing characters."""
    try:
        "─".encode(encoding)
    except UnicodeEncodeError:
        return True
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """What a view draws for."""

    width: int | None
    """Columns of the terminal; None where the output is no terminal and the content decides."""
    color: bool
    ascii_only: bool
    """Whether the encoding lacks box-drawing characters."""
    colors: int = 8
    """How many colours it has, where it has any."""
