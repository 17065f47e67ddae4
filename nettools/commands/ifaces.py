"""``nettools ifaces``: the network interfaces of this machine, with everything that the system knows of them."""

from collections.abc import Mapping
from typing import Annotated

import typer
from typer.core import TyperCommand

from nettools.commands._command import build
from nettools.commands._session import Session
from nettools.errors import OptionError
from nettools.render.format import COMMON_FORMATS, Format

EPILOG = """\
\b
Examples:
  # which interfaces there are, and what state they are in
  nettools ifaces
  # everything about one of them, for a script
  nettools ifaces lo --json
  # which interface and source address the default route would use
  nettools ifaces --primary --format plain
  # what lies on what: bridges, VLANs, bonds, tunnels
  nettools ifaces --tree
  # bytes, packets, errors and drops
  nettools ifaces --up --stats
"""


_GROUPS = {
    "Which interfaces": ("ipv4", "ipv6", "up", "kind", "netns"),
    "What to show of them": ("stats", "tree", "primary", "rate", "interval", "watch"),
}


def build_command() -> TyperCommand:
    """The command for the table."""
    return build("ifaces", ifaces, epilog=EPILOG, groups=_GROUPS, usable_formats=_usable_formats)


def _usable_formats(values: Mapping[str, object]) -> tuple[Format, ...]:
    never_ends = values["watch"] or values["rate"] or values["interval"] is not None
    return (Format.TABLE, Format.JSONL) if never_ends else COMMON_FORMATS


def ifaces(
    session: Session,
    name: Annotated[
        list[str] | None, typer.Argument(metavar="NAME...", help="Only these interfaces; - reads names.")
    ] = None,
    ipv4: Annotated[bool, typer.Option("-4", "--ipv4", help="Only IPv4 addresses, and what has one.")] = False,
    ipv6: Annotated[bool, typer.Option("-6", "--ipv6", help="Only IPv6 addresses, and what has one.")] = False,
    up: Annotated[bool, typer.Option("--up", help="Only what is switched on.")] = False,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="K", help="Only links of a kind: ether, veth, bridge, vlan, tap...")
    ] = None,
    stats: Annotated[bool, typer.Option("--stats", help="Show the counters.")] = False,
    rate: Annotated[bool, typer.Option("--rate", help="Show bytes and packets a second until Ctrl-C.")] = False,
    tree: Annotated[bool, typer.Option("--tree", help="Draw which link lies on, in or across from which.")] = False,
    primary: Annotated[
        bool, typer.Option("--primary", help="The interface and source address that the default route would use.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Tell each change as the kernel does, until Ctrl-C.")] = False,
    interval: Annotated[
        str | None,
        typer.Option("--interval", metavar="S", show_default="1s", help="The time between two looks of --rate."),
    ] = None,
    netns: Annotated[
        str | None, typer.Option("--netns", metavar="NAME", help="Look in that network namespace (as root).")
    ] = None,
) -> int:
    """List the network interfaces: state, kind, addresses, gateways, links above and below, counters.

    What a person sees is a table; --json has everything.
    """
    from nettools.commands._ifaces_run import Choice, list_interfaces

    has_interval = interval is not None and "interval" not in session.options.from_settings
    modes = [
        word
        for word, is_set in (
            ("--primary", primary),
            ("--tree", tree),
            ("--stats", stats),
            ("--watch", watch),
            ("--rate" if rate else "--interval", rate or has_interval),
        )
        if is_set
    ]
    if len(modes) > 1 and modes != ["--primary", "--stats"]:
        raise OptionError(f"{modes[0]} and {modes[1]} are different views; choose one")
    choice = Choice(
        names=tuple(name or ()), ipv4=ipv4, ipv6=ipv6, only_up=up, kind=kind, stats=stats, tree=tree, netns=netns
    )
    if watch:
        from nettools.commands._watch import watch_interfaces

        return watch_interfaces(session, choice)
    if rate or has_interval:
        from nettools.commands._rate import show_rates

        return show_rates(session, choice, "1s" if interval is None else interval, option=modes[0])
    return list_interfaces(session, choice, only_primary=primary)
