"""The hosts of a scan as records."""

from collections.abc import Iterator
from dataclasses import replace

from nettools.core.port_service import ServiceTable
from nettools.core.scan.book import ScanBook
from nettools.core.scan.report import HostReport, PortReport, PortRow
from nettools.core.scan.tally import port_row
from nettools.runs.scan_space import ScanSpace


class HostReports:
    """The records of the hosts, made when they are asked for: a large scan never has all of them at once."""

    def __init__(self, space: ScanSpace, book: ScanBook, services: ServiceTable, *, only_open: bool) -> None:
        self._space = space
        self._book = book
        self._services = services
        self._only_open = only_open
        self.collapses_all = False
        """Whether only open ports stand one by one: for people, of very many hosts."""
        self.ptr: dict[int, str | None] = {}
        """Host -> its name in the DNS, where it was asked for."""

    def placed(self) -> list[tuple[int, int]]:
        """(target, host) in the order of the targets, each with its addresses ascending."""
        return sorted((target, host) for host in self._book.hosts() for target in self._space.targets_of(host))

    def __iter__(self) -> Iterator[HostReport]:
        return (self.report(target, host) for target, host in self.placed())

    def shown(self) -> Iterator[HostReport]:
        """The records as they are shown: under ``--open`` only open ports, and hosts that have one."""
        for report in self:
            if not self._only_open:
                yield report
            elif report.counts.get("open"):
                yield replace(report, ports=tuple(one for one in report.ports if one.state == "open"), collapsed=())

    def report(self, target: int, host: int) -> HostReport:
        """What is known of one address as one of the targets that hold it."""
        return self._book.tally(host).report(
            self._space.text_of(target, host),
            self._services,
            names=self._space.names_of(host),
            ptr=self.ptr.get(host),
            status=self._book.status(host),
            collapses_all=self.collapses_all,
        )

    def shows(self, port: PortReport) -> bool:
        """Whether the port is to be seen."""
        return port.state == "open" or not self._only_open

    def rows(self) -> Iterator[PortRow]:
        """Every port of every host as a row."""
        for target, host in self.placed():
            tally = self._book.tally(host)
            text = self._space.text_of(target, host)
            for found in tally.every_port(self._services):
                if self.shows(found):
                    yield port_row(text, tally.address, found)
