"""The bulk driver against small servers on loopback: whatever they do, every row comes, soon enough."""

import resource
import socket
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from time import monotonic

import pytest

from nettools.core.bulk_resolve.forms import JsonForm
from nettools.core.bulk_resolve.groups import Group, IteratedRows
from nettools.core.bulk_resolve.lines import Line, ReplyLines
from nettools.core.bulk_resolve.plan import BulkPlan
from nettools.core.bulk_resolve.reply import AnswerReader
from nettools.core.dns.message import Question
from nettools.core.resolve.lookup import Lookup, Server
from nettools.net.bulk_resolve import BulkDriver, system_entropy
from nettools.net.datagrams import Datagrams, PlainDatagrams
from nettools.render import data
from tests.core.bulk_resolve.replies import row
from tests.dns_servers.answering import Answer, address_reply, name_server


def plan_of(count: int, *servers: Server, timeout_s: float = 0.6) -> BulkPlan:
    sample = Lookup(question=Question(name=b"\0", type=1, class_=1), servers=servers, timeout_s=timeout_s)
    rows = iter([row(f"h{number}.test", index=number) for number in range(count)])
    reader = AnswerReader(socket.inet_ntop, ipv4=socket.AF_INET, ipv6=socket.AF_INET6)
    lines = ReplyLines(JsonForm(data.encode, head=True), reader, 1)
    return BulkPlan([Group(sample)], IteratedRows(rows), lines, entropy=system_entropy)


def statuses(plan: BulkPlan, count: int, datagrams: Datagrams | None = None) -> Counter[str]:
    """The statuses of all rows, after a look whether each came once."""
    lines: list[Line] = []
    for batch in BulkDriver(plan, datagrams=datagrams).results():
        lines += batch  # type: ignore[arg-type]
    assert sorted(line[0] for line in lines) == list(range(count))
    return Counter(line[1] for line in lines)


@pytest.mark.parametrize("plain", [False, True], ids=["mmsg", "plain"])
def test_answers_come_whichever_way_datagrams_go(plain: bool) -> None:
    with name_server(lambda query: [address_reply(query)]) as server:
        plan = plan_of(3000, server, timeout_s=10)
        assert statuses(plan, 3000, PlainDatagrams() if plain else None) == {"answered": 3000}


def garbage(query: bytes) -> list[bytes]:
    return [bytes(range(60)), query[:7], b"", query[:2] + bytes(40), query]


def wrong_id(query: bytes) -> list[bytes]:
    return [bytes([query[0] ^ 255]) + address_reply(query)[1:]]


def pointer_loop(query: bytes) -> list[bytes]:
    return [query[:2] + b"\x81\0\0\1\0\1\0\0\0\0" + query[12 : query.index(b"\0", 12) + 5] + b"\xc0\x25" * 3 + bytes(8)]


def truncated(query: bytes) -> list[bytes]:
    return [address_reply(query, tc=True)]


HOSTILE: dict[str, tuple[Answer, Answer | None, set[str]]] = {
    "garbage": (garbage, None, {"malformed", "timeout"}),
    "wrong id": (wrong_id, None, {"timeout"}),
    "pointer loop": (pointer_loop, None, {"malformed"}),
    "nothing": (lambda _: [], None, {"timeout"}),
    "truncated, and nothing over TCP": (truncated, None, {"timeout", "unreachable"}),
    "truncated, and TCP closes": (truncated, lambda _: [], {"unreachable"}),
    "truncated over TCP too": (truncated, truncated, {"malformed"}),
    "refused": (lambda query: [address_reply(query, rcode=5)], None, {"refused"}),
    "servfail": (lambda query: [address_reply(query, rcode=2)], None, {"servfail"}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_server_neither_hangs_us_nor_takes_a_row(name: str) -> None:
    answer, stream, expected = HOSTILE[name]
    with name_server(answer, stream) as server:
        began_s = monotonic()
        found = statuses(plan_of(200, server), 200)
        assert set(found) <= expected
        # The deadline of 0.6 s with room for a busy machine; what waits for a TCP connection begins with the others.
        assert monotonic() - began_s < 6


def test_a_flood_of_forged_replies_is_counted_and_not_kept() -> None:
    def flood(query: bytes) -> Sequence[bytes]:
        return [bytes([query[0], query[1] ^ number]) + address_reply(query)[2:] for number in range(1, 40)] + [
            address_reply(query)
        ]

    with name_server(flood) as server:
        plan = plan_of(1000, server, timeout_s=10)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        found = statuses(plan, 1000)
        assert found.total() == 1000
        assert plan.counts["discarded"] > 1000
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # KiB


def test_what_was_truncated_comes_over_tcp() -> None:
    with name_server(truncated, lambda query: [address_reply(query)]) as server:
        assert statuses(plan_of(300, server, timeout_s=10), 300) == {"answered": 300}


def test_a_closed_port_is_known_at_once_and_the_next_server_answers() -> None:
    with name_server(lambda query: [address_reply(query)]) as server:
        with name_server(lambda query: []) as gone:
            pass
        began_s = monotonic()
        assert statuses(plan_of(500, gone, timeout_s=20), 500) == {"unreachable": 500}
        assert statuses(plan_of(500, gone, server, timeout_s=20), 500) == {"answered": 500}
        assert monotonic() - began_s < 5


def test_a_server_over_tcp_goes_through_channels_of_its_own() -> None:
    with name_server(lambda _: [], lambda query: [address_reply(query)]) as server:
        over_tcp = Server(address=server.address, port=server.port, transport="tcp")
        assert statuses(plan_of(50, over_tcp, timeout_s=10), 50) == {"answered": 50}


def test_source_ports_and_ids_are_not_to_be_guessed() -> None:
    seen: list[bytes] = []

    def note(query: bytes) -> list[bytes]:
        seen.append(query[:2])
        return [address_reply(query)]

    with name_server(note) as server:
        statuses(plan_of(2000, server, timeout_s=10), 2000)
    numbers = [int.from_bytes(one, "big") for one in seen]
    assert len(set(numbers)) > 1900
    steps = Counter(later - earlier for earlier, later in pairwise(numbers))
    assert max(steps.values()) < 20
