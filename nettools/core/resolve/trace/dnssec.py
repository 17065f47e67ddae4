"""What parent and child say about the signing of a zone: the DS records of the one, the keys of the other.

Signatures are not verified here; that is the judge's part. What is looked at: whether a DS is there, whether a key of
the zone has its digest (RFC 4034 §5.1.4), whether NSEC or NSEC3 records came where there is none (RFC 4035 §3.1.4.1).
"""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from nettools.core.dns.message import ResourceRecord
from nettools.core.dns.types import TYPES
from nettools.core.dnssec.algorithms import algorithm_name
from nettools.core.dnssec.keys import digest_of, dnskeys_of, ds_of, usable_ds
from nettools.core.dnssec.records import Dnskey, Ds
from nettools.core.dnssec.sets import find_set, record_sets
from nettools.core.dnssec.words import key_words
from nettools.core.resolve.lookup import Outcome
from nettools.core.resolve.trace.cut import Cut

_DNSKEY, _DS = TYPES["DNSKEY"], TYPES["DS"]

State = Literal["signed", "unsigned", "island", "broken", "unproved", "unknown"]

DENIES_OR_ANSWERS: Final = frozenset({"answered", "nodata", "nxdomain"})
"""The outcomes that say what keys there are."""


class ZoneSigning(NamedTuple):
    """``signed``: DS and key fit. ``unsigned``: neither. ``island``: signed, but the parent has no DS. ``broken``: the
    DS has no key. ``unproved``: a signed parent that does not prove that there is no DS. ``unknown``: no key came."""

    state: State
    detail: str


def zone_signing(cut: Cut, *, is_root: bool, is_parent_signed: bool, keys: Outcome | None) -> ZoneSigning:
    """The state of a zone from its delegation and from the answer to the question for its DNSKEY records."""
    if keys is None or keys.message is None or keys.status not in DENIES_OR_ANSWERS:
        why = "nobody was asked for a DNSKEY" if keys is None else f"no DNSKEY came: {keys.status}"
        return ZoneSigning("unknown" if cut.ds or is_root else "unsigned", f"{len(cut.ds) or 'no'} DS, and {why}")
    found = _keys_of(cut.zone, keys.message.answer)
    if is_root:
        return ZoneSigning("signed" if found else "unsigned", f"{len(found) or 'no'} DNSKEY")
    if cut.ds:
        return _with_ds(cut, found)
    if is_parent_signed and not cut.denial:
        return ZoneSigning("unproved", "no DS, and the parent, which is signed, sends no NSEC or NSEC3 that proves it")
    proof = "the parent sends a proof that there is no DS" if cut.denial else "no DS at the parent"
    return ZoneSigning("island", f"{len(found)} DNSKEY, but {proof}") if found else ZoneSigning("unsigned", proof)


def _with_ds(cut: Cut, keys: Sequence[Dnskey]) -> ZoneSigning:
    known = find_set(record_sets(cut.ds), cut.zone, _DS)
    offered = ds_of(known) if known is not None else ()
    usable = usable_ds(offered)
    if not usable:
        names = ", ".join(sorted({algorithm_name(one.algorithm) for one in offered}))
        return ZoneSigning("unsigned", f"DS of {names} alone, which is not known: as if unsigned (RFC 4035 §5.2)")
    if not keys:
        return ZoneSigning("broken", "the parent has a DS, and the zone has no DNSKEY")
    for ds in usable:
        if any(_fits(ds, key, cut.zone) for key in keys):
            return ZoneSigning("signed", f"the DS names {key_words(ds.algorithm, ds.tag)} of the zone")
    named = ", ".join(key_words(one.algorithm, one.tag) for one in usable)
    return ZoneSigning("broken", f"the DS names {named}, which the zone does not have")


def _fits(ds: Ds, key: Dnskey, zone: bytes) -> bool:
    """Whether the DS is the digest of a key of the zone, RFC 4034 §5.1.4."""
    is_meant = key.is_zone_key and (ds.tag, ds.algorithm) == (key.tag, key.algorithm)
    return is_meant and digest_of(zone, key, ds.digest_type) == ds.digest


def _keys_of(zone: bytes, answer: Sequence[ResourceRecord]) -> tuple[Dnskey, ...]:
    found = find_set(record_sets(answer), zone, _DNSKEY)
    return () if found is None else dnskeys_of(found)
