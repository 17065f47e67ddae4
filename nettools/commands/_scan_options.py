"""The options of ``nettools scan``, each with its help, in groups."""

from dataclasses import dataclass
from typing import Annotated, Final, Literal

import typer

from nettools.commands._at_rest import CommandOptions
from nettools.core.scan.timing import DEFAULT_TIMEOUT_S
from nettools.runs.scan_asked import DEFAULT_PORTS

_WHO: Final = "Whom to scan"
_HOW: Final = "How to probe"
_PACE: Final = "How fast, and in which order"
_DEPTH: Final = "What answers there"
_SHOWN: Final = "What is shown and compared"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanOptions(CommandOptions):
    """What stands on the command line, as it stands there."""

    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TARGET... [PORTS]",
            help="Names, addresses, CIDRs, ranges, a.b.1-3.*; - reads targets from lines. Then ports; a single name is "
            "always a host, and a port behind -p.",
        ),
    ] = None
    ports: Annotated[
        list[str] | None,
        typer.Option(
            "-p",
            "--ports",
            metavar="PORTS",
            show_default=f"{DEFAULT_PORTS}, a curated list",
            help="22  1-1024  22,80,8000-8100  ssh,http  T:22,U:53  top:N  web  all; lists add up",
            rich_help_panel=_WHO,
        ),
    ] = None
    targets: Annotated[
        str | None,
        typer.Option("--targets", metavar="FILE", help="More targets, one a line; - is stdin.", rich_help_panel=_WHO),
    ] = None
    exclude: Annotated[
        list[str] | None,
        typer.Option("--exclude", metavar="LIST", help="Targets to leave out, with commas.", rich_help_panel=_WHO),
    ] = None
    exclude_file: Annotated[
        str | None,
        typer.Option("--exclude-file", metavar="FILE", help="The same, one a line.", rich_help_panel=_WHO),
    ] = None
    discover: Annotated[
        bool,
        typer.Option(
            "--discover/--no-discover",
            help="Scan the ports of hosts alone that answer a ping or TCP 443, 80, 22.",
            rich_help_panel=_WHO,
        ),
    ] = False
    yes: Annotated[
        bool, typer.Option("--yes", help="Go on with more than 16,777,216 (2^24) probes.", rich_help_panel=_WHO)
    ] = False
    ipv4: Annotated[
        bool, typer.Option("-4", "--ipv4", help="Only the IPv4 addresses of names.", rich_help_panel=_WHO)
    ] = False
    ipv6: Annotated[
        bool, typer.Option("-6", "--ipv6", help="Only the IPv6 addresses of names.", rich_help_panel=_WHO)
    ] = False

    connect: Annotated[bool, typer.Option("--connect", help="TCP connections (the default).", rich_help_panel=_HOW)] = (
        False
    )
    syn: Annotated[bool, typer.Option("--syn", help="TCP SYN packets; needs CAP_NET_RAW.", rich_help_panel=_HOW)] = (
        False
    )
    ack: Annotated[
        bool,
        typer.Option("--ack", help="TCP ACK packets: what a firewall lets in; CAP_NET_RAW.", rich_help_panel=_HOW),
    ] = False
    udp: Annotated[
        bool, typer.Option("--udp", help="UDP, with a payload of the port's service.", rich_help_panel=_HOW)
    ] = False
    source: Annotated[
        str | None,
        typer.Option("--source", metavar="ADDRESS", help="Send from this address.", rich_help_panel=_HOW),
    ] = None
    interface: Annotated[
        str | None,
        typer.Option("--interface", metavar="NAME", help="Send through this interface.", rich_help_panel=_HOW),
    ] = None
    source_port: Annotated[
        str | None,
        typer.Option("--source-port", metavar="PORT", help="Send from this port.", rich_help_panel=_HOW),
    ] = None

    banner: Annotated[
        bool, typer.Option("--banner", help="What a service says unasked, up to 4 KiB.", rich_help_panel=_DEPTH)
    ] = False
    tls_info: Annotated[
        bool,
        typer.Option("--tls-info", help="TLS version, cipher, certificate and its trust.", rich_help_panel=_DEPTH),
    ] = False
    probe: Annotated[
        bool, typer.Option("--probe", help="Ask which service, product, version it is.", rich_help_panel=_DEPTH)
    ] = False
    rdns: Annotated[
        bool, typer.Option("--rdns", help="The names of the hosts found (PTR).", rich_help_panel=_DEPTH)
    ] = False

    timeout: Annotated[
        str,
        typer.Option(
            "--timeout", metavar="TIME", help="The longest that one probe waits: 2s, 500ms.", rich_help_panel=_PACE
        ),
    ] = f"{DEFAULT_TIMEOUT_S}s"
    host_timeout: Annotated[
        str | None,
        typer.Option(
            "--host-timeout",
            metavar="TIME",
            help="The longest that one host takes; what is known is kept.",
            rich_help_panel=_PACE,
        ),
    ] = None
    retries: Annotated[
        str,
        typer.Option(
            "--retries",
            metavar="N",
            help="How often a silent port is probed again; 5 at least where packets are lost, unless 0.",
            rich_help_panel=_PACE,
        ),
    ] = "2"
    rate: Annotated[
        str | None,
        typer.Option(
            "--rate",
            metavar="PPS",
            help="The most packets a second; max: no window, no pacing.",
            show_default="what the answers allow",
            rich_help_panel=_PACE,
        ),
    ] = None
    delay: Annotated[
        str | None,
        typer.Option(
            "--delay", metavar="TIME", help="The least time between two probes of one host.", rich_help_panel=_PACE
        ),
    ] = None
    max_in_flight: Annotated[
        str,
        typer.Option(
            "--max-in-flight", metavar="N", help="The most probes on their way at once.", rich_help_panel=_PACE
        ),
    ] = "1000"
    order: Annotated[
        Literal["random", "ascending"],
        typer.Option("--order", help="The order of hosts and ports.", rich_help_panel=_PACE),
    ] = "random"
    seed: Annotated[
        str | None,
        typer.Option(
            "--seed",
            metavar="N",
            help="The same number makes the same order.",
            show_default="a new one, told in the answer",
            rich_help_panel=_PACE,
        ),
    ] = None
    shard: Annotated[
        str | None,
        typer.Option(
            "--shard", metavar="I/N", help="Part I of N machines; all take the same --seed.", rich_help_panel=_PACE
        ),
    ] = None
    ordered: Annotated[
        bool,
        typer.Option(
            "--ordered", help="JSONL at the end, in the order of the targets, as other formats.", rich_help_panel=_PACE
        ),
    ] = False

    only_open: Annotated[bool, typer.Option("--open", help="Show open ports alone.", rich_help_panel=_SHOWN)] = False
    reason: Annotated[
        bool, typer.Option("--reason", help="Show why, from whom, and with which TTL.", rich_help_panel=_SHOWN)
    ] = False
    resume: Annotated[
        str | None,
        typer.Option(
            "--resume", metavar="FILE", help="Go on with an interrupted JSON or JSONL answer.", rich_help_panel=_SHOWN
        ),
    ] = None
    diff: Annotated[
        str | None,
        typer.Option(
            "--diff", metavar="FILE", help="What changed since that answer; 1 if any.", rich_help_panel=_SHOWN
        ),
    ] = None
    expect_file: Annotated[
        str | None,
        typer.Option(
            "--expect-file", metavar="FILE", help="Lines HOST PORTS: what is open; 1 if not so.", rich_help_panel=_SHOWN
        ),
    ] = None
