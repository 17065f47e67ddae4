"""How a person sees the answer of ``cat -z``: the outcome first, then how it came about."""

from collections.abc import Iterator

from rich.text import Text

from nettools.core.address import format_address
from nettools.core.connect.report import CatReport
from nettools.core.tls.report import TlsReport, version_words
from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.render.table import draw, record, text, text_lines
from nettools.render.units import in_milliseconds

_MEANING = {"open": "good", "open|filtered": "caution"}


def draw_answer(output: Output, canvas: Canvas, report: CatReport) -> None:
    """The target, and a line for each thing that is known."""
    draw(output, canvas, text(f"{report.target} ({report.transport})", "heading"), record(canvas, list(_rows(report))))


def _rows(report: CatReport) -> Iterator[tuple[str, Text]]:
    outcome = report.outcome or "unknown"
    yield "Outcome", text(outcome, _MEANING.get(outcome, "bad"))
    if report.reason is not None:
        yield "Why", text(report.reason)
    if report.address is not None:
        yield "Address", text(format_address(report.address), "network")
    if report.lookup_ms is not None:
        yield "Name looked up", text(f"in {in_milliseconds(report.lookup_ms)}")
    if report.connect_ms is not None:
        yield "Connected", text(f"in {in_milliseconds(report.connect_ms)}")
    if report.tls is not None:
        yield from _tls_rows(report.tls)
    if len(report.tries) > 1:
        yield (
            "Tried",
            text_lines(
                f"{'-' if one.address is None else format_address(one.address)}  {one.outcome}"
                f"  {in_milliseconds(one.duration_ms)}"
                for one in report.tries
            ),
        )


def _tls_rows(tls: TlsReport) -> Iterator[tuple[str, Text]]:
    verified = text("verified", "good") if tls.verified else text("not verified", "caution")
    yield "TLS", text(f"{version_words(tls.version)}, {tls.cipher}, ").append_text(verified)
    if tls.alpn is not None:
        yield "ALPN", text(tls.alpn)
    if tls.subject is not None:
        yield "Subject", text(tls.subject)
    if tls.issuer is not None:
        yield "Issuer", text(tls.issuer)
    if tls.not_after is not None:
        yield "Expires", text(f"{tls.not_after:%Y-%m-%d %H:%M} UTC")
