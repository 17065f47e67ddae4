"""The file of ``--expect-file``: which ports must be open, one host a line.

    192.0.2.10      22,80,443       exactly these of the ports that are scanned
    db.example.net  5432,U:53       every address of the name
    192.0.2.0/28    none            nothing may be open
    192.0.2.99      any             whatever is open is fine
    *               22              every host that no other line is about

Of several lines about an address the one with the fewest addresses counts, lines with equally many together. A host
that no line is about must have nothing open.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Final

from nettools.core.address import Address, address_from_int
from nettools.core.host_name import check_host_name
from nettools.core.intervals import Ranges
from nettools.core.ports import PortNames, Transport, parse_ports
from nettools.core.scan.address_ranges import AddressRanges, zone_of
from nettools.core.scan.port_ranges import NO_PORTS, ranges_of, united
from nettools.core.scan.stored import TRANSPORTS
from nettools.core.scan.targets import Span, parse_target
from nettools.core.text import quoted
from nettools.errors import AddressError, InputError, RequestError

NONE: Final = "none"
ANY: Final = "any"
EVERY_HOST: Final = "*"
MOST_RANGES: Final = 1 << 16
"""A pattern of octets that is more ranges than these is refused."""

Ports = Mapping[Transport, Ranges]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectLine:
    """What one line says."""

    number: int
    word: str
    name: str | None
    """The host name, as names are compared."""
    addresses: AddressRanges | None
    ports: Ports | None
    """None when any may be open."""


def folded_name(name: str) -> str:
    """A host name as names are compared: whatever its case, with or without the final dot (RFC 4343)."""
    return name.lower().removesuffix(".")


class Expectations:
    """All lines of a file, to be asked by address and name."""

    def __init__(self, path: str, lines: Sequence[ExpectLine]) -> None:
        self.path = path
        self.lines = tuple(lines)
        self.others = [line for line in lines if line.word == EVERY_HOST]
        self._by_name: dict[str, list[ExpectLine]] = {}
        sizes: dict[int, list[ExpectLine]] = {}
        for line in lines:
            if line.name is not None:
                self._by_name.setdefault(line.name, []).append(line)
            elif line.addresses is not None:
                sizes.setdefault(line.addresses.count, []).append(line)
        self.sizes = [sizes[size] for size in sorted(sizes)]
        """The lines with addresses, those with the fewest first, equally many together."""
        self._indexes = [(some[0].addresses.count, _AddressIndex(some)) for some in self.sizes if some[0].addresses]

    def about(self, address: Address, names: Iterator[str] | Sequence[str]) -> list[ExpectLine]:
        """The lines that count for a host."""
        found = [line for name in dict.fromkeys(map(folded_name, names)) for line in self._by_name.get(name, ())]
        for size, index in self._indexes:
            if found and size > 1:
                break
            found += index.of(address)
        return found or self.others


class _AddressIndex:
    """Lines with equally many addresses each, by their ranges."""

    def __init__(self, lines: Sequence[ExpectLine]) -> None:
        spans = sorted(
            (
                (first.version, int(first), int(last), zone_of(first), line)
                for line in lines
                for first, last in (line.addresses.spans() if line.addresses else ())
            ),
            key=lambda one: one[:3],
        )
        self._spans = spans
        self._starts = [(version, first) for version, first, *_ in spans]
        self._longest = max((last - first for _, first, last, *_ in spans), default=0)

    def of(self, address: Address) -> list[ExpectLine]:
        number, found = int(address), []
        for place in range(bisect_right(self._starts, (address.version, number)) - 1, -1, -1):
            version, first, last, zone, line = self._spans[place]
            if version != address.version or first < number - self._longest:
                break
            if last >= number and zone == zone_of(address):
                found.append(line)
        return found[::-1]


def united_ports(lines: Sequence[ExpectLine]) -> Ports | None:
    """The ports of lines that count together; None when any may be open."""
    some: list[Ports] = []
    for line in lines:
        if line.ports is None:
            return None
        some.append(line.ports)
    return {transport: united(one.get(transport, NO_PORTS) for one in some) for transport in TRANSPORTS}


def parse_expectations(text: str, path: str, names: PortNames, *, transport: Transport = "tcp") -> Expectations:
    """The lines of the file; numbers without ``T:`` or ``U:`` are ports of ``transport``.

    Raises InputError, which names the file and the line.
    """
    lines: list[ExpectLine] = []
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        host, *rest = line.partition("#")[0].split(maxsplit=1) or [""]
        if not host:
            continue
        try:
            lines.append(_line(number, host, "".join(rest).strip(), names, transport))
        except RequestError as error:
            raise InputError(f"{quoted(path, 4096)} line {number}: {error.message}", hint=error.hint) from None
    return Expectations(path, lines)


def _line(number: int, host: str, ports: str, names: PortNames, transport: Transport) -> ExpectLine:
    if not ports:
        raise InputError(f"{quoted(host)} lacks its ports", hint=f"write {host} none when nothing may be open")
    addresses = None if host == EVERY_HOST else _addresses(host)
    is_name = addresses is None and host != EVERY_HOST
    return ExpectLine(
        number=number,
        word=host,
        name=folded_name(check_host_name(host)) if is_name else None,
        addresses=addresses,
        ports=_ports(ports, names, transport),
    )


def _addresses(word: str) -> AddressRanges | None:
    """Those that a target of a scan spells like this; None for a name."""
    spelled = parse_target(word)
    if spelled is None:
        return None
    if isinstance(spelled, Span):
        ends = (address_from_int(spelled.version, number, spelled.zone) for number in (spelled.first, spelled.last))
        return AddressRanges.of_spans([(next(ends), next(ends))])
    if spelled.run_count() > MOST_RANGES:
        raise AddressError(f"{quoted(word)} is more than {MOST_RANGES:,} ranges", hint="write networks instead")
    return AddressRanges.of_spans((IPv4Address(first), IPv4Address(last)) for first, last in spelled.runs())


def _ports(text: str, names: PortNames, transport: Transport) -> Ports | None:
    if text == ANY:
        return None
    if text == NONE:
        return {}
    selection = parse_ports(text, names, transport=transport)
    return {"tcp": ranges_of(selection.tcp), "udp": ranges_of(selection.udp)}
