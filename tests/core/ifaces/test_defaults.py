"""Which gateway stands beside an interface."""

from ipaddress import ip_address

import pytest

from nettools.core.ifaces.defaults import DefaultWay, default_ways_of, with_defaults
from tests.core.ifaces.machines import gateways, interface
from tests.core.route.machines import route


def ways(*routes: str) -> list[tuple[str, str, str | None, int]]:
    found = default_ways_of([route(one) for one in routes])
    return [(way.family, way.dev, str(way.gateway) if way.gateway else None, way.metric) for way in found]


def test_a_default_route_gives_its_gateway_and_its_metric() -> None:
    assert ways("default via 192.0.2.1 dev eth0 metric 100") == [("inet", "eth0", "192.0.2.1", 100)]
    assert ways("-6 default via fe80::1 dev eth0") == [("inet6", "eth0", "fe80::1", 1024)]


def test_a_default_route_without_a_gateway_is_on_the_link() -> None:
    assert ways("default dev wg0") == [("inet", "wg0", None, 0)]


def test_each_way_of_a_multipath_route_counts() -> None:
    found = ways("default nexthop via 192.0.2.1 dev eth0 nexthop via 198.51.100.1 dev eth1 weight 3")
    assert found == [("inet", "eth0", "192.0.2.1", 0), ("inet", "eth1", "198.51.100.1", 0)]


@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.0/8 via 192.0.2.1 dev eth0",
        "0.0.0.0/1 via 192.0.2.1 dev eth0",
        "default via 192.0.2.1 dev eth0 table 100",
        "unreachable default dev lo",
        "blackhole default",
    ],
)
def test_what_is_no_way_out_of_table_main_gives_no_gateway(text: str) -> None:
    assert ways(text) == []


def test_a_system_without_tables_has_default_routes_all_the_same() -> None:
    one = route("default via 192.0.2.1 dev eth0")
    object.__setattr__(one, "table", None)
    object.__setattr__(one, "metric", None)
    assert default_ways_of([one]) == [DefaultWay("inet", "eth0", ip_address("192.0.2.1"), 0)]


def test_the_way_with_the_least_metric_stands_beside_the_interface() -> None:
    far, near = ip_address("192.0.2.9"), ip_address("192.0.2.1")
    held = [DefaultWay("inet", "eth0", far, 200), DefaultWay("inet", "eth0", near, 100)]
    [one] = with_defaults([interface("eth0")], held)
    assert one.default == gateways("192.0.2.1")


def test_of_equal_metrics_the_first_stands_and_each_family_has_its_own() -> None:
    held = [
        DefaultWay("inet", "eth0", ip_address("192.0.2.1"), 0),
        DefaultWay("inet", "eth0", ip_address("192.0.2.2"), 0),
        DefaultWay("inet6", "eth0", None, 0),
        DefaultWay("inet6", "eth1", ip_address("fe80::1"), 0),
    ]
    found = with_defaults([interface("eth0"), interface("eth1")], held)
    assert [one.default for one in found] == [gateways("192.0.2.1", "on-link"), gateways(None, "fe80::1")]


def test_an_interface_without_a_default_route_stays_as_it_is() -> None:
    one = interface("eth1", "192.0.2.5/24")
    [same] = with_defaults([one], [DefaultWay("inet", "eth0", None, 0)])
    assert same is one


def test_a_way_through_an_interface_that_has_gone_is_passed_over() -> None:
    assert with_defaults([], [DefaultWay("inet", "gone0", None, 0)]) == ()
