"""The options of ``nettools cat`` beside those that it shares with ``nettools listen``."""

from dataclasses import dataclass
from typing import Annotated, Final

import typer

from nettools.commands._relay_options import RelayOptions

_WHERE: Final = "Where"
_HOW: Final = "How"
_TLS: Final = "TLS"
_PROXY: Final = "Proxy"
_LOG: Final = "What is told"


@dataclass(frozen=True, slots=True, kw_only=True)
class CatOptions(RelayOptions):
    """What stands on the command line, as it stands there."""

    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="HOST PORT", help="Or HOST:PORT, or [IPV6]:PORT; with -U a PATH."),
    ] = None
    zero: Annotated[
        bool,
        typer.Option("-z", "--zero", help="Only connect, and say whether that works.", rich_help_panel=_WHERE),
    ] = False
    numeric: Annotated[
        bool,
        typer.Option("-n", "--numeric", help="Take no name: the host is an address.", rich_help_panel=_WHERE),
    ] = False
    source: Annotated[
        str | None,
        typer.Option(
            "-s",
            "--source",
            metavar="ADDRESS",
            help="Connect from this address; with -U -u from this path.",
            rich_help_panel=_WHERE,
        ),
    ] = None
    source_port: Annotated[
        str | None,
        typer.Option("-p", "--source-port", metavar="PORT", help="Connect from this port.", rich_help_panel=_WHERE),
    ] = None
    interface: Annotated[
        str | None,
        typer.Option(
            "--interface", metavar="IF", help="Use this interface alone (SO_BINDTODEVICE).", rich_help_panel=_WHERE
        ),
    ] = None
    wait: Annotated[
        str | None,
        typer.Option(
            "-w",
            "--wait",
            metavar="TIME",
            help="The longest time to connect.",
            show_default="10s",
            rich_help_panel=_WHERE,
        ),
    ] = None
    retry: Annotated[
        str | None,
        typer.Option(
            "--retry",
            metavar="N",
            help="Try again so often when there is no connection.",
            show_default="0",
            rich_help_panel=_WHERE,
        ),
    ] = None
    backoff: Annotated[
        str | None,
        typer.Option(
            "--backoff",
            metavar="TIME",
            help="Before the second try; doubled for each that follows.",
            show_default="500ms, 30s at most",
            rich_help_panel=_WHERE,
        ),
    ] = None
    stay: Annotated[
        bool,
        typer.Option(
            "--stay", help="Go on when the other side has ended, until the input ends too.", rich_help_panel=_HOW
        ),
    ] = False
    send: Annotated[
        str | None,
        typer.Option(
            "--send",
            metavar="FILE",
            help="Send a file to listen --receive, and check that it arrived.",
            rich_help_panel=_HOW,
        ),
    ] = None
    resume: Annotated[
        bool,
        typer.Option("--resume", help="With --send: go on where a transfer was cut.", rich_help_panel=_HOW),
    ] = False
    insecure: Annotated[
        bool,
        typer.Option("--insecure", help="Take any certificate.", rich_help_panel=_TLS),
    ] = False
    servername: Annotated[
        str | None,
        typer.Option(
            "--servername",
            metavar="NAME",
            help="The name to ask for, and in the certificate.",
            show_default="the host's",
            rich_help_panel=_TLS,
        ),
    ] = None
    pin: Annotated[
        list[str] | None,
        typer.Option(
            "--pin",
            metavar="SHA256",
            help="Take only this public key, in hex or base64; may be repeated.",
            rich_help_panel=_TLS,
        ),
    ] = None
    starttls: Annotated[
        str | None,
        typer.Option(
            "--starttls",
            metavar="PROTOCOL",
            help="Begin TLS inside smtp, lmtp, imap, pop3, ftp, nntp, sieve, xmpp, ldap, postgres or mysql.",
            rich_help_panel=_TLS,
        ),
    ] = None
    proxy: Annotated[
        str | None,
        typer.Option(
            "--proxy", metavar="HOST:PORT", help="Connect through a proxy; none: straight.", rich_help_panel=_PROXY
        ),
    ] = None
    proxy_type: Annotated[
        str | None,
        typer.Option(
            "--proxy-type", metavar="TYPE", help="http, socks4 or socks5.", show_default="http", rich_help_panel=_PROXY
        ),
    ] = None
    proxy_auth: Annotated[
        str | None,
        typer.Option(
            "--proxy-auth",
            metavar="USER:PASSWORD",
            help="Who we are to the proxy; others see it in ps(1).",
            rich_help_panel=_PROXY,
        ),
    ] = None
    proxy_auth_file: Annotated[
        str | None,
        typer.Option(
            "--proxy-auth-file",
            metavar="FILE",
            help="The same in a file; NETTOOLS_PROXY_AUTH is looked at too.",
            rich_help_panel=_PROXY,
        ),
    ] = None
    proxy_dns: Annotated[
        str | None,
        typer.Option(
            "--proxy-dns",
            metavar="WHERE",
            help="Who looks the name up: local or remote.",
            show_default="remote",
            rich_help_panel=_PROXY,
        ),
    ] = None
    timeline: Annotated[
        bool,
        typer.Option("--timeline", help="Say at the end when what happened.", rich_help_panel=_LOG),
    ] = False
