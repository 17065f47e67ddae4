"""UDP probes through one unconnected socket for all targets, without privilege.

A datagram that comes from the port that was asked means open, whatever it says; an ICMP error means what
``core.scan.rejection`` makes of it; silence is for the plan. Datagrams from elsewhere count only where the protocol
of the port answers from another one (TFTP, RFC 1350 §4) and the datagram is recognised as that answer: what nobody
asked for proves nothing about a port.
"""

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic
from typing import Final

from nettools.core.address import Address
from nettools.core.scan.finding import Finding
from nettools.core.scan.payloads import PayloadTable
from nettools.core.scan.reason import ANSWERED
from nettools.core.scan.rejection import is_undelivered
from nettools.errors import AddressError
from nettools.net.scan.datagram_prober import DatagramProber, endpoint, wire_address
from nettools.net.scan.datagram_socket import DatagramSocket, Received, Rejection
from nettools.net.scan.prober import ProbeReports, Watcher
from nettools.net.scan.source import ANY_SOURCE, ProbeSource
from nettools.net.sockets import SocketAddress

OnAnswer = Callable[[int, Finding], None]
"""Told which protocol answered a probe, before the plan is told that its port is open."""

_TURNS_KEPT: Final = 65_536
"""Probes whose turn among several payloads is remembered while they wait to be sent again."""


class UdpProber(DatagramProber):
    """Sends datagrams that make services answer. ``key`` is secret: from it comes what fills them."""

    def __init__(
        self,
        plan: ProbeReports,
        watcher: Watcher,
        payloads: PayloadTable,
        *,
        key: bytes,
        on_answer: OnAnswer,
        source: ProbeSource = ANY_SOURCE,
    ) -> None:
        super().__init__(plan, watcher, source)
        self._payloads = payloads
        self._key = key
        self._on_answer = on_answer
        self._waiting: dict[SocketAddress, tuple[int, ...]] = {}
        """Several probes only where several spellings of one address are scanned."""
        self._targets: dict[int, tuple[SocketAddress, Address]] = {}
        self._turns: OrderedDict[SocketAddress, int] = OrderedDict()
        self._roaming: dict[SocketAddress, set[SocketAddress]] = {}
        """Host (with port 0) -> what was asked there and may be answered from another port."""
        self.stray_count = 0
        """Datagrams and errors that belong to no probe: late, from elsewhere, or not asked for."""

    def send(self, probe: int, address: Address, port: int, now_s: float) -> None:
        if address.is_multicast:
            self._plan.unsendable(probe, "no-host")
            return
        if not port:
            self._plan.unsendable(probe, "port-zero")
            return
        target = wire_address(address)
        if not self._source.suits(target.version):
            self._plan.unsendable(probe, "no-source-address")
            return
        try:
            where = endpoint(target, port)
        except AddressError:  # its interface has gone
            self._plan.unsendable(probe, "no-route")
            return
        turn = self._turns.get(where, 1)
        payload = self._payloads.for_attempt(port, turn)
        if not self._deliver(probe, where, payload.filled(self._seed(target, port)), now_s):
            return
        self._remember_turn(where, turn + 1)
        self._targets[probe] = where, target
        self._waiting[where] = (*self._waiting.get(where, ()), probe)
        if payload.is_answered_from_any_port:
            self._roaming.setdefault(_host(where), set()).add(where)
        self._look_after_sending(target)

    def give_up(self, probe: int) -> None:
        if probe in self._targets:
            self._forget(probe)
        self._finish_reading()

    def _open(self, version: int) -> DatagramSocket:
        return DatagramSocket(version, self._source)

    def _received(self, datagram: Received) -> None:
        where = self._asked(datagram)
        if where is None:
            self.stray_count += 1
            return
        probes, target = self._take(where)
        port = where[1]
        protocol = self._payloads.protocol_of(port, self._seed(target, port), datagram.data)
        now_s = monotonic()
        for probe in probes:
            if protocol is not None:
                self._on_answer(probe, Finding(service=protocol))
            self._plan.settle(probe, ANSWERED, now_s, None, datagram.ttl)

    def _asked(self, datagram: Received) -> SocketAddress | None:
        """What the datagram answers."""
        if datagram.sender in self._waiting:
            return datagram.sender
        for where in self._roaming.get(_host(datagram.sender), ()):
            target, port = self._targets[self._waiting[where][0]][1], where[1]
            if self._payloads.protocol_of(port, self._seed(target, port), datagram.data) is not None:
                return where
        return None

    def _rejected(self, rejection: Rejection) -> None:
        error = rejection.error
        if rejection.target not in self._waiting:
            self.stray_count += 1
        elif is_undelivered(error.protocol, error.type, error.code):
            probes, target = self._take(rejection.target)
            self._tell(probes, rejection, target)

    def _take(self, where: SocketAddress) -> tuple[tuple[int, ...], Address]:
        """The probes that wait for an answer from there, which wait no longer."""
        probes = self._waiting[where]
        target = self._targets[probes[0]][1]
        for probe in probes:
            self._forget(probe)
        self._turns.pop(where, None)
        return probes, target

    def _forget(self, probe: int) -> None:
        where, _ = self._targets.pop(probe)
        left = tuple(other for other in self._waiting[where] if other != probe)
        if left:
            self._waiting[where] = left
            return
        del self._waiting[where]
        roaming = self._roaming.get(_host(where))
        if roaming is not None:
            roaming.discard(where)
            if not roaming:
                del self._roaming[_host(where)]

    def _remember_turn(self, where: SocketAddress, turn: int) -> None:
        """Which payload goes out next, where there are several."""
        if len(self._payloads.of(where[1])) > 1:
            self._turns[where] = turn
            self._turns.move_to_end(where)
            if len(self._turns) > _TURNS_KEPT:
                self._turns.popitem(last=False)

    def _seed(self, target: Address, port: int) -> bytes:
        return self._key + target.packed + port.to_bytes(2, "big")


def _host(where: SocketAddress) -> SocketAddress:
    return (where[0], 0) if len(where) == 2 else (where[0], 0, 0, where[3])
