"""A DNS message read leniently: one record that is damaged never hides the others.

Names are kept as uncompressed wire bytes, rdata too: compression pointers inside rdata of the types that may have
them (RFC 3597 §4, RFC 1035 §3.3) are resolved here, so that rdata can be shown, compared and verified by itself.
"""

from dataclasses import dataclass
from typing import Final

from nettools.core.dns.edns import Edns, parse_opt
from nettools.core.dns.name import BadWireName, folded, read_name
from nettools.core.dns.rdata import is_readable
from nettools.core.dns.types import CLASSES, FLAGS, TC, TYPES, rcode_name, type_name

HEADER_SIZE: Final = 12
_OPT: Final = TYPES["OPT"]

# Octets before the compressible names, how many names: RFC 1035 §3.3, RFC 1183, RFC 2163, RFC 2230, RFC 2535, RFC 2782,
# RFC 3403. "Receivers SHOULD decompress" them: RFC 3597 §4. The last two rows are compressed by
# nobody who keeps to that, but dig reads them so.
_NAMES_IN_RDATA: Final[dict[int, tuple[int, int]]] = {
    TYPES[name]: shape
    for name, shape in {
        "NS": (0, 1), "MD": (0, 1), "MF": (0, 1), "CNAME": (0, 1), "SOA": (0, 2), "MB": (0, 1), "MG": (0, 1),
        "MR": (0, 1), "PTR": (0, 1), "MINFO": (0, 2), "MX": (2, 1), "RP": (0, 2), "AFSDB": (2, 1), "RT": (2, 1),
        "SIG": (18, 1), "PX": (2, 2), "NXT": (0, 1), "SRV": (6, 1), "KX": (2, 1), "DNAME": (0, 1), "NSAP-PTR": (0, 1),
        "RRSIG": (18, 1), "NSEC": (0, 1), "TALINK": (0, 2), "SVCB": (2, 1), "HTTPS": (2, 1), "DSYNC": (5, 1),
        "LP": (2, 1), "TKEY": (0, 1),
    }.items()
}  # fmt: skip
_NAPTR: Final = TYPES["NAPTR"]
_A: Final = TYPES["A"]
_CHAOS: Final = CLASSES["CH"]


class BadMessage(ValueError):
    """Not a DNS message: shorter than a header, or with a question that cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was asked: ``name`` is an uncompressed wire name."""

    name: bytes
    type: int
    class_: int

    def is_same(self, other: "Question") -> bool:
        """Whether both ask the same, whatever the case of the letters (RFC 4343)."""
        return (self.type, self.class_, folded(self.name)) == (other.type, other.class_, folded(other.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceRecord:
    """One record; ``name`` and ``rdata`` are uncompressed wire bytes."""

    name: bytes
    type: int
    class_: int
    ttl: int
    rdata: bytes
    is_damaged: bool = False
    """Whether the rdata cannot be what its type says; then it is as it stood in the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A whole message with what is wrong with it, in words, in ``faults``."""

    wire: bytes
    id: int
    flags: int
    """The 16 bits behind the ID, opcode and rcode among them."""
    questions: tuple[Question, ...]
    answer: tuple[ResourceRecord, ...]
    authority: tuple[ResourceRecord, ...]
    additional: tuple[ResourceRecord, ...]
    """Without the OPT record, which is ``edns``."""
    counts: tuple[int, int, int, int]
    """What the header says that the sections hold."""
    edns: Edns | None
    faults: tuple[str, ...]

    @property
    def opcode(self) -> int:
        return self.flags >> 11 & 0xF

    @property
    def rcode(self) -> int:
        """All twelve bits where there is an OPT record, RFC 6891 §6.1.3."""
        return self.flags & 0xF | (self.edns.extended_rcode << 4 if self.edns else 0)

    @property
    def rcode_name(self) -> str:
        return rcode_name(self.rcode)

    @property
    def is_truncated(self) -> bool:
        return bool(self.flags & TC)

    @property
    def flag_names(self) -> tuple[str, ...]:
        return tuple(name for bit, name in FLAGS if self.flags & bit)


def parse_message(wire: bytes) -> Message:
    """Read as much as can be read. Raises BadMessage when not even header and question can."""
    if len(wire) < HEADER_SIZE:
        raise BadMessage(f"{len(wire)} octets are no message: a header has {HEADER_SIZE}")
    identifier, flags, *counts = (int.from_bytes(wire[at : at + 2], "big") for at in range(0, HEADER_SIZE, 2))
    reader = _Reader(wire)
    questions = tuple(reader.question() for _ in range(counts[0]))
    sections = [reader.section(name, count) for name, count in zip(_SECTIONS, counts[1:], strict=True)]
    reader.end()
    options = [one for one in sections[2] if one.type == _OPT]
    edns = None
    if options:
        edns, faults = parse_opt(options[0].class_, options[0].ttl, options[0].rdata)
        reader.faults += faults
        if len(options) > 1:
            reader.faults.append(f"the message has {len(options)} OPT records, and one is allowed")
    return Message(
        wire=wire,
        id=identifier,
        flags=flags,
        questions=questions,
        answer=tuple(sections[0]),
        authority=tuple(sections[1]),
        additional=tuple(one for one in sections[2] if one.type != _OPT),
        counts=(counts[0], counts[1], counts[2], counts[3]),
        edns=edns,
        faults=tuple(reader.faults),
    )


_SECTIONS: Final = ("answer", "authority", "additional")


class _Reader:
    """Goes over the octets once and collects what is wrong."""

    def __init__(self, wire: bytes) -> None:
        self.wire = wire
        self.place = HEADER_SIZE
        self.faults: list[str] = []
        self._is_cut = False
        self._names: dict[int, bytes] = {}

    def question(self) -> Question:
        try:
            name, place = read_name(self.wire, self.place, self._names)
        except BadWireName as error:
            raise BadMessage(f"the question cannot be read: {error}") from None
        if place + 4 > len(self.wire):
            raise BadMessage("the question runs over the end of the message")
        self.place = place + 4
        return Question(name=name, type=self._number(place), class_=self._number(place + 2))

    def section(self, name: str, count: int) -> list[ResourceRecord]:
        """The records of one section; where one cannot be told from the next, the rest of the message is lost."""
        records: list[ResourceRecord] = []
        while len(records) < count and not self._is_cut:
            at = f"record {len(records) + 1} of {count} of the {name} section"
            try:
                records.append(self._record())
            except BadWireName as error:
                self._is_cut = True
                self.faults.append(f"{at} cannot be read: {error}")
            else:
                if records[-1].is_damaged:
                    self.faults.append(f"{at} is damaged: its data cannot be of type {type_name(records[-1].type)}")
        return records

    def end(self) -> None:
        extra = len(self.wire) - self.place
        if extra and not self._is_cut:
            self.faults.append(f"{extra} extra octets at the end of the message")

    def _number(self, place: int) -> int:
        return int.from_bytes(self.wire[place : place + 2], "big")

    def _record(self) -> ResourceRecord:
        wire = self.wire
        name, place = read_name(wire, self.place, self._names)
        if place + 10 > len(wire):
            raise BadWireName("it runs over the end of the message")
        kind, class_, ttl = (
            self._number(place),
            self._number(place + 2),
            int.from_bytes(wire[place + 4 : place + 8], "big"),
        )
        start = place + 10
        end = start + self._number(place + 8)
        if end > len(wire):
            raise BadWireName("its rdata runs over the end of the message")
        self.place = end
        try:
            rdata = uncompressed_rdata(wire, kind, start, end, class_, self._names)
            is_damaged = not is_readable(kind, class_, rdata)
        except BadWireName:
            is_damaged = True
        if is_damaged:
            rdata = wire[start:end]
        return ResourceRecord(name=name, type=kind, class_=class_, ttl=ttl, rdata=rdata, is_damaged=is_damaged)


def uncompressed_rdata(
    wire: bytes,
    kind: int,
    start: int,
    end: int,
    class_: int = CLASSES["IN"],
    known: dict[int, bytes] | None = None,
) -> bytes:
    """The rdata between two places of a message without compression pointers; ``known`` is ``read_name``'s.

    Raises BadWireName.
    """
    if kind == _NAPTR:
        place = start + 4
        for _ in range(3):  # flags, services, regular expression: character strings
            if place >= end:
                raise BadWireName("the rdata ends too early")
            place += 1 + wire[place]
        shape = (place - start, 1)
    elif kind in _NAMES_IN_RDATA:
        shape = _NAMES_IN_RDATA[kind]
    elif kind == _A and class_ == _CHAOS:
        shape = (0, 1)
    else:
        return wire[start:end]
    before, count = shape
    place = start + before
    parts = [wire[start:place]]
    for _ in range(count):
        if place >= end:
            raise BadWireName("the rdata ends too early")
        name, place = read_name(wire, place, known)
        parts.append(name)
    if place > end:
        raise BadWireName("a name runs over the end of the rdata")
    parts.append(wire[place:end])
    return b"".join(parts)
