"""Connections on this machine's own addresses that look open and are not (rule E of the plan).

A probe of a port in the ephemeral range may get that very port for its source and meet itself, or meet
another probe whose ends are its own crossed over: TCP opens simultaneously (RFC 9293 §3.5), and 1 to 3 such
phantoms appear in a scan of all ports of a loopback address.
"""

from collections.abc import Iterable
from typing import Final, Literal

MOST_MEETINGS: Final = 10

Judgement = Literal["open", "again", "closed"]


class PhantomGuard:
    """Judges connections whose source is the target's own address."""

    __slots__ = ("_confirming", "_met_itself", "_ports")

    def __init__(self, ports: Iterable[int]) -> None:
        self._ports = frozenset(ports)
        self._met_itself: dict[int, int] = {}
        self._confirming: set[int] = set()

    def judge(self, probe: int, port: int, source_port: int) -> Judgement:
        """A probe that met itself goes again, at last it is closed: a listener would have kept the port from being
        a source. One whose source port is among those scanned is open when a second connection says so too.
        """
        if source_port == port:
            met = self._met_itself[probe] = self._met_itself.get(probe, 0) + 1
            return "again" if met < MOST_MEETINGS else "closed"
        if source_port in self._ports and probe not in self._confirming:
            self._confirming.add(probe)
            return "again"
        return "open"

    def forget(self, first: int, end: int) -> None:
        """The probes from ``first`` up to ``end`` are done; their numbers will be those of others."""
        if self._met_itself:
            self._met_itself = {probe: met for probe, met in self._met_itself.items() if not first <= probe < end}
        if self._confirming:
            self._confirming = {probe for probe in self._confirming if not first <= probe < end}
