"""Sets of addresses, against the standard library."""

import inspect
from ipaddress import IPv4Address, IPv4Network, collapse_addresses, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools import networks
from nettools.errors import AddressError

prefixes = st.builds(
    lambda number, length: IPv4Network((number >> (32 - length) << (32 - length) if length else 0, length)),
    st.integers(0x0A000000, 0x0A00FFFF),
    st.integers(20, 32),
)
sets = st.lists(prefixes, max_size=8)


@given(sets, sets, st.integers(0x0A000000, 0x0A00FFFF))
def test_an_address_is_in_a_set_when_it_is_in_a_network(
    a: list[IPv4Network], b: list[IPv4Network], number: int
) -> None:
    one, other, address = networks.NetworkSet(a), networks.NetworkSet(b), IPv4Address(number)
    in_a, in_b = any(address in each for each in a), any(address in each for each in b)
    assert (address in one, str(address) in other) == (in_a, in_b)
    assert (address in one | other, address in one & other, address in one - other) == (
        in_a or in_b,
        in_a and in_b,
        in_a and not in_b,
    )


@given(sets)
def test_a_set_is_the_fewest_networks_that_hold_it(a: list[IPv4Network]) -> None:
    made = networks.NetworkSet(a)
    assert [ip_network(str(one)) for one in made] == list(collapse_addresses(a))
    assert [str(one.network) for one in networks.merge(a).items] == [str(one) for one in made]
    assert made.size == sum(one.num_addresses for one in collapse_addresses(a))
    assert bool(made) == bool(a)


@given(sets, sets)
def test_sets_with_the_same_addresses_are_equal(a: list[IPv4Network], b: list[IPv4Network]) -> None:
    one, other = networks.NetworkSet(a), networks.NetworkSet(b)
    assert (one - other) | (one & other) == one
    assert hash(one | other) == hash(other | one)
    assert one <= one | other
    assert one & other <= other
    assert (one == other) == ((one <= other) and (other <= one))


def test_a_set_shows_what_it_holds() -> None:
    assert repr(networks.NetworkSet("10.0.0.0/8")) == "NetworkSet(['10.0.0.0/8'])"
    assert repr(networks.NetworkSet([f"10.0.{one}.0/24" for one in range(0, 12, 2)])).endswith("'10.0.4.0/24', ...])")
    assert networks.NetworkSet("10.0.0.0/8") != "10.0.0.0/8"


def test_both_versions_live_in_one_set() -> None:
    made = networks.NetworkSet(["10.0.0.0/8", "2001:db8::/32", "::ffff:0:0/96"])
    assert ip_address("2001:db8::1") in made
    assert "fe80::1%eth0" not in made
    with pytest.raises(AddressError):
        "10.0.0.0/8" in made  # noqa: B015


def test_a_hundred_thousand_networks_are_one_call() -> None:
    made = networks.NetworkSet(f"10.{one >> 8 & 255}.{one & 255}.{(one >> 16) * 4}/30" for one in range(100_000))
    assert made.size == 400_000


def test_only_what_is_for_a_program_is_listed() -> None:
    listed = dir(networks)
    assert listed == sorted(listed)
    written_here = {name for name, one in vars(networks).items() if inspect.isfunction(one)}
    public = {name for name in written_here if vars(networks)[name].__module__ == networks.__name__}
    assert {name for name in public if not name.startswith("_")} | {"NetworkSet"} == set(listed)
