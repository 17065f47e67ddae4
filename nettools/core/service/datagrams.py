"""What a service answers to a datagram, so short that nobody gains by having it sent to somebody else.

RFC 864 and 865 let an answer have 512 octets, and the sender's address may be forged. So an answer is never longer than
the longer of one line and what was asked. (US-CERT TA14-017A counts a factor of 358.8 for chargen, 140.3 for qotd.)
"""

from typing import Final

from nettools.core.service.chargen import LINE, line
from nettools.core.service.finger import answer_query
from nettools.core.service.moments import daytime_line, time_octets
from nettools.core.service.names import ServiceName
from nettools.core.service.quotes import quote_of_the_day

LONGEST_LINE: Final = LINE + 2
"""Octets of the longest answer to an empty datagram."""


def answer_datagram(service: ServiceName, octets: bytes, *, unix_s: float, pick: int) -> bytes | None:
    """The answer to one datagram; None when there is none. ``pick`` is any number, for what RFC 864 wants random.

    RFC 1288 knows finger on TCP alone, IANA registers 79/udp too: a datagram there is a query.
    """
    match service:
        case "echo":
            return octets
        case "discard":
            return None
        case "daytime":
            return daytime_line(unix_s)
        case "time":
            return time_octets(unix_s)
        case "qotd":
            return quote_of_the_day(unix_s)
        case "chargen":
            return _characters(pick)
        case "finger":
            return answer_query(octets.partition(b"\n")[0].removesuffix(b"\r"))


def _characters(pick: int) -> bytes:
    """From none to a whole line: RFC 864 lets any number up to 512 be chosen at random."""
    length = pick % (LONGEST_LINE + 1)
    return line(pick // (LONGEST_LINE + 1))[:length]
