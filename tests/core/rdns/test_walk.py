"""Walking the reverse tree of an IPv6 network on servers that are pretended: good ones, broken ones, wildcards."""

from collections.abc import Callable
from ipaddress import IPv6Address, IPv6Network
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.rdns.targets import Walk
from nettools.core.rdns.walk import NibbleWalk

Server = Callable[[str], str]
"""A name -> a status."""


def walked(network: str, server: Server, most_queries: int = 200_000) -> tuple[NibbleWalk, int]:
    target = IPv6Network(network)
    walk = NibbleWalk(
        Walk(int(target.network_address), target.prefixlen), entropy=Random(2).randbytes, most_queries=most_queries
    )
    queries = 0
    while rows := walk.take(50):
        queries += len(rows)
        for index, question, text, _ in rows:
            assert question.endswith(b"\x03ip6\x04arpa\x00\x00\x0c\x00\x01")
            walk.answered(index, server(text))
    return walk, queries


def reverse(address: str) -> str:
    return IPv6Address(address).reverse_pointer + "."


def good(*addresses: str) -> Server:
    names = {reverse(one) for one in addresses}

    def status(name: str) -> str:
        if name in names:
            return "answered"
        return "nodata" if any(one.endswith(f".{name}") for one in names) else "nxdomain"

    return status


def test_the_one_name_of_a_large_network_is_found_with_few_queries() -> None:
    walk, queries = walked("2001:db8::/32", good("2001:db8::2"))
    assert walk.found == {int(IPv6Address("2001:db8::2"))}
    assert walk.warnings == []
    assert walk.failure is None
    assert queries < 500


HOSTS = st.integers(0, (1 << 80) - 1).map(lambda low: str(IPv6Address((0x20010DB8_0000 << 80) + low)))


@given(st.sets(HOSTS, max_size=4), st.sampled_from([48, 49, 51, 64, 97]))
def test_all_names_inside_are_found_and_none_outside(addresses: set[str], length: int) -> None:
    network = IPv6Network(f"2001:db8::/{length}")
    walk, _ = walked(str(network), good(*addresses, "2001:db8:1::1"))
    assert walk.found == {int(IPv6Address(one)) for one in addresses if IPv6Address(one) in network}
    assert walk.warnings == []


def test_a_server_that_denies_empty_non_terminals_is_told() -> None:
    there = {reverse("2001:db8::1"), reverse("2001:db8:5::9")}
    walk, _ = walked("2001:db8::/32", lambda name: "answered" if name in there else "nxdomain")
    assert any("RFC 8020" in one for one in walk.warnings)
    assert walk.found == {int(IPv6Address("2001:db8::1"))}


def test_a_wildcard_is_told_and_ends_the_walk_below_it() -> None:
    walk, queries = walked("2001:db8::/32", lambda name: "answered")
    assert queries < 40
    assert len(walk.warnings) == 1
    assert "2001:db8::/32" in walk.warnings[0]
    assert walk.found == set()


def test_a_wildcard_further_down_spoils_its_own_branch_alone() -> None:
    honest = good("2001:db8:1::1", "2001:db8:2::1")
    wild = reverse("2001:db8:1::")[-33:]

    def server(name: str) -> str:
        return "answered" if name.endswith(wild) and name != wild else honest(name)

    walk, _ = walked("2001:db8::/32", server)
    assert walk.found == {int(IPv6Address("2001:db8:2::1"))}
    assert len(walk.warnings) == 1
    assert "wildcard" in walk.warnings[0]


@pytest.mark.parametrize("status", ["timeout", "servfail", "refused"])
def test_what_could_not_be_asked_is_a_failure_and_not_nothing(status: str) -> None:
    walk, _ = walked("2001:db8::/48", lambda name: status)
    assert walk.failure is not None
    assert status in walk.failure.message
    assert walk.failure.input == "2001:db8::/48"


def test_a_failed_branch_leaves_the_others() -> None:
    honest = good("2001:db8:1::1", "2001:db8:2::1")
    walk, _ = walked("2001:db8::/32", lambda name: "timeout" if name == reverse("2001:db8:1::")[-33:] else honest(name))
    assert walk.found == {int(IPv6Address("2001:db8:2::1"))}
    assert walk.failure is not None


def test_a_walk_is_bounded() -> None:
    def endless(name: str) -> str:
        return "nxdomain" if name.startswith("nettools-") else "nodata"

    walk, queries = walked("2001:db8::/32", endless, most_queries=1000)
    assert queries == 1000
    assert any("cut short" in one for one in walk.warnings)
