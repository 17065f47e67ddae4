"""``nettools subnet ula``: a unique local prefix of one's own, by RFC 4193."""

from secrets import randbits
from typing import Annotated

import typer
from typer.core import TyperCommand

from nettools.commands._command import build
from nettools.commands._session import Session
from nettools.commands.subnet._networks import answer_networks
from nettools.core.number import parse_count
from nettools.core.subnet.lists import batch_of
from nettools.core.subnet.nat64 import GLOBAL_ID_BITS, unique_local
from nettools.render.format import Format

EPILOG = """\
\b
Examples:
  # a prefix for a network that stays inside
  nettools subnet ula
  # three, for a script
  nettools subnet ula --count 3 --json
  # with its ends and size
  nettools subnet ula --format table
"""


def build_command() -> TyperCommand:
    """The verb for the group."""
    return build("subnet ula", subnet_ula, epilog=EPILOG, default_format=Format.PLAIN)


def subnet_ula(
    session: Session,
    count: Annotated[str, typer.Option("--count", metavar="N", help="How many prefixes to draw.")] = "1",
) -> int:
    """Draw a unique local IPv6 /48 at random: fd00::/8 and 40 bits from the system's entropy (RFC 4193)."""
    wanted = parse_count(count, "--count", minimum=1, maximum=100_000)
    return answer_networks(session, "ula", batch_of([unique_local(randbits(GLOBAL_ID_BITS)) for _ in range(wanted)]))
