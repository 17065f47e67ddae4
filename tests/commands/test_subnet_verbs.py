"""The verbs of ``nettools subnet``: their formats, exit statuses, inputs and streams. tests/core has the arithmetic."""

import csv
import io
import json
import tracemalloc
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from jsonschema import Draft202012Validator

from nettools.commands._examples import read_examples
from nettools.commands.subnet import VERBS
from tests.cli import PROJECT, Outcome, is_harmless, run, run_shell


class Case(NamedTuple):
    """A call of a verb, and the plain lines that it answers."""

    argv: list[str]
    plain: list[str]
    stdin: bytes = b""
    schema: str = "subnet-list"


LOG = b"a 10.1.2.3:80\nb 192.0.2.1\nc [2001:db8::5]:443\nd nothing\n"
USED = b"10.0.0.0/25\n10.0.0.128/26\n"

CASES = {
    "describe": Case(["describe", "10.0.0.1"], [], schema="subnet"),
    "split --prefix": Case(["split", "10.0.0.0/30", "--prefix", "31"], ["10.0.0.0/31", "10.0.0.2/31"]),
    "split --into": Case(["split", "10.0.0.0/30", "--into", "2"], ["10.0.0.0/31", "10.0.0.2/31"]),
    "split --hosts": Case(
        ["split", "10.0.0.0/24", "--hosts", "50,100", "--names", "b,a"], ["10.0.0.128/26\tb", "10.0.0.0/25\ta"]
    ),
    "split IPv6 --hosts": Case(["split", "2001:db8::/126", "--hosts", "2"], ["2001:db8::/127"]),
    "merge": Case(["merge", "::1", "10.0.0.0/25", "10.0.0.128/25", "::"], ["10.0.0.0/24", "::/127"]),
    "cover": Case(["cover", "10.0.0.1", "10.0.0.6"], ["10.0.0.0/29"]),
    "cover IPv6": Case(["cover", "2001:db8::", "2001:db8:1::"], ["2001:db8::/47"]),
    "subtract": Case(["subtract", "10.0.0.0/30", "--minus", "10.0.0.1"], ["10.0.0.0/32", "10.0.0.2/31"]),
    "intersect": Case(["intersect", "10.0.0.0/8,::/64", "10.1.0.0/16,::1"], ["10.1.0.0/16", "::1/128"]),
    "compare": Case(
        ["compare", "10.0.0.0/8", "10.0.0.0/9,192.0.2.0/24"],
        ["only_a\t10.128.0.0/9", "only_b\t192.0.2.0/24", "both\t10.0.0.0/9"],
        schema="subnet-compare",
    ),
    "range of a network": Case(["range", "10.0.0.0/30", "::/127"], ["10.0.0.0-10.0.0.3", "::-::1"]),
    "range to networks": Case(["range", "10.0.0.0-10.0.0.4"], ["10.0.0.0/30", "10.0.0.4/32"]),
    "relate": Case(
        ["relate", "10.0.0.0/8", "10.1.0.0/16"],
        ["10.0.0.0/8\t10.1.0.0/16\tcontains\ttrue"],
        schema="subnet-relation",
    ),
    "list": Case(["list", "10.0.0.254/31", "::/127"], ["10.0.0.254", "10.0.0.255", "::", "::1"]),
    "list FIRST-LAST": Case(["list", "10.0.0.254-10.0.1.1"], ["10.0.0.254", "10.0.0.255", "10.0.1.0", "10.0.1.1"]),
    "list FIRST-LAST --count": Case(["list", "::1-ffff::9", "--count", "2"], ["::1", "::2"]),
    "list FIRST-LAST --nth": Case(["list", "::1-ffff::9", "10.0.0.5-10.0.0.6", "--nth", "-1"], ["ffff::9", "10.0.0.6"]),
    "list FIRST-LAST --step": Case(["list", "10.0.0.9-10.0.0.14", "--step", "5"], ["10.0.0.9", "10.0.0.14"]),
    "list --count --step": Case(["list", "10.0.0.0/8", "--count", "2", "--step", "256"], ["10.0.0.0", "10.0.1.0"]),
    "list --nth": Case(["list", "10.0.0.0/8", "::/0", "--nth", "-1"], ["10.255.255.255", "ffff:" * 7 + "ffff"]),
    "sort": Case(["sort", "10.0.0.10", "10.0.0.9", "9.0.0.0/8", "10.0.0.9"], ["9.0.0.0/8", "10.0.0.9", "10.0.0.10"]),
    "filter": Case(
        ["filter", "10.0.0.0/8", "2001:db8::/32"], ["a 10.1.2.3:80", "c [2001:db8::5]:443"], LOG, "subnet-filter"
    ),
    "filter --invert": Case(["filter", "10.0.0.0/8", "--invert"], LOG.decode().splitlines()[1:], LOG, "subnet-filter"),
    "filter --only-matching": Case(
        ["filter", "10.0.0.0/8", "10.1.0.0/16", "--only-matching"], ["10.1.2.3\t10.1.0.0/16\t-"], LOG, "subnet-filter"
    ),
    "free": Case(["free", "10.0.0.0/24", "--used", "-"], ["10.0.0.192/26"], USED),
    "free --prefix": Case(
        ["free", "10.0.0.0/24", "--used", "-", "--prefix", "/28", "--count", "2"],
        ["10.0.0.192/28", "10.0.0.208/28"],
        USED,
    ),
    "reverse": Case(["reverse", "10.0.0.0/23"], ["0.0.10.in-addr.arpa", "1.0.10.in-addr.arpa"]),
    "mac": Case(["mac", "02:00:5e:10:00:01", "--prefix", "2001:db8::/64"], [], schema="subnet-mac"),
    "nat64": Case(["nat64", "64:ff9b::/96", "192.0.2.33", "64:ff9b::1"], ["64:ff9b::c000:221", "0.0.0.1"]),
    "ula": Case(["ula", "--count", "3"], [], schema="subnet-list"),
}

LISTS = [name for name, case in CASES.items() if case.schema == "subnet-list" and case.plain]
SCHEMAS = PROJECT / "nettools" / "schemas"


def ask(case: Case, *more: str, columns: int | None = None) -> Outcome:
    return run("subnet", *case.argv, *more, stdin=case.stdin, columns=columns, env={"NO_COLOR": "1"})


def closed(schema: object) -> Any:
    """A copy of the schema in which no object has a key that is not named."""
    if isinstance(schema, dict):
        copy = {key: closed(value) for key, value in schema.items()}
        return {**copy, "additionalProperties": False} if "properties" in schema and "type" in schema else copy
    return [closed(value) for value in schema] if isinstance(schema, list) else schema


def validator(name: str) -> Draft202012Validator:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(closed(schema))


def columns_of(outcome: Outcome, key: str) -> list[str]:
    return [row[key] for row in csv.DictReader(io.StringIO(outcome.stdout, newline=""))]


# -- formats ---------------------------------------------------------------------------------------------


def test_every_verb_has_a_case() -> None:
    assert {case.argv[0] for case in CASES.values()} == set(VERBS)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.plain])
def test_plain_lines(name: str) -> None:
    outcome = ask(CASES[name], "-f", "plain")
    assert (outcome.status, outcome.stdout.splitlines()) == (0, CASES[name].plain)
    assert outcome.stdout.endswith("\n")


@pytest.mark.parametrize("name", LISTS)
def test_lists_of_networks_and_addresses_are_plain_by_default(name: str) -> None:
    assert ask(CASES[name]).stdout == ask(CASES[name], "-f", "plain").stdout


@pytest.mark.parametrize("name", CASES)
def test_a_document_has_the_keys_of_its_schema_and_no_others(name: str) -> None:
    outcome = ask(CASES[name], "--json")
    assert outcome.status == 0
    validator(CASES[name].schema).validate(outcome.json)
    assert outcome.json["errors"] == []
    assert next(iter(outcome.json)) == "schema"


@pytest.mark.parametrize("name", LISTS)
def test_a_list_document_has_the_networks_of_the_plain_lines(name: str) -> None:
    document = ask(CASES[name], "--json").json
    assert document["operation"] == CASES[name].argv[0]
    items = document["items"]
    if name == "range of a network":
        shown = [f"{item['first']}-{item['last']}" for item in items]
    elif name == "reverse":
        shown = [item["name"] for item in items]
    else:
        shown = ["\t".join(filter(None, (item["network"], item["name"]))) for item in items]
    assert shown == CASES[name].plain


@pytest.mark.parametrize("name", CASES)
def test_every_json_line_carries_its_type(name: str) -> None:
    outcome = ask(CASES[name], "-f", "jsonl")
    assert outcome.status == 0
    assert outcome.json_lines
    assert all(next(iter(line)) == "type" for line in outcome.json_lines)


@pytest.mark.parametrize("name", LISTS)
def test_json_lines_are_the_items_of_the_document_with_their_index(name: str) -> None:
    lines = [line for line in ask(CASES[name], "-f", "jsonl").json_lines if line["type"] == "subnet"]
    items = ask(CASES[name], "--json").json["items"]
    assert lines == [{"type": "subnet", "index": index, **item} for index, item in enumerate(items)]


@pytest.mark.parametrize("name", LISTS)
def test_csv_has_a_header_and_a_row_for_each_item(name: str) -> None:
    outcome = ask(CASES[name], "-f", "csv")
    assert outcome.stdout.splitlines()[0] == "network,first,last,total,name"
    items = ask(CASES[name], "--json").json["items"]
    rows = list(csv.DictReader(io.StringIO(outcome.stdout, newline="")))
    assert rows == [{key: value or "" for key, value in item.items()} for item in items]


@pytest.mark.parametrize("name", LISTS)
def test_a_table_shows_every_network(name: str) -> None:
    outcome = ask(CASES[name], "-f", "table")
    assert outcome.status == 0
    for item in ask(CASES[name], "--json").json["items"]:
        shown = [item["network"], item["first"], item["last"], f"{int(item['total']):,}", item["name"] or ""]
        assert all(value in outcome.stdout for value in shown)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("columns", [40, 80])
def test_a_table_fits_the_terminal(name: str, columns: int) -> None:
    outcome = ask(CASES[name], "-f", "table", columns=columns)
    assert outcome.status == 0
    # The lines of a text stay what they are, and a sentence may wrap.
    if CASES[name].argv[0] not in ("filter", "relate"):
        assert max(len(line) for line in outcome.stdout.splitlines()) <= columns


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_said_on_standard_error_beside_what_is_free(name: str) -> None:
    notes = ask(CASES[name]).stderr.splitlines()
    assert all(": free: " in note for note in notes)
    assert ask(CASES[name], "--quiet").stderr == ""


def test_a_number_of_addresses_is_a_decimal_string() -> None:
    (item,) = run("subnet", "merge", "::/0", "--json").json["items"]
    assert item == {
        "network": "::/0",
        "first": "::",
        "last": "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "total": str(1 << 128),
        "name": None,
    }


def test_compare_names_the_part_of_each_network_in_every_format() -> None:
    case = CASES["compare"]
    pairs = [tuple(line.split("\t")) for line in case.plain]
    assert ask(case, "-f", "csv").stdout.splitlines() == ["part,network", *(f"{part},{net}" for part, net in pairs)]
    assert [(line["part"], line["network"]) for line in ask(case, "-f", "jsonl").json_lines] == pairs
    document = ask(case, "--json").json
    assert [(part, net) for part in ("only_a", "only_b", "both") for net in document[part]] == pairs
    table = ask(case, "-f", "table").stdout
    assert [table.index(net) for _, net in pairs] == sorted(table.index(net) for _, net in pairs)


@pytest.mark.parametrize("format", ["plain", "csv", "json", "jsonl", "table"])
def test_relate_says_its_relation_in_every_format(format: str) -> None:
    outcome = run("subnet", "relate", "10.0.0.0/25", "10.0.0.128/25", "-f", format)
    assert outcome.status == 0
    assert "adjacent" in outcome.stdout
    assert ("true" if format != "table" else "one network") in outcome.stdout


def test_mac_tells_everything_that_ipv6_makes_of_one() -> None:
    (facts,) = ask(CASES["mac"], "--json").json["macs"]
    assert facts == {
        "input": "02:00:5e:10:00:01",
        "mac": "02:00:5e:10:00:01",
        "group": False,
        "local": True,
        "iid": "0:5eff:fe10:1",
        "link_local": "fe80::5eff:fe10:1",
        "address": "2001:db8::5eff:fe10:1",
        "solicited_node": "ff02::1:ff10:1",
        "multicast_mac": "33:33:ff:10:00:01",
    }


def test_ula_draws_different_prefixes_in_fd00() -> None:
    lines = [run("subnet", "ula", "--count", "20").stdout.splitlines() for _ in range(2)]
    assert len({*lines[0], *lines[1]}) == 40
    assert all(line.startswith("fd") and line.endswith("::/48") for line in lines[0] + lines[1])


def test_a_seed_repeats_the_choice() -> None:
    chosen = run("subnet", "list", "10.0.0.0/8", "--random", "5", "--seed", "7")
    assert chosen == run("subnet", "list", "10.0.0.0/8", "--random", "5", "--seed", "7")
    assert chosen != run("subnet", "list", "10.0.0.0/8", "--random", "5", "--seed", "8")
    assert len(set(chosen.stdout.splitlines())) == 5


def test_what_a_split_leaves_free_is_in_the_document_the_table_and_on_standard_error() -> None:
    argv = ("subnet", "split", "10.0.0.0/24", "--into", "3")
    assert run(*argv, "--json").json["free"] == ["10.0.0.192/26"]
    assert "10.0.0.192/26" in run(*argv, "-f", "table").stdout
    assert "10.0.0.192/26" in run(*argv).stderr
    assert "10.0.0.192/26" not in run(*argv).stdout


def test_reverse_gives_the_lines_for_the_parent_zone() -> None:
    outcome = run("subnet", "reverse", "192.0.2.6/31")
    expected = [
        "$ORIGIN 2.0.192.in-addr.arpa.",
        "6/31 IN NS ns.example.",
        "6 IN CNAME 6.6/31",
        "7 IN CNAME 7.6/31",
    ]
    assert outcome.stdout.splitlines() == ["6/31.2.0.192.in-addr.arpa", *expected]
    assert run("subnet", "reverse", "192.0.2.6/31", "--json").json["delegation"] == expected


# -- which verb is meant ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_a_verb_is_reached_through_the_group_whatever_stands_before_it(name: str) -> None:
    case = CASES[name]
    if case.argv[0] != "ula":
        assert run("subnet", "--json", *case.argv, stdin=case.stdin) == ask(case, "--json")


@pytest.mark.parametrize("verb", VERBS)
def test_a_near_miss_is_answered_with_the_verb(verb: str) -> None:
    for word in (verb[:-1], f"{verb}s", verb[1] + verb[0] + verb[2:]):
        if word in VERBS:
            continue
        outcome = run("subnet", word, "10.0.0.0/8")
        assert outcome.status == 2, word
        assert outcome.stdout == ""
        assert verb in outcome.stderr.replace(word, "", 1), word


@pytest.mark.parametrize("word", ["10.0.0.0/8", "::1", "cafe::1", "10.0.0.0-10.0.0.3", "-"])
def test_an_address_is_described(word: str) -> None:
    outcome = run("subnet", word, "--json", stdin=b"192.0.2.1\n")
    assert outcome.json["schema"] == "nettools.subnet/1"
    assert outcome.status == 0


# -- exit statuses ---------------------------------------------------------------------------------------

BAD = "10.0.0.256"


@pytest.mark.parametrize(
    ("argv", "stdin", "status"),
    [
        (["relate", "10.0.0.0/8", "10.1.0.0/16"], b"", 0),
        (["relate", "10.0.0.0/8", "10.1.0.0/16", "--expect", "contains"], b"", 0),
        (["relate", "10.0.0.0/8", "10.1.0.0/16", "--expect", "within"], b"", 1),
        (["relate", "10.0.0.0/8", "::/0"], b"", 0),
        (["relate", "10.0.0.0/8", "::/0", "--expect", "disjoint"], b"", 0),
        (["relate", "10.0.0.0/8", BAD], b"", 2),
        (["relate", "10.0.0.0/8", "10.0.0.0/8", "--expect", "same"], b"", 2),
        (["filter", "10.0.0.0/8"], b"10.0.0.1\n", 0),
        (["filter", "10.0.0.0/8"], b"192.0.2.1\n", 1),
        (["filter", "10.0.0.0/8"], b"", 1),
        (["filter", "10.0.0.0/8", "--invert"], b"10.0.0.1\n", 1),
        (["filter", "10.0.0.0/8", "--invert"], b"192.0.2.1\n", 0),
        (["filter", "10.0.0.0/8", "--only-matching"], b"x\n", 1),
        (["filter", "10.0.0.0/8", BAD], b"10.0.0.1\n", 4),
        (["filter", "10.0.0.0/8", BAD], b"x\n", 4),
        (["filter", BAD], b"10.0.0.1\n", 2),
        (["free", "10.0.0.0/24", "--used", "-"], b"10.0.0.0/25\n", 0),
        (["free", "10.0.0.0/24", "--used", "-"], b"10.0.0.0/8\n", 1),
        (["free", "10.0.0.0/24", "--used", "-", "--prefix", "24"], b"10.0.0.0/25\n", 1),
        (["free", "2001:db8::/64", "--used", "-", "--prefix", "80"], b"2001:db8::/65\n", 0),
        (["free", "2001:db8::/64", "--used", "-", "--prefix", "64"], b"2001:db8::/64\n", 1),
        (["free", "10.0.0.0/24", "--used", "-"], b"10.0.0.0/25\nbad\n", 4),
        (["free", "10.0.0.0/24", "--used", "-"], b"10.0.0.0/24\nbad\n", 4),
        (["merge", "10.0.0.0/8", BAD], b"", 4),
        (["merge", BAD, "nonsense"], b"", 2),
        (["merge", "-"], b"", 0),
        (["merge", "-"], b"10.0.0.0/8\nbad\n", 4),
        (["merge", "-"], b"bad\nworse\n", 2),
        (["sort", "10.0.0.0/8", BAD], b"", 4),
        (["cover", "10.0.0.0/8", BAD], b"", 4),
        (["range", "10.0.0.0/8", BAD], b"", 4),
        (["range", BAD], b"", 2),
        (["mac", "00:11:22:33:44:55", "nonsense"], b"", 4),
        (["mac", "nonsense"], b"", 2),
        (["list", "10.0.0.0/31", BAD], b"", 4),
        (["list", BAD], b"", 2),
        (["list", "10.0.0.0/8", "10.0.0.0/31", "--nth", "5"], b"", 4),
        (["reverse", "10.0.0.0/8", BAD], b"", 4),
        (["reverse", BAD], b"", 2),
        (["nat64", "64:ff9b::/96", "10.0.0.1", BAD], b"", 4),
        (["nat64", "64:ff9b::/96", BAD], b"", 2),
        (["nat64", "64:ff9b::/97", "10.0.0.1"], b"", 2),
        (["compare", "10.0.0.0/8", "10.0.0.0/8"], b"", 0),
        (["compare", f"10.0.0.0/8,{BAD}", "10.0.0.0/8"], b"", 4),
        (["compare", BAD, BAD], b"", 2),
        (["intersect", "10.0.0.0/8", "192.0.2.0/24"], b"", 0),
        (["intersect", f"10.0.0.0/8,{BAD}", "10.0.0.0/9"], b"", 4),
        (["intersect", f"10.0.0.0/8,{BAD}", "192.0.2.0/24"], b"", 4),
        (["intersect", BAD, BAD], b"", 2),
        (["subtract", "10.0.0.0/8", "--minus", "10.0.0.0/8"], b"", 0),
        (["subtract", "10.0.0.0/8", BAD, "--minus", "10.0.0.0/9"], b"", 4),
        (["subtract", "10.0.0.0/8", BAD, "--minus", "0.0.0.0/0"], b"", 4),
        (["split", "10.0.0.0/8", "--prefix", "7"], b"", 2),
        (["split", BAD, "--prefix", "30"], b"", 2),
    ],
)
def test_exit_statuses(argv: list[str], stdin: bytes, status: int) -> None:
    plain = run("subnet", *argv, "-f", "plain", stdin=stdin)
    assert plain.status == status, plain.stderr
    assert run("subnet", *argv, "--json", stdin=stdin).status == status
    if status == 2:
        assert plain.stdout == ""
    if status in (2, 4):
        assert plain.stderr.startswith("nettools subnet")


@pytest.mark.parametrize(
    "argv",
    [
        ["merge", "10.0.0.0/8", BAD, "::1"],
        ["sort", "10.0.0.0/8", BAD, "::1"],
        ["range", "10.0.0.0/8", BAD, "::1"],
        ["list", "10.0.0.0/31", BAD, "::1"],
        ["reverse", "10.0.0.0/8", BAD, "::1"],
        ["nat64", "64:ff9b::/96", "10.0.0.1", BAD, "64:ff9b::1"],
        ["subtract", "10.0.0.0/8", BAD, "::1", "--minus", "10.0.0.0/9"],
    ],
)
def test_a_target_that_failed_stands_in_the_errors_and_stops_no_other(argv: list[str]) -> None:
    document = run("subnet", *argv, "--json").json
    assert [error["input"] for error in document["errors"]] == [BAD]
    good = run("subnet", *[word for word in argv if word != BAD], "--json").json
    assert document["items"] == good["items"]
    lines = run("subnet", *argv, "-f", "jsonl").json_lines
    assert [line["input"] for line in lines if line["type"] == "error"] == [BAD]
    assert len(lines) == len(good["items"]) + 1


def test_networks_that_cannot_be_read_stand_in_the_json_lines_of_the_filter() -> None:
    lines = run("subnet", "filter", "10.0.0.0/8", BAD, "-f", "jsonl", stdin=LOG).json_lines
    assert sorted(line["type"] for line in lines) == ["error", "line"]


@pytest.mark.parametrize("format", ["json", "jsonl", "csv", "plain"])
def test_a_refusal_in_the_middle_leaves_no_broken_document(format: str) -> None:
    outcome = run("subnet", "list", "10.0.0.0/8", "10.0.0.0/24", "--random", "20000", "--seed", "1", "-f", format)
    # Either nothing of the first network, with status 2, or all of it, with status 4.
    assert outcome.status in (2, 4)
    if format == "json":
        assert [error["kind"] for error in outcome.json["errors"]] == ["bad-option"]
    elif outcome.status == 2:
        assert outcome.stdout == ""
    else:
        assert outcome.stdout.count("\n") >= 20000


@pytest.mark.parametrize(
    ("argv", "stdin", "document"),
    [
        (["merge", "-"], b"", {"items": []}),
        (["intersect", "10.0.0.0/8", "::/0"], b"", {"items": []}),
        (["subtract", "::/0", "--minus", "::/0"], b"", {"items": []}),
        (["free", "10.0.0.0/24", "--used", "-"], b"10.0.0.0/24\n", {"items": []}),
        (["filter", "10.0.0.0/8"], b"nothing\n", {"lines": []}),
        (["compare", "-", "@/dev/null"], b"", {"only_a": [], "only_b": [], "both": []}),
    ],
)
def test_an_empty_answer_is_no_line_and_an_empty_list(
    argv: list[str], stdin: bytes, document: Mapping[str, object]
) -> None:
    plain = run("subnet", *argv, "-f", "plain", stdin=stdin)
    assert (plain.stdout, plain.stderr) == ("", "")
    answered = run("subnet", *argv, "--json", stdin=stdin).json
    assert {key: answered[key] for key in document} == document
    assert run("subnet", *argv, "-f", "jsonl", stdin=stdin).stdout == ""


# -- options that contradict each other ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argv", "why"),
    [
        (["split", "10.0.0.0/8"], "--prefix"),
        (["split", "10.0.0.0/8", "--prefix", "9", "--into", "2"], "--prefix"),
        (["split", "10.0.0.0/8", "--into", "2", "--hosts", "2"], "--hosts"),
        (["split", "10.0.0.0/8", "--prefix", "9", "--names", "a"], "--names"),
        (["split", "10.0.0.0/8", "--into", "2", "--names", "a,b,c"], "--names"),
        (["split", "10.0.0.0/8", "--prefix", "x"], "'x'"),
        (["split", "10.0.0.0/8", "--prefix", "33"], "33"),
        (["split", "10.0.0.0/8", "--into", "0"], "--into"),
        (["split", "10.0.0.0/8", "--into", "-1"], "-1"),
        (["split", "10.0.0.0/31", "--into", "3"], "too few"),
        (["split", "10.0.0.0/8", "--hosts", "0"], "--hosts"),
        (["split", "10.0.0.0/8", "--hosts", "5,,5"], "--hosts"),
        (["split", "10.0.0.0/24", "--hosts", "300"], "256 too few"),
        (["split", "10.0.0.0/8", "11.0.0.0/8", "--into", "2"], "11.0.0.0/8"),
        (["list", "10.0.0.0/8", "--seed", "1"], "--seed"),
        (["list", "10.0.0.0/8", "--nth", "1", "--count", "1"], "--nth"),
        (["list", "10.0.0.0/8", "--nth", "1", "--step", "1"], "--nth"),
        (["list", "10.0.0.0/8", "--nth", "1", "--random", "1"], "--nth"),
        (["list", "10.0.0.0/8", "--random", "1", "--count", "1"], "--random"),
        (["list", "10.0.0.0/8", "--random", "1", "--step", "1"], "--random"),
        (["list", "10.0.0.0/31", "--random", "3"], "cannot be drawn"),
        (["list", "10.0.0.0/31", "--nth", "2"], "numbered from 0"),
        (["list", "10.0.0.0/31", "--nth", "x"], "'x'"),
        (["list", "10.0.0.0/31", "--count", "0"], "--count"),
        (["list", "10.0.0.0/31", "--step", "0"], "--step"),
        (["filter"], "no networks"),
        (["filter", "10.0.0.0/8", "--invert", "--only-matching"], "--only-matching"),
        (["filter", "--file", "/does/not/exist"], "/does/not/exist"),
        (["free", "10.0.0.0/8"], "--used"),
        (["free", "10.0.0.0/8", "--used", "/does/not/exist"], "/does/not/exist"),
        (["free", "10.0.0.0/8", "--used", "-", "--prefix", "33"], "33"),
        (["free", "10.0.0.0/8", "--used", "-", "--count", "0"], "--count"),
        (["subtract", "10.0.0.0/8"], "--minus"),
        (["cover", "10.0.0.0/8", "::1"], "IPv4 and IPv6"),
        (["relate", "10.0.0.0/8"], "B"),
        (["relate", "10.0.0.0/8", "fe80::%eth0/64"], "zone"),
        (["merge"], "CIDR"),
        (["merge", "@/does/not/exist"], "/does/not/exist"),
        (["mac", "00:11:22:33:44:55", "--prefix", "2001:db8::/65"], "no room"),
        (["nat64", "10.0.0.0/8", "10.0.0.1"], "RFC 6052"),
        (["nat64", "64:ff9b::/96", "2001:db8::1"], "not in"),
        (["ula", "--count", "0"], "--count"),
        (["ula", "10.0.0.0/8"], "10.0.0.0/8"),
        (["merge", "10.0.0.0/8", "--json", "-f", "csv"], "--format"),
    ],
)
def test_a_bad_request_is_refused_in_one_line_that_says_why(argv: list[str], why: str) -> None:
    outcome = run("subnet", *argv)
    assert outcome.status == 2
    assert why in outcome.stderr
    assert outcome.stderr.count("\n") == 1
    if "--json" in argv:
        assert outcome.json["schema"] == "nettools.error/1"
    else:
        assert outcome.stdout == ""
        assert len(run("subnet", *argv, "--json").json["errors"]) == 1


@pytest.mark.parametrize(
    "argv", [["merge", ""], ["sort", ""], ["cover", ""], ["intersect", "", "10.0.0.0/8"], ["compare", "10.0.0.0/8", ""]]
)
def test_an_empty_word_is_refused(argv: list[str]) -> None:
    outcome = run("subnet", *argv)
    assert outcome.status in (2, 4)
    assert "''" in outcome.stderr


def test_an_empty_subtrahend_is_refused() -> None:
    assert run("subnet", "subtract", "10.0.0.0/8", "--minus", "").status in (2, 4)


def test_ranges_can_be_related() -> None:
    outcome = run("subnet", "relate", "10.0.0.0-10.0.0.9", "10.0.0.5-10.0.0.20", "--expect", "overlaps", "--json")
    assert outcome.status == 0
    assert (outcome.json["relation"], outcome.json["mergeable"]) == ("overlaps", False)


@pytest.mark.parametrize("zone", ["eth0", "eth-0"])
def test_the_range_of_a_network_with_a_zone_does_not_drop_the_zone(zone: str) -> None:
    outcome = run("subnet", "range", f"fe80::1%{zone}/64")
    # It may be kept or refused, as the other verbs do.
    assert outcome.status == 2 or outcome.stdout == f"fe80::%{zone}-fe80::ffff:ffff:ffff:ffff%{zone}\n"


# -- standard input and files ----------------------------------------------------------------------------

LINES = b"# networks\n\n10.0.0.128/25 # upper\r\n  10.0.0.0/25\n::1"


@pytest.mark.parametrize(
    "argv",
    [
        ["merge", "-"],
        ["sort", "-"],
        ["subtract", "-", "--minus", "::2"],
        ["subtract", "0.0.0.0/0", "::/120", "--minus", "-"],
        ["intersect", "-", "0.0.0.0/0,::/0"],
        ["intersect", "0.0.0.0/0,::/0", "-"],
        ["free", "10.0.0.0/23,::/120", "--used", "-"],
    ],
)
def test_lines_of_standard_input_and_of_a_file_are_networks(argv: list[str], tmp_path: Path) -> None:
    path = tmp_path / "networks"
    path.write_bytes(LINES)
    words = [f"@{path}" if word == "-" and argv[0] != "free" else str(path) if word == "-" else word for word in argv]
    listed = "10.0.0.128/25,10.0.0.0/25,::1"
    from_input, from_file = run("subnet", *argv, stdin=LINES), run("subnet", *words)
    assert from_input == from_file
    assert from_input.status == 0
    assert from_input.stdout
    if argv[0] in ("subtract", "intersect") and argv[1] != "-":
        typed = [listed if word == "-" else word for word in argv]
        assert run("subnet", *typed) == from_input


def test_input_and_words_may_be_mixed() -> None:
    outcome = run("subnet", "merge", "10.0.0.0/25", "-", "::1", stdin=b"10.0.0.128/25\n::\n")
    assert outcome.stdout == "10.0.0.0/24\n::/127\n"


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    assert run("subnet", "merge", "-", stdin=b"\xef\xbb\xbf10.0.0.0/8\n").stdout == "10.0.0.0/8\n"


@pytest.mark.parametrize(
    ("argv", "answer"),
    [
        (["list", "-"], ["10.0.0.0", "10.0.0.1", "::1"]),
        (["range", "-"], ["10.0.0.0-10.0.0.1", "::1-::1"]),
        (["reverse", "-"], ["0/31.0.0.10.in-addr.arpa", "1." + "0." * 31 + "ip6.arpa"]),
    ],
)
def test_every_verb_with_several_targets_reads_them_from_standard_input(argv: list[str], answer: list[str]) -> None:
    outcome = run("subnet", *argv, stdin=b"# targets\n10.0.0.0/31\n::1\n")
    assert outcome.status == 0
    assert outcome.stdout.splitlines()[: len(answer)] == answer


def test_nat64_reads_addresses_from_standard_input() -> None:
    outcome = run("subnet", "nat64", "64:ff9b::/96", "-", stdin=b"192.0.2.33\n")
    assert (outcome.status, outcome.stdout) == (0, "64:ff9b::c000:221\n")


@pytest.mark.parametrize("verb", ["merge", "sort", "cover"])
@pytest.mark.parametrize("source", ["input", "file"])
def test_a_bad_line_is_reported_with_its_number_and_stops_nothing(verb: str, source: str, tmp_path: Path) -> None:
    lines = b"10.0.0.0/8\n# comment\nnonsense\n\n10.0.0.256 # why\n"
    path = tmp_path / "networks"
    path.write_bytes(lines)
    word = "-" if source == "input" else f"@{path}"
    outcome = run("subnet", verb, word, "--json", stdin=lines)
    assert outcome.status == 4
    assert [(error["line"], error["input"]) for error in outcome.json["errors"]] == [(3, "nonsense"), (5, "10.0.0.256")]
    assert [item["network"] for item in outcome.json["items"]] == ["10.0.0.0/8"]
    assert "line 3: " in outcome.stderr
    assert "line 5: " in outcome.stderr


def test_bad_lines_of_used_networks_are_reported_with_their_number() -> None:
    outcome = run("subnet", "free", "10.0.0.0/24", "--used", "-", stdin=b"10.0.0.0/25\nbad\n")
    assert outcome.status == 4
    assert "line 2: " in outcome.stderr


def test_a_bad_line_far_into_the_input_has_the_right_number() -> None:
    lines = [f"10.{place >> 8 & 255}.{place & 255}.1" for place in range(60_000)]
    lines[45_678] = "10.0.0"
    outcome = run("subnet", "merge", "-", "--json", stdin="\n".join(lines).encode())
    assert [error["line"] for error in outcome.json["errors"]] == [45_679]
    assert outcome.status == 4


def test_bytes_that_are_no_text_are_a_bad_line_and_harmless_to_a_terminal() -> None:
    outcome = run("subnet", "merge", "-", stdin=b"10.0.0.0/8\n\xff\x1b[31m\n", stderr_tty=True)
    assert outcome.status == 4
    assert is_harmless(outcome.stderr.replace("\n", ""))


class LongLine(io.BufferedIOBase):
    """A number of bytes without a newline, then perhaps more lines."""

    def __init__(self, size: int, then: bytes = b"") -> None:
        self._left = size
        self._then = then

    def read(self, size: int | None = -1, /) -> bytes:
        taken = min(self._left, size if size is not None and size >= 0 else self._left)
        self._left -= taken
        if taken:
            return b"1" * taken
        then, self._then = self._then, b""
        return then

    def fileno(self) -> int:
        raise OSError("no descriptor")


@pytest.mark.parametrize("argv", [["merge", "-"], ["sort", "-"], ["filter", "10.0.0.0/8"]])
def test_a_line_of_20_megabytes_is_an_error_with_its_number_and_never_held(argv: list[str]) -> None:
    run("subnet", *argv, stdin=b"10.0.0.1\n")  # what is imported once is no part of this
    tracemalloc.start()
    try:
        outcome = run("subnet", *argv, "--json", stdin=LongLine(20_000_000, b"\n10.0.0.1\n"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert outcome.status == 4
    assert [error["line"] for error in outcome.json["errors"]] == [1]
    assert "longer than" in outcome.stderr
    assert len(outcome.json["lines" if argv[0] == "filter" else "items"]) == 1
    assert peak < 8_000_000


def test_an_overlong_line_of_the_text_stands_in_the_json_lines_of_the_filter() -> None:
    outcome = run("subnet", "filter", "10.0.0.0/8", "-f", "jsonl", stdin=LongLine(3_000_000, b"\n10.0.0.1\n"))
    assert outcome.status == 4
    assert sorted((line["type"], line["line"]) for line in outcome.json_lines) == [("error", 1), ("line", 2)]


def test_a_long_line_alone_is_an_unreadable_request() -> None:
    outcome = run("subnet", "merge", "-", stdin=LongLine(1_000_000))
    assert (outcome.status, outcome.stdout) == (2, "")


@pytest.mark.parametrize("verb", ["merge", "describe"])
def test_a_line_past_the_limit_is_refused_though_it_came_whole(verb: str) -> None:
    line = b"10.0.0.1" + b" " * (1 << 16) + b"\n"
    outcome = run("subnet", verb, "-", stdin=line)
    assert outcome.status == 2
    assert "longer than" in outcome.stderr


# -- filter ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [b"a 10.0.0.1\r\n\xff\xfe 10.0.0.2\nb 10.0.0.3 \x1b[31m\n", b"a 10.0.0.1\n"])
def test_kept_lines_go_byte_for_byte_into_a_pipe(text: bytes) -> None:
    assert run("subnet", "filter", "10.0.0.0/8", stdin=text).raw_stdout == text
    assert run("subnet", "filter", "11.0.0.0/8", "--invert", stdin=text).raw_stdout == text


def test_the_last_line_needs_no_newline() -> None:
    assert run("subnet", "filter", "10.0.0.0/8", stdin=b"x\n10.0.0.1").stdout == "10.0.0.1\n"


def test_a_terminal_obeys_nothing_of_the_text() -> None:
    outcome = run("subnet", "filter", "10.0.0.0/8", stdin=b"\x1b]0;10.0.0.1\x07 10.0.0.2 \xff\n", tty=True)
    assert outcome.status == 0
    assert is_harmless(outcome.stdout.rstrip("\n"))
    assert "10.0.0.2" in outcome.stdout


def test_kept_and_inverted_lines_are_the_text_and_have_their_numbers() -> None:
    text = b"".join(b"%d 10.%d.0.1 x\n" % (number, number % 7) for number in range(5000))
    kept = run("subnet", "filter", "10.3.0.0/16", stdin=text).raw_stdout.splitlines()
    others = run("subnet", "filter", "10.3.0.0/16", "--invert", stdin=text).raw_stdout.splitlines()
    assert len(kept) == 714
    assert sorted(kept + others) == sorted(text.splitlines())
    for more, lines in (([], kept), (["--invert"], others)):
        numbered = run("subnet", "filter", "10.3.0.0/16", *more, "--json", stdin=text).json["lines"]
        assert [line["text"].encode() for line in numbered] == lines
        assert [int(line["text"].split()[0]) + 1 for line in numbered] == [line["line"] for line in numbered]


def test_each_match_names_its_narrowest_network_and_the_label_of_that(tmp_path: Path) -> None:
    path = tmp_path / "sites"
    path.write_bytes(b"# sites\n10.0.0.0/8 all of it\n10.1.0.0/16\n2001:db8::/32 documentation # comment\n")
    text = b"10.1.2.3 10.2.2.2:80 192.0.2.1\n\n[2001:db8::1]:443\n"
    outcome = run("subnet", "filter", "--file", str(path), "--only-matching", stdin=text)
    assert outcome.stdout.splitlines() == [
        "10.1.2.3\t10.1.0.0/16\t-",
        "10.2.2.2\t10.0.0.0/8\tall of it",
        "2001:db8::1\t2001:db8::/32\tdocumentation",
    ]
    document = run("subnet", "filter", "--file", str(path), "--json", stdin=text).json
    assert [line["line"] for line in document["lines"]] == [1, 3]
    assert document["lines"][1]["matches"] == [
        {"address": "2001:db8::1", "network": "2001:db8::/32", "label": "documentation"}
    ]
    rows = run("subnet", "filter", "--file", str(path), "--only-matching", "-f", "csv", stdin=text)
    assert columns_of(rows, "label") == ["", "all of it", "documentation"]


@pytest.mark.parametrize("separator", [" ", "  ", "\t", " \t "])
def test_any_blanks_separate_a_network_from_its_label(separator: str, tmp_path: Path) -> None:
    path = tmp_path / "sites"
    path.write_text(f"10.0.0.0/8{separator}head office\n", encoding="utf-8")
    outcome = run("subnet", "filter", "--file", str(path), "--only-matching", stdin=b"10.0.0.1\n")
    assert outcome.stdout == "10.0.0.1\t10.0.0.0/8\thead office\n"


@pytest.mark.parametrize("label", ["12", "24", "7"])
def test_a_label_of_digits_is_a_label_and_widens_nothing(label: str, tmp_path: Path) -> None:
    path = tmp_path / "sites"
    path.write_text(f"192.0.2.1 {label}\n", encoding="utf-8")
    outcome = run(
        "subnet", "filter", "--file", str(path), "--only-matching", stdin=b"192.0.2.1\n192.0.2.2\n192.0.3.4\n"
    )
    assert outcome.stdout == f"192.0.2.1\t192.0.2.1/32\t{label}\n"


def test_a_bad_line_of_the_networks_is_reported_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "sites"
    path.write_bytes(b"10.0.0.0/8 good\nnonsense label\n")
    outcome = run("subnet", "filter", "--file", str(path), stdin=b"10.0.0.1\n")
    assert (outcome.status, outcome.stdout) == (4, "10.0.0.1\n")
    assert "line 2: " in outcome.stderr


def test_no_networks_at_all_match_no_line_so_inverted_every_line(tmp_path: Path) -> None:
    path = tmp_path / "none"
    path.write_bytes(b"# none yet\n")
    assert run("subnet", "filter", "--file", str(path), stdin=LOG).status == 1
    outcome = run("subnet", "filter", "--file", str(path), "--invert", stdin=LOG)
    assert (outcome.status, outcome.raw_stdout) == (0, LOG)


def test_mapped_addresses_match_ipv4_networks_where_asked() -> None:
    text = b"::ffff:10.0.0.1\n"
    assert run("subnet", "filter", "10.0.0.0/8", stdin=text).status == 1
    outcome = run("subnet", "filter", "10.0.0.0/8", "--mapped", "--only-matching", stdin=text)
    assert outcome.stdout == "10.0.0.1\t10.0.0.0/8\t-\n"


# -- streams, as processes -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "lines"),
    [
        ("list ::/0", ["::", "::1", "::2"]),
        ("list 0.0.0.0/0 -f jsonl", None),
        ("list ::/0 --json", None),
        ("list ::/0 -f csv", None),
        ("list ::/0 --step 65536", ["::", "::1:0", "::2:0"]),
        ("split ::/0 --prefix 128", ["::/128", "::1/128", "::2/128"]),
        ("split ::/0 --prefix 128 --json", None),
    ],
)
def test_a_stream_without_an_end_stops_when_its_reader_does(command: str, lines: list[str] | None) -> None:
    outcome = run_shell(f"nettools subnet {command} | head -n 3")
    assert outcome.stdout.count("\n") == 3
    assert lines is None or outcome.stdout.splitlines() == lines
    assert (outcome.status, outcome.stderr) == (141, "")


@pytest.mark.parametrize("command", ["list ::/0", "list 10.0.0.0/8 ::/0 --step 3", "split ::/0 --prefix 128"])
def test_an_answer_that_cannot_be_written_is_no_failure_of_a_target(command: str) -> None:
    outcome = run_shell(f"nettools subnet {command} > /dev/full")
    assert outcome.status == 3
    assert outcome.stderr.count("\n") == 1
    assert "standard output" in outcome.stderr
    assert "::/0" not in outcome.stderr


def test_free_networks_of_a_whole_space_stop_when_their_reader_does() -> None:
    outcome = run_shell("nettools subnet free ::/0 --used /dev/null --prefix 64 | head -n 2")
    assert outcome.stdout.splitlines() == ["::/64", "0:0:0:1::/64"]
    assert outcome.status == 141


def test_a_line_of_20_megabytes_in_a_process_is_one_line_of_error() -> None:
    outcome = run_shell("head -c 20000000 /dev/zero | tr '\\0' 1 | nettools subnet merge -")
    assert outcome.status == 2
    assert outcome.stderr.count("\n") == 1
    assert "line 1: " in outcome.stderr


def examples() -> list[str]:
    """Every line of the examples in the verbs' help."""
    epilogs: list[str] = [import_module(f"nettools.commands.subnet.{verb}").EPILOG for verb in VERBS]
    return [example.line for epilog in epilogs for example in read_examples(epilog)]


@pytest.mark.parametrize("example", examples())
def test_every_example_of_the_help_answers(example: str) -> None:
    outcome = run_shell(example)
    assert outcome.status == 0, outcome.stderr
    assert outcome.stdout


def test_a_file_among_the_networks_of_a_filter_is_said_to_be_the_text(tmp_path: Path) -> None:
    text = tmp_path / "access.log"
    text.write_text("10.0.0.1\n")
    outcome = run("subnet", "filter", "10.0.0.0/8", str(text), stdin=b"10.0.0.2\n")
    assert (outcome.status, outcome.stdout) == (4, "10.0.0.2\n")
    assert f"nettools subnet filter 10.0.0.0/8 < {text}" in " ".join(outcome.stderr.split())


def test_what_is_neither_a_network_nor_a_file_is_no_text(tmp_path: Path) -> None:
    outcome = run("subnet", "filter", "10.0.0.0/8", str(tmp_path / "missing.log"), stdin=b"10.0.0.2\n")
    assert outcome.status == 4
    assert " < " not in outcome.stderr


def test_a_length_apart_from_its_address_is_to_be_written_with_it() -> None:
    outcome = run("subnet", "10.0.0.1", "/24", "--json")
    [error] = outcome.json["errors"]
    assert (outcome.status, error["input"], error["hint"]) == (4, "/24", "write them in one word, as in 192.0.2.1/24")
