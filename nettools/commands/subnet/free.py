"""``nettools subnet free``: what of a pool is not used yet."""

from typing import Annotated

import typer
from typer.core import TyperCommand

from nettools.commands._command import build
from nettools.commands._session import Session
from nettools.commands.subnet._networks import Networks, answer_networks
from nettools.core.intervals import IntervalSet
from nettools.errors import OptionError
from nettools.render.format import Format
from nettools.runs.subnet import free_networks

EPILOG = """\
\b
Examples:
  # all free networks of a length
  printf '10.0.0.0/25\\n10.0.0.128/26\\n' | nettools subnet free 10.0.0.0/24 --used - --prefix 28
  # the next two
  printf '2001:db8::/48\\n' | nettools subnet free 2001:db8::/32 --used - --prefix 48 --count 2
  # the fewest networks that are all that is free
  printf '10.0.0.0/26\\n' | nettools subnet free 10.0.0.0/24 --used -
"""


def build_command() -> TyperCommand:
    """The verb for the group."""
    return build("subnet free", subnet_free, epilog=EPILOG, default_format=Format.PLAIN)


def subnet_free(
    session: Session,
    pool: Annotated[str, typer.Argument(metavar="POOL", help="A network, or a comma list of networks.")],
    used: Annotated[
        list[str] | None,
        typer.Option("--used", metavar="FILE", help="Used networks, one a line; - reads standard input."),
    ] = None,
    prefix: Annotated[
        str | None,
        typer.Option("--prefix", metavar="N", help="Only networks of this length; else the fewest that cover."),
    ] = None,
    count: Annotated[str | None, typer.Option("--count", metavar="N", help="The first N of them.")] = None,
) -> int:
    """Print the free networks of a pool, ascending. Exit status 1 when there is none."""
    if not used:
        raise OptionError("which networks are used?", hint="name a file with --used FILE, or - for standard input")
    networks = Networks(session)
    available = networks.of_list(pool)
    taken = [networks.of_file(path) for path in used]
    found = free_networks(available, IntervalSet().united(taken), prefix, count)
    return answer_networks(session, "free", found, networks, needs_one=True)
