"""What NSEC records prove: RFC 4035 §5.4 as corrected by RFC 6840 §4, and RFC 9824 for a name denied in one record."""

from collections.abc import Sequence
from dataclasses import dataclass

from nettools.core.dns.name import folded, is_below, labels_of, name_text
from nettools.core.dns.types import type_name
from nettools.core.dnssec.canonical import last_labels, name_order
from nettools.core.dnssec.records import ANY, CNAME, DNAME, DS, NS, NXNAME, SOA, Nsec


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """Something does not exist; ``reason`` says by which records, in a sentence without its full stop."""

    reason: str
    is_delegation: bool = False
    """Whether the name is a delegation: denied is the DS record of an unsigned child."""
    is_insecure: bool = False
    """Whether the proof leaves room for unsigned names: opt-out, or more iterations than are counted."""


def is_delegation(types: frozenset[int]) -> bool:
    """Whether a bitmap is the parent's side of a zone cut."""
    return NS in types and SOA not in types


def fault_of_match(types: frozenset[int], name: bytes, kind: int) -> bool:
    """Whether a record at the name itself cannot deny the type: it is there, or the other side of the cut is meant."""
    if kind in types or CNAME in types or kind == ANY:
        return True
    if kind == DS:
        return SOA in types and bool(labels_of(name))
    return is_delegation(types)


def no_data(records: Sequence[Nsec], zone: bytes, name: bytes, kind: int) -> Denial | None:
    """The proof that the name has no records of the type, RFC 4035 §5.4 and §3.1.3.1."""
    what = f"{type_name(kind)} {name_text(name)}"
    for one in records:
        if folded(one.owner) == folded(name):
            if fault_of_match(one.types, name, kind):
                return None
            reason = f"NSEC {name_text(one.owner)} does not list {type_name(kind)}"
            return Denial(reason=reason, is_delegation=is_delegation(one.types))
        if _covers(one, zone, name) and is_below(one.next, name):
            return Denial(
                reason=f"NSEC {name_text(one.owner)} shows that {name_text(name)} has nothing but names below it"
            )
    found = _no_exact(records, zone, name)
    if found is None:
        return None
    wildcard = _wildcard_at(found, name)
    for one in records:
        if folded(one.owner) == folded(wildcard) and not fault_of_match(one.types, wildcard, kind):
            listing = f"NSEC {name_text(one.owner)} does not list {type_name(kind)}"
            return Denial(reason=f"NSEC {name_text(found.owner)} shows that only a wildcard fits {what}, and {listing}")
    return None


def no_name(records: Sequence[Nsec], zone: bytes, name: bytes) -> Denial | None:
    """The proof that neither the name nor a wildcard for it exists, RFC 4035 §3.1.3.2."""
    for one in records:
        if folded(one.owner) == folded(name) and NXNAME in one.types:  # RFC 9824 §3.1
            return Denial(reason=f"NSEC {name_text(one.owner)} says that the name does not exist")
    found = _no_exact(records, zone, name)
    if found is None:
        return None
    wildcard = _wildcard_at(found, name)
    for one in records:
        if _covers(one, zone, wildcard) and not is_below(one.next, wildcard):
            shown = f"NSEC {name_text(found.owner)} shows that there is no {name_text(name)}"
            return Denial(reason=f"{shown}, and NSEC {name_text(one.owner)} no {name_text(wildcard)}")
    return None


def no_closer(records: Sequence[Nsec], zone: bytes, name: bytes, labels: int) -> Denial | None:
    """The proof that a wildcard with so many labels behind its ``*`` is what fits the name best, RFC 4035 §5.3.4."""
    closer = last_labels(name, labels + 1)
    found = _no_exact(records, zone, closer)
    if found is None:
        return None
    return Denial(reason=f"NSEC {name_text(found.owner)} shows that there is no {name_text(closer)}")


def _no_exact(records: Sequence[Nsec], zone: bytes, name: bytes) -> Nsec | None:
    """The record that shows that there is neither the name nor one below it."""
    return next((one for one in records if _covers(one, zone, name) and not is_below(one.next, name)), None)


def _covers(one: Nsec, zone: bytes, name: bytes) -> bool:
    """Whether the name lies in the gap behind the record's owner; the last record's gap ends at the apex."""
    if not is_below(name, zone):
        return False
    # RFC 6840 §4.1: below a delegation or a DNAME the parent's NSEC says nothing.
    if is_below(name, one.owner) and (DNAME in one.types or is_delegation(one.types)):
        return False
    place, start, end = name_order(name), name_order(one.owner), name_order(one.next)
    return start < place and (place < end or end == name_order(zone))


def _wildcard_at(cover: Nsec, name: bytes) -> bytes:
    """The wildcard that would have made the name: below the longest name that it shares with either end of the gap."""
    shared = max(_shared_labels(name, cover.owner), _shared_labels(name, cover.next))
    return b"\x01*" + last_labels(name, shared)


def _shared_labels(name: bytes, other: bytes) -> int:
    count = 0
    for one, two in zip(name_order(name), name_order(other), strict=False):
        if one != two:
            break
        count += 1
    return count
