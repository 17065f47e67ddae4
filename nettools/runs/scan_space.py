"""The targets of a scan as one space of addresses: words, lines and names, without what is to be left out."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from nettools.core.address import Address, address_from_int, format_address
from nettools.core.host_name import check_host_name
from nettools.core.outcome import Failure, failure_of
from nettools.core.scan.address_ranges import AddressRanges
from nettools.core.scan.space import AddressSpace
from nettools.core.scan.space_builder import SpaceBuilder
from nettools.core.scan.targets import Span, parse_target, plain_ipv4
from nettools.core.scan.words import Exclusions, exclusions_in_lines, parse_exclusions
from nettools.core.text import quoted, safe
from nettools.errors import AddressError, InputError, NettoolsError
from nettools.net.host_lookup import resolve_host
from nettools.net.interrupts import Interrupts
from nettools.net.line_input import open_input
from nettools.net.sockets import socket_address
from nettools.runs.caller import Caller
from nettools.runs.scan_order import ScanOrder
from nettools.runs.targets import Failed, Target, input_lines

NAME_TIMEOUT_S: Final = 10.0
MOST_RESOLVED: Final = 1 << 12
"""Of more names than that nobody is told the addresses."""

Fail = Callable[[int, Failure], None]
"""Told of a target that has no answer: its number, why."""


class ScanSpace:
    """The addresses of a scan, and which targets each of them is part of."""

    def __init__(
        self,
        addresses: AddressSpace,
        texts: dict[int, str],
        lines: "array[int]",
        names: frozenset[int],
        resolved: Mapping[str, Sequence[Address]],
    ) -> None:
        self.addresses = addresses
        self._texts = texts
        self._lines = lines
        self._names = names
        self.resolved = resolved
        """The first names among the targets, each with the addresses that it had."""

    def addresses_text(self, most_characters: int) -> str | None:
        """All addresses as ranges, None when that is long."""
        spans = self.addresses.spans() if self.addresses.piece_count <= most_characters // 8 else None
        text = None if spans is None else str(AddressRanges.of_spans(spans))
        return None if text is None or len(text) > most_characters else text

    def targets_of(self, host: int) -> Sequence[int]:
        """The numbers of the targets that hold the address."""
        return self.addresses.targets_of(self.addresses.address_at(host))

    def text_of(self, target: int, host: int) -> str:
        """The target as it was written."""
        return self._texts.get(target) or format_address(self.addresses.address_at(host))

    def line_of(self, target: int) -> int | None:
        """The line that it stood on, None for a word."""
        return self._lines[target] or None

    def is_wide(self, target: int) -> bool:
        """Whether the target is a network, a range or a pattern rather than one address or name."""
        text = self._texts.get(target, "")
        return target not in self._names and not text.endswith(("/32", "/128")) and any(one in text for one in "/-*,")

    def names_of(self, host: int) -> tuple[str, ...]:
        """The targets that are names of the address."""
        return tuple(self._texts[target] for target in self.targets_of(host) if target in self._names)


class _SpaceReader:
    def __init__(self, caller: Caller, order: ScanOrder, interrupts: Interrupts, fail: Fail) -> None:
        self._caller = caller
        self._order = order
        self._interrupts = interrupts
        self._fail = fail
        self._builder = SpaceBuilder()
        self._texts: dict[int, str] = {}
        self._lines = array("I")
        self._names: set[int] = set()
        self._resolved: dict[str, Sequence[Address]] = {}

    def read(self) -> ScanSpace:
        for target in self._targets():
            self._lines.append((target.line or 0) if isinstance(target, Target) else 0)
            if isinstance(target, Failed):
                self._fail(target.number, target.failure)
                continue
            try:
                self._add(target)
            except NettoolsError as error:
                self._fail(target.number, failure_of(error, input=target.text, line=target.line))
        excluded = self._exclusions()
        for spelled in excluded.spelled:
            self._builder.exclude(spelled)
        for name in excluded.names:
            # Of both versions even under -4 or -6: its addresses may be among targets that are no names.
            self._builder.exclude(self._addresses_of(name, None))
        return ScanSpace(self._builder.build(), self._texts, self._lines, frozenset(self._names), self._resolved)

    def _targets(self) -> Iterator[Target | Failed]:
        number = -1
        for target in self._caller.targets(self._order.targets):
            number = target.number
            yield target
        if self._order.targets_file is not None:
            yield from self._file_targets(self._order.targets_file, number + 1)

    def _file_targets(self, path: str, number: int) -> Iterator[Target | Failed]:
        if path == "-":
            for target in self._caller.targets(["-"]):
                yield target._replace(number=target.number + number)
            return
        with open_input(path) as source:
            for line, text in input_lines(source):
                if isinstance(text, InputError):
                    yield Failed(number, failure_of(text, input=path, line=line))
                else:
                    yield Target(number, text, line)
                number += 1

    def _add(self, target: Target) -> None:
        self._check_version(target.text)
        if plain_ipv4(target.text) is None:
            self._texts[target.number] = target.text
            _check_zone(target.text)
        if not self._builder.add(target.number, target.text):
            self._names.add(target.number)
            found = self._addresses_of(target.text, self._order.version)
            self._builder.add(target.number, found)
            if len(self._resolved) <= MOST_RESOLVED:
                self._resolved[target.text] = found

    def _check_version(self, text: str) -> None:
        """Raises AddressError for addresses of the IP version that is not wanted."""
        wanted = self._order.version
        if wanted is None:
            return
        spelled = parse_target(text)
        version = spelled.version if isinstance(spelled, Span) else 4
        if spelled is not None and version != wanted:
            raise AddressError(f"{safe(text)} is IPv{version}, and only IPv{wanted} is wanted")

    def _addresses_of(self, word: str, version: int | None) -> list[Address]:
        name = check_host_name(word)
        found = resolve_host(name, version=version, timeout_s=NAME_TIMEOUT_S, interrupts=self._interrupts)
        for address in found:
            socket_address(address, 0)
        return found

    def _exclusions(self) -> Exclusions:
        found = Exclusions()
        for words in self._order.exclude:
            found += parse_exclusions(words)
        if self._order.exclude_file is not None:
            with open_input(self._order.exclude_file) as source:
                found += exclusions_in_lines(_whole_lines(self._order.exclude_file, input_lines(source)))
        return found


def _check_zone(word: str) -> None:
    """Raises AddressError for a zone that is no interface here: of no other target, so its neighbours are scanned."""
    if "%" in word:
        spelled = parse_target(word)
        if isinstance(spelled, Span) and spelled.zone:
            socket_address(address_from_int(spelled.version, spelled.first, spelled.zone), 0)


def _whole_lines(path: str, lines: Iterable[tuple[int, str | InputError]]) -> Iterator[tuple[int, str]]:
    """Raises InputError for a line that is too long: what it would exclude is not known."""
    for number, text in lines:
        if isinstance(text, InputError):
            raise InputError(f"cannot exclude line {number} of {quoted(path, 4096)}: {text}")
        yield number, text


def read_space(caller: Caller, order: ScanOrder, interrupts: Interrupts, fail: Fail) -> ScanSpace:
    """All targets as one space. A target that cannot be read is told to ``fail``; one that is to be left out and
    cannot be read raises, since scanning what was excluded is worse than not scanning. Raises Interrupted.
    """
    return _SpaceReader(caller, order, interrupts, fail).read()
