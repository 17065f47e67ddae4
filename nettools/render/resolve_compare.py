"""How a person sees a comparison: the verdict, every server with what it said, those that agree in one group."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from nettools.core.resolve.compare_report import AgreementGroup, ComparedServer, Comparison
from nettools.render.output import Output
from nettools.render.resolve_trace import indented
from nettools.render.style import Canvas
from nettools.render.table import Head, draw, fits, grid, text
from nettools.render.units import in_milliseconds

_HEADS = (
    Head(title="Group", align="right"),
    Head(title="Server"),
    Head(title="State"),
    Head(title="TTL", align="right"),
    Head(title="Serial", align="right"),
    Head(title="NSID"),
    Head(title="Time", align="right"),
    Head(title="Says", is_prose=True),
)
_NARROW_HEADS = (*_HEADS[:3], _HEADS[-1])
_STATE_MEANING = {"answered": "good", "nodata": "caution", "nxdomain": "caution"}


def draw_comparisons(output: Output, canvas: Canvas, comparisons: Sequence[Comparison]) -> None:
    """Each comparison, with a blank line between."""
    for place, one in enumerate(comparisons):
        if place:
            output.write("\n")
        draw(output, canvas, *_paragraph(canvas, one))


def _paragraph(canvas: Canvas, one: Comparison) -> Iterator[RenderableType]:
    yield _headline(one)
    if one.servers:
        yield _table(canvas, one)
    yield from (indented(text(sentence, None if one.agree else "caution")) for sentence in one.differences)
    yield from (indented(text(warning, "caution")) for warning in one.warnings)


def _table(canvas: Canvas, one: Comparison) -> RenderableType:
    """All columns that say something; on a narrow terminal few of them; else a record for each server."""
    rows = list(_rows(one))
    places = [place for place in range(len(_HEADS)) if place < 3 or any(row[place].plain != "-" for row in rows)]
    heads, wide = [_HEADS[place] for place in places], [[row[place] for place in places] for row in rows]
    if fits(canvas, heads, wide):
        return grid(canvas, heads, wide)
    narrow = [_narrow(row) for row in rows]
    if fits(canvas, _NARROW_HEADS, narrow):
        return grid(canvas, _NARROW_HEADS, narrow)
    # Each record says for itself what its group says.
    return grid(canvas, heads, [[row[place] for place in places] for row in _rows(one, repeats=True)])


def _narrow(row: Sequence[Text]) -> list[Text]:
    """The row with what a column has no room for behind what the server says."""
    group, server, state, *others, says = row
    more = [f"{head.title} {cell.plain}" for head, cell in zip(_HEADS[3:-1], others, strict=True) if cell.plain != "-"]
    told = Text("; ").join([says, Text(", ".join(more), style="quiet")]) if more else says
    return [group, server, state, told]


def _headline(one: Comparison) -> Text:
    count = len(one.servers)
    silent = sum(server.rcode is None for server in one.servers)
    whose = f" of {one.zone}" if one.zone is not None else ""
    servers = f"{count} server{'' if count == 1 else 's'}{whose}" + (f", {silent} silent" if silent else "")
    verdict = text("agree", "good") if one.agree else text("no answer" if silent == count else "differ", "bad")
    line = Text.assemble((f"{one.name} {one.type}", "heading"), "  ", verdict, overflow="fold")
    return line.append_text(text(f"  ({servers})", "quiet"))


def _rows(one: Comparison, *, repeats: bool = False) -> Iterator[list[Text]]:
    by_name = {server.server: server for server in one.servers}
    for number, group in enumerate(one.groups, 1):
        for place, server in enumerate(by_name[name] for name in group.servers):
            yield _row(number, server, group, is_first=repeats or place == 0)


def _row(number: int, server: ComparedServer, group: AgreementGroup, *, is_first: bool) -> list[Text]:
    name = Text(f"{server.name} " if server.name else "", overflow="fold").append(server.server, "network")
    says = text(server.reason) if server.reason else Text(", ".join(group.data), overflow="fold")
    return [
        text(str(number) if is_first else ""),
        name,
        text(server.status, _STATE_MEANING.get(server.status, "bad")),
        text("-" if server.ttl is None else str(server.ttl)),
        text("-" if server.serial is None else str(server.serial)),
        text(server.nsid or "-"),
        text("-" if server.ms is None else in_milliseconds(server.ms)),
        says if is_first or server.reason else text("same", "quiet"),
    ]
