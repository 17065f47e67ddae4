"""From verdicts to the record of one host. Nothing is lost: every port is in ``ports`` or in ``collapsed``."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from operator import itemgetter
from typing import Final

from nettools.core.address import Address
from nettools.core.port_service import ServiceTable
from nettools.core.ports import compact_ports
from nettools.core.scan.finding import NOTHING_FOUND, Finding
from nettools.core.scan.probe_port import ProbePort, by_transport, number_of, numbers, transport_of
from nettools.core.scan.reason import Verdict
from nettools.core.scan.report import Collapsed, HostReport, HostStatus, PortReport, PortRow

COLLAPSE_ABOVE: Final = 25
"""More ports than this that are not open and have the same verdict stand together."""


class _Alike:
    """The ports of one verdict, with what was measured of each."""

    __slots__ = ("_ttls", "ports", "rtts_s")

    def __init__(self) -> None:
        self.ports: list[ProbePort] = []
        self.rtts_s: list[float | None] = []
        self._ttls: list[int | None] | None = None

    def add(self, ports: Sequence[ProbePort], rtts_s: Sequence[float | None], ttls: Sequence[int | None]) -> None:
        """Some more ports; where no TTL is ever seen, as with connections, none is kept."""
        if self._ttls is None and any(ttl is not None for ttl in ttls):
            self._ttls = [None] * len(self.ports)
        if self._ttls is not None:
            self._ttls.extend(ttls)
        self.ports.extend(ports)
        self.rtts_s.extend(rtts_s)

    def add_one(self, port: ProbePort, rtt_s: float | None, ttl: int | None) -> None:
        """One more port."""
        if ttl is not None or self._ttls is not None:
            self.add((port,), (rtt_s,), (ttl,))
        else:
            self.ports.append(port)
            self.rtts_s.append(rtt_s)

    @property
    def ttls(self) -> list[int | None]:
        """The TTL of each answer."""
        return [None] * len(self.ports) if self._ttls is None else self._ttls


class HostTally:
    """Collects the verdicts on one address."""

    __slots__ = (
        "_by_verdict",
        "_found",
        "_unsent",
        "address",
        "best_rtt_s",
        "is_complete",
        "notes",
        "settled_count",
    )

    def __init__(self, address: Address) -> None:
        self.address = address
        self.best_rtt_s: float | None = None
        self.settled_count = 0
        self.is_complete = False
        """Whether every planned port has its verdict."""
        self.notes: tuple[str, ...] = ()
        self._by_verdict: dict[Verdict, _Alike] = {}
        # Empty tables cost as much as the rest of a host; most hosts never need these.
        self._found: dict[ProbePort, Finding] | None = None
        self._unsent: dict[str, list[ProbePort]] | None = None

    def settled(self, port: ProbePort, found: Verdict, rtt_s: float | None = None, ttl: int | None = None) -> None:
        """Note the verdict on one port."""
        alike = self._by_verdict.get(found)
        if alike is None:
            alike = self._by_verdict[found] = _Alike()
        if found.is_from_here or found.reason == "no-response":
            rtt_s = None  # how long this machine took to give up is no round trip
        alike.add_one(port, rtt_s, ttl)
        self.settled_count += 1
        if rtt_s is not None and found.reason_ip is None and (self.best_rtt_s is None or rtt_s < self.best_rtt_s):
            self.best_rtt_s = rtt_s

    def settled_each(
        self, found: Verdict, ports: Sequence[ProbePort], rtts_s: Sequence[float | None], ttls: Sequence[int | None]
    ) -> None:
        """Note one verdict of the host itself on many ports, each with what was measured."""
        alike = self._by_verdict.setdefault(found, _Alike())
        alike.add(ports, rtts_s, ttls)
        self.settled_count += len(ports)
        measured = [rtt_s for rtt_s in rtts_s if rtt_s is not None]
        if measured and found.reason_ip is None:
            best_s = min(measured)
            self.best_rtt_s = best_s if self.best_rtt_s is None else min(best_s, self.best_rtt_s)

    def settled_many(self, found: Verdict, ports: Sequence[ProbePort]) -> None:
        """Note one verdict on many ports, of which nothing was measured."""
        alike = self._by_verdict.setdefault(found, _Alike())
        unknown = [None] * len(ports)
        alike.add(ports, unknown, unknown)
        self.settled_count += len(ports)

    def unsent(self, port: ProbePort, kind: str) -> None:
        """Note that this machine could not probe the port."""
        if self._unsent is None:
            self._unsent = {}
        self._unsent.setdefault(kind, []).append(port)

    def found(self, port: ProbePort, finding: Finding) -> None:
        """Note what the service on an open port said."""
        if self._found is None:
            self._found = {}
        self._found[port] = finding

    @property
    def unsent_by_kind(self) -> dict[str, str]:
        """Kind of local fault -> the ports that it kept from being probed, as a port list."""
        return {kind: port_list(sorted(ports)) for kind, ports in (self._unsent or {}).items()}

    @property
    def is_no_host(self) -> bool:
        """Whether the address is one of many hosts or of none (broadcast, multicast), so that it has no ports."""
        return self._unsent is not None and self._unsent.keys() == {"no-host"} and not self.settled_count

    @property
    def counts(self) -> dict[str, int]:
        """State -> how many ports have it."""
        totals: dict[str, int] = {}
        for found, alike in self._by_verdict.items():
            totals[found.state] = totals.get(found.state, 0) + len(alike.ports)
        return totals

    @property
    def settled_ports(self) -> Iterator[ProbePort]:
        """Every port that has its verdict."""
        for alike in self._by_verdict.values():
            yield from alike.ports

    @property
    def open_ports(self) -> list[ProbePort]:
        """The ports that are certainly open, ascending."""
        opened = (alike.ports for found, alike in self._by_verdict.items() if found.state == "open")
        return sorted(chain.from_iterable(opened))

    @property
    def status(self) -> tuple[HostStatus, str | None]:
        """Up only on evidence from the address itself, down when its neighbour resolution failed."""
        if not self._by_verdict:
            return "unknown", None
        for found in self._by_verdict:
            is_own_answer = found.reason_ip is None and found.state in ("open", "closed", "unfiltered")
            if is_own_answer or found.reason_ip == self.address:
                return "up", found.reason
        for found in self._by_verdict:
            if found.is_from_here:
                return "down", found.reason
        return "assumed-up", next(iter(self._by_verdict)).reason

    def every_port(self, services: ServiceTable) -> list[PortReport]:
        """Each port with its verdict, TCP first, ascending."""
        return self._reports(services, lambda _found, _count: True)

    def report(
        self,
        target: str,
        services: ServiceTable,
        *,
        names: tuple[str, ...] = (),
        ptr: str | None = None,
        status: tuple[HostStatus, str | None] | None = None,
        collapses_all: bool = False,
    ) -> HostReport:
        """What is known of the address as ``target``; ``status`` where something else than the ports showed it.

        ``collapses_all``: only open ports stand one by one.
        """
        most = 0 if collapses_all else COLLAPSE_ABOVE
        shown, why = status or self.status
        return HostReport(
            target=target,
            address=self.address,
            names=names,
            ptr=ptr,
            status=shown,
            status_reason=why,
            rtt_ms=milliseconds(self.best_rtt_s),
            complete=self.is_complete,
            ports=tuple(self._reports(services, lambda found, count: _stands_alone(found, count, most))),
            collapsed=tuple(self._collapsed(most)),
            counts=self.counts,
            notes=self.notes,
        )

    def _reports(self, services: ServiceTable, is_wanted: Callable[[Verdict, int], bool]) -> list[PortReport]:
        rows: list[tuple[ProbePort, Verdict, float | None, int | None]] = []
        for found, alike in self._by_verdict.items():
            wanted = {one for one, ports in by_transport(alike.ports) if is_wanted(found, len(ports))}
            if wanted:
                rows.extend(
                    (port, found, rtt_s, ttl)
                    for port, rtt_s, ttl in zip(alike.ports, alike.rtts_s, alike.ttls, strict=True)
                    if transport_of(port) in wanted
                )
        rows.sort(key=itemgetter(0))
        findings = self._found or {}
        return [
            port_report(port, found, rtt_s, services, ttl=ttl, finding=findings.get(port))
            for port, found, rtt_s, ttl in rows
        ]

    def _collapsed(self, most: int) -> Iterator[Collapsed]:
        for found, alike in self._by_verdict.items():
            for transport, ports in by_transport(alike.ports):
                if not _stands_alone(found, len(ports), most):
                    yield Collapsed(
                        protocol=transport,
                        state=found.state,
                        reason=found.reason,
                        reason_ip=found.reason_ip,
                        count=len(ports),
                        ports=compact_ports(ports if transport == "tcp" else numbers(ports)),
                    )


def _stands_alone(found: Verdict, count: int, most: int) -> bool:
    """Whether ``count`` ports of one transport with this verdict are listed one by one; ``most`` of no open ones."""
    return found.state == "open" or count <= most


def port_report(
    port: ProbePort,
    found: Verdict,
    rtt_s: float | None,
    services: ServiceTable,
    *,
    ttl: int | None = None,
    finding: Finding | None = None,
) -> PortReport:
    """The record of one port."""
    number, transport = number_of(port), transport_of(port)
    said = finding or NOTHING_FOUND
    return PortReport(
        port=number,
        protocol=transport,
        state=found.state,
        reason=found.reason,
        reason_ip=found.reason_ip,
        reason_ttl=ttl,
        rtt_ms=milliseconds(rtt_s),
        service=services.name(number, transport),
        in_practice=services.in_practice(number, transport),
        banner=said.banner_text,
        banner_base64=said.banner_base64,
        tls=said.tls,
        detected=said.service,
        product=said.product,
        version=said.version,
        extra=said.extra,
        problem=said.problem,
    )


def port_row(target: str, address: Address, found: PortReport) -> PortRow:
    """The record of one port as a row that stands alone."""
    return PortRow(
        target=target,
        address=address,
        port=found.port,
        protocol=found.protocol,
        state=found.state,
        reason=found.reason,
        reason_ip=found.reason_ip,
        rtt_ms=found.rtt_ms,
        service=found.service,
        in_practice=found.in_practice,
        detected=found.detected,
        product=found.product,
        version=found.version,
        banner=found.banner,
    )


def port_list(ports: Iterable[ProbePort]) -> str:
    """Ports as a list that ``-p`` takes: ``22-25,U:53``."""
    return ",".join(
        ("U:" if transport == "udp" else "") + compact_ports(numbers(same)) for transport, same in by_transport(ports)
    )


def milliseconds(seconds: float | None) -> float | None:
    """For a document."""
    return None if seconds is None else round(seconds * 1000, 3)
