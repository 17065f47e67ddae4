"""``nettools subnet filter``: the lines of a text that hold an address inside some networks."""

from typing import Annotated

import typer
from typer.core import TyperCommand

from nettools.commands._command import build
from nettools.commands._session import Session
from nettools.commands.subnet._filter_run import FilterOrder, FilterRun
from nettools.commands.subnet._networks import Networks
from nettools.errors import OptionError
from nettools.render.format import Format

EPILOG = """\
\b
Examples:
  # the lines of a log with clients from a network
  printf 'a 10.1.2.3:80\\nb 192.0.2.1\\n' | nettools subnet filter 10.0.0.0/8
  # only the addresses, and the network that each is in
  printf 'a [2001:db8::5]:443\\n' | nettools subnet filter 2001:db8::/32 --only-matching
  # the lines without one, for a script
  printf 'a 10.1.2.3\\nb 192.0.2.1\\n' | nettools subnet filter 10.0.0.0/8 --invert --json
"""


def build_command() -> TyperCommand:
    """The verb for the group."""
    return build("subnet filter", subnet_filter, epilog=EPILOG, default_format=Format.PLAIN)


def subnet_filter(
    session: Session,
    cidr: Annotated[list[str] | None, typer.Argument(metavar="CIDR...", help="Networks, addresses or ranges.")] = None,
    file: Annotated[
        list[str] | None,
        typer.Option(
            "--file", metavar="FILE", help="Read networks from FILE, one a line, perhaps with a label behind."
        ),
    ] = None,
    invert: Annotated[bool, typer.Option("--invert", help="Print the lines that hold none.")] = False,
    only_matching: Annotated[
        bool, typer.Option("--only-matching", help="Print each address with its narrowest network and label instead.")
    ] = False,
    mapped: Annotated[bool, typer.Option("--mapped", help="Take ::ffff:10.0.0.1 for 10.0.0.1 as well.")] = False,
) -> int:
    """Read a text from standard input and print the lines that hold an address inside the networks.

    Addresses are found inside words, with ports (10.0.0.1:80, [2001:db8::1]:443), brackets and punctuation around
    them; 1.2.3.4.5, x10.0.0.1y and host-10.1.1.1.example.com hold none. Exit status 1 when no line matches.
    """
    if not cidr and not file:
        raise OptionError("no networks to look for", hint="name them, or a file with --file FILE")
    if invert and only_matching:
        raise OptionError("--invert and --only-matching exclude each other")
    order = FilterOrder(words=cidr or [], files=file or [], invert=invert, only_matching=only_matching, mapped=mapped)
    return FilterRun(session, Networks(session), order).run()
