"""What a reply means, in one word: rcode, answer section and authority section read together (RFC 2308 §2)."""

from typing import Final

from nettools.core.dns.message import Message, Question, ResourceRecord
from nettools.core.dns.name import folded, is_below, labels_of, name_text
from nettools.core.dns.types import AA, RA, TYPES

_CNAME, _DNAME, _SOA, _NS, _ANY = (TYPES[name] for name in ("CNAME", "DNAME", "SOA", "NS", "ANY"))
_LONGEST_CHAIN: Final = 64

WHAT_IT_MEANS: Final[dict[str, str]] = {
    "nodata": "the name exists, but has no record of this type",
    "nxdomain": "there is no such name",
    "referral": "the server knows only whom to ask instead",
    "servfail": "the server could not find the answer",
    "refused": "the server declines to answer",
    "formerr": "the server did not understand the query",
    "notimp": "the server does not know such queries",
    "notauth": "the server is not responsible for the zone",
    "timeout": "no answer came in time",
    "unreachable": "the server cannot be reached",
    "local-fault": "this machine could not ask",
    "malformed": "what came back was damaged",
}
"""A status in words."""


def status_of(message: Message, question: Question) -> tuple[str, tuple[str, ...]]:
    """(status, warnings) of a reply to the question.

    ``answered``: records of the type are there. ``nodata``: the name exists and has none. ``referral``: the server
    names others instead, as one that is not responsible for the name does. ``malformed``: damaged beyond an answer.
    """
    if message.rcode != 0:
        return message.rcode_name.lower(), ()
    target, is_loop = chain_end(message.answer, question)
    if is_loop:
        return "nodata", (f"the CNAME chain of {name_text(question.name)} is a loop",)
    wanted = [one for one in message.answer if _is_wanted(one, target, question.type)]
    if any(not one.is_damaged for one in wanted):
        return "answered", ()
    if wanted or _is_cut(message):
        return "malformed", ()
    zones = [one.name for one in message.authority if one.type == _SOA]
    is_alias = folded(target) != folded(question.name)
    if zones or (is_alias and message.flags & RA):
        return "nodata", ()
    if is_alias:
        return "answered", (f"this server does not know where {name_text(target)} leads",)
    cuts = [one.name for one in message.authority if one.type == _NS]
    if cuts and not message.flags & AA:
        is_upward = not is_below(question.name, cuts[0]) or not labels_of(cuts[0])
        lame = (f"the server is lame: it refers to {name_text(cuts[0])}",) if is_upward else ()
        return "referral", lame
    return "nodata", ()


def chain_end(answer: tuple[ResourceRecord, ...], question: Question) -> tuple[bytes, bool]:
    """The name at the end of the CNAMEs that lead on from the question's, and whether they lead in a circle."""
    if question.type in (_CNAME, _ANY):
        return question.name, False
    aliases = {folded(one.name): one.rdata for one in answer if one.type == _CNAME and not one.is_damaged}
    target, seen = question.name, set[bytes]()
    while (key := folded(target)) in aliases:
        if key in seen or len(seen) > _LONGEST_CHAIN:
            return target, True
        seen.add(key)
        target = aliases[key]
    return target, False


def _is_wanted(record: ResourceRecord, target: bytes, wanted: int) -> bool:
    return folded(record.name) == folded(target) and wanted in (record.type, _ANY)


def _is_cut(message: Message) -> bool:
    """Whether records of the answer section are missing that its count promises."""
    return len(message.answer) < message.counts[1]
