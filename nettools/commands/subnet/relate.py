"""``nettools subnet relate``: how two networks stand to each other."""

from typing import Annotated

import typer
from typer.core import TyperCommand

from nettools.commands._command import build
from nettools.commands._session import Session
from nettools.core.outcome import exit_status
from nettools.core.record import flat_cells
from nettools.core.subnet.lists import RelationReport
from nettools.core.subnet.relate import RELATIONS
from nettools.errors import OptionError
from nettools.render import data
from nettools.render.format import Format
from nettools.runs.subnet import relation_of

EPILOG = """\
\b
Examples:
  # what one network is to another
  nettools subnet relate 10.0.0.0/8 10.1.0.0/16
  # for the condition of a script: exit 1 when it is not so
  nettools subnet relate 10.0.0.0/8 10.1.2.3 --expect contains
  # whether both together are one network
  nettools subnet relate 192.0.2.0/25 192.0.2.128/25 --json
"""


def build_command() -> TyperCommand:
    """The verb for the group."""
    return build("subnet relate", subnet_relate, epilog=EPILOG)


def subnet_relate(
    session: Session,
    a: Annotated[str, typer.Argument(metavar="A", help="A network, address or range.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another.")],
    expect: Annotated[
        str | None, typer.Option("--expect", metavar="RELATION", help=f"Exit 1 unless A is: {', '.join(RELATIONS)}.")
    ] = None,
) -> int:
    """Say what A is to B: equal, contains, within, overlaps, adjacent or disjoint.

    Mergeable says whether both together are exactly one network.
    """
    if expect is not None and expect not in RELATIONS:
        raise OptionError(f"--expect '{expect}' is none of {', '.join(RELATIONS)}")
    report = relation_of(a, b)
    _write(session, report)
    return exit_status(answered=1, affirmative=expect in (None, report.relation), failures=())


def _write(session: Session, report: RelationReport) -> None:
    output = session.output
    match session.options.format:
        case Format.JSON:
            data.write_document(output, report.SCHEMA, report)
        case Format.JSONL:
            data.write_json_line(output, "subnet", report)
        case Format.CSV:
            data.write_csv_header(output, RelationReport)
            data.write_csv_row(output, report)
        case Format.PLAIN:
            output.write("\t".join(data.plain_text(cell) for cell in flat_cells(report)[:4]) + "\n")
        case Format.TABLE:
            words = {"contains": "contains", "within": "is within", "overlaps": "overlaps", "equal": "is equal to"}
            verb = words.get(
                report.relation, f"is {report.relation} {'to' if report.relation == 'adjacent' else 'from'}"
            )
            merge = "; together they are one network" if report.mergeable else ""
            output.write(f"{report.a} {verb} {report.b}{merge}\n")
