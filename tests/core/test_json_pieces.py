"""A document read in pieces is the document that json reads whole; what is broken names its line."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nettools.core.json_pieces import BrokenJson, JsonPieces, decoded
from nettools.core.record import Json

LISTED = ("hosts",)


def pieces(text: str, size: int) -> Iterator[str]:
    return (text[start : start + size] for start in range(0, len(text), size))


def read(text: str, size: int = 7) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, number, value in JsonPieces(pieces(text, size)).members(LISTED):
        if number is None:
            found[key] = value
            continue
        items = found.setdefault(key, [])
        assert isinstance(items, list)
        assert len(items) == number
        items.append(value)
    return found


def values() -> st.SearchStrategy[Json]:
    scalars = st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=8)
    )
    nested: st.SearchStrategy[Json] = st.recursive(
        scalars,
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
        max_leaves=8,
    )
    return nested


@given(
    st.dictionaries(st.sampled_from(["hosts", "scan", 'a"\\\n', ""]), values(), max_size=4),
    st.integers(1, 40),
    st.sampled_from([None, 1]),
)
@example({"hosts": []}, 1, None)
@example({"hosts": {}}, 1, None)
@example({"scan": 12345}, 1, None)
@example({"hosts": [0.0, 1e300, -1.5e-7]}, 1, 1)
def test_a_document_reads_in_any_pieces_as_it_does_whole(body: dict[str, Json], size: int, indent: int | None) -> None:
    text = json.dumps(body, indent=indent)
    expected = {key: value for key, value in json.loads(text).items() if not (key == "hosts" and value == [])}
    assert read(text, size) == expected


@given(st.dictionaries(st.sampled_from(["hosts", "scan"]), values(), min_size=1, max_size=2), st.data())
def test_a_document_that_is_cut_anywhere_is_broken(body: dict[str, Json], data: st.DataObject) -> None:
    text = json.dumps(body)
    cut = data.draw(st.integers(0, len(text) - 1))
    with pytest.raises(BrokenJson):
        read(text[:cut])


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("", 1, "ends in the middle"),
        ("[]", 1, "begins with '{'"),
        ('{"a":1', 1, "ends in the middle"),
        ('{"a":"x', 1, "ends in the middle"),
        ('{\n"a":1,\n}', 3, "no JSON"),
        ('{"a":1 "b":2}', 1, "expected ',' or '}'"),
        ('{"hosts":[\n1,\n2 3]}', 3, "expected ',' or ']'"),
        ('{"hosts":[1,]}', 1, "no JSON"),
        ('{"a" 1}', 1, "expected ':'"),
        ("{1:1}", 1, "expected a key"),
        ('{"a":NaN}', 1, "NaN is no JSON"),
        ('{"a":-Infinity}', 1, "-Infinity is no JSON"),
        ('{"a":' + "9" * 5000 + "}", 1, "4300 digits"),
        ('{"a":1}\n{"a":2}', 2, "something follows"),
        ('{"a":' + "[" * 100_000 + "]" * 100_000 + "}", 1, "nested too deeply"),
        ('{"a":\n\n"\x01"}', 3, "control character"),
    ],
)
def test_what_is_broken_names_its_line_and_the_reason(text: str, line: int, why: str) -> None:
    with pytest.raises(BrokenJson) as caught:
        read(text)
    assert (caught.value.line, why in caught.value.why) == (line, True), caught.value.why


def test_a_fault_far_before_the_end_is_found_without_reading_on() -> None:
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        yield '{"hosts":[{"a":tru}' + " " * 100
        while True:
            taken += 1
            assert taken < 10
            yield "x" * 100

    with pytest.raises(BrokenJson):
        list(JsonPieces(endless()).members(LISTED))


def test_items_are_given_while_the_rest_is_still_to_come() -> None:
    def slowly() -> Iterator[str]:
        yield '{"hosts":[{"a":1},{"a":2}'
        raise AssertionError("read on although items were there")

    members = JsonPieces(slowly()).members(LISTED)
    assert next(members) == ("hosts", 0, {"a": 1})


@pytest.mark.parametrize("text", ["{", "NaN", "1 2", "[" * 100_000, "9" * 5000, '"\x00"'])
def test_a_line_that_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(BrokenJson) as caught:
        decoded(text, 5)
    assert caught.value.line == 5
