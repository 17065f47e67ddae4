"""The search list: which names a short name stands for, and when the next one is tried.

The rules are those of ``__res_context_search`` and ``__res_context_query`` in resolv/res_query.c of glibc 2.36; a test
compares the questions that reach a server. Unlike there, all wanted types of one name are always asked together, no
name is asked twice, and the whole search takes no longer than the first lookup may.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from nettools.core.dns.name import name_from_text
from nettools.core.resolve.lookup import Lookup, Outcome
from nettools.core.resolve.report import SearchStep
from nettools.core.resolve.resolv_conf import ResolvConf
from nettools.errors import DomainNameError

MakeLookup = Callable[[bytes, int], Lookup]
"""(name in wire form, type) -> the lookup."""

Verdict = Literal["found", "nodata", "nxdomain", "servfail", "unreachable", "failed"]

_SHORTEST_S: Final = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A name that the one which was given may stand for."""

    name: str
    """Presentation text with its final dot."""
    is_as_given: bool
    """Whether nothing of the search list was added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What came of the search: the outcomes for one of the candidates, and all that were tried."""

    name: str
    outcomes: tuple[Outcome, ...]
    """One for each type, in the order of the types."""
    steps: tuple[SearchStep, ...]


def search_names(name: str, conf: ResolvConf, *, with_enough_dots: bool = True) -> tuple[Candidate, ...]:
    """The names that a name stands for, in the order in which they are tried.

    A final dot makes a name absolute. A name with ``ndots`` dots or more is tried as it stands first, others last;
    ``with_enough_dots=False`` tries the former as they stand and not at all with the search list.

    >>> conf = ResolvConf(search=("a.test", "b.test"))
    >>> [one.name for one in search_names("www", conf)]
    ['www.a.test.', 'www.b.test.', 'www.']
    >>> [one.name for one in search_names("www.sub", conf)]
    ['www.sub.', 'www.sub.a.test.', 'www.sub.b.test.']
    """
    dots = name.count(".")
    if name.endswith("."):
        return (Candidate(name=name, is_as_given=True),)
    as_given = Candidate(name=f"{name}.", is_as_given=True)
    found: list[Candidate] = []
    if dots >= conf.ndots:
        if not with_enough_dots:
            return (as_given,)
        found.append(as_given)
    for domain in conf.search:
        tail = domain.removeprefix(".")
        whole = f"{name}.{tail}" if not tail or tail.endswith(".") else f"{name}.{tail}."
        try:
            name_from_text(whole)
        except DomainNameError:
            break  # the C library stops at a name that it cannot send
        found.append(Candidate(name=whole, is_as_given=False))
    if dots == 0 and conf.no_tld_query and conf.search:
        return tuple(found)
    return tuple(found) if as_given in found else (*found, as_given)


def searched(
    candidates: Sequence[Candidate], make_lookup: MakeLookup, types: Sequence[int]
) -> Generator[Sequence[Lookup], Sequence[Outcome], Searched]:
    """Try the candidates until one has an answer. There must be at least one candidate and one type.

    NXDOMAIN, NODATA and SERVFAIL let the search go on; refused connections end it; any other failure ends the list, and
    only the name as it was given is still tried. When nothing is found, the result is that of the name as given if it
    came first, else the first NODATA of the list, else its first SERVFAIL, else the last.
    """
    tried: list[_Tried] = []
    known: dict[str, tuple[Outcome, ...]] = {}
    left_s: float | None = None
    is_list_ended = False
    for candidate in candidates:
        if candidate.name in known if candidate.is_as_given else is_list_ended:
            continue
        outcomes = known.get(candidate.name)
        if outcomes is None:
            lookups = [make_lookup(name_from_text(candidate.name), one) for one in types]
            left_s = max(one.timeout_s for one in lookups) if left_s is None else left_s
            if left_s < _SHORTEST_S:
                break
            outcomes = tuple((yield [replace(one, timeout_s=min(one.timeout_s, left_s)) for one in lookups]))
            left_s -= max(map(_spent_s, outcomes))
            known[candidate.name] = outcomes
        verdict = verdict_of(outcomes)
        tried.append(_Tried(candidate=candidate, verdict=verdict, outcomes=outcomes))
        if verdict in ("found", "unreachable"):
            break
        # What the name as given brings does not end the list, even when it comes first.
        is_list_ended = is_list_ended or (verdict == "failed" and not candidate.is_as_given)
    told = _most_telling(tried)
    return Searched(
        name=told.candidate.name,
        outcomes=told.outcomes,
        steps=tuple(SearchStep(name=name, status=_told(outcomes)) for name, outcomes in known.items()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tried:
    candidate: Candidate
    verdict: Verdict
    outcomes: tuple[Outcome, ...]


def verdict_of(outcomes: Sequence[Outcome]) -> Verdict:
    """What the answers for all types of one name say together."""
    kinds = [_kind(one) for one in outcomes]
    order: tuple[Verdict, ...] = ("found", "nxdomain", "nodata", "servfail", "failed", "unreachable")
    return next(one for one in order if one in kinds)


def _kind(outcome: Outcome) -> Verdict:
    message = outcome.message
    if outcome.status == "answered" or (message is not None and message.rcode == 0 and message.counts[1] > 0):
        return "found"  # an alias that leads nowhere is an answer too
    kinds: dict[str, Verdict] = {
        "nodata": "nodata",
        "nxdomain": "nxdomain",
        "servfail": "servfail",
        "unreachable": "unreachable",
    }
    return kinds.get(outcome.status, "failed")


def _told(outcomes: Sequence[Outcome]) -> str:
    """The one status of a step: the kind that decided, in the words of the lookup."""
    verdict = verdict_of(outcomes)
    return next(one.status for one in outcomes if _kind(one) == verdict)


def _spent_s(outcome: Outcome) -> float:
    return sum(one.duration_ms for one in outcome.tries) / 1000


def _most_telling(tried: Sequence[_Tried]) -> _Tried:
    first, last = tried[0], tried[-1]
    if last.verdict in ("found", "unreachable"):
        return last
    if first.candidate.is_as_given:
        return first
    of_list = [one for one in tried if not one.candidate.is_as_given]
    ranked = [one for wanted in ("nodata", "servfail") for one in of_list if one.verdict == wanted]
    return ranked[0] if ranked else last
