"""``safe()``: the one way for text from the network or the system to reach a terminal, a log or a CSV cell.

A terminal obeys control characters, so whoever sends us a banner, a host name or an interface alias could
move the cursor, set the title or hide a line. Everything that does not print as itself becomes a visible
escape; the escapes can be reversed because a backslash is doubled.
"""

import re
from functools import cache

# What a terminal may act on or hide, by Unicode 16 general category and properties:
#   Cc  C0 controls, DEL and C1 (ECMA-48 §5: C1 holds CSI and OSC in one byte)
#   Zl, Zp  line and paragraph separators, which some readers take for a new line
#   Bidi_Control  061C, 200E-200F, 202A-202E, 2066-2069 (UAX #9: they reorder what is shown)
#   zero width  200B-200D, 2060-2064, FEFF; invisible fillers 00AD, 034F, 115F-1160, 17B4-17B5, 180B-180F, 3164, FFA0
#   interlinear annotation FFF9-FFFB; variation selectors FE00-FE0F, E0100-E01EF; tags E0000-E007F
#   Cs lone surrogates, Co private use, noncharacters FDD0-FDEF and xFFFE-xFFFF
_UNSAFE = (
    "[\x00-\x1f\x7f-\x9f\\\\"
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff"
    "\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)


def safe(text: str | bytes) -> str:
    r"""``text`` with everything that a terminal might obey or hide shown as an escape.

    Control characters become ``\xNN``, other unsafe ones ``\u{NNNN}``, a backslash ``\\``. Bytes are read as
    UTF-8; a byte that is not becomes ``\xNN``. Text that Python decoded with ``surrogateescape`` (file names,
    arguments) gives its raw bytes back the same way.

    >>> safe("plain")
    'plain'
    >>> safe("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8", "surrogateescape")
    if text.isascii() and text.isprintable() and "\\" not in text:
        return text
    return _unsafe().sub(_escape, text)


@cache
def _unsafe() -> re.Pattern[str]:
    return re.compile(_UNSAFE)


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    code = ord(character)
    if character == "\\":
        return "\\\\"
    if 0xDC80 <= code <= 0xDCFF:  # surrogateescape: an undecodable byte, PEP 383
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{{{code:x}}}"
