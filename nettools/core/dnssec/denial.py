"""The records of a reply that deny something, once they are found authentic: NSEC or NSEC3, whichever the zone has."""

from collections.abc import Sequence
from dataclasses import dataclass

from nettools.core.dns.name import folded
from nettools.core.dnssec import nsec
from nettools.core.dnssec.nsec import Denial
from nettools.core.dnssec.nsec3 import Nsec3Proofs
from nettools.core.dnssec.records import NSEC, NSEC3, SOA, BadRdata, Dnskey, Nsec, Nsec3, parse_nsec, parse_nsec3
from nettools.core.dnssec.sets import RecordSet
from nettools.core.dnssec.signatures import Unproved, Verifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Denials:
    """What the authority section of one reply denies in the name of one zone."""

    zone: bytes
    nsecs: tuple[Nsec, ...]
    nsec3s: Nsec3Proofs
    fault: str | None
    """What is wrong with a record that should take part in the proof; then nothing counts as proved."""
    is_of_zone: bool
    """Whether anything in the section claims to be of the zone."""

    def no_data(self, name: bytes, kind: int) -> Denial | None:
        """The proof that the name has no records of the type."""
        if self.fault is not None:
            return None
        return nsec.no_data(self.nsecs, self.zone, name, kind) or self.nsec3s.no_data(name, kind)

    def no_name(self, name: bytes) -> Denial | None:
        """The proof that there is no such name."""
        if self.fault is not None:
            return None
        return nsec.no_name(self.nsecs, self.zone, name) or self.nsec3s.no_name(name)

    def no_closer(self, name: bytes, labels: int) -> Denial | None:
        """The proof that a wildcard with so many labels is the right one for the name."""
        if self.fault is not None:
            return None
        return nsec.no_closer(self.nsecs, self.zone, name, labels) or self.nsec3s.no_closer(name, labels)


def gather_denials(
    authority: Sequence[RecordSet], *, zone: bytes, keys: Sequence[Dnskey], verifier: Verifier
) -> Denials:
    """The denials of the zone in an authority section. Raises MissingExtra.

    The SOA takes part: its TTL says for how long the denial holds (RFC 2308 §5).
    """
    nsecs: list[Nsec] = []
    nsec3s: list[Nsec3] = []
    faults: list[str] = []
    is_of_zone = False
    for records in authority:
        if records.type not in (SOA, NSEC, NSEC3) or not _is_of(zone, records):
            continue
        is_of_zone = True
        found = verifier.check(records, zone=zone, keys=keys)
        if isinstance(found, Unproved):
            faults.append(found.reason)
        elif found.is_expanded:
            faults.append(
                f"{records} is made from a wildcard, which no {'SOA' if records.type == SOA else 'denial'} can be"
            )
        else:
            try:
                nsecs += [parse_nsec(records.name, one) for one in records.rdatas if records.type == NSEC]
                nsec3s += [parse_nsec3(records.name, one) for one in records.rdatas if records.type == NSEC3]
            except BadRdata as error:
                faults.append(f"{records} cannot be read: {error}")
    return Denials(
        zone=zone,
        nsecs=tuple(nsecs),
        nsec3s=Nsec3Proofs(zone, nsec3s),
        fault=faults[0] if faults else None,
        is_of_zone=is_of_zone,
    )


def _is_of(zone: bytes, records: RecordSet) -> bool:
    """Whether a set is the zone's by its signature, or is the zone's own SOA."""
    is_apex_soa = records.type == SOA and folded(records.name) == folded(zone)
    return is_apex_soa or any(folded(one.signer) == folded(zone) for one in records.signatures)
