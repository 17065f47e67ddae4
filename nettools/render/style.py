"""Whether to use colour, and what a colour means."""

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
"""What is said -> the terminal style that says it; nothing is said by colour alone."""


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
