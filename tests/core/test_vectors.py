"""The shared table of subnet cases: each with its source and the programs that agree."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from nettools.core.record import to_json
from nettools.errors import RequestError
from tests.core.subnet.facts import description, descriptions

FILE = Path(__file__).resolve().parents[1] / "vectors" / "subnet.json"
VECTORS: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))["vectors"]

# The facts about one address or network, which is what describe answers.
DESCRIBED = {
    "info", "classify", "error", "compress", "forms", "decode",
    "eui64_reverse", "solicited_node", "mcast_mac", "glop", "reverse",
}  # fmt: skip
# What belongs to the other verbs of the group, or to no output yet (explode).
OF_OTHER_VERBS = {
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


def test_every_vector_is_of_a_known_operation() -> None:
    assert {vector["op"] for vector in VECTORS} == DESCRIBED | OF_OTHER_VERBS


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
