"""``--system``: what the system's own resolver says of each name, asked while the DNS is."""

from dataclasses import replace
from operator import itemgetter

from nettools.core.dns.types import TYPES
from nettools.core.resolve.words import AskedName
from nettools.net.system_resolver import SystemQuestion
from nettools.runs.caller import Caller
from nettools.runs.resolve_order import ResolveOrder
from nettools.runs.resolve_run import Numbered

_PATIENCE_S = 10.0
_VERSIONS: dict[tuple[int, ...], int] = {(TYPES["A"],): 4, (TYPES["AAAA"],): 6}


def with_system(caller: Caller, order: ResolveOrder, found: Numbered) -> Numbered:
    """The responses, each with the system's answer for its name; a reverse name is no name for getaddrinfo(3)."""
    questions = [
        None if one.address else SystemQuestion(one.name, version=_VERSIONS.get(one.types)) for one in order.names
    ]
    try:
        responses = sorted(found, key=itemgetter(0))
        first = 0
        with caller.interrupts() as interrupts:
            for place, name in enumerate(order.names):
                mine = responses[first : first + _count(name, order)]
                first += len(mine)
                question, questions[place] = questions[place], None
                if question is None:
                    yield from mine
                    continue
                patience_s = order.manner.timeout_s or _PATIENCE_S
                outcomes = [one.outcome for _, one in mine]
                answer = question.answer(outcomes, timeout_s=patience_s, interrupts=interrupts)
                yield from ((number, replace(one, system=answer)) for number, one in mine)
    finally:
        for question in questions:
            if question is not None:
                question.abandon()


def _count(name: AskedName, order: ResolveOrder) -> int:
    return len(name.types) * len(order.groups)
