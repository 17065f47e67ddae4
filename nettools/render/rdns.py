"""How a person sees the names of addresses: a line for each name, its verdict, and what it has instead."""

from collections.abc import Iterable, Iterator

from rich.text import Text

from nettools.core.address import format_address
from nettools.core.rdns.report import AddressReport, NameReport, RdnsSummary
from nettools.render.fitted import Column, draw_fitted
from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.render.table import Head, text
from nettools.render.units import counted

_COLUMNS = (
    Column(Head(title="Address")),
    Column(Head(title="Verdict")),
    Column(Head(title="Name")),
    Column(Head(title="Details", is_prose=True), label="", is_short=False),
)
_MEANING = {
    "confirmed": "good",
    "mismatch": "bad",
    "dangling": "bad",
    "multiple": "caution",
    "error": "caution",
    "none": "quiet",
}


def draw_addresses(output: Output, canvas: Canvas, reports: Iterable[AddressReport]) -> None:
    """The addresses with a line for each of their names."""
    draw_fitted(output, canvas, _COLUMNS, [row for one in reports for row in _rows(one)], always=3)


def summary_line(summary: RdnsSummary, *, has_verdicts: bool = True) -> str:
    """The counts in a sentence.

    >>> summary_line(RdnsSummary(asked=256, named=7, confirmed=3, errors=0, interrupted=False))
    '256 addresses asked: 7 with a name, 3 confirmed'
    """
    parts = [f"{summary.named:,} with a name"]
    if has_verdicts:
        parts.append(f"{summary.confirmed:,} confirmed")
    if summary.errors:
        parts.append(f"{summary.errors:,} not answered")
    if summary.interrupted:
        parts.append("interrupted")
    return f"{counted(summary.asked, 'address')} asked: {', '.join(parts)}"


def _rows(report: AddressReport) -> Iterator[list[Text]]:
    address = text(format_address(report.address), "network")
    path = _path(report)
    if not report.names:
        verdict = report.verdict or "none"
        details = "; ".join(filter(None, (report.error, path)))
        yield [address, text(verdict, _MEANING[verdict]), text("-"), Text(details, overflow="fold")]
    for number, name in enumerate(report.names):
        details = "; ".join(filter(None, (_details(report, name), path if number == 0 else "")))
        yield [
            address,
            text(name.verdict, _MEANING[name.verdict]) if name.verdict else text("-"),
            Text(name.name, overflow="fold"),  # presentation text: nothing in it moves a cursor
            Text(details, overflow="fold"),
        ]


def _details(report: AddressReport, name: NameReport) -> str:
    if name.verdict == "mismatch":
        return f"has {', '.join(map(format_address, sorted(name.forward, key=int)))}"
    if name.verdict == "dangling":
        return f"has no IPv{report.address.version} address"
    return "could not be asked" if name.verdict == "error" else ""


def _path(report: AddressReport) -> str:
    return f"CNAME {', '.join(report.cname_path)}" if report.cname_path else ""
