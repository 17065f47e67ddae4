"""One resource record as it is told."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from nettools.core.dns.message import ResourceRecord
from nettools.core.dns.name import name_text
from nettools.core.dns.presentation import rdata_text
from nettools.core.dns.types import class_name, type_name
from nettools.core.record import column


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsRecord:
    """One resource record: ``data`` as zone files write it, ``hex`` as it is on the wire without compression."""

    name: str = field(metadata=column("Name"))
    type: str = field(metadata=column("Type"))
    class_: str = field(metadata=column("Class", key="class"))
    ttl: int = field(metadata=column("TTL", align="right"))
    data: str = field(metadata=column("Data"))
    hex: str = field(metadata=column("Hex"))


def dns_records(records: Iterable[ResourceRecord]) -> tuple[DnsRecord, ...]:
    """Records as they are told."""
    return tuple(
        DnsRecord(
            name=name_text(one.name),
            type=type_name(one.type),
            class_=class_name(one.class_),
            ttl=one.ttl,
            data=rdata_text(one),
            hex=one.rdata.hex(),
        )
        for one in records
    )
