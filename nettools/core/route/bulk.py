"""Long route tables straight from netlink to lines of JSON.

In a table of 10,000 routes nearly all messages have the same shape: the same attributes in the same places, of which
only the destination, the gateway, the interface and the metric differ. The first message of a shape is read as every
other (``parse_route``), and its JSON becomes a template; for the rest of them four values are cut out and put in. A
message of no known shape is read the long way, so that the lines are the same, byte for byte, as without this module.
"""

from collections.abc import Callable, Collection, Iterator
from functools import partial
from ipaddress import IPv6Address
from operator import call, itemgetter
from struct import Struct
from typing import Final, NamedTuple

from nettools.core.address import format_address
from nettools.core.ifaces.report import Family
from nettools.core.netlink.address import AF_INET, AF_INET6
from nettools.core.netlink.names import Names
from nettools.core.netlink.route import parse_route
from nettools.core.netlink.route_header import (
    RTA_DST,
    RTA_GATEWAY,
    RTA_OIF,
    RTA_PRIORITY,
    RTM_NEWROUTE,
    RTMSG,
    is_of_table,
)
from nettools.core.netlink.wire import HEADER, attribute_places, number
from nettools.core.record import Json, to_json
from nettools.core.route.report import Route

Encode = Callable[[Json], str]
AddressText = Callable[[int, bytes], str]
"""inet_ntop(3): (family, packed) -> text."""

_KEY_BYTES: Final = HEADER.size + RTMSG.size
"""Length, type, flags, sequence and the route's own header: alike for routes of one shape."""
PLACE_MARK: Final = "\0"
"""Stands where a value is put in; in no text that the kernel gives."""
_DESTINATION_MARK: Final = "\0\0"
_MOST_SHAPES_A_KEY: Final = 8
_WIDTH: Final = {AF_INET: 4, AF_INET6: 16}
_FIELDS: Final = {RTA_DST: "dst", RTA_GATEWAY: "gateway", RTA_OIF: "dev", RTA_PRIORITY: "metric"}
"""What differs between routes of one shape: attribute -> JSON key."""


class _Shape(NamedTuple):
    layout: Struct
    """Of what follows the key: bytes that are alike and values that differ, in turns."""
    alike: tuple[bytes, ...]
    pick: Callable[[tuple[bytes, ...]], tuple[bytes, ...]]
    """Those of the cut-out parts that go into the template, in its order."""
    convert: tuple[Callable[[bytes], str], ...]
    """How each of them becomes JSON."""
    pieces: tuple[str, ...]
    """The template: text that is alike, and in turns with it an empty place for each value."""


class RouteLines:
    """Turns datagrams of a dump into the JSON of their routes, one text for each."""

    def __init__(
        self,
        names: Names,
        encode: Encode,
        address_text: AddressText,
        families: Collection[Family] | None = None,
        parse: Callable[[bytes], Route | None] | None = None,
        tell: Callable[[Route], Json] = to_json,
    ) -> None:
        """``families`` are those wanted, None all; ``parse`` reads one message, None as ``parse_route`` does.

        ``tell`` makes of a route what ``encode`` makes the text of, with the keys of its JSON.
        """
        self._tell = tell
        self._names = names
        self._families = families
        self._parse = parse or partial(parse_route, names=names)
        self._encode = encode
        self._address_text = address_text
        self._shapes: dict[bytes, list[_Shape]] = {}
        self._sequence = 0

    def of_datagram(self, datagram: bytes, sequence: int) -> list[str]:
        """The routes of the messages that answer the request with this sequence number."""
        if sequence != self._sequence:
            self._shapes.clear()  # a shape holds the number of the request that it answers
            self._sequence = sequence
        known, end, place = self._shapes.get, len(datagram), 0
        lines: list[str] = []
        while place + _KEY_BYTES <= end:
            start = place + _KEY_BYTES
            for layout, alike, pick, convert, pieces in known(datagram[place:start], ()):
                if start + layout.size > end:
                    return lines  # cut short
                parts = layout.unpack_from(datagram, start)
                if parts[::2] == alike:
                    line = [*pieces]
                    line[1::2] = map(call, convert, pick(parts))
                    lines.append("".join(line))
                    place = start + layout.size
                    break
            else:
                length, kind, _flags, number, _port = HEADER.unpack_from(datagram, place)
                if length < HEADER.size or place + length > end:
                    break
                if kind == RTM_NEWROUTE and number == sequence:
                    lines += self._read(datagram[place : place + length])
                place += length + 3 & ~3
        return lines

    def _read(self, message: bytes) -> Iterator[str]:
        """The long way, which leaves a shape behind."""
        body = message[HEADER.size :]
        if self._families is not None and not is_of_table(body, self._families):
            return
        route = self._parse(body)
        if route is None:
            return
        told = self._tell(route)
        yield self._encode(told)
        known = self._shapes.setdefault(message[:_KEY_BYTES], [])
        if len(message) % 4 == 0 and len(known) < _MOST_SHAPES_A_KEY and isinstance(told, dict):
            known += self._shapes_of(message, told)

    def _shapes_of(self, message: bytes, body: dict[str, Json]) -> Iterator[_Shape]:
        """The shape of the message; none where too little differs for a template to be worth it."""
        family = message[HEADER.size]
        layout, since = "=", _KEY_BYTES
        alike: list[bytes] = []
        found: dict[str, tuple[int, Callable[[bytes], str]]] = {}
        for kind, start, stop in attribute_places(message, _KEY_BYTES):
            key = _FIELDS.get(kind)
            if (
                key is None
                or key in found
                or stop - start != (4 if kind in (RTA_OIF, RTA_PRIORITY) else _WIDTH[family])
            ):
                continue
            layout += f"{start - since}s{stop - start}s"
            found[key] = 2 * len(alike) + 1, self._converter(kind, message)
            alike.append(message[since:start])
            since = stop
        layout += f"{len(message) - since}s"
        alike.append(message[since:])
        marked: dict[str, Json] = {key: PLACE_MARK if key in found else value for key, value in body.items()}
        length = message[HEADER.size + 1]
        if "dst" in found:
            marked["dst"] = _DESTINATION_MARK
        mark = self._encode(PLACE_MARK)
        template = self._encode(marked).replace(self._encode(_DESTINATION_MARK), f'"{mark}/{length}"')
        chosen = [found[key] for key in marked if key in found]
        if len(chosen) > 1:
            pieces = [piece for text in template.split(mark) for piece in (text, "")][:-1]
            pick = itemgetter(*(index for index, _ in chosen))
            yield _Shape(Struct(layout), tuple(alike), pick, tuple(convert for _, convert in chosen), tuple(pieces))

    def _converter(self, kind: int, message: bytes) -> Callable[[bytes], str]:
        if kind == RTA_PRIORITY:
            return _Cache(lambda value: str(number(value))).__getitem__
        if kind == RTA_OIF:
            return _Cache(lambda value: self._encode(to_json(self._names.interface(number(value))))).__getitem__
        address = partial(self._address_text, AF_INET) if message[HEADER.size] == AF_INET else self._ipv6_text
        return address if kind == RTA_DST else _Cache(lambda value: f'"{address(value)}"').__getitem__

    def _ipv6_text(self, value: bytes) -> str:
        """The C library writes some addresses with a dotted tail where RFC 5952 does not."""
        text = self._address_text(AF_INET6, value)
        return text if "." not in text else format_address(IPv6Address(value))


class _Cache(dict[bytes, str]):
    """Remembers what it has worked out: few gateways and interfaces serve many routes."""

    def __init__(self, work: Callable[[bytes], str]) -> None:
        self._work = work

    def __missing__(self, value: bytes) -> str:
        found = self[value] = self._work(value)
        return found
