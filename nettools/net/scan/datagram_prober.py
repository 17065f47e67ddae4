"""What UDP probes and echoes have in common: sockets for all targets, this machine's faults, ICMP errors."""

import errno
import socket
from abc import ABC, abstractmethod
from collections import OrderedDict
from ipaddress import IPv4Address, IPv6Address
from itertools import islice
from time import monotonic
from typing import Final

from nettools.core.address import Address
from nettools.core.scan.rejection import judge
from nettools.errors import AddressError, NettoolsError
from nettools.net.scan.datagram_socket import DatagramSocket, Received, Rejection
from nettools.net.scan.prober import ProbeReports, Watcher
from nettools.net.scan.source import ProbeSource
from nettools.net.sockets import REFUSALS, SocketAddress, is_broadcast, socket_address

MOST_SOCKETS: Final = 8
"""Of one IP version: more than one where answers found no room in a socket's buffer."""
MOST_AT_ONCE: Final = 4096
"""Datagrams read in one look: who floods us shall not stop the scan."""
_OWN_ADDRESSES_KEPT: Final = 1024
_SHORTAGES: Final = frozenset(
    {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EAGAIN, errno.EMSGSIZE, errno.ECONNREFUSED}
)
_LOOPBACK: Final[dict[int, Address]] = {4: IPv4Address(0x7F000001), 6: IPv6Address(1)}
_BETWEEN_LOOKS: Final = 32
"""Datagrams sent without looking at what has come: a small receive buffer must hold the answers meanwhile."""


def wire_address(address: Address) -> Address:
    """Where a datagram really goes, and so where its answer comes from.

    The unspecified address means this machine (ip(7): INADDR_ANY, as a target, is its loopback), and an
    IPv4-mapped one is reached by IPv4 (RFC 4291 §2.5.5.2).
    """
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    target: Address = mapped or address
    return _LOOPBACK[target.version] if target.is_unspecified else target


def endpoint(target: Address, port: int) -> SocketAddress:
    """The target as the kernel will name it where it tells of it: only link-local addresses have a zone there.

    Raises AddressError for a zone that is no interface of this machine.
    """
    if isinstance(target, IPv4Address):
        return str(target), port
    scope = socket_address(target, port)[-1] if target.is_link_local else 0
    return socket.inet_ntop(socket.AF_INET6, target.packed), port, 0, int(scope)


def version_of(where: SocketAddress) -> int:
    """The IP version of what the kernel names."""
    return 4 if len(where) == 2 else 6


def without_zone(address: Address) -> Address:
    """The address as it stands in a packet."""
    return IPv6Address(int(address)) if isinstance(address, IPv6Address) and address.scope_id else address


def _is_broadcast(where: SocketAddress) -> bool:
    """Whether the system refuses an address because it is a broadcast one, rather than by a route that prohibits it."""
    if not is_broadcast(where):
        return False
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        return asker.connect_ex(where) == 0


class DatagramProber(ABC):
    """The sockets of a prober. What is sent, and what an answer means, its subclasses know."""

    def __init__(self, plan: ProbeReports, watcher: Watcher, source: ProbeSource) -> None:
        self._plan = plan
        self._watcher = watcher
        self._source = source
        self._sockets: dict[int, list[DatagramSocket]] = {4: [], 6: []}
        self._by_descriptor: dict[int, DatagramSocket] = {}
        self._turn = 0
        self._lost = 0
        self._unseen = 0
        self._unfinished: set[int] = set()
        self._own: OrderedDict[Address, Address | None] = OrderedDict()

    @property
    def lost_count(self) -> int:
        """Answers that found no room in a receive buffer. Their probes go again, as those of lost packets do."""
        return self._lost + sum(opened.lost for opened in self._by_descriptor.values())

    @abstractmethod
    def send(self, probe: int, address: Address, port: int, now_s: float) -> None:
        """Send the probe and tell the plan."""

    @abstractmethod
    def give_up(self, probe: int) -> None:
        """Forget the probe."""

    def look(self, descriptor: int) -> None:
        """Take what has come on one of the sockets."""
        opened = self._by_descriptor.get(descriptor)
        if opened is not None:
            self._read(opened)

    def close(self) -> None:
        """Close every socket."""
        self._lost = self.lost_count
        for descriptor, opened in self._by_descriptor.items():
            self._watcher.forget(descriptor)
            opened.close()
        self._by_descriptor.clear()
        self._unfinished.clear()
        self._sockets = {4: [], 6: []}

    @abstractmethod
    def _received(self, datagram: Received) -> None:
        """Something came."""

    @abstractmethod
    def _rejected(self, rejection: Rejection) -> None:
        """An ICMP error came."""

    @abstractmethod
    def _open(self, version: int) -> DatagramSocket:
        """Make one more socket. Raises OSError."""

    def _deliver(self, probe: int, where: SocketAddress, datagram: bytes, now_s: float) -> bool:
        """Send it; returns whether it is on its way. If not, the plan has been told."""
        try:
            opened = self._socket_for(version_of(where))
        except OSError as refusal:
            self._not_sent(probe, refusal.errno or 0, where)
            return False
        error = opened.send(datagram, where, self._rejected)
        if error:
            self._not_sent(probe, error, where)
            return False
        self._plan.sent(probe, now_s)
        return True

    def _look_after_sending(self, target: Address) -> None:
        """The loopback device delivers within sendto(): what it said is here already."""
        self._unseen += 1
        self._finish_reading()
        if target.is_loopback or self._unseen >= _BETWEEN_LOOKS:
            self._unseen = 0
            for opened in self._sockets[target.version]:
                self._read(opened)

    def _finish_reading(self) -> None:
        """Take what a flood left over the last time; an edge-triggered poller does not tell of it again."""
        for descriptor in tuple(self._unfinished):
            self._unfinished.discard(descriptor)
            self.look(descriptor)

    def _not_sent(self, probe: int, error: int, where: SocketAddress) -> None:
        """Tell the plan why this machine did not send: it may pass, or it will not."""
        if error == errno.EADDRNOTAVAIL:
            self._plan.unsendable(probe, "no-source-address")
        elif error in _SHORTAGES:
            self._plan.hold_back(probe, monotonic())
        elif error == errno.EACCES and _is_broadcast(where):
            self._plan.unsendable(probe, "no-host")
        else:
            self._plan.unsendable(probe, REFUSALS.get(error, "local-resources"))

    def _tell(self, probes: tuple[int, ...], rejection: Rejection, target: Address) -> None:
        """Tell the plan what the error means for the probes that it is about."""
        error, now_s = rejection.error, monotonic()
        bare = without_zone(target)
        own = None if error.sender == bare else self._own_address(target)
        found = judge(error.protocol, error.type, error.code, sender=error.sender, target=bare, own=own)
        for probe in probes:
            if isinstance(found, str):
                self._plan.unsendable(probe, found)
            else:
                self._plan.settle(probe, found, now_s, None, rejection.ttl)

    def _socket_for(self, version: int) -> DatagramSocket:
        """The sockets of a version take turns. Raises OSError when there is none and none can be made."""
        opened = self._sockets[version]
        if not opened:
            return self._add(version)
        self._turn += 1
        return opened[self._turn % len(opened)]

    def _add(self, version: int) -> DatagramSocket:
        added = self._open(version)
        self._sockets[version].append(added)
        self._by_descriptor[added.fileno()] = added
        self._watcher.watch(added.fileno(), self)
        return added

    def _read(self, opened: DatagramSocket) -> None:
        """Take all that has come: errors first, since they make calls for datagrams fail."""
        lost = opened.lost
        for rejection in opened.rejections():
            self._rejected(rejection)
        read = 0
        for datagram in islice(opened.received(), MOST_AT_ONCE):
            self._received(datagram)
            read += 1
        if read == MOST_AT_ONCE:
            self._unfinished.add(opened.fileno())
        if opened.lost > lost and self._source.port is None and len(self._sockets[opened.version]) < MOST_SOCKETS:
            try:
                self._add(opened.version)
            except (OSError, NettoolsError):
                return  # what there is has to do

    def _own_address(self, target: Address) -> Address | None:
        """This machine's address towards a target, where no target's own answer needs it."""
        if target in self._own:
            return self._own[target]
        if len(self._own) >= _OWN_ADDRESSES_KEPT:
            self._own.popitem(last=False)
        try:
            own = self._source.address_towards(endpoint(target, 9))
        except AddressError:  # its interface has gone
            own = None
        self._own[target] = own
        return own
