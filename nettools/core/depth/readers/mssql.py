"""Microsoft SQL Server: the answer to PRELOGIN. MS-TDS §2.2.3.1 (packet header), §2.2.6.5 (PRELOGIN options)."""

from struct import unpack_from
from typing import Final

from nettools.core.depth.match import Match

_RESPONSE: Final = 4
_HEADER: Final = 8
_VERSION: Final = 0
_END: Final = 0xFF
# "Latest updates and version history for SQL Server" (Microsoft Learn): the major number of a build.
_RELEASES: Final = {
    8: "2000",
    9: "2005",
    10: "2008",
    11: "2012",
    12: "2014",
    13: "2016",
    14: "2017",
    15: "2019",
    16: "2022",
    17: "2025",
}


def read(data: bytes) -> Match | None:
    """The version, which is told before anybody logs in."""
    kind, _, length = unpack_from(">BBH", data)
    body = data[_HEADER:length]
    if kind != _RESPONSE or length > len(data) or body[0] != _VERSION:
        return None
    at = 0
    while body[at] != _END:
        option, start, size = unpack_from(">BHH", body, at)
        if option == _VERSION and size == 6:
            major, minor, build, _ = unpack_from(">BBHH", body, start)
            release = _RELEASES.get(major)
            if release is None:
                return None
            name = f"{release} R2" if (major, minor) == (10, 50) else release
            return Match(
                service="mssql", product="Microsoft SQL Server", version=f"{major}.{minor:02}.{build}", extra=name
            )
        at += 5
    return None
