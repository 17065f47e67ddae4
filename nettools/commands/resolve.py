"""``nettools resolve``: what the DNS says about a name, who said it, and why."""

from dataclasses import replace
from typing import TYPE_CHECKING

from typer.core import TyperCommand

from nettools.commands._command import build
from nettools.commands._resolve_modes import settings_at_rest, usable_formats
from nettools.commands._resolve_options import ResolveOptions
from nettools.commands._session import Session
from nettools.core.address import endpoint
from nettools.core.text import safe
from nettools.render import data
from nettools.render.format import Format

if TYPE_CHECKING:
    from nettools.commands._resolve_order import ResolveCommand
    from nettools.runs.resolve_order import ResolveOrder

EPILOG = """\
\b
Examples:
  # the addresses of a name
  nettools resolve localhost
  # some types, from a server of one's choice
  nettools resolve example.com MX TXT @192.0.2.53
  # the name of an address
  nettools resolve -x 192.0.2.1
  # whether the answer is signed, and the chain that proves it
  nettools resolve www.example.com --validate
  # whether all servers of a zone say the same
  nettools resolve example.com SOA --all-ns
  # many names, each line as soon as it is known
  nettools resolve --file names.txt A --format jsonl
"""


def build_command() -> TyperCommand:
    """The command for the table."""
    return build(
        "resolve", resolve, epilog=EPILOG, more_formats=(Format.DIG, Format.RFC8427), usable_formats=usable_formats
    )


def resolve(session: Session, options: ResolveOptions) -> int:
    """Say what the DNS knows of a name: the answer, who gave it, and why there is none.

    Without a type A and AAAA are asked, for an address PTR. Without a server those of resolv.conf are asked, whose
    search list applies to short names and is shown.
    """
    from nettools.commands._resolve_order import read_order

    if "-" in (options.words or []):
        options = replace(options, words=[word for word in options.words or [] if word != "-"], file="-")
    command = read_order(session, settings_at_rest(options))
    for failure in command.order.unreadable:
        session.failed(failure)
        if session.options.format is Format.JSONL:
            data.write_json_line(session.output, "error", failure)
    if not options.watch:
        session.waits_for(_whom(command))
    if options.file is not None:
        return _run_bulk(session, command.order, options, options.file)
    if options.watch:
        from nettools.commands._resolve_watch import run_watch

        return run_watch(session, command)
    return _run_once(session, command)


def _run_once(session: Session, command: "ResolveCommand") -> int:
    """What has an end: each name once."""
    options = command.options
    if options.trace:
        from nettools.commands._resolve_trace import run_trace

        return run_trace(session, command)
    if options.all_ns or options.compare:
        from nettools.commands._resolve_compare import run_comparison

        return run_comparison(session, command)
    if options.axfr or options.ixfr:
        from nettools.commands._resolve_transfer import run_transfer

        return run_transfer(session, command)
    from nettools.commands._resolve_run import run_lookups

    return run_lookups(session, command)


def _whom(command: "ResolveCommand") -> str:
    """Who is waited for."""
    order, options = command.order, command.options
    names = "".join(f" for {safe(one.text)}" for one in order.names[:1]) + (" and others" if order.names[1:] else "")
    if options.trace or options.all_ns:
        return f"the servers of each zone{names}" if options.trace else f"the servers of the zone{names}"
    servers = list(dict.fromkeys(endpoint(one.address, one.port) for one in order.servers))
    asked = servers[0] if len(servers) == 1 else f"{len(servers)} servers"
    return f"{'the zone from ' if options.axfr or options.ixfr else ''}{asked}{names}"


def _run_bulk(session: Session, order: "ResolveOrder", options: ResolveOptions, file: str) -> int:
    """The same questions for each of the names in a file."""
    from nettools.commands._bulk_run import BulkSource, run_bulk
    from nettools.runs.bulk_run import bulk_order

    source = BulkSource(file=file, ordered=options.ordered, short=options.short, signatures=options.dnssec)
    return run_bulk(session, bulk_order(order), source)
