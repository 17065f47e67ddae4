"""The shared table of subnet cases: each with its source and the programs that agree."""

import json
from collections.abc import Iterable
from ipaddress import IPv6Address
from pathlib import Path
from typing import Any

import pytest

from nettools.core.address import exploded
from nettools.core.record import to_json
from nettools.errors import RequestError
from tests.cli import Outcome, run
from tests.core.subnet.facts import description, descriptions

FILE = Path(__file__).resolve().parents[1] / "vectors" / "subnet.json"
VECTORS: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))["vectors"]

# The facts about one address or network, which is what describe answers.
DESCRIBED = {
    "info", "classify", "error", "compress", "forms", "decode",
    "eui64_reverse", "solicited_node", "mcast_mac", "glop", "reverse",
}  # fmt: skip
# What the other verbs of the group answer, and explode, which stands in no output.
VERBS = {
    "aggregate", "eui64", "exclude", "explode", "filter", "nat64", "nth", "range_to_cidrs",
    "relation", "sort", "split_n", "split_prefix", "supernet", "vlsm",
}  # fmt: skip

FORM_KEYS = {"dec": "int", "hex": "hex", "oct": "oct", "mapped": "mapped", "6to4": "sixtofour"}
EMBEDDED_KEYS = {"teredo_server": "server", "client": "client", "port": "port", "6to4": "ipv4", "nat64": "ipv4"}


def of(*operations: str) -> pytest.MarkDecorator:
    """The vectors of these operations, as parameters named by their ids."""
    chosen = [vector for vector in VECTORS if vector["op"] in operations]
    assert chosen, f"no vector of {operations}"
    return pytest.mark.parametrize("vector", chosen, ids=[vector["id"] for vector in chosen])


def as_text(value: object) -> object:
    """A value as the vectors compare it: as text, but absence stays absence."""
    if value is None or isinstance(value, list):
        return value
    return str(value)


def told(text: str) -> dict[str, Any]:
    """The one subnet of the document about ``text``."""
    answer = to_json(description(text))
    assert isinstance(answer, dict)
    return answer


def differences(ours: dict[str, Any], expected: Iterable[tuple[str, object]]) -> list[str]:
    return [
        f"{key}: expected {value!r}, is {ours[key]!r}"
        for key, value in expected
        if as_text(ours[key]) != as_text(value)
    ]


def told_by(*argv: str, stdin: bytes = b"") -> Outcome:
    """What ``nettools subnet`` answers; plain lines and document name the same networks in the same order."""
    plain, document = run("subnet", *argv, stdin=stdin), run("subnet", *argv, "--json", stdin=stdin)
    assert plain.status == document.status == 0, plain.stderr
    assert [line.split("\t")[0] for line in plain.stdout.splitlines()] == networks_of(document)
    assert document.json["errors"] == []
    return document


def networks_of(outcome: Outcome) -> list[str]:
    return [item["network"] for item in outcome.json["items"]]


def refuses(*argv: str) -> str:
    """The refusal: status 2, nothing on standard output, the reason in the document as well."""
    plain, document = run("subnet", *argv), run("subnet", *argv, "--json")
    assert plain.status == document.status == 2
    assert plain.stdout == ""
    (error,) = document.json["errors"]
    assert error["message"] in plain.stderr
    return plain.stderr


def test_every_vector_is_of_a_known_operation() -> None:
    assert {vector["op"] for vector in VECTORS} == DESCRIBED | VERBS


@of("info")
def test_info(vector: dict[str, Any]) -> None:
    assert differences(told(vector["input"]), vector["expect"].items()) == []


@of("classify")
def test_classify(vector: dict[str, Any]) -> None:
    ours = told(vector["input"])
    names = [ours["category"], *(block["name"] for block in ours["registry"])]
    assert vector["expect"]["name"] in names
    assert ours["global"] is vector["expect"]["globally_reachable"]


@of("error")
def test_error(vector: dict[str, Any]) -> None:
    with pytest.raises(RequestError) as caught:
        descriptions(vector["input"])
    assert caught.value.exit_code == 2


@of("compress")
def test_compress(vector: dict[str, Any]) -> None:
    assert told(vector["input"])["address"] == vector["expect"]


@of("forms")
def test_forms(vector: dict[str, Any]) -> None:
    expected = dict(vector["expect"])
    ours = told(vector["input"])
    assert ours["binary"]["address"] == expected.pop("bin")
    assert differences(ours, [(FORM_KEYS[name], value) for name, value in expected.items()]) == []


@of("decode")
def test_decode(vector: dict[str, Any]) -> None:
    expected = [(EMBEDDED_KEYS[name], value) for name, value in vector["expect"].items()]
    assert differences(told(vector["input"])["embedded"], expected) == []


@of("eui64_reverse")
def test_eui64_reverse(vector: dict[str, Any]) -> None:
    assert told(vector["input"])["mac"] == vector["expect"]


@of("solicited_node")
def test_solicited_node(vector: dict[str, Any]) -> None:
    assert told(vector["input"])["solicited_node"] == vector["expect"]


@of("mcast_mac")
def test_mcast_mac(vector: dict[str, Any]) -> None:
    assert told(vector["input"])["multicast_mac"] == vector["expect"]


@of("glop")
def test_glop(vector: dict[str, Any]) -> None:
    assert str(told(vector["input"])["asn"]) == str(vector["expect"]["asn"])


@of("reverse")
def test_reverse(vector: dict[str, Any]) -> None:
    is_host = isinstance(vector["expect"], str)
    assert told(vector["input"])["ptr" if is_host else "reverse_zones"] == vector["expect"]


@of("reverse")
def test_reverse_by_its_verb(vector: dict[str, Any]) -> None:
    expected = vector["expect"] if isinstance(vector["expect"], list) else [vector["expect"]]
    assert run("subnet", "reverse", vector["input"]).stdout.splitlines() == expected
    document = run("subnet", "reverse", vector["input"], "--json").json
    assert [item["name"] for item in document["items"]] == expected


@of("explode")
def test_explode(vector: dict[str, Any]) -> None:
    assert exploded(IPv6Address(vector["input"])) == vector["expect"]


@of("aggregate")
def test_aggregate(vector: dict[str, Any]) -> None:
    assert networks_of(told_by("merge", *vector["input"])) == vector["expect"]
    lines = "".join(f"{line}\n" for line in vector["input"]).encode()
    assert networks_of(told_by("merge", "-", stdin=lines)) == vector["expect"]


@of("range_to_cidrs")
def test_range_to_cidrs(vector: dict[str, Any]) -> None:
    text = "-".join(vector["input"])
    if vector["expect"] == "error":
        assert "reversed" in refuses("range", text)
        return
    assert networks_of(told_by("range", text)) == vector["expect"]


@of("range_to_cidrs")
def test_the_range_of_the_networks_of_a_range_is_the_range(vector: dict[str, Any]) -> None:
    if vector["expect"] == "error":
        return
    ends = [line.split("-") for line in run("subnet", "range", *vector["expect"]).stdout.splitlines()]
    assert [ends[0][0], ends[-1][1]] == vector["input"]


@of("split_prefix")
def test_split_prefix(vector: dict[str, Any]) -> None:
    network, length = vector["input"]
    if vector["expect"] == "error":
        assert network in refuses("split", network, "--prefix", str(length))
        return
    outcome = told_by("split", network, "--prefix", str(length))
    assert networks_of(outcome) == vector["expect"]
    assert outcome.json["free"] == []


@of("split_n")
def test_split_n(vector: dict[str, Any]) -> None:
    network, count = vector["input"]
    outcome = told_by("split", network, "--into", str(count))
    assert networks_of(outcome) == vector["expect"]
    assert outcome.json["free"] == ["192.0.2.192/26"]  # as the source of the vector says
    assert "192.0.2.192/26" in run("subnet", "split", network, "--into", str(count)).stderr


@of("vlsm")
def test_vlsm(vector: dict[str, Any]) -> None:
    network, hosts = vector["input"]
    option = ",".join(str(count) for count in hosts)
    if vector["expect"] == "error":
        # 64 and 32 addresses in a /26
        assert "32 too few" in refuses("split", network, "--hosts", option)
        return
    expected = vector["expect"]
    names = [f"for-{count}" for count, _ in expected]
    outcome = told_by("split", network, "--hosts", option, "--names", ",".join(names))
    assert [(item["name"], item["network"]) for item in outcome.json["items"]] == [
        (name, network) for name, (_, network) in zip(names, expected, strict=True)
    ]
    assert [count for count, _ in expected] == hosts


@of("exclude")
def test_exclude(vector: dict[str, Any]) -> None:
    whole, minus = vector["input"]
    together = told_by("subtract", whole, "--minus", ",".join(minus))
    repeated = told_by("subtract", whole, *(word for one in minus for word in ("--minus", one)))
    assert networks_of(together) == networks_of(repeated) == vector["expect"]


@of("supernet")
def test_supernet(vector: dict[str, Any]) -> None:
    assert networks_of(told_by("cover", *vector["input"])) == [vector["expect"]]


@of("relation")
def test_relation(vector: dict[str, Any]) -> None:
    document = run("subnet", "relate", *vector["input"], "--json").json
    assert {key: document[key] for key in vector["expect"]} == vector["expect"]
    relation = vector["expect"]["relation"]
    assert run("subnet", "relate", *vector["input"], "-f", "plain").stdout.split("\t")[:3] == [
        *vector["input"],
        relation,
    ]
    assert run("subnet", "relate", *vector["input"], "--expect", relation).status == 0


@of("nth")
def test_nth(vector: dict[str, Any]) -> None:
    network, place = vector["input"]
    assert networks_of(told_by("list", network, "--nth", str(place))) == [vector["expect"]]


@of("nat64")
def test_nat64(vector: dict[str, Any]) -> None:
    prefix, address = vector["input"]
    assert networks_of(told_by("nat64", prefix, address)) == [vector["expect"]]
    assert networks_of(told_by("nat64", prefix, vector["expect"])) == [address]


@of("eui64", "eui64_reverse", "solicited_node", "mcast_mac")
def test_mac(vector: dict[str, Any]) -> None:
    key = {"eui64_reverse": "mac", "mcast_mac": "multicast_mac"}.get(vector["op"], vector["op"])
    expected = vector["expect"] if vector["op"] == "eui64" else {key: vector["expect"]}
    outcome = run("subnet", "mac", vector["input"], "--json")
    assert outcome.status == 0, outcome.stdout
    (facts,) = outcome.json["macs"]
    assert {key: facts[key] for key in expected} == expected
    cells = run("subnet", "mac", vector["input"], "-f", "plain").stdout.rstrip("\n").split("\t")
    assert set(expected.values()) <= set(cells)


@of("filter")
def test_filter(vector: dict[str, Any]) -> None:
    network, lines = vector["input"]
    text = "".join(f"{line}\n" for line in lines).encode()
    assert run("subnet", "filter", network, stdin=text).stdout.splitlines() == vector["expect"]
    document = run("subnet", "filter", network, "--json", stdin=text).json
    assert [line["text"] for line in document["lines"]] == vector["expect"]
    assert [lines[line["line"] - 1] for line in document["lines"]] == vector["expect"]
    others = run("subnet", "filter", network, "--invert", stdin=text).stdout.splitlines()
    assert sorted([*vector["expect"], *others]) == sorted(lines)


@of("sort")
def test_sort(vector: dict[str, Any]) -> None:
    assert networks_of(told_by("sort", *vector["input"])) == vector["expect"]
