"""Outcomes made by hand, for the procedures: no server is asked."""

from collections.abc import Generator, Sequence
from ipaddress import IPv4Address, IPv6Address
from typing import TypeVar

from nettools.core.dns.message import Question, parse_message
from nettools.core.dns.name import name_from_text
from nettools.core.dns.types import CLASSES, RCODES, TYPES
from nettools.core.resolve.lookup import Lookup, Outcome, Server, Try
from nettools.core.resolve.status import status_of

R = TypeVar("R")

SERVER = Server(address=IPv4Address("192.0.2.53"))
_NUMBERS = {name.lower(): number for number, name in RCODES.items()}


def lookup_of(name: bytes, kind: int, *, timeout_s: float = 5.0) -> Lookup:
    """A lookup of the IN class at one server."""
    return Lookup(question=Question(name=name, type=kind, class_=CLASSES["IN"]), servers=(SERVER,), timeout_s=timeout_s)


def answered(lookup: Lookup, status: str, *addresses: str, duration_ms: float = 1.0, alias: str = "") -> Outcome:
    """What came of the lookup: a reply with that rcode (nodata and answered are 0), or none at all.

    ``addresses`` stand in the answer as A and AAAA records; ``alias`` as a CNAME before them.
    """
    question = lookup.question
    asked = question.name + question.type.to_bytes(2, "big") + question.class_.to_bytes(2, "big")
    message, told = None, status
    if status not in ("timeout", "unreachable"):
        flags = 0x8180 | _NUMBERS.get(status, 0)
        records = [_record(question.name, TYPES["CNAME"], name_from_text(alias))] if alias else []
        for text in addresses:
            octets = IPv6Address(text).packed if ":" in text else IPv4Address(text).packed
            records.append(_record(question.name, TYPES["AAAA" if ":" in text else "A"], octets))
        header = b"\0\1" + flags.to_bytes(2, "big") + b"\0\1" + len(records).to_bytes(2, "big") + bytes(4)
        message = parse_message(header + asked + b"".join(records))
        told, _ = status_of(message, question)
    return Outcome(
        lookup=lookup,
        status=told,
        message=message,
        server=SERVER,
        transport="udp",
        tries=(Try(server=SERVER, transport="udp", result=told, duration_ms=duration_ms),),
        discarded=(),
        warnings=(),
        query_time_ms=duration_ms if message else None,
    )


def _record(name: bytes, kind: int, rdata: bytes) -> bytes:
    return name + kind.to_bytes(2, "big") + b"\0\1" + bytes(4) + len(rdata).to_bytes(2, "big") + rdata


def finish(procedure: Generator[Sequence[Lookup], Sequence[Outcome], R], outcomes: Sequence[Outcome]) -> R:
    """The result of a procedure that ends with these outcomes."""
    try:
        procedure.send(outcomes)
    except StopIteration as end:
        result: R = end.value
        return result
    raise AssertionError("the procedure asks for more")
