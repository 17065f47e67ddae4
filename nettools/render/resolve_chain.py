"""How a person sees a proof: the verdict in a sentence, and the chain of trust as a tree of zones below its anchor."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from nettools.core.resolve.report import ChainLink, Response
from nettools.render.style import Canvas
from nettools.render.table import hanging, text

DNSSEC_MEANING = {"secure": "good", "insecure": "caution", "bogus": "bad", "indeterminate": "caution"}


def verdict_lines(canvas: Canvas, group: Sequence[Response]) -> Iterator[Text]:
    """A line for each verdict, with the types that share it."""
    types: dict[tuple[str, str], list[str]] = {}
    for one in group:
        if one.dnssec is not None:
            types.setdefault((one.dnssec.status, one.dnssec.reason), []).append(one.query.type)
    for (status, reason), asked in types.items():
        verdict = text(status, DNSSEC_MEANING[status])
        yield hanging(canvas, Text.assemble(f"{', '.join(asked)}: DNSSEC ", verdict, " - ", text(reason)), indent=2)


def chain_lines(canvas: Canvas, group: Sequence[Response]) -> Iterator[Text]:
    """The zones, each below the one that vouches for it, with what was found there; told once for all types.

    Where a step says no more than the verdict above does, its state is enough.
    """
    reasons = {one.dnssec.reason for one in group if one.dnssec is not None}
    links = dict.fromkeys(link for one in group if one.dnssec is not None for link in one.dnssec.chain)
    zones: dict[str, list[ChainLink]] = {}
    for link in links:
        zones.setdefault(link.zone, []).append(link)
    parents = {zone: _parent(zone, zones) for zone in zones}
    for top in [zone for zone, parent in parents.items() if parent is None]:
        yield from _branch(canvas, top, zones, parents, reasons, "", "")


def _branch(
    canvas: Canvas,
    zone: str,
    zones: dict[str, list[ChainLink]],
    parents: dict[str, str | None],
    reasons: set[str],
    above: str,
    corner: str,
) -> Iterator[Text]:
    """A zone with its links, then the zones below it; ``above`` holds the bars of those that go on further down."""
    tee, last, bar = ("|- ", "`- ", "|  ") if canvas.ascii_only else ("├─ ", "└─ ", "│  ")
    children = [one for one, parent in parents.items() if parent == zone]
    yield Text("  ").append(above + corner, "quiet").append(zone, "heading")
    inside = above + {"": "", tee: bar, last: "   "}[corner]
    lead = Text("  ").append(inside + (bar if children else "   "), "quiet")
    for link in zones[zone]:
        line = Text.assemble(f"{link.what}: ", text(link.status, DNSSEC_MEANING[link.status]))
        if link.detail not in reasons:
            line.append_text(text(f" - {link.detail}", "quiet"))
        yield hanging(canvas, line, lead=lead)
    for child in children:
        yield from _branch(canvas, child, zones, parents, reasons, inside, last if child == children[-1] else tee)


def _parent(zone: str, zones: dict[str, list[ChainLink]]) -> str | None:
    """The closest zone above that is in the chain; names are presentation text, compared from a dot on."""
    above = [one for one in zones if one != zone and (one == "." or zone.endswith(f".{one}"))]
    return max(above, key=len, default=None)
