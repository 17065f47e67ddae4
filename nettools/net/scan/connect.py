"""TCP connect probes: a connection attempt for each, asked once more for its outcome, reset if it succeeds."""

import errno
import socket
from time import monotonic
from typing import Final

from nettools.core.address import Address
from nettools.core.scan.reason import SILENT, icmp_verdict, own_rejection, verdict
from nettools.core.scan.timing import KERNEL_SYN_RTO_S
from nettools.net.scan.prober import ProbeReports, Watcher
from nettools.net.scan.source import ANY_SOURCE, ProbeSource
from nettools.net.scan.tcp_info import tcp_info
from nettools.net.sockets import (
    RECONNECTS,
    REFUSALS,
    SHORTAGES,
    IcmpError,
    SocketAddress,
    close_with_reset,
    is_broadcast,
    is_own_connection,
    local_endpoint,
    open_probe_socket,
    socket_address,
    take_icmp_error,
)

_PENDING: Final = frozenset({errno.EINPROGRESS, errno.EALREADY, errno.EWOULDBLOCK, errno.EINTR})
# A reset after the handshake is still an open port: in SYN_SENT a reset is ECONNREFUSED (tcp_reset()).
_CONNECTED: Final = frozenset({0, errno.EISCONN, errno.ECONNRESET, errno.EPIPE})

_MOST_DESTINATIONS: Final = 4096


class _Destination:
    """An address as connect() takes it, and what is asked of it once."""

    __slots__ = ("_scope", "_source", "_text", "address", "is_loopback", "version")

    def __init__(self, address: Address) -> None:
        self.address = address
        self.version = address.version
        self.is_loopback = address.is_loopback
        text, _, *rest = socket_address(address, 0)
        self._text = text
        self._scope = rest
        self._source: list[Address | None] = []

    def target(self, port: int) -> SocketAddress:
        """What connect() takes."""
        if self.version == 4:
            return self._text, port
        return self._text, port, 0, self._scope[1]

    def own_address(self, source: ProbeSource) -> Address | None:
        """This machine's address towards it; a failed socket no longer knows it."""
        if not self._source:
            self._source.append(source.address_towards(self.target(1)))
        return self._source[0]

    def forget_own_address(self) -> None:
        """Ask again next time: the network has changed."""
        self._source.clear()


class _Attempt:
    """One connection attempt that has no answer yet."""

    __slots__ = ("destination", "port", "probe", "sent_at_s", "socket")

    def __init__(self, probe: int, made: socket.socket, destination: _Destination, port: int, sent_at_s: float) -> None:
        self.probe = probe
        self.socket = made
        self.destination = destination
        self.port = port
        self.sent_at_s = sent_at_s


class ConnectProber:
    """Sends TCP probes by connect()."""

    def __init__(self, plan: ProbeReports, watcher: Watcher, source: ProbeSource = ANY_SOURCE) -> None:
        self._plan = plan
        self._watcher = watcher
        self._source = source
        self._is_source_free = source == ANY_SOURCE
        self._waiting: dict[int, _Attempt] = {}
        self._descriptors: dict[int, int] = {}
        self._watched: set[int] = set()
        self._destinations: dict[int, _Destination] = {}
        self._idle: dict[int, list[socket.socket]] = {4: [], 6: []}

    def send(self, probe: int, address: Address, port: int, now_s: float) -> None:
        """Connect, and tell the plan what came of it, or that it was sent."""
        destination = self._destinations.get(id(address))
        if destination is None or destination.address is not address:
            destination = self._destination(address)
        idle = self._idle[destination.version]
        if idle:
            made = idle.pop()
        else:
            try:
                made = self._open(destination.version)
            except OSError as refusal:
                self._not_sent(probe, destination, refusal.errno or 0)
                return
        target = destination.target(port)
        error = made.connect_ex(target)
        if error in _PENDING and destination.is_loopback:
            # The loopback device delivers within connect(): asking again gives the answer without a poll.
            error = made.connect_ex(target)
            if error not in _PENDING:
                now = monotonic()
                if error == errno.ECONNREFUSED and RECONNECTS:
                    icmp = take_icmp_error(made)
                    if icmp is None:
                        idle.append(made)
                        self._plan.refused(probe, now, now - now_s)
                    else:
                        self._filtered(_Attempt(probe, made, destination, port, now_s), icmp)
                    return
                self._conclude(_Attempt(probe, made, destination, port, now_s), error, now, now - now_s)
                return
        if error not in _PENDING:
            self._at_once(_Attempt(probe, made, destination, port, now_s), error)
            return
        self._plan.sent(probe, now_s)
        descriptor = made.fileno()
        self._waiting[descriptor] = _Attempt(probe, made, destination, port, now_s)
        self._descriptors[probe] = descriptor
        if descriptor not in self._watched:
            self._watched.add(descriptor)
            self._watcher.watch(descriptor, self)

    def look(self, descriptor: int) -> None:
        """Something happened to a waiting socket: asking to connect once more tells what."""
        attempt = self._waiting.get(descriptor)
        if attempt is None:
            return
        error = attempt.socket.connect_ex(attempt.destination.target(attempt.port))
        if error in _PENDING:
            icmp = take_icmp_error(attempt.socket)
            if icmp is not None:
                self._forget(attempt.probe, descriptor)
                self._filtered(attempt, icmp)
            return
        self._forget(attempt.probe, descriptor)
        self._conclude(attempt, error, monotonic(), None)

    def give_up(self, probe: int) -> None:
        """Its time is up."""
        descriptor = self._descriptors.pop(probe, None)
        if descriptor is not None:
            self._close(self._waiting.pop(descriptor).socket)

    def close(self) -> None:
        """Close every socket."""
        self._close_idle()
        for attempt in self._waiting.values():
            self._close(attempt.socket)
        self._waiting.clear()
        self._descriptors.clear()

    def _destination(self, address: Address) -> _Destination:
        if len(self._destinations) >= _MOST_DESTINATIONS:
            self._destinations.clear()
        destination = self._destinations[id(address)] = _Destination(address)
        return destination

    def _open(self, version: int) -> socket.socket:
        if self._is_source_free:
            return open_probe_socket(version)
        if not self._source.suits(version):
            raise OSError(errno.EADDRNOTAVAIL, "the source address has another IP version")
        made = open_probe_socket(version)
        try:
            self._source.prepare(made)
        except BaseException:
            made.close()
            raise
        return made

    def _at_once(self, attempt: _Attempt, error: int) -> None:
        """connect() did not even wait: an answer only if there is one in the error queue."""
        icmp = take_icmp_error(attempt.socket) if error not in _CONNECTED else None
        if error in _CONNECTED or error == errno.ECONNREFUSED:
            self._conclude(attempt, error, monotonic(), None)
        elif icmp is not None:
            self._filtered(attempt, icmp)
        else:
            self._close(attempt.socket)
            self._not_sent(attempt.probe, attempt.destination, error)

    def _not_sent(self, probe: int, destination: _Destination, error: int) -> None:
        if error == errno.EADDRNOTAVAIL and self._has_no_source(destination):  # no address at all, rather than no port
            self._plan.unsendable(probe, "no-source-address")
        elif error in SHORTAGES:
            self._plan.hold_back(probe, monotonic())
            self._close_idle()
        elif error in (errno.ENETUNREACH, errno.EINVAL) and self._is_no_host(destination):
            self._plan.unsendable(probe, "no-host")
        else:
            self._plan.unsendable(probe, REFUSALS.get(error, "local-resources"))

    def _conclude(self, attempt: _Attempt, error: int, now: float, rtt_s: float | None) -> None:
        probe, made = attempt.probe, attempt.socket
        if error in _CONNECTED:
            self._connected(attempt, now, rtt_s)
            return
        icmp = take_icmp_error(made)
        if icmp is not None:
            self._filtered(attempt, icmp)
        elif error == errno.ECONNREFUSED:
            is_slow = now - attempt.sent_at_s > KERNEL_SYN_RTO_S
            retransmissions = tcp_info(made).retransmissions if is_slow else None
            if RECONNECTS:
                self._idle[attempt.destination.version].append(made)
            else:
                self._close(made)
            if retransmissions:
                self._plan.refused(probe, now, rtt_s, retransmissions=retransmissions)
            else:
                self._plan.refused(probe, now, rtt_s)
        elif error in SHORTAGES or error == errno.ENETDOWN:
            self._close(made)
            self._not_sent(probe, attempt.destination, error)
        else:
            self._close(made)
            name = errno.errorcode.get(error, str(error)).lower()
            silent = error == errno.ETIMEDOUT
            self._plan.settle(probe, SILENT if silent else verdict("filtered", name), now, rtt_s)

    def _connected(self, attempt: _Attempt, now: float, rtt_s: float | None) -> None:
        made = attempt.socket
        local, local_port = local_endpoint(made)
        if is_own_connection(made, local):  # 0.0.0.0 and ::1%lo are answered by other spellings of themselves
            local = attempt.destination.address
        retransmissions, window = tcp_info(made)
        self._forget_watch(made.fileno())
        close_with_reset(made)
        self._plan.connected(
            attempt.probe, local, local_port, now, rtt_s, retransmissions=retransmissions or 0, window=window
        )

    def _filtered(self, attempt: _Attempt, icmp: IcmpError) -> None:
        self._close(attempt.socket)
        destination = attempt.destination
        is_from_here = icmp.sender == destination.own_address(self._source)
        fault = own_rejection(icmp.protocol, icmp.type, icmp.code) if is_from_here else None
        if fault is not None and icmp.sender != destination.address:
            self._plan.unsendable(attempt.probe, fault)
            return
        found = icmp_verdict(icmp.protocol, icmp.type, icmp.code, icmp.sender, is_from_here=is_from_here)
        self._plan.settle(attempt.probe, found, monotonic())

    def _has_no_source(self, destination: _Destination) -> bool:
        destination.forget_own_address()
        return destination.own_address(self._source) is None

    @staticmethod
    def _is_no_host(destination: _Destination) -> bool:
        """Whether the address is one of many hosts, to which TCP cannot connect."""
        return destination.address.is_multicast or is_broadcast(destination.target(1))

    def _forget(self, probe: int, descriptor: int) -> None:
        del self._waiting[descriptor], self._descriptors[probe]

    def _close(self, made: socket.socket) -> None:
        self._forget_watch(made.fileno())
        made.close()

    def _forget_watch(self, descriptor: int) -> None:
        if descriptor in self._watched:
            self._watched.discard(descriptor)
            self._watcher.forget(descriptor)

    def _close_idle(self) -> None:
        for sockets in self._idle.values():
            while sockets:
                self._close(sockets.pop())
