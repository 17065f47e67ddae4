"""The text form of Prometheus metrics: ``NAME_build_info{version="…"} 1`` names an exporter.

Prometheus documentation, Exposition formats.
"""

import re
from typing import Final

from nettools.core.depth.http_reply import parse_http
from nettools.core.depth.match import Match, told

_BUILD: Final = re.compile(rb"^([a-z0-9_]{1,60})_build_info\{([^}\n]{0,600})\}", re.MULTILINE)
_GO: Final = re.compile(rb"^go_info\{version=\"(go[^\"\n]{1,40})\"\}", re.MULTILINE)
_VERSION: Final = re.compile(rb"(?:^|,)version=\"([^\"]{1,60})\"")
_OF_LIBRARIES: Final = (b"go", b"promhttp", b"python")


def read(data: bytes) -> Match | None:
    """An exporter, with its name and version where they have come."""
    reply = parse_http(data)
    if reply is None or reply.status != 200 or not re.match(rb"\s*# (?:HELP|TYPE) ", reply.body[:100]):
        return None
    language = _GO.search(reply.body)
    extra = told(language[1]) if language else None
    for found in _BUILD.finditer(reply.body):
        if found[1] not in _OF_LIBRARIES:
            version = _VERSION.search(found[2])
            number = told(version[1]) if version else None
            return Match(service="prometheus-exporter", product=told(found[1]), version=number, extra=extra)
    return Match(service="prometheus-exporter", extra=extra)
