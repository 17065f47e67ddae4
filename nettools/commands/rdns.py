"""``nettools rdns``: which names addresses have, and whether the names lead back to them."""

from typing import Annotated

import typer
from typer.core import TyperCommand

from nettools.commands._command import build
from nettools.commands._rdns_run import RdnsOrder, RdnsRun
from nettools.commands._session import Session
from nettools.core.bulk_resolve.groups import Group
from nettools.core.bulk_resolve.pacing import DEFAULT_CONCURRENCY
from nettools.core.dns.message import Question
from nettools.core.number import parse_count, parse_duration_s
from nettools.core.resolve.lookup import DEFAULT_TIMEOUT_S, DEFAULT_TRIES, Lookup, Server
from nettools.core.resolve.server_spec import parse_server
from nettools.core.resolve.tls import TlsSettings
from nettools.errors import OptionError
from nettools.net.dns_open import channel_opener
from nettools.net.interrupts import Interrupts
from nettools.net.system_dns import read_resolv_conf
from nettools.net.system_resolver import find_servers

_SERVER_LOOKUP_S = 10.0
_FASTEST = 1_000_000

EPILOG = """\
\b
Examples:
  # the names in a network, and whether they lead back
  nettools rdns 192.0.2.0/24
  # some addresses and a range, from a server of one's choice
  nettools rdns 192.0.2.1 198.51.100.7-198.51.100.20 @192.0.2.53
  # what exists in an IPv6 network, nibble by nibble
  nettools rdns 2001:db8::/48 --all --format jsonl
  # the addresses of a file, at a pace that the servers bear
  nettools rdns --file addresses.txt --no-forward --rate 500
"""


_GROUPS = {
    "What to find out": ("no_forward", "every"),
    "Whom to ask, and how to reach them": (
        *("server", "port", "timeout", "tries"),
        *("insecure", "cafile", "tls_name"),
    ),
    "Many addresses": ("file", "concurrency", "rate", "ordered"),
}


def build_command() -> TyperCommand:
    """The command for the table."""
    return build("rdns", rdns, epilog=EPILOG, groups=_GROUPS)


def rdns(
    session: Session,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="ADDRESS|CIDR|RANGE... [@SERVER...]", help="In any order; - reads targets from lines."),
    ] = None,
    server: Annotated[
        list[str] | None,
        typer.Option("-s", "--server", metavar="SERVER", help="Whom to ask.", show_default="resolv.conf's"),
    ] = None,
    file: Annotated[
        str | None, typer.Option("--file", metavar="FILE", help="More targets, one a line; - is standard input.")
    ] = None,
    no_forward: Annotated[
        bool, typer.Option("--no-forward", help="Do not ask for the addresses of the names: no verdicts.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="List addresses without a name too.")] = False,
    port: Annotated[
        str | None,
        typer.Option("--port", metavar="N", help="The port of servers named without one.", show_default="by transport"),
    ] = None,
    insecure: Annotated[bool, typer.Option("--insecure", help="Take any certificate.")] = False,
    cafile: Annotated[
        str | None,
        typer.Option("--cafile", metavar="FILE", help="Certificates to trust, in PEM.", show_default="the system's"),
    ] = None,
    tls_name: Annotated[
        str | None,
        typer.Option("--tls-name", metavar="NAME", help="The name in the certificate.", show_default="the server's"),
    ] = None,
    timeout: Annotated[
        str | None,
        typer.Option(
            "--timeout", metavar="TIME", help="All tries of a question together.", show_default="5s, or by resolv.conf"
        ),
    ] = None,
    tries: Annotated[
        str | None,
        typer.Option(
            "--tries", metavar="N", help="How often each server is asked.", show_default="2, or by resolv.conf"
        ),
    ] = None,
    concurrency: Annotated[
        str, typer.Option("--concurrency", metavar="N", help="The most questions on their way.")
    ] = str(DEFAULT_CONCURRENCY),
    rate: Annotated[
        str | None,
        typer.Option("--rate", metavar="N", help="The most questions a second to a server.", show_default="no limit"),
    ] = None,
    ordered: Annotated[bool, typer.Option("--ordered", help="JSONL in the order of the addresses.")] = False,
) -> int:
    """Say which names addresses have, and whether each name leads back to its address.

    confirmed: every name has the address. mismatch: the name has other addresses. dangling: it has none. multiple:
    several names, not all confirmed. none: no name. error: nobody could say. Of an IPv6 network of more than 65,536
    addresses only what exists is asked, nibble by nibble.
    """
    targets = tuple(word for word in words or [] if not word.startswith("@"))
    servers = [word[1:] for word in words or [] if word.startswith("@")] + (server or [])
    if not targets and file is None:
        raise OptionError("no address", hint="name one, or a network, as in nettools rdns 192.0.2.0/24")
    timeout_s = None if timeout is None else parse_duration_s(timeout, "--timeout", minimum_s=0.01, maximum_s=3600)
    count = None if tries is None else parse_count(tries, "--tries", minimum=1, maximum=20)
    default_port = None if port is None else parse_count(port, "--port", minimum=1, maximum=65_535)
    lookup = _lookup(servers, default_port, tls_name, timeout_s, count)
    settings = TlsSettings(cafile=cafile, name=tls_name, is_verified=not insecure)
    order = RdnsOrder(
        targets=targets,
        file=file,
        group=Group(lookup),
        forward=not no_forward,
        lists_all=every,
        concurrency=parse_count(concurrency, "--concurrency", minimum=1, maximum=100_000),
        rate=None if rate is None else float(parse_count(rate, "--rate", minimum=1, maximum=_FASTEST)),
        ordered=ordered,
        open=channel_opener(settings, lookup.servers),
    )
    return RdnsRun(session, order).run()


def _lookup(
    words: list[str], port: int | None, tls_name: str | None, timeout_s: float | None, tries: int | None
) -> Lookup:
    """How any question is asked: of the servers that were named, which stand in for each other, or by resolv.conf."""
    question = Question(name=b"\0", type=0, class_=1)
    if words:
        return Lookup(
            question=question,
            servers=_servers(words, port, tls_name, timeout_s or _SERVER_LOOKUP_S),
            timeout_s=timeout_s or DEFAULT_TIMEOUT_S,
            tries=tries or DEFAULT_TRIES,
        )
    conf = read_resolv_conf()
    servers, tries = conf.servers(port=port or 53), tries or conf.attempts
    return Lookup(
        question=question,
        servers=servers,
        timeout_s=timeout_s or conf.timeout_s * tries * len(servers),
        try_timeout_s=conf.timeout_s if timeout_s is None else None,
        tries=tries,
    )


def _servers(words: list[str], port: int | None, tls_name: str | None, patience_s: float) -> tuple[Server, ...]:
    specs = [parse_server(word, default_port=port, tls_name=tls_name) for word in words]
    with Interrupts() as interrupts:
        found = [find_servers(one, timeout_s=patience_s, interrupts=interrupts) for one in specs]
    return tuple(server for one in found for server in one)
