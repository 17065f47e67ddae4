"""What the machine of a lookup does about keys, and about transports whose streams tell the reply."""

import pytest

from nettools.core.dns.tsig import TsigKey, TsigStream, sign
from nettools.core.resolve.lookup import Ask, Lookup, Outcome, Transport
from nettools.core.resolve.resolution import Resolution
from tests.core.resolve.lookups import KEY, lookup, server
from tests.dns_servers.replies import answer_to, signed_answer_to

WALL = 1_800_000_000.0
STARTED = 50.0


def machine(about: Lookup) -> Resolution:
    return Resolution(about, entropy=lambda count: b"\xab" * count, started_s=STARTED, started_wall_s=WALL)


def asked(resolution: Resolution, now_s: float = STARTED) -> Ask:
    action = resolution.next_action(now_s)
    assert isinstance(action, Ask)
    return action


def ended(resolution: Resolution, now_s: float = STARTED + 9) -> Outcome:
    action = resolution.next_action(now_s)
    assert isinstance(action, Outcome)
    return action


@pytest.mark.parametrize(
    ("transport", "identifier"),
    [("udp", b"\xab\xab"), ("tcp", b"\xab\xab"), ("tls", b"\xab\xab"), ("https", b"\0\0"), ("quic", b"\0\0")],
)
def test_where_a_stream_tells_the_reply_the_id_is_0(transport: Transport, identifier: bytes) -> None:
    resolution = machine(lookup(server(transport=transport)))
    ask = asked(resolution)
    assert ask.wire[:2] == identifier
    assert resolution.received(answer_to(ask.wire), STARTED + 0.01)
    assert ended(resolution).status == "answered"


@pytest.mark.parametrize("transport", ["https", "quic"])
def test_another_id_than_0_ends_the_try_there(transport: Transport) -> None:
    resolution = machine(lookup(server(transport=transport)))
    ask = asked(resolution)
    assert resolution.received(b"\0\1" + answer_to(ask.wire)[2:], STARTED + 0.01)
    outcome = ended(resolution)
    assert outcome.status == "malformed"
    assert [one.reason for one in outcome.discarded] == ["wrong-id"]


def test_a_query_is_signed_at_the_time_of_day() -> None:
    ask = asked(machine(lookup(tsig=KEY)), STARTED + 2.5)
    bare = asked(machine(lookup()), STARTED + 2.5)
    assert ask.wire == sign(bare.wire, KEY, int(WALL + 2))[0]


def test_a_signed_reply_is_the_answer() -> None:
    resolution = machine(lookup(tsig=KEY))
    ask = asked(resolution)
    assert resolution.received(signed_answer_to(ask.wire, KEY, int(WALL)), STARTED + 0.01)
    outcome = ended(resolution)
    assert (outcome.status, outcome.discarded, outcome.warnings) == ("answered", (), ())


def test_a_flood_without_tsig_is_warned_of_once() -> None:
    resolution = machine(lookup(tsig=KEY))
    wire = answer_to(asked(resolution).wire)
    assert not any(resolution.received(wire, STARTED + 0.01) for _ in range(5_000))
    assert len(resolution._log.warnings) == 1  # not even kept until the end


def test_over_udp_the_wait_for_a_signed_reply_goes_on_behind_a_forged_one() -> None:
    resolution = machine(lookup(tsig=KEY))
    ask = asked(resolution)
    other = TsigKey(name=KEY.name, algorithm=KEY.algorithm, secret=b"guessed")
    assert not resolution.received(answer_to(ask.wire), STARTED + 0.01)
    assert not resolution.received(signed_answer_to(ask.wire, other, int(WALL)), STARTED + 0.02)
    assert resolution.received(signed_answer_to(ask.wire, KEY, int(WALL)), STARTED + 0.03)
    outcome = ended(resolution)
    assert outcome.status == "answered"
    assert [one.reason for one in outcome.discarded] == ["bad-tsig", "bad-tsig"]
    assert outcome.warnings == (
        "192.0.2.53: the reply has no TSIG",
        "192.0.2.53: the reply's TSIG is wrong: another secret, or the reply was changed",
    )


def test_an_unsigned_reply_alone_is_no_answer() -> None:
    resolution = machine(lookup(tsig=KEY))
    ask = asked(resolution)
    assert not resolution.received(answer_to(ask.wire), STARTED + 0.01)
    resolution.timed_out(ask.deadline_s)
    outcome = ended(resolution)
    assert (outcome.status, outcome.message) == ("malformed", None)


@pytest.mark.parametrize("transport", ["tcp", "tls", "https", "quic"])
def test_over_a_stream_an_unsigned_reply_ends_the_try(transport: Transport) -> None:
    resolution = machine(lookup(server(transport=transport), tsig=KEY))
    ask = asked(resolution)
    assert resolution.received(answer_to(ask.wire), STARTED + 0.01)
    outcome = ended(resolution)
    assert (outcome.status, outcome.message) == ("malformed", None)
    assert [one.reason for one in outcome.discarded] == ["bad-tsig"]


def test_a_reply_of_a_wrong_clock_ends_the_try_at_once() -> None:
    resolution = machine(lookup(tsig=KEY))
    ask = asked(resolution)
    assert resolution.received(signed_answer_to(ask.wire, KEY, int(WALL) - 86_400), STARTED + 0.01)
    outcome = ended(resolution)
    assert (outcome.status, outcome.message) == ("badtime", None)
    assert [one.result for one in outcome.tries] == ["BADTIME"]
    assert [one.reason for one in outcome.discarded] == ["bad-tsig"]
    assert "86,400 s behind the clock here" in outcome.warnings[0]


def test_the_servers_refusal_of_the_key_is_the_outcome() -> None:
    resolution = machine(lookup(tsig=KEY))
    ask = asked(resolution)
    assert resolution.received(signed_answer_to(ask.wire, KEY, int(WALL), error=17, rcode=9), STARTED + 0.01)
    outcome = ended(resolution)
    assert outcome.status == "notauth"
    assert [one.result for one in outcome.tries] == ["NOTAUTH"]
    assert outcome.warnings == ("192.0.2.53: BADKEY: the server knows no key 'k.' of hmac-sha256",)


def test_the_next_server_is_asked_when_one_refuses_the_key() -> None:
    resolution = machine(lookup(server("192.0.2.1"), server("192.0.2.2"), tsig=KEY, tries=2))
    first = asked(resolution)
    resolution.received(signed_answer_to(first.wire, KEY, int(WALL), error=16, rcode=9), STARTED + 0.01)
    second = asked(resolution, STARTED + 0.01)
    assert str(second.server) == "192.0.2.2"
    assert resolution.received(signed_answer_to(second.wire, KEY, int(WALL)), STARTED + 0.02)
    assert ended(resolution).status == "answered"


def test_a_valid_signature_lets_a_truncated_reply_be_asked_again_over_tcp_signed_anew() -> None:
    resolution = machine(lookup(tsig=KEY))
    ask = asked(resolution)
    assert resolution.received(signed_answer_to(ask.wire, KEY, int(WALL), flags=0x8600), STARTED + 2)
    again = asked(resolution, STARTED + 2)
    assert again.transport == "tcp"
    assert TsigStream(KEY, b"").check(again.wire, WALL).kind == "invalid"  # it is signed, as a query is
    assert again.wire != ask.wire


@pytest.mark.parametrize(
    ("result", "status"),
    [
        ("http-404", "malformed"),
        ("http-content-type", "malformed"),
        ("cut", "malformed"),
        ("tls-failed", "unreachable"),
        ("refused-connection", "unreachable"),
    ],
)
def test_who_was_reached_and_sent_no_message_is_malformed(result: str, status: str) -> None:
    resolution = machine(lookup(server(transport="https")))
    asked(resolution)
    resolution.failed(result, STARTED + 0.1, "a reason")
    outcome = ended(resolution)
    assert outcome.status == status
    assert [one.result for one in outcome.tries] == [result]
    assert outcome.warnings == ("https://192.0.2.53: a reason",)


def test_what_is_noted_is_said_by_the_outcome() -> None:
    resolution = machine(lookup(server(transport="tls")))
    ask = asked(resolution)
    resolution.noted("nothing was verified")
    resolution.received(answer_to(ask.wire), STARTED + 0.1)
    assert ended(resolution).warnings == ("nothing was verified",)
