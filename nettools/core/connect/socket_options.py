"""Options of a socket that a person may set: as words on the command line, as values, and where each applies."""

from dataclasses import dataclass
from math import ceil
from typing import Final

from nettools.core.connect.target import Transport
from nettools.core.number import parse_bits, parse_count, parse_duration_s, parse_size
from nettools.core.text import quoted
from nettools.errors import OptionError

HIGHEST_TOS: Final = 255
HIGHEST_TTL: Final = 255
LONGEST_KEEPALIVE_S: Final = 32_767
"""MAX_TCP_KEEPIDLE and MAX_TCP_KEEPINTVL of linux/net/tcp.h."""
LARGEST_BUFFER: Final = 1 << 30
"""The kernel doubles what SO_SNDBUF and SO_RCVBUF ask for and keeps it in an int (socket(7), net/core/sock.c)."""

_EXPEDITED: Final = {"ef": 46, "va": 44, "le": 1}  # RFC 3246 §2.4, RFC 5865 §2, RFC 8622 §4
_CLASS_SELECTORS: Final = {f"cs{number}": number << 3 for number in range(8)}  # RFC 2474 §4.2.2.1
_ASSURED: Final = {f"af{n}{drop}": n << 3 | drop << 1 for n in range(1, 5) for drop in range(1, 4)}  # RFC 2597 §6
DSCP: Final[dict[str, int]] = _EXPEDITED | _CLASS_SELECTORS | _ASSURED
"""The names of IANA's DSCP registry; in the octet that goes out they stand above the two bits of ECN (RFC 3168 §5)."""

_IP_TRANSPORTS: Final = ("tcp", "mptcp", "udp")
_TCP_TRANSPORTS: Final = ("tcp", "mptcp")


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketOptions:
    """What was asked for; None and False leave what the system does by itself."""

    tos: int | None = None
    """The octet that is the type of service of IPv4 and the traffic class of IPv6."""
    ttl: int | None = None
    """The time to live of IPv4, the hop limit of IPv6."""
    nodelay: bool = False
    keepalive_s: int | None = None
    """How long a silent connection waits for its first probe, and between two."""
    sndbuf: int | None = None
    rcvbuf: int | None = None
    """Octets; the system may give less (net.core.wmem_max, rmem_max)."""


def parse_tos(text: str) -> int:
    """0 to 255, also as 0x.., or the name of a code point: cs1, af41, ef. Raises OptionError."""
    code_point = DSCP.get(text.lower())
    if code_point is not None:
        return code_point << 2
    if not text[:1].isdigit():
        raise OptionError(
            f"--tos {quoted(text)} is neither a number nor a code point", hint="write 0 to 255, cs1, af41 or ef"
        )
    return parse_bits(text, "--tos", maximum=HIGHEST_TOS)


def parse_keepalive_s(text: str, name: str = "--keepalive") -> int:
    """A duration; parts of a second become a whole one, since the kernel counts those. Raises OptionError."""
    return ceil(parse_duration_s(text, name, maximum_s=float(LONGEST_KEEPALIVE_S)))


def parse_socket_options(
    *,
    tos: str | None = None,
    ttl: str | None = None,
    nodelay: bool = False,
    keepalive: str | None = None,
    sndbuf: str | None = None,
    rcvbuf: str | None = None,
) -> SocketOptions:
    """The words of the command line as values. Raises OptionError."""
    return SocketOptions(
        tos=None if tos is None else parse_tos(tos),
        ttl=None if ttl is None else parse_count(ttl, "--ttl", minimum=1, maximum=HIGHEST_TTL),
        nodelay=nodelay,
        keepalive_s=None if keepalive is None else parse_keepalive_s(keepalive),
        sndbuf=None if sndbuf is None else parse_size(sndbuf, "--sndbuf", maximum=LARGEST_BUFFER),
        rcvbuf=None if rcvbuf is None else parse_size(rcvbuf, "--rcvbuf", maximum=LARGEST_BUFFER),
    )


def check_options(options: SocketOptions, transport: Transport) -> None:
    """Refuse what a socket of that transport does not have. Raises OptionError."""
    asked = {
        "--tos": (options.tos is not None, _IP_TRANSPORTS),
        "--ttl": (options.ttl is not None, _IP_TRANSPORTS),
        "--nodelay": (options.nodelay, _TCP_TRANSPORTS),
        "--keepalive": (options.keepalive_s is not None, _TCP_TRANSPORTS),
    }
    for name, (is_asked, transports) in asked.items():
        if is_asked and transport not in transports:
            raise OptionError(f"{name} means nothing to {transport}: it is for {' and '.join(transports)}")
