"""DNS over TCP: a message with two octets of length in front. RFC 1035 §4.2.2."""

from nettools.core.depth.match import Match
from nettools.core.depth.readers import dns_udp


def read(data: bytes) -> Match | None:
    """A name server, once its message has come as a whole."""
    length = int.from_bytes(data[:2], "big")
    return dns_udp.read(data[2 : 2 + length]) if 12 <= length <= len(data) - 2 else None
