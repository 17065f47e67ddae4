"""The two ways in which the templates of ``lines`` are made: JSON objects, and rows of cells."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from nettools.core.bulk_resolve.lines import Form
from nettools.core.bulk_resolve.reply import Record
from nettools.core.dns.types import TYPES, type_name
from nettools.core.record import Json, to_json
from nettools.core.resolve.report import DnsRecord, Response

_MARKS: Final = tuple(f"\0{letter}" for letter in "inadsm")
"""Index, name, answer, duration, size, duration of the try: in no text of a message, where NUL is an escape."""
_RECORD_MARKS: Final = ("\0n", "\0t", "\0d", "\0h")
_SIGN: Final = "\xa4"  # a printable character that stands in no cell: those are ASCII
_TTL_MARK: Final = (1 << 32) - 1
_RRSIG: Final = TYPES["RRSIG"]
_CSV_PLAIN: Final = re.compile(r"[0-9A-Za-z_*/:.](?:[-0-9A-Za-z_*/:. ]*[-0-9A-Za-z_*/:.])?", re.ASCII)


class JsonForm(Form):
    """A response as JSON: a line of JSONL with ``head``, an item of a document without."""

    def __init__(self, encode: Callable[[Json], str], *, head: bool) -> None:
        self._encode = encode
        self._has_head = head
        self._records: dict[tuple[int, int], str] = {}

    def text(self, index: int, response: Response) -> str:
        return self._text(index, to_json(response))

    def _text(self, index: Json, body: Json) -> str:
        assert isinstance(body, dict)
        return (
            self._encode({"type": "response", "index": index, **body}) + "\n" if self._has_head else self._encode(body)
        )

    def template(self, response: Response) -> str | None:
        body = to_json(response)
        assert isinstance(body, dict)
        query, tries = body["query"], body["tries"]
        assert isinstance(query, dict)
        assert isinstance(tries, list)
        assert isinstance(tries[0], dict)
        _, name, answer, duration, size, try_ms = _MARKS
        body |= {"query": {**query, "name": name}, "answer": answer, "query_time_ms": duration, "size": size}
        body["tries"] = [{**tries[0], "ms": try_ms}]
        return self._with_places(self._text(_MARKS[0], body), _MARKS if self._has_head else _MARKS[1:], quoted=(name,))

    def _with_places(self, text: str, marks: Sequence[str], *, quoted: Sequence[str]) -> str | None:
        """The text as a format string; None when the marks are not each there once and in their order."""
        text = text.replace("%", "%%")
        places = [text.find(self._encode(mark)) for mark in marks]
        if places != sorted(places) or places[0] < 0:
            return None
        for mark in marks:
            text = text.replace(self._encode(mark), '"%s"' if mark in quoted else "%s")
        return text

    def fill(
        self, template: str, index: int, name: str, records: Sequence[Record], size: int, duration_ms: str
    ) -> str | None:
        known = self._records
        told: list[str] = []
        for owner, kind, class_, ttl, text, rdata in records:
            if '"' in text or "\\" in text:
                text = self._encode(text)[1:-1]
            if "\\" in owner or '"' in owner:
                owner = self._encode(owner)[1:-1]
            form = known.get((kind, class_)) or self._record_template(kind, class_)
            told.append(form % (owner, ttl, text, rdata.hex()))
        if "\\" in name or '"' in name:
            name = self._encode(name)[1:-1]
        values = name, f"[{','.join(told)}]", duration_ms, size, duration_ms
        return template % (index, *values) if self._has_head else template % values

    def _record_template(self, kind: int, class_: int) -> str:
        if len(self._records) > 1000:
            self._records.clear()
        name, ttl, data, hex_ = _RECORD_MARKS
        sample = DnsRecord(name=name, type=type_name(kind), class_="IN", ttl=0, data=data, hex=hex_)
        body = to_json(sample)
        assert isinstance(body, dict)
        template = self._with_places(self._encode({**body, "ttl": ttl}), _RECORD_MARKS, quoted=(name, data, hex_))
        assert template is not None
        self._records[kind, class_] = template
        return template


class RowForm(Form):
    """A response as rows, one a record; ``write`` is the long way."""

    def __init__(self, write: Callable[[Response], str], *, is_csv: bool) -> None:
        self._write = write
        self._is_csv = is_csv
        self._type_names = _TypeNames()

    def text(self, index: int, response: Response) -> str:  # noqa: ARG002
        return self._write(response)

    def template(self, response: Response) -> str | None:
        query = replace(response.query, name=f"{_SIGN}q")
        answer: tuple[DnsRecord, ...] = ()
        if response.answer:
            marks = [f"{_SIGN}{letter}" for letter in "otd"]
            answer = (DnsRecord(name=marks[0], type=marks[1], class_="IN", ttl=_TTL_MARK, data=marks[2], hex=""),)
        text = self._write(replace(response, query=query, answer=answer)).replace("%", "%%")
        text = text.replace(str(_TTL_MARK), f"{_SIGN}l")
        marks = [f"{_SIGN}{letter}" for letter in ("qoltd" if answer else "q")]
        places = [text.find(mark) for mark in marks]
        if places != sorted(places) or places[0] < 0:
            return None
        for mark in marks:
            text = text.replace(mark, "%s")
        return text

    def fill(
        self,
        template: str,
        index: int,  # noqa: ARG002
        name: str,
        records: Sequence[Record],
        size: int,  # noqa: ARG002
        duration_ms: str,  # noqa: ARG002
    ) -> str | None:
        if self._is_csv and not self._is_plain_csv(name, records):
            return None
        if not records:
            text = template % name
        else:
            text = ""
            for owner, kind, _, ttl, data, _ in records:
                if not data:
                    return None
                text += template % (name, owner, ttl, self._type_names[kind], data)
        return None if "\\" in text else text

    def _is_plain_csv(self, name: str, records: Sequence[Record]) -> bool:
        values = [name, *(one[0] for one in records), *(one[4] for one in records)]
        return all(map(_CSV_PLAIN.fullmatch, values))


class ShortForm(Form):
    """The data of the answer alone, a line for each record, and nothing where there is none: as dig +short."""

    def __init__(self, *, with_signatures: bool) -> None:
        """``with_signatures``: RRSIG records of other types too."""
        self._with_signatures = with_signatures

    def text(self, index: int, response: Response) -> str:  # noqa: ARG002
        shows_all = self._with_signatures or response.query.type == "RRSIG"
        return "".join(f"{one.data}\n" for one in response.answer if shows_all or one.type != "RRSIG")

    def template(self, response: Response) -> str | None:  # noqa: ARG002
        return ""

    def fill(
        self,
        template: str,  # noqa: ARG002
        index: int,  # noqa: ARG002
        name: str,  # noqa: ARG002
        records: Sequence[Record],
        size: int,  # noqa: ARG002
        duration_ms: str,  # noqa: ARG002
    ) -> str | None:
        if any(not one[4] or one[1] == _RRSIG for one in records):
            return None
        return "".join([f"{one[4]}\n" for one in records])


class _TypeNames(dict[int, str]):
    """The names of the types that have been seen."""

    def __missing__(self, kind: int) -> str:
        name = self[kind] = type_name(kind)
        return name
