"""Requests to a proxy: which place they mean, what the origin is told, and which are refused."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.address import Address
from nettools.core.proxy.head import Head, HeadFailed
from nettools.core.proxy_server.request import Request, parse_request

HOST = ("Host", "other.example")


def request(start: str, *fields: tuple[str, str]) -> Request:
    return parse_request(Head(start, fields or (HOST,)))


@pytest.mark.parametrize(
    ("target", "host", "port"),
    [
        ("h.example:443", "h.example", 443),
        ("192.0.2.1:1", IPv4Address("192.0.2.1"), 1),
        ("[2001:db8::1]:65535", IPv6Address("2001:db8::1"), 65535),
    ],
)
def test_connect_names_a_host_and_a_port(target: str, host: Address | str, port: int) -> None:
    found = request(f"CONNECT {target} HTTP/1.1")
    assert (found.target.host, found.target.port, found.head) == (host, port, None)


@pytest.mark.parametrize(
    ("url", "host", "port", "line", "authority"),
    [
        ("http://h.example", "h.example", 80, "GET / HTTP/1.1", "h.example"),
        ("HTTP://h.example:8080/a?b=http://c/", "h.example", 8080, "GET /a?b=http://c/ HTTP/1.1", "h.example:8080"),
        ("http://h.example?b", "h.example", 80, "GET /?b HTTP/1.1", "h.example"),
        ("http://h.example:/", "h.example", 80, "GET / HTTP/1.1", "h.example:"),
        ("http://[::1]:80/", IPv6Address("::1"), 80, "GET / HTTP/1.1", "[::1]:80"),
        ("http://[::1]", IPv6Address("::1"), 80, "GET / HTTP/1.1", "[::1]"),
    ],
)
def test_other_requests_name_a_page(url: str, host: Address | str, port: int, line: str, authority: str) -> None:
    found = request(f"GET {url} HTTP/1.1")
    assert (found.target.host, found.target.port) == (host, port)
    assert found.head == f"{line}\r\nHost: {authority}\r\nConnection: close\r\n\r\n".encode()


def test_what_is_for_this_connection_is_not_told_and_the_length_is_written_anew() -> None:
    fields = [
        ("Host", "lie.example"),
        ("Connection", "keep-alive, X-A, Host, Content-Length, Cookie"),
        ("X-A", "1"),
        ("Cookie", "2"),
        ("Keep-Alive", "3"),
        ("Proxy-Connection", "4"),
        ("Proxy-Authorization", "5"),
        ("TE", "6"),
        ("Trailer", "7"),
        ("Upgrade", "8"),
        ("Accept", "9"),
        ("content-length", "10"),
        ("X-\xfc".replace("\xfc", "U"), "\xfc"),
    ]
    told = request("POST http://h.example/ HTTP/1.1", *fields).head
    expected = "Host: h.example\r\nAccept: 9\r\nX-U: \xfc\r\nContent-Length: 10\r\nConnection: close\r\n\r\n"
    assert told == b"POST / HTTP/1.1\r\n" + expected.encode("latin-1")
    chunked = request("POST http://h.example/ HTTP/1.1", HOST, ("Transfer-Encoding", "CHUNKED")).head
    assert chunked is not None
    assert b"\r\nTransfer-Encoding: chunked\r\n" in chunked


def test_old_clients_get_old_answers_and_options_may_be_of_the_whole_origin() -> None:
    old = parse_request(Head("GET http://h.example/ HTTP/1.0", ())).head
    assert old is not None
    assert old.startswith(b"GET / HTTP/1.0\r\nHost: h.example\r\n")
    newer = request("GET http://h.example/ HTTP/1.7").head
    assert newer is not None
    assert newer.startswith(b"GET / HTTP/1.1\r\n")
    whole = request("OPTIONS http://h.example HTTP/1.1").head
    assert whole is not None
    assert whole.startswith(b"OPTIONS * HTTP/1.1\r\n")


@pytest.mark.parametrize(
    ("start", "fields", "status"),
    [
        ("GET / HTTP/1.1", [HOST], 400),
        ("GET * HTTP/1.1", [HOST], 400),
        ("GET h.example HTTP/1.1", [HOST], 400),
        ("GET http:///a HTTP/1.1", [HOST], 400),
        ("GET http://h.example/#a HTTP/1.1", [HOST], 400),
        ("GET http://joe:x@h.example/ HTTP/1.1", [HOST], 400),
        ("GET http://h.example:0/ HTTP/1.1", [HOST], 400),
        ("GET http://h.example:65536/ HTTP/1.1", [HOST], 400),
        ("GET http://h.example:+80/ HTTP/1.1", [HOST], 400),
        ("GET http://::1/ HTTP/1.1", [HOST], 400),
        ("GET http://127.1/ HTTP/1.1", [HOST], 400),
        ("GET http://h%2eexample/ HTTP/1.1", [HOST], 400),
        ("GET http://h.example/ HTTP/1.1", [("A", "b")], 400),
        ("GET http://h.example/ HTTP/1.1", [HOST, HOST], 400),
        ("GET https://h.example/ HTTP/1.1", [HOST], 501),
        ("GET ftp://h.example/ HTTP/1.1", [HOST], 501),
        ("TRACE http://h.example/ HTTP/1.1", [HOST], 501),
        ("OPTIONS http://h.example/ HTTP/1.1", [HOST, ("Max-Forwards", "0")], 501),
        ("GET http://h.example/ HTTP/2.0", [HOST], 505),
        ("POST http://h.example/ HTTP/1.1", [HOST, ("Content-Length", "1"), ("Transfer-Encoding", "chunked")], 400),
        ("POST http://h.example/ HTTP/1.1", [HOST, ("Content-Length", "1"), ("Content-Length", "2")], 400),
        ("CONNECT h.example HTTP/1.1", [HOST], 400),
        ("CONNECT h.example:0 HTTP/1.1", [HOST], 400),
        ("CONNECT http://h.example:80/ HTTP/1.1", [HOST], 400),
        ("CONNECT ::1:80 HTTP/1.1", [HOST], 400),
        ("CONNECT [::1:80 HTTP/1.1", [HOST], 400),
        ("CONNECT h.example:443 HTTP/1.1", [HOST, ("Content-Length", "1")], 400),
        ("CONNECT h.example:443 HTTP/1.1", [HOST, ("Transfer-Encoding", "chunked")], 400),
    ],
)
def test_what_cannot_be_understood_in_one_way_only_is_refused(
    start: str, fields: list[tuple[str, str]], status: int
) -> None:
    with pytest.raises(HeadFailed) as failure:
        parse_request(Head(start, tuple(fields)))
    assert failure.value.status == status


def test_whether_another_request_may_follow_a_refusal() -> None:
    assert request("CONNECT h.example:443 HTTP/1.1").stays
    assert not parse_request(Head("CONNECT h.example:443 HTTP/1.0", ())).stays
    assert not request("GET http://h.example/ HTTP/1.1", HOST, ("Connection", "Close")).stays
    assert not request("GET http://h.example/ HTTP/1.1", HOST, ("Proxy-Connection", "close")).stays
    assert not request("POST http://h.example/ HTTP/1.1", HOST, ("Content-Length", "1")).stays


@given(
    st.sampled_from(["GET", "CONNECT", "OPTIONS", "G(T"]),
    st.text(st.characters(codec="latin-1"), max_size=30),
    st.sampled_from(["", "http://", "[", "h.example:"]),
    st.lists(
        st.tuples(st.sampled_from(["Host", "Content-Length", "Transfer-Encoding", "Connection"]), st.text(max_size=8))
    ),
)
def test_any_request_is_understood_or_refused(
    method: str, target: str, before: str, fields: list[tuple[str, str]]
) -> None:
    try:
        found = parse_request(Head(f"{method} {before}{target} HTTP/1.1", tuple(fields)))
    except HeadFailed as failure:
        assert failure.status in (400, 414, 431, 501, 505)  # noqa: PT017 -- both ways out are fine
        return
    assert found.target.port
