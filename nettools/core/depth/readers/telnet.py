"""Telnet: commands begin with IAC, everything else is text. RFC 854, RFC 855."""

import re
from typing import Final

from nettools.core.depth.match import Match, told

_NEGOTIATION: Final = re.compile(rb"\xff[\xfb-\xfe][\x00-\xff]")
"""IAC, then WILL, WONT, DO or DONT, and an option."""
_COMMAND: Final = re.compile(rb"\xff(?:[\xfb-\xfe][\x00-\xff]|\xfa[^\xff]{0,256}\xff\xf0|[\xf1-\xf9])")


def read(data: bytes) -> Match | None:
    """Telnet, with the first line of text that says anything."""
    if _NEGOTIATION.match(data) is None:
        return None
    text = _COMMAND.sub(b"", data)
    lines = (told(line) for line in re.split(rb"[\r\n]+", text[:1024]))
    return Match(service="telnet", extra=next((line for line in lines if line), None))
