"""A small Internet as dicts: servers by address, zones by name, records by owner and type. No network, no clock.

internet = Internet({"192.0.2.1": {".": {". SOA": ["1"], ". NS": ["ns.root."], "test. NS": ["ns.test."], …}}})
result = internet.run(trace(question("www.test", "A"), settings))
"""

from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_address
from typing import TypeVar

from nettools.core.dns.edns import NSID, Edns
from nettools.core.dns.message import Message, Question, ResourceRecord
from nettools.core.dns.name import folded, is_below, labels_of, name_from_text, parent
from nettools.core.dns.types import AA, QR, RCODES, TYPES
from nettools.core.resolve.lookup import Lookup, Outcome, Procedure, Server, Try
from nettools.core.resolve.status import status_of

R = TypeVar("R")

Zone = Mapping[str, Sequence[str]]
"""``"owner TYPE"`` -> the data of each record. A SOA is its serial; what no one reads is hex after ``#``."""
Reply = Callable[[Question], Message]
Host = Mapping[str, Zone] | Reply | str
"""The zones of a server, a function that answers, or how asking it ends: timeout, unreachable, refused-connection."""

MS = 1.5
"""What each query takes."""
_FINAL = frozenset({"answered", "nodata", "nxdomain"})
_WORD = {number: name for name, number in RCODES.items()}
TTL = 300


def question(name: str, kind: str = "A") -> Question:
    return Question(name=name_from_text(name), type=TYPES[kind], class_=1)


def record(owner: str, kind: str, data: str, ttl: int = TTL) -> ResourceRecord:
    return ResourceRecord(name=name_from_text(owner), type=TYPES[kind], class_=1, ttl=ttl, rdata=rdata(kind, data))


def rdata(kind: str, data: str) -> bytes:
    if data.startswith("#"):
        return bytes.fromhex(data[1:])
    if kind in ("A", "AAAA"):
        return ip_address(data).packed
    if kind in ("NS", "CNAME", "DNAME", "PTR"):
        return name_from_text(data)
    if kind == "SOA":
        return name_from_text("ns.") + name_from_text("host.") + int(data).to_bytes(4, "big") + bytes(16)
    if kind == "MX":
        preference, name = data.split()
        return int(preference).to_bytes(2, "big") + name_from_text(name)
    assert kind == "TXT", kind
    return bytes([len(data)]) + data.encode()


def message(
    asked: Question,
    *,
    answer: Sequence[ResourceRecord] = (),
    authority: Sequence[ResourceRecord] = (),
    additional: Sequence[ResourceRecord] = (),
    aa: bool = True,
    flags: int = 0,
    rcode: str = "NOERROR",
    nsid: str | None = None,
    edns: Edns | None = None,
) -> Message:
    if nsid is not None:
        edns = Edns(version=0, udp=1232, flags=0, extended_rcode=0, options=((NSID, nsid.encode()),))
    return Message(
        wire=b"",
        id=0,
        flags=QR | flags | (AA if aa else 0) | _WORD[rcode],
        questions=(asked,),
        answer=tuple(answer),
        authority=tuple(authority),
        additional=tuple(additional),
        counts=(1, len(answer), len(authority), len(additional)),
        edns=edns,
        faults=(),
    )


def serve(zones: Mapping[str, Zone], asked: Question) -> Message:
    """What a server of these zones replies without recursion, RFC 1034 §4.3.2."""
    origins = [name_from_text(name) for name in zones]
    above = [one for one in origins if is_below(asked.name, one)]
    if asked.type == TYPES["DS"] and len(above) > 1:
        above = [one for one in above if folded(one) != folded(asked.name)]
    if not above:
        return message(asked, aa=False, rcode="REFUSED")
    origin = max(above, key=len)
    records = [
        record(key.partition(" ")[0], key.partition(" ")[2], data)
        for name, zone in zones.items()
        if name_from_text(name) == origin
        for key, several in zone.items()
        for data in several
    ]
    return _answer(origin, records, asked)


def _answer(origin: bytes, records: Sequence[ResourceRecord], asked: Question) -> Message:
    def of(name: bytes, kind: str) -> list[ResourceRecord]:
        return [one for one in records if folded(one.name) == folded(name) and one.type == TYPES[kind]]

    cut = next((one for one in _names_down(origin, asked.name) if of(one, "NS")), None)
    if cut is not None and not (asked.type == TYPES["DS"] and folded(cut) == folded(asked.name)):
        glue = [one for ns in of(cut, "NS") for kind in ("A", "AAAA") for one in of(ns.rdata, kind)]
        signing = [*of(cut, "DS"), *of(cut, "NSEC")]
        return message(asked, authority=[*of(cut, "NS"), *signing], additional=glue, aa=False)
    answer: list[ResourceRecord] = []
    name = asked.name
    while asked.type != TYPES["CNAME"] and len(answer) < 10:
        dname = next((one for up in _names_up(name, origin) for one in of(up, "DNAME") if up != name), None)
        if dname is not None:
            target = name[: len(name) - len(dname.name)] + dname.rdata
            made = ResourceRecord(name=name, type=TYPES["CNAME"], class_=1, ttl=TTL, rdata=target)
            answer += [dname, made]
        elif of(name, "CNAME"):
            answer += of(name, "CNAME")
        else:
            break
        name = answer[-1].rdata
    if not is_below(name, origin):
        return message(asked, answer=answer)
    found = [one for one in records if folded(one.name) == folded(name) and one.type == asked.type]
    if found:
        return message(asked, answer=[*answer, *found], authority=of(origin, "NS"))
    exists = any(is_below(one.name, name) for one in records)
    return message(asked, answer=answer, authority=of(origin, "SOA"), rcode="NOERROR" if exists else "NXDOMAIN")


def _names_up(name: bytes, origin: bytes) -> list[bytes]:
    names = [name]
    while folded(names[-1]) != folded(origin) and labels_of(names[-1]):
        names.append(parent(names[-1]))
    return names


def _names_down(origin: bytes, name: bytes) -> list[bytes]:
    """The names between the two, the origin itself left out, the highest first."""
    return _names_up(name, origin)[:-1][::-1]


class Internet:
    """Answers lookups; ``asked`` lists every query as ``(address, name, type number)``."""

    def __init__(self, hosts: Mapping[str, Host]) -> None:
        self.hosts = {ip_address(address): host for address, host in hosts.items()}
        self.asked: list[tuple[str, bytes, int]] = []
        self.lookups: list[Lookup] = []
        self.rounds: list[int] = []

    def run(self, procedure: Procedure[R]) -> R:
        """The result of a procedure."""
        outcomes: list[Outcome] | None = None
        while True:
            try:
                lookups = next(procedure) if outcomes is None else procedure.send(outcomes)
            except StopIteration as end:
                result: R = end.value
                return result
            self.rounds.append(len(lookups))
            outcomes = [self.look_up(one) for one in lookups]

    def look_up(self, lookup: Lookup) -> Outcome:
        """One lookup: the servers in turn until one answers, as the rules of a resolution have it."""
        self.lookups.append(lookup)
        tries: list[Try] = []
        best: Outcome | None = None
        for server in lookup.servers:
            one = self._ask(server, lookup, tries)
            if best is None or (one.message is not None and best.message is None) or one.status in _FINAL:
                best = one
            if one.status in _FINAL:
                break
        assert best is not None, "a lookup has servers"
        return best

    def _ask(self, server: Server, lookup: Lookup, tries: list[Try]) -> Outcome:
        self.asked.append((str(server.address), lookup.question.name, lookup.question.type))
        host = self.hosts.get(server.address, "unreachable")
        reply = None if isinstance(host, str) else host(lookup.question) if callable(host) else None
        if reply is None and isinstance(host, Mapping):
            reply = serve(host, lookup.question)
        if reply is None:
            assert isinstance(host, str)
            status = host if host == "timeout" else "unreachable"
            duration_ms = lookup.timeout_s * 1000 if host == "timeout" else MS
            tries.append(Try(server=server, transport="udp", result=host, duration_ms=duration_ms))
            return self._outcome(lookup, status, None, server, tries)
        status, _ = status_of(reply, lookup.question)
        tries.append(Try(server=server, transport="udp", result=reply.rcode_name, duration_ms=MS))
        return self._outcome(lookup, status, reply, server, tries)

    @staticmethod
    def _outcome(lookup: Lookup, status: str, reply: Message | None, server: Server, tries: Sequence[Try]) -> Outcome:
        return Outcome(
            lookup=lookup,
            status=status,
            message=reply,
            server=server,
            transport="udp",
            tries=tuple(tries),
            discarded=(),
            warnings=(),
            query_time_ms=MS if reply else None,
        )
