"""Takes connections from listening sockets and gives them to a handler, whatever comes: floods, shortages, silence."""

import errno
import os
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Final, Protocol

from nettools.core.listen.access import Access
from nettools.core.listen.settings import ServerSettings
from nettools.core.relay.ending import Ending, EndingKind
from nettools.core.text import safe
from nettools.net.listen.clients import Client, Handler
from nettools.net.listen.endpoints import local_of, peer_of
from nettools.net.listen.listeners import Listening
from nettools.net.listen.roster import OnEvent, OnOver, Roster
from nettools.net.loop import READABLE, Loop, Timer
from nettools.net.relay.ends import End, SocketEnd
from nettools.net.sockets import raise_descriptor_limit

_BATCH: Final = 64
"""Connections taken at a time: then those that are there already have their turn."""
_PAUSE_S: Final = 0.1
"""When the system has no memory for another connection, or a fault persists."""
_OWN_DESCRIPTORS: Final = 64
_DESCRIPTORS_EACH: Final = 4
"""What a client may need: its socket, a second one or the pipes of a program."""
_NOT_OURS: Final = frozenset(
    {
        errno.ECONNABORTED, errno.EPROTO, errno.ENOPROTOOPT, errno.EOPNOTSUPP, errno.ENETDOWN, errno.ENETUNREACH,
        errno.EHOSTUNREACH, errno.EHOSTDOWN, errno.ETIMEDOUT, errno.EPERM, errno.EINTR,
    }
)  # fmt: skip
"""Faults of a connection that waited, not of the listener: accept(2) says to go on."""
_NO_DESCRIPTORS: Final = frozenset({errno.EMFILE, errno.ENFILE})


class Wrapping(Protocol):
    """Something being agreed with a connection that is no client yet."""

    def cancel(self) -> None:
        """Give it up, close the end, tell nobody."""


class Wrap(Protocol):
    """Puts TLS on a connection: ``done`` gets the end to use, ``failed`` why there is none; the end is closed then."""

    def __call__(self, end: End, *, done: Callable[[End], None], failed: Callable[[str], None]) -> Wrapping: ...


class Acceptor:
    """A server of connections. ``on_over`` is called once, when it is over."""

    def __init__(
        self,
        loop: Loop,
        listeners: Sequence[Listening],
        handler: Handler,
        *,
        settings: ServerSettings,
        on_event: OnEvent,
        on_over: OnOver,
        access: Callable[[], Access] | None = None,
        wrap: Wrap | None = None,
    ) -> None:
        self.roster = Roster(loop, handler, settings=settings, on_event=on_event, on_over=on_over, access=access)
        self._loop = loop
        self._listeners = list(listeners)
        self._settings = settings
        self._wrap = wrap
        self._spare: int | None = None
        self._told: set[int] = set()
        """Faults that were told: each once."""
        self._pending: dict[_Pending, None] = {}
        """Those with whom TLS is being agreed, the oldest first."""
        self._timer: Timer | None = None

    def start(self) -> None:
        """Take connections from now on."""
        if self._settings.keep_open:
            raise_descriptor_limit(self._settings.most_clients * _DESCRIPTORS_EACH + _OWN_DESCRIPTORS)
        self._open_spare()
        self.roster.tell_places(self._listeners)
        for listening in self._listeners:
            self._watch(listening)

    def stop(self) -> None:
        """Take nobody else; those who are there stay."""
        if self.roster.is_closed:
            return
        self._close_listeners()
        self.roster.close()

    def close_all(self, kind: EndingKind, message: str) -> None:
        """End everything now."""
        self._close_listeners()
        for pending in list(self._pending):
            self._forget(pending).cancel()
        self.roster.cut_all(kind, message)
        self.roster.close()

    def _watch(self, listening: Listening) -> None:
        self._loop.watch(listening.socket.fileno(), READABLE, partial(self._on_connections, listening))

    def _close_listeners(self) -> None:
        for listening in self._listeners:
            if listening.socket.fileno() >= 0:
                self._loop.forget(listening.socket.fileno())
            listening.close()
        self._listeners = []
        if self._spare is not None:
            os.close(self._spare)
            self._spare = None

    def _on_connections(self, listening: Listening, _events: int) -> None:
        if self.roster.is_full:
            # Before anybody is turned away the clients have their turn: some of them may have gone.
            self._loop.call_soon(partial(self._take_batch, listening))
        else:
            self._take_batch(listening)

    def _take_batch(self, listening: Listening) -> None:
        was_full = self.roster.is_full
        for _ in range(_BATCH):
            if listening not in self._listeners:
                return  # it was closed by what came before
            if self.roster.is_full and not was_full:
                return  # who is next is seen on the next turn
            try:
                accepted, address = listening.socket.accept()
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno in _NOT_OURS:
                    continue
                self._cannot(listening, error)
                return
            self._admit(listening, accepted, address)

    def _admit(self, listening: Listening, accepted: socket.socket, address: object) -> None:
        peer_address, peer_port, peer = peer_of(address)
        reason = self.roster.refusal(peer_address)
        if reason is None and self.roster.is_full:
            reason = f"{self._settings.most_clients} clients are there already"
        if reason is not None:
            accepted.close()
            self.roster.reject(listening, peer, reason)
            return
        local_address, local_port, local = local_of(listening, accepted)
        try:
            end = SocketEnd(accepted)
        except OSError:
            accepted.close()
            return
        if not self._settings.keep_open:
            self._close_listeners()
        make = partial(
            Client,
            number=self.roster.next_number(),
            peer=peer,
            local=local,
            on_closed=self.roster.left,
            peer_address=peer_address,
            peer_port=peer_port,
            local_address=local_address,
            local_port=local_port,
            started_s=self._loop.now_s,
        )
        if self._wrap is not None:
            self._agree(listening, end, peer, make, self._wrap)
            return
        self.roster.enter(make(end, protocol=listening.protocol))
        self._close_if_single()

    def _close_if_single(self) -> None:
        if not self._settings.keep_open:
            self.roster.close()

    def _agree(self, listening: Listening, end: SocketEnd, peer: str, make: "partial[Client]", wrap: Wrap) -> None:
        pending = _Pending(self._loop.now_s + self._settings.handshake_s, listening, end, peer)
        self._pending[pending] = None
        self.roster.expect(1)
        self._set_timer()

        def done(wrapped: End) -> None:
            if pending in self._pending:
                self._forget(pending, is_told=False)
                self.roster.enter(make(wrapped, protocol="tls"))
                self.roster.expect(-1)
                self._close_if_single()

        def failed(message: str) -> None:
            if pending in self._pending:
                self._refuse(pending, message)

        pending.wrapping = wrap(end, done=done, failed=failed)

    def _refuse(self, pending: "_Pending", message: str) -> None:
        self.roster.reject(pending.listening, pending.peer, message)
        self.roster.failed(Ending(kind="tls-failed", message=f"TLS with {pending.peer}: {message}"))
        self._forget(pending)
        self._close_if_single()

    def _forget(self, pending: "_Pending", *, is_told: bool = True) -> "_Pending":
        del self._pending[pending]
        if is_told:
            self.roster.expect(-1)
        return pending

    def _set_timer(self) -> None:
        if self._timer is None and self._pending:
            self._timer = self._loop.call_at(next(iter(self._pending)).deadline_s, self._on_late)

    def _on_late(self) -> None:
        """One timer for all that are being agreed with: the oldest is due first."""
        self._timer = None
        while self._pending:
            pending = next(iter(self._pending))
            if pending.deadline_s > self._loop.now_s:
                break
            pending.cancel()
            self._refuse(pending, f"did not finish the TLS handshake within {self._settings.handshake_s:g} s")
        self._set_timer()

    def _cannot(self, listening: Listening, error: OSError) -> None:
        """accept(2) failed for a reason that is ours."""
        number = error.errno or 0
        if number not in self._told:
            self._told.add(number)
            why = safe(error.strerror or str(error))
            self.roster.error(listening, "cannot-accept", f"cannot accept connections: {why}")
        if number in _NO_DESCRIPTORS and self._turn_away(listening):
            return
        self._loop.forget(listening.socket.fileno())
        self._loop.call_at(self._loop.now_s + _PAUSE_S, partial(self._resume, listening))

    def _resume(self, listening: Listening) -> None:
        if listening in self._listeners:
            self._watch(listening)

    def _turn_away(self, listening: Listening) -> bool:
        """Without a free descriptor: with the spare one take a connection and close it, so that it does not hang.

        Whether that was possible; otherwise the listener would be ready again at once, for ever.
        """
        if self._spare is None:
            self._open_spare()
        if self._spare is None:
            return False
        os.close(self._spare)
        self._spare = None
        try:
            accepted, address = listening.socket.accept()
        except OSError:
            return False
        else:
            accepted.close()
            self.roster.reject(listening, peer_of(address)[2], "no descriptor is free")
            return True
        finally:
            self._open_spare()

    def _open_spare(self) -> None:
        with suppress(OSError):
            self._spare = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)


class _Pending:
    """A connection that is no client yet."""

    __slots__ = ("deadline_s", "end", "listening", "peer", "wrapping")

    def __init__(self, deadline_s: float, listening: Listening, end: SocketEnd, peer: str) -> None:
        self.deadline_s = deadline_s
        self.listening = listening
        self.end = end
        self.peer = peer
        self.wrapping: Wrapping | None = None

    def cancel(self) -> None:
        if self.wrapping is not None:
            self.wrapping.cancel()
        self.end.close()
