"""The checksum is that of RFC 1071, however it is reckoned."""

from hypothesis import given
from hypothesis import strategies as st

from nettools.core.packet.checksum import checksum_of, is_valid, word_sum
from tests.core.packet.wire import add_words


def test_the_example_of_the_rfc() -> None:
    assert word_sum(bytes.fromhex("0001f203f4f5f6f7")) == 0xDDF2  # RFC 1071 §3


@given(st.binary(min_size=2, max_size=200).filter(any))
def test_the_sum_is_that_of_the_words(data: bytes) -> None:
    assert word_sum(data) % 0xFFFF == add_words(data) % 0xFFFF


@given(st.binary(min_size=2, max_size=100).map(lambda data: data[: len(data) // 2 * 2]))
def test_a_checksum_makes_the_whole_valid(data: bytes) -> None:
    whole = data + checksum_of(word_sum(data)).to_bytes(2)
    assert add_words(whole) == 0xFFFF
    assert is_valid(whole)


@given(st.binary(min_size=2, max_size=40).map(lambda data: data[: len(data) // 2 * 2]), st.data())
def test_one_changed_word_is_noticed(data: bytes, draw: st.DataObject) -> None:
    whole = bytearray(data + checksum_of(word_sum(data)).to_bytes(2))
    place = draw.draw(st.integers(0, len(data) - 1))
    whole[place] ^= draw.draw(st.integers(1, 255))
    assert not is_valid(bytes(whole))
