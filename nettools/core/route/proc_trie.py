"""/proc/net/fib_trie: type, scope and TOS of IPv4's routes, which /proc/net/route leaves out.

Source: the kernel's net/ipv4/fib_trie.c (fib_trie_seq_show(), rtn_scope(), rtn_type()). It has neither gateways nor
interfaces. While no policy rule was ever made, the tables local and main are one trie, which is shown twice.
"""

import re
from typing import Final, NamedTuple

from nettools.core.address import parse_ipv4
from nettools.core.prefix import Prefix, prefix_of
from nettools.errors import AddressError

_LEAF: Final = re.compile(r" *\|-- ([0-9.]{7,15})\Z", re.ASCII)
_ENTRY: Final = re.compile(r" */([0-9]{1,2}) (\S+) ([A-Z]+|type [0-9]+)(?: tos=([0-9]{1,3}))?\Z", re.ASCII)
_LEFT_OUT: Final = frozenset({"broadcast", "multicast"})
"""Types that /proc/net/route does not list."""


class TrieEntry(NamedTuple):
    """One route of a trie: the words are those of ``Route``."""

    type: str
    scope: str
    tos: int


def parse_fib_trie(text: str) -> dict[Prefix, tuple[TrieEntry, ...]]:
    """What stands under ``Main:``, in the order of /proc/net/route, but for what that does not list."""
    found: dict[Prefix, tuple[TrieEntry, ...]] = {}
    is_main = False
    key: int | None = None
    for line in text.split("\n"):
        if not line.startswith(" "):
            is_main, key = line == "Main:", None
            continue
        if not is_main:
            continue
        if leaf := _LEAF.match(line):
            key = _number(leaf[1])
        elif (entry := _ENTRY.match(line)) and key is not None and int(entry[1]) <= 32:
            kind = entry[3].removeprefix("type ").lower()
            if kind not in _LEFT_OUT:
                prefix = prefix_of(4, key, int(entry[1]))
                scope = "global" if entry[2] == "universe" else entry[2].removeprefix("scope=")
                found[prefix] = (*found.get(prefix, ()), TrieEntry(type=kind, scope=scope, tos=int(entry[4] or 0)))
    return found


def _number(text: str) -> int | None:
    try:
        return parse_ipv4(text)
    except AddressError:
        return None
