"""How long a relay may be silent, or go on: one parser for each option, which settings use too."""

from typing import Final

from nettools.core.number import parse_duration_s

_LONGEST_S: Final = 366 * 86_400.0


def parse_idle_timeout_s(text: str, name: str = "--idle-timeout") -> float:
    """So long nothing may come or go. Raises OptionError."""
    return parse_duration_s(text, name, maximum_s=_LONGEST_S)


def parse_quit_after_s(text: str, name: str = "--quit-after") -> float:
    """So long it goes on after the input has ended. Raises OptionError."""
    return parse_duration_s(text, name, minimum_s=0.0, maximum_s=_LONGEST_S)
