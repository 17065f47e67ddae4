"""Port lists as people write them: ``22``, ``1-1024``, ``ssh,http``, ``T:22,U:53``, ``top:100``, ``web``, ``all``.

Numbers are ASCII digits within 0–65535 (``getaddrinfo(host, 99999)`` silently means port 34463; ours refuses).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Final, Literal

from nettools.core.text import quoted, safe, suggestion
from nettools.errors import PortError

Transport = Literal["tcp", "udp"]
Transports = Literal["tcp", "udp", "both"]
"""What an item of a port list is about when no ``T:`` or ``U:`` says so: the transports that a scan probes."""

_TRANSPORT_MARKS: Final = ("T:", "U:")
PORT_LIST_STARTS: Final = (*_TRANSPORT_MARKS, "top:")
"""With these a word says itself that it is a list of ports."""

HIGHEST_PORT = 65_535
_LONGEST_SPEC = 1 << 16
_LONGEST_NUMBER = 60
_DIGITS = re.compile(r"[0-9]+\Z", re.ASCII)
_RANGE = re.compile(r"([0-9]+)-([0-9]+)\Z", re.ASCII)
_WITH_TRANSPORT = re.compile(r"([0-9]{1,5})/(tcp|udp)\Z", re.ASCII | re.IGNORECASE)
_TOP = re.compile(r"top:([0-9]{1,9})\Z", re.ASCII)
_LONGEST_GUESS = 40
_NUMBERS = re.compile(r"[0-9,-]+\Z", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class PortNames:
    """What a word in a port list may stand for."""

    services: Mapping[tuple[str, str], Sequence[int]]
    """(lower-case service name, transport) -> its ports."""
    groups: Mapping[str, Sequence[int]]
    top: Mapping[str, Sequence[int]]
    """Transport -> ports, the most useful first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortSelection:
    """The ports to probe by transport, ascending and without duplicates."""

    tcp: tuple[int, ...]
    udp: tuple[int, ...]


def parse_port(text: str) -> int:
    """One port number. Raises PortError."""
    if not _DIGITS.match(text):
        raise PortError(f"port {quoted(text)} is not a number")
    port = int(text) if len(text) <= _LONGEST_NUMBER else HIGHEST_PORT + 1
    if port > HIGHEST_PORT:
        raise PortError(f"port {quoted(text)[1:-1]} is out of range 0–{HIGHEST_PORT}")
    return port


def parse_port_range(text: str) -> range | None:
    """The ports of ``A-B`` or of one number; None when the text is neither (a name). Raises PortError."""
    if _DIGITS.match(text):
        port = parse_port(text)
        return range(port, port + 1)
    match = _RANGE.match(text)
    if not match:
        if text[:1] == "-" or (text[-1:] == "-" and text[:1].isdigit()):
            raise PortError(f"port range {quoted(text)} lacks an end", hint=_hint_for_open_range(text))
        return None
    first, last = parse_port(match[1]), parse_port(match[2])
    if first > last:
        raise PortError(f"port range '{text}' is reversed", hint=f"did you mean {last}-{first}?")
    return range(first, last + 1)


def _hint_for_open_range(text: str) -> str:
    end = text.strip("-")
    if not _DIGITS.match(end) or len(end) > len(str(HIGHEST_PORT)):
        return f"write both ends, as in 1-{HIGHEST_PORT}"
    return f"did you mean {f'1-{end}' if text[0] == '-' else f'{end}-{HIGHEST_PORT}'}?"


def parse_ports(text: str, names: PortNames, *, transport: Transports = "tcp") -> PortSelection:
    """The ports that a list names; ``T:`` and ``U:`` hold until the next of them. Raises PortError.

    Before the first of them items are ports of ``transport``. Of ``both``, a number is a port of each, and a service a
    port of those that know it.
    """
    if len(text) > _LONGEST_SPEC:
        raise PortError(f"the port list is longer than {_LONGEST_SPEC:,} characters")
    wanted = {"tcp": bytearray(HIGHEST_PORT + 1), "udp": bytearray(HIGHEST_PORT + 1)}
    current: tuple[Transport, ...] = ("tcp", "udp") if transport == "both" else (transport,)
    for item in text.split(","):
        word = item.strip()
        if word[:2] in _TRANSPORT_MARKS:
            current = ("tcp",) if word[0] == "T" else ("udp",)
            word = word[2:].strip()
        if not word:
            raise PortError(f"the port list {quoted(text)} has an empty item")
        found = [(one, _ports_of(word, one, names)) for one in current]
        if all(ports is None for _, ports in found):
            raise _unknown(word, current, names)
        for one, ports in found:
            _mark(wanted[one], ports or [])
    return PortSelection(tcp=tuple(_marked(wanted["tcp"])), udp=tuple(_marked(wanted["udp"])))


def joined_ports(lists: Sequence[str]) -> str:
    """Several lists as one: in each of them ``T:`` and ``U:`` hold to its own end.

    >>> joined_ports(["U:53", "22,80", "8000,T:443"])
    '22,80,8000,U:53,T:443'
    """
    if len(lists) == 1:
        return lists[0]
    plain: list[str] = []
    marked: list[str] = []
    for one in lists:
        into = plain
        for item in one.split(","):
            if item.strip()[:2] in _TRANSPORT_MARKS:
                into = marked
            into.append(item)
    return ",".join((*plain, *marked))


def _mark(flags: bytearray, ports: Sequence[int]) -> None:
    if isinstance(ports, range):
        flags[ports.start : ports.stop] = b"\x01" * len(ports)
    else:
        for port in ports:
            flags[port] = 1


def _ports_of(word: str, transport: Transport, names: PortNames) -> Sequence[int] | None:
    """The ports of one transport that a word means, None for a name that it does not know. Raises PortError."""
    if word in ("all", "-"):
        return range(1, HIGHEST_PORT + 1)
    top = _TOP.match(word)
    if top:
        known = names.top[transport]
        count = int(top[1])
        if not 1 <= count <= len(known):
            raise PortError(f"top:{count} is out of range: the curated list has {len(known)} {transport} ports")
        return known[:count]
    numbers = parse_port_range(word)
    if numbers is not None:
        return numbers
    return names.services.get((word.lower(), transport)) or names.groups.get(word.lower())


def _unknown(word: str, transports: Sequence[Transport], names: PortNames) -> PortError:
    return PortError(
        f"{quoted(word)} is neither a port nor a service known for {' or '.join(transports)}",
        hint=_hint_for_unknown(word, transports, names),
    )


def _hint_for_unknown(word: str, transports: Sequence[Transport], names: PortNames) -> str:
    search = "nettools port-service --search finds names"
    if word.lower().startswith("top"):
        return "write top:100 for the hundred most useful ports"
    with_transport = _WITH_TRANSPORT.match(word)
    if with_transport:
        return f"did you mean {with_transport[2][0].upper()}:{with_transport[1]}?"
    if word[:2] in ("t:", "u:"):
        return f"did you mean {safe(word[0].upper() + word[1:])[:_LONGEST_GUESS]}?"
    others: dict[Transport, Transport] = {"tcp": "udp", "udp": "tcp"}
    if len(transports) == 1 and (word.lower(), others[transports[0]]) in names.services:
        marker = "U" if transports[0] == "tcp" else "T"
        return f"it is a service of {others[transports[0]]}: {marker}:{safe(word)}"
    if len(word) > _LONGEST_GUESS:
        return search
    known = {name for name, transport in names.services if transport in transports}
    return suggestion(word.lower(), sorted(known.union(names.groups, ["all"])), otherwise=search)


def looks_like_ports(word: str, names: PortNames) -> bool:
    """Whether the last word of a scan is its port list rather than a target.

    So it is when it holds only digits, commas and hyphens, begins with T:, U: or top:, or is a comma list of
    ports and service names. A single bare name is always a target.
    """
    if _NUMBERS.match(word) or word.startswith(PORT_LIST_STARTS):
        return True
    items = word.split(",")
    return len(items) > 1 and all(_is_port_item(item.strip(), names) for item in items)


def _is_port_item(item: str, names: PortNames) -> bool:
    return bool(_NUMBERS.match(item)) or item.startswith(PORT_LIST_STARTS) or is_port_name(item, names)


def is_port_name(word: str, names: PortNames) -> bool:
    """Whether it names ports: a service, a group, or ``all``."""
    is_service = any((word.lower(), transport) in names.services for transport in ("tcp", "udp"))
    return is_service or word.lower() in names.groups or word == "all"


def compact_ports(ports: Iterable[int]) -> str:
    """Ascending ports as ranges.

    >>> compact_ports([1, 2, 3, 7, 9, 10])
    '1-3,7,9-10'
    """
    some = ports if isinstance(ports, (list, tuple, range)) else list(ports)
    if len(some) > 1 and some[-1] - some[0] == len(some) - 1:
        return f"{some[0]}-{some[-1]}"
    return ",".join(f"{first}-{last}" if last > first else str(first) for first, last in _runs(some))


def _runs(ports: Iterable[int]) -> Iterator[tuple[int, int]]:
    first = last = -2
    for port in ports:
        if port == last + 1:
            last = port
            continue
        if first >= 0:
            yield first, last
        first = last = port
    if first >= 0:
        yield first, last


def _marked(flags: bytearray) -> Iterator[int]:
    return compress(range(len(flags)), flags)
