"""Reads an earlier answer of ``nettools scan`` from a JSON document or from JSON lines.

Strict about what it uses: a member of a wrong type, another schema, text that breaks off is an InputError that says
in which file and where. Members that it does not know are passed over (a reader may meet further keys within a
version). Of JSON lines the last may be torn, because the run that wrote them may have been killed.
"""

from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from nettools.core.json_pieces import LONGEST_ITEM, BrokenJson, JsonPieces, decoded
from nettools.core.record import to_json
from nettools.core.scan.report import ScanReport
from nettools.core.scan.stored import StoredScan
from nettools.core.scan.stored_fields import Fields
from nettools.core.scan.stored_parts import ScanDraft
from nettools.core.text import quoted
from nettools.errors import InputError

MOST_BYTES: Final = 1 << 29
"""Files that are larger are refused."""

_LISTED: Final = ("hosts", "errors")


def read_scan(chunks: Iterable[bytes], path: str) -> StoredScan:
    """The answer in a file whose octets come in ``chunks``; it is never held as a whole. Raises InputError."""
    source = quoted(path, 4096)
    try:
        texts = _decoded(chunks)
        head = _first_line(texts)
        if not head.strip():
            raise InputError(f"{source} is empty")
        whole = chain([head], texts)
        return _of_lines(whole, path) if _is_record(head) else _of_document(whole, path)
    except BrokenJson as error:
        raise InputError(
            f"{source} line {error.line}: {error.why}",
            hint="what nettools scan --format json or jsonl wrote can be read",
        ) from None


def stored_report(report: ScanReport) -> StoredScan:
    """The answer that is just complete, in the form of an earlier one."""
    source = "the new scan"
    draft = ScanDraft(source)
    draft.schema(ScanReport.SCHEMA)
    draft.settings(Fields(to_json(report.scan), source, "scan"))
    for number, host in enumerate(report.hosts):
        draft.host(Fields(to_json(host), source, f"hosts[{number}]"))
    for number, failure in enumerate(report.errors):
        draft.failure(Fields(to_json(failure), source, f"errors[{number}]"))
    draft.summary(Fields(to_json(report.summary), source, "summary"))
    if report.resume is not None:
        draft.resume(Fields(to_json(report.resume), source, "resume"))
    return draft.finished()


def _decoded(chunks: Iterable[bytes]) -> Iterator[str]:
    decoder = getincrementaldecoder("utf-8-sig")()
    line = 1
    for chunk in chain(chunks, [b""]):
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError:
            raise BrokenJson(line, "is not UTF-8") from None
        line += text.count("\n")
        yield text


def _first_line(texts: Iterator[str]) -> str:
    """The text up to the end of the first line that has something in it, and what came with it."""
    pieces: list[str] = []
    length = 0
    for text in texts:
        pieces.append(text)
        length += len(text)
        if ("\n" in text and "".join(pieces).strip()) or length > LONGEST_ITEM:
            break
    return "".join(pieces)


def _is_record(head: str) -> bool:
    """Whether the first line is an object of its own, with a ``type``: then the file has JSON lines."""
    line = head.lstrip().partition("\n")[0]
    try:
        first = decoded(line, 1)
    except BrokenJson:
        return False
    return isinstance(first, dict) and "type" in first


def _of_document(texts: Iterator[str], path: str) -> StoredScan:
    draft, source = ScanDraft(path), quoted(path, 4096)
    for key, number, value in JsonPieces(texts).members(_LISTED):
        if number is not None:
            place = Fields(value, source, f"{key}[{number}]")
            if key == "hosts":
                draft.host(place)
            else:
                draft.failure(place)
        elif key == "schema":
            draft.schema(value)
        elif key == "scan":
            draft.settings(Fields(value, source, key))
        elif key == "summary":
            draft.summary(Fields(value, source, key))
        elif key == "resume" and value is not None:
            draft.resume(Fields(value, source, key))
        elif key in _LISTED:
            raise InputError(f"{source}: {key} is no list")
    return draft.finished()


def _of_lines(texts: Iterator[str], path: str) -> StoredScan:
    draft, source = ScanDraft(path), quoted(path, 4096)
    for number, line, is_torn in _lines(texts):
        if not line.strip():
            continue
        try:
            value = decoded(line, number)
        except BrokenJson:
            if is_torn:
                break
            raise
        draft.line(Fields(value, f"{source} line {number}"))
    return draft.finished()


def _lines(texts: Iterator[str]) -> Iterator[tuple[int, str, bool]]:
    """(number, line, whether its end is missing)."""
    number = 1
    carry: list[str] = []
    carried = 0
    for text in texts:
        *whole, rest = text.split("\n")
        for line in whole:
            yield number, "".join([*carry, line]), False
            number += 1
            carry, carried = [], 0
        carry.append(rest)
        carried += len(rest)
        if carried > LONGEST_ITEM:
            raise BrokenJson(number, f"is longer than {LONGEST_ITEM:,} characters")
    yield number, "".join(carry), True
