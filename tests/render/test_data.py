"""JSON, JSONL, CSV and plain lines: for every value, whole, parseable, harmless."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from ipaddress import IPv4Address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.record import column
from nettools.core.text import safe
from nettools.render import data
from nettools.render.output import Output
from tests.cli import is_harmless

RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    city: str | None = field(metadata=column("City"))
    rank: int = field(metadata=column("Rank"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    name: str | None = field(metadata=column("Name"))
    address: IPv4Address = field(metadata=column("Address"))
    count: int = field(metadata=column("Count", decimal=True))
    delta: float | None = field(metadata=column("Delta"))
    flag: bool = field(metadata=column("Flag", key="is"))
    words: tuple[str, ...] = field(metadata=column("Words"))
    inner: Inner | None = field(metadata=column("Inner"))
    secret: str = field(metadata=column("", internal=True))


rows = st.builds(
    Row,
    name=st.none() | st.text(),
    address=st.integers(0, 2**32 - 1).map(IPv4Address),
    count=st.integers(-(2**70), 2**70),
    delta=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    flag=st.booleans(),
    words=st.lists(st.text(min_size=1)).map(tuple),
    inner=st.none() | st.builds(Inner, city=st.none() | st.text(), rank=st.integers()),
    secret=st.just("never shown"),
)

EXAMPLE = Row(
    name="here",
    address=IPv4Address("192.0.2.1"),
    count=2**64,
    delta=-1.5,
    flag=True,
    words=("a", "b"),
    inner=Inner(city="Ulm", rank=3),
    secret="never shown",
)
EMPTY = Row(
    name=None,
    address=IPv4Address("0.0.0.0"),
    count=0,
    delta=None,
    flag=False,
    words=(),
    inner=None,
    secret="never shown",
)


def written(write: Callable[[Output], None]) -> str:
    raw = BytesIO()
    output = Output(raw, name="it")
    write(output)
    output.flush()
    return raw.getvalue().decode()


def document(*records: Row) -> str:
    def write(output: Output) -> None:
        one = data.JsonDocument(output, "nettools.test/1")
        one.begin_list("rows")
        for record in records:
            one.item(record)
        one.end_list()
        one.field("errors", ())
        one.end()

    return written(write)


def csv_rows(*records: Row) -> list[list[str]]:
    def write(output: Output) -> None:
        data.write_csv_header(output, Row)
        for record in records:
            data.write_csv_row(output, record)

    return list(csv.reader(StringIO(written(write), newline=""), strict=True))


def test_a_record_in_json() -> None:
    assert document(EXAMPLE) == (
        '{"schema":"nettools.test/1","rows":[\n'
        '{"name":"here","address":"192.0.2.1","count":"18446744073709551616","delta":-1.5,"is":true,'
        '"words":["a","b"],"inner":{"city":"Ulm","rank":3}}\n'
        '],"errors":[]}\n'
    )


def test_absence_in_json_is_null_and_never_a_missing_key() -> None:
    (row,) = json.loads(document(EMPTY))["rows"]
    assert list(row) == ["name", "address", "count", "delta", "is", "words", "inner"]
    assert (row["name"], row["delta"], row["inner"], row["words"]) == (None, None, None, [])


@given(st.lists(rows))
def test_json_is_one_document_in_ascii_whatever_it_holds(records: list[Row]) -> None:
    text = document(*records)
    assert text.isascii()
    assert text.endswith("}\n")
    read = json.loads(text)
    assert list(read) == ["schema", "rows", "errors"]
    assert [row["name"] for row in read["rows"]] == [record.name for record in records]
    assert [int(row["count"]) for row in read["rows"]] == [record.count for record in records]
    assert [tuple(row["words"]) for row in read["rows"]] == [record.words for record in records]


@given(st.lists(rows, min_size=1))
def test_json_has_one_line_for_each_record(records: list[Row]) -> None:
    assert document(*records).count("\n") == len(records) + 2


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_json_never_holds_what_is_no_json_number(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        written(lambda output: data.JsonDocument(output, "x").field("a", value))


def test_what_no_record_may_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="cannot stand in a result record"):
        written(lambda output: data.JsonDocument(output, "x").field("a", object()))


@given(rows, st.integers(0, 10**9))
def test_a_json_line_is_one_line_with_its_type_and_index_first(record: Row, index: int) -> None:
    text = written(lambda output: data.write_json_line(output, "row", record, index=index))
    assert text.isascii()
    assert text.count("\n") == 1
    assert list(json.loads(text))[:2] == ["type", "index"]


def test_a_json_line_stays_one_line_for_readers_that_split_at_unicode_line_ends() -> None:
    record: dict[str, Any] = {"banner": "a\u2028b\u2029c\x85d\x0be\nf\rg"}
    text = written(lambda output: data.write_json_line(output, "row", record))
    assert len(text.splitlines()) == 1
    assert json.loads(text) == {"type": "row", **record}


def test_a_json_line_is_flushed_at_once() -> None:
    raw = BytesIO()
    data.write_json_line(Output(raw, name="it"), "row", EXAMPLE)
    assert raw.getvalue().endswith(b"\n")


def test_csv_has_dotted_names_for_the_records_inside() -> None:
    assert csv_rows(EXAMPLE, EMPTY) == [
        ["name", "address", "count", "delta", "is", "words", "inner.city", "inner.rank"],
        ["here", "192.0.2.1", "18446744073709551616", "-1.5", "true", "a; b", "Ulm", "3"],
        ["", "0.0.0.0", "0", "", "false", "", "", ""],
    ]


def test_csv_lines_end_as_rfc_4180_says() -> None:
    assert written(lambda output: data.write_csv_row(output, EMPTY)).endswith("\r\n")


@given(st.lists(rows))
def test_every_csv_row_has_as_many_cells_as_the_header(records: list[Row]) -> None:
    read = csv_rows(*records)
    assert len(read) == len(records) + 1
    assert {len(row) for row in read} == {8}


@given(rows)
def test_a_csv_text_is_the_escaped_text_perhaps_behind_an_apostrophe(record: Row) -> None:
    cell = csv_rows(record)[1][0]
    expected = safe(record.name or "")
    assert cell in (expected, f"'{expected}")
    assert (cell != expected) == expected.lstrip(" ").startswith(RUN_BY_SPREADSHEETS)


@given(rows)
def test_no_csv_text_is_run_by_a_spreadsheet(record: Row) -> None:
    row = csv_rows(record)[1]
    for text in (row[0], row[5], row[6]):
        assert not text.lstrip(" ").startswith(RUN_BY_SPREADSHEETS)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+x", "'+x"),
        ("-x", "'-x"),
        ("@x", "'@x"),
        (" =x", "' =x"),
        ("a,b", '"a,b"'),
        ('a"b', '"a""b"'),
        ("a\nb", r"a\x0ab"),
        ("\t=x", r"\x09=x"),
        ("\x00", r"\x00"),
        ("", ""),
        (" x", '" x"'),
        ("c:\\d", r"c:\\d"),
    ],
)
def test_a_csv_cell_is_quoted_where_it_must_be_and_defused(text: str, cell: str) -> None:
    record = Inner(city=text, rank=1)
    assert written(lambda output: data.write_csv_row(output, record)) == f"{cell},1\r\n"


def test_a_negative_number_in_csv_stays_a_number() -> None:
    assert written(lambda output: data.write_csv_row(output, Inner(city=None, rank=-5))) == ",-5\r\n"


@given(rows)
def test_a_plain_row_is_one_harmless_line_with_a_field_for_each_value(record: Row) -> None:
    text = written(lambda output: data.write_plain_row(output, record))
    assert text.endswith("\n")
    fields = text.removesuffix("\n").split("\t")
    assert len(fields) == 8
    assert all(fields)
    assert is_harmless("".join(fields))


def test_absence_in_a_plain_row_is_a_hyphen() -> None:
    assert written(lambda output: data.write_plain_row(output, EMPTY)) == "-\t0.0.0.0\t0\t-\tfalse\t-\t-\t-\n"


@given(st.text())
def test_no_output_shows_an_internal_field(text: str) -> None:
    record = Row(
        name=text, address=IPv4Address(0), count=0, delta=None, flag=False, words=(), inner=None, secret="never shown"
    )
    assert "never shown" not in document(record)
    assert "never shown" not in written(lambda output: data.write_plain_row(output, record))
    assert all("never shown" not in cell for row in csv_rows(record) for cell in row)
