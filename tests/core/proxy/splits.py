"""Handshakes talked through without a network, with what the peer says in any pieces."""

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from hypothesis import strategies as st

from nettools.core.connect.handshake import Handshake, HandshakeFailed, NewConnectionWanted


class Talked(NamedTuple):
    """All that can be seen of a handshake from outside."""

    sent: bytes
    is_done: bool
    rest: bytes
    failure: str | None
    wants_new_connection: bool

    @property
    def outcome(self) -> "Talked":
        """What no split may change: of a failure, all but what was said before it was noticed."""
        return self if self.failure is None else self._replace(sent=b"")


def talk(handshake: Handshake, pieces: Iterable[bytes], *, closes: bool = False) -> Talked:
    """What it says to these, and how it stands then. What comes when it is done is relayed, and counted as rest."""
    sent = handshake.begin()
    rest = b""
    try:
        for piece in pieces:
            if handshake.is_done:
                rest += piece
            else:
                sent += handshake.received(piece)
        if closes and not handshake.is_done:
            handshake.ended()
    except HandshakeFailed as failure:
        return Talked(sent, False, b"", failure.message, isinstance(failure, NewConnectionWanted))
    return Talked(sent, handshake.is_done, handshake.rest + rest, None, False)


def pieces_of(octets: bytes, cuts: Iterable[int]) -> list[bytes]:
    """The octets, cut at these places."""
    places = sorted({cut % (len(octets) + 1) for cut in cuts} | {0, len(octets)})
    return [octets[start:end] for start, end in pairwise(places)]


CUTS = st.lists(st.integers(min_value=0, max_value=1 << 20), max_size=12)


def single(octets: bytes) -> list[bytes]:
    return [octets[at : at + 1] for at in range(len(octets))]
