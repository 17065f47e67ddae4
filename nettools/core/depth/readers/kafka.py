"""Kafka: the answer to ApiVersions. Kafka protocol guide, "The Messages: ApiVersions"."""

from struct import iter_unpack, unpack_from
from typing import Final

from nettools.core.depth.match import Match

_NUMBER: Final = 0x6E74
"""The correlation id of our question, which the answer repeats."""
_ENTRY: Final = 6
# A broker is at least of the release that brought an API: "Kafka protocol guide, Api Keys", and the release notes.
_SINCE: Final = {
    3: "0.8",
    18: "0.10",
    22: "0.11",
    37: "1.0",
    38: "1.1",
    44: "2.3",
    48: "2.6",
    50: "2.7",
    60: "2.8",
    61: "3.0",
    65: "3.0",
    68: "3.5",
    71: "3.7",
    75: "3.8",
    80: "4.0",
}


def read(data: bytes) -> Match | None:
    """Kafka, with the release that its list of APIs shows at least; the broker tells no version."""
    size, number, error = unpack_from(">iih", data)
    if number != _NUMBER or size < 6 or size > len(data) - 4:
        return None
    if error:
        return Match(service="kafka", extra=f"error {error}") if size == 10 or size == 6 else None
    count = unpack_from(">i", data, 10)[0]
    if count < 1 or size != 10 + count * _ENTRY:
        return None
    keys = {key for key, _, _ in iter_unpack(">hhh", data[14 : 14 + count * _ENTRY])}
    release = next((_SINCE[key] for key in sorted(_SINCE, reverse=True) if key in keys), None)
    return Match(service="kafka", extra=f"{count} APIs" + (f", release {release} or later" if release else ""))
