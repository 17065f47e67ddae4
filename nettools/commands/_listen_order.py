"""What ``nettools listen`` is to do, from the words of the command line to values."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from nettools.commands._listen_options import ListenOptions
from nettools.commands._relay_order import RelayOrder, read_relay_order, service_ports
from nettools.commands._session import Session
from nettools.core.connect.target import parse_target
from nettools.core.listen.place import Place, parse_mode, parse_place
from nettools.core.listen.settings import MOST_CLIENTS, ServerSettings, parse_most_clients
from nettools.core.proxy_server.kinds import ProxyServerType, parse_proxy_server
from nettools.core.service.names import ServiceName, parse_service
from nettools.errors import OptionError
from nettools.net.listen.access_files import AccessOrder, AccessRules

if TYPE_CHECKING:
    from nettools.core.connect.order import DialOrder
    from nettools.core.proxy.credentials import Credentials
    from nettools.core.tls.settings import ServerTls

DIAL_TIMEOUT_S: Final = 10.0
"""What a client of --forward or of the proxy waits for its connection: cat's -w."""
_ALWAYS_MANY: Final = ("serve", "proxy_server", "broker", "chat")
"""Modes that mean nothing with one client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenOrder:
    """Where, for whom, and what to do with them."""

    relay: RelayOrder
    place: Place
    settings: ServerSettings
    rules: AccessRules
    mode: int | None
    """Permissions of a Unix socket."""
    tls: "ServerTls | None"
    service: ServiceName | None
    forward: "DialOrder | None"
    proxy: ProxyServerType | None
    credentials: "Credentials | None"


def read_listen_order(session: Session, options: ListenOptions) -> ListenOrder:
    """The typed order. Raises RequestError for what cannot be read or done."""
    options = _with_port_behind_receive(options)
    relay = read_relay_order(options, session.environment.variables)
    place = parse_place(
        options.words or [],
        transport=relay.transport,
        is_any=options.any_address,
        version=relay.version,
        port_option=options.port_option,
    )
    rules = AccessRules(
        AccessOrder(
            allow=options.allow or (),
            deny=options.deny or (),
            allow_file=options.allowfile,
            deny_file=options.denyfile,
        )
    )
    if relay.program is not None and not place.is_loopback and not (options.allow or options.allowfile):
        raise OptionError(
            "a program for whoever comes from anywhere is an open door", hint="say for whom with --allow or --allowfile"
        )
    return ListenOrder(
        relay=relay,
        place=place,
        settings=_settings(options, relay),
        rules=rules,
        mode=None if options.mode is None else parse_mode(options.mode),
        tls=_tls(options),
        service=None if options.service is None else parse_service(options.service),
        forward=None if options.forward is None else _forward(options.forward, relay),
        proxy=None if options.proxy_server is None else parse_proxy_server(options.proxy_server),
        credentials=_credentials(session, options),
    )


def receive_path(options: ListenOptions) -> str | None:
    """Where received files go; None is the current folder."""
    return _with_port_behind_receive(options).receive or None


def _with_port_behind_receive(options: ListenOptions) -> ListenOptions:
    """``--receive 9000`` without any other word means the port, since a path is optional."""
    word = options.receive
    if word and word.isascii() and word.isdigit() and not options.words and options.port_option is None:
        return replace(options, words=[word], receive="")
    return options


def _credentials(session: Session, options: ListenOptions) -> "Credentials | None":
    if options.proxy_server is None:
        return None
    from nettools.commands._proxy_auth import read_credentials
    from nettools.core.proxy_server.access import check_server_credentials

    credentials = read_credentials(session, options.proxy_auth, options.proxy_auth_file)
    return None if credentials is None else check_server_credentials(credentials)


def _settings(options: ListenOptions, relay: RelayOrder) -> ServerSettings:
    most = MOST_CLIENTS
    if options.max_conns is not None:
        most = parse_most_clients(options.max_conns)
    keeps_open = options.keep_open or any(getattr(options, mode) not in (None, False) for mode in _ALWAYS_MANY)
    settings = ServerSettings(keep_open=keeps_open, most_clients=most)
    idle_s = relay.manner.idle_timeout_s
    return settings if idle_s is None else replace(settings, session_idle_s=idle_s)


def _forward(text: str, relay: RelayOrder) -> "DialOrder":
    from nettools.core.connect.order import DialOrder

    target = parse_target(
        [text],
        transport="udp" if relay.transport == "udp" else "tcp",
        usage="--forward HOST:PORT",
        services=service_ports,
    )
    return DialOrder(target=target, timeout_s=DIAL_TIMEOUT_S)


def _tls(options: ListenOptions) -> "ServerTls | None":
    if not options.tls:
        return None
    from nettools.core.tls.options import read_server_tls

    return read_server_tls(
        cert=options.cert,
        key=options.key,
        cafile=options.cafile,
        alpn=options.alpn,
        ciphers=options.ciphers,
        tls_min=options.tls_min,
        keylog=options.keylog,
    )
