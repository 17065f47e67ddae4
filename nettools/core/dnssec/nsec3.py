"""What NSEC3 records prove: RFC 5155 §8."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from nettools.core.dns.name import folded, is_below, labels_of, name_text, parent
from nettools.core.dns.types import type_name
from nettools.core.dnssec.canonical import last_labels
from nettools.core.dnssec.nsec import Denial, fault_of_match, is_delegation
from nettools.core.dnssec.records import DNAME, Nsec3

_SHA_1: Final = 1
"""The only hash of IANA's "DNSSEC NSEC3 Hash Algorithms"."""
_KNOWN_FLAGS: Final = 1
MOST_ITERATIONS: Final = 150
"""More of them make a denial insecure, not bogus: RFC 9276 §3.2; BIND 9.18 draws the line here."""


def hash_name(name: bytes, salt: bytes, iterations: int) -> bytes:
    """The hash of a name, RFC 5155 §5."""
    hashed = hashlib.sha1(folded(name) + salt, usedforsecurity=False).digest()
    for _ in range(iterations):
        hashed = hashlib.sha1(hashed + salt, usedforsecurity=False).digest()
    return hashed


def too_dear_words(zone: bytes, iterations: int) -> str:
    """Why the denials of a zone are not computed."""
    told = f"the NSEC3 records of {name_text(zone)} have {iterations} iterations"
    return f"{told}, and more than {MOST_ITERATIONS} prove nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Encloser:
    """The closest name above that exists, and that the next closer one does not: RFC 5155 §8.3."""

    name: bytes
    closer: bytes
    cover: Nsec3


@dataclass(slots=True)
class Nsec3Proofs:
    """The NSEC3 records of one reply, all authentic and of the zone."""

    zone: bytes
    records: Sequence[Nsec3]
    _hashes: dict[bytes, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        usable = [
            one
            for one in self.records
            if one.algorithm == _SHA_1
            and one.flags & ~_KNOWN_FLAGS == 0
            and folded(parent(one.name)) == folded(self.zone)
        ]
        # RFC 5155 §8.2: all must be of one chain.
        self.records = [one for one in usable if (one.salt, one.iterations) == (usable[0].salt, usable[0].iterations)]

    @property
    def is_too_dear(self) -> bool:
        return any(one.iterations > MOST_ITERATIONS for one in self.records)

    def no_data(self, name: bytes, kind: int) -> Denial | None:
        """The proof that the name has no records of the type, RFC 5155 §8.5 to §8.7."""
        if self.is_too_dear:
            return self._too_dear()
        found = self._match(name)
        if found is not None:
            if fault_of_match(found.types, name, kind):
                return None
            reason = f"NSEC3 {_words(found)} of {name_text(name)} does not list {type_name(kind)}"
            return Denial(reason=reason, is_delegation=is_delegation(found.types))
        encloser = self._encloser(name)
        if encloser is None:
            return None
        cover = encloser.cover
        wildcard = b"\x01*" + encloser.name
        found = self._match(wildcard)
        if found is not None and not fault_of_match(found.types, wildcard, kind):
            reason = f"NSEC3 {_words(found)} of {name_text(wildcard)}, which fits, does not list {type_name(kind)}"
            return Denial(reason=reason, is_insecure=cover.is_opt_out)
        if found is None and cover.is_opt_out:
            return _opted_out(cover, encloser.closer)
        return None

    def no_name(self, name: bytes) -> Denial | None:
        """The proof that neither the name nor a wildcard for it exists, RFC 5155 §8.4."""
        if self.is_too_dear:
            return self._too_dear()
        encloser = self._encloser(name)
        if encloser is None:
            return None
        wildcard_cover = self._cover(b"\x01*" + encloser.name)
        if wildcard_cover is None:
            return None
        if encloser.cover.is_opt_out:
            return _opted_out(encloser.cover, encloser.closer)
        shown = f"NSEC3 {_words(encloser.cover)} shows that there is no {name_text(encloser.closer)}"
        return Denial(reason=f"{shown}, and NSEC3 {_words(wildcard_cover)} no wildcard for it")

    def no_closer(self, name: bytes, labels: int) -> Denial | None:
        """The proof that a wildcard with so many labels behind its ``*`` is what fits the name best, RFC 5155 §8.8."""
        if self.is_too_dear:
            return self._too_dear()
        closer = last_labels(name, labels + 1)
        cover = self._cover(closer)
        if cover is None:
            return None
        if cover.is_opt_out:
            return _opted_out(cover, closer)
        return Denial(reason=f"NSEC3 {_words(cover)} shows that there is no {name_text(closer)}")

    def _encloser(self, name: bytes) -> _Encloser | None:
        closer = name
        while folded(closer) != folded(self.zone) and labels_of(closer):
            above = parent(closer)
            found = self._match(above)
            if found is not None:
                is_authoritative = DNAME not in found.types and not is_delegation(found.types)
                cover = self._cover(closer)
                return _Encloser(name=above, closer=closer, cover=cover) if cover and is_authoritative else None
            closer = above
        return None

    def _hash(self, name: bytes) -> bytes:
        first = self.records[0]
        if name not in self._hashes:
            self._hashes[name] = hash_name(name, first.salt, first.iterations)
        return self._hashes[name]

    def _match(self, name: bytes) -> Nsec3 | None:
        return next((one for one in self.records if one.owner == self._hash(name)), None)

    def _cover(self, name: bytes) -> Nsec3 | None:
        if not is_below(name, self.zone):
            return None
        return next((one for one in self.records if _is_between(one, self._hash(name))), None)

    def _too_dear(self) -> Denial:
        return Denial(reason=too_dear_words(self.zone, self.records[0].iterations), is_insecure=True)


def _is_between(one: Nsec3, hashed: bytes) -> bool:
    if one.owner < one.next:
        return one.owner < hashed < one.next
    return hashed > one.owner or hashed < one.next


def _opted_out(cover: Nsec3, name: bytes) -> Denial:
    reason = f"NSEC3 {_words(cover)} has the opt-out flag, so {name_text(name)} may be an unsigned delegation"
    return Denial(reason=reason, is_insecure=True)


def _words(one: Nsec3) -> str:
    return name_text(one.name)
