"""From lines of a file to questions on the wire: one name a line, perhaps with types behind it.

    www.example.com
    example.com MX TXT      # types of its own; what follows a # is a comment
    192.0.2.1               an address asks for its PTR record

The lines that are nothing but a plain name, nearly all of a long file, are turned into wire bytes by slicing; every
other one is read by the same functions as a word of the command line.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from nettools.core.bulk_resolve.row import PLAIN, Row
from nettools.core.dns.name import LONGEST_LABEL, LONGEST_NAME, ROOT, name_text
from nettools.core.resolve.words import DEFAULT_TYPES, asked_name, parse_type
from nettools.errors import NettoolsError

_DIGITS: Final = b"0123456789"
_LENGTHS: Final = [bytes([length]) for length in range(LONGEST_LABEL + 1)]
_MOST_SUFFIXES: Final = 50_000


class BadLine(NamedTuple):
    """A line that is no question."""

    number: int
    text: str
    error: NettoolsError


class Chunk(NamedTuple):
    """Lines that follow each other; ``first_number`` is that of the first one, from 1."""

    first_number: int
    lines: Sequence[bytes]


def rows_of(
    chunks: Iterable[Chunk],
    *,
    types: Sequence[int],
    groups: int,
    on_bad_line: Callable[[BadLine], None],
    class_: int = 1,
) -> Iterator[Row]:
    """The questions of the lines: names × types × server groups, in that order; bad lines are told and passed over.

    ``types`` are those of a line that names none; without any an address asks for PTR, a name for A and AAAA.
    """
    class_end = class_.to_bytes(2, "big")
    ends = [kind.to_bytes(2, "big") + class_end for kind in types or DEFAULT_TYPES]
    single = ends[0] if len(ends) == 1 and groups == 1 else None
    suffixes: dict[bytes, bytes] = {}
    lengths, plain, digits = _LENGTHS, PLAIN, frozenset(_DIGITS)
    index = 0
    for first_number, lines in chunks:
        for offset, line in enumerate(lines):
            if line and not line.translate(None, plain) and line[-1] not in digits and line[0] != 0x2D:
                head, _, rest = line.partition(b".")
                suffix = suffixes.get(rest)
                if suffix is None:
                    suffix = plain_suffix(rest)
                    if suffix is not None:
                        if len(suffixes) >= _MOST_SUFFIXES:
                            suffixes.clear()
                        suffixes[rest] = suffix
                if suffix is not None and 0 < len(head) <= LONGEST_LABEL and len(head) + len(suffix) < LONGEST_NAME:
                    wire = lengths[len(head)] + head + suffix
                    text = line.decode("ascii") if line[-1] == 0x2E else line.decode("ascii") + "."
                    if single is not None:
                        yield index, wire + single, text, 0
                        index += 1
                        continue
                    for end in ends:
                        for group in range(groups):
                            yield index, wire + end, text, group
                            index += 1
                    continue
            shown = line.decode("utf-8", "surrogateescape").partition("#")[0].strip()
            if not shown:
                continue
            try:
                wire, kinds = question_of_line(shown, types)
            except NettoolsError as error:
                on_bad_line(BadLine(first_number + offset, shown, error))
                continue
            text = name_text(wire)
            for kind in kinds:
                for group in range(groups):
                    yield index, wire + kind.to_bytes(2, "big") + class_end, text, group
                    index += 1


def plain_suffix(rest: bytes) -> bytes | None:
    """The wire form of a name of plain characters; None where the long way has to look.

    That is an empty or overlong label, and a last one that might be part of an address: ``0x7f``, ``1-9``.
    """
    labels = rest.removesuffix(b".").split(b".")
    if any(not 0 < len(label) <= LONGEST_LABEL for label in labels) or labels[-1][0] in _DIGITS:
        return None
    wire = b"".join([_LENGTHS[len(label)] + label for label in labels]) + ROOT
    return wire if len(wire) <= LONGEST_NAME else None


def question_of_line(line: str, types: Sequence[int] = ()) -> tuple[bytes, tuple[int, ...]]:
    """(wire name, types) of a line, which is read as words of the command line are. Raises a RequestError.

    >>> question_of_line("example.com MX")
    (b'\\x07example\\x03com\\x00', (15,))
    """
    word, *kinds = line.split()
    asked = asked_name(word, tuple(map(parse_type, kinds)) or types)
    return asked.wire, asked.types
