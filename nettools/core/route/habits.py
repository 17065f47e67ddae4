"""Words that come to the fingers of those who know ip-route(8): what was meant by them here."""

from collections.abc import Sequence
from typing import Final

from nettools.core.text import quoted, safe
from nettools.errors import OptionError

_TO_EXPLAIN: Final = frozenset({"get"})
_TO_LIST: Final = frozenset({"show", "list", "ls"})
_OPTIONS: Final = {
    "from": "--from",
    "iif": "--iif",
    "oif": "--interface",
    "dev": "--interface",
    "mark": "--mark",
    "tos": "--tos",
    "uid": "--uid",
    "ipproto": "--protocol",
    "sport": "--sport",
    "dport": "--dport",
    "table": "--table",
}
"""A word of ip-route(8) whose value is the next word -> the option that it is here."""


def refuse_words_of_ip_route(words: Sequence[str]) -> None:
    """Raise OptionError where the first word is a verb of ``ip route``, with what to type: here the rest says enough.

    >>> refuse_words_of_ip_route(["192.0.2.1", "get"])
    """
    first = words[0] if words else ""
    if first not in _TO_EXPLAIN | _TO_LIST:
        return
    rest = _in_our_words(words[1:])
    if first in _TO_EXPLAIN and not rest:
        rest = ["192.0.2.1"]
    hint = f"write nettools route {' '.join(rest)}".rstrip()
    raise OptionError(
        f"{quoted(first)} is a word of ip route, and none here", hint=f"{hint}; a host of that name is '{first}.'"
    )


def _in_our_words(words: Sequence[str]) -> list[str]:
    """The words that follow the verb, escaped; where they say a property of the packet, as its option."""
    return [
        _OPTIONS[word] if word in _OPTIONS and place + 1 < len(words) else safe(word)
        for place, word in enumerate(words)
        if word != "to"
    ]
