"""The addresses of servers that came without glue: a walk from the nearest known cut that asks only a few at each.

Delegations can need each other: the server of one zone lies in another whose server lies in the first (RFC 1912 §2.8
advises glue). Each search knows whose sake it is for, so such a circle is found, however long.
"""

from collections.abc import Sequence
from typing import Final

from nettools.core.address import Address
from nettools.core.dns.message import Message, Question
from nettools.core.dns.name import folded, is_below, name_text
from nettools.core.dns.types import CLASSES, TYPES
from nettools.core.resolve.lookup import Outcome, Procedure
from nettools.core.resolve.together import side_by_side
from nettools.core.resolve.trace.atlas import Atlas, Search, in_parts
from nettools.core.resolve.trace.cut import Cut, addresses_of, cut_of
from nettools.core.resolve.trace.reading import Reading, read_reply

_A, _AAAA = TYPES["A"], TYPES["AAAA"]
_AT_ONCE: Final = 2
"""Servers that are asked the same: one more than is needed where all is well."""
_MOST_NAMES: Final = 4
"""Servers of a zone on the way that are searched for; any one of them will do."""


def find_servers(atlas: Atlas, cut: Cut, sought: tuple[bytes, ...] = ()) -> Procedure[tuple[Cut, tuple[Search, ...]]]:
    """The cut with addresses for the servers that have none, and what the searches for them found.

    ``sought`` are the names for whose sake that is done: on the way to one of them not all servers are needed.
    """
    missing = cut.without_address[:_MOST_NAMES] if sought else cut.without_address
    outside = [one.name for one in missing if not is_below(one.name, cut.zone)]
    inside = [one.name for one in missing if is_below(one.name, cut.zone)]
    searches = yield from side_by_side([_search(atlas, name, sought) for name in outside])
    cut = atlas.relearn(cut)
    if atlas.endpoints(cut):
        searches += yield from side_by_side([_search(atlas, name, sought) for name in inside])
    else:  # nobody but the zone's own servers can say where they are: RFC 9471 §2
        searches += [
            _failed(name, "it lies in the zone that it serves, and the delegation has no glue") for name in inside
        ]
    return atlas.relearn(cut), tuple(searches)


def _search(atlas: Atlas, name: bytes, sought: tuple[bytes, ...]) -> Procedure[Search]:
    known = atlas.searches.get(folded(name))
    if known is not None:
        return known
    if folded(name) in map(folded, sought):
        return _failed(name, _circle(name, sought))
    if len(sought) >= atlas.settings.limits.depth:
        return _failed(name, f"the search stops {len(sought)} servers without glue deep")
    if atlas.searches_left <= 0:
        return _failed(name, f"the trace has searched for {atlas.settings.limits.searches} servers, and stops")
    atlas.searches_left -= 1
    found = yield from _walk(atlas, name, (*sought, name))
    if not sought or found.addresses:  # on the way to another a circle may be one of that other alone
        atlas.searches[folded(name)] = found
    return found


def _walk(atlas: Atlas, name: bytes, sought: tuple[bytes, ...]) -> Procedure[Search]:
    zones: list[bytes] = []
    target = name
    remark: str | None = None
    for _ in range(atlas.settings.limits.cuts):
        cut = atlas.deepest(target)
        if not atlas.endpoints(cut):
            cut, searches = yield from find_servers(atlas, cut, sought)
            if not atlas.endpoints(cut):
                return _failed(name, _why_nobody(cut, searches), zones)
        zones.append(cut.zone)
        outcomes, reading, message = yield from _ask_some(atlas, cut, target)
        if reading.cut is not None and message is not None:
            atlas.learn(cut_of(message, reading.cut, cut.zone))
        elif reading.state == "alias":
            target = reading.target
        else:
            addresses = _addresses(outcomes, reading.target)
            if reading.aliases or target != name:
                remark = "the name is an alias, which the name of a server must not be (RFC 2181 §10.3)"
            reason = None if addresses else _why_none(reading, cut)
            return Search(name=name, addresses=addresses, zones=tuple(zones), reason=reason or remark)
    return _failed(name, "the search goes through too many zones", zones)


_Answers = tuple[Sequence[Outcome], Reading, Message | None]


def _ask_some(atlas: Atlas, cut: Cut, name: bytes) -> Procedure[_Answers]:
    """The outcomes for A and AAAA of the first server of the zone that is of use, else of the first of all; the more
    useful of their readings, and its message."""
    questions = [Question(name=name, type=kind, class_=CLASSES["IN"]) for kind in (_A, _AAAA)]
    kept: _Answers | None = None
    for some in in_parts(atlas.endpoints(cut), _AT_ONCE):
        outcomes = yield [atlas.lookup(question, [one]) for one in some for question in questions]
        for place in range(len(some)):
            pair = outcomes[2 * place : 2 * place + 2]
            read = [(read_reply(one, cut.zone, one.lookup.question), one.message) for one in pair]
            reading, message = next((one for one in read if one[0].is_useful), read[0])
            if reading.is_useful:
                return pair, reading, message
            kept = kept or (pair, reading, message)
    assert kept is not None, "only a cut with endpoints is asked"
    return kept


def _addresses(outcomes: Sequence[Outcome], target: bytes) -> tuple[Address, ...]:
    records = [record for one in outcomes if one.message for record in one.message.answer]
    return tuple(addresses_of(records, target)) if target else ()


def _why_none(reading: Reading, cut: Cut) -> str:
    zone = name_text(cut.zone)
    if reading.state in ("answered", "nodata"):
        return f"it has no address, says {zone}"
    if reading.state == "nxdomain":
        return f"it does not exist, says {zone}"
    return f"no server of {zone} is of use: {reading.reason or reading.state}"


def _why_nobody(cut: Cut, searches: Sequence[Search]) -> str:
    reason = next((f"; {name_text(one.name)}: {one.reason}" for one in searches if one.reason), "")
    return f"no server of {name_text(cut.zone)} has a known address{reason}"


def _circle(name: bytes, sought: tuple[bytes, ...]) -> str:
    start = [folded(one) for one in sought].index(folded(name))
    return f"a circle of delegations without glue: {' needs '.join(map(name_text, (*sought[start:], name)))}"


def _failed(name: bytes, reason: str, zones: Sequence[bytes] = ()) -> Search:
    return Search(name=name, addresses=(), zones=tuple(zones), reason=reason)
