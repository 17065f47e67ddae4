"""What is trusted without proof: the keys that chains of trust begin with, and the two forms in which files hold them.

DS and DNSKEY records as zone files write them (RFC 1035 §5.1), or the clauses ``trust-anchors``, ``managed-keys`` and
``trusted-keys`` of BIND's named.conf (BIND 9 Administrator Reference Manual, "trust-anchors Block Grammar").
"""

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from nettools.core.dns.name import is_below, name_from_text
from nettools.core.dns.types import CLASSES
from nettools.core.dnssec.algorithms import DIGEST_SIZES, algorithm_number, digest_name
from nettools.core.dnssec.records import Dnskey, Ds
from nettools.core.text import quoted
from nettools.errors import DomainNameError, InputError

BUNDLED: Final = "root-anchors.txt"
"""The data file with the anchors of the root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustAnchor:
    """A key of a zone, whole or as a digest."""

    zone: bytes
    key: Ds | Dnskey


def closest_anchors(anchors: Sequence[TrustAnchor], name: bytes) -> tuple[TrustAnchor, ...]:
    """The anchors of the deepest zone that the name is in; none when no anchor covers it."""
    above = [one for one in anchors if is_below(name, one.zone)]
    deepest = max((len(one.zone) for one in above), default=0)
    return tuple(one for one in above if len(one.zone) == deepest)


class _Word(NamedTuple):
    text: str
    line: int


_CLAUSE: Final = re.compile(r"(?:^|[\s;}])(?:trust-anchors|managed-keys|trusted-keys)\s*\{")
_BIND_WORDS: Final = re.compile(r'/\*.*?\*/|//[^\n]*|#[^\n]*|"[^"]*"|[{};]|[^\s{};"]+', re.DOTALL)
_ZONE_WORDS: Final = re.compile(r";[^\n]*|\n[ \t]*|[()]|[^\s();]+")
_TTL: Final = re.compile(r"(?:[0-9]+[smhdw]?)+\Z", re.ASCII | re.IGNORECASE)


def parse_trust_anchors(text: str, file: str) -> tuple[TrustAnchor, ...]:
    """The anchors in the text of a file. Raises InputError, which names the file and the line."""
    entries = _bind_entries(text, file) if _CLAUSE.search(text) else _zone_entries(text, file)
    anchors = tuple(_anchor(words, file) for words in entries)
    if not anchors:
        raise InputError(
            f"{file} holds no trust anchor",
            hint="write DS or DNSKEY records as zone files do, or BIND's trust-anchors clause",
        )
    return anchors


def _zone_entries(text: str, file: str) -> Iterator[list[_Word]]:
    """Each record as its words: owner, DS or DNSKEY, rdata; a line that begins with a blank keeps the owner."""
    owner: _Word | None = None
    for words, has_owner in _zone_lines(text):
        first, *rest = words if has_owner else [owner or words[0], *words]
        if first.text.startswith("$"):
            if first.text.upper() != "$TTL":
                raise _error(file, first, f"{quoted(first.text)} is not read here", "write the owner's name in full")
            continue
        if owner is None and not has_owner:
            raise _error(file, words[0], "the record has no owner")
        owner = first
        while rest and (rest[0].text.upper() in CLASSES or _TTL.match(rest[0].text)):
            rest = rest[1:]
        yield [first, *rest]


def _zone_lines(text: str) -> Iterator[tuple[list[_Word], bool]]:
    """The words of each line, parentheses joining lines, and whether the line begins with its owner."""
    words: list[_Word] = []
    line, depth, is_indented = 1, 0, text[:1] in (" ", "\t")
    for match in _ZONE_WORDS.finditer(text):
        found = match[0]
        if found[0] == "\n":
            line += 1
            if depth == 0:
                if words:
                    yield words, not is_indented
                words, is_indented = [], len(found) > 1
        elif found in ("(", ")"):
            depth = max(0, depth + (1 if found == "(" else -1))
        elif found[0] != ";":
            words.append(_Word(found, line))
    if words:
        yield words, not is_indented


def _bind_entries(text: str, file: str) -> Iterator[list[_Word]]:
    """Each entry of the clauses as its words: owner, DS or DNSKEY, rdata. Other clauses are passed over."""
    clause, depth, words = "", 0, list[_Word]()
    for match in _BIND_WORDS.finditer(text):
        found = match[0]
        line = text.count("\n", 0, match.start()) + 1
        if found.startswith(("/*", "//", "#")):
            continue
        if found == "{":
            depth += 1
            if depth == 1:
                clause = words[0].text if words else ""
                words = []
        elif found == "}":
            depth -= 1
        elif found == ";":
            if depth == 1 and words and clause in ("trust-anchors", "managed-keys", "trusted-keys"):
                yield _bind_entry(words, clause, file)
            words = []
        else:
            words.append(_Word(found.strip('"'), line))
    if depth or words:
        raise _error(file, _Word("", text.count("\n") + 1), "the clause does not end", "it ends with };")


_BIND_TYPES: Final = {"static-key": "DNSKEY", "initial-key": "DNSKEY", "static-ds": "DS", "initial-ds": "DS"}


def _bind_entry(words: list[_Word], clause: str, file: str) -> list[_Word]:
    if clause == "trusted-keys":
        return [words[0], _Word("DNSKEY", words[0].line), *words[1:]]
    kind = _BIND_TYPES.get(words[1].text) if len(words) > 1 else None
    if kind is None:
        wrong = words[min(1, len(words) - 1)]
        raise _error(file, wrong, f"{quoted(wrong.text)} is none of {', '.join(_BIND_TYPES)}")
    return [words[0], _Word(kind, words[1].line), *words[2:]]


def _anchor(words: list[_Word], file: str) -> TrustAnchor:
    owner, *rest = words
    if not rest or rest[0].text.upper() not in ("DS", "DNSKEY"):
        wrong = rest[0] if rest else owner
        raise _error(file, wrong, f"{quoted(wrong.text)} is not DS or DNSKEY", "a trust anchor is one of those")
    try:
        zone = name_from_text(owner.text)
    except DomainNameError as error:
        raise _error(file, owner, error.message) from None
    kind, *fields = rest
    if len(fields) < 4:
        raise _error(file, kind, f"a {kind.text.upper()} record has four fields, and this one {len(fields)}")
    first, second, third = fields[:3]
    data = _Word("".join("".join(one.text for one in fields[3:]).split()), fields[3].line)
    if kind.text.upper() == "DS":
        return TrustAnchor(zone=zone, key=_ds(first, second, third, data, file))
    return TrustAnchor(zone=zone, key=_dnskey(first, second, third, data, file))


def _ds(tag: _Word, algorithm: _Word, digest_type: _Word, data: _Word, file: str) -> Ds:
    kind = _number(digest_type, 0xFF, "digest type", file)
    try:
        digest = bytes.fromhex(data.text)
    except ValueError:
        raise _error(file, data, f"the digest {quoted(data.text)} is not hexadecimal") from None
    size = DIGEST_SIZES.get(kind, len(digest))
    if len(digest) != size:
        raise _error(file, data, f"a {digest_name(kind)} digest has {size} octets, and this one {len(digest)}")
    return Ds(
        tag=_number(tag, 0xFFFF, "key tag", file),
        algorithm=_algorithm(algorithm, file),
        digest_type=kind,
        digest=digest,
    )


def _dnskey(flags: _Word, protocol: _Word, algorithm: _Word, data: _Word, file: str) -> Dnskey:
    try:
        public = base64.b64decode(data.text, validate=True)
    except (binascii.Error, ValueError):
        raise _error(file, data, f"the key {quoted(data.text)} is not base64") from None
    head = _number(flags, 0xFFFF, "flags", file).to_bytes(2, "big")
    numbers = bytes([_number(protocol, 0xFF, "protocol", file), _algorithm(algorithm, file)])
    if not public:
        raise _error(file, data, "the key is empty")
    key = Dnskey(head + numbers + public)
    if not key.is_zone_key:
        why = "it is revoked" if key.is_revoked else "a zone key has the flag 256 and protocol 3"
        raise _error(file, flags, f"DNSKEY {key.tag} cannot be a trust anchor: {why}")
    return key


def _algorithm(word: _Word, file: str) -> int:
    number = algorithm_number(word.text)
    if number is None:
        raise _error(file, word, f"{quoted(word.text)} is no DNSSEC algorithm")
    return number


def _number(word: _Word, most: int, what: str, file: str) -> int:
    if not (word.text.isascii() and word.text.isdigit()) or len(word.text) > 5 or int(word.text) > most:
        raise _error(file, word, f"the {what} {quoted(word.text)} is not a number from 0 to {most}")
    return int(word.text)


def _error(file: str, word: _Word, what: str, hint: str | None = None) -> InputError:
    return InputError(f"{file}, line {word.line}: {what}", hint=hint)
