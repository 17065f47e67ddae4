"""Which names of which addresses are to be asked for: what was asked for, read and checked, as values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from nettools.core.bulk_resolve.groups import Group
from nettools.core.dns.message import Question
from nettools.core.resolve.lookup import DEFAULT_TIMEOUT_S, DEFAULT_TRIES, Lookup, Server
from nettools.core.resolve.option_values import (
    parse_concurrency,
    parse_rate,
    parse_server_port,
    parse_timeout_s,
    parse_tries,
)
from nettools.core.resolve.server_spec import parse_server
from nettools.core.resolve.tls import TlsSettings
from nettools.net.dns_channels import OpenChannel
from nettools.net.dns_open import channel_opener
from nettools.net.system_dns import read_resolv_conf
from nettools.net.system_resolver import find_servers
from nettools.runs.caller import Caller
from nettools.runs.together import spelled

_SERVER_LOOKUP_S: Final = 10.0


class RdnsAsked(Protocol):
    """What can be asked, as whoever asks holds it: a dataclass. Numbers may be the words of a command line."""

    @property
    def no_forward(self) -> bool: ...
    @property
    def every(self) -> bool: ...
    @property
    def port(self) -> int | str | None: ...
    @property
    def insecure(self) -> bool: ...
    @property
    def cafile(self) -> str | None: ...
    @property
    def tls_name(self) -> str | None: ...
    @property
    def timeout(self) -> float | str | None: ...
    @property
    def tries(self) -> int | str | None: ...
    @property
    def concurrency(self) -> int | str: ...
    @property
    def rate(self) -> int | str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RdnsOrder:
    """What to ask whom."""

    targets: tuple[str, ...]
    group: Group
    forward: bool
    """Whether to ask for the addresses of the names."""
    lists_all: bool
    """Whether to list addresses without a name too."""
    concurrency: int
    rate: float | None
    open: OpenChannel


def order_of(caller: Caller, asked: RdnsAsked, targets: Sequence[str], servers: Sequence[str]) -> RdnsOrder:
    """The order. Raises OptionError and the like, NameLookupError for an unknown server."""
    timeout_s = None if asked.timeout is None else parse_timeout_s(asked.timeout, spelled(asked, "timeout"))
    tries = None if asked.tries is None else parse_tries(asked.tries, spelled(asked, "tries"))
    port = None if asked.port is None else parse_server_port(asked.port, spelled(asked, "port"))
    found = _servers(caller, servers, port, asked.tls_name, timeout_s or _SERVER_LOOKUP_S) if servers else None
    lookup = _lookup(found, port, timeout_s, tries)
    settings = TlsSettings(cafile=asked.cafile, name=asked.tls_name, is_verified=not asked.insecure)
    return RdnsOrder(
        targets=tuple(targets),
        group=Group(lookup),
        forward=not asked.no_forward,
        lists_all=asked.every,
        concurrency=parse_concurrency(asked.concurrency, spelled(asked, "concurrency")),
        rate=None if asked.rate is None else parse_rate(asked.rate, spelled(asked, "rate")),
        open=channel_opener(settings, lookup.servers),
    )


def _lookup(servers: tuple[Server, ...] | None, port: int | None, timeout_s: float | None, tries: int | None) -> Lookup:
    """How any question is asked: of the servers that were named, which stand in for each other, or by resolv.conf."""
    question = Question(name=b"\0", type=0, class_=1)
    if servers is not None:
        return Lookup(
            question=question,
            servers=servers,
            timeout_s=timeout_s or DEFAULT_TIMEOUT_S,
            tries=tries or DEFAULT_TRIES,
        )
    conf = read_resolv_conf()
    known, tries = conf.servers(port=port or 53), tries or conf.attempts
    return Lookup(
        question=question,
        servers=known,
        timeout_s=timeout_s or conf.timeout_s * tries * len(known),
        try_timeout_s=conf.timeout_s if timeout_s is None else None,
        tries=tries,
    )


def _servers(
    caller: Caller, words: Sequence[str], port: int | None, tls_name: str | None, patience_s: float
) -> tuple[Server, ...]:
    specs = [parse_server(word, default_port=port, tls_name=tls_name) for word in words]
    with caller.interrupts() as interrupts:
        found = [find_servers(one, timeout_s=patience_s, interrupts=interrupts) for one in specs]
    return tuple(server for one in found for server in one)
