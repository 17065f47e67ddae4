"""How a person sees a trace: a paragraph for each zone, its servers with what they are good for, and where it leads."""

from collections.abc import Iterable, Iterator, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from nettools.core.address import format_address
from nettools.core.resolve.report import Response
from nettools.core.resolve.trace.reading import USEFUL
from nettools.core.resolve.trace_report import TraceDnssec, TraceSearch, TraceServer, TraceStep
from nettools.render.output import Output
from nettools.render.resolve import draw_responses
from nettools.render.style import Canvas
from nettools.render.table import Head, draw, grid, text
from nettools.render.units import in_milliseconds

_HEADS = (
    Head(title="Server"),
    Head(title="Address"),
    Head(title="State"),
    Head(title="Time", align="right"),
    Head(title="Serial", align="right"),
    Head(title="Says", is_prose=True),
)
_STATE_MEANING = {"answered": "good", "referral": "good", "alias": "good", "nodata": "caution", "nxdomain": "caution"}
_DNSSEC_MEANING = {
    "signed": "good",
    "secure": "good",
    "unsigned": "quiet",
    "broken": "bad",
    "bogus": "bad",
    "unproved": "bad",
}


def draw_traces(output: Output, canvas: Canvas, responses: Iterable[Response]) -> None:
    """Each trace with the answer at its end."""
    for place, response in enumerate(responses):
        if place:
            output.write("\n")
        if response.trace:
            draw_trace(output, canvas, response.trace)
            output.write("\n")
        draw_responses(output, canvas, [response], with_sections=False)


def draw_trace(output: Output, canvas: Canvas, steps: Sequence[TraceStep]) -> None:
    """The steps from the root on, with a blank line between."""
    before: TraceStep | None = None
    for step in steps:
        if before is not None:
            output.write("\n")
        draw(output, canvas, *_paragraph(canvas, step, before))
        before = step


def _paragraph(canvas: Canvas, step: TraceStep, before: TraceStep | None) -> Iterator[RenderableType]:
    yield _headline(step, before)
    if step.dnssec is not None:
        yield from map(indented, _dnssec(step.dnssec))
    yield from (indented(_search(one)) for one in step.searches)
    if step.servers:
        has_serials = any(one.serial is not None for one in step.servers)
        rows = [_row(one) for one in step.servers]
        places = [place for place, head in enumerate(_HEADS) if has_serials or head.title != "Serial"]
        yield grid(canvas, [_HEADS[place] for place in places], [[row[place] for place in places] for row in rows])
    for alias in step.aliases:
        yield indented(_name(f"{alias.name} is an alias of {alias.target} ({alias.type})"))
    yield from (indented(text(one, "caution")) for one in step.warnings)


def indented(line: Text) -> Padding:
    """A line below a heading; where it folds, its parts stay below each other."""
    return Padding(line, (0, 0, 0, 2))


def _headline(step: TraceStep, before: TraceStep | None) -> Text:
    useful = sum(one.status in USEFUL for one in step.servers)
    count = len(step.servers)
    told = f"{count} server{'' if count == 1 else 's'}, {useful} of use" if count else "nobody to ask"
    line = Text.assemble((step.zone, "heading"), overflow="fold")
    if before is None or before.name != step.name:
        line.append(f" for {step.name}")
    return line.append_text(text(f" ({told}, {in_milliseconds(step.duration_ms)})", "quiet"))


def _dnssec(dnssec: TraceDnssec) -> Iterator[Text]:
    meaning = _DNSSEC_MEANING.get(dnssec.status, "caution")
    yield Text.assemble("DNSSEC: ", text(dnssec.status, meaning), text(f" - {dnssec.detail}", "quiet"))
    if dnssec.verdict is not None:
        meaning = _DNSSEC_MEANING.get(dnssec.verdict, "caution")
        yield Text.assemble("verified: ", text(dnssec.verdict, meaning), text(f" - {dnssec.reason}", "quiet"))


def _search(search: TraceSearch) -> Text:
    line = Text.assemble(_name(search.name), " came without glue: ", overflow="fold")
    way = f" (through {' '.join(search.zones)})" if search.zones else ""
    if search.addresses:
        line.append("found ").append(" ".join(map(format_address, search.addresses)), style="network").append(way)
        return line.append_text(text(f"; {search.reason}", "caution")) if search.reason else line
    return line.append_text(text(search.reason or "not found", "bad")).append(way)


def _row(server: TraceServer) -> list[Text]:
    return [
        _name(server.name),
        text(format_address(server.address), "network"),
        text(server.status, _STATE_MEANING.get(server.status, "bad")),
        text("-" if server.ms is None else in_milliseconds(server.ms)),
        text("-" if server.serial is None else str(server.serial)),
        _says(server),
    ]


def _says(server: TraceServer) -> Text:
    """Its answer, where it refers to, and what there is to say about that."""
    said = [f"refers to {server.referral_to}"] if server.referral_to is not None else list(server.answer)
    line = Text(", ".join(said), overflow="fold")
    if server.reason is None:
        return line if said else Text("-")
    remark = text(server.reason, "quiet" if server.status in USEFUL else None)
    return line.append("; ").append_text(remark) if said else remark


def _name(name: str) -> Text:
    """Presentation text of a name: nothing in it needs an escape."""
    return Text(name, overflow="fold")
