"""``nettools scan``: which ports of a host are open, closed or filtered, and why."""

from typing import Annotated

import typer
from typer.core import TyperCommand

from nettools.commands._command import build
from nettools.commands._scan_run import ScanOrder, ScanRun
from nettools.commands._services import port_names, service_table
from nettools.commands._session import Session
from nettools.core.number import parse_count, parse_duration_s
from nettools.core.ports import parse_ports
from nettools.core.scan.targets import split_words
from nettools.core.scan.timing import DEFAULT_TIMEOUT_S, Timing
from nettools.core.text import quoted, safe
from nettools.errors import OptionError, PortError

DEFAULT_PORTS = "top:100"

EPILOG = """\
\b
Examples:
  nettools scan localhost 1-1024
  nettools scan 127.0.0.1 ::1 -p ssh,http,8000-8100
  nettools scan localhost 22,80 --json
"""


def build_command() -> TyperCommand:
    """The command for the table."""
    return build("scan", scan, epilog=EPILOG)


def scan(
    session: Session,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="TARGET... [PORTS]", help="Names, addresses, CIDRs or ranges, then ports; - reads targets."
        ),
    ],
    ports: Annotated[
        str | None,
        typer.Option(
            "-p",
            "--ports",
            metavar="PORTS",
            show_default=f"{DEFAULT_PORTS}, a curated list",
            help="22  1-1024  22,80,8000-8100  ssh,http  web  top:N  all",
        ),
    ] = None,
    timeout: Annotated[
        str, typer.Option("--timeout", metavar="TIME", help="The longest that one probe waits: 2s, 500ms.")
    ] = f"{DEFAULT_TIMEOUT_S}s",
    retries: Annotated[
        str, typer.Option("--retries", metavar="N", help="How often a silent port is probed again.")
    ] = "2",
    max_in_flight: Annotated[
        str, typer.Option("--max-in-flight", metavar="N", help="The most probes on their way at once.")
    ] = "1000",
    ipv4: Annotated[bool, typer.Option("-4", "--ipv4", help="Only the IPv4 addresses of names.")] = False,
    ipv6: Annotated[bool, typer.Option("-6", "--ipv6", help="Only the IPv6 addresses of names.")] = False,
) -> int:
    """Say which TCP ports are open, closed or filtered, with the exact reason, without privilege.

    Every address of a name is scanned. A refused connection is closed; an ICMP error is filtered, with the code
    and the sender; silence is filtered after the retries.
    """
    if ipv4 and ipv6:
        raise OptionError("-4 and -6 exclude each other", hint="without either, both are scanned")
    services = service_table()
    names = port_names(services)
    targets, port_text = split_words(words, ports, names)
    selection = parse_ports(DEFAULT_PORTS if port_text is None else port_text, names)
    if selection.udp:
        raise PortError("UDP ports cannot be scanned", hint="leave out U: and what follows it")
    order = ScanOrder(
        targets=targets,
        ports=selection.tcp,
        timing=Timing(
            timeout_s=parse_duration_s(timeout, "--timeout", minimum_s=0.01, maximum_s=120),
            retries=parse_count(retries, "--retries", minimum=0, maximum=10),
            max_in_flight=parse_count(max_in_flight, "--max-in-flight", minimum=1, maximum=60_000),
        ),
        version=4 if ipv4 else 6 if ipv6 else None,
    )
    if port_text is None:
        session.note(f"no ports given: scanning {DEFAULT_PORTS}, a curated list; -p all scans every port")
        last = targets[-1].lower()
        if len(targets) > 1 and ((last, "tcp") in names.services or last in names.groups):
            session.note(f"{quoted(last)} is taken for a host; -p {safe(last)} scans the port")
    return ScanRun(session, services, order).run()
