"""What a person sees behind the records of a zone transfer: how it went."""

from nettools.core.resolve.report import Response
from nettools.core.resolve.status import WHAT_IT_MEANS
from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.render.table import draw, hanging, text
from nettools.render.units import counted, in_milliseconds, with_prefix


def draw_end(output: Output, canvas: Canvas, response: Response) -> None:
    """One line about the whole transfer, then what was wrong with it."""
    told = response.transfer
    assert told is not None
    counts = (
        f"{counted(told.records, 'record')} in {counted(told.messages, 'message')}, {with_prefix(told.octets, 'B')}"
    )
    serial = f", serial {told.serial}" if told.serial is not None else ""
    took = in_milliseconds(told.duration_ms)
    line = f"{response.query.name} {told.kind.upper()} {told.result}: {counts}{serial}, {took}"
    is_good = response.status == "answered"
    draw(output, canvas, hanging(canvas, text(line, "quiet" if is_good else "bad")))
    if not is_good:
        words = WHAT_IT_MEANS.get(response.status, response.status)
        draw(output, canvas, hanging(canvas, text(f"{response.status} - {words}", "bad"), indent=2))
    for warning in response.warnings:
        draw(output, canvas, hanging(canvas, text(warning, "caution"), indent=2))
