"""The ports in the record of a host: what stands together in ``collapsed`` is told apart and counted, and put there."""

from collections.abc import Iterable, Iterator

from nettools.core.port_service import ServiceTable
from nettools.core.ports import compact_ports, parse_port_range
from nettools.core.scan.probe_port import tcp, udp
from nettools.core.scan.reason import Verdict, verdict
from nettools.core.scan.report import Collapsed, HostReport, PortReport, PortRow, ScannedPorts
from nettools.core.scan.tally import port_report, port_row


def ranges_of(ports: str | None) -> list[range]:
    """The ranges of a port list as documents have it: ``22,80,8000-8100``. Raises PortError.

    >>> ranges_of("22,80-81"), ranges_of(None)
    ([range(22, 23), range(80, 82)], [])
    """
    words = ports.split(",") if ports else []
    return [one for word in words if (one := parse_port_range(word)) is not None]


def count_of(ports: str | None) -> int:
    """How many ports a port list has.

    >>> count_of("22,80,8000-8100"), count_of(None)
    (103, 0)
    """
    return sum(map(len, ranges_of(ports)))


def planned_count(ports: ScannedPorts) -> int:
    """How many ports of each address were asked for, both transports together."""
    return count_of(ports.tcp) + count_of(ports.udp)


def every_port(host: HostReport, services: ServiceTable) -> list[PortReport]:
    """Each port of the host, TCP first, ascending. Of those that stand together no time or TTL is known."""
    found = [*host.ports, *_told_apart(host, services)]
    return sorted(found, key=lambda one: (one.protocol, one.port))


def port_rows(hosts: Iterable[HostReport], services: ServiceTable) -> Iterator[PortRow]:
    """A row for each port of each host."""
    for host in hosts:
        for one in every_port(host, services):
            yield port_row(host.target, host.address, one)


def standing_together(ports: Iterable[PortReport]) -> list[Collapsed]:
    """The ports by verdict and transport, however many there are of each."""
    alike: dict[tuple[str, Verdict], list[int]] = {}
    for one in ports:
        found = verdict(one.state, one.reason, one.reason_ip)
        alike.setdefault((one.protocol, found), []).append(one.port)
    return [
        Collapsed(
            protocol=protocol,
            state=found.state,
            reason=found.reason,
            reason_ip=found.reason_ip,
            count=len(same),
            ports=compact_ports(sorted(same)),
        )
        for (protocol, found), same in alike.items()
    ]


def _told_apart(host: HostReport, services: ServiceTable) -> Iterator[PortReport]:
    for many in host.collapsed:
        found = verdict(many.state, many.reason, many.reason_ip)
        probe_port = udp if many.protocol == "udp" else tcp
        for ports in ranges_of(many.ports):
            for port in ports:
                yield port_report(probe_port(port), found, None, services)
