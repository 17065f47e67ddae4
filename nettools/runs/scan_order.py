"""What a scan is to do: what was asked for, read and checked, as values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from nettools.core.address import Address, parse_address
from nettools.core.number import count_of, parse_option
from nettools.core.ports import HIGHEST_PORT, PortNames, Transport, parse_port, parse_ports
from nettools.core.scan.option_values import (
    UNLIMITED,
    parse_delay_s,
    parse_host_timeout_s,
    parse_max_in_flight,
    parse_rate_pps,
    parse_retries,
    parse_seed,
    parse_timeout_s,
)
from nettools.core.scan.order import Shard, parse_shard
from nettools.core.scan.probe_port import UDP_BIT, ProbePort, selected
from nettools.core.scan.timing import Timing
from nettools.errors import OptionError
from nettools.runs.scan_asked import DEFAULT_PORTS, ScanAsked
from nettools.runs.scan_together import WITHOUT_PACE, refuse_unshared_order, refuse_vain, refuse_without_ports
from nettools.runs.together import refuse_several, refuse_without_effect, spelled

TcpKind = Literal["connect", "syn", "ack"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """What to find out about open ports and found hosts."""

    banner: bool
    tls_info: bool
    probe: bool
    rdns: bool

    @property
    def asks_services(self) -> bool:
        return self.banner or self.tls_info or self.probe


@dataclass(frozen=True, slots=True, kw_only=True)
class SendFrom:
    """Where probes leave this machine; None is the kernel's choice."""

    address: Address | None
    interface: str | None
    port: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanOrder:
    """What was asked for."""

    targets: tuple[str, ...]
    targets_file: str | None
    exclude: tuple[str, ...]
    exclude_file: str | None
    version: int | None
    ports: tuple[ProbePort, ...]
    """Ascending, TCP first."""
    tcp_kind: TcpKind
    timing: Timing
    source: SendFrom
    discovers: bool
    depth: Depth
    order: Literal["random", "ascending"]
    seed: int
    shard: Shard | None
    may_be_huge: bool
    only_open: bool
    shows_reason: bool
    port_text: str

    @property
    def arguments(self) -> tuple[str, ...]:
        """Words that ask the same, for formats that tell the command."""
        kinds = [f"--{kind}" for kind in self.type.split("+") if kind]
        return ("scan", *kinds, *self.targets, "-p", self.port_text)

    @property
    def type(self) -> str:
        """The kinds of probes, as the answer tells them: ``connect``, ``syn+udp``."""
        kinds: list[str] = []
        if self.ports and self.ports[0] < UDP_BIT:
            kinds.append(self.tcp_kind)
        if self.ports and self.ports[-1] >= UDP_BIT:
            kinds.append("udp")
        return "+".join(kinds)


def order_of(
    asked: ScanAsked, targets: Sequence[str], port_text: str | None, names: PortNames, *, new_seed: int
) -> ScanOrder:
    """What is asked of these targets, as values. Raises RequestErrors."""
    refuse_several(asked, ("connect", "syn", "ack"))
    refuse_vain(asked)
    refuse_unshared_order(asked)
    ports = ports_of(asked, DEFAULT_PORTS if port_text is None else port_text, names)
    return ScanOrder(
        targets=tuple(targets),
        targets_file=asked.targets,
        exclude=tuple(asked.exclude or ()),
        exclude_file=asked.exclude_file,
        version=4 if asked.ipv4 else 6 if asked.ipv6 else None,
        ports=ports,
        tcp_kind="syn" if asked.syn else "ack" if asked.ack else "connect",
        timing=_timing(asked),
        source=_send_from(asked),
        discovers=asked.discover,
        depth=Depth(banner=asked.banner, tls_info=asked.tls_info, probe=asked.probe, rdns=asked.rdns),
        order=asked.order,
        seed=new_seed if asked.seed is None else parse_seed(asked.seed, spelled(asked, "seed")),
        shard=None if asked.shard is None else parse_shard(asked.shard),
        may_be_huge=asked.yes,
        only_open=asked.only_open,
        shows_reason=asked.reason,
        port_text=port_text or DEFAULT_PORTS,
    )


def ports_of(asked: ScanAsked, text: str, names: PortNames) -> tuple[ProbePort, ...]:
    """Under ``--udp`` alone numbers are UDP, beside a kind of TCP scan they are both; ``T:`` and ``U:`` say which.

    Raises PortError; OptionError where there are none among them for what is asked.
    """
    transport: Transport | Literal["both"] = "tcp"
    if asked.udp:
        transport = "both" if asked.connect or asked.syn or asked.ack else "udp"
    ports = selected(parse_ports(text, names, transport=transport))
    refuse_without_ports(asked, ports)
    return ports


def _timing(asked: ScanAsked) -> Timing:
    is_unlimited = asked.rate == UNLIMITED
    if is_unlimited:
        refuse_without_effect(asked, WITHOUT_PACE)
    return Timing(
        timeout_s=parse_timeout_s(asked.timeout, spelled(asked, "timeout")),
        retries=parse_retries(asked.retries, spelled(asked, "retries")),
        max_in_flight=parse_max_in_flight(asked.max_in_flight, spelled(asked, "max_in_flight")),
        rate_pps=None if asked.rate is None else parse_rate_pps(asked.rate, spelled(asked, "rate")),
        is_unlimited=is_unlimited,
        delay_s=0.0 if asked.delay is None else parse_delay_s(asked.delay, spelled(asked, "delay")),
        host_timeout_s=None
        if asked.host_timeout is None
        else parse_host_timeout_s(asked.host_timeout, spelled(asked, "host_timeout")),
    )


def _send_from(asked: ScanAsked) -> SendFrom:
    return SendFrom(
        address=None if asked.source is None else parse_option(asked.source, spelled(asked, "source"), parse_address),
        interface=asked.interface,
        port=None if asked.source_port is None else _source_port(asked, asked.source_port),
    )


def _source_port(asked: ScanAsked, given: int | str) -> int:
    name = spelled(asked, "source_port")
    port = (
        parse_option(given, name, parse_port)
        if isinstance(given, str)
        else count_of(given, name, minimum=0, maximum=HIGHEST_PORT)
    )
    if port == 0:
        raise OptionError(f"{name} 0 is no port", hint="leave it out and the kernel chooses")
    return port
