r"""Reading the files of ``data/udp``: one payload each, written so that a line stands beside what it means.

# A comment, to the end of the line.
protocol  dns                     what an answer shows
ports     53 5300-5302            where to send it
source    RFC 1035 §4.1           the specification that it is written from
turn      2                       optional: goes out after the payloads of lower turns (1)
answered-from any-port            optional: the answer may come from another port
silent    WHY                     instead of what follows: this protocol never answers a stranger

send                              the octets of the request, in order:
  hex 01 00                       as they are
  text "OPTIONS\r\n"              ASCII, with \r \n \t \0 \\ \" and \xNN
  line "Max-Forwards: 70"         text and CRLF
  label "version"                 an octet that says how long the text is, then the text (RFC 1035 §3.1)
  random 2 id                     other octets in each probe, which get a name
  token 8 branch                  other hexadecimal digits in each probe
  length 2 +4 {                   a big-endian number of 2 octets: how long the part up to } is, and 4 more
  der 30 {                        an ASN.1 tag and the length of the part up to } (X.690 §8.1)
  fill 1200                       zero octets up to that size

reply                             what every answer holds; several such blocks are alternatives
  at 0 same id
  at 2 hex 80 mask 80             only the bits of the mask count
  at 0 text "SIP/2.0 "
  holds text "ST:"                anywhere
  octets 48 | 48- | 48-68         how long the answer is
"""

import re
from collections.abc import Iterable
from typing import Final

from nettools.core.scan.payload_words import (
    der_length,
    hexadecimal,
    name_of,
    number_of,
    octets_of,
    ports_of,
    signed_number_of,
    text_of,
    words_of,
)
from nettools.core.scan.payloads import Blank, Payload, PayloadTable
from nettools.core.scan.udp_answer import Condition, Copied, Length, Octets
from nettools.core.text import quoted
from nettools.errors import InputError

LARGEST_PAYLOAD: Final = 1400
"""Octets: what fits the Ethernet frames of common paths (1500) with the headers of IPv6, UDP and a tunnel."""

_RANGE: Final = re.compile(r"([0-9]{1,5})(?:(-)([0-9]{1,5})?)?\Z", re.ASCII)
_HEADERS: Final = ("protocol", "ports", "source", "turn", "answered-from", "silent")


def payload_table(files: Iterable[tuple[str, str]]) -> PayloadTable:
    """The payloads of all files, each given as its name and its text. Raises InputError."""
    return PayloadTable(parse_payload(name, text) for name, text in files)


def parse_payload(name: str, text: str) -> Payload:
    """The payload that a file holds. Raises InputError, which names the file and the line."""
    reader = _Reader()
    number = 1
    try:
        for number, line in enumerate(text.splitlines(), 1):  # noqa: B007 -- named when it cannot be read
            reader.take(line)
        return reader.payload(name)
    except ValueError as fault:
        raise InputError(f"payload {quoted(name)}, line {number}: {fault}") from None


class _Reader:
    """Takes the lines of one file in order. Raises ValueError, which says what is wrong with the line."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._protocol = self._source = ""
        self._ports: tuple[int, ...] = ()
        self._turn = 1
        self._silence: str | None = None
        self._request: _Request | None = None
        self._replies: list[list[Condition]] = []

    def take(self, line: str) -> None:
        if self._request is None and self._take_header(line):
            return
        words = words_of(line)
        if not words:
            return
        if words == ["send"] and self._request is None:
            self._request = _Request()
        elif words == ["reply"] and self._request is not None:
            self._request.check_closed()
            self._replies.append([])
        elif self._replies and self._request is not None:
            self._replies[-1].append(_condition(words, self._request))
        elif self._request is not None:
            self._request.take(words)
        else:
            raise ValueError(f"{quoted(words[0])} is neither send nor one of {', '.join(_HEADERS)}")

    def _take_header(self, line: str) -> bool:
        key, *values = line.split(None, 1) or [""]
        if key not in _HEADERS:
            return False
        if not values:
            raise ValueError(f"{key} says nothing")
        if key in self._seen:
            raise ValueError(f"{key} stands here twice")
        self._seen.add(key)
        value = values[0].strip()
        match key:
            case "protocol":
                self._protocol = name_of(value)
            case "ports":
                self._ports = ports_of(value)
            case "source":
                self._source = value
            case "turn":
                self._turn = number_of(value, 1, 99)
            case "silent":
                self._silence = value
            case _ if value != "any-port":
                raise ValueError("answered-from knows only any-port")
        return True

    def payload(self, name: str) -> Payload:
        for needed in ("protocol", "ports", "source"):
            if needed not in self._seen:
                raise ValueError(f"it ends without {needed}")
        if (self._silence is None) == (self._request is None):
            raise ValueError("it needs either send or silent")
        if self._request is not None:
            self._request.check_closed()
            if not self._replies or not all(self._replies):
                raise ValueError("after send, reply has to say what an answer holds")
        return Payload(
            name=name,
            protocol=self._protocol,
            ports=self._ports,
            source=self._source,
            turn=self._turn,
            parts=() if self._request is None else tuple(self._request.parts),
            replies=tuple(map(tuple, self._replies)),
            is_answered_from_any_port="answered-from" in self._seen,
            silence=self._silence,
        )


class _Request:
    """The parts of a request while its lines are read."""

    def __init__(self) -> None:
        self.parts: list[bytes | Blank] = []
        self.places: dict[str, Copied] = {}
        self.size = 0
        self._open: list[tuple[int, int, list[str]]] = []

    def take(self, words: list[str]) -> None:
        match words:
            case ["hex" | "text" as form, *values] if values:
                self._add(octets_of(form, values))
            case ["line", quoted_text]:
                self._add(text_of(quoted_text) + b"\r\n")
            case ["label", quoted_text]:
                label = text_of(quoted_text)
                self._add(bytes([number_of(str(len(label)), 1, 63)]) + label)
            case ["random" | "token" as kind, size, name]:
                self._blank(number_of(size, 1, 512), name_of(name), is_text=kind == "token")
            case ["length", size, "{"] | ["length", size, str(), "{"]:
                number_of(size, 1, 4)
                self._open.append((len(self.parts), self.size, words[:-1]))
            case ["der", tag, "{"]:
                hexadecimal([tag])
                self._open.append((len(self.parts), self.size, words[:-1]))
            case ["}"] if self._open:
                self._close()
            case ["fill", size] if not self._open:
                self._add(bytes(max(0, number_of(size, 1, LARGEST_PAYLOAD) - self.size)))
            case _:
                raise ValueError(f"{quoted(' '.join(words))} is no line of a request")

    def check_closed(self) -> None:
        if self._open:
            raise ValueError("a { lacks its }")

    def _add(self, octets: bytes) -> None:
        self.parts.append(octets)
        self._grow(len(octets))

    def _blank(self, size: int, name: str, *, is_text: bool) -> None:
        if name in self.places:
            raise ValueError(f"{name} stands here twice")
        self.places[name] = Copied(self.size, size)
        self.parts.append(Blank(size, is_text))
        self._grow(size)

    def _close(self) -> None:
        """Put the length before what has come since the brace, and move what is named in there."""
        place, start, (kind, *how) = self._open.pop()
        size = self.size - start
        if kind == "der":
            prefix = hexadecimal(how[:1]) + der_length(size)
        else:
            value, width = size + (signed_number_of(how[1]) if len(how) > 1 else 0), int(how[0])
            if not 0 <= value < 1 << 8 * width:
                raise ValueError(f"{value} does not fit into {width} octets")
            prefix = value.to_bytes(width, "big")
        self.parts.insert(place, prefix)
        for name, copied in self.places.items():
            if copied.start >= start:
                self.places[name] = Copied(copied.start + len(prefix), copied.size)
        self._grow(len(prefix))

    def _grow(self, size: int) -> None:
        self.size += size
        if self.size > LARGEST_PAYLOAD:
            raise ValueError(f"a payload has at most {LARGEST_PAYLOAD} octets")


def _condition(words: list[str], request: _Request) -> Condition:
    match words:
        case ["octets", count] if (found := _RANGE.match(count)) is not None:
            first = int(found[1])
            last = None if found[2] and not found[3] else int(found[3] or first)
            return Length(first, last)
        case ["at", offset, *what]:
            return _wanted(number_of(offset, 0, 65_507), what, request)
        case ["holds", *what] if "mask" not in what:
            return _wanted(None, what, request)
    raise ValueError(f"{quoted(' '.join(words))} is no condition of a reply")


def _wanted(at: int | None, what: list[str], request: _Request) -> Octets:
    match what:
        case ["same", name]:
            if name not in request.places:
                raise ValueError(f"no random or token of the request is called {quoted(name)}")
            return Octets(at, request.places[name])
        case ["hex" | "text" as form, *values] if values:
            values, mask = _split_mask(values) if form == "hex" else (values, None)
            wanted = octets_of(form, values)
            bits = None if mask is None else hexadecimal(mask)
            if bits is not None and len(bits) != len(wanted):
                raise ValueError("the mask is not as long as what it stands for")
            return Octets(at, wanted, bits)
    raise ValueError("an answer is told by hex, text or same NAME")


def _split_mask(values: list[str]) -> tuple[list[str], list[str] | None]:
    if "mask" not in values:
        return values, None
    place = values.index("mask")
    return values[:place], values[place + 1 :]
