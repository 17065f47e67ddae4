"""What name servers are to be asked: what was asked for, read and checked, as values."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from nettools.core.dns.edns import client_subnet_option
from nettools.core.dns.query import QueryOptions
from nettools.core.dns.tsig import TsigKey
from nettools.core.dns.tsig_key import tsig_key_of_file, tsig_key_of_option
from nettools.core.dns.types import TYPES, class_number
from nettools.core.outcome import Failure, failure_of
from nettools.core.resolve.answering import Manner, ServerGroup
from nettools.core.resolve.lookup import Server
from nettools.core.resolve.option_values import (
    parse_bufsize,
    parse_concurrency,
    parse_rate,
    parse_server_port,
    parse_timeout_s,
    parse_tries,
)
from nettools.core.resolve.server_spec import ServerSpec
from nettools.core.resolve.tls import TlsSettings
from nettools.core.resolve.words import AskedName, parse_request
from nettools.core.subnet.parse import parse_network
from nettools.core.text import quoted
from nettools.errors import OptionError
from nettools.net.line_input import read_text
from nettools.net.sockets import socket_address
from nettools.net.system_dns import read_resolv_conf
from nettools.net.system_resolver import find_servers
from nettools.runs.caller import Caller
from nettools.runs.resolve_asked import DEFAULT_BUFSIZE, ResolveAsked
from nettools.runs.resolve_modes import check_servers, check_together
from nettools.runs.together import spelled

_AAAA = TYPES["AAAA"]
_SERVER_LOOKUP_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveOrder:
    """What to ask whom, and how."""

    asked: ResolveAsked
    names: tuple[AskedName, ...]
    unreadable: tuple[Failure, ...]
    """Words that are no names."""
    types: tuple[int, ...]
    """Those that were named, if any were."""
    groups: tuple[ServerGroup, ...]
    manner: Manner
    tls: TlsSettings
    port: int | None
    versions: frozenset[int]
    """The IP versions over which servers are asked."""
    concurrency: int | None
    rate: float | None
    """Questions a second to one server, in bulk."""

    @property
    def servers(self) -> tuple[Server, ...]:
        """All servers that were named, or that resolv.conf names."""
        return tuple(server for group in self.groups for server in group.servers)


def order_of(caller: Caller, asked: ResolveAsked, *, needs_name: bool = True) -> ResolveOrder:
    """The order; names may come from elsewhere. Raises OptionError and the like for what makes no sense,
    NameLookupError for an unknown server.
    """
    check_together(asked)
    port = None if asked.port is None else parse_server_port(asked.port, spelled(asked, "port"))
    request = parse_request(
        asked.words or [],
        names=asked.name or [],
        types=asked.type or [],
        servers=asked.server or [],
        addresses=asked.reverse or [],
        default_port=port,
        tls_name=asked.tls_name,
        needs_name=needs_name,
    )
    versions = frozenset({4} if asked.ipv4 else {6} if asked.ipv6 else {4, 6})
    for warning in dict.fromkeys(warning for one in request.names for warning in one.warnings):
        caller.note(warning)
    if request.types and (asked.axfr or asked.ixfr is not None):
        raise OptionError("a transfer has records of all types", hint="leave out the type")
    groups = () if asked.trace else tuple(_groups(caller, asked, request.servers, versions, port))
    if not asked.trace:
        check_servers(asked, groups)
    return ResolveOrder(
        asked=asked,
        unreadable=tuple(failure_of(error, input=word) for word, error in request.unreadable),
        names=_without_aaaa(request.names) if not request.types and _is_without_aaaa(groups) else request.names,
        types=request.types,
        groups=groups,
        manner=_manner(asked),
        tls=TlsSettings(cafile=asked.cafile, name=asked.tls_name, is_verified=not asked.insecure),
        port=port,
        versions=versions,
        concurrency=None
        if asked.concurrency is None
        else parse_concurrency(asked.concurrency, spelled(asked, "concurrency")),
        rate=None if asked.rate is None else parse_rate(asked.rate, spelled(asked, "rate")),
    )


def _manner(asked: ResolveAsked) -> Manner:
    class_ = class_number(asked.class_)
    if class_ is None:
        raise OptionError(f"the class {quoted(asked.class_)} is unknown", hint="there are IN, CH, HS and CLASSnnn")
    query = QueryOptions(
        recursion_desired=not asked.no_rd,
        authentic_data=asked.ad,
        checking_disabled=asked.cd,
        edns=not asked.no_edns,
        udp_size=parse_bufsize(DEFAULT_BUFSIZE if asked.bufsize is None else asked.bufsize, spelled(asked, "bufsize")),
        dnssec_ok=asked.dnssec,
        nsid=asked.nsid,
        client_subnet=None if asked.subnet is None else _client_subnet(asked.subnet),
        cookie=asked.cookie,
    )
    return Manner(
        class_=class_,
        options=query,
        timeout_s=_timeout_s(asked),
        tries=None if asked.tries is None else parse_tries(asked.tries, spelled(asked, "tries")),
        uses_search=asked.search is not False,
        tsig=_tsig(asked),
    )


def _is_without_aaaa(groups: Iterable[ServerGroup]) -> bool:
    """Whether resolv.conf says that IPv6 addresses are not to be asked for unless somebody names the type."""
    return any(one.conf is not None and one.conf.no_aaaa for one in groups)


def _without_aaaa(names: Iterable[AskedName]) -> tuple[AskedName, ...]:
    return tuple(replace(one, types=tuple(kind for kind in one.types if kind != _AAAA)) for one in names)


def _timeout_s(asked: ResolveAsked) -> float | None:
    return None if asked.timeout is None else parse_timeout_s(asked.timeout, spelled(asked, "timeout"))


def _client_subnet(text: str) -> bytes:
    return client_subnet_option(parse_network(text))


def _tsig(asked: ResolveAsked) -> TsigKey | None:
    if asked.tsig is not None:
        return tsig_key_of_option(asked.tsig)
    return None if asked.tsig_file is None else tsig_key_of_file(read_text(asked.tsig_file), asked.tsig_file)


def _groups(
    caller: Caller, asked: ResolveAsked, specs: Iterable[ServerSpec], versions: frozenset[int], port: int | None
) -> Iterator[ServerGroup]:
    """The servers that were named, each on its own, or those of the system, which stand in for each other."""
    is_named = False
    patience_s = _timeout_s(asked) or _SERVER_LOOKUP_S
    for spec in specs:
        is_named = True
        found = tuple(one for one in _addressed(caller, spec, versions, patience_s) if one.address.version in versions)
        if not found:
            raise OptionError(f"server {quoted(spec.text)} has no address of that IP version")
        for one in found:
            socket_address(one.address, one.port)  # raises AddressError for a zone that is no interface here
        yield ServerGroup(servers=tuple(_over_tcp(one) for one in found) if asked.tcp else found)
    if not is_named:
        conf = read_resolv_conf()
        turn = os.getpid() if conf.rotate else 0
        servers = tuple(one for one in conf.servers(port=port or 53, turn=turn) if one.address.version in versions)
        if not servers:
            raise OptionError("resolv.conf names no server of that IP version", hint="name one: @192.0.2.53")
        yield ServerGroup(servers=tuple(map(_over_tcp, servers)) if asked.tcp else servers, conf=conf)


def _addressed(caller: Caller, spec: ServerSpec, versions: frozenset[int], patience_s: float) -> tuple[Server, ...]:
    version = next(iter(versions)) if len(versions) == 1 else None
    with caller.interrupts() as interrupts:
        return find_servers(spec, version=version, timeout_s=patience_s, interrupts=interrupts)


def _over_tcp(server: Server) -> Server:
    return replace(server, transport="tcp") if server.transport == "udp" else server
