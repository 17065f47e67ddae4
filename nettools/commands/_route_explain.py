"""``nettools route DESTINATION``: each destination explained, next to the system's own answer."""

from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from nettools.commands._answers import Answer, ListLayout, Result
from nettools.commands._session import Session
from nettools.core.route.explanation import REFUSALS, ExplainReport, Explanation
from nettools.core.route.rows import ExplanationRow, explanation_row
from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.runs.machine import families_of
from nettools.runs.route_explain import opened_explainer
from nettools.runs.route_question import OPTIONS, Asked, read_packet
from nettools.runs.targets import Failed, Target


def explain_destinations(
    session: Session, words: Sequence[str], asked: Asked, *, ipv4: bool, ipv6: bool, netns: str | None
) -> int:
    """Write an explanation for each address and prefix, and for each address of a name. Returns the exit status."""
    packet, families = read_packet(asked, OPTIONS), families_of(ipv4, ipv6)
    is_for_many = len(words) > 1 or "-" in words
    with opened_explainer(session, packet, families, netns, is_for_many=is_for_many) as explainer:

        def ask(target: Target) -> Iterator[Result]:
            for one in explainer.of_target(target):
                if isinstance(one, Failed):
                    yield one
                else:
                    yield Answer(target.number, one, affirmative=one.verdict not in REFUSALS)

        return session.answer(_LAYOUT, session.each(words, ask))


def _draw(output: Output, canvas: Canvas, records: Iterable[object]) -> None:
    from nettools.render.route_explain import draw_explanations

    draw_explanations(output, canvas, cast("Iterable[Explanation]", records))


def _rows(record: object) -> Iterator[ExplanationRow]:
    assert isinstance(record, Explanation)
    yield explanation_row(record)


_LAYOUT = ListLayout(
    schema=ExplainReport.SCHEMA,
    list_key="explained",
    line_type="explanation",
    row_class=ExplanationRow,
    draw=_draw,
    rows=_rows,
)
