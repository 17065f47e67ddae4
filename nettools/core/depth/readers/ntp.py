"""NTP: the variables of the system (mode 6, RFC 9327), or the answer to a client (mode 4, RFC 5905 §7.3)."""

import re
from typing import Final

from nettools.core.depth.match import Match, told

_HEADER: Final = 48
_CONTROL_HEADER: Final = 12
_RESPONSE: Final = 0x80
_READ_VARIABLES: Final = 2
_VERSION: Final = re.compile(
    rb"(?:.{0,400}?[ ,])?version=\"(?P<product>[A-Za-z]{1,20})(?: v?(?P<version>[0-9][^ @\"]{0,40}))?", re.DOTALL
)
_SYSTEM: Final = re.compile(rb".{0,600}?system=\"(?P<system>[^\"]{1,80})\"", re.DOTALL)


def read(data: bytes) -> Match | None:
    """A time server: its name and version where it tells them, else its stratum."""
    mode, version = data[0] & 7, data[0] >> 3 & 7
    if mode == 6 and data[1] & _RESPONSE and data[1] & 0x1F == _READ_VARIABLES and len(data) >= _CONTROL_HEADER:
        variables = data[_CONTROL_HEADER:]
        named, system = _VERSION.match(variables), _SYSTEM.match(variables)
        return Match(
            service="ntp",
            product=told(named["product"]) if named else None,
            version=told(named["version"]) if named else None,
            extra=told(system["system"]) if system else None,
        )
    if mode == 4 and len(data) >= _HEADER and 1 <= version <= 4 and data[1] <= 16:
        source = data[12:16].rstrip(b"\0") if data[1] <= 1 else b""
        return Match(service="ntp", extra=told(f"stratum {data[1]} {source.decode('ascii', 'replace')}"))
    return None
