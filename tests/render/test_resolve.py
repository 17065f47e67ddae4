"""Answers of the DNS as people see them: which records stand in the table."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from nettools.core.resolve.report import Response
from nettools.render.resolve import draw_responses
from tests.dns_reports import VALIDATED
from tests.render.drawing import canvas_of, written

ASKED_FOR = replace(VALIDATED[0], query=replace(VALIDATED[0].query, type="RRSIG"), answer=VALIDATED[0].answer[1:])


def drawn(responses: Sequence[Response], *, with_signatures: bool) -> str:
    return written(
        lambda output: draw_responses(
            output, canvas_of(None), responses, with_sections=False, with_signatures=with_signatures
        )
    )


@pytest.mark.parametrize(
    ("responses", "with_signatures", "is_shown"),
    [(VALIDATED, False, False), (VALIDATED, True, True), ([ASKED_FOR], False, True), ([ASKED_FOR], True, True)],
)
def test_signatures_stand_among_the_records_where_they_were_asked_for(
    responses: Sequence[Response], with_signatures: bool, is_shown: bool
) -> None:
    rows = [line for line in drawn(responses, with_signatures=with_signatures).splitlines() if "  300  " in line]
    assert any(" RRSIG " in row for row in rows) == is_shown


def test_without_the_signatures_everything_else_is_there() -> None:
    lean, whole = (drawn(VALIDATED, with_signatures=one).splitlines() for one in (False, True))
    assert len(whole) - len(lean) == 1
    assert any(line.endswith("  300  192.0.2.101") for line in lean)
