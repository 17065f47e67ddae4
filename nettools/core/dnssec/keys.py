"""From what a parent (or a trust anchor) says about a zone's keys to those keys: RFC 4035 §5.2."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from nettools.core.dns.name import folded, name_text
from nettools.core.dnssec.algorithms import DIGEST_FUNCTIONS, REVOKED, SUPPORTED_ALGORITHMS
from nettools.core.dnssec.records import BadRdata, Dnskey, Ds, parse_ds
from nettools.core.dnssec.sets import RecordSet
from nettools.core.dnssec.signatures import MOST_ATTEMPTS, Unproved, Verifier
from nettools.core.dnssec.words import dnskey_words, ds_words, key_words

_SHA_1 = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneKeys:
    """The keys of a zone where they are ``secure``, and why (not), in a sentence without its full stop."""

    zone: bytes
    status: Literal["secure", "insecure", "bogus", "indeterminate"]
    reason: str
    keys: tuple[Dnskey, ...] = ()


def digest_of(zone: bytes, key: Dnskey, digest_type: int) -> bytes:
    """The digest of a key as DS records have it, RFC 4034 §5.1.4; of a supported type only."""
    return hashlib.new(DIGEST_FUNCTIONS[digest_type], folded(zone) + key.rdata, usedforsecurity=False).digest()


def dnskeys_of(records: RecordSet) -> tuple[Dnskey, ...]:
    """The keys of a DNSKEY set that can be read."""
    keys: list[Dnskey] = []
    for rdata in records.rdatas:
        try:
            keys.append(Dnskey(rdata))
        except BadRdata:
            continue
    return tuple(keys)


def unrevoked(key: Dnskey) -> Dnskey:
    """The key as it was before its owner revoked it, RFC 5011 §3: its tag was another."""
    return Dnskey((key.flags & ~REVOKED).to_bytes(2, "big") + key.rdata[2:])


def ds_of(records: RecordSet) -> tuple[Ds, ...]:
    """The DS records of a set that can be read."""
    found: list[Ds] = []
    for rdata in records.rdatas:
        try:
            found.append(parse_ds(rdata))
        except BadRdata:
            continue
    return tuple(found)


def usable_ds(records: Sequence[Ds]) -> tuple[Ds, ...]:
    """Those of a supported algorithm and digest; SHA-1 counts only when there is nothing better (RFC 4509 §3)."""
    known = [one for one in records if one.algorithm in SUPPORTED_ALGORITHMS and one.digest_type in DIGEST_FUNCTIONS]
    better = [one for one in known if one.digest_type != _SHA_1]
    return tuple(better or known)


def authenticate_keys(
    zone: bytes, *, trusted: Sequence[Ds | Dnskey], said_by: str, dnskey: RecordSet | None, verifier: Verifier
) -> ZoneKeys:
    """The keys of a zone: one that a DS record (or a trust anchor) names must have signed the DNSKEY set.

    ``said_by`` names who trusts: "the DS of nsec.test.", "the trust anchor of .". Raises MissingExtra.
    """
    name = name_text(zone)
    digests = usable_ds([one for one in trusted if isinstance(one, Ds)])
    exact = [one for one in trusted if isinstance(one, Dnskey) and one.algorithm in SUPPORTED_ALGORITHMS]
    if not digests and not exact:
        return ZoneKeys(zone=zone, status="insecure", reason=_unsupported(trusted, said_by))
    if dnskey is None:
        named = ", ".join(ds_words(one) for one in digests) or ", ".join(map(dnskey_words, exact))
        reason = f"{name} has no DNSKEY, and {said_by} has {named}"
        return ZoneKeys(zone=zone, status="bogus", reason=reason)
    keys = dnskeys_of(dnskey)
    entries = [key for key in keys if any(key.rdata == one.rdata for one in exact) or _is_named(zone, key, digests)]
    usable = [key for key in entries if key.is_zone_key][:MOST_ATTEMPTS]
    if not usable:
        return ZoneKeys(zone=zone, status="bogus", reason=_no_entry(zone, entries, keys, digests, exact, said_by))
    found = verifier.check(dnskey, zone=zone, keys=usable)
    if isinstance(found, Unproved):
        return ZoneKeys(zone=zone, status="bogus", reason=_unsigned_keys(dnskey, usable, found, said_by))
    signed = f"the {len(keys)} DNSKEYs" if len(keys) > 1 else "the one DNSKEY"
    reason = f"{said_by} names {dnskey_words(found.key)}, which signs {signed} of {name}"
    zone_keys = tuple(key for key in keys if key.is_zone_key)
    return ZoneKeys(zone=zone, status="secure", reason=reason, keys=zone_keys)


def _is_named(zone: bytes, key: Dnskey, digests: Sequence[Ds]) -> bool:
    same_tag = [one for one in digests if (one.tag, one.algorithm) == (key.tag, key.algorithm)]
    return any(digest_of(zone, key, one.digest_type) == one.digest for one in same_tag[:MOST_ATTEMPTS])


def _unsupported(trusted: Sequence[Ds | Dnskey], said_by: str) -> str:
    if not trusted:
        return f"{said_by} has no record that can be read"
    named = ", ".join(ds_words(one) if isinstance(one, Ds) else dnskey_words(one) for one in trusted)
    return f"{said_by} has only {named}, of which nothing is supported, so the zone counts as unsigned"


def _no_entry(
    zone: bytes,
    entries: Sequence[Dnskey],
    keys: Sequence[Dnskey],
    digests: Sequence[Ds],
    exact: Sequence[Dnskey],
    said_by: str,
) -> str:
    name = name_text(zone)
    for key in entries:
        fault = "is revoked" if key.is_revoked else "is no zone key"
        return f"{said_by} names {dnskey_words(key)}, which {fault}"
    for key in keys:
        before = unrevoked(key)
        if key.is_revoked and (_is_named(zone, before, digests) or before in exact):
            return f"{said_by} names {dnskey_words(before)}, which is revoked (its tag is {key.tag} now)"
    tags = {(one.algorithm, one.tag) for one in digests} | {(one.algorithm, one.tag) for one in exact}
    for key in keys:
        if (key.algorithm, key.tag) in tags:
            return f"{said_by} does not match {dnskey_words(key)}: its digest is another"
    wanted = ", ".join(key_words(algorithm, tag) for algorithm, tag in sorted(tags))
    return f"{said_by} names {wanted}, and no DNSKEY of {name} is that"


def _unsigned_keys(dnskey: RecordSet, usable: Sequence[Dnskey], found: Unproved, said_by: str) -> str:
    tags = {key.tag for key in usable}
    if dnskey.signatures and not any(one.tag in tags for one in dnskey.signatures):
        named = ", ".join(map(dnskey_words, usable))
        return f"{dnskey} is not signed by {named}, which {said_by} names"
    return found.reason
