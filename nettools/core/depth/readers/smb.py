"""SMB2 and SMB3: the dialect that the server chose. MS-SMB2 §2.2.1 (header), §2.2.4 (NEGOTIATE response)."""

from struct import unpack_from
from typing import Final

from nettools.core.depth.match import Match

_HEADER: Final = 64
_RESPONSE_SIZE: Final = 65
_SIGNING_REQUIRED: Final = 2
_DIALECTS: Final = {0x0202: "2.0.2", 0x0210: "2.1", 0x02FF: "2", 0x0300: "3.0", 0x0302: "3.0.2", 0x0311: "3.1.1"}


def read(data: bytes) -> Match | None:
    """SMB, with its dialect, and whether messages have to be signed."""
    if data[:1] != b"\0" or data[4:8] not in (b"\xfeSMB", b"\xffSMB"):
        return None
    if data[4:8] == b"\xffSMB":
        return Match(service="smb", extra="SMB 1")
    command = unpack_from("<H", data, 4 + 12)[0]
    status = unpack_from("<I", data, 4 + 8)[0]
    if command != 0:
        return None
    if status:
        return Match(service="smb", extra=f"status {status:#010x}")
    size, security, dialect = unpack_from("<HHH", data, 4 + _HEADER)
    if size != _RESPONSE_SIZE or dialect not in _DIALECTS:
        return None
    signing = "signing required" if security & _SIGNING_REQUIRED else "signing not required"
    return Match(service="smb", extra=f"SMB {_DIALECTS[dialect]}, {signing}")
