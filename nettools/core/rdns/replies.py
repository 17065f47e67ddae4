"""What a reply says to somebody who wants only its data: status, the texts of the records asked for, the CNAMEs."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from nettools.core.bulk_resolve.reply import AnswerReader
from nettools.core.bulk_resolve.row import Row
from nettools.core.dns.message import ResourceRecord
from nettools.core.dns.name import folded, name_text
from nettools.core.dns.presentation import rdata_text
from nettools.core.dns.types import TYPES
from nettools.core.resolve.lookup import Outcome
from nettools.core.resolve.status import WHAT_IT_MEANS, chain_end

_CNAME: Final = TYPES["CNAME"]
_HEADER_SIZE: Final = 12
_MOST_KNOWN: Final = 4096
_LEARNED: Final = frozenset({"answered", "nxdomain"})


class Found(NamedTuple):
    """What came of one question."""

    number: int
    status: str
    data: tuple[str, ...]
    path: tuple[str, ...]
    error: str | None


class ReplyData:
    """Makes ``Found`` of replies: the ``Lines`` of a bulk plan."""

    def __init__(self, reader: AnswerReader) -> None:
        self._read = reader.read
        self._known: dict[tuple[bytes, bytes], str] = {}
        """Header, and what follows the answer section -> status: an OPT has a part of the rcode (RFC 6891 §6.1.3)."""

    def line(self, wire: bytes, row: Row, _duration_ms: str) -> Found | None:
        """What a usual reply says; None for another."""
        number, question, name, _ = row
        place = _HEADER_SIZE + len(question)
        count = wire[6] << 8 | wire[7]
        if not count:
            status = self._known.get((wire[2:12], wire[place:]))
            return Found(number, status, (), (), None) if status == "nxdomain" else None
        found = self._read(wire, place, count, question, name)
        if found is None:
            return None
        records, place = found
        status = self._known.get((wire[2:12], wire[place:]))
        if status != "answered":
            return None
        wanted = question[-4] << 8 | question[-3]
        if count == 1:
            return Found(number, status, (records[0][4],), (), None)
        aliases = [one for one in records if one[1] == _CNAME]
        owner = aliases[-1][4] if aliases else name
        owners = {owner.lower()}
        data = tuple(dict.fromkeys(one[4] for one in records if one[1] == wanted and one[0].lower() in owners))
        return Found(number, status, data, tuple(one[4] for one in aliases), None)

    def long(self, row: Row, outcome: Outcome) -> Found:
        """What any outcome says."""
        message, question, status = outcome.message, outcome.lookup.question, outcome.status
        if message is None or status not in ("answered", "nodata", "nxdomain"):
            return Found(row[0], status, (), (), f"{status}: {WHAT_IT_MEANS.get(status, 'the server answers so')}")
        target, _ = chain_end(message.answer, question)
        data = [one for one in message.answer if one.type == question.type and folded(one.name) == folded(target)]
        if status in _LEARNED and not message.faults and outcome.transport == "udp":
            self._learn(row, message.wire, message.answer, status)
        texts = tuple(dict.fromkeys(map(rdata_text, data)))
        # An alias that leads out of what this server knows is no answer to this question: RFC 1034 §3.6.2.
        return Found(
            row[0],
            "nodata" if status == "answered" and not data else status,
            texts,
            _path(message.answer, question.name),
            None,
        )

    def _learn(self, row: Row, wire: bytes, answer: Sequence[ResourceRecord], status: str) -> None:
        place = _HEADER_SIZE + len(row[1])
        if not wire.startswith(row[1], _HEADER_SIZE):
            return
        if answer:
            found = self._read(wire, place, len(answer), row[1], row[2])
            if found is None:
                return
            place = found[1]
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[wire[2:12], wire[place:]] = status


def _path(answer: Sequence[ResourceRecord], name: bytes) -> tuple[str, ...]:
    """Where the CNAMEs lead from the name on."""
    aliases = {folded(one.name): one.rdata for one in answer if one.type == _CNAME and not one.is_damaged}
    path: list[bytes] = []
    while (following := aliases.get(folded(path[-1] if path else name))) is not None and following not in path:
        path.append(following)
    return tuple(map(name_text, path))
