"""Heads of HTTP messages: what is taken, what is refused and with which status, in any pieces."""

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nettools.core.proxy.head import (
    LONGEST_START_LINE,
    MOST_FIELDS,
    MOST_OCTETS,
    Head,
    HeadFailed,
    HeadReader,
    parse_request_line,
    parse_status_line,
)
from tests.core.proxy.splits import CUTS, pieces_of, single

Read = tuple[Head | None, bytes] | tuple[int, str]


def read(pieces: list[bytes], *, is_lenient: bool = False) -> Read:
    """(head, rest), or (status, message)."""
    reader = HeadReader(is_lenient=is_lenient)
    for place, piece in enumerate(pieces):
        try:
            head = reader.feed(piece)
        except HeadFailed as failure:
            return failure.status, failure.message
        if head is not None:
            return head, reader.rest + b"".join(pieces[place + 1 :])
    return None, b""


def test_a_head_is_a_start_line_and_its_fields_and_what_follows_stays() -> None:
    octets = b"\r\nGET / HTTP/1.1\r\nHost: a\r\nX-Y:\t b c \t\r\nHost:d\xfc\r\nEmpty:\r\n\r\nrest"
    fields = (("Host", "a"), ("X-Y", "b c"), ("Host", "d\xfc"), ("Empty", ""))
    assert read([octets]) == (Head("GET / HTTP/1.1", fields), b"rest")
    assert read([octets[:-10]]) == (None, b"")
    assert Head("", fields).values("host") == ["a", "d\xfc"]
    assert Head("", (("A", "x, Y,"), ("a", " ,z\t"))).words("a") == ["x", "y", "z"]


@pytest.mark.parametrize(
    ("octets", "status"),
    [
        (b"GET / HTTP/1.1\n\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n: a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nA: b\0c\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nA: b\rc: d\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nH\xc3\xb6: a\r\n\r\n", 400),
        (b"GET /" + b"a" * LONGEST_START_LINE, 414),
        (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * (MOST_FIELDS + 1) + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\na: " + b"b" * MOST_OCTETS, 431),
        (b"\r\n" * MOST_OCTETS, 431),
    ],
)
def test_what_another_reader_could_understand_otherwise_is_refused(octets: bytes, status: int) -> None:
    assert read([octets])[0] == status
    assert read(single(octets)) == read([octets])


def test_the_limits_are_exact() -> None:
    line = b"GET /" + b"a" * (LONGEST_START_LINE - len("GET / HTTP/1.1\r")) + b" HTTP/1.1\r\n"
    start = b"GET / HTTP/1.1\r\n"
    many = start + b"a: b\r\n" * MOST_FIELDS
    full = start + b"a: " + b"b" * (MOST_OCTETS - len(start) - len(b"a: \r\n\r\n"))
    for octets in (line + b"\r\n", many + b"\r\n", full + b"\r\n\r\n"):
        assert isinstance(read([octets])[0], Head)
    assert len(full + b"\r\n\r\n") == MOST_OCTETS
    assert read([full + b"b\r\n\r\n"])[0] == 431


def test_answers_may_end_lines_with_a_line_feed_and_fold_fields() -> None:
    octets = b"HTTP/1.0 200 OK\nA: b\n  c\nD: e\r\n\tf\r\n\nrest"
    assert read([octets], is_lenient=True) == (Head("HTTP/1.0 200 OK", (("A", "b c"), ("D", "e f"))), b"rest")
    assert read([b"HTTP/1.0 200 OK\n a\n\n"], is_lenient=True)[0] == 400


LINES = st.lists(
    st.sampled_from([b"A: b", b" c", b"\r", b"\0", b"GET / HTTP/1.1", b":", b"\xff", b"a" * 40, b"", b"\r\n\r\n"]),
    max_size=12,
)


@given(st.one_of(st.binary(max_size=200), LINES.map(b"\r\n".join)), CUTS, st.booleans())
@example(b"GET / HTTP/1.1\r\nA: " + b"b" * MOST_OCTETS + b"\r\n\r\n", [70_000], False)
@example(b"GET /" + b"b" * LONGEST_START_LINE + b"\0\r\n\r\n", [70_000], False)
def test_how_the_octets_are_split_does_not_matter(octets: bytes, cuts: list[int], is_lenient: bool) -> None:
    whole = read([octets], is_lenient=is_lenient)
    assert read(pieces_of(octets, cuts), is_lenient=is_lenient) == whole
    if len(octets) < 1000:
        assert read(single(octets), is_lenient=is_lenient) == whole


def test_request_lines() -> None:
    assert parse_request_line("GET http://a/ HTTP/1.1") == ("GET", "http://a/", 1)
    assert parse_request_line("M-SEARCH * HTTP/1.0") == ("M-SEARCH", "*", 0)
    for line, status in [
        ("GET /", 400),
        ("GET  / HTTP/1.1", 400),
        ("GET / HTTP/1.1 ", 400),
        ("GET /a b HTTP/1.1", 400),
        ("G(T / HTTP/1.1", 400),
        ("GET /\xfc HTTP/1.1", 400),
        ("GET / http/1.1", 400),
        ("PRI * HTTP/2.0", 505),
    ]:
        with pytest.raises(HeadFailed) as failure:
            parse_request_line(line)
        assert failure.value.status == status


def test_status_lines() -> None:
    assert parse_status_line("HTTP/1.1 200 Connection established") == (1, 200, "Connection established")
    assert parse_status_line("HTTP/1.0 407 ") == (0, 407, "")
    assert parse_status_line("HTTP/1.1 200") == (1, 200, "")
    for line in ["HTTP/2 200 OK", "HTTP/1.1 2000 OK", "HTTP/1.1 099 OK", "SSH-2.0-x", "ICY 200 OK", "HTTP/1.1  200 OK"]:
        with pytest.raises(HeadFailed):
            parse_status_line(line)


@given(st.text(max_size=60))
def test_any_line_is_read_or_refused(line: str) -> None:
    for parse in (parse_request_line, parse_status_line):
        with suppress(HeadFailed):
            parse(line)
