"""The way to the world: default routes, the halves that VPNs lay over them, rules that lead elsewhere."""

from dataclasses import replace

from nettools.core.ifaces.primary import primary
from nettools.core.ifaces.report import Family
from nettools.core.route.question import Question
from nettools.core.route.walk import Machine
from tests.core.route.machines import machine, no_sysctl

BOTH: tuple[Family, ...] = ("inet", "inet6")
ETH = "eth0 | 192.0.2.5/24 | 2001:db8::5/64"
WLAN = "wlan0 | 198.51.100.5/24"
VPN = "wg0 | 10.8.0.2/24"


def of_root(question: Question) -> Question:
    return replace(question, uid=0)


def found(made: Machine, *families: Family) -> list[tuple[str, list[str]]]:
    """(interface, its source addresses)."""
    way = primary(made, families, no_sysctl, of_root)
    return [(one.ifname, [str(held.local) for held in one.addr_info]) for one in way]


def test_an_interface_that_serves_both_families_stands_once_with_an_address_of_each() -> None:
    made = machine(["default via 192.0.2.1 dev eth0", "-6 default via fe80::1 dev eth0"], interfaces=[ETH, WLAN])
    assert found(made, *BOTH) == [("eth0", ["192.0.2.5", "2001:db8::5"])]
    assert found(made, "inet6") == [("eth0", ["2001:db8::5"])]


def test_each_family_may_go_its_own_way() -> None:
    made = machine(["default via 198.51.100.1 dev wlan0", "-6 default via fe80::1 dev eth0"], interfaces=[ETH, WLAN])
    assert found(made, *BOTH) == [("wlan0", ["198.51.100.5"]), ("eth0", ["2001:db8::5"])]


def test_the_least_metric_wins() -> None:
    routes = ["default via 192.0.2.1 dev eth0 metric 200", "default via 198.51.100.1 dev wlan0 metric 100"]
    assert found(machine(routes, interfaces=[ETH, WLAN]), "inet") == [("wlan0", ["198.51.100.5"])]


def test_the_two_halves_of_a_vpn_go_before_the_default_route() -> None:
    routes = ["default via 192.0.2.1 dev eth0", "0.0.0.0/1 dev wg0", "128.0.0.0/1 dev wg0"]
    assert found(machine(routes, interfaces=[ETH, VPN]), "inet") == [("wg0", ["10.8.0.2"])]


def test_a_rule_that_leads_to_another_table_counts() -> None:
    routes = ["default via 192.0.2.1 dev eth0", "default dev wg0 table 51820"]
    made = machine(routes, ["32765: not fwmark 0xca6c lookup 51820"], interfaces=[ETH, VPN])
    assert found(made, "inet") == [("wg0", ["10.8.0.2"])]


def test_a_preferred_source_is_the_source_wherever_it_is_held() -> None:
    made = machine(["default via 192.0.2.1 dev eth0 src 198.51.100.5"], interfaces=[ETH, WLAN])
    assert found(made, "inet") == [("eth0", ["198.51.100.5"])]


def test_a_rule_for_some_users_counts_for_them_alone() -> None:
    routes = ["default via 192.0.2.1 dev eth0", "default dev wg0 table 7"]
    for uids, expected in (("0-0", "wg0"), ("1000-1000", "eth0")):
        made = machine(routes, [f"100: uidrange {uids} lookup 7"], interfaces=[ETH, VPN])
        assert [name for name, _ in found(made, "inet")] == [expected]


def test_of_an_address_that_two_have_the_one_of_the_way_itself_is_told() -> None:
    made = machine(["default dev wg0"], interfaces=["eth0 | 10.8.0.2/32 deprecated", VPN])
    [one] = primary(made, ["inet"], no_sysctl, of_root)
    assert one.addr_info[0].prefixlen == 24


def test_no_default_route_is_no_primary_interface() -> None:
    assert found(machine(["10.0.0.0/8 via 192.0.2.1 dev eth0"], interfaces=[ETH]), *BOTH) == []
    assert found(machine(), *BOTH) == []


def test_a_default_route_that_refuses_leads_nowhere() -> None:
    for kind in ("blackhole", "unreachable", "prohibit"):
        assert found(machine([f"{kind} default"], interfaces=[ETH]), "inet") == []


def test_a_small_route_is_not_the_world() -> None:
    routes = ["default via 192.0.2.1 dev eth0", "0.0.0.0/2 dev wg0"]
    assert found(machine(routes, interfaces=[ETH, VPN]), "inet") == [("eth0", ["192.0.2.5"])]


def test_a_way_through_an_interface_that_has_gone_is_none() -> None:
    assert found(machine(["default via 192.0.2.1 dev gone0"], interfaces=[ETH]), "inet") == []


def test_an_interface_without_an_address_is_told_without_one() -> None:
    assert found(machine(["default dev wg0"], interfaces=["wg0"]), "inet") == [("wg0", [])]


def test_the_gateway_is_that_of_the_way_that_is_taken_for_each_family() -> None:
    routes = [
        "default via 192.0.2.1 dev eth0",
        "0.0.0.0/1 via 10.8.0.1 dev wg0",
        "128.0.0.0/1 via 10.8.0.1 dev wg0",
        "-6 default via fe80::1 dev eth0",
    ]
    way = primary(machine(routes, interfaces=[ETH, VPN]), BOTH, no_sysctl, of_root)
    assert [(one.ifname, one.default.inet, one.default.inet6) for one in way] == [
        ("wg0", "10.8.0.1", None),
        ("eth0", None, "fe80::1"),
    ]


def test_a_way_without_a_gateway_is_on_the_link() -> None:
    [one] = primary(machine(["default dev wg0"], interfaces=[VPN]), ["inet"], no_sysctl, of_root)
    assert one.default.inet == "on-link"
