"""How a person sees routes and rules: a line each, what refuses set off."""

from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from nettools.core.ifaces.report import Family
from nettools.core.record import Json, to_json
from nettools.core.route.bulk import PLACE_MARK
from nettools.core.route.policy import selectors
from nettools.core.route.report import REFUSING_TYPES, NextHop, Route, Rule
from nettools.core.text import safe
from nettools.render.fitted import Cell, Column, draw_fitted
from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.render.table import Head, draw_long, fits, text
from nettools.render.units import in_seconds

_COLUMNS = (
    Column(Head(title="Destination")),
    Column(Head(title="Gateway")),
    Column(Head(title="Interface")),
    Column(Head(title="Source")),
    Column(Head(title="Metric", align="right")),
    Column(Head(title="Protocol"), label=""),
    Column(Head(title="Table")),
    Column(Head(title="Notes", is_prose=True), label="", is_short=False),
)
_TABLE, _NOTES, _DEV = 6, 7, 2
_CELL_END, _ROW_END = "\x1f", "\x1e"
"""Unit and record separator (ECMA-48): they stand in no text that is safe."""
_RULE_COLUMNS = (
    Column(Head(title="Family"), label=""),
    Column(Head(title="Rule", align="right")),
    Column(Head(title="For", is_prose=True), is_short=False),
    Column(Head(title="Does"), is_short=False),
    Column(Head(title="Made by"), label="made by"),
)
_FAMILY_WORDS: dict[Family, str] = {"inet": "IPv4", "inet6": "IPv6"}


RouteRow = tuple[str, ...]
"""The cells of a line, each safe for a terminal."""


def draw_routes(output: Output, canvas: Canvas, routes: Iterable[Route], *, with_table: bool) -> None:
    """A line for each way of each route."""
    draw_route_rows(
        output, canvas, [row for one in routes for row in route_rows(row_text(told_of(one)))], with_table=with_table
    )


def draw_route_rows(output: Output, canvas: Canvas, rows: Sequence[RouteRow], *, with_table: bool) -> None:
    """The same from rows: those of very many routes."""
    columns = [one for place, one in enumerate(_COLUMNS) if with_table or place != _TABLE]
    if not with_table:
        rows = [(*row[:_TABLE], row[_NOTES]) for row in rows]
    draw_fitted(output, canvas, columns, rows, always=3, paint=_painted)


def told_of(route: Route) -> dict[str, Json]:
    """The route as data, with the notes that a person is told: what ``row_text`` makes a row of."""
    told = to_json(route)
    assert isinstance(told, dict)
    ways: Sequence[NextHop | None] = route.nexthops or (None,)
    notes = ["; ".join(_notes(route, way, is_first=not place)) for place, way in enumerate(ways)]
    return {**told, "notes": list(notes)}


def row_text(value: Json) -> str:
    """The cells of a route in one text, from which ``route_rows`` takes them apart; a word alone in quotes.

    Where a value stands alone in its cell, another can be put into its place: ``core.route.bulk`` does.
    """
    if not isinstance(value, dict):
        word = str(value)
        return f'"{word if word.startswith(PLACE_MARK) else safe(word)}"'
    hops, told = value["nexthops"] or [{"gateway": value["gateway"], "dev": value["dev"]}], value["notes"]
    assert isinstance(hops, list)
    assert isinstance(told, list)
    rows = []
    for place, (hop, notes) in enumerate(zip(hops, told, strict=True)):
        assert isinstance(hop, dict)
        on_link = "on-link" if hop["dev"] and value["type"] == "unicast" else "-"
        rest = ("", "", "", "") if place else [_cell(value[key]) for key in ("prefsrc", "metric", "protocol", "table")]
        kind = "" if value["type"] == "unicast" or place else str(value["type"])
        cells = ("" if place else _cell(value["dst"]), _cell(hop["gateway"] or on_link), _cell(hop["dev"]), *rest)
        rows.append(_CELL_END.join((kind, *cells, safe(str(notes)))))
    return _ROW_END.join(rows)


def _cell(value: Json) -> str:
    return "-" if value is None else row_text(str(value))


def route_rows(texts: str) -> Iterator[RouteRow]:
    """The rows of one text."""
    for one in texts.split(_ROW_END):
        kind, *cells = (cell[1:-1] if cell[:1] == '"' else cell for cell in one.split(_CELL_END))
        yield (f"{kind} {cells[0]}" if kind else cells[0], *cells[1:])


def _painted(row: Sequence[Cell], place: int) -> Cell:
    cell = row[place]
    if place == 0 and isinstance(cell, str):
        kind, blank, shown = cell.rpartition(" ")
        if not kind:
            return Text(shown, "network")
        return Text(kind + blank, "caution" if kind in REFUSING_TYPES else "quiet").append(shown, "network")
    if place == _DEV and isinstance(cell, str) and ("linkdown" in row[-1] or "dead" in row[-1]):
        return Text(cell, "quiet")
    return cell


def _notes(route: Route, way: NextHop | None, *, is_first: bool) -> Iterator[str]:
    if way is not None:
        yield f"weight {way.weight}"
        yield from way.flags
    if not is_first:
        return
    if route.from_ is not None:
        yield f"from {route.from_}"
    if route.tos is not None:
        yield f"tos {route.tos}"
    if route.nhid is not None:
        yield f"next-hop id {route.nhid}"
    yield from route.flags
    encap = route.encap if way is None else way.encap
    if encap is not None:
        yield f"encap {encap['type']} " + " ".join(f"{key} {value}" for key, value in encap.items() if key != "type")
    yield from (f"{name} {value}" for name, value in route.metrics.items() if name != "lock")
    if route.pref not in (None, "medium"):
        yield f"preference {route.pref}"
    if route.expires is not None:
        yield f"expires in {in_seconds(max(route.expires, 0))}"


def draw_rules(output: Output, canvas: Canvas, rules: Sequence[Rule]) -> None:
    """The rules in the order in which they are asked."""
    if rules:
        heads, rows = [one.head for one in _RULE_COLUMNS], [_rule(one) for one in rules]
        if fits(canvas, heads, rows):
            draw_long(output, canvas, heads, rows)
        else:
            draw_fitted(output, canvas, _RULE_COLUMNS, rows, always=2)
        output.write("\n")


def _rule(one: Rule) -> list[Text]:
    concerned = " ".join(selectors(one)) or "everything"
    return [
        text(_FAMILY_WORDS[one.family]),
        text(str(one.priority)),
        text(f"not {concerned}" if one.not_ else concerned),
        text(_action(one), None if one.action in ("to_table", "goto", "nop") else "caution"),
        text(one.protocol or "-"),
    ]


def _action(one: Rule) -> str:
    if one.action == "goto":
        return f"goes to rule {one.goto}"
    if one.action == "nop":
        return "nothing"
    if one.action != "to_table":
        return one.action
    limits = [f"no prefix up to /{one.suppress_prefixlength}"] if one.suppress_prefixlength is not None else []
    limits += [f"not by group {one.suppress_ifgroup}"] if one.suppress_ifgroup is not None else []
    where = "table of its L3 domain" if one.l3mdev else f"table {one.table}"
    return ", ".join([where, *limits])
