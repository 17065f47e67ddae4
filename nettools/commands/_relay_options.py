"""The options that ``nettools cat`` and ``nettools listen`` share, each with its help, in groups."""

from dataclasses import dataclass
from typing import Annotated, Final

import typer

from nettools.commands._at_rest import CommandOptions

_WHERE: Final = "Where"
_HOW: Final = "How"
_TLS: Final = "TLS"
_LOG: Final = "What is told"
_SOCKET: Final = "Socket options"


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayOptions(CommandOptions):
    """What stands on the command line of both."""

    udp: Annotated[
        bool,
        typer.Option("-u", "--udp", help="UDP; with -U Unix datagrams.", rich_help_panel=_WHERE),
    ] = False
    mptcp: Annotated[
        bool,
        typer.Option("--mptcp", help="Multipath TCP (RFC 8684), where the kernel has it.", rich_help_panel=_WHERE),
    ] = False
    unix: Annotated[
        bool,
        typer.Option("-U", "--unix", help="A Unix socket: PATH, or @NAME for an abstract one.", rich_help_panel=_WHERE),
    ] = False
    vsock: Annotated[
        bool,
        typer.Option(
            "--vsock", help="A virtual machine's socket: the host is its context number.", rich_help_panel=_WHERE
        ),
    ] = False
    ipv4: Annotated[
        bool,
        typer.Option("-4", "--ipv4", help="IPv4 only.", rich_help_panel=_WHERE),
    ] = False
    ipv6: Annotated[
        bool,
        typer.Option("-6", "--ipv6", help="IPv6 only.", rich_help_panel=_WHERE),
    ] = False
    send_only: Annotated[
        bool,
        typer.Option("--send-only", help="Only send, and end when all is sent.", rich_help_panel=_HOW),
    ] = False
    recv_only: Annotated[
        bool,
        typer.Option("--recv-only", help="Only receive; standard input is not read.", rich_help_panel=_HOW),
    ] = False
    no_shutdown: Annotated[
        bool,
        typer.Option(
            "--no-shutdown", help="Do not tell the other side that the input has ended.", rich_help_panel=_HOW
        ),
    ] = False
    idle_timeout: Annotated[
        str | None,
        typer.Option(
            "-i",
            "--idle-timeout",
            metavar="TIME",
            help="End with 1 when nothing comes or goes for so long.",
            show_default="never",
            rich_help_panel=_HOW,
        ),
    ] = None
    quit_after: Annotated[
        str | None,
        typer.Option(
            "-q",
            "--quit-after",
            metavar="TIME",
            help="End so long after the input has ended.",
            show_default="wait for the other side; cat of datagrams: 1s of silence",
            rich_help_panel=_HOW,
        ),
    ] = None
    crlf: Annotated[
        bool,
        typer.Option("-C", "--crlf", help="Send CRLF for each LF.", rich_help_panel=_HOW),
    ] = False
    telnet: Annotated[
        bool,
        typer.Option("-t", "--telnet", help="Answer telnet's negotiation, and leave it out.", rich_help_panel=_HOW),
    ] = False
    delay: Annotated[
        str | None,
        typer.Option(
            "-d", "--delay", metavar="TIME", help="Wait so long between the lines that are sent.", rich_help_panel=_HOW
        ),
    ] = None
    limit_rate: Annotated[
        str | None,
        typer.Option(
            "--limit-rate",
            metavar="BYTES",
            help="At most so many bytes a second are sent; k, M, G of 1024.",
            show_default="no limit",
            rich_help_panel=_HOW,
        ),
    ] = None
    exec: Annotated[
        str | None,
        typer.Option(
            "-e",
            "--exec",
            metavar="COMMAND",
            help="Run a program, without a shell, in place of standard input and output.",
            rich_help_panel=_HOW,
        ),
    ] = None
    sh_exec: Annotated[
        str | None,
        typer.Option("-c", "--sh-exec", metavar="COMMAND", help="The same through /bin/sh.", rich_help_panel=_HOW),
    ] = None
    tls: Annotated[
        bool,
        typer.Option("--tls", "--ssl", help="TLS.", rich_help_panel=_TLS),
    ] = False
    cert: Annotated[
        str | None,
        typer.Option("--cert", metavar="FILE", help="Our certificate, in PEM.", rich_help_panel=_TLS),
    ] = None
    key: Annotated[
        str | None,
        typer.Option(
            "--key", metavar="FILE", help="Its private key.", show_default="in the file of --cert", rich_help_panel=_TLS
        ),
    ] = None
    cafile: Annotated[
        str | None,
        typer.Option("--cafile", metavar="FILE", help="Certificates to trust, in PEM.", rich_help_panel=_TLS),
    ] = None
    alpn: Annotated[
        str | None,
        typer.Option(
            "--alpn", metavar="NAMES", help="Protocols to agree on, with commas: h2,http/1.1.", rich_help_panel=_TLS
        ),
    ] = None
    ciphers: Annotated[
        str | None,
        typer.Option(
            "--ciphers", metavar="LIST", help="Ciphers of TLS 1.2, as OpenSSL names them.", rich_help_panel=_TLS
        ),
    ] = None
    tls_min: Annotated[
        str | None,
        typer.Option(
            "--tls-min",
            metavar="VERSION",
            help="The oldest version: 1.2 or 1.3.",
            show_default="1.2",
            rich_help_panel=_TLS,
        ),
    ] = None
    keylog: Annotated[
        str | None,
        typer.Option(
            "--keylog", metavar="FILE", help="Write the session keys there, for Wireshark.", rich_help_panel=_TLS
        ),
    ] = None
    output_log: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Write all that comes and goes there as well.", rich_help_panel=_LOG
        ),
    ] = None
    hex_dump: Annotated[
        str | None,
        typer.Option(
            "-x",
            "--hex-dump",
            metavar="FILE",
            help="The same as hex, with direction and time; - is standard error.",
            rich_help_panel=_LOG,
        ),
    ] = None
    append_output: Annotated[
        bool,
        typer.Option("--append-output", help="Append to these files.", rich_help_panel=_LOG),
    ] = False
    events: Annotated[
        str | None,
        typer.Option(
            "--events",
            metavar="FILE",
            help="What happens as JSONL; - is standard output, when it carries no data.",
            rich_help_panel=_LOG,
        ),
    ] = None
    raw: Annotated[
        bool,
        typer.Option("--raw", help="Write what comes to a terminal as it is.", rich_help_panel=_LOG),
    ] = False
    tos: Annotated[
        str | None,
        typer.Option(
            "--tos", metavar="N", help="The type of service or traffic class of packets.", rich_help_panel=_SOCKET
        ),
    ] = None
    ttl: Annotated[
        str | None,
        typer.Option("--ttl", metavar="N", help="The time to live or hop limit of packets.", rich_help_panel=_SOCKET),
    ] = None
    nodelay: Annotated[
        bool,
        typer.Option("--nodelay", help="Send small writes at once (TCP_NODELAY).", rich_help_panel=_SOCKET),
    ] = False
    keepalive: Annotated[
        str | None,
        typer.Option(
            "--keepalive",
            metavar="TIME",
            help="Probe a silent connection so often (SO_KEEPALIVE).",
            rich_help_panel=_SOCKET,
        ),
    ] = None
    sndbuf: Annotated[
        str | None,
        typer.Option(
            "--sndbuf", metavar="BYTES", help="The send buffer.", show_default="the kernel's", rich_help_panel=_SOCKET
        ),
    ] = None
    rcvbuf: Annotated[
        str | None,
        typer.Option(
            "--rcvbuf",
            metavar="BYTES",
            help="The receive buffer.",
            show_default="the kernel's",
            rich_help_panel=_SOCKET,
        ),
    ] = None
