"""HTTP answers as far as they came."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.depth.http_reply import parse_http


def test_the_parts_of_an_answer() -> None:
    reply = parse_http(b"HTTP/1.1 404 Not Found\r\nServer: a\r\nX-Two:  b \r\nServer: c\r\nContent-Length: 2\r\n\r\nhi")
    assert reply is not None
    assert reply.status == 404
    assert reply.fields == {b"server": b"a", b"x-two": b"b", b"content-length": b"2"}
    assert reply.body == b"hi"
    assert reply.is_whole


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nServer: a\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 600 x\r\n\r\n",
        b"RTSP/1.0 200 OK\r\n\r\n",
        b"<html>",
    ],
)
def test_what_is_no_answer_or_has_no_whole_head(data: bytes) -> None:
    assert parse_http(data) is None


@pytest.mark.parametrize(
    ("rest", "body", "is_whole"),
    [
        (b"Content-Length: 3\r\n\r\nab", b"ab", False),
        (b"Content-Length: 0\r\n\r\n", b"", True),
        (b"Content-Length: -1\r\n\r\nab", b"ab", False),
        (b"Content-Length: 99999999999999999999\r\n\r\nab", b"ab", False),
        (b"\r\nab", b"ab", False),
        (b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n", b"abc", True),
        (b"Transfer-Encoding: chunked\r\n\r\n9\r\nab", b"ab", False),
        (b"Transfer-Encoding: chunked\r\n\r\nzz\r\nab", b"", False),
        (b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b", b"\x1f\x8b", True),
    ],
)
def test_how_a_body_ends(rest: bytes, body: bytes, is_whole: bool) -> None:
    reply = parse_http(b"HTTP/1.1 200 OK\r\n" + rest)
    assert reply is not None
    assert (reply.body, reply.is_whole) == (body, is_whole)


def test_bare_line_feeds_end_lines_too() -> None:
    reply = parse_http(b"HTTP/1.0 200 OK\nServer: a\n\nhi")
    assert reply is not None
    assert (reply.fields, reply.body) == ({b"server": b"a"}, b"hi")


def test_no_body_comes_with_204() -> None:
    reply = parse_http(b"HTTP/1.1 204 No Content\r\n\r\n")
    assert reply is not None
    assert reply.is_whole


def test_fields_are_counted() -> None:
    reply = parse_http(b"HTTP/1.1 200 OK\r\n" + b"".join(b"a%d: b\r\n" % n for n in range(500)) + b"\r\n")
    assert reply is not None
    assert len(reply.fields) == 100


@given(st.binary(max_size=300), st.sampled_from([b"", b"Transfer-Encoding: chunked\r\n", b"Content-Length: 5\r\n"]))
def test_nothing_breaks_it(data: bytes, head: bytes) -> None:
    reply = parse_http(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + data)
    assert reply is not None
    assert len(reply.body) <= len(data)
