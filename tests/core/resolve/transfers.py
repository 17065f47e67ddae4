"""Zones and their transfers as messages, for the tests of transfers."""

from collections.abc import Sequence

from nettools.core.dns.message import ResourceRecord
from nettools.core.dns.name import name_from_text
from nettools.core.dns.types import TYPES
from nettools.core.resolve.transfer import Transfer, TransferRequest

ZONE = name_from_text("zone.test")


def soa(serial: int, zone: bytes = ZONE) -> ResourceRecord:
    rdata = zone + zone + serial.to_bytes(4, "big") + bytes(16)
    return ResourceRecord(name=zone, type=TYPES["SOA"], class_=1, ttl=60, rdata=rdata)


def host(number: int, zone: bytes = ZONE) -> ResourceRecord:
    label = f"h{number}".encode()
    name = bytes([len(label)]) + label + zone
    return ResourceRecord(name=name, type=TYPES["A"], class_=1, ttl=60, rdata=number.to_bytes(4, "big"))


def request(serial: int | None = None) -> TransferRequest:
    return TransferRequest(zone=ZONE, serial=serial)


def message(
    query: bytes,
    records: Sequence[ResourceRecord],
    *,
    flags: int = 0x8400,
    question: bool = True,
    count: int | None = None,
) -> bytes:
    """A reply with these records in its answer section."""
    kind = TYPES["IXFR"] if query[8:10] == b"\x00\x01" else TYPES["AXFR"]
    asked = ZONE + kind.to_bytes(2, "big") + b"\x00\x01" if question else b""
    number = len(records) if count is None else count
    header = query[:2] + flags.to_bytes(2, "big") + question.to_bytes(2, "big") + number.to_bytes(2, "big") + bytes(4)
    return header + asked + b"".join(map(record_wire, records))


def record_wire(one: ResourceRecord) -> bytes:
    head = one.type.to_bytes(2, "big") + one.class_.to_bytes(2, "big") + one.ttl.to_bytes(4, "big")
    return one.name + head + len(one.rdata).to_bytes(2, "big") + one.rdata


def fed(machine: Transfer, *messages: bytes, wall_s: float = 0.0) -> list[ResourceRecord]:
    """The records that the machine hands on."""
    return [one.record for wire in messages for one in machine.received(wire, wall_s)]
