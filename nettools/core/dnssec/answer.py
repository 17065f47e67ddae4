"""What the chain of trust says of one reply: each record set of its answer, and what its authority section denies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from nettools.core.dns.message import Message, Question
from nettools.core.dns.name import LONGEST_NAME, folded, is_below, name_text, parent
from nettools.core.dns.types import CLASSES, type_name
from nettools.core.dnssec.chain import Chain, Place
from nettools.core.dnssec.evidence import Asking, cannot_be_obtained, together
from nettools.core.dnssec.nsec3param import why_nothing_is_denied
from nettools.core.dnssec.records import ANY, CNAME, DNAME, DS, NS, NSEC, NSEC3, NXDOMAIN, RRSIG, SOA
from nettools.core.dnssec.sets import RecordSet, find_set, record_sets, target_of
from nettools.core.dnssec.signatures import Unproved, signed_words
from nettools.core.resolve.report import ChainLink, DnssecStatus

_YXDOMAIN: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is proved about one part of an answer. ``reason`` is a sentence without its full stop."""

    what: str
    zone: bytes
    status: DnssecStatus
    reason: str
    links: tuple[ChainLink, ...] = ()
    """The chain that leads to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Story:
    """How an answer leads from the question's name to its end."""

    end: bytes
    aliases: tuple[RecordSet, ...]
    """CNAMEs that a DNAME of the answer made: they have no signature of their own."""
    is_answered: bool
    is_loop: bool


def judge(question: Question, chain: Chain, before: frozenset[bytes] = frozenset()) -> Asking[list[Finding]]:
    """The findings on the reply to a question. ``before``: names whose alias led here from other replies."""
    what = f"{type_name(question.type)} {name_text(question.name)}"
    unprovable = _never_signed(question)
    if unprovable is not None:
        yield [question]
        return [Finding(what=what, zone=question.name, status=unprovable[0], reason=unprovable[1])]
    yield [question, *chain.first_questions(_name_of_zone(question.name, question.type))]
    reply = chain.evidence.reply(question)
    if isinstance(reply, str):
        reason = cannot_be_obtained(question, reply)
        return [Finding(what=what, zone=question.name, status="indeterminate", reason=reason)]
    sets = record_sets(reply.answer)
    story = _read(question, sets)
    told = [one for one in sets if one not in story.aliases]
    is_denied = not (story.is_answered or story.is_loop or (told and reply.rcode == _YXDOMAIN))
    names = [_name_of_zone(one.name, one.type) for one in told]
    names += [_name_of_zone(story.end, question.type)] if is_denied else []
    places = yield from together([chain.place_of(one) for one in names])
    is_any = question.type == ANY
    pairs = zip(told, places, strict=False)
    findings = yield from together([_signed(one, place, reply, chain, is_any=is_any) for one, place in pairs])
    if not is_denied:
        return findings
    if told and _is_unfinished(reply) and folded(story.end) not in before:
        rest = Question(name=story.end, type=question.type, class_=question.class_)
        return findings + (yield from judge(rest, chain, before | {folded(question.name)}))
    return [*findings, _denied(story.end, question.type, places[-1], reply, chain)]


def _never_signed(question: Question) -> tuple[DnssecStatus, str] | None:
    """Why there can be no proof for such a question at all."""
    if question.class_ != CLASSES["IN"]:
        return "indeterminate", "trust anchors are for the class IN alone"
    if question.type == RRSIG:
        return "insecure", f"RRSIG {name_text(question.name)} is not signed: signatures are not signed themselves"
    return None


def _name_of_zone(name: bytes, kind: int) -> bytes:
    """A name in the zone that the set belongs to: DS records are the parent's, RFC 4035 §2.4."""
    return parent(name) if kind == DS else name


def _is_unfinished(reply: Message) -> bool:
    """Whether a chain of aliases ends in this reply only because the server knows no more."""
    return reply.rcode == 0 and not any(one.type in (SOA, NSEC, NSEC3) for one in reply.authority)


def _read(question: Question, sets: Sequence[RecordSet]) -> _Story:
    """Follow the aliases, RFC 1034 §4.3.2 and RFC 6672 §3.2."""
    name, aliases, seen, is_loop = question.name, list[RecordSet](), set[bytes](), False
    while not is_loop:
        if question.type == ANY and any(folded(one.name) == folded(name) for one in sets):
            break
        if find_set(sets, name, question.type) is not None and question.type != CNAME:
            break
        dname = next((one for one in sets if one.type == DNAME and _is_strictly_below(name, one.name)), None)
        cname = find_set(sets, name, CNAME)
        if dname is not None:
            target = _substituted(name, dname)
            if cname is not None and target is not None and folded(target_of(cname) or b"") == folded(target):
                aliases.append(cname)
            if question.type == CNAME:
                break
        elif cname is not None and question.type != CNAME:
            target = target_of(cname)
        else:
            break
        if target is None:
            break
        seen.add(folded(name))
        name = target
        is_loop = folded(name) in seen
    is_answered = any(folded(one.name) == folded(name) and question.type in (one.type, ANY) for one in sets)
    return _Story(end=name, aliases=tuple(aliases), is_answered=is_answered, is_loop=is_loop)


def _is_strictly_below(name: bytes, ancestor: bytes) -> bool:
    return folded(name) != folded(ancestor) and is_below(name, ancestor)


def _substituted(name: bytes, dname: RecordSet) -> bytes | None:
    """The name with the DNAME's owner replaced by its target, RFC 6672 §2.2; None when it would be too long."""
    target = target_of(dname)
    made = name[: len(name) - len(dname.name)] + (target or b"")
    return made if target and len(made) <= LONGEST_NAME else None


def _signed(records: RecordSet, place: Place, reply: Message, chain: Chain, *, is_any: bool) -> Asking[Finding]:
    zone = place.zone

    def finding(status: DnssecStatus, reason: str) -> Finding:
        return Finding(what=str(records), zone=zone.zone, status=status, reason=reason, links=place.links)

    if zone.status == "insecure":
        return finding("insecure", f"{records} is not proved, since {zone.reason}")
    if zone.status != "secure":
        return finding(zone.status, zone.reason)
    if is_any and records.type == NS and not records.signatures:
        # A resolver answers ANY from its cache, and may have the NS set from the referral: RFC 4035 §2.2, RFC 8482 §4.
        return finding("insecure", f"{records} may be the parent's copy, which is never signed")
    found = chain.verifier.check(records, zone=zone.zone, keys=zone.keys)
    if isinstance(found, Unproved):
        if place.doubt is not None and not found.is_signed_by_zone:
            return finding(place.doubt.status, place.doubt.reason)
        return finding("bogus", found.reason)
    words = signed_words(found, records, chain.verifier.now)
    if not found.is_expanded:
        return finding("secure", words)
    denials = chain.denials(zone, reply)
    proof = denials.no_closer(records.name, found.signature.labels)
    if proof is None:
        unprovable = None if denials.fault else (yield from why_nothing_is_denied(zone, chain))
        if unprovable is not None:
            return finding("insecure", f"{records} is made from a wildcard, and {unprovable}")
        missing = f"{records} is made from a wildcard, and nothing proves that no closer name exists"
        return finding("bogus", denials.fault or missing)
    if proof.is_insecure:
        return finding("insecure", f"{records} is made from a wildcard, and {proof.reason}")
    return finding("secure", f"{words}, and {proof.reason}")


def _denied(name: bytes, kind: int, place: Place, reply: Message, chain: Chain) -> Finding:
    zone = place.zone
    is_nxdomain = reply.rcode == NXDOMAIN
    what = f"no name {name_text(name)}" if is_nxdomain else f"no {type_name(kind)} {name_text(name)}"

    def finding(status: DnssecStatus, reason: str) -> Finding:
        return Finding(what=what, zone=zone.zone, status=status, reason=reason, links=place.links)

    if zone.status == "insecure":
        return finding("insecure", f"that there is {what} is not proved, since {zone.reason}")
    if zone.status != "secure":
        return finding(zone.status, zone.reason)
    denials = chain.denials(zone, reply)
    proof = denials.no_name(name) if is_nxdomain else denials.no_data(name, kind)
    if proof is None:
        if place.doubt is not None and not denials.is_of_zone:
            return finding(place.doubt.status, place.doubt.reason)
        return finding(
            "bogus", denials.fault or f"no NSEC or NSEC3 of {name_text(zone.zone)} proves that there is {what}"
        )
    return finding("insecure" if proof.is_insecure else "secure", proof.reason)
