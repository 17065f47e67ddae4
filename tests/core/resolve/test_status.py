"""What a reply means in one word."""

import pytest
from hypothesis import given

from nettools.core.dns.message import BadMessage, Message, Question, ResourceRecord, parse_message
from nettools.core.dns.name import name_from_text
from nettools.core.dns.types import AA, CLASSES, QR, RA, RCODES, TYPES
from nettools.core.resolve.status import WHAT_IT_MEANS, chain_end, status_of
from tests.core.dns.strategies import broken_messages
from tests.core.resolve.lookups import question

ADDRESS = b"\xc0\x00\x02\x01"
SOA_DATA = b"\x00\x00" + bytes(20)


def record(owner: str, type: str, data: bytes | str, *, is_damaged: bool = False) -> ResourceRecord:
    rdata = name_from_text(data) if isinstance(data, str) else data
    return ResourceRecord(
        name=name_from_text(owner), type=TYPES[type], class_=CLASSES["IN"], ttl=60, rdata=rdata, is_damaged=is_damaged
    )


def message(
    *answer: ResourceRecord,
    authority: tuple[ResourceRecord, ...] = (),
    flags: int = QR | RA,
    rcode: int = 0,
    promised: int | None = None,
) -> Message:
    return Message(
        wire=b"",
        id=0,
        flags=flags | rcode,
        questions=(question(),),
        answer=answer,
        authority=authority,
        additional=(),
        counts=(1, len(answer) if promised is None else promised, len(authority), 0),
        edns=None,
        faults=(),
    )


def alias(owner: str, target: str) -> ResourceRecord:
    return record(owner, "CNAME", target)


A = record("www.test", "A", ADDRESS)
SOA = record("test", "SOA", SOA_DATA)
NS = record("test", "NS", "ns.test")
CHAIN = (alias("www.test", "b.test"), alias("B.test", "c.test"))
LOOP = (alias("www.test", "b.test"), alias("b.test", "www.test"))


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        (message(A), "answered"),
        (message(record("WWW.Test", "A", ADDRESS)), "answered"),
        (message(record("www.test", "A", bytes(9), is_damaged=True), A), "answered"),
        (message(*CHAIN, record("c.test", "A", ADDRESS)), "answered"),
        (message(record("c.test", "A", ADDRESS), *reversed(CHAIN)), "answered"),  # the order says nothing
        (message(), "nodata"),
        (message(authority=(SOA,)), "nodata"),
        (message(record("other.test", "A", ADDRESS)), "nodata"),
        (message(record("www.test", "AAAA", bytes(16)), authority=(SOA,)), "nodata"),
        (message(*CHAIN), "nodata"),  # a resolver would have gone on
        (message(*CHAIN, authority=(SOA,), flags=QR | AA), "nodata"),
        (message(*CHAIN, flags=QR | AA), "answered"),  # the end lies elsewhere, and no resolver was asked
        (message(*LOOP), "nodata"),
        (message(authority=(NS,)), "referral"),
        (message(authority=(NS,), flags=QR | AA), "nodata"),
        (message(authority=(SOA, NS)), "nodata"),
        (message(record("www.test", "A", bytes(9), is_damaged=True)), "malformed"),
        (message(promised=1), "malformed"),
        (message(A, promised=2), "answered"),
        (message(rcode=3), "nxdomain"),
        (message(A, rcode=3), "nxdomain"),
        (message(*CHAIN, rcode=3), "nxdomain"),
        (message(A, rcode=2), "servfail"),
        (message(rcode=15), "rcode15"),
    ],
)
def test_a_reply_means(reply: Message, status: str) -> None:
    assert status_of(reply, question())[0] == status


@pytest.mark.parametrize(("number", "name"), list(RCODES.items())[1:12])
def test_an_rcode_is_the_status_in_lower_case(number: int, name: str) -> None:
    assert status_of(message(rcode=number), question()) == (name.lower(), ())


@pytest.mark.parametrize(
    ("reply", "warning"),
    [
        (message(*LOOP), "the CNAME chain of www.test. is a loop"),
        (message(*CHAIN, flags=QR | AA), "this server does not know where c.test. leads"),
        (message(authority=(record(".", "NS", "ns.root"),)), "the server is lame: it refers to ."),
        (message(authority=(record("example", "NS", "ns.example"),)), "the server is lame: it refers to example."),
    ],
)
def test_what_is_odd_about_a_reply_is_told(reply: Message, warning: str) -> None:
    assert status_of(reply, question())[1] == (warning,)


@pytest.mark.parametrize(
    "reply", [message(A), message(), message(*CHAIN, authority=(SOA,)), message(authority=(NS,)), message(rcode=2)]
)
def test_what_is_usual_is_not_warned_of(reply: Message) -> None:
    assert status_of(reply, question())[1] == ()


@pytest.mark.parametrize("type", ["CNAME", "ANY"])
def test_an_alias_is_the_answer_to_who_asks_for_it(type: str) -> None:
    assert status_of(message(*LOOP), question(type=type)) == ("answered", ())


def test_a_chain_of_aliases_is_followed_to_its_end() -> None:
    chain = [alias(f"n{number}.test", f"n{number + 1}.test") for number in range(30)]
    end, is_loop = chain_end(tuple(chain), question("n0.test"))
    assert (end, is_loop) == (name_from_text("n30.test"), False)


@pytest.mark.parametrize("target", ["www.test", "WWW.TEST"])
def test_an_alias_of_itself_is_a_loop(target: str) -> None:
    assert chain_end((alias("www.test", target),), question())[1]


def test_a_chain_without_end_is_left() -> None:
    chain = [alias(f"n{number}.test", f"n{number + 1}.test") for number in range(4000)]
    assert chain_end(tuple(chain), question("n0.test"))[1]


def test_a_damaged_alias_leads_nowhere() -> None:
    damaged = record("www.test", "CNAME", b"\xc0", is_damaged=True)
    assert status_of(message(damaged, authority=(SOA,)), question())[0] == "nodata"


@given(broken_messages())
def test_every_message_means_something(wire: bytes) -> None:
    try:
        reply = parse_message(wire)
    except BadMessage:
        return
    for asked in (*reply.questions, Question(name=name_from_text("a.test"), type=TYPES["A"], class_=1)):
        status, warnings = status_of(reply, asked)
        known = {"answered", *WHAT_IT_MEANS, reply.rcode_name.lower()}
        assert status in known
        assert all(warning.isprintable() for warning in warnings)
