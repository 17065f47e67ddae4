"""The schemas say what is printed: real documents and lines, composed ones, and whatever the records may hold."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nettools.core.prefix import Prefix
from nettools.core.record import to_json
from nettools.core.text import SafeText
from nettools.render.data import encode
from tests.cli import run
from tests.core.strategies import any_prefix
from tests.schemas import FOLDER, LARGEST, check_document, check_lines, check_value, schema
from tools.line_schemas import LINES
from tools.schema_keys import keys_text, lost_keys, read_keys
from tools.schemas import KEYS, REPORTS

GOLDEN = Path(__file__).resolve().parents[1] / "golden"

VERBS = {
    "describe": ["192.0.2.12/30", "2001:db8::1/64", "0.0.0.0/0", "ff05::1:3", "fe80::5eff:fe10:1%lo", "2002::1", "bad"],
    "split": ["192.0.2.0/24", "--hosts", "50,20", "--names", "a"],
    "merge": ["10.0.0.0/25", "10.0.0.128/25", "2001:db8::/64", "bad"],
    "cover": ["10.0.0.1", "10.0.9.9"],
    "subtract": ["10.0.0.0/8", "--minus", "10.0.0.0/30"],
    "intersect": ["10.0.0.0/8", "10.1.0.0/16"],
    "compare": ["10.0.0.0/8", "10.0.0.0/9,192.0.2.0/24"],
    "range": ["10.0.0.1-10.0.0.9", "2001:db8::/64"],
    "relate": ["10.0.0.0/8", "10.1.0.0/16"],
    "list": ["2001:db8::/64", "--count", "2"],
    "sort": ["10.0.0.9", "9.0.0.0/8", "bad"],
    "filter": ["10.0.0.0/8"],
    "free": ["10.0.0.0/24", "--used", "-", "--prefix", "26"],
    "reverse": ["192.0.2.64/26", "2001:db8::/35"],
    "mac": ["02:00:5e:10:00:01", "fe80::1", "--prefix", "2001:db8::/64", "bad"],
    "nat64": ["64:ff9b::/96", "192.0.2.33"],
    "ula": ["--count", "2"],
}
LINES_OF = {
    "describe": "subnet-lines",
    "compare": "subnet-compare-lines",
    "relate": "subnet-relation-lines",
    "filter": "subnet-filter-lines",
    "mac": "subnet-mac-lines",
}
COMMANDS: dict[str, tuple[str, list[str]]] = {
    "port-service": ("port-service-lines", ["port-service", "80", "51820/udp", "no-such-service", "99999"]),
    "scan": ("scan-lines", ["scan", "127.0.0.1", "010.0.0.1", "-p", "1-40"]),
    "scan of UDP": ("scan-lines", ["scan", "127.0.0.1", "::1", "--udp", "-p", "9", "--retries", "0"]),
    "ifaces": ("ifaces-lines", ["ifaces", "lo", "no-such-interface"]),
    "all ifaces": ("ifaces-lines", ["ifaces"]),
    "route": ("route-lines", ["route", "--table", "local", "--rules"]),
    "route-explain": ("route-explain-lines", ["route", "127.0.0.1", "127.0.0.0/8", "010.0.0.1"]),
    "cat": ("cat-lines", ["cat", "-z", "127.0.0.1", "9", "--quiet"]),
    "schemas": ("schemas-lines", ["schema"]),
}
ALL = COMMANDS | {
    f"subnet {verb}": (LINES_OF.get(verb, "subnet-list-lines"), ["subnet", verb, *words])
    for verb, words in VERBS.items()
}
STDIN = b"10.0.0.0/26 label\nhost 10.1.2.3:80\n"


@pytest.mark.parametrize("name", ALL)
def test_a_real_document_is_what_its_schema_says(name: str) -> None:
    check_document(run(*ALL[name][1], "--json", stdin=STDIN).raw_stdout)


@pytest.mark.parametrize("name", ALL)
def test_every_real_line_is_what_its_schema_says(name: str) -> None:
    lines, words = ALL[name]
    check_lines(lines, run(*words, "--format", "jsonl", stdin=STDIN).raw_stdout)


@pytest.mark.parametrize("words", [["subnet", "--no-such-option"], ["no-such-command"], ["cat", "x"], ["listen"]])
def test_a_failure_before_any_work_is_a_document_too(words: list[str]) -> None:
    assert check_document(run(*words, "--json").raw_stdout)["schema"] == "nettools.error/1"


@pytest.mark.parametrize("compared", [[], ["--diff"], ["--expect-file"]], ids=["alone", "diff", "expected"])
def test_a_scan_beside_an_earlier_one_is_what_its_schema_says(compared: list[str], tmp_path: Path) -> None:
    old = tmp_path / "old"
    words = ["scan", "127.0.0.1", "-p", "1-3"]
    if compared == ["--diff"]:
        run(*words, "--output", str(old), "--json")
        old.write_text(old.read_text().replace('"closed"', '"open"'))
    elif compared:
        old.write_text("127.0.0.1 7\n")
    beside = [*compared, str(old)] if compared else []
    check_document(run(*words, *beside, "--json").raw_stdout)
    types = {line["type"] for line in check_lines("scan-lines", run(*words, *beside, "-f", "jsonl").raw_stdout)}
    assert {"--diff": "change", "--expect-file": "expectation", "": "host"}["".join(compared)] in types


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: str(path.stem))
def test_a_composed_document_is_what_its_schema_says(path: Path) -> None:
    check_document(path.read_bytes())


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.jsonl")), ids=lambda path: str(path.stem))
def test_composed_lines_are_what_their_schema_says(path: Path) -> None:
    check_lines(f"{path.stem}-lines", path.read_bytes())


@pytest.mark.parametrize(
    "name", [name for name in ALL if name.split()[0] in ("subnet", "schemas") and name != "subnet ula"]
)
@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_what_scripts_read_is_the_same_bytes_everywhere(name: str, form: str) -> None:
    words = [*ALL[name][1], "--format", form]
    expected = run(*words, stdin=STDIN).raw_stdout
    for env in ({"FORCE_COLOR": "1"}, {"NO_COLOR": "1"}, {"LANG": "tr_TR", "COLUMNS": "40"}):
        assert run(*words, stdin=STDIN, columns=40, env=env).raw_stdout == expected
    assert run(*words, stdin=STDIN, encoding="utf-16").raw_stdout == expected


@settings(max_examples=25, deadline=None)
@given(st.lists(any_prefix().map(str) | st.text(st.characters(exclude_characters="\0"), max_size=9), max_size=3))
def test_whatever_subnet_is_asked_its_document_is_what_the_schema_says(words: list[str]) -> None:
    check_document(run("subnet", "--json", "--", *words).raw_stdout)


# -- whatever the records may hold ----------------------------------------------------------------------


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Every value that a field of this type may have."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return st.one_of([values(one) for one in arguments])
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        return st.lists(values(arguments[0]), max_size=2).map(tuple)
    if origin is dict:
        inner = st.integers(0, 9) if "Json" in str(arguments[1]) else values(arguments[1])
        return st.dictionaries(st.text(max_size=3), inner, max_size=2)
    if isinstance(hint, type) and is_dataclass(hint) and hint is not Prefix:
        return records(hint)
    return _SCALARS[hint]


def records(record: type) -> st.SearchStrategy[Any]:
    """Records of a class; what never stands in an answer is left out."""
    hints: Mapping[str, Any] = get_type_hints(record)
    parts = {one.name: st.none() if one.metadata.get("internal") else values(hints[one.name]) for one in fields(record)}
    return st.builds(record, **parts)


_ANY_TEXT = st.text(st.characters(), max_size=4)
_SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    type(None): st.none(),
    bool: st.booleans(),
    int: st.integers(-LARGEST, LARGEST),
    float: st.floats(allow_nan=False, allow_infinity=False),
    str: _ANY_TEXT,
    SafeText: _ANY_TEXT.map(lambda text: SafeText(text.encode("ascii", "backslashreplace").decode())),
    datetime: st.datetimes(min_value=datetime(1970, 1, 2), timezones=st.just(UTC)),  # noqa: DTZ001
    IPv4Address: st.ip_addresses(v=4),
    IPv6Address: st.ip_addresses(v=6),
    Prefix: any_prefix(),
}


@pytest.mark.parametrize("name", REPORTS)
def test_whatever_a_report_may_hold_is_what_its_schema_says(name: str) -> None:
    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(records(REPORTS[name]))
    def is_so(report: Any) -> None:
        body = json.loads(encode(to_json(report)))
        check_value(name, {"schema": report.SCHEMA, **body})

    is_so()


# -- the schemas themselves -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: str(path.stem))
def test_a_schema_names_itself_and_says_what_it_is_of(path: Path) -> None:
    found = schema(path.stem)
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert found["$id"] == f"urn:nettools:{path.stem}:1"
    for described in (found, *found["$defs"].values()):
        assert described["description"].endswith((".", ";"))
        assert "``" not in described["description"]


def test_every_schema_has_its_file_and_no_other() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == {*REPORTS, *LINES}
    assert {path.stem for path in KEYS.glob("*.txt")} == {*REPORTS, *LINES}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: str(path.stem))
def test_nettools_schema_prints_the_file(path: Path) -> None:
    outcome = run("schema", path.stem)
    assert (outcome.status, outcome.stdout) == (0, path.read_text(encoding="utf-8"))


def test_nettools_schema_alone_lists_them_all() -> None:
    listed = run("schema", "--json").json["schemas"]
    assert [one["name"] for one in listed] == sorted(path.stem for path in FOLDER.glob("*.json"))
    for one in listed:
        assert one["title"] == schema(one["name"])["title"]
        assert run("schema", one["name"]).status == 0
    table = run("schema").stdout
    assert all(f"{one['name']} " in table for one in listed)


def test_an_unknown_schema_is_answered_with_the_near_one() -> None:
    outcome = run("schema", "scna")
    assert (outcome.status, outcome.stdout) == (2, "")
    assert outcome.stderr == "nettools schema: there is no schema 'scna'; did you mean scan?\n"


# -- what no later version may take away ----------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(KEYS.glob("*.txt")), ids=lambda path: str(path.stem))
def test_no_key_disappears_or_changes_its_type_within_a_version(path: Path) -> None:
    agreed = read_keys(path.read_text(encoding="utf-8"))
    assert lost_keys(agreed, read_keys(keys_text(schema(path.stem)))) == []


def test_a_lost_and_a_retyped_key_are_found_and_a_new_one_is_none() -> None:
    before = schema("port-service")
    after = json.loads(json.dumps(before))
    service = after["$defs"]["Service"]["properties"]
    service["port"]["type"] = "string"
    del service["source"]
    service["more"] = {"type": "string"}
    assert lost_keys(read_keys(keys_text(before)), read_keys(keys_text(after))) == [
        "services[].port was integer and is string",
        "services[].source has gone",
    ]


def test_writing_refuses_to_take_a_key_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tools.schemas

    (tmp_path / "cat.txt").write_text("no_more  string\n")
    monkeypatch.setattr(tools.schemas, "KEYS", tmp_path)
    monkeypatch.setattr(tools.schemas, "FOLDER", tmp_path)
    assert tools.schemas.main(["write"]) == 1
    assert (tmp_path / "cat.txt").read_text() == "no_more  string\n"


def test_the_generator_is_a_program() -> None:
    program = [sys.executable, "tools/schemas.py"]
    done = subprocess.run(program, capture_output=True, text=True, timeout=60, check=False, cwd=FOLDER.parents[1])
    assert (done.returncode, done.stderr) == (2, "usage: tools/schemas.py write|--check\n")
