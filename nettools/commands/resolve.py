"""``nettools resolve``: what the DNS says about a name, who said it, and why."""

from dataclasses import replace
from typing import TYPE_CHECKING

from typer.core import TyperCommand

from nettools.commands._command import build
from nettools.commands._resolve_options import ResolveOptions
from nettools.commands._session import Session
from nettools.render import data
from nettools.render.format import Format

if TYPE_CHECKING:
    from nettools.commands._resolve_order import ResolveOrder

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
    return build("resolve", resolve, epilog=EPILOG, more_formats=(Format.DIG, Format.RFC8427))


def resolve(session: Session, options: ResolveOptions) -> int:
    """Say what the DNS knows of a name: the answer, who gave it, and why there is none.

    Without a type A and AAAA are asked, for an address PTR. Without a server those of resolv.conf are asked, whose
    search list applies to short names and is shown.
    """
    from nettools.commands._resolve_order import read_order

    if "-" in (options.words or []):
        options = replace(options, words=[word for word in options.words or [] if word != "-"], file="-")
    order = read_order(session, options)
    for failure in order.unreadable:
        session.failed(failure)
        if session.options.format is Format.JSONL:
            data.write_json_line(session.output, "error", failure)
    if options.file is not None:
        return _run_bulk(session, order, options.file)
    if options.trace:
        from nettools.commands._resolve_trace import run_trace

        return run_trace(session, order)
    if options.all_ns or options.compare:
        from nettools.commands._resolve_compare import run_comparison

        return run_comparison(session, order)
    if options.axfr or options.ixfr:
        from nettools.commands._resolve_transfer import run_transfer

        return run_transfer(session, order)
    if options.watch:
        from nettools.commands._resolve_watch import run_watch

        return run_watch(session, order)
    from nettools.commands._resolve_run import run_lookups

    return run_lookups(session, order)


def _run_bulk(session: Session, order: "ResolveOrder", file: str) -> int:
    """The same questions for each of the names in a file."""
    from nettools.commands._bulk_run import BulkOrder, run_bulk
    from nettools.core.bulk_resolve.pacing import DEFAULT_CONCURRENCY
    from nettools.net.dns_open import channel_opener

    bulk = BulkOrder(
        file=file,
        types=order.types,
        groups=order.groups,
        manner=order.manner,
        concurrency=order.concurrency or DEFAULT_CONCURRENCY,
        rate=order.rate,
        ordered=order.options.ordered,
        open=channel_opener(order.tls, order.servers),
    )
    return run_bulk(session, bulk)
