"""What two scans cannot be compared in: addresses and ports that only one of them can speak of, put together."""

from typing import Final, NamedTuple

from nettools.core.address import Address
from nettools.core.intervals import Ranges
from nettools.core.ports import Transport
from nettools.core.scan.address_ranges import AddressRanges
from nettools.core.scan.diff_report import NotCompared, WhyNotCompared
from nettools.core.scan.port_ranges import NO_PORTS, count_of, ranges_text, united
from nettools.core.scan.stored import TRANSPORTS, StoredHost, StoredScan, scanned


class _Alike(NamedTuple):
    why: WhyNotCompared
    protocol: Transport
    ports: str
    port_count: int


_NOT_SCANNED: Final[dict[bool, WhyNotCompared]] = {True: "not-scanned-before", False: "not-scanned-now"}
_NOT_FINISHED: Final[dict[bool, WhyNotCompared]] = {True: "not-finished-before", False: "not-finished-now"}


class Uncompared:
    """Collects what is not compared; alike ports of many addresses become one record."""

    def __init__(self, old: StoredScan, new: StoredScan) -> None:
        self._old = old
        self._new = new
        self._spans: dict[_Alike, list[tuple[Address, Address]]] = {}

    def add(self, why: WhyNotCompared, address: Address, transport: Transport, ports: Ranges) -> None:
        """These ports of one address."""
        self._add_all(why, [(address, address)], transport, ports)

    def lacking(
        self, scan: StoredScan, host: StoredHost | None, address: Address, transport: Transport, ports: Ranges
    ) -> None:
        """Ports on which ``scan`` has no verdict and the other has: it did not come to them, or was not asked."""
        is_old = scan is self._old
        is_other_shards = scan.shard is not None and host is not None and host.complete
        asked = NO_PORTS if is_other_shards else ports.both(scan.ports.get(transport, NO_PORTS))
        self.add(_NOT_FINISHED[is_old], address, transport, asked)
        self.add(_NOT_SCANNED[is_old], address, transport, ports.minus(asked))

    def of_one_scan(self) -> None:
        """Everything of the addresses that only one of the scans covers."""
        for scan, other in ((self._old, self._new), (self._new, self._old)):
            why = _NOT_SCANNED[other is self._old]
            for address, host in scan.hosts.items():
                if not other.covers(address):
                    for transport in TRANSPORTS:
                        self.add(why, address, transport, united(scanned(scan, host, transport).values()))
            alone = list(unlisted(scan).minus(covered(other)).spans())
            for transport, ports in scan.ports_of_unlisted.items():
                self._add_all(why, alone, transport, ports)

    def of_silent(self) -> int:
        """What differs of the addresses that neither scan lists; how many ports of them, multiplied out, do not."""
        silent = unlisted(self._old).both(unlisted(self._new))
        spans = list(silent.spans())
        compared = 0
        for transport in TRANSPORTS:
            before = self._old.ports_of_unlisted.get(transport, NO_PORTS)
            now = self._new.ports_of_unlisted.get(transport, NO_PORTS)
            compared += silent.count * count_of(before.both(now))
            for scan, ports in ((self._new, before.minus(now)), (self._old, now.minus(before))):
                is_old = scan is self._old
                asked = NO_PORTS if scan.ports_of_unlisted else ports.both(scan.ports.get(transport, NO_PORTS))
                self._add_all(_NOT_FINISHED[is_old], spans, transport, asked)
                self._add_all(_NOT_SCANNED[is_old], spans, transport, ports.minus(asked))
        return compared

    def records(self) -> tuple[NotCompared, ...]:
        """All of it, by reason, transport and ports."""
        return tuple(
            NotCompared(
                why=alike.why,
                addresses=str(addresses),
                address_count=addresses.count,
                protocol=alike.protocol,
                ports=alike.ports,
                port_count=alike.port_count,
            )
            for alike, addresses in sorted(
                ((alike, AddressRanges.of_spans(spans)) for alike, spans in self._spans.items()),
                key=lambda one: (one[0].why, one[0].protocol, one[0].port_count, one[0].ports),
            )
        )

    def _add_all(
        self, why: WhyNotCompared, spans: list[tuple[Address, Address]], transport: Transport, ports: Ranges
    ) -> None:
        if spans and ports.starts:
            alike = _Alike(why, transport, ranges_text(ports), count_of(ports))
            self._spans.setdefault(alike, []).extend(spans)


def unlisted(scan: StoredScan) -> AddressRanges:
    """What the targets held and the answer does not list."""
    if scan.addresses is None:
        return AddressRanges({})
    return scan.addresses.minus(AddressRanges.of_addresses(scan.hosts))


def covered(scan: StoredScan) -> AddressRanges:
    """What the targets held, and what is listed."""
    listed = AddressRanges.of_addresses(scan.hosts)
    return listed if scan.addresses is None else scan.addresses.union(listed)
