"""Records of one name and type taken together, with their signatures: what a signature is over, RFC 4035 §2.2."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nettools.core.dns.message import ResourceRecord
from nettools.core.dns.name import folded, name_text
from nettools.core.dns.types import type_name
from nettools.core.dnssec.records import RRSIG, BadRdata, Rrsig, parse_rrsig, plain_name


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSet:
    """All records of one name, type and class, and the signatures that came with them."""

    name: bytes
    type: int
    class_: int
    rdatas: tuple[bytes, ...]
    signatures: tuple[Rrsig, ...]
    is_damaged: bool = False

    def __str__(self) -> str:
        return f"{type_name(self.type)} {name_text(self.name)}"


def record_sets(records: Iterable[ResourceRecord]) -> list[RecordSet]:
    """The record sets of a section in their order; a signature over nothing belongs to no set."""
    members: dict[tuple[bytes, int, int], list[ResourceRecord]] = {}
    signatures: dict[tuple[bytes, int, int], list[Rrsig]] = {}
    for one in records:
        if one.type != RRSIG:
            members.setdefault((folded(one.name), one.type, one.class_), []).append(one)
            continue
        try:
            signature = parse_rrsig(one.rdata)
        except BadRdata:
            continue
        signatures.setdefault((folded(one.name), signature.covered, one.class_), []).append(signature)
    return [
        RecordSet(
            name=found[0].name,
            type=key[1],
            class_=key[2],
            rdatas=tuple(dict.fromkeys(one.rdata for one in found)),
            signatures=tuple(signatures.get(key, ())),
            is_damaged=any(one.is_damaged for one in found),
        )
        for key, found in members.items()
    ]


def find_set(sets: Sequence[RecordSet], name: bytes, kind: int) -> RecordSet | None:
    """The set of this name and type."""
    return next((one for one in sets if one.type == kind and folded(one.name) == folded(name)), None)


def target_of(records: RecordSet) -> bytes | None:
    """Where a CNAME or DNAME leads; None when it cannot be read, or says more than one thing."""
    try:
        targets = {plain_name(one, 0)[0] for one in records.rdatas}
    except BadRdata:
        return None
    return targets.pop() if len(targets) == 1 and not records.is_damaged else None
