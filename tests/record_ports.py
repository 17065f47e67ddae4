"""Every port of a host's record, those that stand together too, one by one."""

from collections.abc import Iterable, Iterator

from nettools.core.port_service import ServiceTable
from nettools.core.ports import parse_port_range
from nettools.core.scan.probe_port import tcp, udp
from nettools.core.scan.reason import verdict
from nettools.core.scan.report import HostReport, PortReport, PortRow
from nettools.core.scan.tally import port_report, port_row


def ranges_of(ports: str | None) -> list[range]:
    """The ranges of a port list as documents have it: ``22,80,8000-8100``. Raises PortError.

    >>> ranges_of("22,80-81"), ranges_of(None)
    ([range(22, 23), range(80, 82)], [])
    """
    words = ports.split(",") if ports else []
    return [one for word in words if (one := parse_port_range(word)) is not None]


def every_port(host: HostReport, services: ServiceTable) -> list[PortReport]:
    """Each port of the host, TCP first, ascending. Of those that stand together no time or TTL is known."""
    found = [*host.ports, *_told_apart(host, services)]
    return sorted(found, key=lambda one: (one.protocol, one.port))


def port_rows(hosts: Iterable[HostReport], services: ServiceTable) -> Iterator[PortRow]:
    """A row for each port of each host."""
    for host in hosts:
        for one in every_port(host, services):
            yield port_row(host.target, host.address, one)


def _told_apart(host: HostReport, services: ServiceTable) -> Iterator[PortReport]:
    for many in host.collapsed:
        found = verdict(many.state, many.reason, many.reason_ip)
        probe_port = udp if many.protocol == "udp" else tcp
        for ports in ranges_of(many.ports):
            for port in ports:
                yield port_report(probe_port(port), found, None, services)
