"""The state of one zone cut, for who walks from the root on his own (``--trace``).

Call it for the root with the anchors, then for each cut with what the cut above gave back::

    state = cut_state(ROOT, referral=(), dnskey=answer_section, now=now, anchors=anchors)
    state = cut_state(zone, referral=authority_section, dnskey=answer_section, now=now, parent=state)

``state.status`` is the word, ``state.reason`` the sentence.
"""

from collections.abc import Sequence

from nettools.core.dns.message import ResourceRecord
from nettools.core.dns.name import folded, name_text
from nettools.core.dnssec.anchors import TrustAnchor
from nettools.core.dnssec.denial import gather_denials
from nettools.core.dnssec.keys import ZoneKeys, authenticate_keys, ds_of
from nettools.core.dnssec.records import DNSKEY, DS
from nettools.core.dnssec.sets import find_set, record_sets
from nettools.core.dnssec.signatures import Unproved, Verifier


def cut_state(
    zone: bytes,
    *,
    referral: Sequence[ResourceRecord],
    dnskey: Sequence[ResourceRecord] | None,
    now: int,
    parent: ZoneKeys | None = None,
    anchors: Sequence[TrustAnchor] = (),
) -> ZoneKeys:
    """The keys of a zone as far as they can be trusted.

    ``zone`` is a wire name; ``referral`` the authority section of the parent's referral, asked with DO: DS, NSEC, NSEC3
    and their RRSIGs are looked at, the rest is passed over. ``dnskey`` is the answer section of the zone's own server
    to DNSKEY with DO (``()`` when the answer is empty), None when it could not be obtained. ``now`` is seconds since
    1970. An anchor for the zone counts more than the parent. Raises MissingExtra when the extra ``dnssec`` is not
    installed.
    """
    name, verifier = name_text(zone), Verifier(now)
    trusted = [one.key for one in anchors if folded(one.zone) == folded(zone)]
    said_by = f"the trust anchor of {name}"
    if not trusted:
        if parent is None:
            return ZoneKeys(zone=zone, status="indeterminate", reason=f"no trust anchor covers {name}")
        if parent.status != "secure":
            return ZoneKeys(zone=zone, status=parent.status, reason=parent.reason)
        sets = record_sets(referral)
        ds = find_set(sets, zone, DS)
        if ds is None:
            denials = gather_denials(sets, zone=parent.zone, keys=parent.keys, verifier=verifier)
            denial = denials.no_data(zone, DS)
            if denial is None or not (denial.is_delegation or denial.is_insecure):
                why = denials.fault or f"{name_text(parent.zone)} does not prove that {name} has no DS"
                return ZoneKeys(zone=zone, status="bogus", reason=why)
            reason = f"{name} is not signed: {denial.reason}"
            return ZoneKeys(zone=zone, status="insecure", reason=reason)
        found = verifier.check(ds, zone=parent.zone, keys=parent.keys)
        if isinstance(found, Unproved):
            return ZoneKeys(zone=zone, status="bogus", reason=found.reason)
        trusted, said_by = list(ds_of(ds)), f"the DS of {name}"
    if dnskey is None:
        reason = f"the DNSKEY of {name} cannot be obtained"
        return ZoneKeys(zone=zone, status="indeterminate", reason=reason)
    keys = find_set(record_sets(dnskey), zone, DNSKEY)
    return authenticate_keys(zone, trusted=trusted, said_by=said_by, dnskey=keys, verifier=verifier)
