"""Which datagram answers a request."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.scan.payloads import EMPTY, Payload, PayloadTable
from nettools.core.scan.udp_answer import Condition, Copied, Length, Octets, answers

ASKED = b"\x12\x34request"


@pytest.mark.parametrize(
    ("condition", "answer", "expected"),
    [
        (Octets(0, b"ab"), b"abc", True),
        (Octets(0, b"ab"), b"a", False),
        (Octets(1, b"b"), b"abc", True),
        (Octets(9, b"b"), b"abc", False),
        (Octets(None, b"bc"), b"abc", True),
        (Octets(None, b"cb"), b"abc", False),
        (Octets(0, Copied(0, 2)), b"\x12\x34", True),
        (Octets(0, Copied(0, 2)), b"\x12\x35", False),
        (Octets(None, Copied(2, 7)), b"what request?", True),
        (Octets(1, b"\x80", b"\x80"), b"\0\xff", True),
        (Octets(1, b"\x80", b"\x80"), b"\0\x7f", False),
        (Octets(1, b"\x80", b"\x80"), b"\0", False),
        (Length(3, 5), b"123", True),
        (Length(3, 5), b"123456", False),
        (Length(3, None), b"12", False),
        (Length(3, None), b"123456", True),
    ],
)
def test_a_condition_holds_or_not(condition: Condition, answer: bytes, expected: bool) -> None:
    assert answers(((condition,),), ASKED, answer) is expected


def test_all_conditions_of_one_alternative_have_to_hold() -> None:
    alternatives = ((Octets(0, b"a"), Length(2, 2)), (Octets(0, b"b"),))
    assert answers(alternatives, ASKED, b"a!")
    assert answers(alternatives, ASKED, b"b")
    assert not answers(alternatives, ASKED, b"a")
    assert not answers((), ASKED, b"a")


@given(st.binary(max_size=40), st.binary(max_size=40), st.integers(0, 50), st.integers(1, 4), st.integers(0, 50))
def test_any_datagram_can_be_compared(asked: bytes, answer: bytes, start: int, size: int, at: int) -> None:
    wanted = asked[start : start + size]
    assert answers(((Octets(at, Copied(start, size)),),), asked, answer) is (answer[at : at + len(wanted)] == wanted)


# --- several payloads for a port ------------------------------------------------------------------


def payload(name: str, *ports: int, turn: int = 1, said: bytes = b"x") -> Payload:
    return Payload(
        name=name, protocol=name, ports=ports, source="", parts=(said,), replies=((Octets(0, said),),), turn=turn
    )


TABLE = PayloadTable([payload("c", 1, turn=2, said=b"C"), payload("b", 1, 2, said=b"B"), payload("a", 1, said=b"A")])


def test_the_payloads_of_a_port_take_turns() -> None:
    assert [TABLE.for_attempt(1, attempt).name for attempt in range(1, 8)] == ["a", "b", "c", "a", "b", "c", "a"]
    assert [TABLE.for_attempt(2, attempt).name for attempt in (1, 2)] == ["b", "b"]


def test_a_port_without_a_payload_gets_an_empty_datagram() -> None:
    assert TABLE.of(3) == (EMPTY,)
    assert TABLE.for_attempt(3, 2).filled(b"seed") == b""
    assert TABLE.protocol_of(3, b"seed", b"whatever") is None


def test_an_answer_to_any_payload_of_the_port_tells_the_protocol() -> None:
    assert TABLE.protocol_of(1, b"seed", b"C!") == "c"
    assert TABLE.protocol_of(2, b"seed", b"C!") is None
    assert TABLE.protocol_of(1, b"seed", b"?") is None
