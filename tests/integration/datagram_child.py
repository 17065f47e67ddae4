"""UDP probes or echoes of the endpoints in an order on the command line; run with ``python -c`` where only nettools is.

    {"kind": "udp" | "ping", "attempts": N, "wait_s": S, "endpoints": [[ADDRESS, PORT], ...]}

Prints a list of [address, port, state, reason, reason_ip, ttl, service, local fault], in the order of the endpoints.
"""

import json
import sys
from ipaddress import ip_address
from time import monotonic

from nettools import data
from nettools.core.scan.finding import Finding
from nettools.core.scan.payload_file import payload_table
from nettools.core.scan.reason import Verdict
from nettools.net.poller import make_poller
from nettools.net.scan.ping import PingProber
from nettools.net.scan.prober import Prober
from nettools.net.scan.udp import UdpProber

PACE_S = 0.0005


class Notes:
    def __init__(self) -> None:
        self.verdicts: dict[int, tuple[Verdict, int | None]] = {}
        self.faults: dict[int, str] = {}
        self.found: dict[int, str | None] = {}

    def sent(self, probe: int, now_s: float) -> None:
        pass

    def settle(
        self, probe: int, found: Verdict, now_s: float, rtt_s: float | None = None, ttl: int | None = None
    ) -> None:
        self.verdicts[probe] = found, ttl

    def connected(self, *_: object, **__: object) -> None:
        raise NotImplementedError

    def refused(self, probe: int, now_s: float, rtt_s: float | None = None, *, retransmissions: int = 0) -> None:
        raise NotImplementedError

    def hold_back(self, probe: int, now_s: float, kind: str = "local-resources") -> None:
        pass

    def unsendable(self, probe: int, kind: str) -> None:
        self.faults[probe] = kind

    def answered(self, probe: int, finding: Finding) -> None:
        self.found[probe] = finding.service

    def knows(self, probe: int) -> bool:
        return probe in self.verdicts or probe in self.faults


class Watching:
    def __init__(self) -> None:
        self.poller = make_poller()
        self.probers: dict[int, Prober] = {}

    def watch(self, descriptor: int, prober: Prober) -> None:
        self.probers[descriptor] = prober
        self.poller.watch(descriptor)

    def forget(self, descriptor: int) -> None:
        self.poller.forget(descriptor)

    def look(self, wait_s: float) -> None:
        for descriptor in self.poller.wait(max(0.0, wait_s)):
            self.probers[descriptor].look(descriptor)


def main(order: str) -> None:
    wanted = json.loads(order)
    notes, watching = Notes(), Watching()
    prober: UdpProber | PingProber
    if wanted["kind"] == "udp":
        payloads = payload_table(data.files("udp", ".payload"))
        prober = UdpProber(notes, watching, payloads, key=b"of the tests", on_answer=notes.answered)
    else:
        prober = PingProber(notes, watching, key=b"of the tests")
    endpoints = [(ip_address(address), port) for address, port in wanted["endpoints"]]
    left = list(range(len(endpoints)))
    for _ in range(wanted["attempts"]):
        for probe in left:
            if not notes.knows(probe):
                prober.send(probe, *endpoints[probe], monotonic())
                watching.look(PACE_S)
        end_s = monotonic() + wanted["wait_s"]
        while not all(map(notes.knows, left)) and monotonic() < end_s:
            watching.look(end_s - monotonic())
        left = [probe for probe in left if not notes.knows(probe)]
        for probe in left:
            prober.give_up(probe)
    prober.close()
    rows = []
    for probe, (address, port) in enumerate(endpoints):
        found, ttl = notes.verdicts.get(probe, (None, None))
        state, reason, sender = (found.state, found.reason, found.reason_ip) if found else (None, None, None)
        ip = None if sender is None else str(sender)
        rows.append([str(address), port, state, reason, ip, ttl, notes.found.get(probe), notes.faults.get(probe)])
    print(json.dumps(rows))


if __name__ == "__main__":
    main(sys.argv[1])
