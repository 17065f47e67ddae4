"""Which names from the other side may become a file here: one plain component, or none at all.

A name is taken as it is or refused; one that was repaired would be another name than the sender sees.
"""

from typing import Final

from nettools.core.checked_transfer.failure import Reason, TransferFailed
from nettools.core.text import quoted

PART: Final = ".part"
"""Behind the name of a file that is not whole yet."""
JOURNAL: Final = ".part.blake2"
"""Behind the name of its journal."""
LONGEST: Final = 255 - len(JOURNAL)
"""Octets: NAME_MAX (linux/limits.h) less what the journal's name has more."""

_DEVICES: Final = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³"))
)
"""With any ending, in any case: learn.microsoft.com, "Naming Files, Paths, and Namespaces"."""
_SEPARATORS: Final = frozenset("/\\")
_DIRECTIONS: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Bidi_Control of Unicode's PropList.txt: a name that holds one looks like another."""
_LINE_ENDS: Final = frozenset("\u2028\u2029")


def check_remote_name(octets: bytes) -> str:
    """The name as text. Raises TransferFailed with what is wrong with it."""
    try:
        name = octets.decode()
    except UnicodeDecodeError:
        raise _refused(octets.decode("utf-8", "surrogateescape"), "it is not UTF-8") from None
    wrong = _wrong_with(name)
    if wrong is not None:
        raise _refused(name, wrong)
    return name


def _wrong_with(name: str) -> str | None:
    if not name:
        return "it is empty"
    if len(name.encode()) > LONGEST:
        return f"it is longer than {LONGEST} bytes"
    if not _SEPARATORS.isdisjoint(name):
        return "it has a path separator"
    if any(ord(one) < 0x20 or 0x7F <= ord(one) < 0xA0 for one in name):
        return "it has a control character"
    if not (_DIRECTIONS | _LINE_ENDS).isdisjoint(name):
        return "it has a character that changes how it is shown"
    if name.startswith("."):
        return "it begins with a dot"
    if name.startswith("-"):
        return "it begins with a dash, as options do"
    if name.startswith(" ") or name.endswith((" ", ".")):
        return "it begins or ends with a blank or ends with a dot"
    if name.partition(".")[0].rstrip(" ").casefold() in _DEVICES:
        return "it is the name of a device on Windows"
    if name.casefold().endswith((PART, JOURNAL)):
        return f"{PART} and {JOURNAL} are for files that are not whole yet"
    return None


def _refused(name: str, wrong: str) -> TransferFailed:
    return TransferFailed(Reason.NAME, f"the name {quoted(name)} is refused: {wrong}")
