"""Asking for the names of many addresses, and for the addresses of those names: a source of questions fed by answers.

Each address ends in exactly one ``Finished``. Names are asked for once while they are remembered, however many
addresses have them; questions about names go before those about further addresses, so that what is open stays little.
"""

from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, NamedTuple

from nettools.core.address import Address, address_from_int, parse_address
from nettools.core.bulk_resolve.row import Row
from nettools.core.dns.name import folded, name_from_text
from nettools.core.dns.types import TYPES
from nettools.core.rdns.replies import Found
from nettools.core.rdns.report import AddressReport, NameReport, address_verdict, name_verdict
from nettools.core.rdns.targets import Stretch
from nettools.core.scan.permutation import Permutation
from nettools.core.subnet.reverse import ptr_name
from nettools.errors import DomainNameError

_IN: Final = b"\x00\x01"
_PTR_END: Final = TYPES["PTR"].to_bytes(2, "big") + _IN
_FORWARD_ENDS: Final = {4: TYPES["A"].to_bytes(2, "big") + _IN, 6: TYPES["AAAA"].to_bytes(2, "big") + _IN}
_LABELS: Final = [bytes([len(str(number))]) + str(number).encode() for number in range(256)]
_NUMBERS: Final = [f"{number}." for number in range(256)]
_ARPA: Final = b"\x07in-addr\x04arpa\x00"
BLOCK: Final = 1 << 16
"""How many addresses are shuffled together: what is asked out of order is told in order, so it has to be held."""
SEED_OCTETS: Final = 8
"""Of entropy, for a seed."""
MOST_REMEMBERED: Final = 100_000
"""Names whose addresses are kept for the next address that has the same name."""


class Finished(NamedTuple):
    """An address with all that was to be found out; ``number`` is its place among all."""

    number: int
    version: int
    value: int
    ptr: str
    names: tuple[str, ...]
    path: tuple[str, ...]
    error: str | None
    forward: tuple[tuple[str, tuple[Address, ...]], ...] | None
    """For each name the status and the addresses of its lookup; None where names are not asked."""

    @property
    def address(self) -> Address:
        return address_from_int(self.version, self.value)

    @property
    def is_confirmed(self) -> bool:
        """Whether every name of the address leads back to it."""
        if not self.forward:
            return False
        address = self.address
        return all(name_verdict(address, found, status) == "confirmed" for status, found in self.forward)

    def report(self) -> AddressReport:
        """The record."""
        address = self.address
        names: list[NameReport] = []
        for place, name in enumerate(self.names):
            status, addresses = self.forward[place] if self.forward else ("", ())
            verdict = name_verdict(address, addresses, status) if self.forward else None
            names.append(NameReport(name=name, forward=addresses, verdict=verdict))
        verdicts = [one.verdict for one in names if one.verdict is not None]
        return AddressReport(
            address=address,
            ptr=self.ptr,
            names=tuple(names),
            verdict="error" if self.error else address_verdict(verdicts) if verdicts else None if names else "none",
            cname_path=self.path,
            error=self.error,
        )


@dataclass(slots=True, eq=False)
class _Open:
    """An address whose names have been found and are being asked."""

    found: Found
    about: tuple[int, int, str]
    answers: list[tuple[str, tuple[Address, ...]] | None]
    missing: int


@dataclass(slots=True, eq=False)
class _Asking:
    """A name that is on its way, and the addresses that wait for it with the place of the name among theirs."""

    key: tuple[int, bytes]
    waiting: list[tuple[_Open, int]] = field(default_factory=list)


class Sweep:
    """The source. ``take`` gives questions, ``answered`` takes what came of them and returns who is finished.

    ``seed`` decides the order within each block, so that no server gets all questions about its zone at once.
    """

    def __init__(self, stretches: Iterable[Stretch], seed: int, *, forward: bool, start: int = 0) -> None:
        self._addresses = _shuffled(stretches, seed, start)
        self._is_forward = forward
        self._about: dict[int, tuple[int, int, str]] = {}
        self._names: deque[Row] = deque()
        self._asking: dict[int, _Asking] = {}
        self._asking_by_name: dict[tuple[int, bytes], _Asking] = {}
        self._known: OrderedDict[tuple[int, bytes], tuple[str, tuple[Address, ...]]] = OrderedDict()
        self._last_name = 0
        self.asked = 0

    def take(self, most: int) -> Sequence[Row]:
        """Questions that may be asked now: names first."""
        if self._names:
            return [self._names.popleft() for _ in range(min(most, len(self._names)))]
        rows: list[Row] = []
        for row, about in islice(self._addresses, most):
            self._about[row[0]] = about
            rows.append(row)
        self.asked += len(rows)
        return rows

    def answered(self, found: Found) -> Iterable[Finished]:
        """The addresses that have all they need with this."""
        if found.number < 0:
            return self._name_answered(found)
        about = self._about.pop(found.number)
        if found.data and self._is_forward:
            return self._ask_names(found, about)
        return (_finished(found, about, None),)

    def _ask_names(self, found: Found, about: tuple[int, int, str]) -> Iterable[Finished]:
        one = _Open(found, about, [None] * len(found.data), 0)
        for place, text in enumerate(found.data):
            try:
                name = name_from_text(text)
            except DomainNameError:  # rdata that is no name: it leads nowhere
                one.answers[place] = "nxdomain", ()
                continue
            key = about[0], folded(name)
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
                one.answers[place] = known
                continue
            asking = self._asking_by_name.get(key)
            if asking is None:
                self._last_name -= 1
                asking = self._asking_by_name[key] = self._asking[self._last_name] = _Asking(key)
                self._names.append((self._last_name, name + _FORWARD_ENDS[about[0]], text, 0))
            asking.waiting.append((one, place))
            one.missing += 1
        return (self._complete(one),) if not one.missing else ()

    def _name_answered(self, found: Found) -> list[Finished]:
        asking = self._asking.pop(found.number)
        del self._asking_by_name[asking.key]
        answer = found.status, tuple(map(parse_address, found.data))
        if not found.error:
            self._known[asking.key] = answer
            if len(self._known) > MOST_REMEMBERED:
                self._known.popitem(last=False)
        finished: list[Finished] = []
        for one, place in asking.waiting:
            one.answers[place] = answer
            one.missing -= 1
            if not one.missing:
                finished.append(self._complete(one))
        return finished

    def _complete(self, one: _Open) -> Finished:
        return _finished(one.found, one.about, tuple(answer for answer in one.answers if answer is not None))


def _finished(
    found: Found,
    about: tuple[int, int, str],
    forward: tuple[tuple[str, tuple[Address, ...]], ...] | None,
) -> Finished:
    version, value, ptr = about
    return Finished(found.number, version, value, ptr, found.data, found.path, found.error, forward)


def _shuffled(stretches: Iterable[Stretch], seed: int, start: int) -> Iterator[tuple[Row, tuple[int, int, str]]]:
    """(question, (IP version, address, name)) of each address, numbered from ``start`` on, shuffled block by block."""
    for block in _blocks(stretches):
        size = sum(one.size for one in block)
        places = Permutation(size, seed).of(range(size))
        if len(block) == 1:
            version, first, _ = block[0]
            for place in places:
                yield _question(start + place, version, first + place)
        else:
            addresses = [(one.version, number) for one in block for number in range(one.first, one.first + one.size)]
            for place in places:
                yield _question(start + place, *addresses[place])
        start += size


def _blocks(stretches: Iterable[Stretch]) -> Iterator[list[Stretch]]:
    """The stretches cut and gathered into blocks of BLOCK addresses; the last one may be shorter."""
    block: list[Stretch] = []
    room = BLOCK
    for version, first, size in stretches:
        while size:
            part = min(size, room)
            block.append(Stretch(version, first, part))
            first, size, room = first + part, size - part, room - part
            if not room:
                yield block
                block, room = [], BLOCK
    if block:
        yield block


def _question(number: int, version: int, value: int) -> tuple[Row, tuple[int, int, str]]:
    if version == 6:
        text = ptr_name(6, value) + "."
        return (number, name_from_text(text) + _PTR_END, text, 0), (6, value, text)
    a, b, c, d = value >> 24, value >> 16 & 255, value >> 8 & 255, value & 255
    text = f"{_NUMBERS[d]}{_NUMBERS[c]}{_NUMBERS[b]}{_NUMBERS[a]}in-addr.arpa."
    wire = _LABELS[d] + _LABELS[c] + _LABELS[b] + _LABELS[a] + _ARPA + _PTR_END
    return (number, wire, text, 0), (4, value, text)
