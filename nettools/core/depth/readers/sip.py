"""SIP and RTSP, whose answers look like those of HTTP: RFC 3261 §7.2, RFC 7826 §8."""

import re
from typing import Final

from nettools.core.depth.match import Match, told

_STATUS: Final = re.compile(rb"(?P<protocol>SIP|RTSP)/[12]\.0 (?P<status>[1-6][0-9]{2}) ")
_FIELD: Final = re.compile(rb"^(server|user-agent)[ \t]{0,4}:[ \t]{0,4}([^\r\n]{1,300})", re.IGNORECASE | re.MULTILINE)
_NAMED: Final = re.compile(rb"(?P<product>[^/0-9][^/]{0,60}?)[/ -]v?(?P<version>[0-9][^ ()]{0,40})")


def read(data: bytes) -> Match | None:
    """Who answered, by Server, else by User-Agent."""
    start = _STATUS.match(data)
    if start is None:
        return None
    service = start["protocol"].decode().lower()
    fields = {name.lower(): value for name, value in _FIELD.findall(data[:4096])}
    text = fields.get(b"server") or fields.get(b"user-agent")
    if text is None:
        return Match(service=service, extra=f"status {start['status'].decode()}")
    named = _NAMED.match(text)
    if named is None:
        return Match(service=service, product=told(text))
    return Match(service=service, product=told(named["product"]), version=told(named["version"]))
