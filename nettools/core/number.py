"""Numbers as options give them: ASCII digits only, no signs, no underscores, with their limits in the message.

``int()`` and ``float()`` accept ``1_0``, `` 8 ``, ``+8`` and digits of other scripts; a tool that scans a
network should not guess.
"""

import re
from collections.abc import Callable
from typing import TypeVar

from nettools.core.text import quoted
from nettools.errors import OptionError, RequestError

_HEXADECIMAL = re.compile(r"0[xX][0-9A-Fa-f]{1,16}\Z", re.ASCII)
_COUNT = re.compile(r"[0-9]+\Z", re.ASCII)
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)?\Z", re.ASCII)
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)([kKmMgG]?)\Z", re.ASCII)
_LONGEST_NUMBER = 60
_UNREADABLE = 10**_LONGEST_NUMBER
_OCTETS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, None: 1.0}


T = TypeVar("T")


def parse_option(text: str, name: str, parse: Callable[[str], T]) -> T:
    """What ``parse`` makes of the value of an option called ``name``, which its RequestError then names."""
    try:
        return parse(text)
    except RequestError as error:
        raise type(error)(f"{name}: {error.message}", hint=error.hint) from None


def parse_count(text: str, name: str, *, minimum: int, maximum: int) -> int:
    """The whole number of an option called ``name``. Raises OptionError."""
    if not _COUNT.match(text):
        raise OptionError(f"{name} {quoted(text)} is not a whole number")
    value = int(text) if len(text) <= _LONGEST_NUMBER else None
    if value is None or not minimum <= value <= maximum:
        raise OptionError(f"{name} {quoted(text)[1:-1]} is out of range {minimum} to {maximum}")
    return value


def count_of(given: int | str, name: str, *, minimum: int, maximum: int) -> int:
    """The same for what may be a number already, as a program gives it. Raises OptionError.

    >>> count_of("8", "--tries", minimum=1, maximum=20), count_of(8, "tries", minimum=1, maximum=20)
    (8, 8)
    """
    if isinstance(given, str):
        return parse_count(given, name, minimum=minimum, maximum=maximum)
    if not isinstance(given, int) or isinstance(given, bool):
        raise OptionError(f"{name} {quoted(repr(given))[1:-1]} is not a whole number")
    if not minimum <= given <= maximum:
        shown = str(given) if abs(given) < _UNREADABLE else "given"  # int() of very many digits takes for ever
        raise OptionError(f"{name} {shown} is out of range {minimum} to {maximum}")
    return given


def parse_bits(text: str, name: str, *, maximum: int) -> int:
    """The same where hexadecimal with ``0x`` is common too: marks, masks, traffic classes. Raises OptionError."""
    if _HEXADECIMAL.match(text):
        value = int(text, 16)
        if value <= maximum:
            return value
        raise OptionError(f"{name} {text} is out of range 0 to {maximum:#x}")
    return parse_count(text, name, minimum=0, maximum=maximum)


def bits_of(given: int | str, name: str, *, maximum: int) -> int:
    """The same for what may be a number already. Raises OptionError."""
    if isinstance(given, str):
        return parse_bits(given, name, maximum=maximum)
    return count_of(given, name, minimum=0, maximum=maximum)


def parse_duration_s(text: str, name: str, *, minimum_s: float = 0.001, maximum_s: float = 86_400.0) -> float:
    """Seconds, or a number with ms, s, m or h. Raises OptionError."""
    match = _DURATION.match(text)
    if not match:
        raise OptionError(
            f"{name} {quoted(text)} is not a duration", hint="write seconds, or a number with ms, s, m or h: 500ms, 2s"
        )
    seconds = float(match[1]) * _SECONDS[match[2]]
    if not minimum_s <= seconds <= maximum_s:
        raise OptionError(f"{name} {quoted(text)[1:-1]} is out of range {minimum_s:.9g} s to {maximum_s:.9g} s")
    return seconds


def seconds_of(given: float | str, name: str, *, minimum_s: float = 0.001, maximum_s: float = 86_400.0) -> float:
    """The same for what may be seconds already, as a program gives them. Raises OptionError.

    >>> seconds_of("500ms", "--timeout"), seconds_of(0.5, "timeout")
    (0.5, 0.5)
    """
    if isinstance(given, str):
        return parse_duration_s(given, name, minimum_s=minimum_s, maximum_s=maximum_s)
    if not isinstance(given, (int, float)) or isinstance(given, bool):
        raise OptionError(f"{name} {quoted(repr(given))[1:-1]} is not a number of seconds")
    if not minimum_s <= given <= maximum_s:
        shown = "given" if isinstance(given, int) and abs(given) >= _UNREADABLE else f"{float(given):g}"
        raise OptionError(f"{name} {shown} is out of range {minimum_s:.9g} s to {maximum_s:.9g} s")
    return float(given)


def parse_size(text: str, name: str, *, minimum: int = 1, maximum: int = 1 << 62) -> int:
    """Octets, or a number with k, M or G for 2^10, 2^20 or 2^30 of them (curl(1), --limit-rate). Raises OptionError."""
    match = _SIZE.match(text)
    if not match or ("." in match[1] and not match[2]):
        raise OptionError(
            f"{name} {quoted(text)} is not a number of bytes", hint="write it plainly, or as 64k, 1.5M, 2G"
        )
    unit = _OCTETS[match[2].lower()]
    whole, _, fraction = match[1].partition(".")
    is_readable = len(text) <= _LONGEST_NUMBER
    size = int(whole) * unit + int(fraction or "0") * unit // 10 ** len(fraction) if is_readable else maximum + 1
    if not minimum <= size <= maximum:
        raise OptionError(f"{name} {quoted(text)[1:-1]} is out of range {minimum} to {maximum} bytes")
    return size
