"""One address in two scans: what has changed of it, and of its ports."""

from collections.abc import Iterator
from itertools import product

from nettools.core.address import Address
from nettools.core.intervals import Ranges
from nettools.core.ports import Transport
from nettools.core.scan.diff_findings import FindingComparison
from nettools.core.scan.diff_report import ChangedThing, ChangeKind, ScanChange
from nettools.core.scan.not_compared import Uncompared
from nettools.core.scan.port_ranges import count_of, each_port, ranges_text, united
from nettools.core.scan.probe_port import number_of, transport_of
from nettools.core.scan.stored import TRANSPORTS, Outcome, StoredHost, StoredPort, StoredScan, scanned


class ScanPair:
    """The two scans, and what is collected over all their hosts."""

    def __init__(self, old: StoredScan, new: StoredScan) -> None:
        self.old = old
        self.new = new
        self.findings = FindingComparison(old, new)
        self.uncompared = Uncompared(old, new)
        self.compared_count = 0
        self.asks_the_same = _question(old) == _question(new)
        self.shows_hosts = not old.tells_only_open and not new.tells_only_open
        self.is_comparable_tcp = ("ack" in old.type) == ("ack" in new.type)
        """An ACK scan says which packets pass, and nothing of what listens."""


def _question(scan: StoredScan) -> tuple[object, ...]:
    """What decides, beside the ports, whether a host shows that it is up."""
    return scan.type, scan.options.get("discover")


class HostComparison:
    """The address is one that both scans cover; at least one of them lists it."""

    def __init__(self, pair: ScanPair, address: Address) -> None:
        self._pair = pair
        self._address = address
        self._before = pair.old.hosts.get(address)
        self._now = pair.new.hosts.get(address)
        self._has_same_ports = True
        self._open_before = _open_ports(self._before)
        self._open_now = _open_ports(self._now)

    def changes(self) -> Iterator[ScanChange]:
        """What has changed: the host, then its ports."""
        common = [(transport, self._common(transport)) for transport in TRANSPORTS]
        host = self._host_change()
        if host:
            yield host
        for transport, pairs in common:
            found = [one for before, now, ports in pairs for one in self._port_changes(transport, before, now, ports)]
            yield from (
                change for _, change in sorted(found, key=lambda one: one[0]) if not host or _is_about_open(change)
            )

    def _common(self, transport: Transport) -> list[tuple[Outcome, Outcome, Ranges]]:
        """(before, now, ports) of all that both have a verdict on; the rest is noted as not compared."""
        old, new, uncompared = self._pair.old, self._pair.new, self._pair.uncompared
        before = scanned(old, self._before, transport)
        now = scanned(new, self._now, transport)
        all_before, all_now = united(before.values()), united(now.values())
        if all_before != all_now:
            self._has_same_ports = False
            uncompared.lacking(new, self._now, self._address, transport, all_before.minus(all_now))
            uncompared.lacking(old, self._before, self._address, transport, all_now.minus(all_before))
        if transport == "tcp" and not self._pair.is_comparable_tcp:
            uncompared.add("other-kind-of-scan", self._address, transport, all_before.both(all_now))
            return []
        self._pair.compared_count += count_of(all_before.both(all_now))
        pairs = ((one, other, before[one].both(now[other])) for one, other in product(before, now))
        return [(one, other, ports) for one, other, ports in pairs if ports.starts]

    def _host_change(self) -> ScanChange | None:
        """Whether it has come or gone; said only where both scans looked in the same way, or this machine knows."""
        status_before, status_now = _status(self._before), _status(self._now)
        if not self._pair.shows_hosts or (status_before == "up") == (status_now == "up"):
            return None
        is_known = "down" in (status_before, status_now)
        if not is_known and not (self._has_same_ports and self._pair.asks_the_same):
            return None
        return self._change(
            "appeared" if status_now == "up" else "gone",
            "host",
            before=(status_before, self._before.status_reason if self._before else None),
            after=(status_now, self._now.status_reason if self._now else None),
        )

    def _port_changes(
        self, transport: Transport, before: Outcome, now: Outcome, ports: Ranges
    ) -> Iterator[tuple[int, ScanChange]]:
        """(its first port, what has changed)."""
        if before.state == now.state:
            if now.state == "open":
                yield from self._finding_changes(transport, ports)
        elif "open" in (before.state, now.state):
            kind: ChangeKind = "appeared" if now.state == "open" else "gone"
            for port in each_port(ports):
                yield port, self._change(kind, "port", before=before, after=now, where=(transport, str(port), 1))
        elif before.state and now.state:  # of a host that is not there nothing is known but that
            where = (transport, ranges_text(ports), count_of(ports))
            yield ports.starts[0], self._change("changed", "port", before=before, after=now, where=where)

    def _finding_changes(self, transport: Transport, ports: Ranges) -> Iterator[tuple[int, ScanChange]]:
        for port in each_port(ports):
            before, now = self._open_before.get((transport, port)), self._open_now.get((transport, port))
            if before is None or now is None or (before.finding is None and now.finding is None):
                continue
            for what, was, is_now in self._pair.findings.changes(before.finding, now.finding):
                where = (transport, str(port), 1)
                yield port, self._change("changed", what, before=(was, None), after=(is_now, None), where=where)

    def _change(
        self,
        kind: ChangeKind,
        what: ChangedThing,
        *,
        before: tuple[str | None, str | None],
        after: tuple[str | None, str | None],
        where: tuple[Transport | None, str | None, int] = (None, None, 0),
    ) -> ScanChange:
        """``before`` and ``after`` are what it was and is, each with the reason."""
        newest = self._now or self._before
        assert newest is not None
        transport, ports, count = where
        one = (transport, int(ports)) if transport and ports and count == 1 else None
        was_open = (self._open_now.get(one) or self._open_before.get(one)) if one else None
        return ScanChange(
            change=kind,
            what=what,
            target=newest.targets[0],
            address=self._address,
            names=newest.names,
            protocol=transport,
            ports=ports,
            count=count,
            before=before[0],
            after=after[0],
            before_reason=before[1],
            after_reason=after[1],
            service=was_open.service if was_open else None,
        )


def _status(host: StoredHost | None) -> str:
    return "silent" if host is None else host.status


def _open_ports(host: StoredHost | None) -> dict[tuple[Transport, int], StoredPort]:
    opened = host.open_ports() if host else ()
    return {(transport_of(one.port), number_of(one.port)): one for one in opened}


def _is_about_open(change: ScanChange) -> bool:
    return "open" in (change.before, change.after)
