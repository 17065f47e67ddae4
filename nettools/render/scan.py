"""How a person sees a scan: each host with what is open first, the many closed ones in a line."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from nettools.core.address import format_address
from nettools.core.scan.report import Collapsed, HostReport, PortReport, ScanReport
from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.render.table import Head, draw, grid_table, text, value_text

_STATE_ORDER = ("open", "open|filtered", "unfiltered", "filtered", "closed")
_STATE_MEANING = {"open": "good", "filtered": "caution", "closed": "quiet"}


def draw_report(output: Output, canvas: Canvas, report: ScanReport) -> None:
    """Every host, then the scan in one line."""
    for host in report.hosts:
        draw(output, canvas, *_host(canvas, host))
        output.write("\n")
    draw(output, canvas, text(_summary(report), "quiet"))


def _host(canvas: Canvas, host: HostReport) -> Iterator[RenderableType]:
    yield text(_headline(host), "heading")
    if host.ports:
        ports = sorted(host.ports, key=lambda one: (_STATE_ORDER.index(one.state), one.port))
        yield grid_table(canvas, _HEADS, [_port_row(port) for port in ports])
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


def _headline(host: HostReport) -> str:
    address = format_address(host.address)
    name = address if host.target == address else f"{host.target} ({address})"
    counts = ", ".join(f"{host.counts[state]:,} {state}" for state in _STATE_ORDER if state in host.counts)
    rtt = f", {host.rtt_ms:.3g} ms" if host.rtt_ms is not None else ""
    cut = "" if host.complete else "; not complete"
    why = host.status_reason or "no probe sent"
    return f"{name} is {host.status} ({why}{rtt}): {counts or 'nothing probed'}{cut}"


def _collapsed(many: Collapsed) -> str:
    sender = f" from {format_address(many.reason_ip)}" if many.reason_ip else ""
    return f"{many.count:,} {many.state} ({many.reason}{sender}): {many.ports}"


def _summary(report: ScanReport) -> str:
    summary = report.summary
    hosts = f"{len(report.hosts):,} address{'' if len(report.hosts) == 1 else 'es'}"
    cut = "interrupted after" if summary.interrupted else "in"
    return (
        f"{hosts}, {summary.ports_open:,} open, {summary.probes_sent:,} probes {cut} {summary.duration_ms / 1000:.2f} s"
    )
