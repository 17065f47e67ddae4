"""Authentication fields of HTTP: what a proxy wants, and what a client says (RFC 9110 §11.2 to §11.6)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

_WORD: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_SEPARATORS: Final = re.compile(r"[ \t,]*")
_PARAMETER: Final = re.compile(rf'({_WORD})[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|({_WORD}))[ \t]*(?=,|\Z)', re.ASCII)
_SCHEME: Final = re.compile(rf"({_WORD})(?:[ \t]+|(?=,|\Z))", re.ASCII)
_TOKEN68: Final = re.compile(r"([A-Za-z0-9._~+/-]+=*)[ \t]*(?=,|\Z)", re.ASCII)
_ESCAPED: Final = re.compile(r"\\(.)")
_QUOTED: Final = re.compile(r'(["\\])')


@dataclass(frozen=True, slots=True)
class Challenge:
    """One scheme with what stands behind it; credentials have the same form. Names are lower-case."""

    scheme: str
    token: str = ""
    """The one word of schemes without parameters: Basic credentials, Negotiate."""
    parameters: Mapping[str, str] = field(default_factory=dict)


def parse_challenges(values: Iterable[str]) -> list[Challenge]:
    """Those of all fields of one name, in their order. What cannot be read ends its field, and is no error."""
    return [challenge for value in values for challenge in _of_field(value)]


def _of_field(value: str) -> list[Challenge]:
    found: list[Challenge] = []
    parameters: dict[str, str] = {}
    at = 0
    while True:
        separators = _SEPARATORS.match(value, at)
        assert separators is not None  # it matches nothing at all as well
        at = separators.end()
        match = _PARAMETER.match(value, at)
        if match is not None and found:
            text = match[3] if match[2] is None else _ESCAPED.sub(r"\1", match[2])
            parameters.setdefault(match[1].lower(), text)
            at = match.end()
            continue
        match = _SCHEME.match(value, at)
        if match is None:
            return found
        parameters = {}
        at = match.end()
        token = None if _PARAMETER.match(value, at) else _TOKEN68.match(value, at)
        if token is not None:
            at = token.end()
        found.append(Challenge(match[1].lower(), token[1] if token is not None else "", parameters))


def quoted_string(text: str) -> str:
    r"""``text`` in quotes (RFC 9110 §5.6.4).

    >>> print(quoted_string('a"b'))
    "a\"b"
    """
    return '"' + _QUOTED.sub(r"\\\1", text) + '"'
