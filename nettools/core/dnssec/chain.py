"""From the trust anchor to the zone that a name is in, cut by cut.

The names between the anchor and the name are asked for their DS, and those that have one for their DNSKEY: two rounds
for up to ``NAMES_AT_ONCE`` labels, whatever the number of zones. What a name is shows in the reply about its DS:

1. a DS set that the zone above signed: a cut, and the DNSKEY set leads on (RFC 4035 §5.2);
2. proof that there is no DS but a delegation: from here on nothing is signed (RFC 4035 §5.2, RFC 5155 §8.9);
3. proof that there is no DS nor a delegation, or a signed alias: no cut;
4. anything else is a doubt (opt-out makes an unsigned one). It matters only for what the zone above did not sign.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from nettools.core.dns.message import Message, Question
from nettools.core.dns.name import folded, is_below, name_text, parent
from nettools.core.dns.types import CLASSES
from nettools.core.dnssec.anchors import TrustAnchor, closest_anchors
from nettools.core.dnssec.denial import Denials, gather_denials
from nettools.core.dnssec.evidence import Asking, Evidence, cannot_be_obtained
from nettools.core.dnssec.keys import ZoneKeys, authenticate_keys, ds_of
from nettools.core.dnssec.records import CNAME, DNAME, DNSKEY, DS, NXDOMAIN, Dnskey, Ds
from nettools.core.dnssec.sets import RecordSet, find_set, record_sets
from nettools.core.dnssec.signatures import Unproved, Verifier, signed_words
from nettools.core.resolve.report import ChainLink, DnssecStatus

NAMES_AT_ONCE: Final = 8
"""Names whose DS is asked in one round; only reverse names have more labels."""
_IN: Final = CLASSES["IN"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A name of which it is not known whether a zone begins there."""

    status: DnssecStatus
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The zone that a name is in, how its keys are known, and the first doubt on the way behind it."""

    zone: ZoneKeys
    doubt: Doubt | None
    links: tuple[ChainLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """What one name on the way is."""

    links: tuple[ChainLink, ...] = ()
    zone: ZoneKeys | None = None
    doubt: Doubt | None = None


@dataclass(slots=True, kw_only=True)
class Chain:
    """The zones that are known so far."""

    evidence: Evidence
    anchors: Sequence[TrustAnchor]
    verifier: Verifier
    _steps: dict[tuple[bytes, bytes], _Step] = field(default_factory=dict)
    _denials: dict[tuple[bytes, bytes], Denials] = field(default_factory=dict)

    def first_questions(self, name: bytes) -> list[Question]:
        """What can be asked at once, before anything is known about the name."""
        start = closest_anchors(self.anchors, name)
        if not start:
            return []
        path = _path(start[0].zone, name)[:NAMES_AT_ONCE]
        return [_question(start[0].zone, DNSKEY), *(_question(one, DS) for one in path)]

    def place_of(self, name: bytes) -> Asking[Place]:
        """The zone of a name."""
        anchors = closest_anchors(self.anchors, name)
        if not anchors:
            reason = f"no trust anchor covers {name_text(name)}"
            return Place(zone=ZoneKeys(zone=b"\0", status="indeterminate", reason=reason), doubt=None, links=())
        start = anchors[0].zone
        yield [_question(start, DNSKEY)]
        zone = self._anchored(start, anchors)
        links = [_dnskey_link(zone)]
        doubt: Doubt | None = None
        path = _path(start, name)
        for first in range(0, len(path), NAMES_AT_ONCE):
            if zone.status != "secure":
                break
            names = path[first : first + NAMES_AT_ONCE]
            yield [_question(one, DS) for one in names]
            yield [_question(one, DNSKEY) for one in names if self._has_ds(one)]
            for one in names:
                step = self._step(zone, one)
                links += step.links
                doubt = doubt or step.doubt
                if step.zone is not None:
                    zone, doubt = step.zone, None
        return Place(zone=zone, doubt=doubt, links=tuple(links))

    def denials(self, zone: ZoneKeys, reply: Message) -> Denials:
        """What a reply denies in the name of a zone."""
        key = reply.wire, folded(zone.zone)
        if key not in self._denials:
            authority = record_sets(reply.authority)
            self._denials[key] = gather_denials(authority, zone=zone.zone, keys=zone.keys, verifier=self.verifier)
        return self._denials[key]

    def _anchored(self, zone: bytes, anchors: Sequence[TrustAnchor]) -> ZoneKeys:
        return self._keys(zone, [one.key for one in anchors], f"the trust anchor of {name_text(zone)}")

    def _keys(self, zone: bytes, trusted: Sequence[Ds | Dnskey], said_by: str) -> ZoneKeys:
        question = _question(zone, DNSKEY)
        reply = self.evidence.reply(question)
        if isinstance(reply, str):
            return ZoneKeys(zone=zone, status="indeterminate", reason=cannot_be_obtained(question, reply))
        found = find_set(record_sets(reply.answer), zone, DNSKEY)
        return authenticate_keys(zone, trusted=trusted, said_by=said_by, dnskey=found, verifier=self.verifier)

    def _has_ds(self, name: bytes) -> bool:
        reply = self.evidence.reply(_question(name, DS))
        return isinstance(reply, Message) and find_set(record_sets(reply.answer), name, DS) is not None

    def _step(self, zone: ZoneKeys, name: bytes) -> _Step:
        if zone.status != "secure":
            return _Step()
        key = folded(zone.zone), folded(name)
        if key not in self._steps:
            self._steps[key] = self._read_step(zone, name)
        return self._steps[key]

    def _read_step(self, zone: ZoneKeys, name: bytes) -> _Step:
        question = _question(name, DS)
        reply = self.evidence.reply(question)
        if isinstance(reply, str):
            return _Step(doubt=Doubt(status="indeterminate", reason=cannot_be_obtained(question, reply)))
        sets = record_sets(reply.answer)
        ds = find_set(sets, name, DS)
        if ds is not None:
            return self._secure_cut(zone, name, ds)
        alias = find_set(sets, name, CNAME) or _dname_above(sets, zone.zone, name)
        if alias is not None:
            found = self.verifier.check(alias, zone=zone.zone, keys=zone.keys)
            return _Step(doubt=Doubt(status="bogus", reason=found.reason) if isinstance(found, Unproved) else None)
        return self._without_ds(zone, name, reply)

    def _secure_cut(self, zone: ZoneKeys, name: bytes, ds: RecordSet) -> _Step:
        found = self.verifier.check(ds, zone=zone.zone, keys=zone.keys)
        if isinstance(found, Unproved):
            return _Step(doubt=Doubt(status="bogus", reason=found.reason))
        if found.is_expanded:
            return _Step(doubt=Doubt(status="bogus", reason=f"{ds} is made from a wildcard, which no DS can be"))
        signed = ChainLink(
            zone=name_text(name), what="DS", status="secure", detail=signed_words(found, ds, self.verifier.now)
        )
        keys = self._keys(name, ds_of(ds), f"the DS of {name_text(name)}")
        return _Step(links=(signed, _dnskey_link(keys)), zone=keys)

    def _without_ds(self, zone: ZoneKeys, name: bytes, reply: Message) -> _Step:
        denials = self.denials(zone, reply)
        denial = denials.no_name(name) if reply.rcode == NXDOMAIN else denials.no_data(name, DS)
        if denial is None:
            reason = denials.fault or f"nothing proves that {name_text(name)} has no DS"
            return _Step(doubt=Doubt(status="bogus", reason=reason))
        if not (denial.is_delegation or denial.is_insecure):
            return _Step()
        reason = f"{name_text(name)} is not signed: {denial.reason}"
        if not denial.is_delegation:
            return _Step(doubt=Doubt(status="insecure", reason=f"there may be no signatures: {denial.reason}"))
        link = ChainLink(zone=name_text(name), what="DS", status="insecure", detail=denial.reason)
        return _Step(links=(link,), zone=ZoneKeys(zone=name, status="insecure", reason=reason))


def _dnskey_link(zone: ZoneKeys) -> ChainLink:
    return ChainLink(zone=name_text(zone.zone), what="DNSKEY", status=zone.status, detail=zone.reason)


def _dname_above(sets: Sequence[RecordSet], zone: bytes, name: bytes) -> RecordSet | None:
    """The DNAME of the zone that makes an alias of the name."""
    for one in sets:
        is_above = is_below(name, one.name) and folded(name) != folded(one.name)
        if one.type == DNAME and is_above and is_below(one.name, zone):
            return one
    return None


def _path(start: bytes, name: bytes) -> list[bytes]:
    """The names below the start down to the name."""
    return list(reversed(ancestors(name)[: len(ancestors(name)) - len(ancestors(start))]))


def _question(name: bytes, kind: int) -> Question:
    return Question(name=name, type=kind, class_=_IN)


def ancestors(name: bytes) -> list[bytes]:
    """The name and all above it, the root last."""
    found = [name]
    while found[-1] != b"\0":
        found.append(parent(found[-1]))
    return found
