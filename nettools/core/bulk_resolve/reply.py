"""The answer section of the usual replies, read where it lies: owner, type, TTL, text and octets of each record.

``None`` means that a reply is not usual; then ``parse_message`` and ``status_of`` have the word.
"""

from collections.abc import Callable
from struct import Struct
from struct import error as BadLength  # noqa: N812
from typing import Final

from nettools.core.bulk_resolve.row import PLAIN
from nettools.core.dns.message import ResourceRecord, uncompressed_rdata
from nettools.core.dns.name import LONGEST_LABEL, LONGEST_NAME, BadWireName, folded, name_text, read_name
from nettools.core.dns.presentation import rdata_text
from nettools.core.dns.types import TYPES

AddressText = Callable[[int, bytes], str]
"""inet_ntop(3): (family, packed) -> text."""


_A, _NS, _CNAME, _PTR, _MX, _TXT, _AAAA = (TYPES[name] for name in ("A", "NS", "CNAME", "PTR", "MX", "TXT", "AAAA"))
_ANY: Final = TYPES["ANY"]
_QUESTION_NAME: Final = 0xC00C  # a pointer to the name behind the header, RFC 1035 §4.1.4
_RECORD: Final = Struct(">HHHIH")  # owner as a pointer, type, class, TTL, length of the rdata
_UNPOINTED: Final = Struct(">HHIH")
_HEADER_SIZE: Final = 12
_MOST_TEXTS: Final = 20_000
# What stands for itself in presentation text inside quotes: printable ASCII but quote and backslash.
_PLAIN_TEXT: Final = bytes(octet for octet in range(0x20, 0x7F) if octet not in b'"\\')


Record = tuple[str, int, int, int, str, bytes]
"""Owner, type, class, TTL, text of the rdata, rdata without compression: a bare tuple, since there are millions."""


class AnswerReader:
    """Reads answer sections. ``ipv4`` and ``ipv6`` are the families of ``address_text``."""

    def __init__(self, address_text: AddressText, *, ipv4: int, ipv6: int) -> None:
        self._address_text = address_text
        self._ipv4, self._ipv6 = ipv4, ipv6
        self._texts: dict[bytes, str] = {}
        self._readers: dict[int, Callable[[bytes, int, int], tuple[str, bytes]]] = {
            _A: self._a, _AAAA: self._aaaa, _PTR: self._name, _NS: self._name, _CNAME: self._name,
            _MX: self._mx, _TXT: self._txt,
        }  # fmt: skip

    def read(self, wire: bytes, place: int, count: int, question: bytes, text: str) -> tuple[list[Record], int] | None:
        """The ``count`` records from ``place`` on and the place behind them, when they answer the question.

        The question stands behind the header; ``text`` is its name. None as well for a chain of CNAMEs that is not in
        its order or has no end here.
        """
        wanted = question[-4] << 8 | question[-3]
        if wanted == _ANY:
            return None
        records: list[Record] = []
        target, is_found = b"", False
        try:
            if count == 1:
                pointer, kind, class_, ttl, length = _RECORD.unpack_from(wire, place)
                end = place + 12 + length
                if pointer == _QUESTION_NAME and kind == wanted and class_ == 1 and end <= len(wire):
                    reader = self._readers.get(kind)
                    if reader is not None:
                        shown, rdata = reader(wire, place + 12, end)
                        return [(text, kind, class_, ttl, shown, rdata)], end
            for _ in range(count):
                pointer, kind, class_, ttl, length = _RECORD.unpack_from(wire, place)
                start = place + 12
                owner, name = text, b""
                if pointer != _QUESTION_NAME:
                    name, place = read_name(wire, place)
                    kind, class_, ttl, length = _UNPOINTED.unpack_from(wire, place)
                    start = place + 10
                    owner = self._text(name)
                place = start + length
                if place > len(wire) or class_ != 1:
                    return None
                reader = self._readers.get(kind)
                shown, rdata = reader(wire, start, place) if reader else self._other(wire, kind, start, place)
                if kind in (wanted, _CNAME):
                    is_of_target = folded(name or question[:-4]) == folded(target or question[:-4])
                    if kind == wanted:
                        is_found = is_found or is_of_target
                    elif is_found or not is_of_target:
                        return None
                    else:
                        target = rdata
                records.append((owner, kind, class_, ttl, shown, rdata))
        except (BadWireName, BadLength, IndexError):
            return None
        return (records, place) if is_found else None

    def _text(self, name: bytes) -> str:
        text = self._texts.get(name)
        if text is None:
            if len(self._texts) >= _MOST_TEXTS:
                self._texts.clear()
            text = self._texts[name] = name_text(name)
        return text

    def _a(self, wire: bytes, start: int, end: int) -> tuple[str, bytes]:
        rdata = wire[start:end]
        if len(rdata) != 4:
            raise BadWireName("an IPv4 address has four octets")
        return self._address_text(self._ipv4, rdata), rdata

    def _aaaa(self, wire: bytes, start: int, end: int) -> tuple[str, bytes]:
        rdata = wire[start:end]
        if len(rdata) != 16:
            raise BadWireName("an IPv6 address has sixteen octets")
        return self._address_text(self._ipv6, rdata), rdata

    def _name(self, wire: bytes, start: int, end: int) -> tuple[str, bytes]:
        labels: list[bytes] = []
        place = start
        while 0 < (length := wire[place]) <= LONGEST_LABEL:
            behind = place + 1 + length
            labels.append(wire[place + 1 : behind])
            place = behind
        if length == 0 and place + 1 == end and end - start <= LONGEST_NAME:
            text = b".".join(labels)
            if not text.translate(None, PLAIN) and text.count(b".") == len(labels) - 1:
                return text.decode("ascii") + ".", wire[start:end]
        name, behind = read_name(wire, start)
        if behind != end:
            raise BadWireName("the name does not fill its rdata")
        return name_text(name), name

    def _mx(self, wire: bytes, start: int, end: int) -> tuple[str, bytes]:
        name, behind = read_name(wire, start + 2)
        if behind != end:
            raise BadWireName("the name does not fill its rdata")
        return f"{wire[start] << 8 | wire[start + 1]} {self._text(name)}", wire[start : start + 2] + name

    def _txt(self, wire: bytes, start: int, end: int) -> tuple[str, bytes]:
        rdata, place = wire[start:end], 0
        strings: list[str] = []
        while place < len(rdata):
            behind = place + 1 + rdata[place]
            string = rdata[place + 1 : behind]
            if behind > len(rdata) or string.translate(None, _PLAIN_TEXT):
                return self._other(wire, _TXT, start, end)
            strings.append(f'"{string.decode("ascii")}"')
            place = behind
        return " ".join(strings), rdata

    def _other(self, wire: bytes, kind: int, start: int, end: int) -> tuple[str, bytes]:
        rdata = uncompressed_rdata(wire, kind, start, end)
        record = ResourceRecord(name=b"\0", type=kind, class_=1, ttl=0, rdata=rdata)
        return rdata_text(record), rdata
