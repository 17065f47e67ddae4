"""The trace: zone by zone from the root, all servers of each asked, along aliases, to the answer.

At each zone every server is asked for the name as a whole (no minimisation, as ``dig +trace`` does), and the first time
for the zone's SOA and NS as well; one of them for its DNSKEY. All that is one round, so a zone takes as long as its
slowest server. An alias goes on from the deepest zone that is known.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from nettools.core.dns.message import Question, ResourceRecord
from nettools.core.dns.name import ROOT, folded, is_below, name_text
from nettools.core.dns.types import TYPES
from nettools.core.resolve.agreement import grouped
from nettools.core.resolve.lookup import Lookup, Outcome, Procedure
from nettools.core.resolve.together import timed
from nettools.core.resolve.trace.addresses import find_servers
from nettools.core.resolve.trace.aliases import Alias, alias_records
from nettools.core.resolve.trace.atlas import Atlas, Search
from nettools.core.resolve.trace.cut import Cut, Endpoint, cut_of, merged
from nettools.core.resolve.trace.differences import Asked, differences, said, with_remarks
from nettools.core.resolve.trace.dnssec import DENIES_OR_ANSWERS, ZoneSigning, zone_signing
from nettools.core.resolve.trace.reading import read_reply
from nettools.core.resolve.trace.settings import TraceSettings, Verdict

_SOA, _NS, _DNSKEY = (TYPES[name] for name in ("SOA", "NS", "DNSKEY"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One zone that was asked, as it was found."""

    cut: Cut
    question: Question
    asked: tuple[Asked, ...]
    searches: tuple[Search, ...]
    signing: ZoneSigning | None
    """None where the zone was described by an earlier visit."""
    verdict: Verdict | None
    """Of the judge, where there is one, together with ``signing``."""
    chosen: Asked | None
    """Whose reply the trace follows; None when no server is of use."""
    next_cut: Cut | None
    duration_ms: float
    warnings: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Trace:
    """What came of a trace; complete when it is returned."""

    question: Question
    wants_dnssec: bool = False
    """Whether signatures and denials belong to the answer; the trace asks for them in any case."""
    visits: list[Visit] = field(default_factory=list)
    aliases: list[Alias] = field(default_factory=list)
    alias_records: list[ResourceRecord] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def trace(question: Question, settings: TraceSettings) -> Procedure[Trace]:
    """Follow the name from the root. Stops at the limits with a warning; what was found until then is there."""
    found = Trace(question=question, wants_dnssec=settings.options.dnssec_ok)
    walk = _Walk(found, settings)
    steps = walk.run()
    spent = 0
    lookups = next(steps)
    while True:
        spent += len(lookups)
        if spent > settings.limits.lookups:
            steps.close()
            found.warnings.append(f"stopped: the trace needs more than {settings.limits.lookups} lookups")
            return found
        outcomes = yield lookups
        try:
            lookups = steps.send(outcomes)
        except StopIteration:
            return found


class _Walk:
    """One trace on its way; what it finds stands in ``found``."""

    def __init__(self, found: Trace, settings: TraceSettings) -> None:
        self._found = found
        self._limits = settings.limits
        self._atlas = Atlas(settings)
        self._judge = settings.judge
        self._described: set[bytes] = set()
        self._verdicts: dict[bytes, Verdict] = {}

    def run(self) -> Procedure[None]:
        question = self._found.question
        cut = self._atlas.deepest(question.name)
        while True:
            visit = yield from self._visit(cut, question)
            self._found.visits.append(visit)
            if visit.next_cut is not None:
                if len(self._found.visits) >= self._limits.cuts:
                    self._found.warnings.append(f"stopped: more than {self._limits.cuts} zones on the way")
                    return
                cut = visit.next_cut
            elif visit.chosen is not None and visit.chosen.reading.state == "alias":
                target = self._follow(visit.chosen)
                if target is None:
                    return
                question = replace(question, name=target)
                cut = self._atlas.deepest(target)
            else:
                return

    def _follow(self, chosen: Asked) -> bytes | None:
        """Note the aliases. Returns the name at their end, None when it is no use to go on."""
        found, reading = self._found, chosen.reading
        found.aliases += reading.aliases
        seen = {folded(one.name) for one in found.aliases}
        if folded(reading.target) in seen:
            found.warnings.append(f"the aliases of {name_text(found.question.name)} are a loop")
            return None
        if len(found.aliases) >= self._limits.aliases:
            found.warnings.append(f"stopped: more than {self._limits.aliases} aliases one behind the other")
            return None
        found.alias_records += alias_records(chosen.outcome.message.answer) if chosen.outcome.message else ()
        return reading.target

    def _visit(self, cut: Cut, question: Question) -> Procedure[Visit]:
        """Ask all servers of a zone, after those without glue have been found."""
        searches: tuple[Search, ...] = ()
        search_ms = 0.0
        if cut.without_address:
            (cut, searches), search_ms = yield from timed(find_servers(self._atlas, cut))
        endpoints = self._atlas.endpoints(cut)
        is_new = folded(cut.zone) not in self._described
        (asked, keys), ask_ms = yield from timed(self._ask(cut, question, endpoints, is_new=is_new))
        self._described.add(folded(cut.zone))
        signing = self._signing(cut, keys) if is_new else None
        self._atlas.note_useless(cut.zone, [one.endpoint for one in asked if not one.reading.is_useful])
        chosen = _chosen(asked)
        return Visit(
            cut=cut,
            question=question,
            asked=asked,
            searches=searches,
            signing=signing,
            verdict=self._verdict(cut, keys) if is_new else None,
            chosen=chosen,
            next_cut=self._next_cut(cut, chosen, asked),
            duration_ms=round(search_ms + ask_ms, 3),
            warnings=tuple(self._warnings(cut, asked)),
        )

    def _ask(
        self, cut: Cut, question: Question, endpoints: Sequence[Endpoint], *, is_new: bool
    ) -> Procedure[tuple[tuple[Asked, ...], Outcome | None]]:
        """One round: the question and, in a new zone, SOA and NS to every server, DNSKEY to one that answers."""
        if not endpoints:
            return (), None
        about = [replace(question, name=cut.zone, type=kind) for kind in (_SOA, _NS)] if is_new else []
        lookups: list[Lookup] = [self._atlas.lookup(each, [one]) for one in endpoints for each in (question, *about)]
        if is_new:
            lookups.append(self._atlas.lookup(replace(question, name=cut.zone, type=_DNSKEY), endpoints))
        outcomes = yield lookups
        per_server = 1 + len(about)
        asked: list[Asked] = []
        for place, endpoint in enumerate(endpoints):
            own, *others = outcomes[place * per_server : (place + 1) * per_server]
            soa, ns = others or (None, None)
            reading = read_reply(own, cut.zone, question)
            asked.append(Asked(endpoint=endpoint, outcome=own, reading=reading, soa=soa, ns=ns))
        return with_remarks(cut, asked), outcomes[-1] if is_new else None

    def _signing(self, cut: Cut, keys: Outcome | None) -> ZoneSigning:
        is_root = cut.zone == ROOT
        signing = zone_signing(cut, is_root=is_root, is_parent_signed=self._atlas.is_parent_signed(cut.zone), keys=keys)
        self._atlas.note_signing(cut.zone, is_signed=signing.state in ("signed", "broken"))
        return signing

    def _verdict(self, cut: Cut, keys: Outcome | None) -> Verdict | None:
        """What the judge says of the zone's keys, from those of the zone above."""
        if self._judge is None:
            return None
        above = [zone for zone in self._verdicts if is_below(cut.zone, zone)]
        message = keys.message if keys is not None and keys.status in DENIES_OR_ANSWERS else None
        verdict = self._judge(
            cut.zone,
            referral=cut.authority,
            dnskey=message.answer if message else None,
            parent=self._verdicts[max(above, key=len)] if above else None,
        )
        self._verdicts[folded(cut.zone)] = verdict
        return verdict

    def _next_cut(self, cut: Cut, chosen: Asked | None, asked: Sequence[Asked]) -> Cut | None:
        """The zone that the chosen server refers to, with what all say who refer to it."""
        below = chosen.reading.cut if chosen else None
        if below is None:
            return None
        told = [
            cut_of(one.outcome.message, below, cut.zone)
            for one in asked
            if one.outcome.message and one.reading.cut is not None and folded(one.reading.cut) == folded(below)
        ]
        return self._atlas.learn(merged(told))

    def _warnings(self, cut: Cut, asked: Sequence[Asked]) -> Iterator[str]:
        if not asked:
            yield f"no server of {name_text(cut.zone)} has a known address"
            return
        yield from differences(cut, asked)
        if not any(one.reading.is_useful for one in asked):
            yield f"no server of {name_text(cut.zone)} is of use"
        unreachable = {version for version in self._atlas.versions if _is_out_of_reach(version, asked)}
        if unreachable and unreachable != self._atlas.versions:
            self._atlas.versions -= unreachable
            names = " and ".join(f"IPv{version}" for version in sorted(unreachable))
            yield f"nothing is reachable over {names} from here: such addresses are not asked any more"


def _is_out_of_reach(version: int, asked: Sequence[Asked]) -> bool:
    """Whether this machine has no way to any of several addresses of the version."""
    ends = [one.outcome.tries[-1:] for one in asked if one.endpoint.address.version == version]
    return len(ends) > 1 and all(end and end[0].result == "unreachable" for end in ends)


def _chosen(asked: Sequence[Asked]) -> Asked | None:
    """Whom to follow: the referral to the nearest zone, so that no zone is left out; else what most of them say."""
    useful = [one for one in asked if one.reading.is_useful]
    referring = [one for one in useful if one.reading.cut is not None]
    if referring:
        return min(referring, key=lambda one: len(one.reading.cut or b""))
    groups = grouped((said(one), one) for one in useful)
    return groups[0][1][0] if groups else None
