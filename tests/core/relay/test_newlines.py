import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.relay.newlines import CrlfNewlines
from tests.core.relay.splitting import in_pieces, through


@pytest.mark.parametrize(
    ("pieces", "sent"),
    [
        ([b"a\nb\n"], b"a\r\nb\r\n"),
        ([b"a\r\nb\n"], b"a\r\nb\r\n"),
        ([b"a\r", b"\nb"], b"a\r\nb"),
        ([b"a\r", b"", b"\n\n"], b"a\r\n\r\n"),
        ([b"\n"], b"\r\n"),
        ([b"a\r\r\n"], b"a\r\r\n"),
        ([b"a\rb"], b"a\rb"),
        ([b"\n\r"], b"\r\n\r"),
    ],
)
def test_a_line_feed_is_sent_as_crlf_and_a_crlf_stays(pieces: list[bytes], sent: bytes) -> None:
    assert through(CrlfNewlines(), pieces) == sent


@given(in_pieces(st.lists(st.sampled_from([b"\r", b"\n", b"a"])).map(b"".join)))
def test_any_split_sends_the_same(pieces: list[bytes]) -> None:
    assert through(CrlfNewlines(), pieces) == re.sub(rb"(?<!\r)\n", b"\r\n", b"".join(pieces))
