"""Servers of one zone that do not say the same, parents that name other servers than the zone does: in sentences."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from nettools.core.address import format_address
from nettools.core.dns.message import Message, ResourceRecord
from nettools.core.dns.name import folded, name_text
from nettools.core.dns.types import TYPES
from nettools.core.resolve.agreement import canonical_set, compared_records, grouped, record_texts, serial_of
from nettools.core.resolve.lookup import Outcome
from nettools.core.resolve.trace.cut import Cut, Endpoint, unique_names
from nettools.core.resolve.trace.reading import Reading

_NS, _DS, _SOA = TYPES["NS"], TYPES["DS"], TYPES["SOA"]
_MOST_NAMED = 4
"""Servers that a sentence names one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One endpoint of a zone: what it said to the question, and to those for SOA and NS where they were asked."""

    endpoint: Endpoint
    outcome: Outcome
    reading: Reading
    soa: Outcome | None = None
    ns: Outcome | None = None

    @property
    def serial(self) -> int | None:
        message = self.soa.message if self.soa else None
        return serial_of(message.answer) if message else None

    def names(self, zone: bytes) -> tuple[bytes, ...]:
        """The servers that it names for its zone."""
        message = self.ns.message if self.ns else None
        records = message.answer if message else ()
        return unique_names(one.rdata for one in records if one.type == _NS and folded(one.name) == folded(zone))

    def __str__(self) -> str:
        return f"{name_text(self.endpoint.name)} ({format_address(self.endpoint.address)})"


def differences(cut: Cut, asked: Sequence[Asked]) -> Iterator[str]:
    """What a person who looks after the zone should know."""
    useful = [one for one in asked if one.reading.is_useful]
    alike = [one for one in useful if not _serves_below(one, cut, useful)]
    with_serial = [one for one in useful if one.serial is not None]
    is_about_serial = bool(asked) and asked[0].outcome.lookup.question.type == _SOA and len(with_serial) == len(alike)
    if not is_about_serial:
        yield from _unequal("the answer", alike, said, _summary)
    yield from _unequal("the serial", with_serial, _serial, _serial)
    own = [one for one in useful if one.names(cut.zone)]
    yield from _unequal(
        "the NS records", own, lambda one: _set(one.names(cut.zone)), lambda one: _listed(one.names(cut.zone))
    )
    yield from _parent_and_child(cut, own)


def _serves_below(one: Asked, cut: Cut, useful: Sequence[Asked]) -> bool:
    """Whether it answers for a zone below, which it serves as well, where others refer to it: both are right."""
    is_referred_to = any(other.reading.cut is not None for other in useful)
    own_zone = one.reading.own_zone
    is_own = own_zone is not None and folded(own_zone) == folded(cut.zone)
    return is_referred_to and one.reading.cut is None and not is_own


def with_remarks(cut: Cut, asked: Sequence[Asked]) -> tuple[Asked, ...]:
    """The same, where a server answers for a zone below ``cut``, which it serves as well, with that said."""
    return tuple(replace(one, reading=replace(one.reading, reason=_remark(one, cut, asked))) for one in asked)


def _remark(one: Asked, cut: Cut, asked: Sequence[Asked]) -> str | None:
    reading = one.reading
    if reading.reason is not None or reading.cut is not None or not reading.is_useful:
        return reading.reason
    if reading.own_zone is not None and len(reading.own_zone) > len(cut.zone):
        return f"it serves {name_text(reading.own_zone)} as well"
    others = [other.reading.cut for other in asked if other.reading.cut is not None]
    return f"it answers, where others refer to {name_text(others[0])}" if others else None


def _unequal(
    what: str, asked: Sequence[Asked], key: Callable[[Asked], Hashable], told: Callable[[Asked], str]
) -> Iterator[str]:
    """A sentence where the servers do not say the same; ``told`` puts it in words."""
    groups = grouped((key(one), one) for one in asked)
    if len(groups) > 1:
        parts = [f"{told(members[0])} at {_named(members)}" for _, members in groups]
        yield f"the servers disagree about {what}: {'; '.join(parts)}"


def said(one: Asked) -> Hashable:
    """What a server replied, as a value that is equal where servers say the same."""
    message, reading = one.outcome.message, one.reading
    if message is None or not reading.is_useful:
        return reading.state
    if reading.cut is not None:
        return folded(reading.cut), _set(_ns_of_referral(message, reading.cut)), canonical_set(_ds(message))
    return reading.state, canonical_set(compared_records(message, one.outcome.lookup.question))


def _summary(one: Asked) -> str:
    message, reading = one.outcome.message, one.reading
    if message is None:
        return reading.state
    if reading.cut is not None:
        count = len(_ds(message))
        return f"{name_text(reading.cut)} NS {_listed(_ns_of_referral(message, reading.cut))}, {count or 'no'} DS"
    return ", ".join(record_texts(compared_records(message, one.outcome.lookup.question))) or reading.state


def _ns_of_referral(message: Message, cut: bytes) -> tuple[bytes, ...]:
    return tuple(one.rdata for one in message.authority if one.type == _NS and folded(one.name) == folded(cut))


def _ds(message: Message) -> tuple[ResourceRecord, ...]:
    return tuple(one for one in message.authority if one.type == _DS)


def _serial(one: Asked) -> str:
    return str(one.serial)


def _parent_and_child(cut: Cut, own: Sequence[Asked]) -> Iterator[str]:
    """The two should be one set: RFC 1034 §4.2.2."""
    if not own:
        return
    parent = unique_names(server.name for server in cut.servers)
    child = unique_names(name for one in own for name in one.names(cut.zone))
    for names, others, whose in ((parent, child, "the parent names"), (child, parent, "the zone names")):
        alone = [name for name in names if folded(name) not in _set(others)]
        if alone:
            yield f"{whose} {_listed(alone)}, and the other side does not"


def _named(asked: Sequence[Asked]) -> str:
    labels = [str(one) for one in asked]
    more = len(labels) - _MOST_NAMED
    return " and ".join(labels) if more <= 0 else f"{', '.join(labels[:_MOST_NAMED])} and {more} more"


def _listed(names: Iterable[bytes]) -> str:
    return " ".join(sorted(map(name_text, names)))


def _set(names: Iterable[bytes]) -> frozenset[bytes]:
    return frozenset(map(folded, names))
