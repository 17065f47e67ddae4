"""``nettools subnet``: what it promises beyond the mathematics, which tests/core has."""

import csv
import io
import json
from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli import run

KEYS = [
    *("input", "version", "address", "prefixlen", "network", "netmask", "wildcard", "broadcast", "first", "last"),
    *("total", "usable", "class", "category", "registry", "overlaps", "global", "multicast_scope", "embedded"),
    *("sixtofour", "mapped", "asn", "solicited_node", "multicast_mac", "mac", "subnet_router_anycast"),
    *("reverse_zones", "ptr", "hex", "oct", "int", "binary"),
]
LARGEST_SAFE_INTEGER = 2**53 - 1  # RFC 7493 §2.2


@st.composite
def subnets(draw: st.DrawFn) -> str:
    """Any address of either version with any prefix length."""
    width = draw(st.sampled_from([32, 128]))
    number = draw(st.integers(0, 2**width - 1))
    length = draw(st.integers(0, width))
    address = IPv4Network(number) if width == 32 else IPv6Network(number)
    return f"{address.network_address}/{length}"


def test_a_subnet_is_described_with_every_key_in_the_promised_order() -> None:
    described = run("subnet", "192.0.2.12/30", "--json").json["subnets"][0]
    assert list(described) == KEYS
    assert described["network"] == "192.0.2.12/30"
    assert described["broadcast"] == "192.0.2.15"
    assert (described["first"], described["last"]) == ("192.0.2.13", "192.0.2.14")
    assert (described["total"], described["usable"]) == ("4", "2")
    assert described["registry"] == [
        {"name": "Documentation (TEST-NET-1)", "block": "192.0.2.0/24", "rfc": "RFC 5737", "global": False}
    ]


@given(subnets())
def test_ends_and_counts_agree_with_the_standard_library(text: str) -> None:
    outcome = run("subnet", text, "--json")
    described = outcome.json["subnets"][0]
    network = ip_network(text, strict=False)
    assert outcome.status == 0
    assert ip_network(described["network"]) == network
    assert described["netmask"] == str(network.netmask)
    assert int(described["total"]) == network.num_addresses
    assert described["prefixlen"] == network.prefixlen


@given(subnets())
def test_keys_and_their_types_are_the_same_for_every_input(text: str) -> None:
    described = run("subnet", text, "--json").json["subnets"][0]
    assert list(described) == KEYS
    for key in ("version", "prefixlen"):
        assert type(described[key]) is int
    for key in ("total", "usable", "int", "hex", "oct", "ptr", "network", "first", "last", "category"):
        assert type(described[key]) is str
    for key in ("registry", "overlaps", "reverse_zones"):
        assert type(described[key]) is list
    assert list(described["binary"]) == ["address", "netmask", "network", "broadcast"]


@given(subnets())
def test_no_number_passes_what_every_json_reader_holds(text: str) -> None:
    for value in values_in(run("subnet", text, "--json").json):
        assert not isinstance(value, int) or abs(value) <= LARGEST_SAFE_INTEGER


@pytest.mark.parametrize("text", ["192.0.2.0/31", "192.0.2.1/32", "2001:db8::/127", "2001:db8::1/128"])
def test_the_smallest_networks_have_no_broadcast_and_every_address_is_usable(text: str) -> None:
    described = run("subnet", text, "--json").json["subnets"][0]
    assert described["broadcast"] is None
    assert described["usable"] == described["total"]


@pytest.mark.parametrize(
    "text",
    [
        "192.0.2.12/30",
        "192.0.2.12/255.255.255.252",
        "192.0.2.12/0.0.0.3",
        "192.0.2.12 255.255.255.252",
        "192.0.2.12-192.0.2.15",
    ],
)
def test_every_spelling_of_a_subnet_names_the_same_network(text: str) -> None:
    outcome = run("subnet", text, "--json")
    assert [one["network"] for one in outcome.json["subnets"]] == ["192.0.2.12/30"]
    assert outcome.json["subnets"][0]["input"] == text


def test_a_range_is_answered_with_the_fewest_networks_that_cover_it() -> None:
    outcome = run("subnet", "192.0.2.0-192.0.2.9", "--json")
    assert [one["network"] for one in outcome.json["subnets"]] == ["192.0.2.0/29", "192.0.2.8/31"]


def test_a_zone_is_kept() -> None:
    described = run("subnet", "fe80::1%eth0/64", "--json").json["subnets"][0]
    assert described["address"] == "fe80::1%eth0"
    assert described["network"] == "fe80::%eth0/64"


@pytest.mark.parametrize("text", ["010.0.0.1", "127.1", "0x7f.1", "2130706433", "１.2.3.4"])
def test_a_form_that_readers_understand_differently_is_refused(text: str) -> None:
    outcome = run("subnet", text)
    assert outcome.status == 2
    assert outcome.stdout == ""
    assert f"'{text}'" in outcome.stderr


@pytest.mark.parametrize(
    ("text", "address"), [("010.0.0.1", "8.0.0.1"), ("127.1", "127.0.0.1"), ("2130706433", "127.0.0.1")]
)
def test_loose_reads_legacy_forms_as_inet_aton_does(text: str, address: str) -> None:
    assert run("subnet", "--loose", text, "--json").json["subnets"][0]["address"] == address


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("192.0.2.1/33", "above 32"),
        ("::/129", "above 128"),
        ("192.0.2.1/-1", "'-1'"),
        ("192.0.2.1/255.0.255.0", "not contiguous"),
        ("192.0.2.1//8", "two prefixes"),
        ("192.0.2.1/", "must follow"),
        ("192.0.2.9-192.0.2.1", "reversed"),
        ("192.0.2.1-::1", "mixes IPv4 and IPv6"),
        ("", "''"),
    ],
)
def test_an_unreadable_subnet_is_refused_in_one_line_that_says_why(text: str, why: str) -> None:
    outcome = run("subnet", text)
    assert outcome.status == 2
    assert why in outcome.stderr
    assert outcome.stderr.count("\n") == 1


def test_the_message_for_an_unreadable_subnet_quotes_what_was_typed() -> None:
    outcome = run("subnet", "--", "-x")
    assert "''" not in outcome.stderr
    assert "'-x'" in outcome.stderr


def test_the_verb_describe_is_meant_when_none_is_named() -> None:
    assert run("subnet", "describe", "192.0.2.0/24") == run("subnet", "192.0.2.0/24")


def test_documents_keep_the_order_of_the_targets() -> None:
    words = ["192.0.2.0/24", "2001:db8::/32", "10.0.0.0/8", "10.0.0.0/8"]
    assert [one["input"] for one in run("subnet", *words, "--json").json["subnets"]] == words


def test_json_lines_carry_type_and_the_index_of_their_target() -> None:
    outcome = run("subnet", "192.0.2.0-192.0.2.9", "nonsense", "::1", "-f", "jsonl")
    assert [(line["type"], line["index"]) for line in outcome.json_lines] == [
        ("subnet", 0),
        ("subnet", 0),
        ("error", 1),
        ("subnet", 2),
    ]
    assert list(outcome.json_lines[0])[2:] == KEYS


def test_csv_has_a_header_and_one_row_for_each_subnet() -> None:
    rows = list(csv.DictReader(io.StringIO(run("subnet", "192.0.2.12/30", "::1", "-f", "csv").stdout, newline="")))
    assert [row["address"] for row in rows] == ["192.0.2.12", "::1"]
    assert rows[0]["binary.netmask"] == "11111111.11111111.11111111.11111100"
    assert rows[1]["broadcast"] == ""


def test_plain_lines_have_the_same_number_of_fields() -> None:
    lines = run("subnet", "192.0.2.12/30", "::1", "224.0.0.1", "2002:c000:201::1", "-f", "plain").stdout.splitlines()
    assert len({line.count("\t") for line in lines}) == 1
    assert len(lines) == 4


def test_a_table_names_every_field_that_has_a_value() -> None:
    outcome = run("subnet", "192.0.2.12/30")
    described = run("subnet", "192.0.2.12/30", "--json").json["subnets"][0]
    for key in ("network", "netmask", "wildcard", "broadcast", "first", "last", "ptr", "hex", "int", "mapped"):
        assert described[key] in outcome.stdout


def values_in(document: Any) -> Iterator[object]:
    """Every scalar of a JSON document."""
    if isinstance(document, dict):
        for value in document.values():
            yield from values_in(value)
    elif isinstance(document, list):
        for value in document:
            yield from values_in(value)
    else:
        yield document


def test_values_in_finds_scalars_at_any_depth() -> None:
    assert list(values_in(json.loads('{"a": [1, {"b": "c"}], "d": null}'))) == [1, "c", None]


def test_a_mask_that_stands_apart_is_noted_and_described_as_the_contract_says() -> None:
    outcome = run("subnet", "192.0.2.1", "255.255.255.0", "--format", "plain")
    assert (outcome.status, len(outcome.stdout.splitlines())) == (0, 2)
    assert outcome.stderr == (
        "nettools subnet: 255.255.255.0 is described as an address; "
        'as the mask of 192.0.2.1 it is "192.0.2.1 255.255.255.0" in one word\n'
    )
    assert run("subnet", "192.0.2.1 255.255.255.0", "255.255.0.255", "0.0.0.1.0").stderr.count("in one word") == 0
