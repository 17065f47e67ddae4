"""Which ports of which hosts are open, closed or filtered, and why, as data."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic
from typing import Literal

from nettools.api._call import (
    AddressLike,
    IpVersion,
    NetworkLike,
    Program,
    check_choice,
    in_our_terms,
    text_of,
    texts_of,
)
from nettools.api._services import port_names, service_table
from nettools.core.outcome import Failure
from nettools.core.ports import joined_ports
from nettools.core.scan.probe_port import ProbePort
from nettools.core.scan.reason import Verdict
from nettools.core.scan.report import HostReport, PortRow, ScanReport
from nettools.core.scan.tally import port_report, port_row
from nettools.core.scan.timing import DEFAULT_TIMEOUT_S
from nettools.runs.scan_order import ScanOrder, order_of
from nettools.runs.scan_resume import Continuation
from nettools.runs.scan_run import ScanWork, plan_scan

_SEED_OCTETS = 4

ProbeSequence = Literal["random", "ascending"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The parameters under the names that a command's options have."""

    exclude: tuple[str, ...]
    ipv4: bool
    ipv6: bool
    connect: bool
    syn: bool
    ack: bool
    udp: bool
    discover: bool
    banner: bool
    tls_info: bool
    probe: bool
    rdns: bool
    source: str | None
    interface: str | None
    source_port: int | None
    timeout: float
    host_timeout: float | None
    retries: int
    rate: int | str | None
    delay: float | None
    max_in_flight: int
    order: ProbeSequence
    seed: int | None
    shard: str | None
    yes: bool
    targets: None = None
    exclude_file: None = None
    only_open: bool = False
    reason: bool = False


def scan(
    targets: NetworkLike | Iterable[NetworkLike],
    ports: int | str | Iterable[int | str] | None = None,
    *,
    exclude: NetworkLike | Iterable[NetworkLike] = (),
    ip_version: IpVersion | None = None,
    connect: bool = False,
    syn: bool = False,
    ack: bool = False,
    udp: bool = False,
    discover: bool = False,
    banner: bool = False,
    tls_info: bool = False,
    probe: bool = False,
    rdns: bool = False,
    source: AddressLike | None = None,
    interface: str | None = None,
    source_port: int | None = None,
    timeout: float = DEFAULT_TIMEOUT_S,
    host_timeout: float | None = None,
    retries: int = 2,
    rate: int | Literal["max"] | None = None,
    delay: float | None = None,
    max_in_flight: int = 1000,
    order: ProbeSequence = "random",
    seed: int | None = None,
    shard: str | None = None,
    yes: bool = False,
    on_result: Callable[[HostReport], None] | None = None,
    on_open: Callable[[PortRow], None] | None = None,
) -> ScanReport:
    """Which ports are open, closed or filtered, with the exact reason, without privilege, as ``nettools scan``.

    ``targets`` are names, addresses, networks, ranges and patterns; ``ports`` what ``-p`` takes (``"22,80,T:443"``,
    ``"top:100"``, which is the default), a number, or several of these. Every other parameter is the option of that
    name; times are seconds. ``yes`` agrees to more than 2^24 probes.

    ``on_open`` is called with each open port at once, ``on_result`` with each host when all of it is known, both in the
    calling thread; what they raise ends the scan and comes out of here. Targets without an answer are in ``errors``.
    Raises OptionError, PortError and the like before a packet is sent, MissingPrivilege for ``syn`` and ``ack``.

    No limit of the process is raised: where ``max_in_flight`` is more than half of the descriptors that are left
    (RLIMIT_NOFILE), so many are used.

    >>> from nettools import scan
    >>> host = scan("127.0.0.1", 1, order="ascending").hosts[0]
    >>> [(one.port, one.state, one.reason) for one in host.ports]
    [(1, 'closed', 'conn-refused')]
    """
    check_choice(ip_version, "ip_version", IpVersion)
    check_choice(order, "order", ProbeSequence)
    asked = _Asked(
        exclude=texts_of(exclude),
        ipv4=ip_version == 4,
        ipv6=ip_version == 6,
        connect=connect,
        syn=syn,
        ack=ack,
        udp=udp,
        discover=discover,
        banner=banner,
        tls_info=tls_info,
        probe=probe,
        rdns=rdns,
        source=None if source is None else text_of(source),
        interface=interface,
        source_port=source_port,
        timeout=timeout,
        host_timeout=host_timeout,
        retries=retries,
        rate=rate,
        delay=delay,
        max_in_flight=max_in_flight,
        order=order,
        seed=seed,
        shard=shard,
        yes=yes,
    )
    with in_our_terms():
        wanted = order_of(
            asked,
            texts_of(targets),
            _port_text(ports),
            port_names(),
            new_seed=int.from_bytes(os.urandom(_SEED_OCTETS)),
        )
        return _Scan(wanted, on_result, on_open).run()


def _port_text(ports: int | str | Iterable[int | str] | None) -> str | None:
    if ports is None or isinstance(ports, str):
        return ports
    return str(ports) if isinstance(ports, int) else joined_ports([str(one) for one in ports])


class _Scan:
    """One run."""

    def __init__(
        self,
        order: ScanOrder,
        on_result: Callable[[HostReport], None] | None,
        on_open: Callable[[PortRow], None] | None,
    ) -> None:
        self._order = order
        self._on_result = on_result
        self._on_open = on_open
        self._services = service_table()
        self._program = Program()
        # What is asked of services and names afterwards is known of all hosts at the end.
        self._tells_at_once = not (order.depth.asks_services or order.depth.rdns)

    def run(self) -> ScanReport:
        began_s, continuation = monotonic(), Continuation()
        with self._program.interrupts() as interrupts:
            planned = plan_scan(self._program, self._order, continuation, interrupts, self._fail)
            work = ScanWork(
                self._order,
                planned,
                self._services,
                continuation,
                interrupts,
                began_s=began_s,
                on_open=lambda host, port, found, rtt_s, ttl: self._opened(work, host, port, found, rtt_s, ttl),
                on_host=lambda host: self._host_done(work, host),
            )
            work.run(lambda _now_s: None)
        work.tell_unsent(self._fail)
        hosts = tuple(work.reports)
        if self._on_result is not None and not self._tells_at_once:
            for one in hosts:
                self._on_result(one)
        summary = work.summary()
        return ScanReport(
            scan=planned.settings,
            hosts=hosts,
            summary=summary,
            errors=tuple(self._program.failures),
            resume=work.resume_point(summary),
        )

    def _opened(
        self, work: ScanWork, host: int, port: ProbePort, found: Verdict, rtt_s: float | None, ttl: int | None
    ) -> None:
        if self._on_open is not None:
            report = port_report(port, found, rtt_s, self._services, ttl=ttl)
            for target in work.space.targets_of(host):
                self._on_open(port_row(work.space.text_of(target, host), work.book.tally(host).address, report))

    def _host_done(self, work: ScanWork, host: int) -> None:
        if self._on_result is not None and self._tells_at_once:
            for target in work.space.targets_of(host):
                self._on_result(work.reports.report(target, host))

    def _fail(self, _target: int | None, failure: Failure) -> None:
        self._program.failed(failure)
