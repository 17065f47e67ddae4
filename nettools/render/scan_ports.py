"""The ports of one host as a table: a column for what there is to say, below the row what does not fit beside it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from rich.text import Text

from nettools.core.address import format_address
from nettools.core.scan.report import PortReport
from nettools.render.output import Output
from nettools.render.scan_words import (
    STATE_MEANING,
    STATE_ORDER,
    banner_words,
    is_telling,
    product_words,
    reason_words,
    service_words,
    tls_words,
)
from nettools.render.style import Canvas
from nettools.render.table import UNBOUNDED_WIDTH, Head, draw, draw_long, hanging, text
from nettools.render.units import in_milliseconds

_LEAST_DETAILS: Final = 30
"""Columns that details need beside the others to be readable; with less they stand below them."""

_ALWAYS: Final = 2
"""The port and its state."""

_RTT_COLUMNS: Final = 7
"""``0.02 ms``, ``800 ms``."""

_SPEAK_FOR_THEMSELVES: Final = ("Service", "Product", "TLS")
"""Columns whose values need no title among details."""


class _Column(NamedTuple):
    head: Head
    cells: Sequence[Text]
    is_short: bool = True
    """Whether several such go on one line of details."""

    @property
    def width(self) -> int:
        return max(len(self.head.title), *(cell.cell_len for cell in self.cells))


def draw_ports(
    output: Output, canvas: Canvas, ports: Sequence[PortReport], *, now: datetime, shows_reason: bool
) -> None:
    """What is open first; ``now`` is when the scan was made, against which certificates are in date or not."""
    ordered = sorted(ports, key=lambda one: (STATE_ORDER.index(one.state), one.protocol, one.port))
    columns = list(_columns(ordered, now=now, shows_reason=shows_reason))
    beside = _side_by_side(canvas, columns)
    if beside is None:
        _draw_with_lines_below(output, canvas, columns)
        return
    shown = columns[:beside]
    if beside < len(columns):
        shown.append(_Column(Head(title="Details", is_prose=True), _details(columns[beside:])))
    draw_long(output, canvas, [one.head for one in shown], list(zip(*(one.cells for one in shown), strict=True)))


def _columns(ports: Sequence[PortReport], *, now: datetime, shows_reason: bool) -> Iterator[_Column]:
    """Those that have something to say, the ones that are needed most first."""
    is_probed = any(one.detected is not None for one in ports)
    yield _Column(Head(title="Port", align="right"), [text(f"{one.port}/{one.protocol}") for one in ports])
    yield _Column(Head(title="State"), [text(one.state, STATE_MEANING.get(one.state)) for one in ports])
    services = [service_words(one, is_probed=is_probed) for one in ports]
    if any(services):
        yield _Column(Head(title="Service"), [text(one or "-") for one in services])
    if any(one.rtt_ms is not None for one in ports):
        yield _Column(
            Head(title="RTT", align="right"),
            [text("" if one.rtt_ms is None else _round_trip(one.rtt_ms)) for one in ports],
        )
    yield from _reasons(ports) if shows_reason else _telling_reasons(ports)
    for title, values, meaning in (
        ("In practice", [one.in_practice or "" if one.detected is None else "" for one in ports], "caution"),
        ("Product", [product_words(one) for one in ports], None),
        ("TLS", [tls_words(one.tls, now) if one.tls else "" for one in ports], None),
        ("Banner", [banner_words(one) for one in ports], None),
        ("Problem", [one.problem or "" for one in ports], "caution"),
    ):
        if any(values):
            yield _Column(Head(title=title), [text(one, meaning) for one in values], is_short=False)


def _round_trip(rtt_ms: float) -> str:
    """As wide for 0.02 ms as for 800 ms, so that the tables of two scans can be laid beside each other."""
    return (f"{rtt_ms:.2f} ms" if rtt_ms < 0.995 else in_milliseconds(rtt_ms)).rjust(_RTT_COLUMNS)


def _reasons(ports: Sequence[PortReport]) -> Iterator[_Column]:
    yield _Column(Head(title="Reason"), [text(one.reason) for one in ports])
    if any(one.reason_ip is not None for one in ports):
        senders = [format_address(one.reason_ip) if one.reason_ip else "" for one in ports]
        yield _Column(Head(title="From"), [text(one) for one in senders])
    if any(one.reason_ttl is not None for one in ports):
        ttls = ["" if one.reason_ttl is None else str(one.reason_ttl) for one in ports]
        yield _Column(Head(title="TTL", align="right"), [text(one) for one in ttls])


def _telling_reasons(ports: Sequence[PortReport]) -> Iterator[_Column]:
    if any(map(is_telling, ports)):
        yield _Column(Head(title="Reason"), [text(reason_words(one) if is_telling(one) else "") for one in ports])


def _side_by_side(canvas: Canvas, columns: Sequence[_Column]) -> int | None:
    """How many columns stand side by side, with the details of the others right of them; None: nowhere is room."""
    room = canvas.width or UNBOUNDED_WIDTH
    for count in range(len(columns), _ALWAYS - 1, -1):
        left = room - sum(one.width + 2 for one in columns[:count])
        if left >= (_LEAST_DETAILS + 2 if count < len(columns) else 0):
            return count
    return None


def _details(columns: Sequence[_Column]) -> list[Text]:
    """For each row the values that have no column of their own."""
    return [Text("\n").join(_lines(columns, row)) for row in range(len(columns[0].cells))]


def _lines(columns: Sequence[_Column], row: int) -> Iterator[Text]:
    short = [_labelled(one, row) for one in columns if one.is_short and one.cells[row].plain.strip(" -")]
    if short:
        yield Text("  ").join(short)
    yield from (_labelled(one, row) for one in columns if not one.is_short and one.cells[row].plain)


def _labelled(one: _Column, row: int) -> Text:
    cell = one.cells[row]
    return cell if one.head.title in _SPEAK_FOR_THEMSELVES else Text.assemble(text(one.head.title, "label"), " ", cell)


def _draw_with_lines_below(output: Output, canvas: Canvas, columns: Sequence[_Column]) -> None:
    """For narrow terminals: the columns that find room, and below each row the rest of it."""
    room = canvas.width or UNBOUNDED_WIDTH
    count = len(columns)
    while count > _ALWAYS and sum(one.width + 2 for one in columns[:count]) - 2 > room:
        count -= 1
    shown, rest = columns[:count], columns[count:]
    lines = [_aligned([text(one.head.title, "heading") for one in shown], shown)]
    lines.append(Text(("-" if canvas.ascii_only else "─") * min(room, sum(one.width + 2 for one in shown) - 2)))
    for row in range(len(columns[0].cells)):
        lines.append(hanging(canvas, _aligned([one.cells[row] for one in shown], shown)))
        lines += (hanging(canvas, line, indent=4) for line in _lines(rest, row))
    draw(output, canvas, *lines)


def _aligned(cells: Sequence[Text], columns: Sequence[_Column]) -> Text:
    line = Text(overflow="fold", no_wrap=True)
    for place, (cell, one) in enumerate(zip(cells, columns, strict=True)):
        blanks = " " * (one.width - cell.cell_len)
        line.append("  " if place else "").append(blanks if one.head.align == "right" else "").append_text(cell)
        line.append(blanks if one.head.align != "right" else "")
    line.rstrip()
    return line
