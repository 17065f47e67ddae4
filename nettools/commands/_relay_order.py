"""What cat and listen both do with octets, from the words of the command line to values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from nettools.core.connect.socket_options import SocketOptions, parse_socket_options
from nettools.core.connect.target import Transport, is_datagram
from nettools.core.number import parse_duration_s, parse_size
from nettools.core.relay.flow import Pace
from nettools.core.relay.manner import DATAGRAM_QUIT_AFTER_S, Manner, Way
from nettools.core.relay.option_values import parse_idle_timeout_s, parse_quit_after_s
from nettools.core.relay.stage import Stage
from nettools.errors import OptionError

if TYPE_CHECKING:
    from nettools.commands._relay_options import RelayOptions
    from nettools.core.connect.target import ServicePorts
    from nettools.core.relay.terminal import TerminalText
    from nettools.net.relay.children import Command

_FASTEST: Final = 1 << 50


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayOrder:
    """How octets are moved, changed and slowed."""

    transport: Transport
    version: int | None
    manner: Manner
    socket_options: SocketOptions
    program: "Command | None"
    """What runs in place of standard input and output."""
    crlf: bool
    telnet: bool
    rate: int | None
    """Octets a second."""
    delay_s: float | None

    @property
    def is_datagram(self) -> bool:
        return is_datagram(self.transport)

    def stages(self, terminal: "TerminalText | None") -> dict[Way, Sequence[Stage]]:
        """New stages for one relay; ``terminal`` shows a person what comes in."""
        out: list[Stage] = []
        into: list[Stage] = []
        if self.crlf:
            from nettools.core.relay.newlines import CrlfNewlines

            out.append(CrlfNewlines())
        if self.telnet:
            from nettools.core.relay.telnet import TelnetDoubling, TelnetRefusals

            out.append(TelnetDoubling())
            into.append(TelnetRefusals())
        if terminal is not None:
            into.append(terminal)
        return {"out": out, "in": into}

    def pace(self, now_s: float) -> Pace | None:
        """A new pace for one relay."""
        if self.rate is None and self.delay_s is None:
            return None
        from nettools.core.relay.pace import make_pace

        return make_pace(rate=self.rate, delay_s=self.delay_s, whole=self.is_datagram, now_s=now_s)


def read_relay_order(
    options: "RelayOptions", environ: Mapping[str, str], *, asks: bool = False, stays: bool = False
) -> RelayOrder:
    """The typed order; with ``asks`` datagrams are answered soon or not at all. Raises OptionError."""
    transport = _transport(options)
    return RelayOrder(
        transport=transport,
        version=4 if options.ipv4 else 6 if options.ipv6 else None,
        manner=_manner(options, asks=asks and is_datagram(transport), stays=stays),
        socket_options=parse_socket_options(
            tos=options.tos,
            ttl=options.ttl,
            nodelay=options.nodelay,
            keepalive=options.keepalive,
            sndbuf=options.sndbuf,
            rcvbuf=options.rcvbuf,
        ),
        program=_program(options, environ),
        crlf=options.crlf,
        telnet=options.telnet,
        rate=None if options.limit_rate is None else parse_size(options.limit_rate, "--limit-rate", maximum=_FASTEST),
        delay_s=None if options.delay is None else parse_duration_s(options.delay, "--delay"),
    )


def service_ports() -> "ServicePorts":
    """The ports of services by their names; read only when a port is no number."""
    from nettools.runs.services import service_table

    return service_table().ports_by_name()


def terminal_text(*, uses_color: bool, encoding: str) -> "TerminalText":
    """The stage that makes what comes in safe for a terminal, in the colour of the other side."""
    from nettools.core.relay.terminal import SIDE_COLORS, TerminalText

    return TerminalText(color=SIDE_COLORS["in"] if uses_color else None, encoding=encoding)


def _transport(options: "RelayOptions") -> Transport:
    if options.unix:
        return "unix-datagram" if options.udp else "unix"
    if options.vsock:
        return "vsock"
    if options.mptcp:
        return "mptcp"
    return "udp" if options.udp else "tcp"


def _manner(options: "RelayOptions", *, asks: bool, stays: bool) -> Manner:
    quit_after_s = None if options.quit_after is None else parse_quit_after_s(options.quit_after)
    ends_with: frozenset[Way] = frozenset({"in"})
    if options.send_only:
        ends_with = frozenset({"out"})
    elif stays:
        ends_with = frozenset()
    if quit_after_s is None and asks and not options.recv_only:
        quit_after_s = DATAGRAM_QUIT_AFTER_S
    return Manner(
        sends=not options.recv_only,
        receives=not options.send_only,
        half_closes=not options.no_shutdown,
        ends_with=ends_with,
        idle_timeout_s=None if options.idle_timeout is None else parse_idle_timeout_s(options.idle_timeout),
        quit_after_s=quit_after_s,
        quits_when_quiet=options.quit_after is None,
    )


def _program(options: "RelayOptions", environ: Mapping[str, str]) -> "Command | None":
    """What runs in place of standard input and output. Raises OptionError when it is not there."""
    if options.sh_exec is None and options.exec is None:
        return None
    from nettools.core.relay.command_line import split_command_line
    from nettools.net.relay.programs import find_command

    if options.sh_exec is not None:
        if not options.sh_exec.strip():
            raise OptionError("the command of --sh-exec is empty")
        return find_command(("/bin/sh", "-c", options.sh_exec), environ)
    assert options.exec is not None
    return find_command(split_command_line(options.exec), environ)
