"""``nettools port-service``: what runs on a port, which port a service has."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Annotated, cast

import typer
from typer.core import TyperCommand

from nettools.commands._answers import Answer, ListLayout, Negative, Result
from nettools.commands._command import build
from nettools.commands._session import Session
from nettools.core.port_service import TRANSPORTS, Service, ServiceReport, parse_transport
from nettools.core.text import quoted
from nettools.errors import OptionError
from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.runs.services import service_table
from nettools.runs.targets import Target

EPILOG = """\
\b
Examples:
  # what runs on a port
  nettools port-service 443
  # a service, one protocol of a port, and a range
  nettools port-service ssh 53/udp 8000-8010
  # all services with a word in their name, for a script
  nettools port-service --search sql --protocol tcp --json
"""


def build_command() -> TyperCommand:
    """The command for the table."""
    return build("port-service", port_service, epilog=EPILOG)


def port_service(
    session: Session,
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUERY...", help="Port, range or service name, perhaps with /tcp; - reads lines."),
    ] = None,
    search: Annotated[
        str | None, typer.Option("--search", metavar="WORDS", help="List services whose name holds WORDS.")
    ] = None,
    protocol: Annotated[
        str | None, typer.Option("--protocol", metavar="NAME", help=f"Only one of {', '.join(TRANSPORTS)}.")
    ] = None,
) -> int:
    """Say what runs on a port and which port a service has: the IANA registry, and what is found in practice."""
    if not query and search is None:
        raise OptionError("nothing to look up", hint="name a port or a service, as in nettools port-service 443")
    transports = TRANSPORTS if protocol is None else [parse_transport(protocol)]
    table = service_table()

    def ask(target: Target) -> Iterator[Result]:
        found = False
        for service in table.lookup(target.text, transports=transports):
            found = True
            yield Answer(target.number, service)
        if not found:
            yield Negative(target.number, _nothing(target.text, table.names()))

    def results() -> Iterator[Result]:
        yield from session.each(query or [], ask)
        if search is not None:
            index = len(query or [])
            matches = list(table.search(search, transports=transports))
            yield from (Answer(index, service) for service in matches)
            if not matches:
                yield Negative(index, f"no service holds {quoted(search)} in its name")

    return session.answer(_LAYOUT, results())


def _nothing(query: str, names: dict[str, int]) -> str:
    close = get_close_matches(query.lower(), names, n=60, cutoff=0.7) if not query[:1].isdigit() else []
    best = sorted(close, key=lambda name: (name[0] != query[:1].lower(), names[name]))[
        :3
    ]  # low ports are what people mean
    suggestion = f"; did you mean {' or '.join(best)}?" if best else ""
    return f"nothing is registered for {quoted(query)}{suggestion}"


def _draw(output: Output, canvas: Canvas, records: Iterable[object]) -> None:
    from nettools.render.port_service import draw_services

    draw_services(output, canvas, cast("Iterable[Service]", records))


_LAYOUT = ListLayout(
    schema=ServiceReport.SCHEMA, list_key="services", line_type="service", row_class=Service, draw=_draw
)
