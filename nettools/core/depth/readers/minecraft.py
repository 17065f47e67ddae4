"""Minecraft (Java Edition): the status of a server. minecraft.wiki, "Java Edition protocol/Server List Ping"."""

import json
from typing import Final

from nettools.core.depth.match import Match, told

_STATUS_RESPONSE: Final = 0


def read(data: bytes) -> Match | None:
    """The version and how many play, once the whole status has come."""
    length, at = _number(data, 0)
    kind, at_text = _number(data, at)
    size, begin = _number(data, at_text)
    if kind != _STATUS_RESPONSE or length > len(data) - at or begin + size != at + length:
        return None
    status = json.loads(data[begin : begin + size])
    version = status["version"]["name"]
    players = status.get("players", {})
    if not isinstance(version, str) or not isinstance(players, dict):
        return None
    online, most = players.get("online"), players.get("max")
    extra = f"{online} of {most} players" if isinstance(online, int) and isinstance(most, int) else None
    return Match(service="minecraft", product="Minecraft", version=told(version), extra=extra)


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A VarInt and where it ends: seven bits in each octet, least significant first, at most five octets."""
    value = 0
    for place in range(5):
        value |= (data[at + place] & 0x7F) << 7 * place
        if data[at + place] < 0x80:
            return value, at + place + 1
    raise ValueError("a VarInt of more than five octets")
