"""RDP: the X.224 connection confirm and what it says of security. MS-RDPBCGR §2.2.1.2; TPKT: RFC 1006 §6."""

from typing import Final

from nettools.core.depth.match import Match

_CONFIRM: Final = 0xD0
_RESPONSE: Final = 2
_FAILURE: Final = 3
_PROTOCOLS: Final = {0: "RDP security", 1: "TLS", 2: "CredSSP", 4: "RDSTLS", 8: "CredSSP with early authorisation"}
_FAILURES: Final = {
    1: "TLS required",
    2: "TLS not allowed",
    3: "no certificate on the server",
    4: "inconsistent flags",
    5: "CredSSP required",
    6: "TLS with a client certificate required",
}


def read(data: bytes) -> Match | None:
    """RDP, with the security that was chosen."""
    if data[:2] != b"\x03\x00" or len(data) < int.from_bytes(data[2:4], "big") or data[5] & 0xF0 != _CONFIRM:
        return None
    kind, length = data[11:12], int.from_bytes(data[13:15], "little")
    if not kind:  # servers before RDP 5.2 confirm without a word of security
        return Match(service="rdp", extra="RDP security") if len(data) == 11 else None
    if length != 8 or len(data) < 19:
        return None
    value = int.from_bytes(data[15:19], "little")
    if kind[0] == _RESPONSE and value in _PROTOCOLS:
        return Match(service="rdp", extra=_PROTOCOLS[value])
    if kind[0] == _FAILURE and value in _FAILURES:
        return Match(service="rdp", extra=_FAILURES[value])
    return None
