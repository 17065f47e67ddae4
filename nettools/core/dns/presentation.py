"""Rdata as text."""

from nettools.core.dns.message import ResourceRecord
from nettools.core.dns.rdata import Unreadable, generic_text, typed_text


def rdata_text(record: ResourceRecord) -> str:
    r"""The rdata as zone files write it, in printable ASCII; ``\# size hex`` when it is not what its type says."""
    if record.is_damaged:
        return generic_text(record.rdata)
    try:
        return typed_text(record.type, record.class_, record.rdata)
    except Unreadable:
        return generic_text(record.rdata)
