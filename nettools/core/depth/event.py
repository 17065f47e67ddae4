"""What a driver tells a conversation."""

from enum import Enum, auto
from typing import NamedTuple


class Happening(Enum):
    CONNECTED = auto()
    FAILED = auto()
    SAID = auto()
    HEARD = auto()
    CLOSED = auto()
    TIMED_OUT = auto()


class Event(NamedTuple):
    """One thing that came of an action."""

    happening: Happening
    data: bytes = b""
