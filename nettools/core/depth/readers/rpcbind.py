"""The port mapper: its list of programs. RFC 5531 §9 and §11, RFC 1833 §3."""

from struct import unpack_from
from typing import Final

from nettools.core.depth.match import Match

_REPLY: Final = 1
_MORE: Final = 1
_MOST_PROGRAMS: Final = 600
# Numbers in IANA's registry "Remote Procedure Call (RPC) Program Numbers".
_PROGRAMS: Final = {100000: "rpcbind", 100003: "nfs", 100005: "mountd", 100021: "nlockmgr", 100024: "status"}


def read(data: bytes) -> Match | None:
    """The programs that are registered, by name where it is a usual one."""
    kind, state = unpack_from(">II", data, 4)
    if kind != _REPLY:
        data = data[4:]  # over TCP a record mark stands in front of the number of the call
        kind, state = unpack_from(">II", data, 4)
    if kind != _REPLY or state > 1:
        return None
    if state:
        return Match(service="rpcbind", extra="refused")
    _, verifier, accepted = unpack_from(">III", data, 12)
    if verifier or accepted:
        return Match(service="rpcbind", extra="refused") if accepted <= 5 else None
    programs: list[int] = []
    at = 24
    while len(programs) < _MOST_PROGRAMS and at + 24 <= len(data) and unpack_from(">I", data, at)[0] == _MORE:
        programs.append(unpack_from(">I", data, at + 4)[0])
        at += 20
    names = dict.fromkeys(_PROGRAMS.get(program, str(program)) for program in programs)
    return Match(service="rpcbind", extra="programs " + ", ".join(names) if names else None)
