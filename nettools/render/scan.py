"""How a person sees a scan: each host with what is open first, the many closed ones in a line."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from rich.console import RenderableType
from rich.text import Text

from nettools.core.address import Address, format_address
from nettools.core.scan.address_words import addresses_in_words
from nettools.core.scan.report import HostReport, PortReport, ScanReport
from nettools.render.output import Output
from nettools.render.scan_many import draw_many
from nettools.render.scan_ports import draw_ports
from nettools.render.scan_words import (
    STATE_MEANING,
    STATE_ORDER,
    collapsed_words,
    counts_words,
    for_display,
    missing_words,
    status_words,
)
from nettools.render.style import Canvas
from nettools.render.table import draw, hanging, text
from nettools.render.units import counted, in_milliseconds

MANY_HOSTS: Final = 50
"""So many hosts that have something to show get a line each."""


def draw_report(
    output: Output, canvas: Canvas, report: ScanReport, *, shows_reason: bool = False, only_open: bool = False
) -> None:
    """Every host with what it showed, hosts that are alike in one paragraph, then the scan in a few lines.

    An address that several names and words stand for is told once, with all of its names.

    ``shows_reason``: the reason of each port, its sender and TTL; else reasons stand where they say more than the
    state. ``only_open``: only ports that are certainly open, and hosts that have one.
    """
    hosts = [host for host in report.hosts if not only_open or any(map(_is_open, host.ports))]
    groups = list(_alike(map(for_display, _once_each(hosts))))
    single = [group[0] for group in groups if len(group) == 1]
    is_compact = len(single) >= MANY_HOSTS
    if is_compact:
        draw_many(output, canvas, single, report.scan, only_open=only_open)
        draw(output, canvas, hanging(canvas, text("a line for each host: --format json tells all of each", "quiet")))
        output.write("\n")
    for alike in groups:
        if is_compact and len(alike) == 1:
            continue
        draw(output, canvas, *_head(canvas, alike, report))
        ports = [one for one in alike[0].ports if not only_open or _is_open(one)]
        if ports:
            draw_ports(output, canvas, ports, now=report.scan.started, shows_reason=shows_reason)
        if not only_open:
            draw(output, canvas, *_collapsed(canvas, alike[0]))
        output.write("\n")
    draw(output, canvas, *_summary(canvas, report, hidden=len(report.hosts) - len(hosts)))


def draw_summary(output: Output, canvas: Canvas, report: ScanReport) -> None:
    """The scan in a few lines, without its hosts."""
    draw(output, canvas, *_summary(canvas, report, hidden=0))


def _is_open(port: PortReport) -> bool:
    return port.state == "open"


def _once_each(hosts: Iterable[HostReport]) -> Iterator[HostReport]:
    """The hosts without those that stand there already as another name, or as the address itself."""
    told: set[Address] = set()
    for host in hosts:
        if host.target in host.names or host.target == format_address(host.address):
            if host.address in told:
                continue
            told.add(host.address)
        yield host


def _alike(hosts: Iterable[HostReport]) -> Iterator[list[HostReport]]:
    """Hosts of one target that have nothing to list and the same to say, after those of it that have."""
    by_target: dict[str, list[HostReport]] = {}
    for host in hosts:
        by_target.setdefault(host.target, []).append(host)
    for same_target in by_target.values():
        groups: dict[object, list[HostReport]] = {}
        for host in same_target:
            if host.ports or host.names or host.ptr or host.notes:
                yield [host]
            else:
                likeness = (host.address.version, host.status, host.status_reason, host.complete, host.collapsed)
                groups.setdefault(likeness, []).append(host)
        yield from groups.values()


def _head(canvas: Canvas, alike: Sequence[HostReport], report: ScanReport) -> Iterator[RenderableType]:
    host = alike[0]
    line = f"{_who(alike)} {'is' if len(alike) == 1 else 'are'} {status_words(host, with_rtt=len(alike) == 1)}"
    is_said_below = len(host.collapsed) == 1 and not host.ports
    counts = counts_words(host.counts)
    if counts and not is_said_below:
        line += f": {counts}"
    missing = missing_words(host, report.scan)
    yield hanging(canvas, text(f"{line}; {missing}" if missing else line, "heading"))
    if host.names and not _is_named(host):
        yield hanging(canvas, text(f"also {', '.join(host.names)}", "quiet"), indent=2)
    if host.ptr:
        yield hanging(canvas, Text.assemble(text("PTR ", "quiet"), text(host.ptr, "quiet")), indent=2)
    for note in host.notes:
        yield hanging(canvas, text(f"! {note}", "caution"), indent=2)


def _who(alike: Sequence[HostReport]) -> str:
    host = alike[0]
    if len(alike) > 1:
        return f"{len(alike):,} addresses in {host.target} ({addresses_in_words(one.address for one in alike)})"
    address = format_address(host.address)
    if _is_named(host):
        return f"{', '.join(host.names)} ({address})"
    return address if host.target in (address, f"[{address}]") else f"{address} (in {host.target})"


def _is_named(host: HostReport) -> bool:
    """Whether it was asked for as itself and by names, rather than as one address of many."""
    return bool(host.names) and host.target in (*host.names, format_address(host.address))


def _collapsed(canvas: Canvas, host: HostReport) -> Iterator[Text]:
    for many in sorted(host.collapsed, key=lambda one: (STATE_ORDER.index(one.state), one.protocol)):
        meaning = STATE_MEANING.get(many.state) if host.status == "up" else "quiet"
        yield hanging(canvas, text(collapsed_words(many, is_cut_short=not host.complete), meaning))


def _summary(canvas: Canvas, report: ScanReport, *, hidden: int) -> Iterator[Text]:
    """``256 addresses: 5 up, 3 down, 248 silent; 12 ports open; 25,600 probes (31 again) in 4.2 s``."""
    summary = report.summary
    kinds = {"up": summary.hosts_up, "down": summary.hosts_down, "silent": summary.hosts_silent}
    hosts = ", ".join(f"{count:,} {kind}" for kind, count in kinds.items() if count) or "none answered"
    again = f" ({summary.retransmitted:,} again)" if summary.retransmitted else ""
    line = f"{counted(summary.addresses, 'address')}: {hosts}; {counted(summary.ports_open, 'port')} open; "
    line += f"{counted(summary.probes_sent, 'probe')}{again} in {in_milliseconds(summary.duration_ms)}"
    yield hanging(canvas, text(line, "quiet"))
    listed = len({host.address for host in report.hosts})
    if listed < summary.addresses:
        yield hanging(canvas, text(f"{summary.addresses - listed:,} without evidence are not listed", "quiet"))
    if hidden:
        yield hanging(canvas, text(f"{counted(hidden, 'host')} without an open port not shown", "quiet"))
    partial = len({host.address for host in report.hosts if not host.complete and host.status != "down"})
    if summary.interrupted:
        yield hanging(canvas, text("! interrupted: what was not probed by then is missing", "caution"))
    if partial:
        yield hanging(canvas, text(f"! {counted(partial, 'host')} not complete", "caution"))
