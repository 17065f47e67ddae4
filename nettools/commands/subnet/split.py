"""``nettools subnet split``: a network carved up by length, into a number of parts, or by hosts (VLSM)."""

from collections.abc import Sequence
from typing import Annotated

import typer
from typer.core import TyperCommand

from nettools.commands._command import build
from nettools.commands._session import Session
from nettools.commands.subnet._networks import answer_networks, one_network
from nettools.core.number import parse_count
from nettools.core.prefix import Prefix
from nettools.core.subnet.lists import Batch, batch_of
from nettools.core.subnet.parse import parse_prefix_length
from nettools.core.subnet.split import Allocation, allocate_hosts, split_by_length, split_into
from nettools.errors import OptionError
from nettools.render.format import Format

EPILOG = """\
\b
Examples:
  # all networks of a length
  nettools subnet split 192.0.2.0/24 --prefix 26
  # three networks of equal size
  nettools subnet split 192.0.2.0/24 --into 3
  # room for so many hosts in each office, without waste
  nettools subnet split 192.168.0.0/24 --hosts 50,20,10 --names lab,office,guests --format table
"""

_MOST_PARTS = 1 << 20


def build_command() -> TyperCommand:
    """The verb for the group."""
    return build("subnet split", subnet_split, epilog=EPILOG, default_format=Format.PLAIN)


def subnet_split(
    session: Session,
    cidr: Annotated[str, typer.Argument(metavar="CIDR", help="The network to split.")],
    prefix: Annotated[str | None, typer.Option("--prefix", metavar="N", help="Into networks of this length.")] = None,
    into: Annotated[str | None, typer.Option("--into", metavar="N", help="Into N networks of equal size.")] = None,
    hosts: Annotated[
        str | None, typer.Option("--hosts", metavar="N,N,...", help="A network for each number of hosts (VLSM).")
    ] = None,
    names: Annotated[
        str | None, typer.Option("--names", metavar="A,B,...", help="Names for the networks of --into or --hosts.")
    ] = None,
) -> int:
    """Split a network; IPv4 and IPv6.

    --hosts places the largest network first, so that all fit without waste, and answers in the order asked for. What
    is left free stands in the table and in the JSON document, and on standard error for plain lines.
    """
    network = one_network(cidr)
    if sum(option is not None for option in (prefix, into, hosts)) != 1:
        raise OptionError("say how to split", hint="with one of --prefix N, --into N and --hosts N,N,...")
    if prefix is not None:
        if names is not None:
            raise OptionError("--names goes with --into and --hosts, not with --prefix")
        length = parse_prefix_length(prefix.removeprefix("/"), network.version)
        batches = (Batch(network.version, packed) for packed in split_by_length(network, length))
        return answer_networks(session, "split", batches)
    allocation = _allocation(network, into, hosts)
    labels = _labels(names, len(allocation.networks))
    return answer_networks(session, "split", batch_of(allocation.networks, labels), free=allocation.free)


def _allocation(network: Prefix, into: str | None, hosts: str | None) -> Allocation:
    if into is not None:
        return split_into(network, parse_count(into, "--into", minimum=1, maximum=_MOST_PARTS))
    counts = [parse_count(one.strip(), "--hosts", minimum=1, maximum=1 << 128) for one in (hosts or "").split(",")]
    return allocate_hosts(network, counts)


def _labels(names: str | None, count: int) -> Sequence[str | None] | None:
    if names is None:
        return None
    labels = [name.strip() for name in names.split(",")]
    if len(labels) > count:
        raise OptionError(f"--names has {len(labels)} names for {count} networks")
    return [*labels, *[None] * (count - len(labels))]
