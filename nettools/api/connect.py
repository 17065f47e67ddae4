"""Whether a connection can be made, how long it takes, and with whom, as data.

There is no ``cat`` and no ``listen`` here. What they do between their ends (relay standard input, run programs, serve
files) ends in descriptors and exit statuses, not in records; a program that wants to move octets itself has ``socket``,
``ssl`` and ``asyncio``, and one that wants what the commands do has ``subprocess``. What those modules lack is the
answer to "does it work, and if not, why": this.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from nettools.api._call import AddressLike, IpVersion, Program, check_choice, in_our_terms, text_of, words_of
from nettools.api._services import service_ports
from nettools.core.connect.report import CatReport
from nettools.core.connect.socket_options import SocketOptions
from nettools.core.connect.target import Transport
from nettools.core.relay.events import EventName
from nettools.net.loop import Loop
from nettools.runs.connect import ConnectRun, agreement_of
from nettools.runs.connect_modes import check_connection
from nettools.runs.connect_order import ConnectOrder, first_hop, order_of


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The parameters under the names that a command's options have."""

    wait: float | None
    numeric: bool
    source: str | None
    source_port: int | None
    interface: str | None
    retry: int | None
    backoff: float | None
    starttls: str | None
    tls: bool
    insecure: bool
    servername: str | None
    pin: tuple[str, ...] | None
    cert: str | None
    key: str | None
    cafile: str | None
    alpn: str | None
    ciphers: str | None
    tls_min: str | None
    proxy: str | None
    proxy_type: str | None
    proxy_auth: str | None
    proxy_dns: str | None
    udp: bool
    unix: bool
    vsock: bool
    mptcp: bool
    keylog: None = None


class _Unheard:
    """Nobody is told of the steps: the report has their outcome."""

    def tell(
        self,
        event: EventName,
        text: str,
        *,
        peer: str | None = None,
        protocol: str | None = None,
        duration_ms: float | None = None,
    ) -> None:
        """Nothing."""

    def note(self, text: str) -> None:
        """Nothing."""


def connect(
    host: AddressLike,
    port: int | str | None = None,
    *,
    transport: Transport = "tcp",
    ip_version: IpVersion | None = None,
    timeout: float | None = None,
    numeric: bool = False,
    source: AddressLike | None = None,
    source_port: int | None = None,
    interface: str | None = None,
    retry: int | None = None,
    backoff: float | None = None,
    tls: bool = False,
    starttls: str | None = None,
    insecure: bool = False,
    servername: str | None = None,
    pin: str | Iterable[str] = (),
    cert: str | None = None,
    key: str | None = None,
    cafile: str | None = None,
    alpn: str | Iterable[str] = (),
    ciphers: str | None = None,
    tls_min: Literal["1.2", "1.3"] | None = None,
    proxy: str | None = None,
    proxy_type: Literal["http", "socks4", "socks5"] | None = None,
    proxy_auth: str | None = None,
    proxy_dns: Literal["local", "remote"] | None = None,
) -> CatReport:
    """Connect, agree on TLS where that is asked for, close, and say what came of it, as ``nettools cat -z``.

    ``host`` and ``port`` may stand in one word (``"[2001:db8::1]:443"``); for a Unix socket ``host`` is its path. The
    addresses of a name are tried as RFC 8305 says. ``timeout`` is for all of it, 10 s, and 2 s for a datagram's answer.
    The other parameters are the options of these names; certificates are verified unless ``insecure``, and a proxy's
    user and password are ``proxy_auth`` alone, never the environment's.

    A refused connection or a bad certificate is an ``outcome``; what this machine, or the resolver, could not do is in
    ``errors``. Raises OptionError, AddressError and the like for what makes no sense.

    >>> from nettools import connect
    >>> connect("127.0.0.1", 1).outcome
    'refused'
    """
    check_choice(ip_version, "ip_version", IpVersion)
    check_choice(transport, "transport", Transport)
    pins, protocols = words_of(pin), words_of(alpn)
    asked = _Asked(
        wait=timeout,
        numeric=numeric,
        source=None if source is None else text_of(source),
        source_port=source_port,
        interface=interface,
        retry=retry,
        backoff=backoff,
        starttls=starttls,
        tls=tls,
        insecure=insecure,
        servername=servername,
        pin=pins or None,
        cert=cert,
        key=key,
        cafile=cafile,
        alpn=",".join(protocols) if protocols else None,
        ciphers=ciphers,
        tls_min=tls_min,
        proxy=proxy,
        proxy_type=proxy_type,
        proxy_auth=proxy_auth,
        proxy_dns=proxy_dns,
        udp=transport in ("udp", "unix-datagram"),
        unix=transport in ("unix", "unix-datagram"),
        vsock=transport == "vsock",
        mptcp=transport == "mptcp",
    )
    words = [text_of(host)] if port is None else [text_of(host), str(port)]
    with in_our_terms():
        check_connection(asked)
        return _report(_order(asked, words, transport, ip_version))


def _order(asked: _Asked, words: list[str], transport: Transport, ip_version: IpVersion | None) -> ConnectOrder:
    proxy = None
    if asked.proxy is not None:
        from nettools.core.proxy.credentials import parse_credentials
        from nettools.core.proxy.settings import parse_proxy_settings

        given = asked.proxy_auth
        proxy = parse_proxy_settings(
            asked.proxy,
            type_word=asked.proxy_type,
            dns_word=asked.proxy_dns,
            credentials=None if given is None else parse_credentials(given, "--proxy-auth"),
        )
    return order_of(
        asked,
        words,
        transport=transport,
        version=ip_version,
        socket_options=SocketOptions(),
        proxy=proxy,
        services=service_ports,
    )


def _report(order: ConnectOrder) -> CatReport:
    with Program().interrupts() as interrupts:
        run = ConnectRun(
            first_hop(order),
            order.retry,
            Loop(interrupts),
            answer_s=order.answer_s,
            agree=agreement_of(order, _Unheard()),
            note=lambda _text: None,
            on_event=lambda _event: None,
        )
        run.run()
    return run.report(str(order.dial.target), is_interrupted=False)
