"""How much each of many relays reads at a time, so that all of them together hold little when nobody takes anything."""

from typing import Final

from nettools.core.relay.flow import CHUNK, Flow

MOST_TOGETHER: Final = 1 << 22
"""Octets that all flows may hold together, as long as that leaves each of them the smallest chunk."""
SMALLEST: Final = 1 << 12


def chunk_of(flows: int) -> int:
    """Octets that each of so many flows may read at a time: a power of two, so that it seldom changes.

    >>> chunk_of(2), chunk_of(200), chunk_of(100_000)
    (262144, 16384, 4096)
    """
    share = MOST_TOGETHER // max(flows, 1)
    return max(min(1 << (share.bit_length() - 1) if share else 0, CHUNK), SMALLEST)


class Chunks:
    """The flows of all clients of a server."""

    __slots__ = ("_chunk", "_flows")

    def __init__(self) -> None:
        self._flows: set[Flow] = set()
        self._chunk = CHUNK

    def flow(self) -> Flow:
        """One more."""
        flow = Flow()
        self._flows.add(flow)
        self._share()
        flow.chunk = self._chunk
        return flow

    def leave(self, *flows: Flow) -> None:
        """These are over."""
        self._flows.difference_update(flows)
        self._share()

    def _share(self) -> None:
        chunk = chunk_of(len(self._flows))
        if chunk != self._chunk:
            self._chunk = chunk
            for flow in self._flows:
                flow.chunk = chunk
