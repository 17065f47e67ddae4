"""SOCKS4, 4a and 5 with scripted proxies."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.connect.handshake import Handshake
from nettools.core.proxy.credentials import Credentials
from nettools.core.proxy.socks4 import Socks4
from nettools.core.proxy.socks5 import REPLIES, Socks5
from tests.core.proxy.splits import CUTS, Talked, pieces_of, single, talk

JOE = Credentials(user="joe", password="se:cret")
GRANTED4 = b"\0\x5a\0\0\0\0\0\0"
OPEN, PASSWORD, NOBODY = b"\5\0", b"\5\2", b"\5\xff"
WELCOME = b"\1\0"
GRANTED5 = b"\5\0\0\1\x7f\0\0\1\x04\x38"
SAID = b"\1\3joe\7se:cret"


def socks4() -> Socks4:
    return Socks4(IPv4Address("192.0.2.9"), 25, user=b"joe")


def socks5(credentials: Credentials | None = None) -> Socks5:
    return Socks5("h.example", 443, credentials=credentials)


def test_socks4_asks_for_an_address_and_4a_for_a_name() -> None:
    assert talk(socks4(), [GRANTED4 + b"hi"]) == Talked(b"\4\1\0\x19\xc0\0\2\x09joe\0", True, b"hi", None, False)
    named = talk(Socks4("h.example", 443, user=b""), [GRANTED4])
    assert named.sent == b"\4\1\1\xbb\0\0\0\1\0h.example\0"


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        (b"\0\x5b", "SOCKS4: the proxy refused, or could not connect"),
        (b"\0\x5c", "SOCKS4: the proxy refused: it reaches no identd on this machine"),
        (b"\0\x5d", "SOCKS4: the proxy refused: identd on this machine names another user"),
        (b"\0\x07", "SOCKS4: the proxy answered with the unknown code 7"),
        (b"HTTP/1.0 400", "the proxy does not speak SOCKS4"),
        (b"\0\x5a\0", "the SOCKS4 proxy closed the connection instead of answering"),
        (b"", "the SOCKS4 proxy closed the connection instead of answering"),
    ],
)
def test_a_refusal_of_socks4_says_why(octets: bytes, message: str) -> None:
    assert talk(socks4(), [octets], closes=True).failure == message


def test_socks5_without_a_user_offers_nothing_else() -> None:
    found = talk(socks5(), [OPEN + GRANTED5 + b"hi"])
    assert found == Talked(b"\5\1\0" + b"\5\1\0\3\x09h.example\x01\xbb", True, b"hi", None, False)


def test_socks5_says_the_user_when_the_proxy_chooses_that() -> None:
    asked = b"\5\1\0\3\x09h.example\x01\xbb"
    assert talk(socks5(JOE), [PASSWORD + WELCOME + GRANTED5]).sent == b"\5\2\0\2" + SAID + asked
    assert talk(socks5(JOE), [OPEN + GRANTED5]).sent == b"\5\2\0\2" + asked
    assert talk(socks5(Credentials(user="joe")), [PASSWORD]).sent.endswith(b"\1\3joe\0")


@pytest.mark.parametrize(
    ("host", "place"),
    [
        (IPv4Address("192.0.2.1"), b"\1\xc0\0\2\1"),
        (IPv6Address("2001:db8::1"), b"\4\x20\x01\x0d\xb8" + bytes(11) + b"\1"),
        ("a" * 63, b"\3\x3f" + b"a" * 63),
    ],
)
def test_socks5_has_three_types_of_address(host: IPv4Address | IPv6Address | str, place: bytes) -> None:
    sent = talk(Socks5(host, 258, credentials=None), [OPEN]).sent
    assert sent == b"\5\1\0" + b"\5\1\0" + place + b"\1\2"


@pytest.mark.parametrize("place", [b"\1" + bytes(6), b"\4" + bytes(18), b"\3\0" + bytes(2), b"\3\5proxy" + bytes(2)])
def test_the_address_in_a_reply_may_be_of_any_type(place: bytes) -> None:
    assert talk(socks5(), [OPEN + b"\5\0\0" + place + b"rest"]).rest == b"rest"


@pytest.mark.parametrize(("code", "message"), REPLIES.items())
def test_each_code_is_a_sentence_as_soon_as_it_is_there(code: int, message: str) -> None:
    assert talk(socks5(), [OPEN + bytes((5, code))]).failure == f"SOCKS5: {message}"


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        (b"\4", "the proxy does not speak SOCKS5"),
        (b"HTTP/1.1 400 Bad Request", "the proxy does not speak SOCKS5"),
        (NOBODY, "SOCKS5: the proxy lets nobody in without authentication"),
        (b"\5\2", "SOCKS5: the proxy chose the method 2, which was not offered"),
        (b"\5\1", "SOCKS5: the proxy chose the method 1, which was not offered"),
        (OPEN + b"\4\0", "the proxy does not speak SOCKS5"),
        (OPEN + b"\5\x63", "SOCKS5: the proxy answered with the unknown code 99"),
        (OPEN + b"\5\0\0\7", "SOCKS5: the proxy answered with the unknown type of address 7"),
        (OPEN + GRANTED5[:-1], "the SOCKS5 proxy closed the connection instead of answering"),
    ],
)
def test_a_refusal_of_socks5_says_why(octets: bytes, message: str) -> None:
    assert talk(socks5(), [octets], closes=True).failure == message


def test_a_wrong_password_is_told_from_no_common_method() -> None:
    assert (
        talk(socks5(JOE), [PASSWORD + b"\1\1"]).failure == "SOCKS5: the proxy did not accept the user and the password"
    )
    assert "neither" in str(talk(socks5(JOE), [NOBODY]).failure)


SCRIPTS = st.lists(
    st.sampled_from([OPEN, PASSWORD, NOBODY, WELCOME, GRANTED5, GRANTED4, b"\5\0\0\3\2ab\0\1", b"\5\4", b"", b"hi"]),
    max_size=6,
).map(b"".join)


@given(st.one_of(SCRIPTS, st.binary(max_size=60)), CUTS, st.sampled_from([None, JOE]), st.booleans(), st.booleans())
def test_how_the_replies_are_split_does_not_matter(
    octets: bytes, cuts: list[int], credentials: Credentials | None, is_five: bool, closes: bool
) -> None:
    def handshake() -> Handshake:
        return socks5(credentials) if is_five else socks4()

    whole = talk(handshake(), [octets], closes=closes).outcome
    assert talk(handshake(), pieces_of(octets, cuts), closes=closes).outcome == whole
    assert talk(handshake(), single(octets), closes=closes).outcome == whole
