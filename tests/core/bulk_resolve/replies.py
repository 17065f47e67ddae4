"""Replies as servers make them, with compression, for tests of what reads them."""

from collections.abc import Sequence
from ipaddress import ip_address

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

from nettools.core.bulk_resolve.groups import Group
from nettools.core.bulk_resolve.row import Row
from nettools.core.dns.message import Question
from nettools.core.dns.name import name_from_text, name_text
from nettools.core.dns.types import type_number
from nettools.core.resolve.lookup import Lookup, Outcome, Server
from nettools.core.resolve.resolution import Resolution

SERVER = Server(address=ip_address("192.0.2.53"), port=5353)
IDENTIFIER = b"\x12\x34"


def group(*servers: Server, tries: int = 2, timeout_s: float = 4.0) -> Group:
    """A group of servers that are asked in the usual way."""
    question = Question(name=b"\0", type=1, class_=1)
    return Group(Lookup(question=question, servers=servers or (SERVER,), tries=tries, timeout_s=timeout_s))


def row(name: str, kind: str = "A", index: int = 0) -> Row:
    """One question."""
    wire = name_from_text(name)
    number = type_number(kind)
    assert number is not None
    return index, wire + number.to_bytes(2, "big") + b"\0\1", name_text(wire), 0


def reply(
    asked: Row,
    *,
    answer: Sequence[str] = (),
    authority: Sequence[str] = (),
    additional: Sequence[str] = (),
    rcode: str = "NOERROR",
    flags: str = "QR AA RD",
    edns: int | bool = 1232,
    identifier: bytes = IDENTIFIER,
) -> bytes:
    """The reply with these records, each as a line of a zone file; names in it are compressed."""
    question = asked[1]
    head = identifier + b"\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
    message = dns.message.make_response(dns.message.from_wire(head + question))
    message.flags = dns.flags.from_text(flags)
    for section, lines in ((message.answer, answer), (message.authority, authority), (message.additional, additional)):
        section += [_rrset(line) for line in lines]
    if edns:
        message.use_edns(0, payload=int(edns))
    message.set_rcode(dns.rcode.from_text(rcode))
    return message.to_wire(max_size=65_535)


def _rrset(line: str) -> dns.rrset.RRset:
    owner, ttl, kind, rdata = line.split(None, 3)
    return dns.rrset.from_text(owner, int(ttl), "IN", kind, rdata)


def outcome_of(asked: Row, wire: bytes, *, sent_s: float = 100.0, now_s: float = 100.0015) -> Outcome:
    """What the machine of a single lookup makes of the reply; it must settle the lookup."""
    machine = Resolution(group().lookup(asked), entropy=lambda count: wire[:2].ljust(count), started_s=sent_s)
    machine.next_action(sent_s)
    assert machine.received(wire, now_s)
    outcome = machine.next_action(now_s)
    assert isinstance(outcome, Outcome)
    return outcome
