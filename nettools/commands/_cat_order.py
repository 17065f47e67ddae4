"""What ``nettools cat`` is to do, from the words of the command line to values."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from nettools.commands._cat_options import CatOptions
from nettools.commands._relay_order import RelayOrder, read_relay_order, service_ports
from nettools.commands._session import Session
from nettools.core.connect.order import DialOrder, check_order, parse_source
from nettools.core.connect.retry import RetryPolicy, parse_retry
from nettools.core.connect.target import parse_target
from nettools.core.number import parse_duration_s
from nettools.core.ports import parse_port

if TYPE_CHECKING:
    import ssl

    from nettools.core.proxy.settings import ProxySettings
    from nettools.core.tls.settings import ClientTls

DEFAULT_WAIT: Final = "10s"
"""ncat's time to connect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatOrder:
    """Where to, through what, and how."""

    relay: RelayOrder
    dial: DialOrder
    answer_s: float | None
    """How long ``-z`` waits for a datagram's answer, where ``-w`` says so."""
    retry: RetryPolicy
    proxy: "ProxySettings | None"
    starttls: str | None
    tls: "ClientTls | None"
    tls_context: "ssl.SSLContext | None"
    """Made before anybody is connected to: a file that cannot be read is told at once."""


def read_cat_order(session: Session, options: CatOptions) -> CatOrder:
    """The typed order. Raises RequestError for what cannot be read or done."""
    relay = read_relay_order(options, session.environment.variables, asks=True, stays=options.stay)
    dial = DialOrder(
        target=parse_target(
            options.words or [],
            transport=relay.transport,
            numeric=options.numeric,
            services=service_ports,
        ),
        timeout_s=parse_duration_s(options.wait or DEFAULT_WAIT, "--wait"),
        version=relay.version,
        source=None if options.source is None else parse_source(options.source, relay.transport),
        source_port=None if options.source_port is None else parse_port(options.source_port),
        interface=options.interface,
        numeric=options.numeric,
        socket_options=relay.socket_options,
    )
    check_order(dial)
    tls = _tls(options, dial)
    return CatOrder(
        relay=relay,
        dial=dial,
        answer_s=None if options.wait is None else dial.timeout_s,
        retry=parse_retry(options.retry, options.backoff),
        proxy=_proxy(session, options),
        starttls=_starttls(options),
        tls=tls,
        tls_context=None if tls is None else _context(tls),
    )


def _proxy(session: Session, options: CatOptions) -> "ProxySettings | None":
    if options.proxy is None:
        return None
    from nettools.commands._proxy_auth import read_credentials
    from nettools.core.proxy.settings import parse_proxy_settings

    settings = parse_proxy_settings(
        options.proxy,
        type_word=options.proxy_type,
        dns_word=options.proxy_dns,
        credentials=read_credentials(session, options.proxy_auth, options.proxy_auth_file),
    )
    for note in settings.notes:
        session.note(note)
    return settings


def _starttls(options: CatOptions) -> str | None:
    if options.starttls is None:
        return None
    from nettools.core.connect.starttls import parse_starttls

    return parse_starttls(options.starttls)


def _context(tls: "ClientTls") -> "ssl.SSLContext":
    from nettools.net.tls.contexts import client_context

    return client_context(tls)


def _tls(options: CatOptions, dial: DialOrder) -> "ClientTls | None":
    if not options.tls and options.starttls is None:
        return None
    from nettools.core.tls.options import read_client_tls

    return read_client_tls(
        host=dial.target.host_text or None,
        insecure=options.insecure,
        servername=options.servername,
        pins=options.pin or (),
        cert=options.cert,
        key=options.key,
        cafile=options.cafile,
        alpn=options.alpn,
        ciphers=options.ciphers,
        tls_min=options.tls_min,
        keylog=options.keylog,
    )
