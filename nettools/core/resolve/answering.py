"""The questions of one name to one group of servers, as a procedure that returns their responses."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from nettools.core.dns.message import Question
from nettools.core.dns.name import name_from_text, name_text
from nettools.core.dns.query import QueryOptions
from nettools.core.dns.tsig import TsigKey
from nettools.core.resolve.lookup import DEFAULT_TIMEOUT_S, DEFAULT_TRIES, Lookup, Outcome, Procedure, Server
from nettools.core.resolve.report import DnssecVerdict, Response, SearchStep, response_of
from nettools.core.resolve.resolv_conf import ResolvConf
from nettools.core.resolve.search import MakeLookup, Searched, search_names, searched
from nettools.core.resolve.together import side_by_side

Validate = Callable[[Question, Callable[[Question], Lookup]], Procedure[tuple[Outcome, DnssecVerdict]]]
Responses = Generator[Sequence[Lookup], Sequence[Outcome], tuple[Response, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerGroup:
    """Servers that stand in for each other: those of resolv.conf, or the addresses of one name."""

    servers: tuple[Server, ...]
    conf: ResolvConf | None = None
    """The system's settings, when the servers are the system's: its search list and its limits apply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How every question is asked. None: as resolv.conf says, or the default."""

    class_: int
    options: QueryOptions
    timeout_s: float | None
    tries: int | None
    uses_search: bool
    tsig: TsigKey | None = None

    def lookup(self, name: bytes, kind: int, group: ServerGroup) -> Lookup:
        """The question of one type for a name."""
        return self.lookup_of(Question(name=name, type=kind, class_=self.class_), group)

    def lookup_of(self, question: Question, group: ServerGroup) -> Lookup:
        """A question, asked in this manner."""
        conf = group.conf
        tries = self.tries or (conf.attempts if conf else DEFAULT_TRIES)
        patience_s = conf.timeout_s * tries * len(group.servers) if conf else DEFAULT_TIMEOUT_S
        trusts_ad = conf is not None and conf.trust_ad
        return Lookup(
            question=question,
            servers=group.servers,
            options=replace(self.options, authentic_data=True) if trusts_ad else self.options,
            timeout_s=self.timeout_s or patience_s,
            try_timeout_s=conf.timeout_s if conf and self.timeout_s is None else None,
            tries=tries,
            tsig=self.tsig,
        )


def responses(name: str, types: Sequence[int], group: ServerGroup, manner: Manner) -> Responses:
    """One response for each type. ``name`` is ASCII; the search list may add to it."""
    if group.conf is not None and manner.uses_search:
        found = yield from _found_by_search(name, types, group.conf, partial(manner.lookup, group=group))
        return tuple(response_of(one, search=_told(name, found.steps)) for one in found.outcomes)
    outcomes = yield [manner.lookup(name_from_text(name), kind, group) for kind in types]
    return tuple(response_of(one) for one in outcomes)


def validated(name: str, types: Sequence[int], group: ServerGroup, manner: Manner, validate: Validate) -> Responses:
    """The same with the verdict of the chain of trust beside each response.

    ``validate`` makes the procedure that proves a question. Where a search list applies, it finds the name first.
    """
    wire, steps = name_from_text(name), tuple[SearchStep, ...]()
    if group.conf is not None and manner.uses_search:
        found = yield from _found_by_search(name, types, group.conf, partial(manner.lookup, group=group))
        wire, steps = name_from_text(found.name), _told(name, found.steps)
    questions = [Question(name=wire, type=kind, class_=manner.class_) for kind in types]
    proved = yield from side_by_side([validate(one, partial(manner.lookup_of, group=group)) for one in questions])
    return tuple(response_of(outcome, dnssec=verdict, search=steps) for outcome, verdict in proved)


def _told(name: str, steps: tuple[SearchStep, ...]) -> tuple[SearchStep, ...]:
    """The steps; none where the name was asked as it stands and the list had no part in it."""
    as_it_stands = name_text(name_from_text(name))
    return steps if any(one.name != as_it_stands for one in steps) else ()


def _found_by_search(name: str, types: Sequence[int], conf: ResolvConf, make_lookup: MakeLookup) -> Procedure[Searched]:
    """The search list is for names with fewer dots than ndots; others are asked as they stand."""
    return searched(search_names(name, conf, with_enough_dots=False), make_lookup, types)
