"""Numbers as options give them: ASCII digits only, no signs, no underscores, with their limits in the message.

``int()`` and ``float()`` accept ``1_0``, `` 8 ``, ``+8`` and digits of other scripts; a tool that scans a
network should not guess.
"""

import re

from nettools.core.text import quoted
from nettools.errors import OptionError

_HEXADECIMAL = re.compile(r"0[xX][0-9A-Fa-f]{1,16}\Z", re.ASCII)
_COUNT = re.compile(r"[0-9]+\Z", re.ASCII)
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)?\Z", re.ASCII)
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)([kKmMgG]?)\Z", re.ASCII)
_LONGEST_NUMBER = 60
_OCTETS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, None: 1.0}


def parse_count(text: str, name: str, *, minimum: int, maximum: int) -> int:
    """The whole number of an option called ``name``. Raises OptionError."""
    if not _COUNT.match(text):
        raise OptionError(f"{name} {quoted(text)} is not a whole number")
    value = int(text) if len(text) <= _LONGEST_NUMBER else None
    if value is None or not minimum <= value <= maximum:
        raise OptionError(f"{name} {quoted(text)[1:-1]} is out of range {minimum} to {maximum}")
    return value


def parse_bits(text: str, name: str, *, maximum: int) -> int:
    """The same where hexadecimal with ``0x`` is common too: marks, masks, traffic classes. Raises OptionError."""
    if _HEXADECIMAL.match(text):
        value = int(text, 16)
        if value <= maximum:
            return value
        raise OptionError(f"{name} {text} is out of range 0 to {maximum:#x}")
    return parse_count(text, name, minimum=0, maximum=maximum)


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
