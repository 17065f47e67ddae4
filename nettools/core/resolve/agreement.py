"""Whether servers say the same: replies as values that can be compared, and servers grouped by them.

What counts is the status and the set of records of the answer section in canonical form: names in lower case, rdata as
wire (RFC 4034 §6.2, RFC 3597 §7). TTLs, the order of records and signatures (each signer makes its own) do not count.
"""

from collections.abc import Hashable, Iterable, Sequence
from typing import Final, NamedTuple, TypeVar

from nettools.core.dns.message import Message, Question, ResourceRecord
from nettools.core.dns.name import folded
from nettools.core.dns.presentation import rdata_text
from nettools.core.dns.types import TYPES, type_name
from nettools.core.dnssec.canonical import canonical_rdata
from nettools.core.dnssec.records import BadRdata

_RRSIG, _SOA, _ANY = (TYPES[name] for name in ("RRSIG", "SOA", "ANY"))

_ALIASES: Final = frozenset({TYPES["CNAME"], TYPES["DNAME"]})

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class CanonicalRecord(NamedTuple):
    """A record without its TTL, in canonical form."""

    name: bytes
    type: int
    class_: int
    rdata: bytes


def canonical_set(records: Iterable[ResourceRecord]) -> frozenset[CanonicalRecord]:
    """The records as a set that equals another when both hold the same data."""
    return frozenset(CanonicalRecord(folded(one.name), one.type, one.class_, _canonical(one)) for one in records)


def compared_records(message: Message, question: Question) -> tuple[ResourceRecord, ...]:
    """The records of the answer section that count for a comparison."""
    wants_signatures = question.type in (_RRSIG, _ANY)
    return tuple(one for one in message.answer if one.type != _RRSIG or wants_signatures)


def grouped(pairs: Iterable[tuple[K, V]]) -> list[tuple[K, list[V]]]:
    """What has equal keys together, the largest group first, groups of one size as they came."""
    groups: dict[K, list[V]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return sorted(groups.items(), key=lambda group: -len(group[1]))


def record_texts(records: Iterable[ResourceRecord]) -> tuple[str, ...]:
    """Type and data of each record: aliases as they follow each other, then the others in canonical order."""
    ordered = sorted(records, key=lambda one: () if one.type in _ALIASES else (one.type, _canonical(one)))
    return tuple(f"{type_name(one.type)} {rdata_text(one)}".rstrip() for one in ordered)


def _canonical(record: ResourceRecord) -> bytes:
    """The rdata in canonical form; damaged rdata as it is."""
    try:
        return canonical_rdata(record.type, record.rdata)
    except BadRdata:
        return record.rdata


def serial_of(records: Sequence[ResourceRecord]) -> int | None:
    """The serial of the first SOA record, RFC 1035 §3.3.13."""
    soa = next((one for one in records if one.type == _SOA and not one.is_damaged and len(one.rdata) >= 22), None)
    return None if soa is None else int.from_bytes(soa.rdata[-20:-16], "big")
