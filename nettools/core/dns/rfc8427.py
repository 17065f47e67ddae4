"""DNS messages as JSON values, RFC 8427: header, question and records by the names that the RFC gives them.

What the RFC leaves open is decided thus:

- ``rdata<TYPE>`` is the presentation text of ``presentation.rdata_text``; unknown and damaged rdata has RDATAHEX alone.
- The OPT record stands in ``additionalRRs`` with its raw fields, as any record, and is read in ``EDNS``, for which the
  RFC has no place. The names in there are those of kdig 3.5 and draft-peltan-edns-presentation-format, except that
  ``EDE`` is a list, since a message may have several (RFC 8914 §2).
- ``messageOctetsHEX`` always is there, so that nothing is lost that cannot be read.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from nettools.core.dns.edns import (
    CLIENT_COOKIE_SIZE,
    CLIENT_SUBNET,
    COOKIE,
    DO,
    EXTENDED_ERROR,
    EXTENDED_ERRORS,
    NSID,
    Edns,
    client_subnet_text,
)
from nettools.core.dns.message import Message, Question, ResourceRecord
from nettools.core.dns.name import name_text
from nettools.core.dns.rdata import Unreadable, is_readable, typed_text
from nettools.core.dns.types import AA, AD, CD, QR, RA, RD, TC, TYPES, class_name, rcode_name, type_name
from nettools.core.record import Json
from nettools.core.text import safe

_HEADER_BITS: Final = (("AA", AA), ("TC", TC), ("RD", RD), ("RA", RA), ("AD", AD), ("CD", CD))
_EXPIRE, _KEEPALIVE, _PADDING, _CHAIN = 9, 11, 12, 13


def message_json(message: Message, *, moment: datetime) -> dict[str, Json]:
    """The message object of RFC 8427 §2.1; ``moment`` is when the message was sent or received."""
    edns = message.edns
    additional = [*map(_record, message.additional)]
    if edns is not None:
        additional.append(_opt_record(edns))
    questions = list(message.questions)
    value: dict[str, Json] = {
        "dateString": moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "dateSeconds": round(moment.timestamp(), 3),
        "msgLength": len(message.wire),
        "ID": message.id,
        "QR": int(bool(message.flags & QR)),
        "Opcode": message.opcode,
        **{name: int(bool(message.flags & bit)) for name, bit in _HEADER_BITS},
        "RCODE": message.flags & 0xF,
        **dict(zip(("QDCOUNT", "ANCOUNT", "NSCOUNT", "ARCOUNT"), message.counts, strict=True)),
    }
    if len(questions) == 1:
        value |= {f"Q{key}": one for key, one in _question(questions[0]).items()}
    elif questions:
        value["questionRRs"] = list(map(_question, questions))
    for key, records in (
        ("answerRRs", list(map(_record, message.answer))),
        ("authorityRRs", list(map(_record, message.authority))),
        ("additionalRRs", additional),
    ):
        if records:
            value[key] = list[Json](records)
    if edns is not None:
        value["EDNS"] = _edns(edns, message.rcode)
    return {**value, "messageOctetsHEX": message.wire.hex().upper()}


def _question(question: Question) -> dict[str, Json]:
    return {
        "NAME": name_text(question.name),
        "TYPE": question.type,
        "TYPEname": type_name(question.type),
        "CLASS": question.class_,
        "CLASSname": class_name(question.class_),
    }


def _record(record: ResourceRecord) -> dict[str, Json]:
    """The resource record object of RFC 8427 §2.2; RDATAHEX is without compression."""
    return {
        "NAME": name_text(record.name),
        "TYPE": record.type,
        "TYPEname": type_name(record.type),
        "CLASS": record.class_,
        "CLASSname": class_name(record.class_),
        "TTL": record.ttl,
        **_rdata_text(record),
        "RDLENGTH": len(record.rdata),
        "RDATAHEX": record.rdata.hex().upper(),
    }


def _rdata_text(record: ResourceRecord) -> dict[str, Json]:
    """RFC 8427 §2.3: one member, named after the type; none where there is no text but hex."""
    type_ = type_name(record.type)
    if record.is_damaged or type_ not in TYPES:
        return {}
    try:
        return {f"rdata{type_}": typed_text(record.type, record.class_, record.rdata)}
    except Unreadable:
        return {}


def _opt_record(edns: Edns) -> dict[str, Json]:
    """The OPT record put together again, RFC 6891 §6.1.2: its class is a size, and its TTL holds flags."""
    rdata = b"".join(code.to_bytes(2, "big") + len(data).to_bytes(2, "big") + data for code, data in edns.options)
    return {
        "NAME": ".",
        "TYPE": TYPES["OPT"],
        "TYPEname": "OPT",
        "CLASS": edns.udp,
        "TTL": edns.extended_rcode << 24 | edns.version << 16 | edns.flags,
        "RDLENGTH": len(rdata),
        "RDATAHEX": rdata.hex().upper(),
    }


def _edns(edns: Edns, rcode: int) -> dict[str, Json]:
    value: dict[str, Json] = {
        "Version": edns.version,
        "FLAGS": list[Json](_flags(edns.flags)),
        "RCODE": rcode_name(rcode),
        "UDPSIZE": edns.udp,
    }
    errors = [data for code, data in edns.options if code == EXTENDED_ERROR and len(data) >= 2]
    for code, data in edns.options:
        if data not in errors or code != EXTENDED_ERROR:
            key, told = _option(code, data)
            value.setdefault(key, told)  # what is repeated against its RFC stands in RDATAHEX
    if errors:
        value["EDE"] = list[Json](map(_extended_error, errors))
    return value


def _flags(flags: int) -> Iterable[str]:
    for place in range(16):
        bit = 0x8000 >> place
        if flags & bit:
            yield "DO" if bit == DO else f"BIT{place}"


def _option(code: int, data: bytes) -> tuple[str, Json]:
    """The name and value of an option; ``OPTn`` and hex where its data are not what its code says."""
    number = int.from_bytes(data, "big")
    if code == NSID:
        shown: dict[str, Json] = {"HEX": data.hex().upper()}
        is_text = data.isascii() and data.decode("ascii").isprintable()
        return "NSID", shown | ({"TEXT": data.decode("ascii")} if is_text else {})
    if code == CLIENT_SUBNET and (subnet := client_subnet_text(data)) is not None:
        return "ECS", subnet
    if code == COOKIE:
        parts = (data[:CLIENT_COOKIE_SIZE], data[CLIENT_COOKIE_SIZE:])
        return "COOKIE", [part.hex().upper() for part in parts if part]
    if code == _EXPIRE and len(data) in (0, 4):
        return "EXPIRE", str(number) if data else "NONE"
    if code == _KEEPALIVE and len(data) == 2:
        return "KEEPALIVE", number
    if code == _PADDING:
        return "PADDING", {"LENGTH": len(data)} | ({"HEX": data.hex().upper()} if data.strip(b"\0") else {})
    if code == _CHAIN and is_readable(TYPES["NS"], 1, data):
        return "CHAIN", name_text(data)
    return f"OPT{code}", data.hex().upper()


def _extended_error(data: bytes) -> dict[str, Json]:
    code, text = int.from_bytes(data[:2], "big"), safe(data[2:].rstrip(b"\0"))
    value: dict[str, Json] = {"CODE": code}
    if code in EXTENDED_ERRORS:
        value["Purpose"] = EXTENDED_ERRORS[code]
    if text:
        value["TEXT"] = text
    return value
