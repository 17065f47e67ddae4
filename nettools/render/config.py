"""How a person sees settings: what is set stands out, and what cannot be used most of all."""

from rich.text import Text

from nettools.core.config.report import ConfigReport, SettingRow
from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.render.table import Head, draw, grid, record, text, value_text


def draw_settings(output: Output, canvas: Canvas, report: ConfigReport) -> None:
    """A row for each setting, and which file is read."""
    if report.settings:
        heads = [Head(title="Setting"), Head(title="Value", is_prose=True), Head(title="From")]
        draw(output, canvas, grid(canvas, heads, [_row(one) for one in report.settings]))
    draw(output, canvas, Text(""), record(canvas, [("File", text(_about_the_file(report)))]))


def _row(one: SettingRow) -> list[Text]:
    is_set = one.origin != "built-in"
    return [
        text(one.name, "heading" if is_set else None),
        text(value_text(one.value), "bad" if not one.usable else "network" if is_set else None),
        Text(one.place, overflow="fold", style="" if is_set else "dim"),
    ]


def _about_the_file(report: ConfigReport) -> str:
    if report.file is None:
        return "none is read"
    return report.file if report.exists else f"{report.file}, which is not there"
