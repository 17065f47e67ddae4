"""Subnets that two interfaces have in common, against every pair compared with every other."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.ifaces.overlaps import overlap_warnings
from nettools.core.ifaces.report import Interface
from tests.core.ifaces.machines import interface, vrf_port

MOST = 20
MORE = "more interfaces overlap than are told here"
LINK_LOCAL = ip_network("fe80::/10")


def messages(*interfaces: Interface) -> list[str]:
    return [one.message for one in overlap_warnings(interfaces, {one.ifname for one in interfaces})]


def test_one_subnet_inside_another_is_told_with_both() -> None:
    found = messages(interface("eth0", "10.0.0.1/8"), interface("eth1", "10.1.0.1/16"))
    assert found == ["eth0 and eth1 overlap: 10.1.0.0/16 of eth1 lies in 10.0.0.0/8 of eth0"]


def test_the_same_subnet_twice_is_told_in_short_with_what_to_ask_next() -> None:
    [found] = overlap_warnings(
        [interface("eth0", "192.0.2.1/24"), interface("wlan0", "192.0.2.2/24")], {"eth0", "wlan0"}
    )
    assert (found.kind, found.message) == ("overlapping-subnets", "eth0 and wlan0 both hold 192.0.2.0/24")
    assert "nettools route ADDRESS" in (found.hint or "")


def test_ipv6_subnets_overlap_as_well() -> None:
    found = messages(interface("eth0", "2001:db8::1/32"), interface("eth1", "2001:db8:1::1/64"))
    assert found == ["eth0 and eth1 overlap: 2001:db8:1::/64 of eth1 lies in 2001:db8::/32 of eth0"]


@pytest.mark.parametrize(
    "pair",
    [
        pytest.param(("eth0", "10.0.0.1/8", "10.1.0.1/16"), id="one interface with two addresses"),
        pytest.param(("eth0", "fe80::1/64"), id="link-local subnets, which every interface has"),
        pytest.param(("eth0", "192.0.2.5/32"), id="an address alone"),
        pytest.param(("eth0", "198.51.100.1/24"), id="another subnet"),
    ],
)
def test_what_is_no_clash_is_not_told(pair: tuple[str, ...]) -> None:
    other = interface("eth1", "fe80::2/64", "192.0.2.5/32", "203.0.113.1/24")
    assert messages(interface(*pair), other) == []


def test_what_is_down_clashes_with_nothing() -> None:
    assert messages(interface("eth0", "10.0.0.1/8", admin_up=False), interface("eth1", "10.1.0.1/16")) == []


def test_what_may_be_up_counts() -> None:
    assert len(messages(interface("en0", "10.0.0.1/8", admin_up=None), interface("en1", "10.1.0.1/16"))) == 1


def test_each_vrf_is_a_domain_of_its_own() -> None:
    plain, red, blue = "10.0.0.1/8", "10.1.0.1/16", "10.1.0.2/16"
    assert messages(interface("eth0", plain), vrf_port("r0", red, vrf="red"), vrf_port("b0", blue, vrf="blue")) == []
    assert messages(vrf_port("r0", red, vrf="red"), vrf_port("r1", blue, vrf="red")) == [
        "r0 and r1 both hold 10.1.0.0/16"
    ]


def test_a_port_of_a_bridge_is_in_the_domain_of_all() -> None:
    port = interface("eth0", "10.1.0.1/16", master="br0", linkinfo={"info_slave_kind": "bridge"})
    assert len(messages(port, interface("br0", "10.0.0.1/8"))) == 1


def test_the_subnet_of_a_peer_is_where_the_peer_is() -> None:
    tunnel = interface("ppp0", "192.0.2.1/24 peer 10.1.0.9")
    assert messages(tunnel, interface("eth0", "10.0.0.1/8")) == [
        "eth0 and ppp0 overlap: 10.1.0.0/24 of ppp0 lies in 10.0.0.0/8 of eth0"
    ]
    assert messages(tunnel, interface("eth1", "192.0.2.7/24")) == []


def test_of_very_many_pairs_some_are_told_and_that_there_are_more() -> None:
    *told, more = messages(*(interface(f"eth{number}", f"10.0.0.{number}/8") for number in range(1, 30)))
    assert (len(told), more) == (MOST, MORE)


def test_a_hostile_name_is_escaped() -> None:
    [found] = messages(interface("\x1b[2J", "10.0.0.1/8"), interface("b\u202e", "10.1.0.1/16"))
    assert found == r"\x1b[2J and b\u{202e} overlap: 10.1.0.0/16 of b\u{202e} lies in 10.0.0.0/8 of \x1b[2J"


DOMAINS = ("", "red", "blue")
addresses = st.one_of(
    st.builds(
        "10.{}.{}.1/{}".format, st.integers(0, 2), st.integers(0, 2), st.sampled_from([7, 8, 15, 16, 24, 31, 32])
    ),
    st.builds("2001:db8:{}::1/{}".format, st.integers(0, 2), st.sampled_from([30, 32, 47, 48, 64, 127, 128])),
    st.builds("fe80:{}::1/{}".format, st.integers(0, 1), st.sampled_from([10, 64])),
)


@st.composite
def machines(draw: st.DrawFn) -> list[Interface]:
    made = []
    for number in range(draw(st.integers(0, 6))):
        held = draw(st.lists(addresses, max_size=3))
        vrf = draw(st.sampled_from(DOMAINS))
        is_up = draw(st.sampled_from([True, True, True, False]))
        name = f"eth{number}"
        one = vrf_port(name, *held, vrf=vrf) if vrf else interface(name, *held, admin_up=is_up)
        made.append(one)
    return made


def subnets(one: Interface) -> list[IPv4Network | IPv6Network]:
    shown = (ip_network(f"{held.local}/{held.prefixlen}", strict=False) for held in one.addr_info)
    return [net for net in shown if net.num_addresses > 1 and not (net.version == 6 and net.subnet_of(LINK_LOCAL))]  # type: ignore[arg-type]


def clashing(interfaces: Iterable[Interface]) -> set[frozenset[str]]:
    """The pairs, found by comparing everything with everything."""
    return {
        frozenset((one.ifname, other.ifname))
        for one, other in combinations([one for one in interfaces if one.admin_up], 2)
        if one.master == other.master
        for net in subnets(one)
        for far in subnets(other)
        if net.version == far.version and net.overlaps(far)
    }


@given(machines())
def test_the_pairs_are_those_of_every_subnet_compared_with_every_other(interfaces: list[Interface]) -> None:
    found = messages(*interfaces)
    told = {frozenset(message.split(" ")[0:3:2]) for message in found if message != MORE}
    assert told <= clashing(interfaces)
    assert told == clashing(interfaces) or found[-1] == MORE


@given(machines())
def test_what_is_told_of_a_pair_is_true(interfaces: list[Interface]) -> None:
    held = {one.ifname: {str(net) for net in subnets(one)} for one in interfaces}
    for message in messages(*interfaces):
        if message == MORE:
            continue
        outer, _, inner, *rest = message.split(" ")
        if rest[0] == "both":
            assert rest[2] in held[outer] & held[inner]
        else:
            assert rest[1] in held[inner]
            assert rest[6] in held[outer]
            assert ip_network(rest[1]).subnet_of(ip_network(rest[6]))  # type: ignore[arg-type]


def test_only_pairs_with_an_interface_that_was_asked_for_are_told() -> None:
    some = [interface(f"eth{number}", f"10.{number // 2}.0.{number}/16") for number in range(60)]
    told = [one.message for one in overlap_warnings(some, {"eth59", "eth2"})]
    assert told == ["eth2 and eth3 both hold 10.1.0.0/16", "eth58 and eth59 both hold 10.29.0.0/16"]
    assert overlap_warnings(some, ()) == ()
