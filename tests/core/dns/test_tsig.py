"""TSIG: what we sign others verify, what others sign we verify, and what is wrong is said."""

import time
from base64 import b64encode

import dns.message
import dns.tsig
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.dns.message import Question
from nettools.core.dns.name import name_from_text
from nettools.core.dns.query import QueryOptions, make_query
from nettools.core.dns.tsig import ALGORITHMS, FUDGE_S, TsigKey, TsigStream, TsigVerdict, sign

NOW = 1_800_000_000
KEY = TsigKey(name="Transfer.Key.", algorithm="hmac-sha256", secret=b"a secret of the tests")
QUERY = make_query(
    Question(name=name_from_text("www.Example.test"), type=1, class_=1), QueryOptions(), identifier=0x1234
)


def peer_key(key: TsigKey) -> dns.tsig.Key:
    """The key as dnspython has it."""
    return dns.tsig.Key(key.name, b64encode(key.secret).decode(), ALGORITHMS[key.algorithm][0] + ".")


def read_by_peer(wire: bytes, key: TsigKey) -> dns.message.Message:
    """The message, verified by dnspython at its own clock."""
    return dns.message.from_wire(wire, keyring=peer_key(key))


def reply(signed_query: bytes, key: TsigKey, *, at: int = NOW) -> bytes:
    """A reply that dnspython signs."""
    query = dns.message.from_wire(signed_query, keyring=False)
    assert query.tsig is not None
    algorithm = peer_key(key).algorithm
    rdata = query.tsig[0].replace(algorithm=algorithm, time_signed=at, mac=b"", original_id=query.id)
    unsigned = unsigned_reply(query)
    signed, _ = dns.tsig.sign(unsigned, peer_key(key), rdata, at, query.mac)  # type: ignore[no-untyped-call]
    return _with_record(unsigned, peer_key(key).name.to_wire() or b"", signed.to_wire() or b"")


def unsigned_reply(query: dns.message.Message) -> bytes:
    answer = dns.message.make_response(query)
    answer.tsig = None
    return answer.to_wire()


def _with_record(unsigned: bytes, owner: bytes, rdata: bytes) -> bytes:
    record = owner + b"\x00\xfa\x00\xff\x00\x00\x00\x00" + len(rdata).to_bytes(2, "big") + rdata
    count = int.from_bytes(unsigned[10:12], "big") + 1
    return unsigned[:10] + count.to_bytes(2, "big") + unsigned[12:] + record


def verdict(wire: bytes, mac: bytes, *, key: TsigKey = KEY, now: float = NOW) -> TsigVerdict:
    return TsigStream(key, mac).check(wire, now)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_what_we_sign_dnspython_verifies(algorithm: str) -> None:
    key = TsigKey(name="k.test.", algorithm=algorithm, secret=b"0123456789abcdef")
    signed, mac = sign(QUERY, key, int(time.time()))  # dnspython reads the clock itself
    message = read_by_peer(signed, key)
    assert message.had_tsig
    assert message.mac == mac
    assert message.id == 0x1234


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_what_dnspython_signs_we_verify(algorithm: str) -> None:
    key = TsigKey(name="k.test.", algorithm=algorithm, secret=b"0123456789abcdef")
    signed, mac = sign(QUERY, key, NOW)
    assert verdict(reply(signed, key), mac, key=key) == TsigVerdict(kind="valid")


@given(st.data())
def test_a_changed_octet_is_found(data: st.DataObject) -> None:
    signed, mac = sign(QUERY, KEY, NOW)
    wire = bytearray(reply(signed, KEY))
    place = data.draw(st.integers(0, len(wire) - 1))
    wire[place] ^= data.draw(st.integers(1, 255))
    found = verdict(bytes(wire), mac)
    # The ID may change on the way, the original one is signed (RFC 8945 §5.3); the case of names does not count.
    is_same = place < 2 or bytes(wire).lower() == reply(signed, KEY).lower()
    assert (found.kind == "valid") is is_same


def test_another_secret_is_found() -> None:
    other = TsigKey(name=KEY.name, algorithm=KEY.algorithm, secret=b"another")
    signed, mac = sign(QUERY, KEY, NOW)
    found = verdict(reply(signed, other), mac)
    assert found.kind == "invalid"
    assert "another secret" in found.why


def test_another_keys_signature_does_not_count() -> None:
    other = TsigKey(name="other.", algorithm=KEY.algorithm, secret=KEY.secret)
    signed, mac = sign(QUERY, KEY, NOW)
    assert verdict(reply(signed, other), mac) == TsigVerdict(
        kind="invalid", why="the reply's TSIG is made with another key"
    )


def test_a_reply_to_another_query_does_not_count() -> None:
    signed, _ = sign(QUERY, KEY, NOW)
    _, mac_of_another = sign(QUERY, KEY, NOW + 1)
    assert verdict(reply(signed, KEY), mac_of_another).kind == "invalid"


def test_a_reply_without_a_signature_is_missing_one() -> None:
    assert verdict(QUERY, b"mac") == TsigVerdict(kind="missing", why="the reply has no TSIG")


@pytest.mark.parametrize(
    ("apart", "kind"), [(300, "valid"), (301, "wrong-time"), (-300, "valid"), (-301, "wrong-time")]
)
def test_clocks_may_be_apart_by_the_fudge(apart: int, kind: str) -> None:
    signed, mac = sign(QUERY, KEY, NOW)
    assert verdict(reply(signed, KEY, at=NOW + apart), mac).kind == kind


def test_a_clock_that_is_behind_is_told_with_its_distance() -> None:
    signed, mac = sign(QUERY, KEY, NOW)
    found = verdict(reply(signed, KEY, at=NOW - 86_400), mac)
    assert found.why == (
        "the reply's TSIG was made at 2027-01-14T08:00:00Z, 86,400 s behind the clock here: 300 s are allowed"
    )


def refusal(error: int, *, other: bytes = b"", mac: bytes = b"") -> bytes:
    """A reply whose TSIG has an error and, as servers do it, no MAC."""
    when = NOW.to_bytes(6, "big") + FUDGE_S.to_bytes(2, "big")
    rdata = KEY.wire_algorithm + when + len(mac).to_bytes(2, "big") + mac + b"\x12\x34" + error.to_bytes(2, "big")
    rdata += len(other).to_bytes(2, "big") + other
    header = b"\x12\x34\x80\x09" + b"\x00\x01\x00\x00\x00\x00\x00\x00"
    return _with_record(header + name_from_text("a.test") + b"\x00\x01\x00\x01", KEY.wire_name, rdata)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (16, "BADSIG: the server has another secret for the key 'Transfer.Key.'"),
        (17, "BADKEY: the server knows no key 'Transfer.Key.' of hmac-sha256"),
        (22, "BADTRUNC: the server wants a longer MAC"),
        (4711, "the server's TSIG has the error 4711"),
    ],
)
def test_the_servers_refusal_is_told_in_words(error: int, words: str) -> None:
    assert verdict(refusal(error), b"") == TsigVerdict(kind="refused", why=words)


def test_the_servers_clock_is_told_when_it_refuses_ours() -> None:
    signed, mac = sign(QUERY, KEY, NOW)
    theirs = (NOW + 3600).to_bytes(6, "big")
    unsigned = refusal(18, other=theirs)
    found = verdict(unsigned, mac)
    assert found.kind == "invalid"  # nothing but a signature says whose clock it is
    assert len(signed) > len(QUERY)


def test_a_signed_badtime_is_believed() -> None:
    _, mac = sign(QUERY, KEY, NOW)
    theirs = (NOW + 3600).to_bytes(6, "big")
    bare = refusal(18, other=theirs)
    start = bare.index(KEY.wire_name)
    unsigned = bare[:10] + b"\x00\x00" + bare[12:start]
    when = NOW.to_bytes(6, "big") + FUDGE_S.to_bytes(2, "big")
    variables = KEY.wire_name + b"\x00\xff\x00\x00\x00\x00" + KEY.wire_algorithm + when + b"\x00\x12\x00\x06" + theirs
    made = KEY.digest(len(mac).to_bytes(2, "big") + mac, unsigned, variables)
    found = verdict(refusal(18, other=theirs, mac=made), mac)
    assert found == TsigVerdict(
        kind="refused",
        why="BADTIME: the server's clock shows 2027-01-15T09:00:00Z, 3,600 s ahead of the clock here",
    )


@given(st.binary(max_size=300))
def test_octets_of_any_kind_are_never_valid_and_never_a_crash(octets: bytes) -> None:
    assert verdict(octets, b"mac").kind != "valid"


@given(st.integers(0, 400))
def test_a_reply_cut_anywhere_is_never_valid(length: int) -> None:
    signed, mac = sign(QUERY, KEY, NOW)
    wire = reply(signed, KEY)
    assert (verdict(wire[:length], mac).kind == "valid") is (length >= len(wire))


def test_a_key_shows_no_secret() -> None:
    assert "secret of the tests" not in repr(KEY)


def signed_stream(signed_query: bytes, count: int, signed: set[int]) -> list[bytes]:
    """Messages of a transfer as dnspython signs them; the others are without TSIG (RFC 8945 §5.3.1)."""
    query = dns.message.from_wire(signed_query, keyring=False)
    key, context, messages = peer_key(KEY), None, []
    for number in range(count):
        wire = unsigned_reply(query)
        if number not in signed:
            assert context is not None
            context.update(wire)
            messages.append(wire)
            continue
        assert query.tsig is not None
        rdata = query.tsig[0].replace(time_signed=NOW, mac=b"", original_id=query.id)
        before = query.mac if context is None else b""
        tsig, context = dns.tsig.sign(wire, key, rdata, NOW, before, context, True)  # type: ignore[no-untyped-call]
        messages.append(_with_record(wire, key.name.to_wire() or b"", tsig.to_wire() or b""))
    return messages


def test_every_message_of_a_stream_may_be_signed() -> None:
    signed, mac = sign(QUERY, KEY, NOW)
    stream = TsigStream(KEY, mac)
    kinds = [stream.check(wire, NOW).kind for wire in signed_stream(signed, 4, {0, 1, 2, 3})]
    assert kinds == ["valid"] * 4


def test_a_signature_covers_the_unsigned_messages_before_it() -> None:
    signed, mac = sign(QUERY, KEY, NOW)
    stream = TsigStream(KEY, mac)
    messages = signed_stream(signed, 5, {0, 4})
    kinds = [stream.check(wire, NOW).kind for wire in messages]
    assert kinds == ["valid", "missing", "missing", "missing", "valid"]
    assert stream.unsigned_count == 0


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_lost_message_of_a_stream_is_found_by_the_next_signature(lost: int) -> None:
    signed, mac = sign(QUERY, KEY, NOW)
    stream = TsigStream(KEY, mac)
    messages = signed_stream(signed, 5, {0, 4})
    del messages[lost]
    assert [stream.check(wire, NOW).kind for wire in messages][-1] == "invalid"
