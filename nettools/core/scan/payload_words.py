"""The words of a payload file: their numbers, names and octets. Each raises ValueError, which says what is wrong."""

import re
from typing import Final

from nettools.core.text import quoted

_WORD: Final = re.compile(r'"(?:[^"\\]|\\.)*"|#.*|[^\s"#]+', re.ASCII)
_BLANK: Final = re.compile(r"\s")
_ESCAPE: Final = re.compile(r"\\(x[0-9A-Fa-f]{2}|.)", re.ASCII)
_ESCAPES: Final = {"r": "\r", "n": "\n", "t": "\t", "0": "\0", "\\": "\\", '"': '"'}
_NAME: Final = re.compile(r"[a-z][a-z0-9-]*\Z", re.ASCII)


def words_of(line: str) -> list[str]:
    """The words of a line, quoted text as one of them, without its comment."""
    words: list[str] = _WORD.findall(line)
    if _BLANK.sub("", "".join(words)) != _BLANK.sub("", line):
        raise ValueError("a quotation mark is not closed")
    return words[:-1] if words and words[-1].startswith("#") else words


def octets_of(form: str, values: list[str]) -> bytes:
    return hexadecimal(values) if form == "hex" else b"".join(map(text_of, values))


def hexadecimal(values: list[str]) -> bytes:
    digits = "".join(values)
    if re.fullmatch(r"(?:[0-9A-Fa-f]{2})+", digits, re.ASCII) is None:
        raise ValueError(f"{quoted(digits)} is not pairs of hexadecimal digits")
    return bytes.fromhex(digits)


def text_of(word: str) -> bytes:
    if len(word) < 2 or word[0] != '"' or not word.isascii():
        raise ValueError(f"{quoted(word)} is not ASCII text in quotation marks")
    return _ESCAPE.sub(_unescaped, word[1:-1]).encode("latin-1")


def _unescaped(escape: re.Match[str]) -> str:
    what = escape[1]
    if what[0] == "x" and len(what) == 3:
        return chr(int(what[1:], 16))
    if what not in _ESCAPES:
        raise ValueError(f"there is no escape {quoted(escape[0])}")
    return _ESCAPES[what]


def der_length(size: int) -> bytes:
    """X.690 §8.1.3: one octet up to 127, then the number of octets that follow."""
    if size < 128:
        return bytes([size])
    return b"\x81" + bytes([size]) if size < 256 else b"\x82" + size.to_bytes(2, "big")


def name_of(word: str) -> str:
    if _NAME.match(word) is None:
        raise ValueError(f"{quoted(word)} is no name of lower-case letters, digits and hyphens")
    return word


def number_of(word: str, minimum: int, maximum: int) -> int:
    if re.fullmatch(r"[0-9]{1,5}", word, re.ASCII) is None or not minimum <= int(word) <= maximum:
        raise ValueError(f"{quoted(word)} is not a number from {minimum} to {maximum}")
    return int(word)


def signed_number_of(word: str) -> int:
    """What is added to a length: ``+4``, ``-8``."""
    if word[:1] not in ("+", "-"):
        raise ValueError(f"{quoted(word)} lacks its sign")
    number = number_of(word[1:], 0, 99)
    return -number if word[0] == "-" else number


def ports_of(words: str) -> tuple[int, ...]:
    ports: list[int] = []
    for word in words.split():
        first, hyphen, last = word.partition("-")
        start = number_of(first, 1, 65_535)
        ports.extend(range(start, (number_of(last, start, 65_535) if hyphen else start) + 1))
    if len(set(ports)) != len(ports):
        raise ValueError("a port stands here twice")
    return tuple(ports)
