"""An earlier answer of ``nettools scan``, small enough to be kept beside a new one.

Ports that stand together in an answer stay together here, as ranges, so that 65,535 closed ports of a host cost as
much as one. ``stored_document`` reads files into these; ``of_report`` makes one of the answer that is just complete.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from nettools.core.address import Address
from nettools.core.intervals import Ranges
from nettools.core.ports import Transport
from nettools.core.scan.address_ranges import AddressRanges
from nettools.core.scan.faults import LOCAL_FAULTS
from nettools.core.scan.finding import Finding
from nettools.core.scan.port_ranges import NO_PORTS, count_of, port_ranges, ranges_of, united
from nettools.core.scan.probe_port import ProbePort, number_of, tcp, transport_of, udp
from nettools.core.scan.reason import PortState, Verdict
from nettools.core.scan.report import HostStatus

TRANSPORTS: Final[tuple[Transport, ...]] = ("tcp", "udp")


class StoredPort(NamedTuple):
    """A port that was listed by itself; equal ones are one object, since a scan has many."""

    port: ProbePort
    verdict: Verdict
    ttl: int | None
    service: str | None
    finding: Finding | None
    """What its service said; None when nothing."""


class StoredPorts(NamedTuple):
    """Ports that stood together."""

    protocol: Transport
    verdict: Verdict
    ports: str

    @property
    def ranges(self) -> Ranges:
        return port_ranges(self.ports)


class Outcome(NamedTuple):
    """What a scan said of a port, as far as two scans can be compared."""

    state: PortState | None
    """None for a port of a host that was not there, whose ports were left alone."""
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredHost:
    """One address, once, whatever number of targets held it."""

    address: Address
    targets: tuple[str, ...]
    names: tuple[str, ...]
    status: HostStatus
    status_reason: str | None
    rtt_ms: float | None
    complete: bool
    """Whether every port that was planned for it has its verdict."""
    listed: tuple[StoredPort, ...]
    """Ascending."""
    rtts_ms: Sequence[float]
    """One for each of them; not a number where none was measured."""
    collapsed: tuple[StoredPorts, ...]
    notes: tuple[str, ...]
    ptr: str | None

    def partition(self, transport: Transport) -> dict[Outcome, Ranges]:
        """The ports of the transport by what was said of them; disjoint."""
        alike: dict[Outcome, list[Ranges]] = {}
        singles: dict[Outcome, list[int]] = {}
        for one in self.listed:
            if transport_of(one.port) == transport:
                outcome = Outcome(one.verdict.state, one.verdict.reason)
                singles.setdefault(outcome, []).append(number_of(one.port))
        for outcome, numbers in singles.items():
            alike[outcome] = [ranges_of(numbers)]
        for many in self.collapsed:
            if many.protocol == transport:
                alike.setdefault(Outcome(many.verdict.state, many.verdict.reason), []).append(many.ranges)
        return {outcome: parts[0] if len(parts) == 1 else united(parts) for outcome, parts in alike.items()}

    def settled(self, transport: Transport) -> Ranges:
        """The ports of the transport that have a verdict."""
        singles = ranges_of(number_of(one.port) for one in self.listed if transport_of(one.port) == transport)
        together = (many.ranges for many in self.collapsed if many.protocol == transport)
        return united([singles, *together])

    @property
    def settled_count(self) -> int:
        """How many ports have a verdict."""
        return len(self.listed) + sum(count_of(many.ranges) for many in self.collapsed)

    def open_ports(self) -> Iterator[StoredPort]:
        """The ports that are certainly open, ascending; they are always listed."""
        return (one for one in self.listed if one.verdict.state == "open")

    def bulk(self) -> Iterator[tuple[Verdict, list[ProbePort]]]:
        """Each verdict of ports that stand together, with the ports."""
        for many in self.collapsed:
            as_probe = tcp if many.protocol == "tcp" else udp
            yield (
                many.verdict,
                [as_probe(port) for first, last in many.ranges.pairs() for port in range(first, last + 1)],
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Counters:
    """What a scan has cost so far, all its runs together."""

    probes_sent: int = 0
    retransmitted: int = 0
    duration_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredScan:
    """A scan as its answer tells it."""

    path: str
    """The file that it was read from, or what else it is."""
    started: datetime
    type: str
    seed: int | None
    shard: str | None
    options: Mapping[str, int | float | str]
    ports: Mapping[Transport, Ranges]
    addresses: AddressRanges | None
    """All that the targets hold, listed or not; None where the answer does not say."""
    hosts: Mapping[Address, StoredHost]
    counters: Counters
    position: int
    """The turns before this position of the order are done, but for the unfinished; 0 where the answer does not say."""
    unfinished: tuple[int, ...]
    runs: int
    is_finished: bool
    """Whether the scan ran to its end, and this machine could send all that it wanted."""

    @property
    def ports_of_unlisted(self) -> Mapping[Transport, Ranges]:
        """What is covered of a host that is not listed: all ports where a finished scan held it, else nothing.

        Of one shard it cannot be said: a host that is not listed may have had other ports than its neighbour.
        """
        return self.ports if self.is_finished and self.shard is None else {}

    @property
    def tells_only_open(self) -> bool:
        """Whether other ports than open ones were left out of the answer, and hosts without one as well."""
        return bool(self.options.get("open"))

    def covers(self, address: Address) -> bool:
        """Whether the address is listed, or was silent among the targets of a scan of many."""
        return address in self.hosts or (self.addresses is not None and self.addresses.contains(address))


def scanned(scan: StoredScan, host: StoredHost | None, transport: Transport) -> dict[Outcome, Ranges]:
    """What the scan says of every port of an address that it covers; ``host`` is None when it was not listed.

    Ports that a complete host does not list are those of a host that was not there.
    """
    if host is None:
        ports = scan.ports_of_unlisted.get(transport, NO_PORTS)
        return {SILENT_HOST: ports} if ports.starts else {}
    found = host.partition(transport)
    if host.complete and scan.shard is None:
        rest = scan.ports.get(transport, NO_PORTS).minus(united(found.values()))
        if rest.starts:
            found[SILENT_HOST] = rest
    return found


SILENT_HOST: Final = Outcome(None, None)
"""What is known of the ports of a host that gave no sign of being there."""


def is_sound(failure_kinds: Iterable[str]) -> bool:
    """Whether no fault of this machine kept probes from being sent."""
    return not any(kind in LOCAL_FAULTS for kind in failure_kinds)
