"""``nettools subnet compare``: what is only in one set of networks, only in the other, and in both."""

from typing import Annotated

import typer
from typer.core import TyperCommand

from nettools.commands._command import build
from nettools.commands._session import Session
from nettools.commands.subnet._networks import Networks
from nettools.core.outcome import exit_status
from nettools.core.subnet.lists import ComparisonReport
from nettools.render import data
from nettools.render.format import Format
from nettools.runs.subnet import comparison

EPILOG = """\
\b
Examples:
  # what was added and what went away
  nettools subnet compare 10.0.0.0/8 10.0.0.0/9,192.0.2.0/24
  # a list that another program makes against one written here
  printf '10.0.0.0/24\\n' | nettools subnet compare - 10.0.0.0/25
  # for a script
  nettools subnet compare 2001:db8::/32 2001:db8::/33 --json
"""


def build_command() -> TyperCommand:
    """The verb for the group."""
    return build("subnet compare", subnet_compare, epilog=EPILOG)


def subnet_compare(
    session: Session,
    a: Annotated[str, typer.Argument(metavar="A", help="A comma list of networks, @FILE, or - for standard input.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The same.")],
) -> int:
    """Print what only A has, what only B has, and what both have, each as the fewest networks."""
    networks = Networks(session)
    one, other = networks.of_list(a), networks.of_list(b)
    report = comparison(one, other, session.failures)
    _write(session, report)
    answered = networks.read_count if session.failures else 1
    return exit_status(answered=answered, affirmative=True, failures=session.failures)


def _write(session: Session, report: ComparisonReport) -> None:
    parts = (("only_a", report.only_a), ("only_b", report.only_b), ("both", report.both))
    output = session.output
    match session.options.format:
        case Format.JSON:
            data.write_document(output, report.SCHEMA, report)
        case Format.JSONL:
            for part, prefixes in parts:
                for prefix in prefixes:
                    data.write_json_line(output, "subnet", {"part": part, "network": prefix})
            for failure in report.errors:
                data.write_json_line(output, "error", failure)
        case Format.CSV:
            output.write("part,network\r\n")
            output.write("".join(f"{part},{prefix}\r\n" for part, prefixes in parts for prefix in prefixes))
        case Format.PLAIN:
            output.write("".join(f"{part}\t{prefix}\n" for part, prefixes in parts for prefix in prefixes))
        case Format.TABLE:
            from nettools.render.subnet_lists import draw_comparison

            titles = {"only_a": "Only in A", "only_b": "Only in B", "both": "In both"}
            draw_comparison(output, session.canvas, [(titles[part], prefixes) for part, prefixes in parts])
