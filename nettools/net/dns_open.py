"""From an ``Ask`` to the channel of its transport. What one needs is imported when the first server wants it."""

from collections.abc import Iterable, Set
from typing import TYPE_CHECKING

from nettools.core.host_name import check_host_name, spells_address
from nettools.core.resolve.lookup import Ask, Server, Transport
from nettools.core.resolve.tls import TlsSettings
from nettools.net.dns_channels import Channel, OpenChannel, StreamChannel, UdpChannel

if TYPE_CHECKING:
    from nettools.net.dns_tls import Context


def channel_opener(settings: TlsSettings, servers: Iterable[Server] = ()) -> OpenChannel:
    """For ``LookupDriver(open=…)``: opens the channels of all transports with these settings.

    What the given servers need is loaded at once, so that it counts in no query's time. Raises MissingExtra for a
    transport whose packages are not installed, InputError for a cafile that cannot be read, HostNameError for a
    ``--tls-name`` that is none; for other servers the first two come from what is returned.
    """
    if settings.name is not None and not spells_address(settings.name):
        check_host_name(settings.name)
    contexts = _load({one.transport for one in servers}, settings)

    def open_channel(ask: Ask) -> Channel:
        nonlocal contexts
        if ask.transport == "udp":
            return UdpChannel(ask)
        if ask.transport == "tcp":
            return StreamChannel(ask)
        if ask.transport == "quic":
            from nettools.net.dns_quic import QuicChannel

            return QuicChannel(ask, settings)
        from nettools.net.dns_tls import TlsChannel, tls_contexts

        contexts = contexts or tls_contexts(settings)
        if ask.transport == "tls":
            return TlsChannel(ask, settings, contexts)
        from nettools.net.dns_https import HttpsChannel

        return HttpsChannel(ask, settings, contexts)

    return open_channel


def _load(transports: Set[Transport], settings: TlsSettings) -> "Context | None":
    """Import what the transports need and read the trusted certificates."""
    if "quic" in transports:
        from nettools.net.dns_quic import load_quic

        load_quic(settings)
    if not transports & {"tls", "https"}:
        return None
    from nettools.core.resolve.tls import ALPN_HTTPS, ALPN_TLS
    from nettools.net.dns_tls import tls_contexts

    contexts = tls_contexts(settings)
    if "tls" in transports:
        contexts(ALPN_TLS)
    if "https" in transports:
        from nettools.net.dns_https import load_http2

        load_http2()
        contexts(ALPN_HTTPS)
    return contexts
