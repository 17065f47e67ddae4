"""Byte ranges, RFC 9110 §14: a part of a file.

One range is answered with that part. Several at once are answered with the whole file, which §14.2 allows: many small
parts of a large file are a cheap request for a dear answer (§17.15), and nobody resumes a download with two.
"""

import re
from dataclasses import dataclass
from typing import Final

from nettools.core.serve.refusal import Refused

_ONE: Final = re.compile(rb"[ \t]*([0-9]*)-([0-9]*)[ \t]*")
_BEYOND: Final = 10**19
"""More than any file has: longer numbers are not computed with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Octets of a file, from ``start`` on."""

    start: int
    length: int

    @property
    def stop(self) -> int:
        return self.start + self.length


def select_part(header: bytes, size: int) -> Part | None:
    """The part of a file of ``size`` octets that a Range header asks for; None when the whole file is the answer.

    A header that cannot be understood is as good as none. Raises Refused (416) when nothing of the file is asked for.

    >>> select_part(b"bytes=-5", 100)
    Part(start=95, length=5)
    """
    unit, equals, ranges = header.strip(b" \t").partition(b"=")
    if not equals or unit.lower() != b"bytes":
        return None
    specs = [one for one in ranges.split(b",") if one.strip(b" \t")]
    if len(specs) != 1:
        return None
    found = _ONE.fullmatch(specs[0])
    if found is None or not (found[1] or found[2]):
        return None
    return _suffix(_number(found[2]), size) if not found[1] else _from(found[1], found[2], size)


def _from(first: bytes, last: bytes, size: int) -> Part | None:
    start = _number(first)
    stop = _number(last) + 1 if last else None
    if stop is not None and stop <= start:
        return None  # §14.1.2: invalid, and so ignored
    if start >= size:
        raise Refused(416, f"The file has {size} bytes.")
    return Part(start=start, length=min(stop or size, size) - start)


def _suffix(count: int, size: int) -> Part | None:
    if count == 0:
        raise Refused(416, "The last 0 bytes are nothing.")
    if size == 0:
        return None  # there is no way to write the range of an empty part
    return Part(start=max(size - count, 0), length=min(count, size))


def _number(digits: bytes) -> int:
    digits = digits.lstrip(b"0")
    return _BEYOND if len(digits) > 19 else int(digits or b"0")
