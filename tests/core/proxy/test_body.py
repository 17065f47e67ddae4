"""Bodies: how long they are, where they end, and that nobody sees two lengths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.proxy.body import Body, ChunkedBody, CountedBody, OpenBody, request_body, response_body
from nettools.core.proxy.head import Head, HeadFailed
from tests.core.proxy.splits import CUTS, pieces_of, single


def head(*fields: tuple[str, str]) -> Head:
    return Head("", fields)


def fed(body: Body, pieces: list[bytes]) -> tuple[bytes, bytes, bool] | str:
    """(what went on, what was behind, whether it is over), or why not."""
    passed = b""
    rest = b""
    try:
        for piece in pieces:
            if body.is_over:
                rest += piece
            else:
                passed += body.feed(piece)
    except HeadFailed as failure:
        return failure.message
    return passed, body.rest + rest, body.is_over


def test_the_length_of_a_request_is_announced_or_nothing() -> None:
    assert fed(request_body(head(), 1), [b"next"]) == (b"", b"next", True)
    assert fed(request_body(head(("Content-Length", "3")), 0), [b"abcdef"]) == (b"abc", b"def", True)
    chunked = request_body(head(("transfer-encoding", "Chunked")), 1)
    assert fed(chunked, [b"3\r\nabc\r\n0\r\n\r\nGET"]) == (b"3\r\nabc\r\n0\r\n\r\n", b"GET", True)


@pytest.mark.parametrize(
    ("fields", "minor", "status"),
    [
        ([("Content-Length", "3"), ("Transfer-Encoding", "chunked")], 1, 400),
        ([("Content-Length", "3"), ("Content-Length", "3")], 1, 400),
        ([("Content-Length", "3"), ("Content-Length", "4")], 1, 400),
        ([("Content-Length", "3, 3")], 1, 400),
        ([("Content-Length", "+3")], 1, 400),
        ([("Content-Length", "-3")], 1, 400),
        ([("Content-Length", "")], 1, 400),
        ([("Content-Length", "0x3")], 1, 400),
        ([("Content-Length", "\xb3")], 1, 400),
        ([("Content-Length", "9" * 19)], 1, 400),
        ([("Transfer-Encoding", "chunked")], 0, 400),
        ([("Transfer-Encoding", "")], 1, 501),
        ([("Transfer-Encoding", "gzip")], 1, 501),
        ([("Transfer-Encoding", "gzip, chunked")], 1, 501),
        ([("Transfer-Encoding", "chunked, chunked")], 1, 501),
        ([("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "identity")], 1, 501),
        ([("Transfer-Encoding", "xchunked")], 1, 501),
        ([("Transfer-Encoding", "chunked;a=b")], 1, 501),
    ],
)
def test_a_request_with_two_lengths_or_a_strange_one_is_refused(
    fields: list[tuple[str, str]], minor: int, status: int
) -> None:
    with pytest.raises(HeadFailed) as failure:
        request_body(head(*fields), minor)
    assert failure.value.status == status


def test_the_length_of_an_answer_depends_on_the_question_and_the_status() -> None:
    ten = head(("Content-Length", "10"))
    for body in (
        response_body(ten, 200, method="HEAD"),
        *(response_body(ten, code, method="GET") for code in (204, 304, 100)),
    ):
        assert body.is_over
    assert response_body(ten, 200, method="GET").passes == 10
    assert isinstance(response_body(head(("Transfer-Encoding", "chunked")), 200, method="GET"), ChunkedBody)
    assert isinstance(response_body(head(), 200, method="GET"), OpenBody)
    for fields in (
        head(("Content-Length", "3"), ("Transfer-Encoding", "chunked")),
        head(("Transfer-Encoding", "gzip, chunked")),
        head(("Content-Length", "3"), ("Content-Length", "4")),
    ):
        with pytest.raises(HeadFailed):
            response_body(fields, 200, method="GET")


def test_what_passes_need_not_be_shown() -> None:
    body = CountedBody(5)
    body.passed(2)
    assert (body.passes, body.is_over) == (3, False)
    with pytest.raises(HeadFailed):
        body.finish()
    body.passed(3)
    assert body.is_over
    body.finish()


def test_an_open_body_ends_with_its_sender_and_others_must_be_whole() -> None:
    body = OpenBody()
    assert body.feed(b"abc") == b"abc"
    body.finish()
    assert body.is_over
    with pytest.raises(HeadFailed):
        ChunkedBody().finish()


@pytest.mark.parametrize(
    ("octets", "made"),
    [
        (b"0\r\n\r\n", b"0\r\n\r\n"),
        (b"00A;x=y\r\n0123456789\r\n000\r\n\r\n", b"a\r\n0123456789\r\n0\r\n\r\n"),
        (b"1 \t;a\r\nx\r\n0\r\nTrailer: x\r\nB:\r\n\r\n", b"1\r\nx\r\n0\r\n\r\n"),
    ],
)
def test_chunks_go_on_without_extensions_and_trailers(octets: bytes, made: bytes) -> None:
    assert fed(ChunkedBody(), [octets + b"rest"]) == (made, b"rest", True)
    assert fed(ChunkedBody(), single(octets + b"rest")) == (made, b"rest", True)


@pytest.mark.parametrize(
    "octets",
    [
        b"\r\n",
        b"g\r\n",
        b"-1\r\n",
        b"0x1\r\n",
        b"1\n",
        b"1\r\nx\n0\r\n\r\n",
        b"1\r\nxx\r\n",
        b"1\r\nx0\r\n\r\n",
        b"1;a\0\r\n",
        b"1 1\r\n",
        b"1" * 16 + b"\r\n",
        b"1;" + b"a" * 5000,
        b"0\r\nno trailer\r\n\r\n",
        b"0\r\n: x\r\n\r\n",
        b"0\r\n" + b"a: b\r\n" * 65 + b"\r\n",
        b"0\r\n\n",
    ],
)
def test_bad_chunks_are_refused(octets: bytes) -> None:
    assert isinstance(fed(ChunkedBody(), [octets]), str)
    assert fed(ChunkedBody(), single(octets)) == fed(ChunkedBody(), [octets])


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=6), CUTS, st.binary(max_size=10))
def test_any_chunks_in_any_pieces_stay_the_same(chunks: list[bytes], cuts: list[int], behind: bytes) -> None:
    octets = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    assert fed(ChunkedBody(), pieces_of(octets + behind, cuts)) == (octets, behind, True)


@given(
    st.one_of(
        st.binary(max_size=60),
        st.lists(st.sampled_from([b"1", b"\r\n", b"x", b"0", b";a", b"\n", b"A: b"])).map(b"".join),
    ),
    CUTS,
)
def test_how_any_octets_are_split_does_not_matter(octets: bytes, cuts: list[int]) -> None:
    assert fed(ChunkedBody(), pieces_of(octets, cuts)) == fed(ChunkedBody(), [octets])
