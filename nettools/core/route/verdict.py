"""The explanation as it is told: the outcome in words, next to what the operating system itself answers."""

from typing import Final

from nettools.core.address import format_address
from nettools.core.ifaces.report import Warned
from nettools.core.prefix import Prefix
from nettools.core.route.explain import Outcome, Way, verdict_of
from nettools.core.route.explanation import REFUSALS, Explanation, Hop, KernelVerdict
from nettools.core.route.forwarded import decide_any
from nettools.core.route.lookup import Selection
from nettools.core.route.question import Question, SystemAnswer
from nettools.core.route.report import Route
from nettools.core.route.settings import Sysctl
from nettools.core.route.walk import Machine, Walked, walk
from nettools.core.text import safe

_MOST_LOSERS: Final = 3
"""How many of those that lost the sentence names; the steps have them all."""

_ERRNO_ELDERS: Final = {"EXDEV": "EINVAL"}
"""A source that the reverse-path filter refuses was EXDEV before Linux 6.13."""

_NOWHERE: Final = {"no-route": "no route", "throw": "thrown back, and no other rule has a route"}
_SYSTEM_VERDICTS: Final = {"unicast": "forward", "anycast": "local"}


def explain(
    machine: Machine, question: Question, answer: SystemAnswer | None, sysctl: Sysctl, *, word: str
) -> Explanation:
    """The verdict on an address; ``answer`` is the system's own, ``word`` what the user wrote."""
    outcome = decide_any(machine, question, sysctl)
    if answer is not None and machine.has_joined_tables and not _agrees(outcome, answer):
        other = decide_any(machine.apart(), question, sysctl)
        outcome = other if _agrees(other, answer) else outcome
    kernel = None if answer is None else _compare(outcome, answer)
    way = _way_taken(outcome, answer)
    route = outcome.walked.route
    return Explanation(
        input=word,
        destination=format_address(question.destination),
        verdict=outcome.verdict,
        summary=_summary(outcome, way),
        route=route,
        source=way.source if way else None,
        nexthop=way.hop if way else None,
        steps=outcome.walked.steps,
        kernel=kernel,
        warnings=() if kernel is None or kernel.agrees else (_differs(answer),),
    )


def explain_prefix(machine: Machine, prefix: Prefix, question: Question, *, word: str) -> Explanation:
    """The routes that cover a whole prefix, and those inside it that take parts of it."""
    walked = walk(machine, prefix, question, Selection(question.outgoing, None))
    verdict = verdict_of(walked)
    hop = walked.hops[0] if walked.hops and verdict not in REFUSALS else None
    outcome = Outcome(verdict, walked, (Way(hop, None),) if hop else ())
    return Explanation(
        input=word,
        destination=str(prefix),
        verdict=verdict,
        summary=_summary(outcome, outcome.ways[0] if hop else None) + _parts_told(walked),
        route=walked.route,
        source=None,
        nexthop=hop,
        steps=walked.steps,
        kernel=None,
        warnings=(),
    )


def _parts_told(walked: Walked) -> str:
    parts = sum(one.is_part for step in walked.steps for one in step.candidates)
    if parts == 0:
        return ""
    return "; 1 route inside it goes first" if parts == 1 else f"; {parts} routes inside it go first"


def _way_taken(outcome: Outcome, answer: SystemAnswer | None) -> Way | None:
    """Of several ways the one that the system picked, else the first."""
    if not outcome.ways:
        return None
    ways = outcome.ways
    return next((way for way in ways if answer is not None and _is_way(way, answer)), ways[0])


def _is_way(way: Way, answer: SystemAnswer) -> bool:
    """Whether the answer is this way."""
    if answer.tells_source and answer.source != way.source:
        return False
    return (way.hop.dev, way.hop.gateway) == (answer.dev, answer.gateway)


def _compare(outcome: Outcome, answer: SystemAnswer) -> KernelVerdict:
    return KernelVerdict(
        agrees=_agrees(outcome, answer),
        dev=answer.dev,
        gateway=answer.gateway,
        source=answer.source,
        error=answer.error,
    )


def _agrees(outcome: Outcome, answer: SystemAnswer) -> bool:
    """The same verdict, interface, gateway and source; of a multipath route, those of one of its ways."""
    if answer.error is not None:
        return _ERRNO_ELDERS.get(answer.error, answer.error) == outcome.error
    if outcome.verdict in REFUSALS:
        return answer.type == outcome.verdict
    if answer.type is None:  # a system that tells the source alone
        return any(way.source == answer.source for way in outcome.ways)
    if _SYSTEM_VERDICTS.get(answer.type, answer.type) != outcome.verdict:
        return False
    return any(_is_way(way, answer) for way in outcome.ways)


def _differs(answer: SystemAnswer | None) -> Warned:
    assert answer is not None
    gateway = format_address(answer.gateway) if answer.gateway else None
    source = f" source {format_address(answer.source)}" if answer.source else ""
    said = safe(answer.error) if answer.error else f"{_path(answer.type, gateway, answer.dev)}{source}".strip()
    return Warned(
        kind="kernel-differs",
        message=f"the kernel itself says otherwise: {said}",
        hint="it may know what is not seen here: a neighbour that failed, a redirect, address labels, unread rules",
    )


def _path(kind: str | None, gateway: str | None, dev: str | None) -> str:
    parts = (kind or "", f"via {gateway}" if gateway else "", f"dev {safe(dev)}" if dev else "")
    return " ".join(part for part in parts if part)


def _summary(outcome: Outcome, way: Way | None) -> str:
    """``rule 32766 → table main → 203.0.113.0/24 via 198.51.100.1 dev eth0; 0.0.0.0/0 lost: shorter prefix``."""
    walked = outcome.walked
    where = [f"rule {walked.rule}"] if walked.rule is not None else []
    where += [f"table {walked.table}"] if walked.table is not None else []
    if walked.route is not None:
        where.append(_told(walked.route, way.hop if way else None))
    elif outcome.remark is None:
        where.append(_NOWHERE.get(outcome.verdict, outcome.verdict))
    elif way is not None:
        where.append(_path(None, None, way.hop.dev))
    parts = [" → ".join(where)] if where else []
    if outcome.remark:
        parts.append(outcome.remark)
    return "; ".join([*parts, *_losers(walked)])


def _told(route: Route, hop: Hop | None) -> str:
    shown = (
        hop if hop is not None and route.type not in ("local", "anycast") else Hop(gateway=route.gateway, dev=route.dev)
    )
    gateway = format_address(shown.gateway) if shown.gateway else None
    kind = "" if route.type == "unicast" else f"{route.type} "
    many = f" (one of {len(route.nexthops)} next hops)" if route.nexthops else ""
    way = _path(None, gateway, shown.dev if route.type not in REFUSALS else None)
    return f"{kind}{route.dst} {way}".rstrip() + many


def _losers(walked: Walked) -> list[str]:
    """The candidates that stood beside the winner."""
    for step in walked.steps:
        if any(one.chosen for one in step.candidates):
            lost = [one for one in step.candidates if not one.chosen and not one.is_part]
            told = [f"{one.dst} lost: {one.reason}" for one in lost[:_MOST_LOSERS]]
            return [*told, *([f"{len(lost) - _MOST_LOSERS} more lost"] if len(lost) > _MOST_LOSERS else [])]
    return []
