"""What a command answers, one result for a target, and how a list of results is written in each format."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from nettools.core.outcome import Failure
from nettools.render import data
from nettools.render.format import Format
from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.runs.targets import Failed

if TYPE_CHECKING:
    from nettools.commands._session import Session


class Answer(NamedTuple):
    """A result for the target ``number`` (from 0); ``affirmative`` when it is a yes.

    With a ``failure`` the record tells how the question stayed without an answer, and the target counts as failed.
    """

    number: int
    record: object
    affirmative: bool = True
    failure: Failure | None = None


class Negative(NamedTuple):
    """The target ``number`` (from 0) was asked, and the answer is no: there is no such thing."""

    number: int
    message: str


Result = Answer | Negative | Failed


def itself(record: object) -> Iterable[object]:
    """A record that is its own row."""
    return (record,)


def nothing_more() -> Mapping[str, tuple[object, ...]]:
    """Nothing stands behind the results."""
    return {}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ListLayout:
    """How a list of results of one kind looks in each format."""

    schema: str
    list_key: str
    line_type: str
    row_class: type
    draw: Callable[[Output, Canvas, Iterator[object]], None]
    """Draws the records for people; imports rich only when it is called."""
    rows: Callable[[object], Iterable[object]] = itself
    """A record -> its rows of CSV and plain, of ``row_class``."""
    draws_failures: bool = False
    """Whether ``draw`` shows what failed, so that standard error need not."""
    closing: Callable[[], Mapping[str, tuple[object, ...]]] = nothing_more
    """Lists that stand behind the results, known when all of those are there: key of the document -> records."""


def write_list(session: "Session", layout: ListLayout, results: Iterator[Answer | Failed]) -> None:
    """The results as they come, in the format that was asked for; what failed is told behind them."""
    output = session.output
    answers = (result for result in results if isinstance(result, Answer))
    match session.options.format:
        case Format.JSON:
            document = data.JsonDocument(output, layout.schema)
            document.begin_list(layout.list_key)
            for answer in answers:
                document.item(answer.record)
            document.end_list()
            for key, records in layout.closing().items():
                document.field(key, records)
            document.field("errors", tuple(session.failures))
            document.end()
        case Format.JSONL:
            for result in results:
                kind = layout.line_type if isinstance(result, Answer) else "error"
                record = result.record if isinstance(result, Answer) else result.failure
                data.write_json_line(output, kind, record, index=result.number)
            for key, records in layout.closing().items():
                for record in records:
                    data.write_json_line(output, key, record)
        case Format.CSV:
            data.write_csv_header(output, layout.row_class)
            for answer in answers:
                for row in layout.rows(answer.record):
                    data.write_csv_row(output, row)
        case Format.PLAIN:
            for answer in answers:
                for row in layout.rows(answer.record):
                    data.write_plain_row(output, row)
        case _:
            layout.draw(output, session.canvas, (answer.record for answer in answers))
