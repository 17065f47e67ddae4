"""The lines of keys are those on which they stand, for every document that tomllib takes."""

import time
import tomllib
from collections.abc import Mapping

from hypothesis import assume, example, given
from hypothesis import strategies as st

from nettools.core.config.toml_places import DEEPEST, Path, key_lines

DOCUMENT = '''\
# a comment with [brackets] and key = "value"
format = "json"

timeout = 2.5   # behind a value
'quoted key' = 'it # is [not] a comment'
"with \\u0041n escape" = """
[scan]
timeout = "not here"
"""""
[scan]
  ports = [ "22", # first
    "80",
  ]
limits.rate = { most = 5, least = { a = 1 } }
when = 1979-05-27 07:32:00
[ cat . tls ]
min = \'\'\'
x = 1\'\'\'
[[servers]]
name = "a"
[[servers]]
port = 1
'''


def test_each_key_and_table_has_the_line_on_which_it_stands_first() -> None:
    tomllib.loads(DOCUMENT)
    assert key_lines(DOCUMENT) == {
        ("format",): 2,
        ("timeout",): 4,
        ("quoted key",): 5,
        ("with An escape",): 6,
        ("scan",): 10,
        ("scan", "ports"): 11,
        ("scan", "limits"): 14,
        ("scan", "limits", "rate"): 14,
        ("scan", "limits", "rate", "most"): 14,
        ("scan", "limits", "rate", "least"): 14,
        ("scan", "limits", "rate", "least", "a"): 14,
        ("scan", "when"): 15,
        ("cat",): 16,
        ("cat", "tls"): 16,
        ("cat", "tls", "min"): 17,
        ("servers",): 19,
        ("servers", "name"): 20,
        ("servers", "port"): 22,
    }


def paths_of(value: object, path: Path = ()) -> set[Path]:
    """Every path of a document, as deep as places are noted."""
    found: set[Path] = set()
    if isinstance(value, Mapping):
        for key, inner in value.items():
            found |= {(*path, key)[:DEEPEST]} | paths_of(inner, (*path, key)[:DEEPEST])
    if isinstance(value, list):
        for inner in value:
            found |= paths_of(inner, path)
    return found


KEYS = st.sampled_from(["a", "b-c", "1", '"q"', '"\\t#="', "'l.[l]'", "a.b", "c . 'd'", '""'])
STRINGS = st.sampled_from(
    ['""', '"x # y"', '"\\" ="', "''", "'[a]'", '"""a\n[b]\n"""', '"""\\""""""', "'''\n'a''\n=\n''''", '""""x"""']
)
SCALARS = st.one_of(STRINGS, st.sampled_from(["1", "-1.5e3", "true", "inf", "1979-05-27 07:32:00", "0x1F", "1_0"]))
GAPS = st.sampled_from(["", " ", "\n", '  # ] } , = "\n', "\n\t"])


def inline_tables(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """With keys of their own, so that none stands twice."""
    names = ["x", "y.z", '"} #"']
    return st.lists(values, max_size=3).map(
        lambda found: "{ " + ", ".join(f"{key} = {one}" for key, one in zip(names, found, strict=False)) + " }"
    )


def arrays(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(st.lists(st.tuples(GAPS, values, GAPS), max_size=3), st.booleans(), GAPS).map(
        lambda parts: (
            "[" + ",".join("".join(one) for one in parts[0]) + ("," if parts[0] and parts[1] else "") + parts[2] + "]"
        )
    )


VALUES = st.recursive(SCALARS, lambda values: st.one_of(arrays(values), inline_tables(values)), max_leaves=6)
HEADS = st.sampled_from(["[t]\n", "[ t . u ]\n", "[[many]] # more\n", "[t.'v.w']\n", "[a]\n"])
STATEMENTS = st.one_of(
    st.tuples(KEYS, st.sampled_from(["=", " = ", "\t= "]), VALUES, st.sampled_from(["\n", " # end\n", "\r\n"])).map(
        "".join
    ),
    HEADS,
    st.sampled_from(["\n", "# [x]\n", " \t\n"]),
)


@given(st.lists(STATEMENTS, max_size=8).map("".join))
def test_every_document_that_tomllib_takes_has_exactly_its_paths(text: str) -> None:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        assume(False)
    lines = key_lines(text)
    assert set(lines) == paths_of(document)
    assert all(1 <= line <= text.count("\n") + 1 for line in lines.values())


@given(st.lists(st.tuples(VALUES, st.integers(0, 3)), max_size=6), st.booleans())
def test_a_key_has_the_line_on_which_it_was_written(values: list[tuple[str, int]], has_table: bool) -> None:
    text, expected = ("[table]\n", 2) if has_table else ("", 1)
    at: dict[Path, int] = {}
    for number, (value, blank_lines) in enumerate(values):
        gap = "\n# key0 = 1" * blank_lines + "\n"
        at[("table", f"key{number}") if has_table else (f"key{number}",)] = expected
        text += f"key{number} = {value}{gap}"
        expected += value.count("\n") + gap.count("\n")
    tomllib.loads(text)
    lines = key_lines(text)
    assert {path: lines[path] for path in at} == at


@example("a = '''" + "'" * 30_000)
@given(st.text(alphabet="[]{}=\"'#\\\n\r .,ab1", max_size=60))
def test_no_text_that_tomllib_takes_leads_astray(text: str) -> None:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert set(key_lines(text)) == paths_of(document)


def test_the_worst_of_small_files_takes_no_time() -> None:
    texts = [
        ".".join(["a"] * 500) + " = 1\n",
        "\n".join(f"k{number} = 1" for number in range(6_000)),
        "a = [" + "[]," * 20_000 + "]\n",
        'a = "' + "\\\\" * 30_000 + '"\n',
        "a = '''" + "''\n" * 20_000 + "'''\n",
        "#" * 60_000,
    ]
    began = time.process_time()
    for text in texts:
        tomllib.loads(text)
        key_lines(text)
    assert time.process_time() - began < 3
