"""Every protocol in which TLS can begin: to the go-ahead, refused, out of turn, octet by octet, endless."""

from dataclasses import dataclass
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.connect.handshake import Handshake, HandshakeFailed
from nettools.core.connect.starttls import PROTOCOLS, parse_starttls, starttls_handshake
from nettools.errors import OptionError
from tests.core.connect.starttls.talks import failure, talk
from tests.core.strategies import controls_in

HOST = "host.test"
LDAP_REQUEST = bytes.fromhex("301d02010177188016") + b"1.3.6.1.4.1.1466.20037"
XMPP_HEADER = (
    b"<?xml version='1.0'?><stream:stream to=\"host.test\" xmlns='jabber:client' "
    b"xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
)
STREAM = b"<?xml version='1.0'?><stream:stream from='host.test' id='7' xmlns='jabber:client' version='1.0'>"
OFFER = b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>"
FEATURES = b"<stream:features>" + OFFER + b"<mechanisms/></stream:features>"
STARTTLS = b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
PROCEED = b"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"


def mysql_greeting(*, capabilities: int = 0xFFFF) -> bytes:
    payload = b"\x0a8.0.35\0" + bytes(4) + b"12345678\0" + capabilities.to_bytes(2, "little") + b"\x2d" + bytes(40)
    return len(payload).to_bytes(3, "little") + b"\0" + payload


MYSQL_REQUEST = bytes.fromhex("20000001 008a0800 00000001 2d") + bytes(23)


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What a good server says, and what we say before it and behind each of its replies."""

    replies: tuple[bytes, ...]
    said: tuple[bytes, ...]


GOOD = {
    "smtp": Talk(
        replies=(
            b"220-mail.test ESMTP\r\n220 at your service\r\n",
            b"250-mail.test\r\n250-SIZE 1000\r\n250 STARTTLS\r\n",
            b"220 go\r\n",
        ),
        said=(b"", b"EHLO localhost\r\n", b"STARTTLS\r\n", b""),
    ),
    "lmtp": Talk(
        replies=(b"220 mail.test LMTP\r\n", b"250-mail.test\r\n250-starttls\r\n250 PIPELINING\r\n", b"220 go\r\n"),
        said=(b"", b"LHLO localhost\r\n", b"STARTTLS\r\n", b""),
    ),
    "ftp": Talk(
        replies=(b"120 wait\r\n", b"220-welcome\r\n 220 of old\r\n230 no\r\n220 ready\r\n", b"234 AUTH TLS\r\n"),
        said=(b"", b"", b"AUTH TLS\r\n", b""),
    ),
    "pop3": Talk(replies=(b"+OK ready <1.2@pop.test>\r\n", b"+OK Begin\r\n"), said=(b"", b"STLS\r\n", b"")),
    "imap": Talk(
        replies=(b"* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n", b"* CAPABILITY X\r\na1 OK begin\r\n"),
        said=(b"", b"a1 STARTTLS\r\n", b""),
    ),
    "nntp": Talk(replies=(b"201 news.test\r\n", b"382 go\r\n"), said=(b"", b"STARTTLS\r\n", b"")),
    "sieve": Talk(
        replies=(
            b'"IMPLEMENTATION" "Example"\r\n"SIEVE" {9}\r\nfileinto\n\r\n"STARTTLS"\r\nOK "hello"\r\n',
            b'OK "begin"\r\n',
        ),
        said=(b"", b"STARTTLS\r\n", b""),
    ),
    "xmpp": Talk(replies=(STREAM + FEATURES, PROCEED), said=(XMPP_HEADER, STARTTLS, b"")),
    "xmpp-server": Talk(
        replies=(STREAM, b"\n" + FEATURES, PROCEED),
        said=(XMPP_HEADER.replace(b"client", b"server"), b"", STARTTLS, b""),
    ),
    "ldap": Talk(replies=(bytes.fromhex("300c02010178070a010004000400"),), said=(LDAP_REQUEST, b"")),
    "postgres": Talk(replies=(b"S",), said=(bytes.fromhex("0000000804d2162f"), b"")),
    "mysql": Talk(replies=(mysql_greeting(),), said=(b"", MYSQL_REQUEST)),
}
REFUSALS = {
    "smtp": (
        (b"554 no service\r\n",),
        (b"220 x\r\n", b"500 what?\r\n"),
        (b"220 x\r\n", b"250 mail.test\r\n"),
        (b"220 x\r\n", b"250-mail.test\r\n250 STARTTLS\r\n", b"454 not now\r\n"),
    ),
    "lmtp": ((b"220 x\r\n", b"250 mail.test\r\n"),),
    "ftp": ((b"421 full\r\n",), (b"220 x\r\n", b"502 no\r\n")),
    "pop3": ((b"-ERR full\r\n",), (b"+OK\r\n", b"-ERR no\r\n")),
    "imap": (
        (b"* BYE full\r\n",),
        (b"* OK\r\n", b"a1 BAD no\r\n"),
        (b"* OK\r\n", b"* BYE gone\r\n"),
        (b"* PREAUTH hi\r\n",),
    ),
    "nntp": ((b"400 full\r\n",), (b"200 x\r\n", b"580 no\r\n")),
    "sieve": ((b'BYE "full"\r\n',), (b'"SIEVE" "x"\r\nOK\r\n',), (b'"STARTTLS"\r\nOK\r\n', b"NO\r\n")),
    "xmpp": (
        (STREAM + b"<stream:features><mechanisms/></stream:features>",),
        (STREAM + b"<stream:features/>",),
        (STREAM + FEATURES, b"<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
        (STREAM + b"<stream:error><host-unknown/></stream:error>",),
    ),
    "xmpp-server": ((STREAM + b"<stream:features/>",),),
    "ldap": (
        (bytes.fromhex("300c02010178070a013404000400"),),
        (bytes.fromhex("300f020101780a0a010204000403") + b"no\x1b",),
        (bytes.fromhex("300c02010078070a010004000400"),),
    ),
    "postgres": ((b"N",), (b"E",)),
    "mysql": ((mysql_greeting(capabilities=0xF7FF),), (b"\x0f\0\0\0\xff\x10\x04Too many now",)),
}
NONSENSE = {
    "smtp": b"* OK imap\r\n",
    "lmtp": b"22\r\n",
    "ftp": b"hello\r\n",
    "pop3": b"220 smtp\r\n",
    "imap": b"220 smtp\r\n",
    "nntp": b"HTTP/1.1 400\r\n",
    "sieve": b"220 smtp\r\n",
    "xmpp": b"HTTP/1.1 400\r\n",
    "xmpp-server": b"220 smtp\r\n",
    "ldap": b"HTTP/1.1 400\r\n",
    "postgres": b"HTTP/1.1 400\r\n",
    "mysql": b"HTTP/1.1 400 no\r\n",
}

REFUSING = ("does not begin TLS", "does not offer to begin TLS", "rules TLS out", "does not want us", "or not now")


def test_every_protocol_is_tried_here() -> None:
    assert set(GOOD) == set(REFUSALS) == set(NONSENSE) == set(PROTOCOLS)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_good_server_is_led_to_the_go_ahead(protocol: str) -> None:
    handshake = starttls_handshake(protocol, HOST)
    assert talk(handshake, *GOOD[protocol].replies) == list(GOOD[protocol].said)
    assert handshake.is_done
    assert handshake.rest == b""


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_replies_may_come_octet_by_octet(protocol: str) -> None:
    handshake = starttls_handshake(protocol, HOST)
    said = handshake.begin()
    for octet in b"".join(GOOD[protocol].replies):
        said += handshake.received(bytes([octet]))
    assert said == b"".join(GOOD[protocol].said)
    assert handshake.is_done


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("behind", [b"\n", b"250 forged\r\n", b"\x16\x03\x03"], ids=["newline", "reply", "record"])
def test_what_stands_behind_the_go_ahead_is_refused(protocol: str, behind: bytes) -> None:
    *before, last = GOOD[protocol].replies
    found = failure(starttls_handshake(protocol, HOST), *before, last + behind)
    assert "out of turn" in found.message
    assert found.hint is not None


@pytest.mark.parametrize("protocol", [one for one in PROTOCOLS if len(GOOD[one].replies) > 1])
def test_replies_to_what_was_not_asked_yet_are_refused(protocol: str) -> None:
    with pytest.raises(HandshakeFailed, match="out of turn"):
        talk(starttls_handshake(protocol, HOST), b"".join(GOOD[protocol].replies))


@pytest.mark.parametrize(("protocol", "replies"), [(name, one) for name, all_of in REFUSALS.items() for one in all_of])
def test_a_refusal_is_told(protocol: str, replies: tuple[bytes, ...]) -> None:
    found = failure(starttls_handshake(protocol, HOST), *replies)
    assert any(words in found.message for words in REFUSING)
    assert not controls_in(found.message)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_another_protocol_is_told(protocol: str) -> None:
    assert "does not speak" in failure(starttls_handshake(protocol, HOST), NONSENSE[protocol]).message


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_an_early_end_is_told(protocol: str) -> None:
    handshake = starttls_handshake(protocol, HOST)
    handshake.begin()
    with pytest.raises(HandshakeFailed, match="closed the connection before TLS began"):
        handshake.ended()


ENDLESS = {
    "smtp": b"220-more\r\n",
    "lmtp": b"220-more\r\n",
    "ftp": b"220-more\r\n",
    "pop3": b"+OK no end",
    "imap": b"* OK no end",
    "nntp": b"200 no end",
    "sieve": b'"X" "y"\r\n',
    "xmpp": b"<stream:stream  ",
    "xmpp-server": b"  \n ",
    "ldap": bytes.fromhex("3084000fffff") + bytes(100),
    "mysql": bytes.fromhex("ffff0f00") + bytes(100),
}


@pytest.mark.parametrize("protocol", ENDLESS)
def test_a_reply_without_end_is_cut_off(protocol: str) -> None:
    handshake = starttls_handshake(protocol, HOST)
    handshake.begin()
    assert endured(handshake, ENDLESS[protocol], 20_000) < 20_000


@pytest.mark.parametrize("protocol", PROTOCOLS)
@given(replies=st.lists(st.binary(max_size=60), max_size=5))
def test_whatever_is_said_is_a_failure_or_not_yet_the_go_ahead(protocol: str, replies: list[bytes]) -> None:
    handshake = starttls_handshake(protocol, HOST)
    handshake.begin()
    assert not controls_in(outcome(handshake, replies))
    assert handshake.rest == b""


def outcome(handshake: Handshake, replies: list[bytes]) -> str:
    """Why it failed; nothing when it did not."""
    try:
        for reply in replies:
            if not handshake.is_done:
                handshake.received(reply)
    except HandshakeFailed as found:
        return found.message
    return ""


@pytest.mark.parametrize("protocol", PROTOCOLS)
@given(place=st.integers(min_value=0, max_value=10_000), octet=st.integers(min_value=0, max_value=255))
def test_a_damaged_talk_ends_in_a_failure_or_in_the_go_ahead(protocol: str, place: int, octet: int) -> None:
    whole = b"\0".join(GOOD[protocol].replies)
    damaged = bytearray(whole)
    damaged[place % len(whole)] = octet
    handshake = starttls_handshake(protocol, HOST)
    handshake.begin()
    replies = [bytes(damaged)] if protocol in ("mysql", "ldap") else bytes(damaged).split(b"\0")
    assert not controls_in(outcome(handshake, replies))


@pytest.mark.parametrize(
    ("text", "protocol"), [("SMTP", "smtp"), ("postgresql", "postgres"), ("managesieve", "sieve"), ("mariadb", "mysql")]
)
def test_protocols_have_other_names_too(text: str, protocol: str) -> None:
    assert parse_starttls(text) == protocol


def test_an_unknown_protocol_is_told_with_the_nearest() -> None:
    with pytest.raises(OptionError, match="no protocol in which TLS can begin") as failure:
        parse_starttls("imaps")
    assert failure.value.hint == "did you mean imap?"


def test_the_host_of_xmpp_cannot_leave_its_quotes() -> None:
    assert b'to="a\'&gt;b"' in starttls_handshake("xmpp", "a'>b").begin()


def test_blanks_without_end_do_not_take_long() -> None:
    """What the patterns make of them is linear: this would take minutes otherwise."""
    handshake = starttls_handshake("xmpp", HOST)
    handshake.begin()
    assert endured(handshake, b" " * 1000, 20) == 16


def endured(handshake: Handshake, reply: bytes, most: int) -> int:
    """How often the handshake hears this, and says nothing to it, before it is too much."""
    for count in range(most):
        try:
            assert handshake.received(reply) == b""
        except HandshakeFailed:
            return count
    return most


def test_xmpp_goes_ahead_in_its_own_namespace_alone() -> None:
    handshake = starttls_handshake("xmpp", "h.example")
    talk(handshake, STREAM + FEATURES, b"<proceed a='1' xmlns=\"urn:ietf:params:xml:ns:xmpp-tls\" >", b"</proceed >")
    assert handshake.is_done
    for other in (
        b"<proceed xmlns='urn:other'/>",
        b"<proceed />",
        b"<proceed axmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
    ):
        assert "does not begin TLS" in failure(starttls_handshake("xmpp", "h"), STREAM + FEATURES, other).message


def test_xmpp_that_repeats_itself_octet_by_octet_costs_little() -> None:
    """Each octet lets all be looked at once more: 16 KiB of attributes must not be tried in every combination."""
    handshake = starttls_handshake("xmpp", "h.example")
    talk(handshake, STREAM + FEATURES, b"<proceed" + b" xmlns='urn:ietf:params:xml:ns:xmpp-tls'" * 350)
    began_s = process_time()
    for _ in range(300):
        handshake.received(b" ")
    assert process_time() - began_s < 2.0  # 0.1 s; it was 10 s
    handshake.received(b"/>")
    assert handshake.is_done
