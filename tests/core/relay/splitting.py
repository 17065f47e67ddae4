"""Octets in pieces, as reads deliver them."""

from collections.abc import Iterable

from hypothesis import strategies as st

from nettools.core.relay.stage import Stage


@st.composite
def in_pieces(draw: st.DrawFn, octets: st.SearchStrategy[bytes]) -> list[bytes]:
    """Generated octets, cut anywhere; pieces may be empty."""
    whole = draw(octets)
    cuts = sorted(draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    return [whole[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]


def through(stage: Stage, pieces: Iterable[bytes]) -> bytes:
    """What comes out of a stage."""
    return b"".join(stage.feed(piece) for piece in pieces) + stage.finish()
