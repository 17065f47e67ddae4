"""The machine of a zone transfer: which messages it takes, what it hands on, and how it says that it ended."""

from dataclasses import replace
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.dns.message import parse_message
from nettools.core.dns.query import QueryOptions
from nettools.core.dns.tsig import FUDGE_S, TsigKey, sign
from nettools.core.resolve.lookup import Server
from nettools.core.resolve.transfer import Transfer, TransferOutcome, TransferRequest, without_edns
from nettools.core.resolve.transfer_response import response_of_transfer
from tests.core.resolve.lookups import KEY
from tests.core.resolve.transfers import ZONE, fed, host, message, record_wire, request, soa

SERVER = Server(address=ip_address("192.0.2.53"), transport="tcp")
WHOLE = [soa(7), host(1), host(2), soa(7)]
NOW = 1_800_000_000


def begun(about: TransferRequest | None = None, *, wall_s: float = 0.0) -> Transfer:
    return Transfer(about or request(), identifier=0x1234, wall_s=wall_s)


def ended(machine: Transfer) -> TransferOutcome:
    assert machine.has_ended
    return machine.outcome(SERVER, "tcp", 0.25)


def result(machine: Transfer) -> tuple[str, str, tuple[str, ...]]:
    outcome = ended(machine)
    return outcome.status, outcome.result, outcome.warnings


def test_axfr_is_asked_for_without_recursion() -> None:
    query = parse_message(begun().wire)
    assert (query.id, query.flag_names, query.questions[0].type, query.authority) == (0x1234, (), 252, ())


def test_ixfr_carries_the_known_serial_in_the_authority_section() -> None:
    query = parse_message(begun(request(serial=2**32 - 2)).wire)
    assert query.questions[0].type == 251
    (known,) = query.authority
    assert (known.name, known.type) == (ZONE, 6)
    assert known.rdata[-20:-16] == b"\xff\xff\xff\xfe"
    assert query.faults == ()


def test_a_transfer_in_one_message_is_complete() -> None:
    machine = begun()
    assert fed(machine, message(machine.wire, WHOLE)) == WHOLE
    outcome = ended(machine)
    assert (outcome.status, outcome.result, outcome.style, outcome.serial) == ("answered", "complete", "full", 7)
    assert (outcome.messages, outcome.records, outcome.warnings) == (1, 4, ())
    assert outcome.octets == len(message(machine.wire, WHOLE))
    assert outcome.duration_ms == 250.0


@given(st.lists(st.integers(1, 5), min_size=1, max_size=8))
def test_messages_may_be_cut_anywhere_between_records(sizes: list[int]) -> None:
    zone = [soa(7), *map(host, range(sum(sizes))), soa(7)]
    machine, place, found = begun(), 0, []
    for number, size in enumerate([*sizes, 2]):
        assert not machine.has_ended
        wire = message(machine.wire, zone[place : place + size], question=number == 0)
        found += fed(machine, wire)
        place += size
    assert found == zone
    assert ended(machine).result == "complete"


def test_records_are_handed_on_message_by_message() -> None:
    machine = begun()
    assert fed(machine, message(machine.wire, WHOLE[:2])) == WHOLE[:2]
    assert not machine.has_ended
    assert fed(machine, message(machine.wire, WHOLE[2:])) == WHOLE[2:]


@pytest.mark.parametrize(("code", "status"), [(5, "refused"), (9, "notauth"), (2, "servfail"), (1, "formerr")])
def test_a_refusal_is_told_by_its_name(code: int, status: str) -> None:
    machine = begun()
    fed(machine, message(machine.wire, [], flags=0x8000 | code))
    assert result(machine) == (status, status.upper(), ())


def test_the_question_may_be_missing_from_a_refusal_and_from_later_messages_alone() -> None:
    refused, later, first = begun(), begun(), begun()
    fed(refused, message(refused.wire, [], flags=0x8005, question=False))
    assert result(refused)[0] == "refused"
    fed(later, message(later.wire, WHOLE[:2]), message(later.wire, WHOLE[2:], question=False))
    assert result(later)[1] == "complete"
    fed(first, message(first.wire, WHOLE, question=False))
    assert result(first) == ("malformed", "malformed", ("message 1 answers another question",))


def test_a_connection_that_ends_within_the_transfer_cuts_it() -> None:
    machine = begun()
    assert fed(machine, message(machine.wire, WHOLE[:3])) == WHOLE[:3]
    machine.failed("closed")
    words = "the transfer is cut: the connection ended after 1 message and 3 records"
    assert result(machine) == ("malformed", "cut", (words,))
    assert ended(machine).records == 3


def test_a_connection_that_ends_before_is_no_cut() -> None:
    for told, status in (
        ("closed", "unreachable"),
        ("refused-connection", "unreachable"),
        ("tls-failed", "unreachable"),
    ):
        machine = begun()
        machine.failed(told, "a reason")
        assert result(machine) == (status, told, ("a reason",))


def test_a_shortage_here_says_nothing_of_the_server() -> None:
    machine = begun()
    machine.failed("local-fault", "no socket")
    assert result(machine) == ("local-fault", "local-fault", ("no socket",))


def test_silence_ends_a_transfer() -> None:
    machine = begun()
    machine.timed_out()
    assert result(machine) == ("timeout", "timeout", ())
    machine = begun()
    fed(machine, message(machine.wire, WHOLE[:2]))
    machine.timed_out()
    words = "the transfer is cut: nothing came for 5 s after 1 message and 2 records"
    assert result(machine) == ("timeout", "timeout", (words,))


def test_a_zone_that_changes_meanwhile_is_told_with_its_records() -> None:
    machine = begun()
    changed = [soa(7), host(1), soa(8)]
    assert fed(machine, message(machine.wire, changed)) == changed
    assert result(machine) == (
        "malformed",
        "changed",
        (
            "the zone changed during the transfer: it began with serial 7 and ends with 8",
            "the transfer broke off after 1 message and 3 records",
        ),
    )


def test_what_stands_behind_the_end_is_told_and_not_taken() -> None:
    machine = begun()
    assert fed(machine, message(machine.wire, [*WHOLE, host(3), host(4)])) == WHOLE
    assert result(machine) == ("answered", "complete", ("behind the last SOA: 2 records",))


def test_nothing_is_taken_once_it_has_ended() -> None:
    machine = begun()
    fed(machine, message(machine.wire, WHOLE))
    assert fed(machine, message(machine.wire, [host(9)])) == []
    assert ended(machine).messages == 1


BROKEN = {
    "message 1 has another ID than the query": lambda wire: b"\0\0" + message(wire, WHOLE)[2:],
    "message 1 is no reply to a query": lambda wire: message(wire, WHOLE, flags=0x0400),
    "message 1 answers another question": lambda wire: message(wire, WHOLE).replace(b"\x04zone", b"\x04zane", 1),
    "message 1 is truncated, over a stream": lambda wire: message(wire, WHOLE, flags=0x8600),
    "message 1: 3 octets are no message: a header has 12": lambda wire: message(wire, WHOLE)[:3],
    "the reply has no record at all": lambda wire: message(wire, []),
    "the transfer does not begin with the SOA of zone.test.": lambda wire: message(wire, [host(1)]),
}


@pytest.mark.parametrize("words", BROKEN)
def test_a_message_that_is_not_of_the_transfer_breaks_it_off(words: str) -> None:
    machine = begun()
    assert fed(machine, BROKEN[words](machine.wire)) == []
    assert result(machine) == ("malformed", "malformed", (words,))


def test_a_later_refusal_breaks_off() -> None:
    machine = begun()
    fed(machine, message(machine.wire, WHOLE[:2]), message(machine.wire, [], flags=0x8002))
    assert result(machine) == (
        "malformed",
        "malformed",
        ("message 2 says SERVFAIL", "the transfer broke off after 2 messages and 2 records"),
    )


def test_a_damaged_message_gives_what_can_be_read_of_it() -> None:
    machine = begun()
    assert fed(machine, message(machine.wire, WHOLE)[:-5]) == WHOLE[:3]
    status, told, warnings = result(machine)
    assert (status, told) == ("malformed", "malformed")
    assert "message 1: record 4 of 4 of the answer section cannot be read" in warnings[0]
    assert "message 1 is damaged" in warnings


def test_ixfr_tells_its_steps() -> None:
    machine = begun(request(serial=7))
    records = [soa(8), soa(7), host(1), soa(8), host(2), soa(8)]
    found = list(machine.received(message(machine.wire, records), 0.0))
    outcome = ended(machine)
    assert (outcome.result, outcome.style, outcome.serial) == ("complete", "incremental", 8)
    response = response_of_transfer(outcome, found)
    assert response.transfer is not None
    (step,) = response.transfer.differences
    assert (step.from_serial, step.to_serial) == (7, 8)
    assert [one.name for one in step.removed] == ["zone.test.", "h1.zone.test."]
    assert [one.name for one in step.added] == ["zone.test.", "h2.zone.test."]
    assert len(response.answer) == 6
    assert response.transfer.known_serial == 7


def test_ixfr_without_news_is_up_to_date() -> None:
    machine = begun(request(serial=7))
    assert fed(machine, message(machine.wire, [soa(7)])) == [soa(7)]
    assert result(machine) == ("answered", "up-to-date", ())


def test_a_lone_soa_that_is_newer_is_the_first_of_more() -> None:
    machine = begun(request(serial=7))
    fed(machine, message(machine.wire, [soa(8)]))
    assert not machine.has_ended
    fed(machine, message(machine.wire, [host(1), soa(8)]))
    assert ended(machine).style == "full"


def test_the_response_of_a_transfer_has_all_of_its_records() -> None:
    machine = begun()
    found = [one for wire in (WHOLE[:2], WHOLE[2:]) for one in machine.received(message(machine.wire, wire), 0.0)]
    response = response_of_transfer(ended(machine), found)
    assert response.query.type == "AXFR"
    assert response.status == "answered"
    assert [one.data.split(" ")[0] for one in response.answer if one.type == "A"] != []
    assert [one.name for one in response.answer] == ["zone.test.", "h1.zone.test.", "h2.zone.test.", "zone.test."]
    assert response.size == ended(machine).octets
    assert [(one.result, one.transport) for one in response.tries] == [("complete", "tcp")]
    assert response.transfer is not None
    assert (response.transfer.kind, response.transfer.records, response.transfer.messages) == ("axfr", 4, 2)


def test_the_response_of_a_transfer_that_failed_says_how() -> None:
    machine = begun()
    machine.failed("refused-connection")
    response = response_of_transfer(ended(machine), [])
    assert (response.status, response.rcode, response.answer, response.size) == ("unreachable", None, (), None)


@pytest.mark.parametrize(("code", "is_again"), [(1, True), (4, True), (5, False)])
def test_edns_is_left_out_when_it_may_be_the_reason(code: int, is_again: bool) -> None:
    machine = begun()
    fed(machine, message(machine.wire, [], flags=0x8000 | code))
    again = without_edns(ended(machine))
    assert (again is not None) is is_again
    if again is not None:
        assert not again.options.edns
        assert parse_message(begun(again).wire).edns is None
        bare = begun(again)
        fed(bare, message(bare.wire, [], flags=0x8000 | code))
        assert without_edns(ended(bare)) is None


def signed_messages(query: bytes, mac: bytes, groups: list[bytes], signed: set[int], key: TsigKey = KEY) -> list[bytes]:
    """The messages with TSIG records as a server makes them: RFC 8945 §5.3.1."""
    made, waiting, is_first = [], b"", True
    when = NOW.to_bytes(6, "big") + FUDGE_S.to_bytes(2, "big")
    for number, wire in enumerate(groups):
        if number not in signed:
            waiting += wire
            made.append(wire)
            continue
        variables = key.wire_name + b"\x00\xff" + bytes(4) + key.wire_algorithm + when + bytes(4) if is_first else when
        mac = key.digest(len(mac).to_bytes(2, "big") + mac, waiting, wire, variables)
        rdata = key.wire_algorithm + when + len(mac).to_bytes(2, "big") + mac + query[:2] + bytes(4)
        record = key.wire_name + b"\x00\xfa\x00\xff" + bytes(4) + len(rdata).to_bytes(2, "big") + rdata
        made.append(wire[:10] + b"\x00\x01" + wire[12:] + record)
        waiting, is_first = b"", False
    return made


def signed_transfer(signed: set[int], count: int, key: TsigKey = KEY) -> tuple[Transfer, list[bytes]]:
    """A machine that asks with a key, and the messages that answer it: one record in each."""
    about = replace(request(), tsig=KEY, options=QueryOptions(edns=False))
    machine = begun(about, wall_s=NOW)
    _, mac = sign(begun(replace(about, tsig=None)).wire, KEY, NOW)
    zone = [soa(7), *map(host, range(count - 2)), soa(7)]
    return machine, signed_messages(machine.wire, mac, [message(machine.wire, [one]) for one in zone], signed, key)


def test_a_signed_transfer_is_complete() -> None:
    machine, messages = signed_transfer({0, 1, 2}, 3)
    assert len(fed(machine, *messages, wall_s=NOW)) == 3
    assert result(machine) == ("answered", "complete", ())


def test_records_wait_for_the_signature_that_covers_them() -> None:
    machine, messages = signed_transfer({0, 3}, 4)
    assert [len(fed(machine, wire, wall_s=NOW)) for wire in messages] == [1, 0, 0, 3]
    assert result(machine) == ("answered", "complete", ())


def test_ninety_nine_messages_may_wait_and_no_more() -> None:
    machine, messages = signed_transfer({0, 100}, 101)
    assert len(fed(machine, *messages, wall_s=NOW)) == 101
    machine, messages = signed_transfer({0, 101}, 102)
    assert len(fed(machine, *messages, wall_s=NOW)) == 1
    status, told, warnings = result(machine)
    assert (status, told) == ("malformed", "bad-tsig")
    assert warnings[0] == "100 messages have come without a TSIG"


@pytest.mark.parametrize(
    ("signed", "words", "count"),
    [
        (set[int](), "the reply has no TSIG", 0),
        ({1, 2, 3}, "the reply has no TSIG", 0),
        ({0, 1}, "the last message has no TSIG", 2),
    ],
)
def test_the_first_and_the_last_message_must_be_signed(signed: set[int], words: str, count: int) -> None:
    machine, messages = signed_transfer(signed, 4)
    assert len(fed(machine, *messages, wall_s=NOW)) == count
    status, told, warnings = result(machine)
    assert (status, told) == ("malformed", "bad-tsig")
    assert warnings[0] == words


def test_a_message_that_was_changed_ends_the_transfer_without_its_records() -> None:
    machine, messages = signed_transfer({0, 3}, 4)
    messages[2] = messages[2].replace(record_wire(host(1)), record_wire(host(9)))
    assert len(fed(machine, *messages, wall_s=NOW)) == 1
    assert result(machine)[1] == "bad-tsig"


def test_another_secret_ends_the_transfer() -> None:
    other = TsigKey(name=KEY.name, algorithm=KEY.algorithm, secret=b"other")
    machine, messages = signed_transfer({0, 1, 2}, 3, other)
    assert fed(machine, *messages, wall_s=NOW) == []
    assert result(machine)[1] == "bad-tsig"


def test_a_wrong_clock_ends_the_transfer() -> None:
    machine, messages = signed_transfer({0, 1, 2}, 3)
    assert fed(machine, *messages, wall_s=NOW + 86_400) == []
    status, told, warnings = result(machine)
    assert (status, told) == ("badtime", "BADTIME")
    assert "86,400 s behind the clock here" in warnings[0]


def test_a_refusal_without_a_signature_is_told_as_such() -> None:
    machine, _ = signed_transfer({0}, 2)
    fed(machine, message(machine.wire, [], flags=0x8005), wall_s=NOW)
    assert result(machine) == ("refused", "REFUSED", ("the reply has no TSIG: anybody may have said REFUSED",))


@given(st.lists(st.binary(max_size=60), max_size=5), st.booleans())
def test_octets_of_any_kind_end_a_transfer_cleanly(octets: list[bytes], is_signed: bool) -> None:
    machine = begun(replace(request(), tsig=KEY if is_signed else None))
    for one in octets:
        fed(machine, machine.wire[:2] + one)
    if octets:
        assert ended(machine).status != "answered"
    assert not octets or ended(machine).messages == 1
