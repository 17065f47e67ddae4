"""``nettools rdns`` and ``nettools resolve -x`` against ``dig -x``: all addresses of the bed, named or not."""

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

import pytest

from nettools.core.dns.name import name_text
from nettools.core.dns.types import TYPES
from tests import peers
from tests.differential.replies import Reply, replies_of_dig, replies_to_lines_of_dig
from tests.dns_bed.fixture import DnsBed

RECURSIVE, NSD = "127.0.0.1", "127.53.0.3"
NETWORK = ip_network("192.0.2.0/24")
WIDE = "2001:db8::/32"

Address = IPv4Address | IPv6Address

# The README of the bed says of each address what its name is.
VERDICTS = {
    "192.0.2.2": "confirmed",
    "192.0.2.3": "multiple",
    "192.0.2.38": "confirmed",
    "192.0.2.65": "dangling",
    "192.0.2.66": "dangling",
    "192.0.2.200": "dangling",
    "192.0.2.201": "mismatch",
    "192.0.2.202": "multiple",
    "192.0.2.203": "dangling",
    "2001:db8::2": "confirmed",
    "2001:db8::3": "mismatch",
    "2001:db8:0:1::10": "dangling",
    "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff": "dangling",
}


@pytest.fixture(scope="module")
def ipv6_addresses(dns_bed: DnsBed) -> list[Address]:
    """Those that a transfer of arpa has a PTR of."""
    peers.require("dig", reason="to transfer the reverse zone")
    done = dns_bed.run("dig", f"@{NSD}", "arpa", "AXFR", "+onesoa")
    records = [line.split() for line in done.stdout.decode().splitlines() if line and not line.startswith(";")]
    assert len(records) > 70
    owners = {words[0] for words in records if words[3] == "PTR" and words[0].endswith(".ip6.arpa.")}
    nibbles = ["".join(reversed(owner.removesuffix(".ip6.arpa.").split("."))) for owner in owners]
    return sorted(IPv6Address(int(one, 16)) for one in nibbles)


@pytest.fixture(scope="module")
def of_dig(dns_bed: DnsBed, ipv6_addresses: list[Address]) -> dict[Address, Reply]:
    """What ``dig -x`` is answered, for a whole network and for the addresses of the other family."""
    addresses: list[Address] = [*NETWORK, *ipv6_addresses]
    replies = replies_to_lines_of_dig(dns_bed, RECURSIVE, [f"-x {one}" for one in addresses])
    return dict(zip(addresses, replies, strict=True))


def names(reply: Reply) -> list[str]:
    return targets(reply, "PTR")


def targets(reply: Reply, kind: str) -> list[str]:
    return sorted(name_text(bytes.fromhex(record[4])) for record in reply.answer if record[2] == TYPES[kind])


@pytest.fixture(scope="module")
def expected(dns_bed: DnsBed, of_dig: Mapping[Address, Reply]) -> dict[str, dict[str, Any]]:
    """What dig's answers come to, with dig's addresses of each name."""
    asked = sorted({(name, kind) for reply in of_dig.values() for name in names(reply) for kind in ("A", "AAAA")})
    forward = dict(zip(asked, replies_of_dig(dns_bed, RECURSIVE, asked), strict=True))
    told = {}
    for address, reply in of_dig.items():
        kind = "A" if address.version == 4 else "AAAA"
        verdicts = {name: verdict_of_name(address, addresses(forward[name, kind], kind)) for name in names(reply)}
        told[str(address)] = {
            "names": verdicts,
            "verdict": verdict_of(verdicts),
            "cname_path": targets(reply, "CNAME"),
        }
    return told


def addresses(reply: Reply, kind: str) -> list[Address]:
    return [ip_address(bytes.fromhex(record[4])) for record in reply.answer if record[2] == TYPES[kind]]


def verdict_of_name(address: Address, found: list[Address]) -> str:
    return "confirmed" if address in found else "mismatch" if found else "dangling"


def verdict_of(verdicts: Mapping[str, str]) -> str:
    if not verdicts:
        return "none"
    if set(verdicts.values()) == {"confirmed"}:
        return "confirmed"
    return "multiple" if len(verdicts) > 1 else next(iter(verdicts.values()))


def comparable(told: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        one["address"]: {
            "names": {name["name"]: name["verdict"] for name in one["names"]},
            "verdict": one["verdict"],
            "cname_path": one["cname_path"],
        }
        for one in told
    }


def test_dig_finds_the_names_that_the_readme_tells_of(expected: dict[str, dict[str, Any]]) -> None:
    assert {address: one["verdict"] for address, one in expected.items() if one["names"]} == VERDICTS


@pytest.mark.parametrize("server", [RECURSIVE, None], ids=["named", "system"])
def test_a_sweep_finds_what_dig_finds(dns_bed: DnsBed, expected: dict[str, dict[str, Any]], server: str | None) -> None:
    outcome = dns_bed.nettools("rdns", str(NETWORK), *([f"@{server}"] if server else []), "--all", "--json")
    found = comparable(outcome.json["addresses"])
    assert found == {address: one for address, one in expected.items() if ":" not in address}
    assert list(found) == [str(one) for one in NETWORK]
    named = [one for one in found.values() if one["names"]]
    confirmed = [one for one in named if one["verdict"] == "confirmed"]
    assert outcome.json["summary"] == {
        "asked": 256,
        "named": len(named),
        "confirmed": len(confirmed),
        "errors": 0,
        "interrupted": False,
    }
    assert outcome.status == 0


def test_without_all_only_addresses_with_names_are_listed(dns_bed: DnsBed, expected: dict[str, dict[str, Any]]) -> None:
    outcome = dns_bed.nettools("rdns", str(NETWORK), f"@{RECURSIVE}", "--format", "jsonl", "--ordered")
    *found, summary = outcome.json_lines
    assert comparable(found) == {
        address: one for address, one in expected.items() if ":" not in address and one["names"]
    }
    assert summary["asked"] == 256


@pytest.mark.parametrize("server", [RECURSIVE, NSD])
def test_a_nibble_walk_finds_what_a_transfer_has(
    dns_bed: DnsBed, ipv6_addresses: list[Address], expected: dict[str, dict[str, Any]], server: str
) -> None:
    outcome = dns_bed.nettools("rdns", WIDE, f"@{server}", "--json")
    found = comparable(outcome.json["addresses"])
    assert list(found) == [str(one) for one in ipv6_addresses]
    assert found == {str(one): expected[str(one)] for one in ipv6_addresses}
    assert outcome.json["warnings"] == []


def test_resolve_x_answers_as_dig_x_does(dns_bed: DnsBed, of_dig: Mapping[Address, Reply]) -> None:
    words = [word for address in of_dig for word in ("-x", str(address))]
    responses = dns_bed.nettools("resolve", f"@{RECURSIVE}", *words, "--json").json["responses"]
    assert [
        (one["rcode"], sorted((record["type"], record["hex"]) for record in one["answer"])) for one in responses
    ] == [
        (reply.rcode, sorted((type_of(record[2]), record[4]) for record in reply.answer)) for reply in of_dig.values()
    ]
    assert [one["query"]["name"] for one in responses] == [f"{address.reverse_pointer}." for address in of_dig]


def type_of(number: int) -> str:
    return next(name for name, one in TYPES.items() if one == number)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["192.0.2.2"], 0),
        (["192.0.2.1"], 1),
        (["192.0.2.2", "192.0.2.1/33"], 4),
        (["192.0.2.1/33"], 2),
        (["192.0.2.1", "@127.53.0.24"], 3),
        (["192.0.2.2", "@127.53.0.19"], 3),
    ],
)
def test_exit_codes(dns_bed: DnsBed, words: list[str], status: int) -> None:
    outcome = dns_bed.nettools("rdns", *words, "--json")
    assert outcome.status == status, outcome.stderr
    assert outcome.json["schema"] == "nettools.rdns/1"


def test_each_reverse_entry_has_the_verdict_that_it_deserves(dns_bed: DnsBed) -> None:
    document = dns_bed.nettools("rdns", "192.0.2.0/24", "2001:db8::/32", "--json").json
    about = {one["address"]: one for one in document["addresses"]}
    assert {address: one["verdict"] for address, one in about.items()} == VERDICTS
    assert about["192.0.2.65"]["cname_path"] == ["65.64/26.2.0.192.in-addr.arpa."]
    assert sorted(one["verdict"] for one in about["192.0.2.3"]["names"]) == ["confirmed", "dangling"]
    assert sorted(one["verdict"] for one in about["192.0.2.202"]["names"]) == ["dangling", "mismatch"]
    assert document["summary"]["confirmed"] == 3
    assert document["warnings"] == []
