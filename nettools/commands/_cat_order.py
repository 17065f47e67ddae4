"""What ``nettools cat`` is to do, from the words of the command line to values."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nettools.commands._cat_options import CatOptions
from nettools.commands._relay_order import RelayOrder, read_relay_order, service_ports
from nettools.commands._session import Session
from nettools.runs.connect_order import ConnectOrder, order_of
from nettools.runs.together import is_given

if TYPE_CHECKING:
    from nettools.core.proxy.settings import ProxySettings


@dataclass(frozen=True, slots=True, kw_only=True)
class CatOrder(ConnectOrder):
    """Where to, through what, and how octets are moved there."""

    relay: RelayOrder


def read_cat_order(session: Session, options: CatOptions) -> CatOrder:
    """The typed order. Raises RequestError for what cannot be read or done."""
    relay = read_relay_order(options, session.environment.variables, asks=True, stays=options.stay)
    order = order_of(
        options,
        options.words or [],
        transport=relay.transport,
        version=relay.version,
        socket_options=relay.socket_options,
        proxy=_proxy(session, options),
        services=service_ports,
    )
    return CatOrder(
        relay=relay,
        dial=order.dial,
        answer_s=order.answer_s,
        retry=order.retry,
        proxy=order.proxy,
        starttls=order.starttls,
        tls=order.tls,
        tls_context=order.tls_context,
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
        credentials=read_credentials(
            session,
            options.proxy_auth,
            options.proxy_auth_file,
            is_file_given=is_given(options, "proxy_auth_file"),
        ),
    )
    for note in settings.notes:
        session.note(note)
    return settings
