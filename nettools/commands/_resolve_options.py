"""The options of ``nettools resolve``, each with its help, in groups."""

from dataclasses import dataclass
from typing import Annotated, Final

import typer

from nettools.commands._at_rest import CommandOptions
from nettools.runs.resolve_asked import DEFAULT_BUFSIZE

DEFAULT_INTERVAL: Final = "5s"

_WHAT: Final = "What to ask"
_HOW: Final = "What to find out"
_WHOM: Final = "Whom to ask, and how to reach them"
_QUERY: Final = "What the query says"
_MANY: Final = "Many questions"
_SERVER: Final = "ADDRESS, NAME, or udp:// tcp:// tls:// https:// quic:// and either; a :PORT behind it."


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveOptions(CommandOptions):
    """What stands on the command line, as it stands there."""

    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME... [TYPE...] [@SERVER...]", help="In any order; - reads names from lines."),
    ] = None
    name: Annotated[
        list[str] | None,
        typer.Option(
            "-n", "--name", metavar="NAME", help="A name, even if it looks like a type.", rich_help_panel=_WHAT
        ),
    ] = None
    type: Annotated[
        list[str] | None,
        typer.Option(
            "-t",
            "--type",
            metavar="TYPE",
            help="A type as dig names it, or TYPEnnn.",
            rich_help_panel=_WHAT,
            show_default="A and AAAA; PTR for an address",
        ),
    ] = None
    reverse: Annotated[
        list[str] | None,
        typer.Option(
            "-x", "--reverse", metavar="ADDRESS", help="The names of an address (PTR).", rich_help_panel=_WHAT
        ),
    ] = None
    class_: Annotated[
        str, typer.Option("--class", metavar="CLASS", help="IN, CH, HS, or CLASSnnn.", rich_help_panel=_WHAT)
    ] = "IN"
    search: Annotated[
        bool | None,
        typer.Option(
            "--search/--no-search",
            help="Try short names with the search list of resolv.conf.",
            rich_help_panel=_WHAT,
            show_default="search, with the servers of resolv.conf",
        ),
    ] = None
    validate: Annotated[
        bool,
        typer.Option(
            "--validate", help="Prove the answer by the chain of signatures from the root.", rich_help_panel=_HOW
        ),
    ] = False
    trust_anchor: Annotated[
        str | None,
        typer.Option(
            "--trust-anchor",
            metavar="FILE",
            help="With --validate, --trace: DS or DNSKEY records to trust.",
            rich_help_panel=_HOW,
            show_default="the root's",
        ),
    ] = None
    trace: Annotated[
        bool,
        typer.Option("--trace", help="Follow the name from the root, and ask every server.", rich_help_panel=_HOW),
    ] = False
    root_hints: Annotated[
        str | None,
        typer.Option(
            "--root-hints",
            metavar="FILE",
            help="With --trace: the root servers.",
            rich_help_panel=_HOW,
            show_default="the Internet's",
        ),
    ] = None
    all_ns: Annotated[
        bool,
        typer.Option("--all-ns", help="Compare all servers of the zone; asks SOA unless said.", rich_help_panel=_HOW),
    ] = False
    compare: Annotated[
        bool, typer.Option("--compare", help="Compare the answers of the servers named.", rich_help_panel=_HOW)
    ] = False
    system: Annotated[
        bool,
        typer.Option("--system", help="Ask getaddrinfo(3) too, and explain a difference.", rich_help_panel=_HOW),
    ] = False
    watch: Annotated[
        bool,
        typer.Option("--watch", help="Ask again and again, and tell what changes.", rich_help_panel=_HOW),
    ] = False
    interval: Annotated[
        str | None,
        typer.Option(
            "--interval",
            metavar="TIME",
            help="With --watch: from one look to the next.",
            rich_help_panel=_HOW,
            show_default=DEFAULT_INTERVAL,
        ),
    ] = None
    expect: Annotated[
        str | None,
        typer.Option(
            "--expect",
            metavar="VALUE",
            help="Exit 1 unless an answer has this data or status; with --watch wait for it.",
            rich_help_panel=_HOW,
        ),
    ] = None
    axfr: Annotated[bool, typer.Option("--axfr", help="Transfer the whole zone.", rich_help_panel=_HOW)] = False
    ixfr: Annotated[
        str | None,
        typer.Option("--ixfr", metavar="SERIAL", help="Transfer what changed since SERIAL.", rich_help_panel=_HOW),
    ] = None
    short: Annotated[
        bool, typer.Option("--short", help="Print only the data, a line for each record.", rich_help_panel=_HOW)
    ] = False
    server: Annotated[
        list[str] | None,
        typer.Option(
            "-s", "--server", metavar="SERVER", help=_SERVER, rich_help_panel=_WHOM, show_default="resolv.conf's"
        ),
    ] = None
    port: Annotated[
        str | None,
        typer.Option(
            "--port",
            metavar="N",
            help="The port of servers without one.",
            rich_help_panel=_WHOM,
            show_default="53, 853 or 443",
        ),
    ] = None
    ipv4: Annotated[bool, typer.Option("-4", "--ipv4", help="Ask servers over IPv4 only.", rich_help_panel=_WHOM)] = (
        False
    )
    ipv6: Annotated[bool, typer.Option("-6", "--ipv6", help="Ask servers over IPv6 only.", rich_help_panel=_WHOM)] = (
        False
    )
    tcp: Annotated[
        bool, typer.Option("--tcp", help="TCP from the start, not only on truncation.", rich_help_panel=_WHOM)
    ] = False
    timeout: Annotated[
        str | None,
        typer.Option(
            "--timeout",
            metavar="TIME",
            help="For all tries of a question together.",
            rich_help_panel=_WHOM,
            show_default="5s, or by resolv.conf; --trace, --all-ns: 2s a server",
        ),
    ] = None
    tries: Annotated[
        str | None,
        typer.Option(
            "--tries",
            metavar="N",
            help="How often each server is asked.",
            rich_help_panel=_WHOM,
            show_default="2, or by resolv.conf",
        ),
    ] = None
    insecure: Annotated[bool, typer.Option("--insecure", help="Take any certificate.", rich_help_panel=_WHOM)] = False
    cafile: Annotated[
        str | None,
        typer.Option(
            "--cafile",
            metavar="FILE",
            help="Certificates to trust, in PEM.",
            rich_help_panel=_WHOM,
            show_default="the system's",
        ),
    ] = None
    tls_name: Annotated[
        str | None,
        typer.Option(
            "--tls-name",
            metavar="NAME",
            help="The name in the certificate.",
            rich_help_panel=_WHOM,
            show_default="the server's",
        ),
    ] = None
    tsig: Annotated[
        str | None,
        typer.Option(
            "--tsig",
            metavar="ALG:NAME:KEY",
            help="Sign with a shared key, which others see in ps(1).",
            rich_help_panel=_WHOM,
        ),
    ] = None
    tsig_file: Annotated[
        str | None,
        typer.Option(
            "--tsig-file", metavar="FILE", help="The key in a file, as tsig-keygen writes it.", rich_help_panel=_WHOM
        ),
    ] = None
    dnssec: Annotated[bool, typer.Option("--dnssec", help="Ask for signatures (DO).", rich_help_panel=_QUERY)] = False
    ad: Annotated[
        bool,
        typer.Option("--ad", help="Ask whether the server has validated (AD).", rich_help_panel=_QUERY),
    ] = False
    cd: Annotated[bool, typer.Option("--cd", help="Ask it not to validate (CD).", rich_help_panel=_QUERY)] = False
    no_rd: Annotated[
        bool, typer.Option("--no-rd", help="Ask it not to ask others (no RD).", rich_help_panel=_QUERY)
    ] = False
    nsid: Annotated[bool, typer.Option("--nsid", help="Ask for the server's identifier.", rich_help_panel=_QUERY)] = (
        False
    )
    cookie: Annotated[bool, typer.Option("--cookie", help="Send a DNS cookie.", rich_help_panel=_QUERY)] = False
    subnet: Annotated[
        str | None,
        typer.Option("--subnet", metavar="CIDR", help="Ask as for a client there (ECS).", rich_help_panel=_QUERY),
    ] = None
    bufsize: Annotated[
        str | None,
        typer.Option(
            "--bufsize",
            metavar="OCTETS",
            help="The largest UDP answer taken.",
            rich_help_panel=_QUERY,
            show_default=str(DEFAULT_BUFSIZE),
        ),
    ] = None
    no_edns: Annotated[bool, typer.Option("--no-edns", help="Without EDNS.", rich_help_panel=_QUERY)] = False
    file: Annotated[
        str | None,
        typer.Option(
            "--file",
            metavar="FILE",
            help="Names, one a line, perhaps with types; - is standard input.",
            rich_help_panel=_MANY,
        ),
    ] = None
    concurrency: Annotated[
        str | None,
        typer.Option(
            "--concurrency",
            metavar="N",
            help="Questions on their way at a time.",
            rich_help_panel=_MANY,
            show_default="64; with --file 1000",
        ),
    ] = None
    rate: Annotated[
        str | None,
        typer.Option(
            "--rate",
            metavar="N",
            help="With --file: at most N queries a second to a server.",
            rich_help_panel=_MANY,
            show_default="no limit",
        ),
    ] = None
    ordered: Annotated[
        bool,
        typer.Option(
            "--ordered", help="Keep JSONL in the order of the questions, as other formats are.", rich_help_panel=_MANY
        ),
    ] = False
