"""Usual replies as lines of text, from templates: the same characters as a record written the long way.

What follows the answer section (authority, additional, OPT) and what the header says are alike in nearly all replies of
a server. The first reply of a kind is read by ``parse_message``, told by ``response_of`` and written as every other;
its text becomes a template, into which name, answer, size and time are put for the rest.

What follows the answer section means the same wherever its octets are the same, and those that its compression pointers
lead to: both are the key under which a template is kept.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Final, NamedTuple

from nettools.core.bulk_resolve.reply import AnswerReader, Record
from nettools.core.bulk_resolve.row import Row
from nettools.core.dns.edns import is_lone_opt
from nettools.core.dns.message import uncompressed_rdata
from nettools.core.dns.name import read_name
from nettools.core.resolve.lookup import Outcome
from nettools.core.resolve.report import Response, response_of

_HEADER_SIZE: Final = 12
_MOST_TEMPLATES: Final = 4096
_NOWHERE: Final = 1 << 17
"""Behind every message: what begins there is empty."""
_A_LABEL: Final = b"xn--"  # RFC 5890 §2.3.2.1
_TEMPLATE_STATUSES: Final = frozenset({"answered", "nodata", "nxdomain"})


Line = tuple[int, str, str]
"""A row's index, its status and its text."""


class Form(ABC):
    """How a response is written: ``text`` the long way, ``template`` with places for what differs."""

    @abstractmethod
    def text(self, index: int, response: Response) -> str:
        """The line or lines of a response."""

    @abstractmethod
    def template(self, response: Response) -> str | None:
        """A format string for responses that differ in name, answer, size and time alone; None where there is none."""

    def fill(
        self,
        template: str,  # noqa: ARG002
        index: int,  # noqa: ARG002
        name: str,  # noqa: ARG002
        records: Sequence[Record],  # noqa: ARG002
        size: int,  # noqa: ARG002
        duration_ms: str,  # noqa: ARG002
    ) -> str | None:
        """A line; None when a value has to be escaped, and where there is no template."""
        return None


class _Kind(NamedTuple):
    """Replies with the same header and type of question."""

    answers: int
    """Records of the answer section."""
    tails: dict[tuple[int, bytes], "_Tail"]
    """Where the octets behind the answer section begin, and those octets."""


class _Tail(NamedTuple):
    """What follows the answer section."""

    from_question: int
    """Where the octets of the question begin to which it points."""
    from_answer: int
    """The same of the answer section."""
    templates: dict[bytes, tuple[str, str]]
    """Those octets -> status, template."""


class ReplyLines:
    """Turns replies into lines, and learns from those that it had not seen."""

    def __init__(self, form: Form, reader: AnswerReader, groups: int) -> None:
        self._form = form
        self._read = reader.read
        self._kinds: list[dict[bytes, _Kind]] = [{} for _ in range(groups)]
        self._templates_left = _MOST_TEMPLATES

    def line(self, wire: bytes, row: Row, duration_ms: str) -> Line | None:
        """The line of a reply whose question is the row's; None when it has to be read the long way."""
        index, question, name, group = row
        place = _HEADER_SIZE + len(question)
        kind = self._kinds[group].get(wire[2:12] + question[-4:])
        if kind is None:
            return None
        records: Sequence[Record] = ()
        if kind.answers:
            found = self._read(wire, place, kind.answers, question, name)
            if found is None:
                return None
            records, place = found
        tail = kind.tails.get((place, wire[place:]))
        if tail is None:
            return None
        from_question, from_answer, templates = tail
        known = templates.get(wire[from_question : _HEADER_SIZE + len(question)] + wire[from_answer:place])
        if known is None:
            return None
        text = self._form.fill(known[1], index, name, records, len(wire), duration_ms)
        return None if text is None else (index, known[0], text)

    def long(self, row: Row, outcome: Outcome) -> Line:
        """The line of what came of a row, whatever that is; the next one like it may be short."""
        response = response_of(outcome)
        self._learn(row, outcome, response)
        return row[0], response.status, self._form.text(row[0], response)

    def _learn(self, row: Row, outcome: Outcome, response: Response) -> None:
        message = outcome.message
        if message is None or response.status not in _TEMPLATE_STATUSES or len(response.tries) != 1:
            return
        if response.warnings or response.discarded or message.faults or outcome.transport != "udp":
            return
        _, question, name, group = row
        wire, place = message.wire, _HEADER_SIZE + len(question)
        if not wire.startswith(question, _HEADER_SIZE) or _A_LABEL in question.lower():
            return
        if message.answer:
            found = self._read(wire, place, len(message.answer), question, name)
            if found is None or response.status == "nodata":
                return
            place = found[1]
        template = self._form.template(response)
        if template is None:
            return
        if self._templates_left == 0:
            for kinds in self._kinds:
                kinds.clear()
            self._templates_left = _MOST_TEMPLATES
        self._templates_left -= 1
        key = wire[2:12] + question[-4:]
        kind = self._kinds[group].setdefault(key, _Kind(len(message.answer), {}))
        count = len(message.authority) + len(message.additional) + (message.edns is not None)
        from_question, from_answer = _pointed_at(wire, _HEADER_SIZE + len(question), place, count)
        tail = kind.tails.get((place, wire[place:]))
        if tail is None or from_question < tail.from_question or from_answer < tail.from_answer:
            if tail is not None:
                from_question = min(from_question, tail.from_question)
                from_answer = min(from_answer, tail.from_answer)
            tail = kind.tails[place, wire[place:]] = _Tail(from_question, from_answer, {})
        octets = wire[tail.from_question : _HEADER_SIZE + len(question)] + wire[tail.from_answer : place]
        tail.templates[octets] = response.status, template


class _Noted(bytes):
    """Octets that note at which of them somebody looked."""

    looked_at: list[int]

    def __getitem__(self, key):  # type: ignore[no-untyped-def]
        self.looked_at.append(key.start if isinstance(key, slice) else key)
        return super().__getitem__(key)


def _pointed_at(wire: bytes, answer: int, place: int, count: int) -> tuple[int, int]:
    """From where on question and answer section matter to the ``count`` records at ``place``, which may point back."""
    if is_lone_opt(wire[place:]) or place == len(wire):
        return _NOWHERE, _NOWHERE
    noted = _Noted(wire)
    noted.looked_at = []
    at = place
    for _ in range(count):
        _, at = read_name(noted, at)
        end = at + 10 + int.from_bytes(wire[at + 8 : at + 10], "big")
        uncompressed_rdata(noted, int.from_bytes(wire[at : at + 2], "big"), at + 10, end)
        at = end
    before = min((one for one in noted.looked_at if one < answer), default=_NOWHERE)
    return before, min((one for one in noted.looked_at if answer <= one < place), default=_NOWHERE)
