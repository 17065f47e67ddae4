"""How a person sees a scan: each host with what is open first, the many closed ones in a line."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import RenderableType
from rich.text import Text

from nettools.core.address import format_address
from nettools.core.intervals import IntervalSet
from nettools.core.prefix import Prefix
from nettools.core.scan.report import Collapsed, HostReport, PortReport, ScanReport
from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.render.table import Head, draw, grid, text, value_text

_STATE_ORDER = ("open", "open|filtered", "unfiltered", "filtered", "closed")
_STATE_MEANING = {"open": "good", "filtered": "caution", "closed": "quiet"}


def draw_report(output: Output, canvas: Canvas, report: ScanReport) -> None:
    """Every host with what it showed, hosts that are alike in one paragraph, then the scan in one line."""
    for alike in _alike(report.hosts):
        draw(output, canvas, *_paragraph(canvas, alike))
        output.write("\n")
    draw(output, canvas, text(_summary(report), "quiet"))


def _alike(hosts: Sequence[HostReport]) -> Iterator[list[HostReport]]:
    """Neighbours of one target that have nothing to list and the same to say; every other host on its own."""

    def likeness(numbered: tuple[int, HostReport]) -> object:
        number, host = numbered
        alone = number if host.ports else None
        return alone, host.target, host.status, host.status_reason, host.complete, host.collapsed

    for _, group in groupby(enumerate(hosts), key=likeness):
        yield [host for _, host in group]


def _paragraph(canvas: Canvas, alike: Sequence[HostReport]) -> Iterator[RenderableType]:
    host = alike[0]
    is_said_below = len(host.collapsed) == 1 and not host.ports
    yield text(_headline(alike, with_counts=not is_said_below), "heading")
    if host.ports:
        ports = sorted(host.ports, key=lambda one: (_STATE_ORDER.index(one.state), one.port))
        yield grid(canvas, _HEADS, [_port_row(port) for port in ports])
    for many in host.collapsed:
        yield text(_collapsed(many), _STATE_MEANING.get(many.state))


_HEADS = (
    Head(title="Port", align="right"),
    Head(title="State"),
    Head(title="Service"),
    Head(title="In practice", is_prose=True),
    Head(title="Reason"),
    Head(title="RTT ms", align="right"),
)


def _port_row(port: PortReport) -> list[Text]:
    sender = f" from {format_address(port.reason_ip)}" if port.reason_ip else ""
    return [
        text(f"{port.port}/{port.protocol}"),
        text(port.state, _STATE_MEANING.get(port.state)),
        text(value_text(port.service)),
        text(value_text(port.in_practice), "caution" if port.in_practice else None),
        text(port.reason + sender),
        text("-" if port.rtt_ms is None else f"{port.rtt_ms:.2f}"),
    ]


def _headline(alike: Sequence[HostReport], *, with_counts: bool) -> str:
    host = alike[0]
    rtt = f", {host.rtt_ms:.3g} ms" if host.rtt_ms is not None and len(alike) == 1 else ""
    why = host.status_reason or "no probe sent"
    line = f"{_who(alike)} {'is' if len(alike) == 1 else 'are'} {host.status} ({why}{rtt})"
    counts = ", ".join(f"{host.counts[state]:,} {state}" for state in _STATE_ORDER if state in host.counts)
    if with_counts and counts:
        line += f": {counts}"
    return line if host.complete else f"{line}; not complete"


def _who(alike: Sequence[HostReport]) -> str:
    host = alike[0]
    if len(alike) > 1:
        networks = IntervalSet.of_prefixes(
            Prefix(one.address.version, int(one.address), one.address.max_prefixlen) for one in alike
        )
        return f"{len(alike):,} addresses in {host.target} ({' '.join(map(str, networks.prefixes()))})"
    address = format_address(host.address)
    if host.target == address:
        return address
    return f"{host.target} ({address})" if host.names else f"{address} (in {host.target})"


def _collapsed(many: Collapsed) -> str:
    sender = f" from {format_address(many.reason_ip)}" if many.reason_ip else ""
    return f"{many.count:,} {many.state} ({many.reason}{sender}): {many.ports}"


def _summary(report: ScanReport) -> str:
    summary = report.summary
    count = len({host.address for host in report.hosts})
    cut = "interrupted after" if summary.interrupted else "in"
    seconds = summary.duration_ms / 1000
    duration = f"{summary.duration_ms:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"
    addresses = f"{count:,} address{'' if count == 1 else 'es'}"
    return f"{addresses}, {summary.ports_open:,} open, {summary.probes_sent:,} probes {cut} {duration}"
