"""Words that come to the fingers of those who know dig(1), and types that were mistyped: what was meant by them."""

from collections.abc import Iterable, Sequence
from typing import Final

from nettools.core.dns.types import TYPES
from nettools.core.text import quoted, safe
from nettools.errors import OptionError

_SHORTER: Final = "--short or --format dig"
_WITHOUT_VALUE: Final = {
    "short": "--short",
    "trace": "--trace",
    "dnssec": "--dnssec",
    "do": "--dnssec",
    "tcp": "--tcp",
    "vc": "--tcp",
    "nsid": "--nsid",
    "cookie": "--cookie",
    "norecurse": "--no-rd",
    "norec": "--no-rd",
    "nordflag": "--no-rd",
    "cd": "--cd",
    "cdflag": "--cd",
    "ad": "--ad",
    "adflag": "--ad",
    "noedns": "--no-edns",
    "search": "--search",
    "nosearch": "--no-search",
    "noall": _SHORTER,
    "answer": _SHORTER,
}
"""What stands behind dig's ``+`` -> what it is here (BIND 9, dig(1), "QUERY OPTIONS")."""
_WITH_VALUE: Final = {"time": "--timeout", "timeout": "--timeout", "tries": "--tries", "bufsize": "--bufsize",
                      "subnet": "--subnet"}  # fmt: skip
OPTIONS: Final = {**_WITHOUT_VALUE, **_WITH_VALUE}
"""All words of dig that have an option here."""

_SHORTEST_SLIP: Final = 2
"""A single letter is the name of a host more often than a slip."""
_MOST_MEANT: Final = 2


def refuse_plus_words(words: Iterable[str]) -> None:
    """Raise OptionError for words that begin with ``+``: nobody means a name by one, and dig takes them for options.

    >>> refuse_plus_words(["www.test", "mx"])
    """
    given = list(dict.fromkeys(word for word in words if word.startswith("+")))
    if not given:
        return
    unknown = [word for word in given if option_for(word) is None]
    if unknown:
        raise OptionError(
            f"there is no word {quoted(unknown[0])}: an option begins with --",
            hint="nettools resolve --help lists the options; behind -n any word is a name",
        )
    meant: dict[str, list[str]] = {}
    for word in given:
        meant.setdefault(option_for(word) or "", []).append(safe(word))
    said = [f"{' '.join(those)} {'is' if len(those) == 1 else 'are'} {option}" for option, those in meant.items()]
    raise OptionError(f"dig's {', '.join(said)}", hint="nettools resolve --help lists the options")


def option_for(word: str) -> str | None:
    """What one of dig's words is here; None where it is none, or there is nothing like it.

    >>> option_for("+short"), option_for("+time=3"), option_for("+qr")
    ('--short', '--timeout 3', None)
    """
    name, sign, value = word.removeprefix("+").lower().partition("=")
    if name in _WITH_VALUE:
        return f"{_WITH_VALUE[name]} {safe(value)}" if value else f"{_WITH_VALUE[name]} and a value"
    return None if sign else _WITHOUT_VALUE.get(name)


def slips(names: Sequence[str]) -> dict[str, str]:
    """The names that look like a type with one slip beside others that do not -> what is to be said of them.

    >>> slips(["www.test", "AAAAA"])
    {'AAAAA': 'AAAAA is taken for a name; did you mean AAAA?'}
    """
    meant = {name: types_near(name) for name in names}
    if all(meant.values()):
        return {}
    return {
        name: f"{name} is taken for a name; did you mean {' or '.join(types[:_MOST_MEANT])}?"
        for name, types in meant.items()
        if types
    }


def types_near(word: str) -> tuple[str, ...]:
    """The types that are one inserted, missing or wrong letter, or two swapped ones, from a word of capitals.

    >>> types_near("MXX"), types_near("mxx"), types_near("MX")
    (('MX',), (), ())
    """
    is_like_type = word.isascii() and word.isalpha() and word.isupper() and len(word) >= _SHORTEST_SLIP
    if not is_like_type or word in TYPES:
        return ()
    return tuple(name for name in TYPES if len(name) >= _SHORTEST_SLIP and _is_one_slip(word, name))


def _is_one_slip(given: str, meant: str) -> bool:
    start = 0
    while start < min(len(given), len(meant)) and given[start] == meant[start]:
        start += 1
    rest, wanted = given[start:], meant[start:]
    return (
        rest[1:] == wanted[1:]
        or rest[1:] == wanted
        or rest == wanted[1:]
        or (rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:])
    )
