"""What a trace may use, and how far it goes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from nettools.core.dns.query import QueryOptions
from nettools.core.resolve.lookup import Transport
from nettools.core.resolve.trace.cut import Cut

BOTH_VERSIONS: frozenset[int] = frozenset({4, 6})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Where a trace stops, with a warning: what a name may need, and far below what a hostile zone could make of it."""

    cuts: int = 32
    aliases: int = 16
    """As many restarts as BIND made for one query until 9.18 (MAX_RESTARTS)."""
    lookups: int = 500
    depth: int = 6
    """Of servers without glue whose zones have servers without glue."""
    searches: int = 200
    """For servers without glue, in all: a web of them is an attack (NXNSAttack, CVE-2020-8616)."""


class Verdict(Protocol):
    """How far the keys of a zone can be trusted, and why."""

    @property
    def status(self) -> str: ...

    @property
    def reason(self) -> str: ...


Judge = Callable[..., Verdict]
"""``judge(zone, referral=, dnskey=, parent=)``: the verdict on a zone from the authority section of its parent's
referral, the answer to DNSKEY (None when there was none), and the verdict on the zone above (None for the root)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceSettings:
    """``root`` is where it begins; ``port`` and ``transport`` are for every server that is asked."""

    root: Cut
    port: int = 53
    transport: Transport = "udp"
    versions: frozenset[int] = BOTH_VERSIONS
    """The IP versions that may be used."""
    timeout_s: float = 2.0
    """The longest that one server takes, all tries together; a zone's servers are asked at the same time."""
    tries: int = 2
    options: QueryOptions = field(default_factory=QueryOptions)
    """Recursion is never desired, and DNSSEC records always are; the rest counts."""
    limits: Limits = Limits()
    judge: Judge | None = None
    """Verifies the chain of trust on the way; None leaves signatures alone."""
