"""JSON, JSONL, CSV and plain lines. The same bytes whatever the terminal, width, locale or colour.

A JSON document has one line for each result, so that a stream of results needs no memory and a large
document can be read with line tools as well: ``{"schema":…,"subnets":[`` line, line, line ``],"errors":[…]}``.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import is_dataclass
from typing import Final

from nettools.core.record import Cell, Json, columns, flat_cells, flat_header, to_json
from nettools.core.text import safe
from nettools.render.output import Output

encode: Final = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode
"""JSON text: ASCII, no blanks."""
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets run, OWASP ASVS 1.2.10
_CSV_QUOTED: Final = frozenset('",\r\n')  # RFC 4180 §2


class JsonDocument:
    """Writes one document piece by piece; keys come in the order of the calls."""

    def __init__(self, output: Output, schema: str) -> None:
        self._output = output
        self._has_items = False
        output.write(f'{{"schema":{encode(schema)}')

    def field(self, key: str, value: object) -> None:
        """A member whose value is known as a whole; a list of records gets a line for each."""
        if isinstance(value, tuple) and value and is_dataclass(value[0]):
            self.begin_list(key)
            for record in value:
                self.item(record)
            self.end_list()
        else:
            self._output.write(f",{encode(key)}:{encode(to_json(value))}")

    def begin_list(self, key: str) -> None:
        self._output.write(f",{encode(key)}:[")
        self._has_items = False

    def item(self, record: object) -> None:
        self._output.write((",\n" if self._has_items else "\n") + encode(to_json(record)))
        self._has_items = True

    def encoded_items(self, texts: Sequence[str]) -> None:
        """Items that are JSON already."""
        if texts:
            self._output.write((",\n" if self._has_items else "\n") + ",\n".join(texts))
            self._has_items = True

    def end_list(self) -> None:
        self._output.write("\n]" if self._has_items else "]")

    def end(self) -> None:
        self._output.write("}\n")


def write_document(output: Output, schema: str, report: object) -> None:
    """A whole report, field by field."""
    document = JsonDocument(output, schema)
    record_class: type = type(report)
    for one in columns(record_class):
        document.field(one.key, getattr(report, one.name))
    document.end()


def write_json_line(output: Output, kind: str, record: object, *, index: int | None = None) -> None:
    """One JSONL record with its ``type``, and the ``index`` of the target it answers; flushed at once."""
    head: dict[str, Json] = {"type": kind}
    if index is not None:
        head["index"] = index
    body = to_json(record)
    if isinstance(body, dict):
        # A route has a type of its own: in a line it is the route_type.
        head |= {f"{kind}_type" if key == "type" else key: value for key, value in body.items()}
    output.write(encode(head) + "\n")
    output.flush()


def write_csv_header(output: Output, record_class: type) -> None:
    output.write(_csv_line(flat_header(record_class)))


def write_csv_row(output: Output, record: object) -> None:
    output.write(_csv_line(flat_cells(record)))


def write_plain_row(output: Output, record: object) -> None:
    """The record's values with tabs between, absent ones as ``-``."""
    output.write("\t".join(plain_text(cell) or "-" for cell in flat_cells(record)) + "\n")


def plain_text(cell: Cell) -> str:
    """A value as text: no control characters, lower-case booleans, empty when absent."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return safe(cell) if isinstance(cell, str) else str(cell)


def _csv_line(cells: Iterable[Cell]) -> str:
    return ",".join(_csv_cell(cell) for cell in cells) + "\r\n"


def _csv_cell(cell: Cell) -> str:
    text = plain_text(cell)
    if isinstance(cell, str) and text.lstrip(" ").startswith(_FORMULA_STARTS):
        text = "'" + text
    if _CSV_QUOTED.isdisjoint(text) and text == text.strip(" "):
        return text
    return '"' + text.replace('"', '""') + '"'
