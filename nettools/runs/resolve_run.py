"""Questions to name servers: made of an order, asked many at a time, answered with responses."""

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from time import time
from typing import Final, NamedTuple, TypeVar

from nettools.core.dns.message import Question
from nettools.core.outcome import Failure
from nettools.core.resolve.answering import Responses, ServerGroup, responses, validated
from nettools.core.resolve.lookup import Lookup, Outcome, Procedure
from nettools.core.resolve.report import DnssecVerdict, Response
from nettools.core.resolve.rows import server_text
from nettools.core.resolve.status import WHAT_IT_MEANS
from nettools.core.resolve.words import AskedName
from nettools.core.text import safe
from nettools.net.dns_open import channel_opener
from nettools.net.resolve import MOST_AT_ONCE, LookupDriver
from nettools.runs.resolve_order import ResolveOrder

R = TypeVar("R")
Numbered = Generator[tuple[int, Response], None, None]
"""Responses with the number of the question that each answers."""

NEGATIVE: Final = frozenset({"nodata", "nxdomain"})
"""Statuses of an answer that is a no."""
_EXPLAINED_BY_WARNINGS: Final = frozenset({"unreachable", "malformed", "local-fault"})


class Task(NamedTuple):
    """The questions of one name to one group of servers; ``numbers`` are their places in the answer."""

    numbers: tuple[int, ...]
    name: AskedName
    group: ServerGroup


def tasks_of(order: ResolveOrder) -> Iterator[Task]:
    """Names × types × servers, in that order: the number of each question is its place among all."""
    first = 0
    count = len(order.groups)
    for name in order.names:
        for place, group in enumerate(order.groups):
            yield Task(tuple(first + kind * count + place for kind in range(len(name.types))), name, group)
        first += len(name.types) * count


def driver_for(order: ResolveOrder) -> LookupDriver:
    """What sends the questions of this order."""
    return LookupDriver(channel_opener(order.tls, order.servers), most_at_once=order.concurrency or MOST_AT_ONCE)


def procedure_for(order: ResolveOrder) -> Callable[[Task], Responses]:
    """What is asked for each task: the questions alone, or the proof of their answers too."""
    if not order.asked.validate:
        return lambda task: responses(task.name.name, task.name.types, task.group, order.manner)
    from nettools.core.dnssec.validate import validate
    from nettools.runs.anchors import read_anchors

    anchors, now_s = read_anchors(order.asked.trust_anchor), time()

    def prove(question: Question, ask: Callable[[Question], Lookup]) -> Procedure[tuple[Outcome, DnssecVerdict]]:
        return validate(question, ask=ask, anchors=anchors, now=now_s)

    return lambda task: validated(task.name.name, task.name.types, task.group, order.manner, prove)


def lookups(order: ResolveOrder, *, keeps_order: bool = True) -> Numbered:
    """The responses to all questions, in the order of the questions or as they come."""
    driver, procedure = driver_for(order), procedure_for(order)
    with closing(driver.run_all((task.numbers, procedure(task)) for task in tasks_of(order))) as ended:
        found = ((number, one) for numbers, given in ended for number, one in zip(numbers, given, strict=True))
        yield from in_order(found) if keeps_order else found


def in_order(numbered: Iterable[tuple[int, R]]) -> Iterator[tuple[int, R]]:
    """The same by number, each as soon as all before it are there; what a signal cuts short is given at the end."""
    waiting: dict[int, R] = {}
    following = 0
    for number, one in numbered:
        waiting[number] = one
        while following in waiting:
            yield following, waiting.pop(following)
            following += 1
    yield from sorted(waiting.items())


def failure_of_response(response: Response, *, lame: str | None = None) -> Failure | None:
    """Why a question has no answer; None for one that has. ``lame``: why the server is no use to the zone it serves."""
    if response.status == "answered" or response.status in NEGATIVE:
        return None
    return Failure(
        input=response.query.name,
        line=None,
        kind=response.status,
        message=told(response, lame),
        hint=_HINTS.get("lame" if lame else response.status),
        unreadable=False,
    )


_HINTS = {
    "timeout": "ask another server, or allow more time with --timeout",
    "unreachable": "check the server's address and port",
    "refused": "ask a server that resolves for this machine",
    "lame": "have it serve the zone, or take it out of the NS records of the zone and of the one above",
}


def told(response: Response, lame: str | None = None) -> str:
    """What came of a question in one sentence, with the reason as far as the server or the connection gave one."""
    asked, status = response.query, response.status
    words = lame or WHAT_IT_MEANS.get(status, f"the server says {response.rcode or status}")
    who = server_text(response.server)
    where = f", asked {who}" if who else ""
    return f"{asked.name} {asked.type}: {status}: {words}{where}" + _because(response)


def _because(response: Response) -> str:
    errors = [safe(one.text or "") or one.name for one in (response.edns.ede if response.edns else ())]
    reasons = [one for one in errors if one]
    if response.status in _EXPLAINED_BY_WARNINGS:
        reasons += response.warnings[:1]
    return f" ({'; '.join(reasons)})" if reasons else ""
