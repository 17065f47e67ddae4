"""hosts(5), searched for one name in pieces of any size, so that a file of 100 MB needs no room.

Source: nss/nss_files/files-hosts.c of glibc 2.36: fields are separated by white space, ``#`` ends a line wherever it
stands, names are compared without regard to case, an address must be whole (inet_pton) and has no zone.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from nettools.core.address import Address, parse_ipv4, parse_ipv6
from nettools.errors import AddressError

_LONGEST_LINE: Final = 1 << 20
"""Octets: a longer line is not looked at."""
_LONGEST_TEXT: Final = 200
MOST_ENTRIES: Final = 1000
"""Lines with the name that are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostsEntry:
    """A line that has the name."""

    line: int
    """Its number, from 1."""
    address: Address
    text: str
    """The beginning of the line, without its comment; octets that are no UTF-8 as surrogates."""


class HostsSearch:
    """Collects the lines that give addresses to one name."""

    def __init__(self, name: str) -> None:
        self._name = name.encode("utf-8", "surrogateescape").lower()
        literal = re.escape(self._name)
        # It begins with the literal, so that the engine passes over text as fast as memchr does.
        self._field = re.compile(rb"%b(?<=\s%b)(?=[\s#\0]|\Z)" % (literal, literal))
        self._carried = b""
        self._is_too_long = False
        self._lines = 0
        self.entries: list[HostsEntry] = []

    def feed(self, piece: bytes) -> None:
        """The next octets of the file."""
        data = self._carried + piece
        end = data.rfind(b"\n") + 1
        if end:
            start = data.find(b"\n") + 1 if self._is_too_long else 0
            self._lines += bool(start)
            self._is_too_long = False
            self._search(data[start:end])
        self._carried = data[end:]
        if len(self._carried) > _LONGEST_LINE:
            self._carried, self._is_too_long = b"", True

    def finish(self) -> tuple[HostsEntry, ...]:
        """The file is over: the lines with the name, in their order."""
        if not self._is_too_long:
            self._search(self._carried)
        self._carried = b""
        return tuple(self.entries)

    def _search(self, block: bytes) -> None:
        """Look at the whole lines that have the name as a field; all others are only passed over."""
        counted = end = 0
        for match in self._field.finditer(block.lower()) if self._name else ():
            if match.start() < end:
                continue  # the name stands twice in its line
            start = block.rfind(b"\n", 0, match.start()) + 1
            end = block.find(b"\n", match.end())
            end = len(block) if end < 0 else end
            self._lines += block.count(b"\n", counted, start)
            counted = start
            self._look_at(block[start:end], self._lines + 1)
        self._lines += block.count(b"\n", counted)

    def _look_at(self, line: bytes, number: int) -> None:
        told = line.partition(b"\0")[0].partition(b"#")[0].strip()
        fields = told.split()
        if self._name not in (field.lower() for field in fields[1:]) or len(self.entries) >= MOST_ENTRIES:
            return
        address = _address(fields[0].decode("ascii", "replace"))
        if address is not None:
            text = told[:_LONGEST_TEXT].decode("utf-8", "surrogateescape")
            self.entries.append(HostsEntry(line=number, address=address, text=text))


def _address(text: str) -> Address | None:
    try:
        return IPv6Address(parse_ipv6(text)) if ":" in text else IPv4Address(parse_ipv4(text))
    except AddressError:
        return None
