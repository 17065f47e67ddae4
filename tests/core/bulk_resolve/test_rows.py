"""Lines to questions: the quick way and the way of the command line's words agree."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.bulk_resolve.row import Row
from nettools.core.bulk_resolve.rows import BadLine, Chunk, question_of_line, rows_of
from nettools.core.dns.name import name_text
from nettools.errors import NettoolsError


def read(*lines: str, types: Sequence[int] = (), groups: int = 1, first: int = 1) -> tuple[list[Row], list[BadLine]]:
    bad: list[BadLine] = []
    octets = [line.encode("utf-8", "surrogateescape") for line in lines]
    return list(rows_of([Chunk(first, octets)], types=types, groups=groups, on_bad_line=bad.append)), bad


def told(rows: list[Row]) -> list[tuple[int, str, int, int]]:
    return [(index, text, int.from_bytes(question[-4:-2], "big"), group) for index, question, text, group in rows]


def test_a_name_is_asked_for_both_kinds_of_addresses() -> None:
    rows, bad = read("www.example.com", "", "# nothing", "mail.test.  # with a comment", "\tx\t\r")
    assert bad == []
    assert told(rows) == [
        (0, "www.example.com.", 1, 0),
        (1, "www.example.com.", 28, 0),
        (2, "mail.test.", 1, 0),
        (3, "mail.test.", 28, 0),
        (4, "x.", 1, 0),
        (5, "x.", 28, 0),
    ]
    assert rows[0][1] == b"\x03www\x07example\x03com\x00\x00\x01\x00\x01"


def test_names_times_types_times_groups_in_that_order() -> None:
    rows, _ = read("a.test", "b.test MX", types=(1, 16), groups=2)
    assert told(rows) == [
        (0, "a.test.", 1, 0),
        (1, "a.test.", 1, 1),
        (2, "a.test.", 16, 0),
        (3, "a.test.", 16, 1),
        (4, "b.test.", 15, 0),
        (5, "b.test.", 15, 1),
    ]


def test_an_address_asks_for_its_names() -> None:
    rows, _ = read("192.0.2.1", "2001:db8::1", types=())
    assert [(text, kind) for _, text, kind, _ in told(rows)] == [
        ("1.2.0.192.in-addr.arpa.", 12),
        ("1" + ".0" * 23 + ".8.b.d.0.1.0.0.2.ip6.arpa.", 12),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "bad..name",
        "a" * 64 + ".test",
        ".",
        "x.test NOTYPE",
        "a b c",
        "-x.test",
        "x" * 300,
        "300.0.2.1",
        "a\udcff.test",
        "..",
        "a..",
        ".a",
    ],
)
def test_a_bad_line_is_told_with_its_number_and_stops_nothing(line: str) -> None:
    rows, bad = read("a.test", line, "b.test", types=(1,), first=10)
    if line == ".":
        assert (told(rows)[1][1], bad) == (".", [])
        return
    assert [text for _, text, _, _ in told(rows)] == ["a.test.", "b.test."]
    assert [index for index, _, _, _ in told(rows)] == [0, 1]
    assert [one.number for one in bad] == [11]


LABELS = st.text("abcXYZ019-_", min_size=0, max_size=66)
NAMES = st.lists(LABELS, min_size=1, max_size=6).map(".".join) | st.from_regex(r"[a-z0-9.-]{1,30}", fullmatch=True)


@given(st.lists(NAMES, min_size=1, max_size=5), st.sampled_from([(), (1,), (28, 15)]))
def test_the_quick_way_reads_what_the_words_of_the_command_line_mean(names: list[str], types: tuple[int, ...]) -> None:
    rows, bad = read(*names, types=types)
    expected: list[tuple[str, int]] = []
    failed = 0
    for name in names:
        if not name.strip():
            continue
        try:
            wire, kinds = question_of_line(name, types)
        except NettoolsError:
            failed += 1
            continue
        expected += [(name_text(wire), kind) for kind in kinds]
    assert [(text, kind) for _, text, kind, _ in told(rows)] == expected
    assert len(bad) == failed


@given(st.binary(max_size=80))
def test_any_octets_are_questions_or_a_bad_line(line: bytes) -> None:
    bad: list[BadLine] = []
    rows = list(rows_of([Chunk(1, line.split(b"\n"))], types=(1,), groups=1, on_bad_line=bad.append))
    for _, question, text, _ in rows:
        assert name_text(question[:-4]) == text
    assert len(rows) + len(bad) <= line.count(b"\n") + 1
