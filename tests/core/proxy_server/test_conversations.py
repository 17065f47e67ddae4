"""Conversations of the proxy, HTTP and SOCKS5, in any pieces: never an error, always the same."""

from collections.abc import Callable, Iterable
from ipaddress import IPv4Address
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.proxy.challenge import parse_challenges
from nettools.core.proxy.credentials import Credentials
from nettools.core.proxy.digest import authorization
from nettools.core.proxy.head import Head, HeadFailed
from nettools.core.proxy_server.access import Access
from nettools.core.proxy_server.exchange import AnswerFilter
from nettools.core.proxy_server.http import HttpConversation, page_for_fault
from nettools.core.proxy_server.refusal import LOOP, refusal_of
from nettools.core.proxy_server.request import parse_request
from nettools.core.proxy_server.socks import SocksConversation
from nettools.core.proxy_server.steps import Connect, Conversation, Exchange, Hang, Listen, Tunnel
from nettools.core.relay.ending import Ending
from tests.core.proxy.splits import CUTS, pieces_of, single

JOE = Credentials(user="joe", password="secret")
ACCESS = Access(JOE, secret=b"s")


class Held(NamedTuple):
    """A conversation as its client sees it, up to the point where it wants a connection or is over."""

    said: bytes
    target: str | None
    reason: str | None
    behind: bytes
    """What the target would be sent first of a tunnel."""


def hold(conversation: Conversation, pieces: Iterable[bytes], *, closes: bool = False) -> Held:
    said = behind = b""
    target = None
    for piece in pieces:
        if target is not None:
            behind += piece  # nobody reads while a connection is made
            continue
        step = conversation.received(piece, 0.0)
        assert isinstance(step, Listen | Connect | Hang)
        said += step.send
        if isinstance(step, Hang):
            return Held(said, None, step.reason, b"")
        if isinstance(step, Connect):
            target = str(step.target)
    if target is not None:
        step = conversation.connected(IPv4Address("192.0.2.1"), 258)
        if isinstance(step, Tunnel):
            behind = step.to_target + behind
        return Held(said, target, None, behind)
    if closes:
        step = conversation.ended()
        assert isinstance(step, Hang)
        assert step.kind == "closed"
        return Held(said + step.send, None, step.reason, b"")
    return Held(said, None, None, b"")


def http(octets: bytes, *, access: Access | None = None) -> Held:
    return hold(HttpConversation(access), [octets])


def socks(octets: bytes, *, access: Access | None = None) -> Held:
    return hold(SocksConversation(access), [octets])


CONNECT = b"CONNECT h.example:443 HTTP/1.1\r\nHost: h.example:443\r\n\r\n"
OLD_CONNECT = b"CONNECT h.example:443 HTTP/1.0\r\n\r\n"
BASIC = CONNECT[:-2] + b"Proxy-Authorization: Basic am9lOnNlY3JldA==\r\n\r\n"


def test_a_tunnel_is_asked_for_and_made() -> None:
    assert http(CONNECT + b"hello") == Held(b"", "h.example:443", None, b"hello")
    conversation = HttpConversation(None)
    conversation.received(CONNECT, 0.0)
    step = conversation.connected(None, 0)
    assert step == Tunnel(to_client=b"HTTP/1.1 200 Connection established\r\n\r\n", to_target=b"")


def test_a_page_is_asked_for_and_what_belongs_to_the_request_goes_with_it() -> None:
    conversation = HttpConversation(None)
    asks = b"POST http://h.example/ HTTP/1.1\r\nHost: h.example\r\nContent-Length: 4\r\n\r\nabcdefgh"
    step = conversation.received(asks, 0.0)
    assert isinstance(step, Connect)
    step = conversation.connected(None, 0)
    assert isinstance(step, Exchange)
    assert step.request.first.endswith(b"Connection: close\r\n\r\nabcd")
    assert step.request.is_over


def test_a_chunk_that_is_none_is_told_before_the_origin_hears_of_it() -> None:
    conversation = HttpConversation(None)
    asks = b"POST http://h.example/ HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
    conversation.received(asks, 0.0)
    step = conversation.connected(None, 0)
    assert isinstance(step, Hang)
    assert step.send.startswith(b"HTTP/1.1 400 Bad Request\r\n")


@pytest.mark.parametrize(
    ("octets", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: h\r\n\r\n", b"400 Bad Request"),
        (b"\x16\x03\x01\n", b"400 Bad Request"),
        (b"GET http://h/ HTTP/1.1\n\n", b"400 Bad Request"),
        (b"GET http://h/" + b"a" * 20_000, b"414 URI Too Long"),
        (b"GET http://h/ HTTP/1.1\r\n" + b"a: b\r\n" * 200, b"431 Request Header Fields Too Large"),
        (b"GET https://h/ HTTP/1.1\r\nHost: h\r\n\r\n", b"501 Not Implemented"),
        (b"GET http://h/ HTTP/3.0\r\nHost: h\r\n\r\n", b"505 HTTP Version Not Supported"),
    ],
)
def test_a_bad_request_is_answered_with_its_status_and_the_end(octets: bytes, status: bytes) -> None:
    said = http(octets).said
    assert said.startswith(b"HTTP/1.1 " + status + b"\r\n")
    assert b"\r\nConnection: close\r\n" in said
    head, _, page = said.partition(b"\r\n\r\n")
    assert b"\r\nContent-Length: %d\r\n" % len(page) in head + b"\r\n"


def test_a_failed_dial_is_a_page_with_the_reason() -> None:
    conversation = HttpConversation(None)
    conversation.received(CONNECT, 0.0)
    step = conversation.failed(refusal_of("timeout", "the connection timed out"))
    assert isinstance(step, Hang)
    assert step.send.startswith(b"HTTP/1.1 504 Gateway Timeout\r\n")
    assert step.send.endswith(b"504 Gateway Timeout: the connection timed out\n")
    step = conversation.failed(LOOP)
    assert isinstance(step, Hang)
    assert step.send.startswith(b"HTTP/1.1 403 Forbidden\r\n")


def test_who_does_not_say_who_it_is_is_asked_and_may_try_again_on_the_same_connection() -> None:
    held = http(CONNECT + BASIC, access=ACCESS)
    assert held.target == "h.example:443"
    assert held.said.startswith(b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Digest realm=")
    assert b"\r\nConnection: keep-alive\r\n" in held.said
    old = http(OLD_CONNECT, access=ACCESS)
    assert b"\r\nConnection: close\r\n" in old.said
    assert old.reason == "the client did not say who it is"


def test_an_answer_of_the_proxy_to_head_has_no_page() -> None:
    """On a connection that stays it would be taken for the next answer."""
    asks = b"HEAD http://h.example/ HTTP/1.1\r\nHost: h.example\r\n\r\n"
    asked = http(asks, access=ACCESS).said
    assert asked.startswith(b"HTTP/1.1 407 ")
    assert asked.endswith(b"\r\nConnection: keep-alive\r\n\r\n")
    assert b"\r\nContent-Length: " in asked
    conversation = HttpConversation(None)
    conversation.received(asks, 0.0)
    for failed in (
        conversation.failed(LOOP),
        conversation.failed(refusal_of("timeout", "the connection timed out")),
    ):
        assert isinstance(failed, Hang)
        assert failed.send.endswith(b"\r\nConnection: close\r\n\r\n")
    exchange = conversation.connected(None, 0)
    assert isinstance(exchange, Exchange)
    late = Ending(kind="idle-timeout", message="idle timeout")
    assert page_for_fault(exchange.answer, late, None).endswith(b"\r\nConnection: close\r\n\r\n")


def test_guessing_ends_after_a_few_words() -> None:
    held = http(CONNECT * 10, access=ACCESS)
    assert held.said.count(b"HTTP/1.1 407") == 4
    assert held.reason is not None


@pytest.mark.parametrize("uri", ["http://h.example/a?b", "/a?b"])
def test_digest_may_name_the_whole_address_or_the_path(uri: str) -> None:
    challenge = parse_challenges(ACCESS.challenges(0.0))[0]
    said = authorization(challenge, JOE, method="GET", uri=uri, client_nonce="cn")
    asks = f"GET http://h.example/a?b HTTP/1.1\r\nHost: h.example\r\nProxy-Authorization: {said}\r\n\r\n"
    assert http(asks.encode(), access=ACCESS).target == "h.example:80"


def test_a_client_that_leaves_is_no_fault() -> None:
    for octets, reason in [
        (b"", "the client left without a word"),
        (b"GET", "the client left in the middle of its request"),
    ]:
        assert hold(HttpConversation(None), [octets], closes=True).reason == reason
    for octets, reason in [
        (b"", "the client left without a word"),
        (b"\5\1\0", "the client left in the middle of its request"),
    ]:
        assert hold(SocksConversation(None), [octets], closes=True).reason == reason
    assert hold(HttpConversation(ACCESS), [CONNECT], closes=True).reason == "the client did not say who it is"


HELLO, PLACE = b"\5\1\0", b"\5\1\0\1\xc0\0\2\1\1\xbb"


def test_socks_connects_to_the_three_types_of_address() -> None:
    assert socks(HELLO + PLACE + b"hi") == Held(b"\5\0", "192.0.2.1:443", None, b"hi")
    assert socks(HELLO + b"\5\1\0\4" + bytes(15) + b"\1\0\x50").target == "[::1]:80"
    assert socks(HELLO + b"\5\1\0\3\x09h.example\0\x50").target == "h.example:80"
    assert socks(HELLO + b"\5\1\0\3\x09192.0.2.1\0\x50").target == "192.0.2.1:80"


def test_socks_says_where_the_connection_comes_from() -> None:
    conversation = SocksConversation(None)
    conversation.received(HELLO + PLACE, 0.0)
    step = conversation.connected(IPv4Address("192.0.2.7"), 258)
    assert step == Tunnel(to_client=b"\5\0\0\1\xc0\0\2\7\1\2", to_target=b"")


@pytest.mark.parametrize(
    ("octets", "said"),
    [
        (b"\4\1\0\x50\x7f\0\0\1\0", b""),
        (b"GET / HTTP/1.1\r\n", b""),
        (b"\5\1\2", b"\5\xff"),
        (b"\5\0", b"\5\xff"),
        (HELLO + b"\5\2\0\1\xc0\0\2\1\0\x50", b"\5\0\5\7\0\1" + bytes(6)),
        (HELLO + b"\5\3\0\1\0\0\0\0\0\0", b"\5\0\5\7\0\1" + bytes(6)),
        (HELLO + b"\5\1\0\2\0", b"\5\0\5\x08\0\1" + bytes(6)),
        (HELLO + b"\5\1\0\1\xc0\0\2\1\0\0", b"\5\0\5\1\0\1" + bytes(6)),
        (HELLO + b"\5\1\0\3\3a\0b\0\x50", b"\5\0\5\4\0\1" + bytes(6)),
        (HELLO + b"\5\1\0\3\0\0\x50", b"\5\0\5\4\0\1" + bytes(6)),
        (HELLO + b"\4", b"\5\0"),
    ],
)
def test_socks_refuses_with_the_code_for_it(octets: bytes, said: bytes) -> None:
    held = socks(octets)
    assert held.said == said
    assert held.reason


def test_socks_passwords() -> None:
    right = b"\5\2\0\2" + b"\1\3joe\6secret" + PLACE
    assert socks(right, access=ACCESS) == Held(b"\5\2\1\0", "192.0.2.1:443", None, b"")
    for wrong in (b"\1\3joe\6secreT", b"\1\3joe\0", b"\1\0\6secret", b"\1\6secret\3joe"):
        assert socks(b"\5\1\2" + wrong + PLACE, access=ACCESS).said == b"\5\2\1\1"
    assert socks(b"\5\1\2\2", access=ACCESS).reason == "the client does not say user and password as RFC 1929 does"
    assert socks(HELLO + PLACE, access=ACCESS).said == b"\5\xff"


def test_socks_failures_have_codes() -> None:
    conversation = SocksConversation(None)
    step = conversation.failed(refusal_of("refused", "connection refused"))
    assert step == Hang(send=b"\5\5\0\1" + bytes(6), reason="connection refused")


HTTP_WORDS = [
    CONNECT,
    OLD_CONNECT,
    BASIC,
    b"\r\n",
    b"GET http://h.example/ HTTP/1.1\r\n",
    b"Host: h\r\n",
    b"A: b\r\n",
    b"\n",
    b"hi",
]
SOCKS_WORDS = [
    HELLO,
    PLACE,
    b"\5\2\0\2",
    b"\1\3joe\6secret",
    b"\1\3joe\3bad",
    b"\5",
    b"\1",
    b"\0",
    b"\5\1\0\3\x09h.example\0\x50",
    b"hi",
]


def any_of(words: list[bytes]) -> st.SearchStrategy[bytes]:
    return st.one_of(st.binary(max_size=60), st.lists(st.sampled_from(words), max_size=6).map(b"".join))


@pytest.mark.parametrize(
    ("make", "words"), [(HttpConversation, HTTP_WORDS), (SocksConversation, SOCKS_WORDS)], ids=["http", "socks5"]
)
def test_how_a_client_splits_its_words_does_not_matter(
    make: Callable[[Access | None], Conversation], words: list[bytes]
) -> None:
    @given(any_of(words), CUTS, st.sampled_from([None, ACCESS]), st.booleans())
    def check(octets: bytes, cuts: list[int], access: Access | None, closes: bool) -> None:
        whole = hold(make(access), [octets] if octets else [], closes=closes)
        assert hold(make(access), pieces_of(octets, cuts), closes=closes) == whole
        assert hold(make(access), single(octets), closes=closes) == whole

    check()


def answer_filter(method: str = "GET", minor: int = 1) -> AnswerFilter:
    return AnswerFilter(parse_request(Head(f"{method} http://h.example/ HTTP/1.{minor}", (("Host", "h"),))))


def filtered(pieces: Iterable[bytes], *, minor: int = 1, closes: bool = False) -> bytes | str:
    """What the client of an exchange hears; why not, when the origin cannot be understood."""
    answer = answer_filter(minor=minor)
    said = b""
    try:
        for piece in pieces:
            if not answer.is_over:
                said += answer.feed(piece)
        if closes and not answer.is_over:
            answer.finish()
    except HeadFailed as failure:
        return failure.message
    return said


def test_an_answer_is_told_without_what_is_between_the_origin_and_us() -> None:
    octets = (
        b"HTTP/1.0 404 Not here\nServer: x\r\nConnection: X-A\r\nX-A: 1\r\nKeep-Alive: 2\r\n"
        b"Proxy-Authenticate: 3\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nContent-Length: 4\r\n\r\npageHTTP/1.1 200"
    )
    told = (
        b"HTTP/1.1 404 Not here\r\nServer: x\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n"
        b"Content-Length: 4\r\nConnection: close\r\n\r\npage"
    )
    assert filtered([octets]) == told


def test_an_answer_that_never_has_content_is_told_without_a_length() -> None:
    for length in (b"Content-Length: 4", b"Transfer-Encoding: chunked"):
        octets = b"HTTP/1.1 204 No Content\r\n" + length + b"\r\n\r\n"
        assert filtered([octets]) == b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


def test_interim_answers_are_for_those_who_know_them() -> None:
    octets = b"HTTP/1.1 100 Go\r\nA: b\r\n\r\nHTTP/1.1 204 Fine\r\n\r\n"
    assert filtered([octets]) == b"HTTP/1.1 100 Go\r\nA: b\r\n\r\nHTTP/1.1 204 Fine\r\nConnection: close\r\n\r\n"
    assert filtered([octets], minor=0) == b"HTTP/1.1 204 Fine\r\nConnection: close\r\n\r\n"
    assert isinstance(filtered([b"HTTP/1.1 102 Wait\r\n\r\n" * 17]), str)


@pytest.mark.parametrize(
    "octets",
    [
        b"SSH-2.0-x\r\n",
        b"HTTP/1.1 101 Other\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npag",
        b"HTTP/1.1 200 OK\r\n",
        b"",
    ],
)
def test_an_answer_that_is_none_has_a_reason(octets: bytes) -> None:
    if octets.startswith(b"SSH"):
        octets += b"\r\n"
    assert isinstance(filtered([octets], closes=True), str)


def test_chunks_are_nothing_for_an_old_client() -> None:
    octets = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    assert isinstance(filtered([octets], minor=0), str)
    assert isinstance(filtered([octets]), bytes)


ANSWER_WORDS = [
    b"HTTP/1.1 200 OK\r\n",
    b"HTTP/1.1 100 Go\r\n\r\n",
    b"Content-Length: 3\r\n",
    b"\r\n",
    b"abc",
    b"1\r\na\r\n",
    b"0\r\n\r\n",
    b"Transfer-Encoding: chunked\r\n",
]


@given(any_of(ANSWER_WORDS), CUTS, st.booleans(), st.sampled_from([0, 1]))
def test_how_an_origin_splits_its_words_does_not_matter(
    octets: bytes, cuts: list[int], closes: bool, minor: int
) -> None:
    whole = filtered([octets] if octets else [], minor=minor, closes=closes)
    assert filtered(pieces_of(octets, cuts), minor=minor, closes=closes) == whole
    assert filtered(single(octets), minor=minor, closes=closes) == whole


def test_a_fault_is_told_to_the_client_until_it_has_heard_something_else() -> None:
    late = Ending(kind="idle-timeout", message="idle timeout")
    gone = Ending(kind="reset", message="the target reset the connection")
    answer = answer_filter()
    assert page_for_fault(answer, late, None).startswith(b"HTTP/1.1 504 ")
    assert page_for_fault(answer, gone, None).startswith(b"HTTP/1.1 502 ")
    assert page_for_fault(answer, gone, HeadFailed(400, "no")).startswith(b"HTTP/1.1 400 ")
    answer.feed(b"HTTP/1.1 200 OK\r\n\r\n")
    assert page_for_fault(answer, gone, None) == b""
