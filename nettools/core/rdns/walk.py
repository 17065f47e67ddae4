"""Finding the names of an IPv6 network without asking for each of its addresses.

The reverse tree has a label for each nibble. A server that says NXDOMAIN for a node has nothing below it (RFC 8020), so
whole branches fall away; NOERROR without data is an empty non-terminal, below which there is something.

Two kinds of server make such a walk meaningless, and are told: one that says NXDOMAIN for empty non-terminals too,
which shows where an address below a missing node exists, and a wildcard, below which everything exists.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import Final, Literal

from nettools.core.bulk_resolve.row import Row
from nettools.core.dns.types import TYPES
from nettools.core.outcome import Failure
from nettools.core.rdns.targets import Walk

MOST_QUERIES: Final = 1_000_000
_NIBBLES: Final = 32
_QUESTION_END: Final = TYPES["PTR"].to_bytes(2, "big") + b"\x00\x01"
_IP6_ARPA: Final = b"\x03ip6\x04arpa\x00"
_USUAL_HOSTS: Final = (1, 2, 0x53)
"""What administrators call the first machines of a network, and the name server."""
_EXISTS: Final = frozenset({"answered", "nodata"})

Purpose = Literal["node", "wildcard", "host"]


@dataclass(frozen=True, slots=True)
class _Asked:
    purpose: Purpose
    nibbles: int
    """How many nibbles the node has."""
    value: int


class NibbleWalk:
    """A source of questions that grows with their answers. ``entropy`` gives that many random octets."""

    def __init__(self, target: Walk, *, entropy: Callable[[int], bytes], most_queries: int = MOST_QUERIES) -> None:
        self._first = target.network
        self._last = target.network | (1 << 128 - target.length) - 1
        self._length = target.length
        self._entropy = entropy
        self._left = most_queries
        self._waiting: list[_Asked] = []
        self._asked: dict[int, _Asked] = {}
        self._number = 0
        self._root = target.length // 4
        self.found: set[int] = set()
        self.warnings: list[str] = []
        self._failed: list[str] = []
        self._add_nodes(self._root, [target.network >> 4 * (_NIBBLES - self._root)])

    def take(self, most: int) -> Sequence[Row]:
        """Questions that may be asked now."""
        rows: list[Row] = []
        while self._waiting and len(rows) < most:
            if self._left == 0:
                self._waiting.clear()
                self.warnings.append("the walk was cut short: there are more names than it may ask for")
                break
            self._left -= 1
            asked = self._waiting.pop()
            self._asked[self._number] = asked
            rows.append(self._row(asked))
            self._number += 1
        return rows

    @property
    def failure(self) -> Failure | None:
        """What could not be asked, below which there may be names."""
        if not self._failed:
            return None
        more = f" (and {len(self._failed) - 1:,} more parts)" if len(self._failed) > 1 else ""
        return Failure(
            input=f"{IPv6Address(self._first)}/{self._length}",
            line=None,
            kind="unanswered",
            message=f"nobody could say what is in {self._failed[0]}{more}",
            hint=None,
            unreadable=False,
        )

    def _row(self, asked: _Asked) -> Row:
        digits = f"{asked.value:0{asked.nibbles}x}"[::-1] if asked.nibbles else ""
        labels = [digit.encode() for digit in digits]
        if asked.purpose == "wildcard":
            # No nibble: nobody has such a name, unless a wildcard makes it.
            labels.insert(0, b"nettools-" + self._entropy(6).hex().encode())
        wire = b"".join(bytes([len(label)]) + label for label in labels) + _IP6_ARPA
        text = "".join(f"{label.decode()}." for label in labels) + "ip6.arpa."
        return self._number, wire + _QUESTION_END, text, 0

    def answered(self, number: int, status: str) -> None:
        """What came of the question with this number."""
        asked = self._asked.pop(number)
        if status not in _EXISTS and status != "nxdomain":
            self._failed.append(f"{self._network(asked)}: {status}")
        elif asked.purpose == "wildcard":
            if status in _EXISTS:
                self.warnings.append(f"a wildcard names every address below {self._network(asked)}: not walked")
                return
        elif asked.purpose == "host":
            if status in _EXISTS:
                self._note_broken()
                self.found |= {asked.value} if status == "answered" else set()
            return
        elif status == "nxdomain":
            self._ask_hosts(asked)
            return
        elif asked.nibbles == _NIBBLES:
            self.found |= {asked.value} if status == "answered" else set()
            return
        else:
            self._waiting.append(_Asked("wildcard", asked.nibbles, asked.value))
            return
        # Here is a node that exists, or may: a wildcard probe that failed or found nothing, a node that failed.
        if asked.purpose == "wildcard":
            self._add_nodes(asked.nibbles + 1, [asked.value << 4 | nibble for nibble in range(16)])

    def _add_nodes(self, nibbles: int, values: Sequence[int]) -> None:
        shift = 4 * (_NIBBLES - nibbles)
        for value in reversed(values):
            if value << shift <= self._last and (value + 1 << shift) - 1 >= self._first:
                self._waiting.append(_Asked("node", nibbles, value))

    def _ask_hosts(self, missing: _Asked) -> None:
        """Below the topmost nodes that are said to be missing, ask for what would be there if anything were."""
        if self._root < _NIBBLES and missing.nibbles <= self._root + 1:
            shift = 4 * (_NIBBLES - missing.nibbles)
            for host in _USUAL_HOSTS:
                value = max(missing.value << shift, self._first) + host
                if value <= min(self._last, (missing.value + 1 << shift) - 1):
                    self._waiting.append(_Asked("host", _NIBBLES, value))

    def _note_broken(self) -> None:
        warning = (
            "the server says NXDOMAIN for names that have others below them (RFC 8020): the walk misses most names"
        )
        if warning not in self.warnings:
            self.warnings.append(warning)

    def _network(self, node: _Asked) -> str:
        return f"{IPv6Address(node.value << 4 * (_NIBBLES - node.nibbles))}/{4 * node.nibbles}"
