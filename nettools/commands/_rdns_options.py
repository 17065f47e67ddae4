"""The options of ``nettools rdns``, each with its help."""

from dataclasses import dataclass
from typing import Annotated

import typer

from nettools.commands._at_rest import CommandOptions
from nettools.core.bulk_resolve.pacing import DEFAULT_CONCURRENCY


@dataclass(frozen=True, slots=True, kw_only=True)
class RdnsOptions(CommandOptions):
    """What stands on the command line, as it stands there."""

    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="ADDRESS|CIDR|RANGE... [@SERVER...]", help="In any order; - reads targets from lines."),
    ] = None
    server: Annotated[
        list[str] | None,
        typer.Option("-s", "--server", metavar="SERVER", help="Whom to ask.", show_default="resolv.conf's"),
    ] = None
    file: Annotated[
        str | None, typer.Option("--file", metavar="FILE", help="More targets, one a line; - is standard input.")
    ] = None
    no_forward: Annotated[
        bool, typer.Option("--no-forward", help="Do not ask for the addresses of the names: no verdicts.")
    ] = False
    every: Annotated[bool, typer.Option("--all", help="List addresses without a name too.")] = False
    port: Annotated[
        str | None,
        typer.Option("--port", metavar="N", help="The port of servers named without one.", show_default="by transport"),
    ] = None
    insecure: Annotated[bool, typer.Option("--insecure", help="Take any certificate.")] = False
    cafile: Annotated[
        str | None,
        typer.Option("--cafile", metavar="FILE", help="Certificates to trust, in PEM.", show_default="the system's"),
    ] = None
    tls_name: Annotated[
        str | None,
        typer.Option("--tls-name", metavar="NAME", help="The name in the certificate.", show_default="the server's"),
    ] = None
    timeout: Annotated[
        str | None,
        typer.Option(
            "--timeout", metavar="TIME", help="All tries of a question together.", show_default="5s, or by resolv.conf"
        ),
    ] = None
    tries: Annotated[
        str | None,
        typer.Option(
            "--tries", metavar="N", help="How often each server is asked.", show_default="2, or by resolv.conf"
        ),
    ] = None
    concurrency: Annotated[str, typer.Option("--concurrency", metavar="N", help="The most questions on their way.")] = (
        str(DEFAULT_CONCURRENCY)
    )
    rate: Annotated[
        str | None,
        typer.Option("--rate", metavar="N", help="The most questions a second to a server.", show_default="no limit"),
    ] = None
    ordered: Annotated[bool, typer.Option("--ordered", help="JSONL in the order of the addresses.")] = False
