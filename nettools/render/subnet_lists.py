"""Lists of networks, comparisons and MAC facts as a person reads them."""

from collections.abc import Iterable, Sequence

from nettools.core.prefix import Prefix
from nettools.core.record import columns
from nettools.core.subnet.lists import FilteredLine, NetworkItem
from nettools.core.subnet.mac import MacFacts
from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.render.table import Head, draw, grid, record, text, value_text


def draw_networks(
    output: Output, canvas: Canvas, items: Iterable[NetworkItem], free: Sequence[Prefix], delegation: Sequence[str]
) -> None:
    """The list as a table, then what is left free, then the lines for the parent zone."""
    found = list(items)
    named = any(item.name for item in found)
    heads = [Head(title="Network"), Head(title="First"), Head(title="Last"), Head(title="Addresses", align="right")]
    rows = [
        [
            text(value_text(item.network), "network"),
            text(value_text(item.first)),
            text(value_text(item.last)),
            text(f"{item.total:,}"),
            *([text(value_text(item.name))] if named else []),
        ]
        for item in found
    ]
    if found:
        draw(output, canvas, grid(canvas, [*heads, *([Head(title="Name")] if named else [])], rows))
    if free:
        draw(output, canvas, text(f"free: {', '.join(map(str, free))}", "quiet"))
    for line in delegation:
        draw(output, canvas, text(line))


def draw_comparison(output: Output, canvas: Canvas, parts: Sequence[tuple[str, Sequence[Prefix]]]) -> None:
    """Each part under its heading."""
    for heading, prefixes in parts:
        draw(output, canvas, text(f"{heading}:", "heading"))
        for prefix in prefixes:
            draw(output, canvas, text(f"  {prefix}", "network"))
        if not prefixes:
            draw(output, canvas, text("  -"))


def draw_filtered(output: Output, canvas: Canvas, lines: Iterable[FilteredLine]) -> None:
    """Each line with its number, the matches below it."""
    for line in lines:
        drawn = text(f"{line.line}: ", "quiet").append_text(text(line.text))
        draw(output, canvas, drawn)
        for match in line.matches:
            label = f"  {match.label}" if match.label else ""
            draw(output, canvas, text(f"    {value_text(match.address)} in {match.network}{label}", "network"))


def draw_macs(output: Output, canvas: Canvas, facts: Iterable[MacFacts]) -> None:
    """Each address as a record, a blank line between two."""
    for number, one in enumerate(facts):
        output.write("\n" if number else "")
        rows = [
            (described.title, text(value_text(getattr(one, described.name))))
            for described in columns(MacFacts)
            if described.name != "input" and getattr(one, described.name) is not None
        ]
        draw(output, canvas, text(one.input, "heading"), record(canvas, rows))
