"""A small DNS message codec: just enough for the readiness checks and for the odd servers."""

import base64
import hashlib
import hmac
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass

A, NS, SOA, AAAA, OPT, TSIG, IXFR, AXFR, ANY = 1, 2, 6, 28, 41, 250, 251, 252, 255
IN, CLASS_ANY = 1, 255
QR, AA, TC, RD, AD = 0x8000, 0x0400, 0x0200, 0x0100, 0x0020
OPCODE = 0x7800
NOERROR, FORMERR, SERVFAIL, NOTIMP, REFUSED, BADVERS, BADCOOKIE = 0, 1, 2, 4, 5, 16, 23
OPTION_COOKIE, OPTION_EDE = 10, 15

# Compression pointers to the two places that every message built here has.
QUESTION_NAME = b"\xc0\x0c"
ROOT = b"\0"


def encode_name(text: str) -> bytes:
    """Wire form of a plain name (no escapes)."""
    labels = [label.encode() for label in text.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + ROOT


def encode_query(name: str, rtype: int, ident: int = 0, flags: int = 0, dnssec: bool = False) -> bytes:
    """A query; with dnssec, one with an OPT record and the DO bit."""
    additional = record(ROOT, OPT, 1232, 0x8000 if dnssec else 0, b"")
    return struct.pack("!6H", ident, flags, 1, 0, 0, 1) + encode_name(name) + struct.pack("!HH", rtype, IN) + additional


def record(name: bytes, rtype: int, rclass: int, ttl: int, data: bytes) -> bytes:
    return name + struct.pack("!HHIH", rtype, rclass, ttl, len(data)) + data


@dataclass(frozen=True)
class Header:
    """What a readiness check needs to know about a reply."""

    ident: int
    flags: int
    rcode: int
    answers: int

    @classmethod
    def of(cls, wire: bytes) -> "Header":
        ident, flags, _, answers, _, _ = struct.unpack("!6H", wire[:12])
        return cls(ident, flags, flags & 0xF, answers)


@dataclass(frozen=True)
class Signature:
    """The parts of a query's TSIG record that the reply's depends on."""

    key: bytes
    algorithm: bytes
    mac: bytes


@dataclass(frozen=True)
class Query:
    """A parsed query."""

    wire: bytes
    ident: int
    flags: int
    name: bytes  # wire form, case as sent
    rtype: int
    rclass: int
    payload: int | None  # the UDP size that EDNS offers; None without EDNS
    do_bit: bool
    options: dict[int, bytes]  # EDNS options by code
    tsig: Signature | None

    @property
    def size_limit(self) -> int:
        """The longest UDP reply that this client asked for."""
        return max(512, self.payload or 512)

    @property
    def question(self) -> bytes:
        return self.name + struct.pack("!HH", self.rtype, self.rclass)


def parse_query(wire: bytes) -> Query:
    """Parses a query; raises ValueError for anything else than one question and a sane tail."""
    try:
        return _parse_query(wire)
    except (struct.error, IndexError) as error:
        raise ValueError("malformed query") from error


def _parse_query(wire: bytes) -> Query:
    ident, flags, questions, answers, authorities, additionals = struct.unpack_from("!6H", wire)
    if questions != 1 or flags & QR:
        raise ValueError("not a query")
    end = _skip_name(wire, 12)
    name = wire[12:end]
    rtype, rclass = struct.unpack_from("!HH", wire, end)
    offset = end + 4
    payload: int | None = None
    do_bit = False
    options: dict[int, bytes] = {}
    tsig: Signature | None = None
    for _ in range(answers + authorities + additionals):
        start, offset = offset, _skip_name(wire, offset)
        owner = wire[start:offset]
        kind, rr_class, ttl, length = struct.unpack_from("!HHIH", wire, offset)
        data = wire[offset + 10 : offset + 10 + length]
        offset += 10 + length
        if kind == OPT:
            payload, do_bit, options = rr_class, bool(ttl & 0x8000), _parse_options(data)
        elif kind == TSIG:
            tsig = _parse_tsig(owner, data)
    return Query(wire, ident, flags, name, rtype, rclass, payload, do_bit, options, tsig)


def _skip_name(wire: bytes, offset: int) -> int:
    while True:
        length = wire[offset]
        if length >= 0xC0:
            return offset + 2
        offset += 1 + length
        if not length:
            return offset


def _parse_options(data: bytes) -> dict[int, bytes]:
    options: dict[int, bytes] = {}
    offset = 0
    while offset < len(data):
        code, length = struct.unpack_from("!HH", data, offset)
        options[code] = data[offset + 4 : offset + 4 + length]
        offset += 4 + length
    return options


def _parse_tsig(owner: bytes, data: bytes) -> Signature:
    end = _skip_name(data, 0)
    (size,) = struct.unpack_from("!H", data, end + 8)
    return Signature(owner, data[:end], data[end + 10 : end + 10 + size])


def reply(
    query: Query,
    rcode: int = NOERROR,
    answers: Sequence[bytes] = (),
    authority: Sequence[bytes] = (),
    *,
    flags: int = AA,
    edns: bool = True,
    options: Sequence[tuple[int, bytes]] = (),
    question: bytes | None = None,
) -> bytes:
    """Builds a reply.  Answers and authority are ready records; edns=False leaves out the OPT record."""
    with_opt = edns and query.payload is not None
    bits = QR | (query.flags & (OPCODE | RD)) | flags | (rcode & 0xF)
    header = struct.pack("!6H", query.ident, bits, 1, len(answers), len(authority), int(with_opt))
    opt = _opt_record(query, rcode, options) if with_opt else b""
    return header + (question or query.question) + b"".join(answers) + b"".join(authority) + opt


def _opt_record(query: Query, rcode: int, options: Sequence[tuple[int, bytes]]) -> bytes:
    data = b"".join(struct.pack("!HH", code, len(value)) + value for code, value in options)
    return record(ROOT, OPT, 1232, (rcode >> 4) << 24 | (0x8000 if query.do_bit else 0), data)


def sign(message: bytes, query: Query, secret: str, clock_offset: int = 0) -> bytes:
    """Appends a TSIG record to a reply (RFC 8945), with a clock that is wrong by so many seconds."""
    assert query.tsig is not None
    key, algorithm, request_mac = query.tsig.key, query.tsig.algorithm, query.tsig.mac
    moment = int(time.time()) + clock_offset
    when = struct.pack("!HIH", moment >> 32, moment & 0xFFFFFFFF, 300)  # with 300 s of tolerance
    no_error = b"\0" * 4
    variables = key.lower() + struct.pack("!HI", CLASS_ANY, 0) + algorithm.lower() + when + no_error
    signed = struct.pack("!H", len(request_mac)) + request_mac + message + variables
    mac = hmac.new(base64.b64decode(secret), signed, hashlib.sha256).digest()
    data = algorithm + when + struct.pack("!H", len(mac)) + mac + message[:2] + no_error
    (additionals,) = struct.unpack_from("!H", message, 10)
    return message[:10] + struct.pack("!H", additionals + 1) + message[12:] + record(key, TSIG, CLASS_ANY, 0, data)
