"""TSIG keys as people have them: ``ALG:NAME:KEY``, BIND's ``key`` clause, the two files of a key pair.

A secret stands in no message: what is wrong is told by its place.
"""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from nettools.core.dns.name import name_from_text, name_text
from nettools.core.dns.tsig import ALGORITHMS, TsigKey
from nettools.core.text import quoted, safe, suggestion
from nettools.errors import DomainNameError, InputError, OptionError

# Algorithm numbers of BIND's key files: DST_ALG_HMAC* in lib/dns/include/dst/dst.h.
_DST_ALGORITHMS: Final = {
    157: "hmac-md5",
    161: "hmac-sha1",
    162: "hmac-sha224",
    163: "hmac-sha256",
    164: "hmac-sha384",
    165: "hmac-sha512",
}
_LONG_NAMES: Final = {wire: name for name, (wire, _, _) in ALGORITHMS.items()}
_FORM: Final = "write ALGORITHM:NAME:KEY, as hmac-sha256:transfer-key:c2VjcmV0"


class _Bad(ValueError):
    """What is wrong with a key, in words without its secret."""

    def __init__(self, message: str, *, line: int | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.hint = hint


def tsig_key_of_option(text: str) -> TsigKey:
    """The key of ``--tsig ALG:NAME:KEY``. Raises OptionError, which never repeats the secret."""
    try:
        return _colon_key(text)
    except _Bad as error:
        raise OptionError(f"--tsig: {error.message}", hint=error.hint) from None


def tsig_key_of_file(text: str, path: str) -> TsigKey:
    """The one key of a file.

    Known are: BIND's ``key "name" { algorithm …; secret "…"; };`` (named.conf(5), of tsig-keygen and ``nsupdate -k``),
    the pair ``Kname.+163+12345.key`` and ``.private`` that ``dig -k`` takes, and one line ALG:NAME:KEY.
    Raises InputError with the file and the line.
    """
    try:
        return _key_of_file(text, path)
    except _Bad as error:
        where = f"{safe(path)}, line {error.line}" if error.line else safe(path)
        raise InputError(f"{where}: {error.message}", hint=error.hint) from None


def _key_of_file(text: str, path: str) -> TsigKey:
    if re.match(r"\s*Private-key-format:", text, re.ASCII):
        return _private_key(text, path)
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    written = [(number, line) for number, line in lines if line and not line.startswith(("#", "//", ";"))]
    if len(written) == 1:
        number, line = written[0]
        if (match := _KEY_RECORD.match(line)) is not None:
            return _at_line(number, lambda: _numbered_key(match[1], int(match[2]), match[3]))
        if line.count(":") >= 2 and "{" not in line:
            return _at_line(number, lambda: _colon_key(line))
    keys = list(_Clauses(text).keys())
    if not keys:
        raise _Bad('there is no key "NAME" { algorithm …; secret "…"; }; in it')
    if len(keys) > 1:
        names = ", ".join(quoted(key.name) for key in keys[:8])
        raise _Bad(f"it has {len(keys)} keys ({names}), and one is wanted")
    return keys[0]


def _at_line(number: int, make: Callable[[], TsigKey]) -> TsigKey:
    try:
        return make()
    except _Bad as error:
        raise _Bad(error.message, line=number, hint=error.hint) from None


def _colon_key(text: str) -> TsigKey:
    algorithm, first, rest = text.partition(":")
    name, second, secret = rest.rpartition(":")
    if not first or not second:
        raise _Bad("a key has an algorithm, a name and a secret", hint=_FORM)
    return _key(algorithm, name, secret)


def _key(algorithm: str, name: str, secret: str) -> TsigKey:
    known = algorithm.rstrip(".").lower()
    known = _LONG_NAMES.get(known, known)
    if known not in ALGORITHMS:
        otherwise = f"known are {', '.join(ALGORITHMS)}"
        # What stands here may be the secret, when the parts are in another order: only what looks right is repeated.
        if not known.startswith("hmac"):
            raise _Bad("the algorithm is unknown", hint=otherwise)
        raise _Bad(f"algorithm {quoted(algorithm)} is unknown", hint=suggestion(known, ALGORITHMS, otherwise))
    try:
        text = name_text(name_from_text(name))
    except DomainNameError:
        raise _Bad("the key's name is not a domain name") from None
    try:
        octets = b64decode("".join(secret.split()), validate=True)
    except (Base64Error, ValueError):
        raise _Bad("the secret is not base64") from None
    if not octets:
        raise _Bad("the secret is empty")
    return TsigKey(name=text, algorithm=known, secret=octets)


# RFC 2535 §3.2 with a key of protocol 3: name, perhaps TTL and class, KEY, flags, protocol, algorithm, key.
_KEY_RECORD: Final = re.compile(
    r"(\S+)\s+(?:[0-9]+\s+)?(?:IN\s+)?KEY\s+[0-9]{1,5}\s+[0-9]{1,3}\s+([0-9]{1,3})\s+(\S[\S \t]*)\Z",
    re.ASCII | re.IGNORECASE,
)
_PRIVATE_NAME: Final = re.compile(r"K(.+)\.\+([0-9]{3})\+([0-9]{5})\.private\Z", re.ASCII)


def _numbered_key(name: str, number: int, secret: str) -> TsigKey:
    if number not in _DST_ALGORITHMS:
        raise _Bad(f"algorithm {number} is not one of TSIG's", hint="a key of DNSSEC signs zones, not queries")
    return _key(_DST_ALGORITHMS[number], name, secret)


def _private_key(text: str, path: str) -> TsigKey:
    """The secret half of a pair: its name is the file's."""
    found: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        word, _, value = line.partition(":")
        found[word.strip()] = number, value.strip()
    match = _PRIVATE_NAME.search(path)
    if match is None:
        raise _Bad("the name of the key is unknown", hint="the file must have its own name: Kname.+163+12345.private")
    algorithm_line, algorithm = found.get("Algorithm", (1, match[2]))
    key_line, secret = found.get("Key", (None, ""))
    digits = re.match(r"[0-9]{1,3}", algorithm, re.ASCII)
    if digits is None or int(digits[0]) not in _DST_ALGORITHMS:
        raise _Bad("its algorithm is not one of TSIG's", line=algorithm_line)
    if key_line is None:
        raise _Bad("it has no line Key: …")
    return _at_line(key_line, lambda: _numbered_key(match[1], int(digits[0]), secret))


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    line: int
    is_quoted: bool = False


_TOKEN: Final = re.compile(
    r'(?P<skip>\s+|//[^\n]*|#[^\n]*|/\*.*?\*/)|"(?P<quoted>[^"\n]*)"|(?P<mark>[{};])|(?P<bare>[^\s{};"]+)',
    re.ASCII | re.DOTALL,
)


class _Clauses:
    """Reads the ``key`` clauses of named.conf's grammar and passes over every other."""

    def __init__(self, text: str) -> None:
        self._words = list(self._split(text))
        self._place = 0

    def _split(self, text: str) -> Iterator[_Word]:
        place, line = 0, 1
        while place < len(text):
            match = _TOKEN.match(text, place)
            if match is None:
                raise _Bad("a quotation mark has no partner", line=line)
            if match["skip"] is None:
                is_quoted = match["quoted"] is not None
                yield _Word(match["quoted"] if is_quoted else match[0], line, is_quoted)
            line += match[0].count("\n")
            place = match.end()

    def keys(self) -> Iterator[TsigKey]:
        while (word := self._next()) is not None:
            if word.text == "key" and not word.is_quoted and not self._is_mark(1, ";"):
                yield self._clause(word.line)
            else:
                self._pass_over(word)

    def _clause(self, line: int) -> TsigKey:
        name = self._wanted("the key's name", line)
        self._mark("{", name.line)
        values: dict[str, _Word] = {}
        while not self._is_mark(0, "}"):
            word = self._wanted("algorithm, secret or }", name.line)
            if word.text not in ("algorithm", "secret"):
                raise _Bad(f"in key {quoted(name.text)}: algorithm or secret is wanted", line=word.line)
            values[word.text] = self._wanted(f"the {word.text}", word.line)
            self._mark(";", word.line)
        self._place += 1
        for wanted in ("algorithm", "secret"):
            if wanted not in values:
                raise _Bad(f"key {quoted(name.text)} has no {wanted}", line=name.line)
        algorithm, secret = values["algorithm"], values["secret"]
        _at_line(algorithm.line, lambda: _key(algorithm.text, name.text, "AA=="))
        return _at_line(secret.line, lambda: _key(algorithm.text, name.text, secret.text))

    def _pass_over(self, word: _Word) -> None:
        """The rest of a statement that is no key, with whatever stands in its braces."""
        depth = 0
        current: _Word | None = word
        while current is not None:
            if not current.is_quoted:
                depth += (current.text == "{") - (current.text == "}")
                if current.text == ";" and depth <= 0:
                    return
            current = self._next()

    def _next(self) -> _Word | None:
        self._place += 1
        return self._words[self._place - 1] if self._place <= len(self._words) else None

    def _is_mark(self, ahead: int, mark: str) -> bool:
        place = self._place + ahead
        return place < len(self._words) and self._words[place] == _Word(mark, self._words[place].line)

    def _wanted(self, what: str, line: int) -> _Word:
        word = self._next()
        if word is None or (word.text in ("{", "}", ";") and not word.is_quoted):
            raise _Bad(f"{what} is missing", line=word.line if word else line)
        return word

    def _mark(self, mark: str, line: int) -> None:
        word = self._next()
        if word is None or word.is_quoted or word.text != mark:
            raise _Bad(f"{mark} is missing", line=word.line if word else line)
