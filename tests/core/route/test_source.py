"""The source address of a packet that has none: inet_select_addr() of Linux for IPv4, RFC 6724 §5 for IPv6."""

from ipaddress import IPv4Address, IPv6Address

import pytest

from nettools.core.route.settings import Sysctl, is_set
from nettools.core.route.source import SCOPE_HOST, SCOPE_LINK, scope_number, select_ipv4, select_ipv6
from tests.core.route.machines import interface, no_sysctl, sysctl


def ipv4(links: list[str], dev: str, gateway: str | None = None, scope: int = 0, settings: Sysctl = no_sysctl) -> str:
    near = IPv4Address(gateway) if gateway else None
    return str(select_ipv4([interface(text) for text in links], dev, near, scope, settings))


def ipv6(links: list[str], dev: str, destination: str, settings: Sysctl = no_sysctl) -> str:
    return str(select_ipv6([interface(text) for text in links], dev, IPv6Address(destination), settings))


# --- IPv4 -----------------------------------------------------------------------------------------


def test_ipv4_takes_the_first_address_of_the_interface() -> None:
    assert ipv4(["eth1 | 198.51.100.5/24", "eth0 | 192.0.2.5/24 | 203.0.113.5/24"], "eth0") == "192.0.2.5"


def test_ipv4_prefers_the_address_that_shares_the_gateways_network() -> None:
    assert ipv4(["eth0 | 192.0.2.5/24 | 203.0.113.5/24"], "eth0", "203.0.113.1") == "203.0.113.5"


def test_ipv4_takes_the_first_when_no_address_shares_the_gateways_network() -> None:
    assert ipv4(["eth0 | 192.0.2.5/24 | 203.0.113.5/24"], "eth0", "198.51.100.1") == "192.0.2.5"


def test_the_network_of_a_point_to_point_address_is_the_peers() -> None:
    links = ["eth0 | 192.0.2.5/24 | 10.0.0.1/32 peer 203.0.113.1"]
    assert ipv4(links, "eth0", "203.0.113.1") == "10.0.0.1"


def test_secondary_ipv4_addresses_are_never_chosen() -> None:
    assert ipv4(["eth0 | 192.0.2.5/24 secondary | 192.0.2.6/24"], "eth0") == "192.0.2.6"


def test_an_ipv4_address_of_narrower_scope_than_the_route_is_passed_over() -> None:
    links = ["eth0 | 192.0.2.5/24 scope host | 192.0.2.6/24 scope link | 192.0.2.7/24"]
    assert ipv4(links, "eth0") == "192.0.2.7"
    assert ipv4(links, "eth0", scope=SCOPE_LINK) == "192.0.2.6"
    assert ipv4(links, "eth0", scope=SCOPE_HOST) == "192.0.2.5"


def test_with_route_localnet_a_host_address_may_be_used_on_a_link() -> None:
    links = ["eth0 | 127.0.0.5/8 scope host | 192.0.2.7/24"]
    assert ipv4(links, "eth0", scope=SCOPE_LINK) == "192.0.2.7"
    for name in ("all", "eth0"):
        settings = sysctl(**{f"ipv4__conf__{name}__route_localnet": 1})
        assert ipv4(links, "eth0", scope=SCOPE_LINK, settings=settings) == "127.0.0.5"


def test_an_interface_without_ipv4_borrows_from_the_others_but_nothing_of_a_link() -> None:
    links = ["lo | 127.0.0.1/8 scope host", "eth1 | 192.0.2.6/24 scope link | 192.0.2.7/24", "eth0"]
    assert ipv4(links, "eth0") == "192.0.2.7"


def test_no_ipv4_address_at_all_is_none() -> None:
    assert ipv4(["eth0 | 2001:db8::1/64"], "eth0") == "None"


@pytest.mark.parametrize(
    ("word", "number"), [(None, 0), ("global", 0), ("site", 200), ("link", 253), ("host", 254), ("77", 77), ("odd", 0)]
)
def test_scopes_have_the_numbers_of_rtnetlink(word: str | None, number: int) -> None:
    assert scope_number(word) == number


# --- IPv6, by the rules of RFC 6724 §5 ------------------------------------------------------------


def test_rule_1_the_destination_itself_is_the_best_source() -> None:
    assert ipv6(["eth0 | 2001:db8::1/64", "eth1 | 2001:db8::2/64 deprecated"], "eth0", "2001:db8::2") == "2001:db8::2"


def test_rule_2_a_scope_that_is_wide_enough_is_better() -> None:
    assert ipv6(["eth0 | fe80::1/64 | 2001:db8::1/64"], "eth0", "2001:db8:9::9") == "2001:db8::1"


def test_rule_2_of_scopes_that_are_wide_enough_the_narrowest_is_best() -> None:
    assert ipv6(["eth0 | 2001:db8::1/64 | fe80::1/64"], "eth0", "fe80::9") == "fe80::1"
    assert ipv6(["eth0 | 2001:db8::1/64 | fec0::1/64"], "eth0", "fec0::9") == "fec0::1"


def test_rule_3_deprecated_addresses_are_avoided() -> None:
    assert ipv6(["eth0 | 2001:db8::1/64 deprecated", "eth1 | 2001:db8::2/64"], "eth0", "2001:db8::9") == "2001:db8::2"


def test_rule_3_optimistic_addresses_are_avoided_unless_the_system_trusts_them() -> None:
    links = ["eth0 | 2001:db8::1/64 tentative optimistic", "eth1 | 2001:db8::2/64"]
    assert ipv6(links, "eth0", "2001:db8::9") == "2001:db8::2"
    for half in (sysctl(ipv6__conf__eth0__optimistic_dad=1), sysctl(ipv6__conf__all__use_optimistic=1)):
        assert ipv6(links, "eth0", "2001:db8::9", half) == "2001:db8::2"
    trusting = sysctl(ipv6__conf__eth0__optimistic_dad=1, ipv6__conf__all__use_optimistic=1)
    assert ipv6(links, "eth0", "2001:db8::9", trusting) == "2001:db8::1"


@pytest.mark.parametrize("special", ["::ffff:192.0.2.1", "::192.0.2.1", "100::1", "e000::1"])
def test_rule_3_does_not_look_at_addresses_of_special_kinds(special: str) -> None:
    links = [f"eth0 | {special}/128 deprecated", "eth1 | 2001:db8::1/64"]
    assert ipv6(links, "eth0", "2001:db8::9") == str(IPv6Address(special))


@pytest.mark.parametrize("ordinary", ["fec0::1", "fd00::1", "2001:db8::1"])
def test_rule_3_looks_at_all_others(ordinary: str) -> None:
    links = [f"eth0 | {ordinary}/64 deprecated", "eth1 | 2001:db8::7/64"]
    assert ipv6(links, "eth0", "2001:db8:1::9") == "2001:db8::7"


def test_rule_4_home_addresses_are_preferred() -> None:
    assert ipv6(["eth0 | 2001:db8::1/64", "eth1 | 2001:db8::2/64 home"], "eth0", "2001:db8::9") == "2001:db8::2"


def test_rule_5_an_address_of_the_outgoing_interface_is_preferred() -> None:
    assert ipv6(["eth1 | 2001:db8::2/64", "eth0 | 2001:db8:1::1/64"], "eth0", "2001:db8::9") == "2001:db8:1::1"


def test_rule_6_the_destinations_label_is_preferred() -> None:
    assert ipv6(["eth0 | fd00::1/64 | 2002:c000:201::1/64"], "eth0", "2002:c000:202::9") == "2002:c000:201::1"
    assert ipv6(["eth0 | 2001:db8::1/64 | fd00::1/64"], "eth0", "fd00:9::9") == "fd00::1"


def test_rule_7_public_addresses_are_preferred_unless_the_system_says_otherwise() -> None:
    links = ["eth0 | 2001:db8::1/64 temporary | 2001:db8::2/64"]
    assert ipv6(links, "eth0", "2001:db8:9::9") == "2001:db8::2"
    assert ipv6(links, "eth0", "2001:db8:9::9", sysctl(ipv6__conf__eth0__use_tempaddr=1)) == "2001:db8::2"
    assert ipv6(links, "eth0", "2001:db8:9::9", sysctl(ipv6__conf__eth0__use_tempaddr=2)) == "2001:db8::1"


def test_orchids_speak_with_orchids() -> None:
    assert ipv6(["eth0 | 2001:db8::1/64 | 2001:10::1/28"], "eth0", "2001:11::9") == "2001:10::1"


def test_rule_8_the_longest_common_prefix_is_best() -> None:
    assert ipv6(["eth0 | 2001:db8:1::1/64 | 2001:db8:9::1/64"], "eth0", "2001:db8:9:1::9") == "2001:db8:9::1"


def test_rule_8_counts_no_more_than_the_prefix_length() -> None:
    assert ipv6(["eth0 | 2001:db8::f00/64 | 2001:db8::1/64"], "eth0", "2001:db8::3") == "2001:db8::f00"


def test_of_equals_the_first_is_chosen() -> None:
    assert ipv6(["eth0 | 2001:db8:1::1/64 | 2001:db8:1::2/64"], "eth0", "2001:db8:9::9") == "2001:db8:1::1"


def test_tentative_addresses_are_no_candidates() -> None:
    assert ipv6(["eth0 | 2001:db8::1/64 tentative | 2001:db8::2/64 deprecated"], "eth0", "2001:db8::9") == "2001:db8::2"
    assert ipv6(["eth0 | 2001:db8::1/64 tentative"], "eth0", "2001:db8::9") == "None"


@pytest.mark.parametrize("destination", ["fe80::9", "ff02::1", "ff0e::1", "::1", "::"])
def test_what_stays_on_a_link_or_is_multicast_takes_the_interfaces_own(destination: str) -> None:
    links = ["eth1 | 2001:db8::2/64 | fe80::2/64", "eth0 | 2001:db8::1/64 deprecated"]
    assert ipv6(links, "eth0", destination) == "2001:db8::1"


def test_a_system_may_use_the_outgoing_interfaces_addresses_only() -> None:
    links = ["eth0 | 2001:db8::1/64 deprecated", "eth1 | 2001:db8::2/64"]
    assert ipv6(links, "eth0", "2001:db8::9", sysctl(ipv6__conf__eth0__use_oif_addrs_only=1)) == "2001:db8::1"


# --- settings -------------------------------------------------------------------------------------


def test_a_setting_holds_where_the_interface_or_all_have_it() -> None:
    assert is_set(sysctl(ipv4__conf__all__accept_local=1), 4, "eth0", "accept_local")
    assert is_set(sysctl(ipv4__conf__eth0__accept_local=1), 4, "eth0", "accept_local")
    assert not is_set(sysctl(ipv4__conf__eth1__accept_local=1), 4, "eth0", "accept_local")
    assert not is_set(no_sysctl, 4, None, "accept_local")
