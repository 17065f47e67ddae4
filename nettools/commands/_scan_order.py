"""What ``nettools scan`` is to do: the options, read and checked, as values."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from nettools.commands._scan_options import DEFAULT_PORTS, ScanOptions
from nettools.commands._scan_together import refuse_unshared_order, refuse_vain, refuse_without_ports
from nettools.commands._session import Session
from nettools.commands._together import refuse_several, refuse_without_effect
from nettools.core.address import Address, parse_address
from nettools.core.number import parse_count, parse_duration_s
from nettools.core.ports import PortNames, Transport, parse_port, parse_ports
from nettools.core.scan.order import Shard, parse_shard
from nettools.core.scan.probe_port import UDP_BIT, ProbePort, selected
from nettools.core.scan.timing import Timing
from nettools.core.scan.words import split_words
from nettools.core.text import quoted, safe
from nettools.errors import OptionError

if TYPE_CHECKING:
    from nettools.core.scan.resume import EarlierRequest

LARGEST_SEED: Final = 2**53
"""The largest integer that every reader of JSON has (RFC 7493 §2.2)."""

_FASTEST: Final = 100_000_000

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
    resume: str | None
    diff: str | None
    expect_file: str | None
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


def read_order(
    session: Session, options: ScanOptions, names: PortNames, *, earlier: "EarlierRequest | None", new_seed: int
) -> ScanOrder:
    """The options as values, with what an earlier run was asked where its file stands alone.

    Raises RequestErrors; notes what a person may not expect.
    """
    refuse_several(options, ("connect", "syn", "ack"))
    refuse_several(options, ("ipv4", "ipv6"))
    has_targets = options.targets is not None or earlier is not None
    targets, port_text = split_words(options.words or [], options.ports, names, has_target_file=has_targets)
    if earlier is not None:
        options, targets, port_text = _as_before(options, targets, port_text, earlier)
    refuse_vain(options, targets)
    refuse_unshared_order(options)
    ports = _ports(options, DEFAULT_PORTS if port_text is None else port_text, names)
    refuse_without_ports(options, ports)
    if port_text is None:
        _note_default_ports(session, targets, names)
    return ScanOrder(
        targets=tuple(targets),
        targets_file=options.targets,
        exclude=tuple(options.exclude or ()),
        exclude_file=options.exclude_file,
        version=4 if options.ipv4 else 6 if options.ipv6 else None,
        ports=ports,
        tcp_kind="syn" if options.syn else "ack" if options.ack else "connect",
        timing=_timing(options),
        source=_send_from(options),
        discovers=options.discover,
        depth=Depth(banner=options.banner, tls_info=options.tls_info, probe=options.probe, rdns=options.rdns),
        order=options.order,
        seed=new_seed if options.seed is None else parse_count(options.seed, "--seed", minimum=0, maximum=LARGEST_SEED),
        shard=None if options.shard is None else parse_shard(options.shard),
        may_be_huge=options.yes,
        only_open=options.only_open,
        shows_reason=options.reason,
        resume=options.resume,
        diff=options.diff,
        expect_file=options.expect_file,
        port_text=port_text or DEFAULT_PORTS,
    )


def _as_before(
    options: ScanOptions, targets: list[str], port_text: str | None, earlier: "EarlierRequest"
) -> tuple[ScanOptions, list[str], str | None]:
    """What is not said anew is as it was; what is said anew has to agree, which is seen when all of it is known."""
    was_raw = "syn" in earlier.type or "ack" in earlier.type
    has_kind = options.connect or options.syn or options.ack or options.udp
    options = replace(
        options,
        syn=options.syn or (not has_kind and "syn" in earlier.type),
        ack=options.ack or (not has_kind and "ack" in earlier.type),
        connect=options.connect and not was_raw,
        exclude=options.exclude or list(earlier.exclude) or None,
        seed=options.seed or (None if earlier.seed is None else str(earlier.seed)),
        shard=options.shard or earlier.shard,
        order="ascending" if earlier.order == "ascending" else options.order,
    )
    if not targets and options.targets is None:
        targets = list(earlier.targets)
        if "-" in targets:
            raise OptionError(
                "the targets of the earlier scan came from standard input",
                hint="name - and the same ports again, and give it the same lines",
            )
    return options, targets, port_text or earlier.ports


def _note_default_ports(session: Session, targets: list[str], names: PortNames) -> None:
    session.note(f"no ports given: scanning {DEFAULT_PORTS}, a curated list; -p all scans every port")
    last = targets[-1].lower() if targets else ""
    if len(targets) > 1 and (last == "all" or (last, "tcp") in names.services or last in names.groups):
        session.note(f"{quoted(last)} is taken for a host; -p {safe(last)} scans the port")


def _ports(options: ScanOptions, text: str, names: PortNames) -> tuple[ProbePort, ...]:
    """Under ``--udp`` alone numbers are UDP, beside a kind of TCP scan they are both; ``T:`` and ``U:`` say which."""
    transport: Transport | Literal["both"] = "tcp"
    if options.udp:
        transport = "both" if options.connect or options.syn or options.ack else "udp"
    return selected(parse_ports(text, names, transport=transport))


def _timing(options: ScanOptions) -> Timing:
    is_unlimited = options.rate == "max"
    if is_unlimited:
        refuse_without_effect(options, {"rate": ("delay",)})
    return Timing(
        timeout_s=parse_duration_s(options.timeout, "--timeout", minimum_s=0.01, maximum_s=120),
        retries=parse_count(options.retries, "--retries", minimum=0, maximum=10),
        max_in_flight=parse_count(options.max_in_flight, "--max-in-flight", minimum=1, maximum=60_000),
        rate_pps=None
        if options.rate is None or is_unlimited
        else float(parse_count(options.rate, "--rate", minimum=1, maximum=_FASTEST)),
        is_unlimited=is_unlimited,
        delay_s=0.0 if options.delay is None else parse_duration_s(options.delay, "--delay", maximum_s=3600),
        host_timeout_s=None
        if options.host_timeout is None
        else parse_duration_s(options.host_timeout, "--host-timeout", minimum_s=0.1),
    )


def _send_from(options: ScanOptions) -> SendFrom:
    port = None if options.source_port is None else parse_port(options.source_port)
    if port == 0:
        raise OptionError("--source-port 0 is no port", hint="leave it out and the kernel chooses")
    return SendFrom(
        address=None if options.source is None else parse_address(options.source),
        interface=options.interface,
        port=port,
    )
