"""How a person sees routes and rules: a line each, what refuses set off."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from nettools.core.address import format_address
from nettools.core.ifaces.report import Family
from nettools.core.route.policy import selectors
from nettools.core.route.report import REFUSING_TYPES, NextHop, Route, Rule
from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.render.table import Head, draw, draw_long, fits, grid, text
from nettools.render.units import in_seconds

_HEADS = (
    Head(title="Destination"),
    Head(title="Gateway"),
    Head(title="Interface"),
    Head(title="Source"),
    Head(title="Metric", align="right"),
    Head(title="Protocol"),
)
_TABLE_HEAD = Head(title="Table")
_NOTES_HEAD = Head(title="Notes", is_prose=True)
_RULE_HEADS = (
    Head(title="Family"),
    Head(title="Rule", align="right"),
    Head(title="For", is_prose=True),
    Head(title="Does"),
    Head(title="Made by"),
)
_FAMILY_WORDS: dict[Family, str] = {"inet": "IPv4", "inet6": "IPv6"}


def draw_routes(output: Output, canvas: Canvas, routes: Sequence[Route], *, with_table: bool) -> None:
    """A line for each way of each route."""
    if not routes:
        return
    heads = [*_HEADS, *([_TABLE_HEAD] if with_table else []), _NOTES_HEAD]
    rows = [row for route in routes for row in _rows(route, with_table=with_table)]
    if not fits(canvas, heads, rows):  # each way is a record of its own, and says whose it is
        rows = [row for route in routes for row in _rows(route, with_table=with_table, repeats=True)]
    draw_long(output, canvas, heads, rows)


def _rows(route: Route, *, with_table: bool, repeats: bool = False) -> Iterator[list[Text]]:
    ways: Sequence[NextHop | None] = route.nexthops or (None,)
    for place, way in enumerate(ways):
        is_first = repeats or place == 0
        gateway = route.gateway if way is None else way.gateway
        dev = route.dev if way is None else way.dev
        is_down = bool({"dead", "linkdown"} & {*route.flags, *(way.flags if way else ())})
        cells = [
            _destination(route) if is_first else text(""),
            text(format_address(gateway) if gateway else "on-link" if dev and route.type == "unicast" else "-"),
            text(dev or "-", "quiet" if is_down else None),
            text(format_address(route.prefsrc) if route.prefsrc and is_first else "-" if is_first else ""),
            text("-" if route.metric is None else str(route.metric)) if is_first else text(""),
            text(route.protocol or "-") if is_first else text(""),
        ]
        if with_table:
            cells.append(text(route.table or "-") if is_first else text(""))
        yield [*cells, text("; ".join(_notes(route, way, is_first=is_first)))]


def _destination(route: Route) -> Text:
    shown = str(route.dst)
    if route.type == "unicast":
        return text(shown, "network")
    meaning = "caution" if route.type in REFUSING_TYPES else "quiet"
    return text(f"{route.type} ", meaning).append_text(text(shown, "network"))


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
        draw(output, canvas, grid(canvas, _RULE_HEADS, [_rule(one) for one in rules]))
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
