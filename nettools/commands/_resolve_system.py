"""``--system``: what the system's own resolver says of each name, asked while the DNS is."""

from collections.abc import Iterator
from dataclasses import replace
from operator import itemgetter

from nettools.commands._resolve_order import ResolveOrder
from nettools.core.dns.types import TYPES
from nettools.core.resolve.report import Response
from nettools.core.resolve.words import AskedName
from nettools.net.interrupts import Interrupts
from nettools.net.system_resolver import SystemQuestion

_PATIENCE_S = 10.0
_VERSIONS: dict[tuple[int, ...], int] = {(TYPES["A"],): 4, (TYPES["AAAA"],): 6}


def with_system(order: ResolveOrder, found: Iterator[tuple[int, Response]]) -> Iterator[tuple[int, Response]]:
    """The responses, each with the system's answer for its name; a reverse name is no name for getaddrinfo(3)."""
    questions = [
        None if one.address else SystemQuestion(one.name, version=_VERSIONS.get(one.types)) for one in order.names
    ]
    responses = sorted(found, key=itemgetter(0))
    first = 0
    with Interrupts() as interrupts:
        for name, question in zip(order.names, questions, strict=True):
            mine = responses[first : first + _count(name, order)]
            first += len(mine)
            if question is None:
                yield from mine
                continue
            patience_s = order.manner.timeout_s or _PATIENCE_S
            outcomes = [one.outcome for _, one in mine]
            answer = question.answer(outcomes, timeout_s=patience_s, interrupts=interrupts)
            yield from ((number, replace(one, system=answer)) for number, one in mine)


def _count(name: AskedName, order: ResolveOrder) -> int:
    return len(name.types) * len(order.groups)
