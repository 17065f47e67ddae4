"""X11: the answer to a connection setup. X Window System Protocol, chapter 8; encoding: appendix B."""

from struct import unpack_from
from typing import Final

from nettools.core.depth.match import Match, told

_FAILED, _SUCCESS, _AUTHENTICATE = 0, 1, 2
_PROTOCOL: Final = 11
_VENDOR_AT: Final = 40


def read(data: bytes) -> Match | None:
    """The maker and the release, or the reason of a refusal."""
    status, length, major, minor, size = unpack_from("<BBHHH", data)
    if status == _AUTHENTICATE:
        return Match(service="x11", extra="asks for authentication") if data[1:5] == bytes(4) else None
    if major != _PROTOCOL or minor > 9 or len(data) < 8 + 4 * size:
        return None
    if status == _FAILED:
        reason = told(data[8 : 8 + length])
        return Match(service="x11", extra=f"refused: {reason}" if reason else "refused")
    if status != _SUCCESS:
        return None
    release, _, _, _, vendor_length = unpack_from("<IIIIH", data, 8)
    vendor = told(data[_VENDOR_AT : _VENDOR_AT + vendor_length])
    is_xorg = vendor is not None and "X.Org" in vendor
    return Match(
        service="x11", product=vendor, version=_xorg(release) if is_xorg else str(release), extra="open to anybody"
    )


def _xorg(release: int) -> str:
    """1.21.1.4 is 12101004: X.Org server, include/xorg-server.h (XORG_VERSION_CURRENT), less ten million."""
    major, rest = divmod(release, 10_000_000)
    minor, rest = divmod(rest, 100_000)
    patch, snapshot = divmod(rest, 1000)
    return f"{major}.{minor}.{patch}" + (f".{snapshot}" if snapshot else "")
