"""What to connect to, and through what."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from nettools.core.connect.order import DialOrder, check_order, parse_source, parse_wait_s
from nettools.core.connect.retry import RetryPolicy, parse_retry
from nettools.core.connect.socket_options import SocketOptions
from nettools.core.connect.target import ServicePorts, Transport, parse_target
from nettools.core.number import parse_option
from nettools.core.ports import parse_port
from nettools.core.relay.events import EventName
from nettools.runs.together import is_given

if TYPE_CHECKING:
    import ssl

    from nettools.core.proxy.settings import ProxySettings
    from nettools.core.tls.settings import ClientTls


DEFAULT_WAIT_S: Final = 10.0
"""ncat's time to connect."""


class ConnectAsked(Protocol):
    """What can be asked, as whoever asks holds it: a dataclass. Numbers may be the words of a command line."""

    @property
    def wait(self) -> float | str | None: ...
    @property
    def numeric(self) -> bool: ...
    @property
    def source(self) -> str | None: ...
    @property
    def source_port(self) -> int | str | None: ...
    @property
    def interface(self) -> str | None: ...
    @property
    def retry(self) -> int | str | None: ...
    @property
    def backoff(self) -> float | str | None: ...
    @property
    def starttls(self) -> str | None: ...
    @property
    def tls(self) -> bool: ...
    @property
    def insecure(self) -> bool: ...
    @property
    def servername(self) -> str | None: ...
    @property
    def pin(self) -> Sequence[str] | None: ...
    @property
    def cert(self) -> str | None: ...
    @property
    def key(self) -> str | None: ...
    @property
    def cafile(self) -> str | None: ...
    @property
    def alpn(self) -> str | None: ...
    @property
    def ciphers(self) -> str | None: ...
    @property
    def tls_min(self) -> str | None: ...
    @property
    def keylog(self) -> str | None: ...


class Listener(Protocol):
    """Is told of each step."""

    def tell(
        self,
        event: EventName,
        text: str,
        *,
        peer: str | None = None,
        protocol: str | None = None,
        duration_ms: float | None = None,
    ) -> None: ...
    def note(self, text: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectOrder:
    """Where to, and through what."""

    dial: DialOrder
    answer_s: float | None
    """How long a datagram's answer is waited for, where somebody says so; a setting of it is about connecting."""
    retry: RetryPolicy
    proxy: "ProxySettings | None"
    starttls: str | None
    tls: "ClientTls | None"
    tls_context: "ssl.SSLContext | None"
    """Made before anybody is connected to: a file that cannot be read is told at once."""


def first_hop(order: ConnectOrder) -> DialOrder:
    """What is dialed: the target, or the proxy on the way to it."""
    return order.dial if order.proxy is None else replace(order.dial, target=order.proxy.target, numeric=False)


def order_of(
    asked: ConnectAsked,
    words: Sequence[str],
    *,
    transport: Transport,
    version: int | None,
    socket_options: SocketOptions,
    proxy: "ProxySettings | None",
    services: Callable[[], ServicePorts],
) -> ConnectOrder:
    """The order; ``words`` are the target. Raises RequestError for what cannot be read or done."""
    dial = DialOrder(
        target=parse_target(list(words), transport=transport, numeric=asked.numeric, services=services),
        timeout_s=parse_wait_s(DEFAULT_WAIT_S if asked.wait is None else asked.wait),
        version=version,
        source=None
        if asked.source is None
        else parse_option(asked.source, "--source", partial(parse_source, transport=transport)),
        source_port=None
        if asked.source_port is None
        else parse_option(str(asked.source_port), "--source-port", parse_port),
        interface=asked.interface,
        numeric=asked.numeric,
        socket_options=socket_options,
    )
    check_order(dial)
    tls = _tls(asked, dial)
    return ConnectOrder(
        dial=dial,
        answer_s=dial.timeout_s if is_given(asked, "wait") else None,
        retry=parse_retry(asked.retry, asked.backoff),
        proxy=proxy,
        starttls=_starttls(asked),
        tls=tls,
        tls_context=None if tls is None else _context(tls),
    )


def _starttls(asked: ConnectAsked) -> str | None:
    if asked.starttls is None:
        return None
    from nettools.core.connect.starttls import parse_starttls

    return parse_starttls(asked.starttls)


def _context(tls: "ClientTls") -> "ssl.SSLContext":
    from nettools.net.tls.contexts import client_context

    return client_context(tls)


def _tls(asked: ConnectAsked, dial: DialOrder) -> "ClientTls | None":
    if not asked.tls and asked.starttls is None:
        return None
    from nettools.core.tls.options import read_client_tls

    return read_client_tls(
        host=dial.target.host_text or None,
        insecure=asked.insecure,
        servername=asked.servername,
        pins=asked.pin or (),
        cert=asked.cert,
        key=asked.key,
        cafile=asked.cafile,
        alpn=asked.alpn,
        ciphers=asked.ciphers,
        tls_min=asked.tls_min,
        keylog=asked.keylog,
    )
