"""What ``nettools resolve`` was asked for, read from its options and checked against each other."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from nettools.commands._resolve_modes import check_servers, check_together
from nettools.commands._resolve_options import DEFAULT_BUFSIZE, DEFAULT_INTERVAL, ResolveOptions
from nettools.commands._session import Session
from nettools.core.dns.edns import client_subnet_option
from nettools.core.dns.query import QueryOptions
from nettools.core.dns.tsig import TsigKey
from nettools.core.dns.tsig_key import tsig_key_of_file, tsig_key_of_option
from nettools.core.dns.types import TYPES, class_number
from nettools.core.number import parse_count, parse_duration_s
from nettools.core.outcome import Failure, failure_of
from nettools.core.resolve.answering import Manner, ServerGroup
from nettools.core.resolve.lookup import Server
from nettools.core.resolve.report import Response
from nettools.core.resolve.server_spec import ServerSpec
from nettools.core.resolve.tls import TlsSettings
from nettools.core.resolve.words import AskedName, parse_request
from nettools.core.subnet.parse import parse_network
from nettools.core.text import quoted
from nettools.errors import OptionError
from nettools.net.interrupts import Interrupts
from nettools.net.line_input import read_text
from nettools.net.sockets import socket_address
from nettools.net.system_dns import read_resolv_conf
from nettools.net.system_resolver import find_servers

_AAAA = TYPES["AAAA"]
_SERVER_LOOKUP_S = 10.0
_FASTEST = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveOrder:
    """What to ask whom, and how."""

    options: ResolveOptions
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
    interval_s: float
    concurrency: int | None
    rate: float | None
    """Questions a second to one server, in bulk."""
    expectation: Callable[[Response], bool] | None

    @property
    def servers(self) -> tuple[Server, ...]:
        """All servers that were named, or that resolv.conf names."""
        return tuple(server for group in self.groups for server in group.servers)


def read_order(session: Session, options: ResolveOptions) -> ResolveOrder:
    """The order. Raises OptionError and the like for what makes no sense, NameLookupError for an unknown server."""
    check_together(options, session.options.format)
    port = None if options.port is None else parse_count(options.port, "--port", minimum=1, maximum=65_535)
    request = parse_request(
        options.words or [],
        names=options.name or [],
        types=options.type or [],
        servers=options.server or [],
        addresses=options.reverse or [],
        default_port=port,
        tls_name=options.tls_name,
        needs_name=options.file is None,
    )
    if options.file is not None and request.names:
        raise OptionError(f"the name {quoted(request.names[0].text)} and --file exclude each other")
    versions = frozenset({4} if options.ipv4 else {6} if options.ipv6 else {4, 6})
    for warning in dict.fromkeys(warning for one in request.names for warning in one.warnings):
        session.note(warning)
    if request.types and (options.axfr or options.ixfr):
        raise OptionError("a transfer has records of all types", hint="leave out the type")
    groups = () if options.trace else tuple(_groups(options, request.servers, versions, port))
    if not options.trace:
        check_servers(options, groups)
    return ResolveOrder(
        options=options,
        unreadable=tuple(failure_of(error, input=word) for word, error in request.unreadable),
        names=_without_aaaa(request.names) if not request.types and _is_without_aaaa(groups) else request.names,
        types=request.types,
        groups=groups,
        manner=_manner(options),
        tls=TlsSettings(cafile=options.cafile, name=options.tls_name, is_verified=not options.insecure),
        port=port,
        versions=versions,
        interval_s=parse_duration_s(options.interval or DEFAULT_INTERVAL, "--interval", minimum_s=0.1),
        concurrency=None
        if options.concurrency is None
        else parse_count(options.concurrency, "--concurrency", minimum=1, maximum=100_000),
        rate=None if options.rate is None else float(parse_count(options.rate, "--rate", minimum=1, maximum=_FASTEST)),
        expectation=None if options.expect is None else _expectation(options.expect),
    )


def _manner(options: ResolveOptions) -> Manner:
    class_ = class_number(options.class_)
    if class_ is None:
        raise OptionError(f"the class {quoted(options.class_)} is unknown", hint="there are IN, CH, HS and CLASSnnn")
    query = QueryOptions(
        recursion_desired=not options.no_rd,
        authentic_data=options.ad,
        checking_disabled=options.cd,
        edns=not options.no_edns,
        udp_size=parse_count(options.bufsize or DEFAULT_BUFSIZE, "--bufsize", minimum=512, maximum=65_535),
        dnssec_ok=options.dnssec,
        nsid=options.nsid,
        client_subnet=None if options.subnet is None else _client_subnet(options.subnet),
        cookie=options.cookie,
    )
    return Manner(
        class_=class_,
        options=query,
        timeout_s=_duration(options.timeout, "--timeout"),
        tries=None if options.tries is None else parse_count(options.tries, "--tries", minimum=1, maximum=20),
        uses_search=options.search is not False,
        tsig=_tsig(options),
    )


def _is_without_aaaa(groups: Iterable[ServerGroup]) -> bool:
    """Whether resolv.conf says that IPv6 addresses are not to be asked for unless somebody names the type."""
    return any(one.conf is not None and one.conf.no_aaaa for one in groups)


def _without_aaaa(names: Iterable[AskedName]) -> tuple[AskedName, ...]:
    return tuple(replace(one, types=tuple(kind for kind in one.types if kind != _AAAA)) for one in names)


def _duration(text: str | None, name: str) -> float | None:
    return None if text is None else parse_duration_s(text, name, minimum_s=0.01, maximum_s=3600)


def _client_subnet(text: str) -> bytes:
    return client_subnet_option(parse_network(text))


def _tsig(options: ResolveOptions) -> TsigKey | None:
    if options.tsig is not None:
        return tsig_key_of_option(options.tsig)
    return None if options.tsig_file is None else tsig_key_of_file(read_text(options.tsig_file), options.tsig_file)


def _groups(
    options: ResolveOptions, specs: Iterable[ServerSpec], versions: frozenset[int], port: int | None
) -> Iterator[ServerGroup]:
    """The servers that were named, each on its own, or those of the system, which stand in for each other."""
    is_named = False
    patience_s = _duration(options.timeout, "--timeout") or _SERVER_LOOKUP_S
    for spec in specs:
        is_named = True
        found = tuple(one for one in _addressed(spec, versions, patience_s) if one.address.version in versions)
        if not found:
            raise OptionError(f"server {quoted(spec.text)} has no address of that IP version")
        for one in found:
            socket_address(one.address, one.port)  # raises AddressError for a zone that is no interface here
        yield ServerGroup(servers=tuple(_over_tcp(one) for one in found) if options.tcp else found)
    if not is_named:
        conf = read_resolv_conf()
        turn = os.getpid() if conf.rotate else 0
        servers = tuple(one for one in conf.servers(port=port or 53, turn=turn) if one.address.version in versions)
        if not servers:
            raise OptionError("resolv.conf names no server of that IP version", hint="name one: @192.0.2.53")
        yield ServerGroup(servers=tuple(map(_over_tcp, servers)) if options.tcp else servers, conf=conf)


def _addressed(spec: ServerSpec, versions: frozenset[int], patience_s: float) -> tuple[Server, ...]:
    version = next(iter(versions)) if len(versions) == 1 else None
    with Interrupts() as interrupts:
        return find_servers(spec, version=version, timeout_s=patience_s, interrupts=interrupts)


def _over_tcp(server: Server) -> Server:
    return replace(server, transport="tcp") if server.transport == "udp" else server


def _expectation(value: str) -> Callable[[Response], bool]:
    from nettools.core.resolve.expect import is_met

    return lambda response: is_met(value, response.outcome)
