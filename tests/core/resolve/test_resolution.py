"""The machine of a lookup, rule by rule, with a clock that the test turns."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.dns.edns import COOKIE
from nettools.core.dns.message import parse_message
from nettools.core.dns.query import QueryOptions
from nettools.core.dns.types import AA, QR, RA, RCODES, TC
from nettools.core.resolve.lookup import Ask, Lookup, Outcome, Server
from nettools.core.resolve.resolution import Resolution
from tests.core.resolve.lookups import question, server

STARTED_S = 50.0
TIMEOUT_S = 4.0
RTT_S = 0.01
A, B, C = (server(f"192.0.2.{number}") for number in (1, 2, 3))
RCODE_NUMBERS = {name: number for number, name in RCODES.items()}

Change = Callable[[bytes], bytes]


@dataclass
class Talk:
    """A machine, its clock, and whom it has asked."""

    lookup: Lookup
    now_s: float = STARTED_S
    asks: list[Ask] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.machine = Resolution(self.lookup, entropy=lambda count: b"\xab" * count, started_s=self.now_s)

    def asked(self) -> Ask:
        """Whom the machine asks now; it must not be done."""
        action = self.machine.next_action(self.now_s)
        assert isinstance(action, Ask)
        self.asks.append(action)
        return action

    def ended(self) -> Outcome:
        """The outcome; the machine must be done."""
        action = self.machine.next_action(self.now_s)
        assert isinstance(action, Outcome)
        return action

    def gets(self, *replies: bytes) -> bool:
        """Replies after a round trip; whether the last settled the try."""
        self.now_s += RTT_S
        return [self.machine.received(one, self.now_s) for one in replies][-1]

    def hears_nothing(self) -> None:
        self.now_s = self.asks[-1].deadline_s
        self.machine.timed_out(self.now_s)

    def fails(self, result: str) -> None:
        self.machine.failed(result, self.now_s)

    @property
    def asked_servers(self) -> list[Server]:
        return [ask.server for ask in self.asks]


def talk(*servers: Server, tries: int = 2, try_timeout_s: float | None = None, **options: bool) -> Talk:
    return Talk(
        Lookup(
            question=question(),
            servers=servers or (A,),
            options=QueryOptions(**options),  # type: ignore[arg-type]  # only its flags are given
            timeout_s=TIMEOUT_S,
            try_timeout_s=try_timeout_s,
            tries=tries,
        )
    )


ADDRESS = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xc0\x00\x02\x01"
UPWARD = b"\x00\x00\x02\x00\x01\x00\x00\x00\x3c\x00\x09\x02ns\x04root\x00"
ECHO = question().name + b"\x00\x01\x00\x01"


def reply(
    ask: Ask,
    rcode: str = "NOERROR",
    *,
    answer: tuple[bytes, ...] = (),
    authority: tuple[bytes, ...] = (),
    flags: int = QR | RA,
    options: bytes | None = None,
    asked: bytes = ECHO,
) -> bytes:
    """A reply; with ``options`` it has an OPT record, as rcodes above 15 need it."""
    number = RCODE_NUMBERS[rcode]
    if number > 15:
        options = options or b""
    opt = b""
    if options is not None:
        opt = b"\x00\x00\x29\x04\xd0" + bytes([number >> 4, 0, 0, 0]) + len(options).to_bytes(2, "big") + options
    counts = (1 if asked else 0, len(answer), len(authority), 1 if opt else 0)
    header = ask.wire[:2] + (flags | number & 15).to_bytes(2, "big") + b"".join(n.to_bytes(2, "big") for n in counts)
    return header + asked + b"".join(answer) + b"".join(authority) + opt


def answer(ask: Ask) -> bytes:
    return reply(ask, answer=(ADDRESS,))


def cookie_option(cookie: bytes) -> bytes:
    return COOKIE.to_bytes(2, "big") + len(cookie).to_bytes(2, "big") + cookie


def results(outcome: Outcome) -> list[str]:
    return [one.result for one in outcome.tries]


# Rule 1: servers in their order, then all of them again.


def test_servers_are_asked_in_their_order_and_all_again_in_each_round() -> None:
    one = talk(A, B, tries=3)
    for _ in range(6):
        one.asked()
        one.hears_nothing()
    assert one.asked_servers == [A, B, A, B, A, B]
    outcome = one.ended()
    assert (outcome.status, results(outcome)) == ("timeout", ["timeout"] * 6)


def test_silence_everywhere_lasts_exactly_as_long_as_the_lookup_may() -> None:
    one = talk(A, B, C)
    for _ in range(6):
        one.asked()
        one.hears_nothing()
    one.ended()
    assert one.now_s == pytest.approx(STARTED_S + TIMEOUT_S)
    assert [ask.deadline_s - STARTED_S for ask in one.asks] == pytest.approx([TIMEOUT_S * n / 6 for n in range(1, 7)])


def test_time_that_one_try_did_not_need_is_for_the_others() -> None:
    one = talk(A, B, tries=1)
    one.asked()
    one.gets(reply(one.asks[0], "SERVFAIL"))
    assert one.asked().deadline_s == STARTED_S + TIMEOUT_S


def test_a_try_lasts_no_longer_than_the_lookup_allows_one() -> None:
    one = talk(A, try_timeout_s=1.0, tries=9)
    deadlines = []
    for _ in range(4):
        deadlines.append(one.asked().deadline_s - STARTED_S)
        one.hears_nothing()
    assert deadlines == [1, 2, 3, 4]
    assert one.ended().status == "timeout"


def test_a_stream_to_the_only_server_has_all_the_time() -> None:
    one = talk(server("192.0.2.1", transport="tcp"))
    assert one.asked().deadline_s == STARTED_S + TIMEOUT_S


def test_a_stream_to_one_of_two_servers_leaves_time_for_the_other() -> None:
    one = talk(server("192.0.2.1", transport="tcp"), B, tries=1)
    assert one.asked().deadline_s == STARTED_S + TIMEOUT_S / 2


def test_the_same_query_to_the_same_server_may_be_answered_late() -> None:
    one = talk(A)
    assert not one.asked().is_repeat
    one.hears_nothing()
    assert one.asked().is_repeat
    assert one.asks[0].wire == one.asks[1].wire


def test_no_server_is_no_answer() -> None:
    machine = Resolution(
        Lookup(question=question(), servers=()), entropy=lambda count: bytes(count), started_s=STARTED_S
    )
    outcome = machine.next_action(STARTED_S)
    assert isinstance(outcome, Outcome)
    assert (outcome.status, outcome.server, outcome.tries) == ("timeout", None, ())


# Rule 2: what counts as a reply.


def changed(at: int, octet: int) -> Change:
    return lambda wire: wire[:at] + bytes([wire[at] ^ octet]) + wire[at + 1 :]


STRAYS: list[tuple[str, Change]] = [
    ("wrong-id", changed(0, 0xFF)),
    ("wrong-id", changed(1, 0x01)),
    ("no-response", changed(2, 0x80)),
    ("wrong-opcode", changed(2, 0x28)),
    ("wrong-question", changed(13, 0x01)),
    ("wrong-question", changed(12 + len(ECHO) - 3, 0x1D)),  # the type
    ("wrong-question", changed(12 + len(ECHO) - 1, 0x02)),  # the class
    ("wrong-question", lambda wire: wire[:4] + b"\x00\x02" + wire[6 : 12 + len(ECHO)] + ECHO + wire[12 + len(ECHO) :]),
    ("wrong-question", lambda wire: wire[:4] + bytes(8)),
    ("short", lambda wire: wire[:7]),
    ("short", lambda wire: b""),
    ("malformed", lambda wire: wire[:20]),
]


@pytest.mark.parametrize(("reason", "change"), STRAYS)
def test_over_udp_a_stray_is_put_aside_and_the_wait_goes_on(reason: str, change: Change) -> None:
    one = talk(A)
    right = answer(one.asked())
    assert not one.gets(change(right))
    assert one.gets(right)
    outcome = one.ended()
    assert (outcome.status, results(outcome)) == ("answered", ["NOERROR"])
    assert [(found.reason, found.server) for found in outcome.discarded] == [(reason, A)]


@pytest.mark.parametrize(("reason", "change"), STRAYS)
def test_over_a_stream_a_stray_ends_the_try(reason: str, change: Change) -> None:
    one = talk(server("192.0.2.1", transport="tcp"), tries=1)
    assert one.gets(change(answer(one.asked())))
    outcome = one.ended()
    assert (outcome.status, [found.reason for found in outcome.discarded]) == ("malformed", [reason])


@pytest.mark.parametrize(
    ("stray", "status"),
    [("wrong-id", "timeout"), ("wrong-question", "timeout"), ("short", "malformed"), ("malformed", "malformed")],
)
def test_only_damage_makes_silence_more_than_silence(stray: str, status: str) -> None:
    change = next(change for reason, change in STRAYS if reason == stray)
    one = talk(A, tries=1)
    one.gets(change(answer(one.asked())))
    one.hears_nothing()
    assert one.ended().status == status


def test_a_question_in_other_letters_is_the_same() -> None:
    one = talk(A)
    one.gets(reply(one.asked(), answer=(ADDRESS,), asked=ECHO.upper()))
    assert one.ended().status == "answered"


def test_an_error_may_come_without_its_question() -> None:
    one = talk(A, tries=1)
    assert one.gets(reply(one.asked(), "REFUSED", asked=b""))
    assert one.ended().status == "refused"


def test_a_flood_of_forgeries_is_counted_and_not_kept() -> None:
    one = talk(A)
    right = answer(one.asked())
    one.gets(*[changed(0, 0xFF)(right)] * 5_000, right)
    outcome = one.ended()
    assert outcome.status == "answered"
    assert len(outcome.discarded) == 100
    assert "4,900 more replies were discarded" in outcome.warnings


def test_the_faults_of_the_reply_that_is_taken_are_warnings() -> None:
    one = talk(A)
    one.gets(answer(one.asked()) + b"JUNK")
    assert one.ended().warnings == ("4 extra octets at the end of the message",)


def test_a_datagram_larger_than_we_take_is_warned_of() -> None:
    one = talk(A)
    one.gets(reply(one.asked(), answer=(ADDRESS,) * 100))
    (warning,) = one.ended().warnings
    assert warning == "192.0.2.1 sent a datagram of 1,626 octets, and the query allowed 1,232"


def test_without_edns_a_datagram_of_more_than_512_octets_is_too_large() -> None:
    one = talk(A, edns=False)
    one.gets(reply(one.asked(), answer=(ADDRESS,) * 31))
    assert one.ended().warnings == ("192.0.2.1 sent a datagram of 522 octets, and the query allowed 512",)


def test_over_a_stream_no_size_is_too_large() -> None:
    one = talk(server("192.0.2.1", transport="tcp"))
    one.gets(reply(one.asked(), answer=(ADDRESS,) * 100))
    assert one.ended().warnings == ()


# Rule 3: TC.


def test_what_is_truncated_is_asked_again_over_tcp_at_the_same_server() -> None:
    one = talk(A, B)
    assert one.gets(reply(one.asked(), flags=QR | TC))
    again = one.asked()
    assert (again.server, again.transport) == (A, "tcp")
    one.gets(answer(again))
    outcome = one.ended()
    assert (outcome.status, outcome.transport, results(outcome)) == ("answered", "tcp", ["truncated", "NOERROR"])
    assert [found.transport for found in outcome.tries] == ["udp", "tcp"]


def test_truncated_over_tcp_too_is_malformed() -> None:
    one = talk(A, tries=1)
    for _ in range(2):
        one.gets(reply(one.asked(), flags=QR | TC))
    outcome = one.ended()
    assert (outcome.status, results(outcome)) == ("malformed", ["truncated", "malformed"])
    assert outcome.warnings == ("the answer is truncated over a stream too",)


@pytest.mark.parametrize(
    ("result", "status"),
    [("refused-connection", "unreachable"), ("closed", "unreachable"), ("reset", "unreachable"), ("cut", "malformed")],
)
def test_a_stream_that_ends_sends_us_to_the_next_server(result: str, status: str) -> None:
    one = talk(A, B, tries=1)
    one.gets(reply(one.asked(), flags=QR | TC))
    one.asked()
    one.fails(result)
    assert one.asked().server == B
    one.hears_nothing()
    outcome = one.ended()
    assert (outcome.status, results(outcome)) == (status, ["truncated", result, "timeout"])


# Rule 4: EDNS.


@pytest.mark.parametrize("rcode", ["FORMERR", "NOTIMP", "BADVERS"])
def test_a_server_without_edns_is_asked_again_without_it(rcode: str) -> None:
    one = talk(A, B, dnssec_ok=True)
    one.gets(reply(one.asked(), rcode))
    again = one.asked()
    assert (again.server, again.transport, parse_message(again.wire).edns) == (A, "udp", None)
    one.gets(answer(again))
    outcome = one.ended()
    assert (outcome.status, results(outcome)) == ("answered", [rcode, "NOERROR"])
    assert outcome.warnings == (f"192.0.2.1 answers {rcode} to EDNS: asked again without it",)


@pytest.mark.parametrize("rcode", ["FORMERR", "NOTIMP"])
def test_the_same_answer_without_edns_is_the_answer(rcode: str) -> None:
    one = talk(A)
    for _ in range(2):
        one.gets(reply(one.asked(), rcode))
    outcome = one.ended()
    assert (outcome.status, results(outcome)) == (rcode.lower(), [rcode, rcode])


def test_the_next_server_is_asked_with_edns_again() -> None:
    one = talk(A, B)
    for _ in range(2):
        one.gets(reply(one.asked(), "FORMERR"))
    assert parse_message(one.asked().wire).edns is not None


def test_who_asks_without_edns_is_believed_at_once() -> None:
    one = talk(A, edns=False)
    one.gets(reply(one.asked(), "FORMERR"))
    assert results(one.ended()) == ["FORMERR"]


# Rule 5: cookies.

CLIENT = b"\xab" * 8


def cookies(ask: Ask) -> bytes | None:
    edns = parse_message(ask.wire).edns
    return edns.cookie if edns else None


def bad_cookie(ask: Ask, server_part: bytes) -> bytes:
    return reply(ask, "BADCOOKIE", options=cookie_option(CLIENT + server_part))


def test_the_cookie_that_came_goes_back_once() -> None:
    one = talk(A, cookie=True)
    assert cookies(one.asked()) == CLIENT
    one.gets(bad_cookie(one.asks[0], b"SERVER01"))
    again = one.asked()
    assert cookies(again) == CLIENT + b"SERVER01"
    one.gets(reply(again, answer=(ADDRESS,), options=cookie_option(CLIENT + b"SERVER01")))
    outcome = one.ended()
    assert (outcome.status, results(outcome)) == ("answered", ["BADCOOKIE", "NOERROR"])


def test_a_server_that_wants_another_cookie_each_time_is_asked_twice_and_no_more() -> None:
    one = talk(A, cookie=True, tries=1)
    one.gets(bad_cookie(one.asked(), b"SERVER01"))
    one.gets(bad_cookie(one.asked(), b"SERVER02"))
    outcome = one.ended()
    assert (outcome.status, results(outcome)) == ("badcookie", ["BADCOOKIE", "BADCOOKIE"])


def test_bad_cookie_without_a_cookie_is_the_answer() -> None:
    one = talk(A, cookie=True, tries=1)
    one.gets(reply(one.asked(), "BADCOOKIE"))
    assert results(one.ended()) == ["BADCOOKIE"]


def test_one_servers_cookie_is_not_shown_to_another() -> None:
    one = talk(A, B, cookie=True)
    one.gets(bad_cookie(one.asked(), b"SERVER01"))
    one.gets(reply(one.asked(), "SERVFAIL"))
    assert one.asked().server == B
    assert cookies(one.asks[-1]) == CLIENT


def test_a_reply_with_anothers_cookie_is_forged() -> None:
    one = talk(A, cookie=True)
    ask = one.asked()
    assert not one.gets(reply(ask, answer=(ADDRESS,), options=cookie_option(b"FORGED00SERVER01")))
    assert one.gets(answer(ask))
    assert [found.reason for found in one.ended().discarded] == ["bad-cookie"]


# Rule 6: who is asked next, and who again.


def failing(rcode: str) -> Callable[[Talk], None]:
    return lambda one: (one.gets(reply(one.asks[-1], rcode)), None)[1]


def refers(one: Talk) -> None:
    one.gets(reply(one.asks[-1], authority=(UPWARD,)))


def breaks(one: Talk) -> None:
    one.gets(reply(one.asks[-1], answer=(ADDRESS[:-1],)))


def is_silent(one: Talk) -> None:
    one.hears_nothing()


def is_closed(one: Talk) -> None:
    one.fails("refused-connection")


@pytest.mark.parametrize(
    ("misbehaves", "is_asked_again"),
    [
        (failing("SERVFAIL"), True),
        (failing("REFUSED"), False),
        (failing("NOTIMP"), False),
        (failing("NOTAUTH"), False),
        (refers, False),
        (breaks, True),
        (is_silent, True),
        (is_closed, False),
    ],
    ids=["servfail", "refused", "notimp", "notauth", "referral", "damage", "silence", "closed"],
)
def test_a_failure_sends_us_to_the_next_server(misbehaves: Callable[[Talk], None], is_asked_again: bool) -> None:
    one = talk(A, B, edns=False)
    one.asked()
    misbehaves(one)
    assert one.asked().server == B
    one.hears_nothing()
    assert one.asked().server == (A if is_asked_again else B)


def test_who_all_refuse_are_not_asked_again() -> None:
    one = talk(A, B, tries=5)
    for _ in range(2):
        one.gets(reply(one.asked(), "REFUSED"))
    assert results(one.ended()) == ["REFUSED", "REFUSED"]


@pytest.mark.parametrize("rcode", ["NOERROR", "NXDOMAIN"])
def test_an_answer_is_final(rcode: str) -> None:
    one = talk(A, B)
    one.gets(reply(one.asked(), rcode))
    assert one.ended().status == {"NOERROR": "nodata", "NXDOMAIN": "nxdomain"}[rcode]


def test_what_is_settled_stays_settled() -> None:
    one = talk(A)
    one.gets(answer(one.asked()))
    outcome = one.ended()
    one.now_s += 99
    assert one.ended() is outcome


# Rule 8: the most telling failure.


@pytest.mark.parametrize(
    ("first", "second", "status", "told_by"),
    [
        (failing("SERVFAIL"), is_silent, "servfail", A),
        (is_silent, failing("SERVFAIL"), "servfail", B),
        (failing("SERVFAIL"), breaks, "servfail", A),
        (refers, is_closed, "referral", A),
        (breaks, is_closed, "malformed", A),
        (is_closed, breaks, "malformed", B),
        (is_closed, is_silent, "unreachable", A),
        (is_silent, is_closed, "unreachable", B),
        (failing("REFUSED"), failing("SERVFAIL"), "refused", A),
    ],
)
def test_the_most_telling_failure_is_the_outcome(
    first: Callable[[Talk], None], second: Callable[[Talk], None], status: str, told_by: Server
) -> None:
    one = talk(A, B, tries=1, edns=False)
    for misbehaves in (first, second):
        one.asked()
        misbehaves(one)
    outcome = one.ended()
    assert (outcome.status, outcome.server, len(outcome.tries)) == (status, told_by, 2)


def test_the_time_of_the_answer_is_that_of_its_query_alone() -> None:
    one = talk(A, B, tries=1)
    one.asked()
    one.hears_nothing()
    one.gets(answer(one.asked()))
    outcome = one.ended()
    assert outcome.query_time_ms == pytest.approx(RTT_S * 1000)
    assert [found.duration_ms for found in outcome.tries] == pytest.approx([TIMEOUT_S / 2 * 1000, RTT_S * 1000])
    assert (outcome.server, outcome.message is not None) == (B, True)


def test_a_local_fault_is_no_state_of_the_server() -> None:
    one = talk(A, tries=1)
    one.asked()
    one.machine.failed("local-fault", one.now_s, "too many open files")
    outcome = one.ended()
    assert (outcome.status, outcome.warnings) == ("local-fault", ("192.0.2.1: too many open files",))


# Whatever comes.

KINDS = (
    *("answer", "nxdomain", "servfail", "refused", "formerr", "badvers", "badcookie", "badcookie", "truncated"),
    *("referral", "damaged", "stray", "junk", "silence", "closed", "reset", "cut"),
)
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.floats(0, 1),
        st.binary(min_size=8, max_size=8),
    ),
    max_size=60,
)


@given(EVENTS, st.integers(1, 3), st.integers(1, 4), st.booleans(), st.none() | st.floats(0.01, 9))
def test_whatever_comes_the_machine_ends_in_time_and_accounts_for_each_question(
    events: list[tuple[str, float, bytes]], count: int, tries: int, cookie: bool, try_timeout_s: float | None
) -> None:
    one = talk(*(A, B, C)[:count], tries=tries, cookie=cookie, try_timeout_s=try_timeout_s)
    asks = 0
    action = one.machine.next_action(one.now_s)
    while isinstance(action, Ask):
        asks += 1
        assert one.now_s < action.deadline_s <= STARTED_S + TIMEOUT_S
        settle(one, action, events)
        action = one.machine.next_action(one.now_s)
    assert one.now_s <= STARTED_S + TIMEOUT_S
    assert len(action.tries) == asks
    # Each server at most once a round, and for each of those once more for TCP, EDNS and a cookie.
    assert asks <= 4 * count * tries
    assert len(action.discarded) <= 100
    assert (action.message is None) is (action.query_time_ms is None)
    assert one.machine.next_action(one.now_s + 1) is action


def settle(one: Talk, ask: Ask, events: list[tuple[str, float, bytes]]) -> None:
    """Let the events come until one of them settles the try; when there are no more, nothing comes."""
    while events:
        kind, share, octets = events.pop()
        at_s = one.now_s + share * (ask.deadline_s - one.now_s)
        if kind == "silence" or at_s >= ask.deadline_s:
            break
        one.now_s = at_s
        if kind in ("closed", "reset", "cut"):
            one.machine.failed(kind, at_s)
            return
        if one.machine.received(made(kind, ask, octets), at_s):
            return
    one.now_s = ask.deadline_s
    one.machine.timed_out(one.now_s)


def made(kind: str, ask: Ask, octets: bytes) -> bytes:
    if kind in ("servfail", "refused", "formerr", "badvers", "nxdomain"):
        return reply(ask, kind.upper())
    made_by: dict[str, Callable[[], bytes]] = {
        "answer": lambda: answer(ask),
        "badcookie": lambda: bad_cookie(ask, octets),
        "truncated": lambda: reply(ask, flags=QR | TC),
        "stray": lambda: changed(0, 0xFF)(answer(ask)),
        "junk": lambda: octets,
        "referral": lambda: reply(ask, authority=(UPWARD,), flags=QR),
        "damaged": lambda: reply(ask, answer=(ADDRESS[:-1],), flags=QR | AA),
    }
    return made_by[kind]()


@given(st.lists(st.binary(max_size=80), max_size=30))
def test_octets_at_random_settle_nothing(replies: list[bytes]) -> None:
    one = talk(A, tries=1)
    one.asked()
    assert not any(one.gets(wire) for wire in replies if wire[:2] != b"\xab\xab")
    one.hears_nothing()
    assert one.ended().status in ("timeout", "malformed")
