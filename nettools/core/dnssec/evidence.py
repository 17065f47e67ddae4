"""What the resolver said so far, and how the parts of a validation ask for more of it at the same time.

A part is an ``Asking``: a generator that yields the questions whose replies it needs before it goes on. Replies are
kept in an ``Evidence`` that all parts share, so nothing is asked twice.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from nettools.core.dns.message import Message, Question
from nettools.core.dns.name import folded, name_text
from nettools.core.dns.types import type_name
from nettools.core.dnssec.records import RRSIG
from nettools.core.resolve.lookup import Outcome

T = TypeVar("T")
Asking = Generator[Sequence[Question], None, T]

MOST_LOOKUPS: Final = 200
"""For one validation: a chain of aliases must not make us ask without end."""

_READABLE: Final = frozenset({"answered", "nodata", "nxdomain", "yxdomain"})
_FAILURES: Final = {
    "timeout": "no answer came in time",
    "unreachable": "the server cannot be reached",
    "malformed": "the reply is damaged",
    "referral": "the server refers elsewhere instead of looking it up",
}

Key = tuple[bytes, int]


@dataclass(slots=True)
class Evidence:
    """The outcomes by name and type."""

    _known: dict[Key, Outcome | None] = field(default_factory=dict)

    def missing(self, wanted: Sequence[Question]) -> list[Question]:
        """Those of the questions that are to be asked now, each once; too many count as asked in vain."""
        asked: dict[Key, Question] = {}
        for one in wanted:
            key = _key(one)
            if key in self._known or key in asked:
                continue
            if len(self._known) + len(asked) < MOST_LOOKUPS:
                asked[key] = one
            else:
                self._known[key] = None
        return list(asked.values())

    def add(self, question: Question, outcome: Outcome) -> None:
        self._known[_key(question)] = outcome

    def outcome(self, question: Question) -> Outcome:
        """What came of a question that was asked."""
        found = self._known[_key(question)]
        assert found is not None
        return found

    def reply(self, question: Question) -> Message | str:
        """The reply, or why there is none, as the end of a sentence."""
        outcome = self._known.get(_key(question))
        if outcome is None:
            return f"more than {MOST_LOOKUPS} lookups would be needed"
        message = outcome.message
        if message is None or outcome.status not in _READABLE:
            return _why_not(outcome)
        is_signed = any(one.type == RRSIG for one in (*message.answer, *message.authority))
        if message.edns is None and not is_signed:
            return f"{outcome.server or 'the server'} answers without EDNS, and so without signatures"
        return message


def cannot_be_obtained(question: Question, why: str) -> str:
    """The sentence for a reply that is missing."""
    return f"{type_name(question.type)} {name_text(question.name)} cannot be obtained: {why}"


def together(parts: Sequence[Asking[T]]) -> Asking[list[T]]:
    """Run the parts side by side: what they want is asked in one round."""
    results: dict[int, T] = {}
    running = dict(enumerate(parts))
    while running:
        wanted: list[Question] = []
        for place, part in list(running.items()):
            try:
                wanted += next(part)
            except StopIteration as end:
                results[place] = end.value
                del running[place]
        if wanted:
            yield wanted
    return [results[place] for place in range(len(parts))]


def _key(question: Question) -> Key:
    return folded(question.name), question.type


def _why_not(outcome: Outcome) -> str:
    """The failure, with the server's own words where it has some (RFC 8914)."""
    message = outcome.message
    said = _FAILURES.get(outcome.status)
    if said is None:
        said = f"{outcome.server or 'the server'} answers {outcome.status.upper()}"
    errors = message.edns.extended_errors if message and message.edns else ()
    names = [one.name or f"extended error {one.code}" for one in errors]
    return f"{said} ({', '.join(dict.fromkeys(names))})" if names else said
