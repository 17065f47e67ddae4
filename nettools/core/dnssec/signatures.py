"""Whether a record set is as its zone signed it, RFC 4035 §5.3.

Work is bounded (KeyTrap, CVE-2023-50387): at most ``MOST_ATTEMPTS`` verifications for one record set, whatever the
number of its signatures and of the keys that share a tag, and at most ``MOST_FAILURES`` in vain for one verdict.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from nettools.core.dns.name import folded, name_text
from nettools.core.dnssec.algorithms import SUPPORTED_ALGORITHMS
from nettools.core.dnssec.canonical import label_count, signed_octets
from nettools.core.dnssec.crypto import UnusableKey, is_signed_by
from nettools.core.dnssec.records import BadRdata, Dnskey, Rrsig
from nettools.core.dnssec.serial import serial_distance
from nettools.core.dnssec.sets import RecordSet
from nettools.core.dnssec.words import dnskey_words, rrsig_words, time_words

MOST_ATTEMPTS: Final = 16
"""As BIND's max-validations-per-fetch."""
MOST_FAILURES: Final = 100
"""Verifications in vain for one verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A record set is authentic."""

    signature: Rrsig
    key: Dnskey
    is_expanded: bool
    """Whether it was made from a wildcard; then no closer name may exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unproved:
    """A record set is not authentic, and why, in a sentence without its full stop."""

    reason: str
    is_signed_by_zone: bool
    """Whether a signature claims at least to be of the zone that was meant."""


def signed_words(found: Signed, records: RecordSet, now: int) -> str:
    """The sentence for an authentic set."""
    return f"{rrsig_words(found.signature, records)} is valid until {time_words(found.signature.expiration, now)}"


@dataclass(slots=True)
class Verifier:
    """Verifies at one moment (seconds since 1970), and gives up when too much was in vain."""

    now: int
    failures_left: int = MOST_FAILURES

    def check(self, records: RecordSet, *, zone: bytes, keys: Sequence[Dnskey]) -> Signed | Unproved:
        """Whether one of the signatures over the set is by a key of the zone and valid now. Raises MissingExtra."""
        return _check(records, zone, keys, self)


def _check(records: RecordSet, zone: bytes, keys: Sequence[Dnskey], verifier: Verifier) -> Signed | Unproved:
    now = verifier.now
    of_zone = [one for one in records.signatures if folded(one.signer) == folded(zone)]
    if records.is_damaged:
        return Unproved(reason=f"{records} is damaged", is_signed_by_zone=bool(of_zone))
    if not records.signatures:
        return Unproved(
            reason=f"{records} has no RRSIG, and {name_text(zone)} is a signed zone", is_signed_by_zone=False
        )
    if not of_zone:
        first = records.signatures[0]
        signer = name_text(first.signer)
        reason = f"{rrsig_words(first, records)} names {signer} as the signer, and the zone is {name_text(zone)}"
        return Unproved(reason=reason, is_signed_by_zone=False)
    faults: list[tuple[int, str]] = []
    attempts = 0
    for signature in of_zone:
        fault = _fault_before_verifying(signature, records, now)
        candidates = [] if fault else list(_candidates(signature, keys))
        octets = b"" if fault else _octets_or_none(records, signature)
        if fault is None and (octets is None or not candidates):
            fault = _no_match(signature, records, keys, zone)
        if fault is not None or octets is None:
            faults += [fault] if fault else []
            continue
        for key in candidates:
            if attempts == MOST_ATTEMPTS or verifier.failures_left <= 0:
                more = f"{records} has more signatures and keys that fit than are tried"
                return Unproved(reason=more, is_signed_by_zone=True)
            attempts += 1
            fault = _verified(key, signature, records, octets)
            if fault is None:
                is_expanded = signature.labels < label_count(records.name)
                return Signed(signature=signature, key=key, is_expanded=is_expanded)
            faults.append(fault)
            verifier.failures_left -= 1
    return Unproved(reason=max(faults, key=lambda one: one[0])[1], is_signed_by_zone=True)


# Faults carry a rank: with several signatures the one that came closest to being valid is told.
_WRONG, _UNKNOWN_KEY, _UNUSABLE, _NOT_VERIFIED, _TIMES = 1, 2, 3, 4, 5


def _fault_before_verifying(signature: Rrsig, records: RecordSet, now: int) -> tuple[int, str] | None:
    words = rrsig_words(signature, records)
    if signature.algorithm not in SUPPORTED_ALGORITHMS:
        return _UNUSABLE, f"{words} is by an algorithm that is not supported"
    if signature.labels > label_count(records.name):
        return _WRONG, f"{words} counts {signature.labels} labels, more than the name has"
    if serial_distance(signature.inception, signature.expiration) < 0:
        return _TIMES, f"{words} expires before it begins"
    if serial_distance(now, signature.expiration) < 0:
        return _TIMES, f"{words} expired {time_words(signature.expiration, now)}"
    if serial_distance(now, signature.inception) > 0:
        return _TIMES, f"{words} is not valid before {time_words(signature.inception, now)}"
    return None


def _octets_or_none(records: RecordSet, signature: Rrsig) -> bytes | None:
    try:
        return signed_octets(records, signature)
    except BadRdata:
        return None


def _candidates(signature: Rrsig, keys: Sequence[Dnskey]) -> Iterator[Dnskey]:
    for key in keys:
        if (key.tag, key.algorithm) == (signature.tag, signature.algorithm) and key.is_zone_key:
            yield key


def _no_match(signature: Rrsig, records: RecordSet, keys: Sequence[Dnskey], zone: bytes) -> tuple[int, str]:
    words = rrsig_words(signature, records)
    same_tag = [key for key in keys if (key.tag, key.algorithm) == (signature.tag, signature.algorithm)]
    if any(key.is_revoked for key in same_tag):
        return _UNKNOWN_KEY, f"{words} is by a revoked key"
    if any(not key.is_zone_key for key in same_tag):
        return _UNKNOWN_KEY, f"{words} is by a DNSKEY that is no zone key"
    if same_tag:
        return _WRONG, f"{records} cannot be brought into the form that is signed"
    return _UNKNOWN_KEY, f"{words} is by a key that is not among the DNSKEYs of {name_text(zone)}"


def _verified(key: Dnskey, signature: Rrsig, records: RecordSet, octets: bytes) -> tuple[int, str] | None:
    try:
        if is_signed_by(key, signature.signature, octets):
            return None
    except UnusableKey as error:
        return (
            _UNUSABLE,
            f"{rrsig_words(signature, records)} cannot be verified: {dnskey_words(key)} is unusable ({error})",
        )
    return _NOT_VERIFIED, f"{rrsig_words(signature, records)} does not fit the records"
