"""What lies behind the open ports and the addresses: banners, TLS, services, names."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from nettools.core.scan.book import ScanBook
from nettools.net.interrupts import Interrupts
from nettools.runs.scan_hosts import HostReports
from nettools.runs.scan_order import Depth, ScanOrder, SendFrom
from nettools.runs.scan_space import ScanSpace

if TYPE_CHECKING:
    from nettools.core.depth.jobs import DepthJob
    from nettools.core.scan.finding import Finding


def look_deeper(
    order: ScanOrder,
    space: ScanSpace,
    book: ScanBook,
    reports: HostReports,
    interrupts: Interrupts,
    on_tick: Callable[[float], None],
) -> None:
    """Ask every open port and the name of every host that is up, as far as that was wanted."""
    depth = order.depth
    if depth.asks_services and not interrupts.has_fired:
        _ask_services(depth, order.source, space, book, interrupts, on_tick)
    if depth.rdns and not interrupts.has_fired:
        from nettools.net.reverse_names import reverse_names

        hosts = [host for host in book.hosts() if book.status(host)[0] == "up"]
        found = reverse_names([book.tally(host).address for host in hosts], interrupts=interrupts)
        reports.ptr = {host: found[book.tally(host).address] for host in hosts}


def _ask_services(
    depth: Depth,
    origin: SendFrom,
    space: ScanSpace,
    book: ScanBook,
    interrupts: Interrupts,
    on_tick: Callable[[float], None],
) -> None:
    from nettools import data
    from nettools.core.depth.action import Wanted
    from nettools.core.depth.catalog import Catalog
    from nettools.net.depth.dialing import Origin
    from nettools.net.depth.run import DepthRun

    def told(job: "DepthJob", found: "Finding") -> None:
        book.tally(job.host).found(job.port, found)

    DepthRun(
        _jobs(space, book),
        Wanted(banner=depth.banner, tls_info=depth.tls_info, probe=depth.probe),
        Catalog(dict(data.files("probes", ".toml"))),
        interrupts=interrupts,
        on_found=told,
        origin=Origin(source=origin.address, interface=origin.interface),
    ).run(on_tick)


def _jobs(space: ScanSpace, book: ScanBook) -> "Iterator[DepthJob]":
    from nettools.core.depth.jobs import DepthJob

    for host in book.hosts():
        tally = book.tally(host)
        names = space.names_of(host)
        for port in tally.open_ports:
            yield DepthJob(host=host, address=tally.address, port=port, server_name=names[0] if names else None)
