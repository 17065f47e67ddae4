"""A server of datagrams: one socket for each address, and a session for each peer that is a client like any other."""

import errno
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from nettools.core.listen.access import Access
from nettools.core.listen.sessions import Budget, Idleness, Sparingly
from nettools.core.listen.settings import ServerSettings
from nettools.core.relay.ending import EndingKind
from nettools.core.text import safe
from nettools.net.listen.clients import Client, Handler
from nettools.net.listen.datagram_sockets import DatagramSocket, Received
from nettools.net.listen.endpoints import peer_of
from nettools.net.listen.listeners import Listening
from nettools.net.listen.roster import OnEvent, OnOver, Roster
from nettools.net.listen.udp_sessions import SessionEnd, SessionKey
from nettools.net.loop import READABLE, WRITABLE, Loop, Timer
from nettools.net.relay.ends import EndFailed

_BATCH: Final = 64
"""Datagrams taken at a time from one socket."""
_RETRY_S: Final = 0.01
"""poll(2) calls a datagram socket writable by its own buffer; a full reader of a Unix socket does not show there."""
_NO_ROOM: Final = frozenset({errno.EAGAIN, errno.ENOBUFS, errno.ENOMEM})


class DatagramServer:
    """A server of sessions. ``on_over`` is called once, when it is over."""

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
    ) -> None:
        self.roster = Roster(loop, handler, settings=settings, on_event=on_event, on_over=on_over, access=access)
        self._loop = loop
        self._bound = [DatagramSocket(one) for one in listeners]
        self._settings = settings
        self._sessions: dict[SessionKey, SessionEnd] = {}
        self._idleness: Idleness[SessionKey] = Idleness(settings.session_idle_s if settings.keep_open else None)
        self._budget = Budget()
        self._rejects = Sparingly()
        self._faults: set[int] = set()
        self._blocked: dict[DatagramSocket, set[SessionEnd]] = {one: set() for one in self._bound}
        self._expiry: Timer | None = None

    @property
    def dropped(self) -> int:
        """Datagrams that found no room, in the sessions that are there."""
        return sum(session.dropped for session in self._sessions.values())

    def start(self) -> None:
        """Take datagrams from now on."""
        self.roster.tell_places([one.listening for one in self._bound])
        for bound in self._bound:
            self._watch(bound)

    def stop(self) -> None:
        """Begin no other session; those that there are go on."""
        self.roster.close()
        self._close_if_over()

    def close_all(self, kind: EndingKind, message: str) -> None:
        """End everything now."""
        self.roster.cut_all(kind, message)
        self._close_sockets()
        self.roster.close()

    def send(self, session: SessionEnd, octets: memoryview) -> int | None:
        """Raises OSError, EndFailed."""
        _, source, told = session.key
        if not source:
            raise EndFailed("network-error", "the sender has no address that could be answered")
        try:
            session.bound.send(octets, source, told)
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise
            self._wait_for_room(session, is_full=error.errno == errno.EAGAIN)
            return None
        self._idleness.used(session.key, self._loop.now_s)
        return len(octets)

    def freed(self, session: SessionEnd, size: int) -> None:
        """The reader of a session took so much of what waited."""
        session.waiting -= size
        self._budget.kept -= size

    def forget(self, session: SessionEnd) -> None:
        if self._sessions.get(session.key) is not session:
            return
        del self._sessions[session.key]
        self.freed(session, session.waiting)
        self._idleness.forget(session.key)
        self._blocked[session.bound].discard(session)

    def _watch(self, bound: DatagramSocket) -> None:
        if bound.socket.fileno() >= 0:
            is_waiting = bool(self._blocked[bound]) and bound.listening.protocol == "udp"
            interest = READABLE | (WRITABLE if is_waiting else 0)
            self._loop.watch(bound.socket.fileno(), interest, partial(self._on_ready, bound))

    def _on_ready(self, bound: DatagramSocket, events: int) -> None:
        if events & WRITABLE:
            self._room(bound)
        touched: dict[SessionEnd, None] = {}
        for _ in range(_BATCH):
            if bound.socket.fileno() < 0:
                return
            try:
                received = bound.receive()
            except OSError as error:
                self._tell_fault(bound, error)
                break
            if received is None:
                break
            session = self._session_of(bound, received)
            if session is not None:
                touched[session] = None
        for session in touched:
            session.on_change()

    def _session_of(self, bound: DatagramSocket, received: Received) -> SessionEnd | None:
        """The session that has the datagram now; None when it was rejected, or began and has read it already."""
        key = (id(bound), received.source, received.told)
        session = self._sessions.get(key)
        if session is None:
            self._begin(bound, key, received)
            return None
        session.deliver(received.octets, self._budget)
        self._idleness.used(key, self._loop.now_s)
        return session

    def _begin(self, bound: DatagramSocket, key: SessionKey, received: Received) -> None:
        peer_address, peer_port, peer = peer_of(received.source)
        reason = self.roster.refusal(peer_address)
        if reason is None and peer_port == 0:
            reason = "port 0 cannot be answered"
        if reason is None and self.roster.is_closed:
            reason = "the server is ending" if self._settings.keep_open else "another peer is being served"
        if reason is None and not self._make_room():
            reason = f"{self._settings.most_clients} clients are there already"
        if reason is not None:
            self._reject(bound, peer, reason)
            return
        session = SessionEnd(self, bound, key)
        self._sessions[key] = session
        self._idleness.used(key, self._loop.now_s)
        session.deliver(received.octets, self._budget)
        local_address, local_port, local = bound.local(received.told)
        session.client = Client(
            session,
            number=self.roster.next_number(),
            protocol=bound.listening.protocol,
            peer=peer,
            local=local,
            started_s=self._loop.now_s,
            on_closed=partial(self._left, session),
            peer_address=peer_address,
            peer_port=peer_port,
            local_address=local_address,
            local_port=local_port,
        )
        self._set_expiry()
        self.roster.enter(session.client)
        if not self._settings.keep_open:
            self.stop()

    def _make_room(self) -> bool:
        """Whether there is a place for another, if need be that of the one who was silent for longest."""
        if not self.roster.is_full:
            return True
        key = self._idleness.spare(self._loop.now_s)
        if key is None:
            return False
        self._end(key, "it was silent, and another peer needed its place")
        return not self.roster.is_full

    def _end(self, key: SessionKey, message: str) -> None:
        client = self._sessions[key].client
        assert client is not None
        client.cut("closed", message)

    def _reject(self, bound: DatagramSocket, peer: str, reason: str) -> None:
        untold = self._rejects.ask(self._loop.now_s)
        if untold is not None:
            self.roster.reject(bound.listening, peer, reason, dropped=untold)

    def _left(self, session: SessionEnd, client: Client) -> None:
        self.forget(session)
        self.roster.left(client, dropped=session.dropped)
        self._close_if_over()

    def _set_expiry(self) -> None:
        deadline_s = self._idleness.deadline_s
        if deadline_s is not None and self._expiry is None:
            self._expiry = self._loop.call_at(deadline_s, self._on_expiry)

    def _on_expiry(self) -> None:
        """One timer for all sessions: the longest idle is due first."""
        self._expiry = None
        for key in self._idleness.expired(self._loop.now_s):
            if key in self._sessions:
                self._end(key, f"the peer was silent for {self._settings.session_idle_s:g} s")
        self._set_expiry()

    def _wait_for_room(self, session: SessionEnd, *, is_full: bool) -> None:
        bound = session.bound
        if not self._blocked[bound] and not (is_full and bound.listening.protocol == "udp"):
            self._loop.call_at(self._loop.now_s + _RETRY_S, partial(self._room, bound))
        self._blocked[bound].add(session)
        self._watch(bound)

    def _room(self, bound: DatagramSocket) -> None:
        """There may be room for what could not be sent."""
        waiting, self._blocked[bound] = self._blocked[bound], set()
        self._watch(bound)
        for session in waiting:
            session.on_change()

    def _tell_fault(self, bound: DatagramSocket, error: OSError) -> None:
        if error.errno is not None and error.errno not in self._faults:
            self._faults.add(error.errno)
            why = safe(error.strerror or str(error))
            self.roster.error(bound.listening, "cannot-receive", f"cannot receive: {why}")

    def _close_if_over(self) -> None:
        if self.roster.is_closed and not len(self.roster):
            self._close_sockets()

    def _close_sockets(self) -> None:
        for bound in self._bound:
            if bound.socket.fileno() >= 0:
                self._loop.forget(bound.socket.fileno())
            bound.listening.close()
        if self._expiry is not None:
            self._expiry.cancel()
