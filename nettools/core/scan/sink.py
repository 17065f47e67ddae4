"""Where the results of a scan go while it runs: the seam between the engines and whoever collects or streams."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from nettools.core.scan.probe_port import ProbePort
from nettools.core.scan.reason import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class HostEnd:
    """How the work on one host ended."""

    complete: bool
    """Whether every planned port has its verdict."""
    notes: tuple[str, ...] = ()
    """What a reader must know to judge the verdicts: ``answers on every port`` …"""
    is_absent: bool = False
    """Nobody answered its discovery probes, so that its ports were left alone."""
    absent_by: str | None = None
    """The reason, where this machine itself said that the host is not there (``host-unreach``)."""


class ResultSink(Protocol):
    """Told of everything that a scan finds. ``host`` is the index of the address in the scan's address space."""

    def settled(self, host: int, port: ProbePort, found: Verdict, rtt_s: float | None, ttl: int | None = None) -> None:
        """One port has its verdict; each is told once."""
        ...

    def settled_each(
        self,
        host: int,
        found: Verdict,
        ports: Sequence[ProbePort],
        rtts_s: Sequence[float | None],
        ttls: Sequence[int | None],
    ) -> None:
        """Many ports of a host have the same verdict, each with its round trip and TTL."""
        ...

    def settled_many(self, host: int, found: Verdict, ports: Sequence[ProbePort]) -> None:
        """Many ports of a host have the same verdict, and nothing was measured."""
        ...

    def unsent(self, host: int, port: ProbePort, kind: str) -> None:
        """This machine could not probe the port; ``kind`` is a key of ``LOCAL_FAULTS``."""
        ...

    def seen(self, host: int, reason: str, rtt_s: float | None) -> None:
        """The host showed that it is there by something else than a port: ``echo-reply``, a discovery probe."""
        ...

    def host_done(self, host: int, end: HostEnd) -> None:
        """Nothing more will come of this host in this run."""
        ...
