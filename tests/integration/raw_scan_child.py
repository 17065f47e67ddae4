"""A raw scan as a small program, for tests and benchmarks that run it in a namespace.

    python -m tests.integration.raw_scan_child [--ack] [--rate max|N] [--retries N] ... PORTS TARGET...

TARGET is an address or a CIDR. Prints JSON: per address {port: [state, reason, reason_ip, ttl]}, and what was sent.
"""

import argparse
import json
import resource
import sys
from collections.abc import Iterator, Sequence
from ipaddress import ip_address, ip_network
from time import monotonic
from typing import Any

from nettools.core.address import Address
from nettools.core.ports import parse_ports
from nettools.core.scan.order import Turn
from nettools.core.scan.probe_port import ProbePort, selected
from nettools.core.scan.reason import Verdict
from nettools.core.scan.sink import HostEnd
from nettools.core.scan.timing import Timing
from nettools.errors import NettoolsError
from nettools.net.interrupts import Interrupts
from nettools.net.scan.syn import RawScan


class Targets:
    """Addresses by index, of several networks."""

    def __init__(self, words: Sequence[str]) -> None:
        self._networks = [ip_network(word) if "/" in word else word for word in words]
        self._counts = [1 if isinstance(one, str) else one.num_addresses for one in self._networks]
        self.count = sum(self._counts)

    def address_at(self, index: int) -> Address:
        for network, count in zip(self._networks, self._counts, strict=True):
            if index < count:
                return ip_address(network) if isinstance(network, str) else network[index]
            index -= count
        raise IndexError(index)


class Collected:
    """A sink that keeps what is not silent, and counts the rest."""

    def __init__(self, *, keeps_all: bool, turns: int) -> None:
        self.keeps_all = keeps_all
        self.turns = turns
        """Of each host."""
        self.ended: dict[int, int] = {}
        self.ports: dict[int, dict[int, list[Any]]] = {}
        self.counts: dict[str, int] = {}
        self.ends: dict[int, HostEnd] = {}
        self.first_open_s: float | None = None

    def settled(self, host: int, port: ProbePort, found: Verdict, rtt_s: float | None, ttl: int | None = None) -> None:
        self.settled_each(host, found, [port], [rtt_s], [ttl])

    def settled_each(
        self,
        host: int,
        found: Verdict,
        ports: Sequence[ProbePort],
        rtts_s: Sequence[float | None],
        ttls: Sequence[int | None],
    ) -> None:
        reason_ip = None if found.reason_ip is None else str(found.reason_ip)
        key = f"{found.state} {found.reason}"
        self.counts[key] = self.counts.get(key, 0) + len(ports)
        if self.keeps_all or found.state == "open":
            rows = self.ports.setdefault(host, {})
            for port, ttl, rtt_s in zip(ports, ttls, rtts_s, strict=True):
                assert port not in rows, f"port {port} of host {host} is settled twice"
                rows[port] = [found.state, found.reason, reason_ip, ttl, rtt_s]

    def settled_many(self, host: int, found: Verdict, ports: Sequence[ProbePort]) -> None:
        self.settled_each(host, found, ports, [None] * len(ports), [None] * len(ports))

    def unsent(self, host: int, port: ProbePort, kind: str) -> None:
        self.counts[f"unsent {kind}"] = self.counts.get(f"unsent {kind}", 0) + 1

    def seen(self, host: int, reason: str, rtt_s: float | None) -> None:
        raise AssertionError("a raw scan sees ports only")

    def host_done(self, host: int, end: HostEnd) -> None:
        self.ended[host] = self.ended.get(host, 0) + 1
        assert self.ended[host] <= self.turns, f"host {host} is done too often"
        self.ends[host] = end


def turns_of(hosts: int, ports: int, *, is_split: bool) -> Iterator[Turn]:
    """All ports of each host, at once or half by half."""
    half = ports // 2 if is_split else 0
    for host in range(hosts):
        if half:
            yield Turn(host, host, 0, 1, half)
        yield Turn(host, host, half, 1, ports - half)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--ack", action="store_true")
    parser.add_argument("--rate")
    parser.add_argument("--retries", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=3.5)
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--host-timeout", type=float)
    parser.add_argument("--max-in-flight", type=int, default=1000)
    parser.add_argument("--source")
    parser.add_argument("--interface")
    parser.add_argument("--source-port", type=int)
    parser.add_argument("--split", action="store_true", help="the ports of each host in two turns")
    parser.add_argument("--open-only", action="store_true")
    parser.add_argument("ports")
    parser.add_argument("targets", nargs="+")
    options = parser.parse_args()
    targets = Targets(options.targets)
    ports = selected(parse_ports(options.ports, None))  # type: ignore[arg-type]
    sink = Collected(keeps_all=not options.open_only, turns=2 if options.split else 1)
    timing = Timing(
        timeout_s=options.timeout,
        retries=options.retries,
        max_in_flight=options.max_in_flight,
        rate_pps=float(options.rate) if options.rate not in (None, "max") else None,
        is_unlimited=options.rate == "max",
        delay_s=options.delay,
        host_timeout_s=options.host_timeout,
    )
    began = monotonic()
    try:
        with Interrupts() as interrupts:
            scan = RawScan(
                turns_of(targets.count, len(ports), is_split=options.split),
                ports,
                timing,
                address_of=targets.address_at,
                sink=sink,
                interrupts=interrupts,
                kind="ack" if options.ack else "syn",
                source=None if options.source is None else ip_address(options.source),
                interface=options.interface,
                source_port=options.source_port,
            )
            scan.run(lambda now_s: None)
            signal_number = interrupts.signal_number
    except NettoolsError as error:
        json.dump({"error": error.kind, "message": error.message, "hint": error.hint}, sys.stdout)
        return error.exit_code
    document = {
        "hosts": {str(targets.address_at(host)): rows for host, rows in sink.ports.items()},
        "ends": {}
        if options.open_only
        else {str(targets.address_at(host)): [end.complete, list(end.notes)] for host, end in sink.ends.items()},
        "done": len(sink.ends),
        "counts": sink.counts,
        "sent": scan.sent_count,
        "retransmitted": scan.retransmitted_count,
        "settled": scan.settled_count,
        "took_s": monotonic() - began,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "signal": signal_number,
    }
    json.dump(document, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
