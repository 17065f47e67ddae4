"""The messages around a chain: each length fits, and the chain comes back out of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.depth.server_flight import server_flight


def messages(flight: bytes) -> list[tuple[int, bytes]]:
    """(type, body) of the handshake messages, put together from records as RFC 5246 §6.2.1 and §7.4 have them."""
    stream = b""
    while flight:
        assert flight[:3] == b"\x16\x03\x03"
        length = int.from_bytes(flight[3:5], "big")
        assert 0 < length <= 1 << 14
        assert len(flight) >= 5 + length
        stream, flight = stream + flight[5 : 5 + length], flight[5 + length :]
    found = []
    while stream:
        length = int.from_bytes(stream[1:4], "big")
        assert len(stream) >= 4 + length
        found.append((stream[0], stream[4 : 4 + length]))
        stream = stream[4 + length :]
    return found


@given(chain=st.lists(st.binary(min_size=1, max_size=60), max_size=5), repeats=st.sampled_from([1, 700]))
def test_the_chain_comes_back(chain: list[bytes], repeats: int) -> None:
    sent = [one * repeats for one in chain]
    (hello, _), (certificate, body) = messages(server_flight(sent))
    assert (hello, certificate) == (2, 11)
    assert int.from_bytes(body[:3], "big") == len(body) - 3
    rest, found = body[3:], []
    while rest:
        length = int.from_bytes(rest[:3], "big")
        found.append(rest[3 : 3 + length])
        rest = rest[3 + length :]
    assert found == sent


def test_a_chain_that_no_message_can_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="no message"):
        server_flight([bytes(1 << 23), bytes(1 << 23)])
