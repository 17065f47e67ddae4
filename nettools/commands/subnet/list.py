"""``nettools subnet list``: the addresses of a network or a range, one a line."""

from collections.abc import Iterator
from itertools import islice
from random import Random
from typing import Annotated

import typer
from typer.core import TyperCommand

from nettools.commands._command import build
from nettools.commands._session import Session
from nettools.commands.subnet._networks import Networks, answer_networks
from nettools.core.bulk import address_lines
from nettools.core.intervals import pack
from nettools.core.number import parse_count
from nettools.core.subnet.lists import Batch
from nettools.core.subnet.pick import nth_number, sample_numbers, stepped_numbers
from nettools.core.subnet.relate import parse_span
from nettools.errors import OptionError
from nettools.render.format import Format

EPILOG = """\
\b
Examples:
  # all addresses
  nettools subnet list 192.0.2.0/29
  # from one address to another
  nettools subnet list 192.0.2.250-192.0.3.5
  # the first three at a distance
  nettools subnet list 2001:db8::/64 --count 3 --step 256
  # the last address
  nettools subnet list 192.0.2.0/24 --nth -1
  # five by chance, the same ones each time
  nettools subnet list 10.0.0.0/8 --random 5 --seed 7
"""

_BATCH = 8192
_MOST = 10**18 - 1
_MOST_BY_CHANCE = 10_000_000


def build_command() -> TyperCommand:
    """The verb for the group."""
    return build("subnet list", subnet_list, epilog=EPILOG, default_format=Format.PLAIN)


def subnet_list(
    session: Session,
    cidr: Annotated[
        list[str], typer.Argument(metavar="CIDR...", help="Networks and ranges FIRST-LAST whose addresses to print.")
    ],
    count: Annotated[str | None, typer.Option("--count", metavar="N", help="At most N addresses of each.")] = None,
    nth: Annotated[
        str | None, typer.Option("--nth", metavar="N", help="Address number N, from 0; -1 is the last.")
    ] = None,
    step: Annotated[str | None, typer.Option("--step", metavar="N", help="Every Nth address.")] = None,
    random: Annotated[
        str | None, typer.Option("--random", metavar="N", help="N different addresses by chance.")
    ] = None,
    seed: Annotated[
        str | None, typer.Option("--seed", metavar="S", help="The same seed gives the same choice.")
    ] = None,
) -> int:
    """Print the addresses of a network or a range as a stream, all of them from the first to the last."""
    if seed is not None and random is None:
        raise OptionError("--seed goes with --random")
    if sum(option is not None for option in (nth, random)) > 1 or (nth is not None and (count or step)):
        raise OptionError("--nth stands alone")
    if random is not None and (count or step):
        raise OptionError("--random stands alone", hint="it says itself how many addresses to print")
    most = None if count is None else parse_count(count, "--count", minimum=1, maximum=_MOST)
    stride = 1 if step is None else parse_count(step, "--step", minimum=1, maximum=_MOST)
    drawn = None if random is None else parse_count(random, "--random", minimum=1, maximum=_MOST_BY_CHANCE)
    chance = Random(seed)  # noqa: S311
    is_whole_stream = nth is None and drawn is None and stride == 1 and session.options.format is Format.PLAIN

    def work(text: str) -> Iterator[Batch]:
        among = parse_span(text)
        if is_whole_stream:
            for lines in address_lines(among.version, among.first, min(among.size, most or among.size)):
                session.output.write(lines)
                yield Batch(among.version, [])
        elif nth is not None:
            yield Batch(among.version, [pack(nth_number(among, nth), 0)])
        elif drawn is not None:
            yield from _batches(among.version, sample_numbers(among, drawn, chance))
        else:
            yield from _batches(among.version, stepped_numbers(among, stride, most))

    networks = Networks(session)
    return answer_networks(session, "list", networks.each_target(cidr, work), networks, bare_hosts=True)


def _batches(version: int, numbers: Iterator[int]) -> Iterator[Batch]:
    while packed := [pack(number, 0) for number in islice(numbers, _BATCH)]:
        yield Batch(version, packed)
