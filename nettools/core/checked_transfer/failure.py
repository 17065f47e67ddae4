"""Why a transfer failed: the reasons that the two sides tell each other, and what each means for the exit status."""

from enum import IntEnum
from typing import Final

from nettools.core.relay.ending import EndingKind
from nettools.core.text import safe


class Reason(IntEnum):
    """The codes of a FAIL frame (docs/transfer-protocol.md)."""

    CONFUSED = 1
    NAME = 2
    EXISTS = 3
    BUSY = 4
    SPACE = 5
    STORAGE = 6
    DAMAGED = 7
    CHANGED = 8
    UNREADABLE = 9
    LATE = 10
    CUT = 11


_HERE: Final[dict[Reason, EndingKind]] = {
    Reason.CONFUSED: "network-error",
    Reason.NAME: "declined",
    Reason.EXISTS: "declined",
    Reason.BUSY: "declined",
    Reason.SPACE: "output-failed",
    Reason.STORAGE: "output-failed",
    Reason.DAMAGED: "mismatch",
    Reason.CHANGED: "mismatch",
    Reason.UNREADABLE: "input-failed",
    Reason.LATE: "idle-timeout",
    Reason.CUT: "cut",
}
"""How a transfer ends that fails on this side. When the other side says so it is ``mismatch`` or ``declined``."""

_MISMATCHES: Final = frozenset({Reason.DAMAGED, Reason.CHANGED})


class TransferFailed(Exception):
    """This side cannot go on. ``text`` is for both sides and holds nothing that the other one may not know."""

    def __init__(self, reason: Reason, text: str, *, kind: EndingKind | None = None, is_told: bool = True) -> None:
        super().__init__(text)
        self.reason = reason
        self.text = text
        self.kind: EndingKind = kind or _HERE[reason]
        self.is_told = is_told
        """Whether a FAIL frame says so to the other side: not when it would not understand."""


class TransferRefused(Exception):
    """The other side said in a FAIL frame that it cannot go on."""

    def __init__(self, code: int, text: str) -> None:
        known = code in Reason.__members__.values()
        super().__init__(text)
        self.kind: EndingKind = "mismatch" if known and Reason(code) in _MISMATCHES else "declined"
        self.text = safe(text)
