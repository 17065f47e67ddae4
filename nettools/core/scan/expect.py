"""``nettools scan --expect-file F``: whether exactly those ports are open, of the ports that were scanned.

Open and not expected, expected and not open (in whatever state), expected and not scanned: each is a finding, and the
file is then not met. What cannot be said, ``open|filtered`` too, is never taken for met.
"""

from collections.abc import Iterable, Iterator, Sequence

from nettools.core.address import Address, format_address
from nettools.core.intervals import Ranges
from nettools.core.ports import Transport
from nettools.core.scan.address_ranges import AddressRanges, address_place
from nettools.core.scan.expect_file import Expectations, ExpectLine, folded_name, united_ports
from nettools.core.scan.expect_report import ExpectFinding, ExpectReport, FindingKind
from nettools.core.scan.not_compared import covered, unlisted
from nettools.core.scan.port_ranges import NO_PORTS, count_of, each_port, ranges_text, single, united
from nettools.core.scan.probe_port import number_of, transport_of
from nettools.core.scan.report import ScanReport
from nettools.core.scan.resolved import resolved_names
from nettools.core.scan.stored import SILENT_HOST, TRANSPORTS, Outcome, StoredHost, StoredScan, scanned
from nettools.core.scan.stored_document import stored_report


def judge(expected: Expectations, scan: ScanReport | StoredScan) -> ExpectReport:
    """What is not as the file says, by address, transport and port."""
    stored = scan if isinstance(scan, StoredScan) else stored_report(scan)
    by_kind: dict[FindingKind, list[ExpectFinding]] = {"unexpected": [], "missing": [], "not-scanned": []}
    for finding in _findings(expected, stored):
        by_kind[finding.finding].append(finding)
    return ExpectReport(
        file=expected.path,
        met=not any(by_kind.values()),
        hosts=len(stored.hosts),
        unexpected=tuple(by_kind["unexpected"]),
        missing=tuple(by_kind["missing"]),
        not_scanned=tuple(by_kind["not-scanned"]),
    )


def _findings(expected: Expectations, scan: StoredScan) -> Iterator[ExpectFinding]:
    for address in sorted(scan.hosts, key=address_place):
        host = scan.hosts[address]
        yield from _of_host(scan, host, expected.about(address, (*host.names, *host.targets)))
    yield from _of_unlisted(expected, scan)


def _of_host(scan: StoredScan, host: StoredHost, lines: Sequence[ExpectLine]) -> Iterator[ExpectFinding]:
    """The findings on a listed host, about which these lines are."""
    ports = united_ports(lines)
    if ports is None:
        return
    number = lines[0].number if lines else None
    services = {(transport_of(one.port), number_of(one.port)): one.service for one in host.open_ports()}
    where = (host.targets[0], format_address(host.address), 1)
    for transport in TRANSPORTS:
        wanted = ports.get(transport, NO_PORTS)
        outcomes = scanned(scan, host, transport)
        for outcome, ports_found in sorted(outcomes.items(), key=lambda one: one[1].starts):
            if outcome.state == "open":
                for port in each_port(ports_found.minus(wanted)):
                    service = services.get((transport, port))
                    yield _finding("unexpected", where, transport, single(port), outcome, number, service)
            elif (missing := ports_found.both(wanted)).starts:
                yield _finding("missing", where, transport, missing, outcome, number)
        unknown = wanted.minus(united(outcomes.values()))
        if unknown.starts:
            yield _finding("not-scanned", where, transport, unknown, SILENT_HOST, number)


def _of_unlisted(expected: Expectations, scan: StoredScan) -> Iterator[ExpectFinding]:
    """Lines about addresses that the answer does not list: silent ones, and those that were not scanned."""
    silent, all_covered = unlisted(scan), covered(scan)
    resolved = {folded_name(name): found for name, found in resolved_names(scan.options).items()}
    known = {folded_name(word) for host in scan.hosts.values() for word in (*host.names, *host.targets)}
    for line in expected.lines:
        if line.name is not None and line.name not in known:
            addresses = AddressRanges.of_addresses(resolved.get(line.name, ())).both(silent)
            yield from _of_silent(scan, line, addresses) if addresses else _of_unscanned(line, None)
    claimed = AddressRanges({})
    for lines in expected.sizes:
        free = AddressRanges.of_spans(_spans(line for line in lines if line.ports is None))
        for alike in _alike(lines):
            addresses = AddressRanges.of_spans(_spans(alike)).minus(claimed).minus(free)
            yield from _of_silent(scan, alike[0], addresses.both(silent))
            yield from _of_unscanned(alike[0], addresses.minus(all_covered))
        claimed = claimed.union(AddressRanges.of_spans(_spans(lines)))
    for line in expected.others:
        yield from _of_silent(scan, line, silent.minus(claimed))


def _alike(lines: Sequence[ExpectLine]) -> Iterator[list[ExpectLine]]:
    """The lines that expect something open, those with the same ports together."""
    groups: dict[tuple[str, ...], list[ExpectLine]] = {}
    for line in lines:
        if line.ports:
            key = tuple(ranges_text(line.ports.get(transport, NO_PORTS)) for transport in TRANSPORTS)
            groups.setdefault(key, []).append(line)
    return iter(groups.values())


def _spans(lines: Iterable[ExpectLine]) -> Iterator[tuple[Address, Address]]:
    for line in lines:
        if line.addresses is not None:
            yield from line.addresses.spans()


def _of_silent(scan: StoredScan, line: ExpectLine, addresses: AddressRanges) -> Iterator[ExpectFinding]:
    """Addresses that were scanned and gave no sign of being there."""
    if not addresses or not line.ports:
        return
    where = (line.word, str(addresses), addresses.count)
    for transport in TRANSPORTS:
        wanted = line.ports.get(transport, NO_PORTS)
        silent = wanted.both(scan.ports_of_unlisted.get(transport, NO_PORTS))
        kinds: tuple[tuple[FindingKind, Ranges], ...] = (("missing", silent), ("not-scanned", wanted.minus(silent)))
        for kind, ports in kinds:
            if ports.starts:
                yield _finding(kind, where, transport, ports, SILENT_HOST, line.number)


def _of_unscanned(line: ExpectLine, addresses: AddressRanges | None) -> Iterator[ExpectFinding]:
    """Addresses that the scan did not hold; None for a name that it did not have."""
    if (addresses is not None and not addresses) or not line.ports:
        return
    where = (line.word, str(addresses), addresses.count) if addresses else (line.word, None, 0)
    for transport in TRANSPORTS:
        wanted = line.ports.get(transport, NO_PORTS)
        if wanted.starts:
            yield _finding("not-scanned", where, transport, wanted, SILENT_HOST, line.number)


def _finding(
    kind: FindingKind,
    where: tuple[str, str | None, int],
    transport: Transport,
    ports: Ranges,
    outcome: Outcome,
    line: int | None,
    service: str | None = None,
) -> ExpectFinding:
    """``where`` is the target, the addresses, and how many these are."""
    return ExpectFinding(
        finding=kind,
        target=where[0],
        addresses=where[1],
        address_count=where[2],
        protocol=transport,
        ports=ranges_text(ports),
        port_count=count_of(ports),
        state=outcome.state,
        reason=outcome.reason,
        service=service,
        line=line,
    )
