"""Many hosts at once: a line for each, with its open ports."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from nettools.core.address import format_address
from nettools.core.scan.report import HostReport, PortReport, ScanSettings
from nettools.render.output import Output
from nettools.render.scan_words import counts_words, missing_words, product_words, service_words
from nettools.render.style import Canvas
from nettools.render.table import draw, hanging, text
from nettools.render.units import in_milliseconds


def draw_many(
    output: Output, canvas: Canvas, hosts: Sequence[HostReport], scan: ScanSettings, *, only_open: bool
) -> None:
    """Addresses and states below each other; what a line has no room for goes on below it."""
    is_probed = any(port.detected is not None for host in hosts for port in host.ports)
    addresses = [text(format_address(host.address), "network") for host in hosts]
    states = [text(_state(host)) for host in hosts]
    for same in (addresses, states):
        width = max(one.cell_len for one in same)
        for one in same:
            one.pad_right(width - one.cell_len)
    for host, address, state in zip(hosts, addresses, states, strict=True):
        rest = _rest(host, scan, is_probed=is_probed, only_open=only_open)
        line = Text("  ").join([address, state, *(one for one in rest if one.plain)])
        line.rstrip()
        draw(output, canvas, hanging(canvas, line, hang=4))


def _state(host: HostReport) -> str:
    return host.status + (f", {in_milliseconds(host.rtt_ms)}" if host.rtt_ms is not None else "")


def _rest(host: HostReport, scan: ScanSettings, *, is_probed: bool, only_open: bool) -> Iterator[Text]:
    opened = [one for one in host.ports if one.state == "open"]
    yield text(", ".join(_short(one, is_probed=is_probed) for one in opened), "good")
    if not only_open:
        yield text(counts_words({state: count for state, count in host.counts.items() if state != "open"}), "quiet")
    names = dict.fromkeys(filter(None, (*host.names, host.ptr)))
    yield Text(", ").join(text(name, "host") for name in names)
    yield text(missing_words(host, scan), "caution")
    yield from (text(f"! {note}", "caution") for note in host.notes)


def _short(port: PortReport, *, is_probed: bool) -> str:
    number = f"{port.port}" if port.protocol == "tcp" else f"{port.port}/{port.protocol}"
    return " ".join(filter(None, (number, service_words(port, is_probed=is_probed), product_words(port))))
