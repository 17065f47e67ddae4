"""A server for a place: of connections or of datagrams, with the same words for both."""

import gc
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from nettools.core.address import Address
from nettools.core.listen.access import Access
from nettools.core.listen.place import Place
from nettools.core.listen.settings import ServerSettings
from nettools.core.relay.ending import EndingKind
from nettools.net.interrupts import Interrupts
from nettools.net.listen.accepting import Acceptor, Wrap
from nettools.net.listen.clients import Handler
from nettools.net.listen.listeners import Listening
from nettools.net.listen.roster import OnEvent, OnOver, Roster
from nettools.net.loop import Loop

_COLLECT_AFTER: Final = (700, 5, 2)
"""700 objects more than before, 5 of these, 2 of those: 7,000 objects, about 200 clients."""


class Server(Protocol):
    """Takes clients and gives them to a handler."""

    roster: Roster

    def start(self) -> None:
        """Take clients from now on."""

    def stop(self) -> None:
        """Take nobody else; those who are there stay."""

    def close_all(self, kind: EndingKind, message: str) -> None:
        """End everything now."""


def resolve_place(place: Place, *, timeout_s: float, interrupts: Interrupts) -> list[Address]:
    """The addresses to bind to. Raises NameLookupError, Interrupted."""
    if not isinstance(place.host, str) or place.transport in ("unix", "unix-datagram", "vsock"):
        return place.addresses()
    from nettools.net.host_lookup import resolve_host

    found = resolve_host(place.host, version=place.version, timeout_s=timeout_s, interrupts=interrupts)
    return place.addresses(found)


def make_server(
    loop: Loop,
    place: Place,
    listeners: Sequence[Listening],
    handler: Handler,
    *,
    settings: ServerSettings,
    on_event: OnEvent,
    on_over: OnOver,
    access: Callable[[], Access] | None = None,
    wrap: Wrap | None = None,
) -> Server:
    """The server for these sockets; ``wrap`` is for connections alone."""
    if not place.is_datagram:
        return Acceptor(
            loop,
            listeners,
            handler,
            settings=settings,
            on_event=on_event,
            on_over=on_over,
            access=access,
            wrap=wrap,
        )
    from nettools.net.listen.datagram_server import DatagramServer

    return DatagramServer(
        loop, listeners, handler, settings=settings, on_event=on_event, on_over=on_over, access=access
    )


def keep_garbage_small() -> None:
    """Have garbage that refers to itself found soon: to be called once, when the server has begun.

    By default that takes 700 * 10 * 10 objects, and a quarter of all (library reference, gc.set_threshold): 20 MB of
    clients that have gone, in a flood of them. What the start has loaded is looked at no more, so looking is cheap.
    """
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)
    gc.collect()
