"""How a person sees an explanation: the verdict, the way, then the walk that led there."""

from collections.abc import Iterable, Iterator

from rich.padding import Padding
from rich.text import Text

from nettools.core.address import format_address
from nettools.core.route.explanation import REFUSALS, Candidate, Explanation, KernelVerdict, Step
from nettools.core.route.report import REFUSING_TYPES
from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.render.table import Head, draw, draw_long, fits, text

_HEADS = (
    Head(title="Rule", align="right"),
    Head(title="Table"),
    Head(title="Route"),
    Head(title="Metric", align="right"),
    Head(title="Why", is_prose=True),
)


def draw_explanations(output: Output, canvas: Canvas, explanations: Iterable[Explanation]) -> None:
    """Each explanation, with a blank line between."""
    for place, one in enumerate(explanations):
        if place:
            output.write("\n")
        _draw(output, canvas, one)


def _draw(output: Output, canvas: Canvas, one: Explanation) -> None:
    name = f"{one.input} = " if one.input != one.destination else ""
    verdict = text(one.verdict, "bad" if one.verdict in REFUSALS else "good")
    headline = Text.assemble(
        text(f"{name}{one.destination}", "heading"), "  ", verdict, "  ", text(" ".join(_way(one)))
    )
    arrow = "->" if canvas.ascii_only else "→"
    told = [text(one.summary.replace("→", arrow)), *([_kernel(one.kernel)] if one.kernel is not None else [])]
    draw(output, canvas, headline, Padding(Text("\n").join(told), (0, 0, 0, 2)))
    rows = [row for step in one.steps for row in _rows(step)]
    if not fits(canvas, _HEADS, rows):  # each candidate is a record of its own, and says whose it is
        rows = [row for step in one.steps for row in _rows(step, repeats=True)]
    if rows:
        output.write("\n")
        draw_long(output, canvas, _HEADS, rows)


def _way(one: Explanation) -> Iterator[str]:
    if one.nexthop is None:
        return
    if one.nexthop.gateway is not None:
        yield f"via {format_address(one.nexthop.gateway)}"
    if one.nexthop.dev is not None:
        yield f"dev {one.nexthop.dev}"
    if one.source is not None:
        yield f"source {format_address(one.source)}"


def _kernel(kernel: KernelVerdict) -> Text:
    if kernel.agrees:
        return text("the kernel agrees", "quiet")
    said = kernel.error or " ".join(
        part
        for part in (
            f"via {format_address(kernel.gateway)}" if kernel.gateway else "",
            f"dev {kernel.dev}" if kernel.dev else "",
            f"source {format_address(kernel.source)}" if kernel.source else "",
        )
        if part
    )
    return text(f"the kernel itself says {said}", "bad")


def _rows(step: Step, *, repeats: bool = False) -> Iterator[list[Text]]:
    rule = "" if step.rule is None else str(step.rule)
    if not step.candidates:
        yield [text(rule), text(step.table or ""), text("-"), text(""), text(step.reason, "quiet")]
    for place, one in enumerate(step.candidates):
        yield [
            text(rule if repeats or place == 0 else ""),
            text(step.table or "" if repeats or place == 0 else ""),
            _route(one),
            text("-" if one.metric is None else str(one.metric)),
            text(f"taken: {one.reason}", "good") if one.chosen else text(one.reason, "quiet"),
        ]


def _route(one: Candidate) -> Text:
    kind = "" if one.type == "unicast" else f"{one.type} "
    gateway = f" via {format_address(one.gateway)}" if one.gateway else ""
    dev = f" dev {one.dev}" if one.dev and one.type not in REFUSING_TYPES else ""
    return text(f"{kind}{one.dst}{gateway}{dev}", "network" if one.chosen else None)
