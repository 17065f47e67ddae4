"""What a scan has found so far, host by host: told by the engines, asked by whoever writes the answer."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from nettools.core.address import Address
from nettools.core.scan.finding import Finding
from nettools.core.scan.probe_port import ProbePort
from nettools.core.scan.reason import NO_NEIGHBOUR, Verdict
from nettools.core.scan.report import HostStatus
from nettools.core.scan.sink import HostEnd
from nettools.core.scan.tally import HostTally

LISTS_ALL_UP_TO: Final = 4096
"""Of more addresses only the hosts that gave evidence are listed, and the silent ones counted."""

OnOpen = Callable[[int, ProbePort, Verdict, float | None, int | None], None]
"""Told of an open port at once: host, port, verdict, round-trip time in seconds, TTL."""
OnHost = Callable[[int], None]
"""Told of a host on which all work has ended."""

OnEnd = Callable[[int, HostEnd], None]
"""Told of the end of each engine's work on each host."""


IsMissing = Callable[[Address], bool]
"""Says whether this machine asks for the link address of an address of its own networks, and nobody answers."""


def _ignore(*_: object) -> None:
    """For callers that wait for the end."""


class ScanBook:
    """A ``ResultSink`` that keeps one tally for each host.

    With ``forgets_silent`` a host that gave no evidence is only counted once it is done, so that memory is that of
    the hosts that are there. ``passes`` is how many engines will report on each host, one after the other. A host that
    was silent is down where it ``is_missing``: the kernel tells so of few of many probes (Linux: 50 errors at once).
    """

    def __init__(
        self,
        address_of: Callable[[int], Address],
        *,
        forgets_silent: bool = False,
        passes: int = 1,
        on_open: OnOpen = _ignore,
        on_host: OnHost = _ignore,
        on_end: OnEnd = _ignore,
        is_missing: IsMissing | None = None,
    ) -> None:
        self._address_of = address_of
        self._forgets_silent = forgets_silent
        self._passes = passes
        self._on_open = on_open
        self._on_host = on_host
        self._on_end = on_end
        self._is_missing = is_missing
        self._tallies: dict[int, HostTally] = {}
        self._passed: dict[int, int] = {}
        self._incomplete: set[int] = set()
        self._seen: dict[int, str] = {}
        self._absent: set[int] = set()
        self._down: dict[int, str] = {}
        self._forgotten: dict[HostStatus, int] = {}
        self.open_count = 0
        self.settled_count = 0
        self.unsent_count = 0
        self._forgotten_answered = 0
        self._forgotten_incomplete = 0
        self.unsent_and_forgotten: dict[str, tuple[int, int]] = {}
        """Kind of local fault -> how many hosts that are not kept met it, and one of them."""

    def settled(self, host: int, port: ProbePort, found: Verdict, rtt_s: float | None, ttl: int | None = None) -> None:
        """One port has its verdict."""
        tally = self._tallies.get(host)
        if tally is None:
            tally = self._open_tally(host)
        tally.settled(port, found, rtt_s, ttl)
        self.settled_count += 1
        if found.state == "open":
            self.open_count += 1
            self._on_open(host, port, found, rtt_s, ttl)

    def settled_many(self, host: int, found: Verdict, ports: Sequence[ProbePort]) -> None:
        """Many ports have one verdict, and nothing was measured."""
        self.tally(host).settled_many(found, ports)
        self.settled_count += len(ports)
        if found.state == "open":
            self.open_count += len(ports)
            for port in ports:
                self._on_open(host, port, found, None, None)

    def settled_each(
        self,
        host: int,
        found: Verdict,
        ports: Sequence[ProbePort],
        rtts_s: Sequence[float | None],
        ttls: Sequence[int | None],
    ) -> None:
        """Many ports have one verdict, each with what was measured."""
        self.tally(host).settled_each(found, ports, rtts_s, ttls)
        self.settled_count += len(ports)
        if found.state == "open":
            self.open_count += len(ports)
            for port, rtt_s, ttl in zip(ports, rtts_s, ttls, strict=True):
                self._on_open(host, port, found, rtt_s, ttl)

    def unsent(self, host: int, port: ProbePort, kind: str) -> None:
        """This machine could not probe the port."""
        self.tally(host).unsent(port, kind)
        self.unsent_count += 1

    def seen(self, host: int, reason: str, rtt_s: float | None) -> None:
        """The host is there, whatever its ports say."""
        tally = self.tally(host)
        self._seen.setdefault(host, reason)
        if rtt_s is not None and (tally.best_rtt_s is None or rtt_s < tally.best_rtt_s):
            tally.best_rtt_s = rtt_s

    def host_done(self, host: int, end: HostEnd) -> None:
        """An engine has ended its work on the host; after the last of them it is told on."""
        self._on_end(host, end)
        tally = self.tally(host)
        tally.notes += tuple(note for note in end.notes if note not in tally.notes)
        if not end.complete:
            self._incomplete.add(host)
        if end.is_absent:
            self._absent.add(host)
        if end.absent_by is not None:
            self._down[host] = end.absent_by
        passed = self._passed[host] = self._passed.get(host, 0) + 1
        if passed < self._passes:
            return
        tally.is_complete = host not in self._incomplete or tally.is_no_host
        if self._is_missing and self.status(host)[1] == "no-response" and self._is_missing(tally.address):
            self._down[host] = NO_NEIGHBOUR[tally.address.version]
        if self._forgets_silent and tally.is_complete and not self.has_evidence(host):
            self.forget(host)
        else:
            self._on_host(host)

    def tally(self, host: int) -> HostTally:
        """The tally of a host, made when it is asked for first."""
        return self._tallies.get(host) or self._open_tally(host)

    def _open_tally(self, host: int) -> HostTally:
        tally = self._tallies[host] = HostTally(self._address_of(host))
        return tally

    def forget(self, host: int) -> None:
        """Drop what is known of a host that is silent or has been told; it is counted."""
        status = self.status(host)[0]
        self._forgotten[status] = self._forgotten.get(status, 0) + 1
        tally = self._tallies.pop(host)
        self._forgotten_answered += bool(tally.settled_count)
        self._forgotten_incomplete += not tally.is_complete
        for kind in tally.unsent_by_kind:
            count, _ = self.unsent_and_forgotten.get(kind, (0, host))
            self.unsent_and_forgotten[kind] = count + 1, host
        self._passed.pop(host, None)
        self._seen.pop(host, None)
        self._incomplete.discard(host)
        self._absent.discard(host)
        self._down.pop(host, None)

    def status(self, host: int) -> tuple[HostStatus, str | None]:
        """Whether the host is there, and how that showed."""
        shown = self.tally(host).status
        reason = self._seen.get(host)
        if host in self._down and reason is None and shown[0] != "up":
            return "down", self._down[host]
        if host in self._absent and shown[0] == "unknown":
            return "unknown", "no-response"
        return ("up", reason) if reason is not None and shown[0] != "up" else shown

    def has_evidence(self, host: int) -> bool:
        """Whether anything spoke for the host being there, or something on the way spoke of it."""
        shown, reason = self.status(host)
        return shown == "up" or (shown == "assumed-up" and reason != "no-response") or bool(self.tally(host).notes)

    def hosts(self) -> Iterator[int]:
        """The hosts that are kept, by index."""
        return iter(sorted(self._tallies))

    def count(self, *statuses: HostStatus) -> int:
        """How many hosts have one of these statuses, the forgotten ones among them."""
        kept = sum(1 for host in self._tallies if self.status(host)[0] in statuses)
        return kept + sum(self._forgotten.get(status, 0) for status in statuses)

    @property
    def answered_count(self) -> int:
        """Hosts of which at least one port has its verdict."""
        return self._forgotten_answered + sum(bool(tally.settled_count) for tally in self._tallies.values())

    @property
    def incomplete_count(self) -> int:
        """Hosts whose work ended before every port had its verdict."""
        return self._forgotten_incomplete + sum(not tally.is_complete for tally in self._tallies.values())

    def restored(self, host: int, *, is_complete: bool) -> None:
        """The tally of the host has been given what an earlier run knew."""
        tally = self.tally(host)
        tally.is_complete = is_complete
        self.settled_count += tally.settled_count
        self.open_count += len(tally.open_ports)

    def answered(self, host: int, port: ProbePort, finding: Finding) -> None:
        """What a service said in answer to its probe."""
        self.tally(host).found(port, finding)
