"""``nettools route``: the routes and rules of this machine, and which way a destination goes and why."""

from collections.abc import Mapping
from typing import Annotated

import typer
from typer.core import TyperCommand

from nettools.commands._command import build
from nettools.commands._session import Session
from nettools.core.route.habits import refuse_words_of_ip_route
from nettools.errors import OptionError
from nettools.render.format import COMMON_FORMATS, Format

EPILOG = """\
\b
Examples:
  # the routes of the main table
  nettools route
  # all tables, and the rules that choose between them
  nettools route --table all --rules
  # which way a packet goes, and why
  nettools route 127.0.0.1
  # the same for a packet from an address, to a port
  nettools route 127.0.0.1 --from 127.0.0.1 --protocol tcp --dport 443
  # the routes that cover a network or lie inside it, for a script
  nettools route 10.0.0.0/8 ::1 --json
"""


_GROUPS = {
    "Where to look": ("ipv4", "ipv6", "netns"),
    "What to list": ("table", "rules", "watch"),
    "The packet to explain": ("source", "mark", "interface", "uid", "iif", "tos", "protocol", "sport", "dport"),
}


def build_command() -> TyperCommand:
    """The command for the table."""
    return build("route", route, epilog=EPILOG, groups=_GROUPS, usable_formats=_usable_formats)


def _usable_formats(values: Mapping[str, object]) -> tuple[Format, ...]:
    if values["watch"]:
        return (Format.TABLE, Format.JSONL)
    return (Format.TABLE, Format.JSON, Format.JSONL) if values["rules"] else COMMON_FORMATS


def route(
    session: Session,
    destination: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="DESTINATION...",
            help="What to explain: addresses, names, prefixes, default; none lists.",
        ),
    ] = None,
    ipv4: Annotated[bool, typer.Option("-4", "--ipv4", help="Only IPv4.")] = False,
    ipv6: Annotated[bool, typer.Option("-6", "--ipv6", help="Only IPv6.")] = False,
    table: Annotated[
        str | None,
        typer.Option("--table", metavar="T", show_default="main", help="List that table, by name or number, or all."),
    ] = None,
    rules: Annotated[bool, typer.Option("--rules", help="List the policy rules too.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Tell each change as the kernel does, until Ctrl-C.")] = False,
    netns: Annotated[
        str | None, typer.Option("--netns", metavar="NAME", help="Look in that network namespace (as root).")
    ] = None,
    source: Annotated[str | None, typer.Option("--from", metavar="A", help="From this source address.")] = None,
    mark: Annotated[str | None, typer.Option("--mark", metavar="N", help="With this firewall mark.")] = None,
    interface: Annotated[
        str | None, typer.Option("--interface", metavar="IF", help="One that must leave by IF.")
    ] = None,
    uid: Annotated[str | None, typer.Option("--uid", metavar="N", show_default="yours", help="Of that user.")] = None,
    iif: Annotated[
        str | None, typer.Option("--iif", metavar="IF", help="One that came in by IF (with --from).")
    ] = None,
    tos: Annotated[str | None, typer.Option("--tos", metavar="N", help="With this TOS or traffic class.")] = None,
    protocol: Annotated[
        str | None, typer.Option("--protocol", metavar="P", show_default="udp", help="Of tcp, udp or icmp.")
    ] = None,
    sport: Annotated[str | None, typer.Option("--sport", metavar="N", help="From this port.")] = None,
    dport: Annotated[str | None, typer.Option("--dport", metavar="N", help="To this port.")] = None,
) -> int:
    """List the routes; or say which way a packet to DESTINATION goes, by which rule, table and route, and why.

    The explanation is worked out from the rules and tables, and stands next to what the kernel itself answers.
    """
    from nettools.runs.route_question import Asked

    asked = Asked(
        source=source,
        mark=mark,
        outgoing=interface,
        uid=uid,
        incoming=iif,
        tos=tos,
        protocol=protocol,
        source_port=sport,
        destination_port=dport,
    )
    if destination:
        refuse_words_of_ip_route(destination)
        if table is not None or rules or watch:
            raise OptionError("--table, --rules and --watch are for listing, without a DESTINATION")
        from nettools.commands._route_explain import explain_destinations

        return explain_destinations(session, destination, asked, ipv4=ipv4, ipv6=ipv6, netns=netns)
    if any(value is not None for value in asked):
        raise OptionError("there is no DESTINATION to explain", hint="name one, as in nettools route 192.0.2.1")
    if watch:
        from nettools.commands._watch import watch_routes

        return watch_routes(session, ipv4=ipv4, ipv6=ipv6, table=table, rules=rules, netns=netns)
    from nettools.commands._route_list import list_routes

    return list_routes(
        session, ipv4=ipv4, ipv6=ipv6, table="main" if table is None else table, rules=rules, netns=netns
    )
