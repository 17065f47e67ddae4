"""Readers of answers that no regular expression reads: one module for each protocol, with a function ``read``."""

from functools import cache
from importlib import import_module
from struct import error as too_short
from typing import Protocol, cast

from nettools.core.depth.match import Match


class Reader(Protocol):
    """``read`` of a module here: pure. What it may raise is what Python raises at damaged data, see ``read_with``."""

    def __call__(self, data: bytes, /) -> Match | None: ...


@cache
def reader(name: str) -> Reader:
    """The reader of that name, imported when the first answer needs it. Raises ImportError when there is none."""
    return cast(Reader, import_module(f"nettools.core.depth.readers.{name}").read)


def read_with(name: str, data: bytes) -> Match | None:
    """What the reader makes of the answer; None where it is not the protocol's, incomplete or damaged."""
    try:
        return reader(name)(data)
    except (IndexError, LookupError, TypeError, AttributeError, ValueError, RecursionError, too_short):
        return None
