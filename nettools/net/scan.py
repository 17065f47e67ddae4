"""The connect scan's driver: does what the plan says with sockets and a clock, and tells it what happened."""

import errno
import socket
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Final

from nettools.core.address import Address
from nettools.core.scan.plan import ScanPlan
from nettools.core.scan.reason import SILENT, icmp_verdict, own_rejection, verdict
from nettools.net.interrupts import Interrupts
from nettools.net.poller import make_poller
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
    source_address,
    take_icmp_error,
)

_BURST: Final = 128
"""Probes sent between two looks at what has come back."""

_LONGEST_WAIT_S: Final = 0.5
"""Progress is told at least this often, also while nobody answers."""

_PENDING: Final = frozenset({errno.EINPROGRESS, errno.EALREADY, errno.EWOULDBLOCK, errno.EINTR})
# A reset after the handshake is still an open port: in SYN_SENT a reset is ECONNREFUSED (tcp_reset()).
_CONNECTED: Final = frozenset({0, errno.EISCONN, errno.ECONNRESET, errno.EPIPE})


class ConnectScan:
    """Drives a plan over addresses with one TCP connection attempt for each probe."""

    def __init__(self, addresses: Sequence[Address], plan: ScanPlan, interrupts: Interrupts) -> None:
        self._addresses = addresses
        self._plan = plan
        self._interrupts = interrupts
        self._poller = make_poller()
        self._poller.watch(interrupts.fileno())
        self._waiting: dict[int, tuple[int, socket.socket, SocketAddress]] = {}
        self._descriptors: dict[int, int] = {}
        self._watched: set[int] = set()
        self._sources: dict[int, Address | None] = {}
        self._idle: dict[int, list[socket.socket]] = {4: [], 6: []}

    def run(self, on_tick: Callable[[float], None]) -> None:
        """Scan until the plan is done or a signal comes; ``on_tick`` is called now and then with the time."""
        plan = self._plan
        try:
            while not plan.is_done and not self._interrupts.has_fired:
                now = monotonic()
                if plan.is_something_due(now):
                    # This process may have been stopped while an answer came: look first, then give up only
                    # what was due before the look.
                    self._look_at(self._poller.wait(0.0))
                for probe in plan.overdue(now):
                    self._close(self._waiting.pop(self._descriptors.pop(probe))[1])
                is_more = self._send_burst()
                wait_s = 0.0 if is_more or plan.is_done else plan.wait_s(monotonic())
                self._look_at(self._poller.wait(_LONGEST_WAIT_S if wait_s is None else min(wait_s, _LONGEST_WAIT_S)))
                on_tick(monotonic())
        finally:
            self._close_all()

    def _send_burst(self) -> bool:
        """Send what may be sent now, at most a burst. Returns whether there may be more."""
        for _ in range(_BURST):
            probe = self._plan.next_probe(monotonic())
            if probe is None:
                return False
            self._send(probe)
        return True

    def _send(self, probe: int) -> None:
        host, port = self._plan.endpoint(probe)
        address = self._addresses[host]
        idle = self._idle[address.version]
        started = monotonic()
        try:
            attempt = idle.pop() if idle else open_probe_socket(address.version)
        except OSError as refusal:
            self._not_sent(probe, refusal.errno or 0)
            return
        target = socket_address(address, port)
        error = attempt.connect_ex(target)
        if error not in _PENDING:
            self._at_once(probe, attempt, error)
            return
        if address.is_loopback:
            # The loopback device delivers within connect(): asking again gives the answer without a poll.
            error = attempt.connect_ex(target)
            if error not in _PENDING:
                now = monotonic()
                self._conclude(probe, attempt, error, now, now - started)
                return
        self._plan.sent(probe, started)
        descriptor = attempt.fileno()
        self._waiting[descriptor] = (probe, attempt, target)
        self._descriptors[probe] = descriptor
        if descriptor not in self._watched:
            self._watched.add(descriptor)
            self._poller.watch(descriptor)

    def _at_once(self, probe: int, attempt: socket.socket, error: int) -> None:
        """connect() did not even wait: an answer only if there is one in the error queue."""
        icmp = take_icmp_error(attempt) if error not in _CONNECTED else None
        if error in _CONNECTED or error == errno.ECONNREFUSED:
            self._conclude(probe, attempt, error, monotonic(), None)
        elif icmp is not None:
            self._filtered(probe, attempt, icmp)
        else:
            self._close(attempt)
            self._not_sent(probe, error)

    def _not_sent(self, probe: int, error: int) -> None:
        if error == errno.EADDRNOTAVAIL and self._source(probe) is None:  # no address at all, rather than no port
            self._plan.unsendable(probe, "no-source-address")
        elif error in SHORTAGES:
            self._plan.hold_back(probe, monotonic())
            self._close_idle()
        elif error == errno.ENETUNREACH and self._is_no_host(probe):
            self._plan.unsendable(probe, "no-host")
        else:
            self._plan.unsendable(probe, REFUSALS.get(error, "local-resources"))

    def _look_at(self, descriptors: list[int]) -> None:
        for descriptor in descriptors:
            if descriptor in self._waiting:
                self._look(descriptor)

    def _look(self, descriptor: int) -> None:
        """Something happened to a waiting socket: asking to connect once more tells what."""
        probe, attempt, target = self._waiting[descriptor]
        error = attempt.connect_ex(target)
        if error in _PENDING:
            icmp = take_icmp_error(attempt)
            if icmp is not None:
                self._forget(probe, descriptor)
                self._filtered(probe, attempt, icmp)
            return
        self._forget(probe, descriptor)
        self._conclude(probe, attempt, error, monotonic(), None)

    def _conclude(self, probe: int, attempt: socket.socket, error: int, now: float, rtt_s: float | None) -> None:
        if error in _CONNECTED:
            local, local_port = local_endpoint(attempt)
            if is_own_connection(attempt, local):  # 0.0.0.0 and ::1%lo are answered by other spellings of themselves
                local = self._addresses[self._plan.endpoint(probe)[0]]
            self._forget_watch(attempt.fileno())
            close_with_reset(attempt)
            self._plan.connected(probe, local, local_port, now, rtt_s)
            return
        icmp = take_icmp_error(attempt)
        if icmp is not None:
            self._filtered(probe, attempt, icmp)
        elif error == errno.ECONNREFUSED:
            if RECONNECTS:
                self._idle[4 if attempt.family == socket.AF_INET else 6].append(attempt)
            else:
                self._close(attempt)
            self._plan.refused(probe, now, rtt_s)
        elif error in SHORTAGES or error == errno.ENETDOWN:
            self._close(attempt)
            self._not_sent(probe, error)
        else:
            self._close(attempt)
            name = errno.errorcode.get(error, str(error)).lower()
            silent = error == errno.ETIMEDOUT
            self._plan.settle(probe, SILENT if silent else verdict("filtered", name), now, rtt_s)

    def _filtered(self, probe: int, attempt: socket.socket, icmp: IcmpError) -> None:
        self._close(attempt)
        host, _ = self._plan.endpoint(probe)
        is_from_here = icmp.sender == self._source(probe)
        fault = own_rejection(icmp.protocol, icmp.type, icmp.code) if is_from_here else None
        if fault is not None and icmp.sender != self._addresses[host]:
            self._plan.unsendable(probe, fault)
            return
        found = icmp_verdict(icmp.protocol, icmp.type, icmp.code, icmp.sender, is_from_here=is_from_here)
        self._plan.settle(probe, found, monotonic())

    def _is_no_host(self, probe: int) -> bool:
        """Whether the address is one of many hosts, to which TCP cannot connect."""
        host, port = self._plan.endpoint(probe)
        address = self._addresses[host]
        return address.is_multicast or is_broadcast(socket_address(address, port))

    def _source(self, probe: int) -> Address | None:
        """This machine's address towards the probe's host; a failed socket no longer knows it."""
        host, port = self._plan.endpoint(probe)
        if host not in self._sources:
            self._sources[host] = source_address(socket_address(self._addresses[host], port))
        return self._sources[host]

    def _forget(self, probe: int, descriptor: int) -> None:
        del self._waiting[descriptor], self._descriptors[probe]

    def _close(self, attempt: socket.socket) -> None:
        self._forget_watch(attempt.fileno())
        attempt.close()

    def _forget_watch(self, descriptor: int) -> None:
        if descriptor in self._watched:
            self._watched.discard(descriptor)
            self._poller.forget(descriptor)

    def _close_idle(self) -> None:
        for sockets in self._idle.values():
            while sockets:
                self._close(sockets.pop())

    def _close_all(self) -> None:
        self._close_idle()
        for _, attempt, _ in self._waiting.values():
            attempt.close()
