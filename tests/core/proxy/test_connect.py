"""HTTP CONNECT with scripted proxies: agreement, refusal, authentication, other connections."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.connect.handshake import NewConnectionWanted
from nettools.core.proxy.connect import HttpConnect
from nettools.core.proxy.credentials import Credentials
from tests.core.proxy.splits import CUTS, Talked, pieces_of, single, talk

JOE = Credentials(user="joe", password="secret")
BASIC = b"am9lOnNlY3JldA=="
ASKED = b"CONNECT h.example:443 HTTP/1.1\r\nHost: h.example:443\r\n\r\n"
OK = b"HTTP/1.1 200 Connection established\r\n\r\n"
WANTS_BASIC = b'HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic realm="r"\r\nContent-Length: 4\r\n\r\npage'
WANTS_DIGEST = (
    b"HTTP/1.1 407 Who?\r\nTransfer-Encoding: chunked\r\n"
    b'Proxy-Authenticate: Basic realm="r", Digest realm="r", nonce="one", qop="auth"\r\n\r\n3\r\nwho\r\n0\r\n\r\n'
)
STALE = (
    b"HTTP/1.1 407 Who?\r\nContent-Length: 0\r\n"
    b'Proxy-Authenticate: Digest realm="r", nonce="two", qop="auth", stale=TRUE\r\n\r\n'
)
CLOSES = b'HTTP/1.0 407 Who?\r\nProxy-Authenticate: Basic realm="r"\r\n\r\n'


def connect(credentials: Credentials | None = None) -> HttpConnect:
    return HttpConnect("h.example:443", credentials=credentials, client_nonce="cn")


def told(octets: bytes, credentials: Credentials | None = None, *, closes: bool = False) -> Talked:
    return talk(connect(credentials), [octets], closes=closes).outcome


def test_it_asks_for_the_target_and_what_follows_the_answer_is_kept() -> None:
    assert told(OK + b"SSH-2.0") == Talked(ASKED, True, b"SSH-2.0", None, False)
    assert told(b"HTTP/1.0 200\n\nhello").rest == b"hello"
    assert told(b"HTTP/1.1 102 Wait\r\n\r\n" + OK).is_done
    assert told(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello").rest == b"hello"  # RFC 9110 §9.3.6


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "the proxy refused: 403 Forbidden"),
        (b"HTTP/1.1 502 \x1b[31mBad\r\n\r\n", "the proxy does not speak HTTP: a line holds a control character"),
        (b"HTTP/1.1 502 Bad\xc2\x85\r\n\r\n", "the proxy refused: 502 BadÂ\\u{85}"),
        (b"HTTP/1.1 504\r\n\r\n", "the proxy refused: 504"),
        (b"HTTP/1.1 301 Moved\r\n\r\n", "the proxy refused: 301 Moved"),
        (b"HTTP/1.1 102 Wait\r\n\r\n" * 17, "the proxy refused: 102 Wait"),
        (WANTS_BASIC, "the proxy wants a user and a password: 407 Who?"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "the proxy does not speak HTTP: 'SSH-2.0-OpenSSH' is no status line of HTTP/1"),
        (
            b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 20_000,
            "the proxy does not speak HTTP: there are more than 128 fields",
        ),
    ],
)
def test_a_refusal_says_what_and_why(octets: bytes, message: str) -> None:
    assert told(octets).failure == message


def test_a_proxy_that_goes_away_is_no_agreement() -> None:
    assert told(b"", closes=True).failure == "the proxy closed the connection instead of answering"
    assert told(b"HTTP/1.1 200 OK\r\n", closes=True).failure is not None


def test_a_password_is_said_only_when_the_proxy_asks_for_it() -> None:
    assert told(OK, JOE).sent == ASKED
    found = told(WANTS_BASIC + OK + b"hi", JOE)
    assert found.sent == ASKED + ASKED[:-2] + b"Proxy-Authorization: Basic " + BASIC + b"\r\n\r\n"
    assert (found.is_done, found.rest) == (True, b"hi")


def test_digest_is_answered_on_the_same_connection_and_never_with_the_password() -> None:
    found = told(WANTS_DIGEST + OK, JOE)
    assert found.is_done
    assert found.sent.count(b"CONNECT") == 2
    assert b'Proxy-Authorization: Digest username="joe"' in found.sent
    assert b'nonce="one"' in found.sent
    assert BASIC not in found.sent


def test_a_stale_nonce_is_replaced_once() -> None:
    found = told(WANTS_DIGEST + STALE + OK, JOE)
    assert found.is_done
    assert b'nonce="two"' in found.sent
    refused = told(WANTS_DIGEST + STALE + STALE + OK, JOE)
    assert refused.failure == "the proxy did not accept the user and the password: 407 Who?"


def test_credentials_that_are_wrong_are_said_once() -> None:
    found = talk(connect(JOE), [WANTS_BASIC, WANTS_BASIC])
    assert found.failure == "the proxy did not accept the user and the password: 407 Who?"
    assert found.sent.count(b"CONNECT") == 2


def test_a_scheme_that_we_do_not_have_is_named() -> None:
    octets = b"HTTP/1.1 407 Who?\r\nProxy-Authenticate: NTLM, Negotiate\r\n\r\n"
    assert told(octets, JOE).failure == "the proxy wants the authentication ntlm, negotiate; we have Digest and Basic"
    assert "does not say which" in str(told(b"HTTP/1.1 407 Who?\r\n\r\n", JOE).failure)


@pytest.mark.parametrize(
    "octets",
    [
        CLOSES,
        b'HTTP/1.1 407 Who?\r\nConnection: Close\r\nContent-Length: 0\r\nProxy-Authenticate: Basic realm="r"\r\n\r\n',
        b'HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic realm="r"\r\n\r\n',
        b'HTTP/1.1 407 Who?\r\nContent-Length: x\r\nProxy-Authenticate: Basic realm="r"\r\n\r\n',
        WANTS_BASIC.replace(b": 4", b": 400000") + b"p" * 70_000,
        WANTS_BASIC[:-2],
        WANTS_BASIC,
    ],
)
def test_where_the_proxy_closes_a_new_connection_is_wanted_that_begins_with_the_answer(octets: bytes) -> None:
    handshake = connect(JOE)
    handshake.begin()
    with pytest.raises(NewConnectionWanted) as wanted:  # noqa: PT012 -- whichever of the two notices
        handshake.received(octets)
        handshake.ended()
    again = wanted.value.again
    found = talk(again, [OK])
    assert found.is_done
    assert found.sent == ASKED[:-2] + b"Proxy-Authorization: Basic " + BASIC + b"\r\n\r\n"


def test_the_second_connection_wants_no_third_when_the_password_is_wrong() -> None:
    handshake = connect(JOE)
    handshake.begin()
    with pytest.raises(NewConnectionWanted) as wanted:
        handshake.received(CLOSES)
    found = talk(wanted.value.again, [CLOSES])
    assert not found.wants_new_connection
    assert found.failure == "the proxy did not accept the user and the password: 407 Who?"


SCRIPTS = st.lists(
    st.sampled_from(
        [OK, WANTS_BASIC, WANTS_DIGEST, STALE, CLOSES, b"HTTP/1.1 100 Go\r\n\r\n", b"HTTP/1.1 403 No\n\n", b"hi"]
    ),
    max_size=5,
).map(b"".join)


@given(st.one_of(SCRIPTS, st.binary(max_size=100)), CUTS, st.booleans(), st.booleans())
def test_how_the_answers_are_split_does_not_matter(
    octets: bytes, cuts: list[int], has_credentials: bool, closes: bool
) -> None:
    credentials = JOE if has_credentials else None
    whole = talk(connect(credentials), [octets], closes=closes).outcome
    assert talk(connect(credentials), pieces_of(octets, cuts), closes=closes).outcome == whole
    assert talk(connect(credentials), single(octets), closes=closes).outcome == whole
