"""Making a query message."""

from dataclasses import dataclass
from typing import Final

from nettools.core.dns.edns import CLIENT_SUBNET, COOKIE, NSID, opt_record
from nettools.core.dns.message import Question
from nettools.core.dns.types import AD, CD, RD

DEFAULT_UDP_SIZE: Final = 1232
"""Octets: what crosses nearly every path in one piece (DNS Flag Day 2020)."""
LEAST_UDP_SIZE: Final = 512
"""Octets of a message over UDP where there is no EDNS, RFC 1035 §2.3.4."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryOptions:
    """What a query asks beside its question."""

    recursion_desired: bool = True
    authentic_data: bool = False
    checking_disabled: bool = False
    edns: bool = True
    udp_size: int = DEFAULT_UDP_SIZE
    dnssec_ok: bool = False
    nsid: bool = False
    client_subnet: bytes | None = None
    """The data of the option, of ``edns.client_subnet_option``."""
    cookie: bool = False


DEFAULT_OPTIONS: Final = QueryOptions()


def make_query(
    question: Question,
    options: QueryOptions,
    *,
    identifier: int,
    cookie: bytes = b"",
    authority: bytes = b"",
) -> bytes:
    """The message. ``cookie`` is the client's eight octets, and the server's behind them once known (RFC 7873).

    ``authority`` is a whole record for the authority section: the SOA of an IXFR query (RFC 1995 §3).
    """
    flags = RD * options.recursion_desired | AD * options.authentic_data | CD * options.checking_disabled
    extra = b""
    if options.edns:
        chosen: list[tuple[int, bytes]] = []
        if options.nsid:
            chosen.append((NSID, b""))
        if options.client_subnet is not None:
            chosen.append((CLIENT_SUBNET, options.client_subnet))
        if options.cookie:
            chosen.append((COOKIE, cookie))
        extra = opt_record(udp=options.udp_size, dnssec_ok=options.dnssec_ok, options=tuple(chosen))
    counts = (1, 0, 1 if authority else 0, 1 if extra else 0)
    header = b"".join(number.to_bytes(2, "big") for number in (identifier, flags, *counts))
    asked = question.name + question.type.to_bytes(2, "big") + question.class_.to_bytes(2, "big")
    return header + asked + authority + extra
