"""Outcomes as pairs of messages."""

from datetime import UTC, datetime

from nettools.core.dns.message import Question
from nettools.core.record import Json
from nettools.core.resolve.lookup import Ask, Lookup, Outcome
from nettools.core.resolve.resolution import Resolution
from nettools.core.resolve.rfc8427 import outcome_json
from tests.core.dns.messages import HOST, reply
from tests.core.resolve.told_outcomes import SERVER, outcome_of

MOMENT = datetime(2026, 11, 21, 6, 16, 31, tzinfo=UTC)


def part(value: dict[str, Json], key: str) -> dict[str, Json]:
    found = value[key]
    assert isinstance(found, dict)
    return found


def test_query_and_response_stand_beside_each_other() -> None:
    value = outcome_json(outcome_of(reply()), moment=MOMENT)
    assert list(value) == ["comment", "queryMessage", "responseMessage"]
    assert [part(value, key)["QR"] for key in ("queryMessage", "responseMessage")] == [0, 1]
    assert part(value, "queryMessage")["ID"] == part(value, "responseMessage")["ID"]
    assert value["comment"] == "answered from 192.0.2.53"


def test_the_query_was_sent_before_the_response_came() -> None:
    value = outcome_json(outcome_of(reply()), moment=MOMENT)
    assert part(value, "responseMessage")["dateString"] == "2026-11-21T06:16:31.000Z"
    assert part(value, "queryMessage")["dateString"] == "2026-11-21T06:16:30.987Z"


def test_a_query_that_nobody_answered_stands_alone() -> None:
    value = outcome_json(outcome_of(None, status="timeout", warnings=("late \x1b[31m",)), moment=MOMENT)
    assert list(value) == ["comment", "queryMessage"]
    assert value["comment"] == "timeout from 192.0.2.53; late \\x1b[31m"


def test_an_outcome_has_the_octets_of_its_query_answered_or_not() -> None:
    lookup = Lookup(question=Question(name=HOST, type=1, class_=1), servers=(SERVER,), tries=1)
    for reply_comes in (True, False):
        machine = Resolution(lookup, entropy=bytes, started_s=0.0)
        asked = machine.next_action(0.0)
        assert isinstance(asked, Ask)
        if reply_comes:
            machine.received(reply(identifier=0).wire, 0.1)
        else:
            machine.timed_out(asked.deadline_s)
        outcome = machine.next_action(asked.deadline_s)
        assert isinstance(outcome, Outcome)
        assert outcome.query == asked.wire
        assert (outcome.message is not None) == reply_comes
