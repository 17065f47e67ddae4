"""The plan with a clock and a network of the test: whatever comes, each question ends in exactly one result."""

from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.bulk_resolve.groups import Errand, Group, IteratedRows, Port
from nettools.core.bulk_resolve.plan import BulkPlan
from nettools.core.bulk_resolve.row import Row
from nettools.core.dns.tsig_key import tsig_key_of_option
from nettools.core.resolve.lookup import Outcome, Server
from tests.core.bulk_resolve.replies import group, row

A, B = (Server(address=ip_address(f"192.0.2.{number}")) for number in (1, 2))
QR, TC = 0x80, 0x02


@dataclass
class Told:
    """Results as (index, how): usual replies are those with an answer count of one."""

    usual: int = 0

    def line(self, wire: bytes, asked: Row, duration_ms: str) -> object | None:
        if wire[2] & QR and not wire[2] & TC and not wire[3] & 0xF and wire[7] == 1:
            self.usual += 1
            return asked[0], "answered"
        return None

    def long(self, asked: Row, outcome: Outcome) -> object:
        return asked[0], outcome.status


def answer(query: bytes, *, rcode: int = 0, tc: bool = False, count: int = 1) -> bytes:
    """The reply to a query: an A record, or what its header says."""
    question = query[12 : query.index(b"\0", 12) + 5]
    record = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x01\x00\x04\xc0\x00\x02\x01" * count
    flags = bytes([QR | 1 | (TC if tc else 0), rcode])
    return query[:2] + flags + b"\0\1" + bytes([0, count]) + b"\0\0\0\0" + question + record


Reply = Callable[[bytes, Server, float], Sequence[bytes] | None]
"""(query, server, time) -> the datagrams that come back; None: the port is closed."""


@dataclass
class World:
    """Drives a plan over a network that is one function; every reply takes ``delay_s``."""

    plan: BulkPlan
    reply: Reply
    stream: Callable[[Errand], bytes | str] = lambda errand: answer(errand.ask.wire)
    delay_s: float = 0.01
    now_s: float = 50.0
    results: list[object] = field(default_factory=list)
    sent: list[float] = field(default_factory=list)
    most_open: int = 0

    def run(self, longest_s: float = 600.0) -> None:
        under_way: deque[tuple[float, Port, bytes]] = deque()
        began_s = self.now_s
        while True:
            for port, messages in self.plan.batches(self.now_s):
                for message in messages:
                    self.sent.append(self.now_s)
                    found = self.reply(message, port.server, self.now_s)
                    if found is None:
                        self.plan.failed(port, "refused-connection", None, self.now_s)
                        break
                    under_way += [(self.now_s + self.delay_s, port, wire) for wire in found]
            while self.plan.detours:
                self._detour(self.plan.detours.popleft())
            if self.plan.results:
                self.results += self.plan.results
                self.plan.results = []
            elif self.plan.is_done:
                return
            self.most_open = max(self.most_open, sum(len(port.waiting) for ports in self.plan.ports for port in ports))
            self.now_s += min(self.plan.wait_s(self.now_s), 0.005)
            assert self.now_s < began_s + longest_s, "the plan does not end"
            while under_way and under_way[0][0] <= self.now_s:
                _, port, wire = under_way.popleft()
                self.plan.received(port, [wire], self.now_s)

    def _detour(self, errand: Errand) -> None:
        while True:
            found = self.stream(errand)
            if isinstance(found, bytes):
                errand.machine.received(found, self.now_s)
            elif found == "timeout":
                errand.machine.timed_out(errand.ask.deadline_s)
            else:
                errand.machine.failed(found, self.now_s)
            action = errand.machine.next_action(self.now_s)
            if isinstance(action, Outcome):
                self.plan.detour_ended(errand, action, self.now_s)
                return
            errand.ask = action


def world(
    count: int, reply: Reply, *groups: Group, concurrency: int = 1000, rate: float | None = None, **more: object
) -> World:
    chosen = groups or (group(A),)
    rows = iter([(number * len(chosen) + place, row(f"h{number}.test")[1], f"h{number}.test.", place)
                 for number in range(count) for place in range(len(chosen))])  # fmt: skip
    entropy = Random(5).randbytes
    plan = BulkPlan(chosen, IteratedRows(rows), Told(), entropy=entropy, concurrency=concurrency, rate=rate)
    return World(plan, reply, **more)  # type: ignore[arg-type]


def statuses(ran: World) -> Counter[str]:
    """The statuses, after a look whether every row has exactly one result."""
    indexes = sorted(one[0] for one in ran.results)  # type: ignore[index]
    assert indexes == list(range(ran.plan.counts["taken"]))
    assert ran.plan.counts["ended"] == ran.plan.counts["taken"]
    assert all(not port.waiting and not port.again for ports in ran.plan.ports for port in ports)
    return Counter(one[1] for one in ran.results)  # type: ignore[index]


def test_every_question_is_asked_once_where_every_answer_comes() -> None:
    ran = world(3000, lambda query, server, now_s: [answer(query)])
    ran.run()
    assert statuses(ran) == {"answered": 3000}
    assert len(ran.sent) == 3000


def test_what_gets_lost_is_asked_again_after_its_share_of_the_time() -> None:
    seen: Counter[bytes] = Counter()

    def lossy(query: bytes, server: Server, now_s: float) -> list[bytes]:
        seen[query[12:]] += 1
        return [answer(query)] if seen[query[12:]] == 2 else []

    ran = world(10, lossy)
    ran.run()
    assert statuses(ran) == {"answered": 10}
    assert set(seen.values()) == {2}
    assert 2.0 <= ran.sent[10] - ran.sent[0] <= 2.05  # half of the four seconds


def test_a_silent_server_is_a_timeout_and_the_deadline_is_kept() -> None:
    ran = world(40, lambda query, server, now_s: [], stream=lambda errand: "timeout")
    ran.run()
    assert statuses(ran) == {"timeout": 40}
    assert 4.0 <= ran.now_s - 50.0 <= 4.4


def test_truncated_replies_are_asked_over_tcp() -> None:
    ran = world(100, lambda query, server, now_s: [answer(query, tc=True, count=0)])
    ran.run()
    assert statuses(ran) == {"answered": 100}
    assert ran.plan.counts["limited"] == 100


def test_a_closed_port_settles_all_that_waits_there_at_once() -> None:
    ran = world(500, lambda query, server, now_s: None)
    ran.run()
    assert statuses(ran) == {"unreachable": 500}
    assert ran.now_s - 50.0 < 1.0


@pytest.mark.parametrize("silent", [True, False], ids=["silent", "closed"])
def test_a_server_that_is_not_there_is_soon_asked_second(silent: bool) -> None:
    def one_of_two(query: bytes, server: Server, now_s: float) -> list[bytes] | None:
        return [answer(query)] if server == B else [] if silent else None

    ran = world(5000, one_of_two, group(A, B))
    ran.run()
    assert statuses(ran) == {"answered": 5000}
    assert ran.now_s - 50.0 < 3.0


def test_several_groups_are_each_asked_everything() -> None:
    asked: Counter[Server] = Counter()

    def reply(query: bytes, server: Server, now_s: float) -> list[bytes]:
        asked[server] += 1
        return [answer(query)]

    ran = world(700, reply, group(A), group(B))
    ran.run()
    assert statuses(ran) == {"answered": 1400}
    assert asked == {A: 700, B: 700}


def test_no_more_are_open_than_allowed() -> None:
    ran = world(2000, lambda query, server, now_s: [answer(query)], concurrency=50)
    ran.run()
    assert statuses(ran) == {"answered": 2000}
    assert ran.most_open <= 50


def test_a_rate_is_kept_from_the_first_query_on() -> None:
    ran = world(600, lambda query, server, now_s: [answer(query)], rate=200.0)
    ran.run()
    assert statuses(ran) == {"answered": 600}
    for start in range(600 - 200):
        assert ran.sent[start + 199] - ran.sent[start] >= 0.9
    assert 2.8 <= ran.sent[-1] - ran.sent[0] <= 3.3


def test_a_reply_that_comes_twice_or_with_a_foreign_id_counts_as_discarded() -> None:
    def twice(query: bytes, server: Server, now_s: float) -> list[bytes]:
        foreign = bytes([query[0] ^ 255, query[1]]) + answer(query)[2:]
        return [foreign, answer(query), answer(query)]

    ran = world(30, twice, concurrency=1)
    ran.run()
    assert statuses(ran) == {"answered": 30}
    assert 58 <= ran.plan.counts["discarded"] <= 60  # what follows the last answer is not read


def test_a_forged_question_is_put_aside_and_the_wait_goes_on() -> None:
    def forged(query: bytes, server: Server, now_s: float) -> list[bytes]:
        other = query[:12] + b"\x01x" + query[14:]
        return [answer(other), answer(query)]

    ran = world(20, forged)
    ran.run()
    assert statuses(ran) == {"answered": 20}
    assert ran.plan.counts["discarded"] == 20


def test_a_signed_query_has_the_time_of_day() -> None:
    signed = group(A)
    signed = Group(replace(signed.sample, tsig=tsig_key_of_option("hmac-sha256:key:c2VjcmV0")))
    rows = iter([row("h.test")])
    plan = BulkPlan([signed], IteratedRows(rows), Told(), entropy=Random(5).randbytes, wall_ahead_s=1_795_000_000.0)
    assert list(plan.batches(100.0)) == []
    (errand,) = plan.detours
    assert (1_795_000_100).to_bytes(6, "big") in errand.ask.wire


def test_outstanding_ids_of_a_socket_differ_although_the_entropy_repeats() -> None:
    plan = BulkPlan(
        [group(A)],
        IteratedRows(iter([row(f"h{number}.test", index=number) for number in range(256)])),
        Told(),
        entropy=_repeating(),
    )
    taken: dict[int, set[bytes]] = {}
    for port, messages in plan.batches(1.0):
        identifiers = {message[:2] for message in messages}
        assert len(identifiers) == len(messages)
        assert not identifiers & taken.setdefault(id(port), set())
        taken[id(port)] |= identifiers
    assert sum(map(len, taken.values())) == 256


def _repeating() -> Callable[[int], bytes]:
    random = Random(1)
    return lambda count: bytes(
        random.choice(b"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d") for _ in range(count)
    )


KINDS = (
    *("answer", "twice", "nothing", "tc", "servfail", "refused", "formerr", "notimp"),
    *("empty", "junk", "short", "loop", "foreign", "question", "query"),
)


def odd(kind: str, query: bytes) -> list[bytes]:
    """Datagrams of each kind that a server may send."""
    junk = bytes(query[:2]) + bytes(range(40))
    loop = query[:2] + b"\x81\0\0\1\0\1\0\0\0\0" + b"\xc0\x0c\0\1\0\1"
    return {
        "answer": [answer(query)],
        "twice": [answer(query), answer(query)],
        "nothing": [],
        "tc": [answer(query, tc=True, count=0)],
        "servfail": [answer(query, rcode=2, count=0)],
        "refused": [answer(query, rcode=5, count=0)],
        "formerr": [answer(query, rcode=1, count=0)],
        "notimp": [answer(query, rcode=4, count=0)],
        "empty": [answer(query, count=0)],
        "junk": [junk],
        "short": [query[:7], b""],
        "loop": [loop],
        "foreign": [bytes([query[0] ^ 1]) + answer(query)[1:]],
        "question": [answer(query[:12] + b"\x03bad" + query[12:])],
        "query": [query],
    }[kind]


@given(
    kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=30),
    streams=st.lists(
        st.sampled_from(["answer", "timeout", "reset", "closed", "cut", "local-fault"]), min_size=1, max_size=5
    ),
    count=st.integers(0, 120),
    servers=st.sampled_from([1, 2]),
    groups=st.sampled_from([1, 2]),
    closes=st.booleans(),
)
def test_each_question_has_one_result_whatever_comes(
    kinds: list[str], streams: list[str], count: int, servers: int, groups: int, closes: bool
) -> None:
    turn = Counter[str]()

    def reply(query: bytes, server: Server, now_s: float) -> list[bytes] | None:
        turn["reply"] += 1
        if closes and turn["reply"] % 17 == 0:
            return None
        return odd(kinds[turn["reply"] % len(kinds)], query)

    def stream(errand: Errand) -> bytes | str:
        turn["stream"] += 1
        kind = streams[turn["stream"] % len(streams)]
        return answer(errand.ask.wire) if kind == "answer" else kind

    chosen = [group(A, B) if servers == 2 else group(A), group(B)][:groups]
    ran = world(count, reply, *chosen, stream=stream)
    ran.run()
    assert statuses(ran).total() == count * groups
