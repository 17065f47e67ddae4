"""``listen --proxy-server``: a proxy for many clients, HTTP or SOCKS5."""

import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from nettools.core.connect.target import Target
from nettools.core.listen.settings import IDLE_S
from nettools.core.proxy.credentials import Credentials
from nettools.core.proxy_server.access import Access
from nettools.core.proxy_server.http import HttpConversation
from nettools.core.proxy_server.kinds import ProxyServerType
from nettools.core.proxy_server.socks import SocksConversation
from nettools.core.proxy_server.steps import Conversation
from nettools.net.connect.dial import DialOrder
from nettools.net.listen.clients import Client
from nettools.net.loop import Loop
from nettools.net.proxy_server.client import ProxyClient, ProxyRules
from nettools.net.relay.flows import Tap

_SECRET_OCTETS: Final = 32

_CONVERSATIONS: Final[dict[ProxyServerType, Callable[[Access | None], Conversation]]] = {
    "http": HttpConversation,
    "socks5": SocksConversation,
}


class ProxyServer:
    """The handler. ``order_of`` says how a target that a client asks for is dialed, ``taps_of`` who sees its octets."""

    def __init__(
        self,
        loop: Loop,
        kind: ProxyServerType,
        *,
        credentials: Credentials | None,
        order_of: Callable[[Target], DialOrder],
        idle_timeout_s: float = IDLE_S,
        taps_of: Callable[[Client], Sequence[Tap]] = lambda _client: (),
    ) -> None:
        access = None if credentials is None else Access(credentials, secret=os.urandom(_SECRET_OCTETS))
        self._rules = ProxyRules(
            loop=loop,
            converse=partial(_CONVERSATIONS[kind], access),
            order_of=order_of,
            idle_timeout_s=idle_timeout_s,
            taps_of=taps_of,
        )

    def take(self, client: Client) -> None:
        ProxyClient(self._rules, client).start()
