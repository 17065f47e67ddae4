"""``safe()``: the one way for text from the network or the system to reach a terminal, a log or a CSV cell.

A terminal obeys control characters, so whoever sends us a banner, a host name or an interface alias could
move the cursor, set the title or hide a line. Everything that does not print as itself becomes a visible
escape; the escapes can be reversed because a backslash is doubled.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

# Printable by Python's account and yet invisible: fillers (Lo, Mn) and variation selectors.
_INVISIBLE: Final = (
    (0x034F, 0x034F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFB),
    (0x1BCA0, 0x1BCA3),
    (0xE0000, 0xE0FFF),
)


class SafeText(str):
    """Text in which everything that a terminal might obey is an escape already, as in the presentation of the DNS.

    ``safe`` leaves it alone: escaping the backslashes of its escapes would make another text of it.
    """

    __slots__ = ()


def safe(text: str | bytes) -> str:
    r"""``text`` with everything that a terminal might obey or hide shown as an escape.

    What stays is what ``str.isprintable`` calls printable (no control, format, private or unassigned
    character, no lone surrogate, no blank but the space), less the invisible ones, less the backslash, which
    is doubled. Other characters become ``\u{NNNN}``, ASCII controls ``\xNN``. Bytes are read as UTF-8; a byte
    that is not becomes ``\xNN``. Text that Python decoded with ``surrogateescape`` (file names, arguments)
    gives its raw bytes back the same way.

    >>> safe("plain")
    'plain'
    >>> safe("a\x1b[31mb")
    'a\\x1b[31mb'
    >>> safe(SafeText("a\\027b"))
    'a\\027b'
    """
    if isinstance(text, SafeText):
        return text
    if isinstance(text, bytes):
        text = text.decode("utf-8", "surrogateescape")
    if text.isascii() and text.isprintable() and "\\" not in text:
        return text
    return "".join(_shown(character) for character in text)


def quoted(text: str, most: int = 60) -> str:
    """``text`` in quotes for a message, escaped, and shortened when it is long."""
    shown = safe(text[: most + 1])
    return f"'{shown}'" if len(text) <= most and len(shown) <= most else f"'{shown[: most - 3]}...'"


def suggestion(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """A hint that names what looks most like the word, escaped; ``otherwise`` when nothing does."""
    from difflib import get_close_matches  # wanted only when a word is wrong

    close = get_close_matches(word, list(known), n=3, cutoff=0.5)
    return f"did you mean {' or '.join(safe(one) for one in close)}?" if close else otherwise


def some_of(names: Iterable[str], most: int = 10) -> str:
    """``there are a, b, c``, escaped, and not all of them when they are many."""
    found = list(names)
    shown = ", ".join(safe(one) for one in found[:most]) + ("..." if len(found) > most else "")
    return f"there are {shown}" if found else "there are none"


def with_hint(message: str, hint: str | None) -> str:
    """A warning or a failure in one line: what, and what next where that is known.

    >>> with_hint("there is no table 'mian'", "did you mean main?")
    "there is no table 'mian'; did you mean main?"
    """
    return f"{message}; {hint}" if hint else message


def without_surrogates(text: str) -> str:
    r"""``text`` with each lone surrogate as the ``\xNN`` of its byte: JSON must not hold one (RFC 7493 §2.1).

    >>> without_surrogates("a\udcffb"), without_surrogates("a\ud800b")
    ('a\\xffb', 'a\\ud800b')
    """
    if text.isascii():
        return text
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:  # surrogates that stand for no byte, as "\\ud800" in somebody's JSON
        return "".join(one if one < "\ud800" or one > "\udfff" else f"\\u{ord(one):04x}" for one in text)


@lru_cache(maxsize=4096)
def _shown(character: str) -> str:
    code = ord(character)
    if character == "\\":
        return "\\\\"
    if 0xDC80 <= code <= 0xDCFF:  # surrogateescape: an undecodable byte, PEP 383
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x20 or code == 0x7F:
        return f"\\x{code:02x}"
    is_invisible = any(first <= code <= last for first, last in _INVISIBLE)
    return f"\\u{{{code:x}}}" if is_invisible or not character.isprintable() else character
