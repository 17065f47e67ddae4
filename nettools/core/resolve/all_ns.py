"""``--all-ns``: every authoritative server of the zone of a name, on all its addresses, asked the same.

The zone and its servers come from a resolver (RFC 1034 §4.2.1: a zone begins where NS records are). Where the resolver
finds nobody who knows, as for a zone whose servers are all dead, the zone above is asked for the delegation.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nettools.core.dns.message import Question, ResourceRecord
from nettools.core.dns.name import ROOT, folded, is_below, name_text, parent
from nettools.core.dns.types import CLASSES, TYPES
from nettools.core.resolve.compare import comparison_of
from nettools.core.resolve.compare_report import Comparison
from nettools.core.resolve.lookup import Lookup, Outcome, Procedure
from nettools.core.resolve.trace.atlas import Atlas
from nettools.core.resolve.trace.cut import Cut, NameServer, addresses_of, cut_of, unique_names
from nettools.core.resolve.trace.reading import read_reply
from nettools.core.resolve.trace.settings import TraceSettings

_IN = CLASSES["IN"]
_SOA, _NS, _A, _AAAA = (TYPES[name] for name in ("SOA", "NS", "A", "AAAA"))


@dataclass(frozen=True, slots=True, kw_only=True)
class AllNs:
    """What the servers of a zone say."""

    zone: bytes | None
    """None when no server of any zone above the name was found."""
    outcomes: tuple[Outcome, ...]
    """One for each address and each question, those to one question together."""
    comparisons: tuple[Comparison, ...]
    """One for each question."""
    warnings: tuple[str, ...]


def all_ns(name: bytes, types: Sequence[int], resolver: Lookup, settings: TraceSettings) -> Procedure[AllNs]:
    """Ask all servers of the name's zone for these types of the name; for SOA of the zone when there are none.

    ``resolver`` has the servers, options and times for finding the zone; its question does not matter. ``settings`` say
    how the zone's own servers are asked; its root is not used.
    """
    warnings: list[str] = []
    cut = yield from _servers_of(name, resolver, settings, warnings)
    if cut is None:
        return AllNs(zone=None, outcomes=(), comparisons=(), warnings=tuple(warnings))
    atlas = Atlas(replace(settings, root=cut, options=replace(settings.options, nsid=True)))
    questions = [Question(name=name, type=kind, class_=_IN) for kind in types]
    questions = questions or [Question(name=cut.zone, type=_SOA, class_=_IN)]
    endpoints = atlas.endpoints(cut)
    warnings += [f"{name_text(one.name)} has no address" for one in cut.without_address]
    outcomes = yield [atlas.lookup(question, [one]) for question in questions for one in endpoints]
    parts = [outcomes[place * len(endpoints) : (place + 1) * len(endpoints)] for place in range(len(questions))]
    comparisons = [
        comparison_of(question, part, zone=cut.zone, warnings=tuple(warnings))
        for question, part in zip(questions, parts, strict=True)
    ]
    return AllNs(zone=cut.zone, outcomes=tuple(outcomes), comparisons=tuple(comparisons), warnings=tuple(warnings))


def _servers_of(name: bytes, resolver: Lookup, settings: TraceSettings, warnings: list[str]) -> Procedure[Cut | None]:
    """The zone that the name is in, with its servers and all their addresses."""
    cut, is_all = yield from _zone_of(name, resolver, warnings)
    if cut is None:
        return None
    if not is_all:
        below = yield from _referral(cut, name, settings)
        cut = (yield from _with_addresses(below, resolver)) if below is not None else cut
    if cut.without_address and cut.zone != ROOT:
        cut = yield from _with_glue(cut, resolver, settings, warnings)
    return cut


def _zone_of(name: bytes, resolver: Lookup, warnings: list[str]) -> Procedure[tuple[Cut | None, bool]]:
    """The zone as the resolver knows it, and whether it could answer for all names on the way up to it."""
    at, is_all = name, True
    while True:
        (outcome,) = yield [_ask(resolver, at, _NS)]
        apex = _apex(outcome, at)
        if apex is not None and folded(apex) == folded(at):
            names = sorted(_names(outcome, apex), key=folded)  # resolvers turn the order at each answer
            servers = tuple(NameServer(name=one, addresses=()) for one in names)
            cut = yield from _with_addresses(Cut(zone=apex, servers=servers), resolver)
            return cut, is_all
        if apex is None:
            warnings += [f"the resolver says {outcome.status} for the NS records of {name_text(at)}"]
            is_all = False
            if at == ROOT:
                return None, False
        at = parent(at) if apex is None else apex


def _apex(outcome: Outcome, name: bytes) -> bytes | None:
    """Where the reply says that the name's zone begins: RFC 2308 §3 has the SOA of the zone with every denial."""
    message = outcome.message
    if message is None or outcome.status not in ("answered", "nodata", "nxdomain"):
        return None
    if _names(outcome, name):
        return name
    zones = [one.name for one in message.authority if one.type == _SOA and is_below(name, one.name)]
    if zones and folded(zones[0]) != folded(name):
        return zones[0]
    return parent(name) if name != ROOT else None


def _names(outcome: Outcome, zone: bytes) -> tuple[bytes, ...]:
    records: Sequence[ResourceRecord] = outcome.message.answer if outcome.message else ()
    return unique_names(one.rdata for one in records if one.type == _NS and folded(one.name) == folded(zone))


def _with_addresses(cut: Cut, resolver: Lookup) -> Procedure[Cut]:
    """The cut with what the resolver has for the servers without address."""
    names = [one.name for one in cut.without_address]
    outcomes = yield [_ask(resolver, name, kind) for name in names for kind in (_A, _AAAA)]
    records = [record for one in outcomes if one.message for record in one.message.answer]
    return cut.with_addresses({folded(name): tuple(addresses_of(records, name)) for name in names})


def _with_glue(cut: Cut, resolver: Lookup, settings: TraceSettings, warnings: list[str]) -> Procedure[Cut]:
    """The cut with the glue that the zone above has for servers whose own zone says nothing of them."""
    above, _ = yield from _zone_of(parent(cut.zone), resolver, [])
    referral = (yield from _referral(above, cut.zone, settings)) if above is not None else None
    if referral is None:
        return cut
    completed = cut.with_addresses({folded(one.name): one.addresses for one in referral.servers})
    warnings += [
        f"{name_text(one.name)} has an address in the glue of {name_text(above.zone)} alone"
        for one in cut.without_address
        if above is not None and one.name not in [other.name for other in completed.without_address]
    ]
    return completed


def _referral(cut: Cut, name: bytes, settings: TraceSettings) -> Procedure[Cut | None]:
    """The zone that a server of ``cut`` refers to for the name; None when none of them does."""
    atlas = Atlas(replace(settings, root=cut))
    question = Question(name=name, type=_SOA, class_=_IN)
    outcomes = yield [atlas.lookup(question, [one]) for one in atlas.endpoints(cut)]
    for outcome in outcomes:
        reading = read_reply(outcome, cut.zone, question)
        if reading.cut is not None and outcome.message is not None:
            return cut_of(outcome.message, reading.cut, cut.zone)
    return None


def _ask(resolver: Lookup, name: bytes, kind: int) -> Lookup:
    return replace(resolver, question=Question(name=name, type=kind, class_=_IN))
