"""The options of ``nettools listen`` beside those that it shares with ``nettools cat``."""

from dataclasses import dataclass
from typing import Annotated, Final

import typer

from nettools.commands._relay_options import RelayOptions

_WHERE: Final = "Where"
_WHO: Final = "Who may connect"
_DO: Final = "What to do with a client"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenOptions(RelayOptions):
    """What stands on the command line, as it stands there."""

    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[HOST] PORT", help="Or [HOST]:PORT, or a PATH with -U; loopback unless HOST is given."),
    ] = None
    any_address: Annotated[
        bool,
        typer.Option("--any", help="Listen on all addresses.", rich_help_panel=_WHERE),
    ] = False
    announce_listen: Annotated[
        bool,
        typer.Option(
            "--announce-listen", help="Say on standard error where, once connections are taken.", rich_help_panel=_WHERE
        ),
    ] = False
    port_option: Annotated[
        str | None,
        typer.Option(
            "-p", "--port", metavar="PORT", help="The port, for fingers that know nc -l -p.", rich_help_panel=_WHERE
        ),
    ] = None
    mode: Annotated[
        str | None,
        typer.Option(
            "--mode",
            metavar="OCTAL",
            help="With -U: the permissions of the socket.",
            show_default="by umask",
            rich_help_panel=_WHERE,
        ),
    ] = None
    unlink_first: Annotated[
        bool,
        typer.Option("--unlink-first", help="With -U: remove a socket that is in the way.", rich_help_panel=_WHERE),
    ] = False
    keep_open: Annotated[
        bool,
        typer.Option(
            "-k",
            "--keep-open",
            help="Take many clients: input goes to all, what all say is written.",
            rich_help_panel=_WHO,
        ),
    ] = False
    max_conns: Annotated[
        str | None,
        typer.Option(
            "-m",
            "--max-conns",
            metavar="N",
            help="At most so many at a time.",
            show_default="100",
            rich_help_panel=_WHO,
        ),
    ] = None
    allow: Annotated[
        list[str] | None,
        typer.Option("--allow", metavar="CIDR", help="Take only these, with commas.", rich_help_panel=_WHO),
    ] = None
    deny: Annotated[
        list[str] | None,
        typer.Option("--deny", metavar="CIDR", help="Never take these, even if allowed.", rich_help_panel=_WHO),
    ] = None
    allowfile: Annotated[
        str | None,
        typer.Option(
            "--allowfile", metavar="FILE", help="The same, one a line; read again on SIGHUP.", rich_help_panel=_WHO
        ),
    ] = None
    denyfile: Annotated[
        str | None,
        typer.Option(
            "--denyfile", metavar="FILE", help="The same, one a line; read again on SIGHUP.", rich_help_panel=_WHO
        ),
    ] = None
    broker: Annotated[
        bool,
        typer.Option("--broker", help="Pass on what each client says to all others.", rich_help_panel=_DO),
    ] = False
    chat: Annotated[
        bool,
        typer.Option("--chat", help="A broker that says who speaks.", rich_help_panel=_DO),
    ] = False
    service: Annotated[
        str | None,
        typer.Option(
            "--service",
            metavar="NAME",
            help="echo, discard, daytime, time, chargen, qotd or finger.",
            rich_help_panel=_DO,
        ),
    ] = None
    serve: Annotated[
        str | None,
        typer.Option("--serve", metavar="FOLDER", help="Its files over HTTP.", rich_help_panel=_DO),
    ] = None
    forward: Annotated[
        str | None,
        typer.Option("--forward", metavar="HOST:PORT", help="Connect each client to there.", rich_help_panel=_DO),
    ] = None
    proxy_server: Annotated[
        str | None,
        typer.Option("--proxy-server", metavar="TYPE", help="Be a proxy: http or socks5.", rich_help_panel=_DO),
    ] = None
    proxy_auth: Annotated[
        str | None,
        typer.Option(
            "--proxy-auth",
            metavar="USER:PASSWORD",
            help="What clients of the proxy must say; others see it in ps(1).",
            rich_help_panel=_DO,
        ),
    ] = None
    proxy_auth_file: Annotated[
        str | None,
        typer.Option(
            "--proxy-auth-file",
            metavar="FILE",
            help="The same in a file; NETTOOLS_PROXY_AUTH is looked at too.",
            rich_help_panel=_DO,
        ),
    ] = None
    receive: Annotated[
        str | None,
        typer.Option(
            "--receive", metavar="PATH", help="Take a file that cat --send sends, into PATH.", rich_help_panel=_DO
        ),
    ] = None
