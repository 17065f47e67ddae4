"""Get-NetRoute and Find-NetRoute as JSON, in the forms that versions of PowerShell give it."""

import json
from ipaddress import IPv4Address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.prefix import Prefix
from nettools.core.route.powershell import parse_find_netroute, parse_get_netroute, parse_interface_indexes
from nettools.core.route.question import SystemAnswer
from nettools.core.route.report import Route
from nettools.errors import PrefixError
from tests.core.route.fixtures import fixture
from tests.core.strategies import any_prefix


def routes(name: str) -> dict[str, Route]:
    read = parse_get_netroute(fixture(name))
    assert read.warnings == ()
    return {str(route.dst): route for route in read.routes}


def one(**fields: Any) -> Route:
    read = parse_get_netroute(json.dumps({"DestinationPrefix": "198.51.100.0/24", "NextHop": "192.0.2.1", **fields}))
    assert read.warnings == ()
    (route,) = read.routes
    return route


def test_what_the_routes_are() -> None:
    types = {destination: route.type for destination, route in routes("windows/get-netroute-numbers.json").items()}
    assert types == {
        "0.0.0.0/0": "unicast",
        "127.0.0.0/8": "local",
        "127.0.0.1/32": "local",
        "127.255.255.255/32": "broadcast",
        "192.0.2.0/24": "unicast",
        "192.0.2.5/32": "local",
        "192.0.2.255/32": "broadcast",
        "198.51.100.0/24": "unicast",
        "203.0.113.7/32": "unicast",
        "224.0.0.0/4": "multicast",
        "255.255.255.255/32": "broadcast",
        "::/0": "unicast",
        "::1/128": "local",
        "2001:db8:0:1::/64": "unicast",
        "2001:db8:0:1::5/128": "local",
        "fe80::/64": "unicast",
        "ff00::/8": "multicast",
    }


def test_a_route() -> None:
    found = routes("windows/get-netroute-numbers.json")
    default = found["0.0.0.0/0"]
    assert (default.gateway, default.dev) == (IPv4Address("192.0.2.1"), "Ethernet 2")
    assert (default.metric, default.protocol, default.table) == (25, "static", "main")
    assert default.expires == 86_400
    assert found["::/0"].expires == 1800
    assert found["192.0.2.0/24"].gateway is None
    assert found["192.0.2.0/24"].metric == 281
    assert found["192.0.2.0/24"].expires is None
    assert found["198.51.100.0/24"].flags == ("publish-yes",)
    assert found["203.0.113.7/32"].protocol == "redirect"


def test_numbers_and_words_mean_the_same() -> None:
    assert routes("windows/get-netroute-numbers.json") == routes("windows/get-netroute-words.json")


def test_what_is_only_kept_for_the_next_start_is_no_route() -> None:
    assert "203.0.113.0/24" not in routes("windows/get-netroute-numbers.json")


def test_a_single_route_comes_without_a_list() -> None:
    assert list(routes("windows/get-netroute-one.json")) == ["0.0.0.0/0"]


def test_no_route_is_no_text() -> None:
    read = parse_get_netroute("\ufeff\r\n")
    assert (read.routes, read.warnings) == ((), ())


def test_half_a_metric_is_none() -> None:
    assert one(RouteMetric=256).metric is None
    assert one(RouteMetric=256, InterfaceMetric=0).metric == 256


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (3, "static"),
        ("NetMgmt", "static"),
        (19, "dhcp"),
        ("Dhcp", "dhcp"),
        (1, None),
        (None, None),
        (10_002, "10002"),
        ("A\\b", "a\\b"),
    ],
)
def test_who_made_a_route(value: object, word: str | None) -> None:
    assert one(Protocol=value).protocol == word


@pytest.mark.parametrize(
    ("span", "seconds"),
    [
        ("00:30:00", 1800),
        ("1.02:03:04.5", 93_784),
        ("10675199.02:48:05.4775807", None),
        ({"Ticks": 18_000_000_000}, 1800),
        ({"Ticks": 9_223_372_036_854_775_807}, None),
        (None, None),
        (True, None),
        ("for ever", None),
    ],
)
def test_how_long_a_route_lives(span: object, seconds: int | None) -> None:
    assert one(ValidLifetime=span).expires == seconds


@pytest.mark.parametrize(
    "unread", [{}, {"DestinationPrefix": None}, {"DestinationPrefix": "192.0.2.0"}, {"DestinationPrefix": "x/24"}]
)
def test_an_object_that_is_no_route_is_left_out_with_a_warning(unread: dict[str, object]) -> None:
    read = parse_get_netroute(json.dumps([unread, {"DestinationPrefix": "192.0.2.0/24"}]))
    assert [str(route.dst) for route in read.routes] == ["192.0.2.0/24"]
    assert [warning.kind for warning in read.warnings] == ["unreadable-route"]


@pytest.mark.parametrize("text", ["Get-NetRoute : no", "[1]", "7", "null", "[" * 100_000, "9" * 5000])
def test_what_is_no_json_of_routes_is_a_warning(text: str) -> None:
    read = parse_get_netroute(text)
    assert read.routes == ()
    assert [warning.kind for warning in read.warnings] == ["unreadable-route"]


# --- Find-NetRoute ----------------------------------------------------------------------------------


def test_the_answer_is_an_address_and_a_route() -> None:
    assert parse_find_netroute(fixture("windows/find-netroute.json")) == SystemAnswer(
        type="unicast",
        table="main",
        dst="0.0.0.0/0",
        dev="Ethernet 2",
        gateway=IPv4Address("192.0.2.1"),
        source=IPv4Address("192.0.2.5"),
    )


@pytest.mark.parametrize(
    ("prefix", "source", "kind"),
    [
        ("192.0.2.5/32", "192.0.2.5", "local"),
        ("192.0.2.255/32", "192.0.2.5", "broadcast"),
        ("127.0.0.0/8", "127.0.0.1", "local"),
        ("192.0.2.0/24", "192.0.2.5", "unicast"),
        ("224.0.0.0/4", "192.0.2.5", "multicast"),
        ("2001:db8::5/128", "2001:db8::5", "local"),
    ],
)
def test_what_is_on_this_machine(prefix: str, source: str, kind: str) -> None:
    hop = "::" if ":" in prefix else "0.0.0.0"
    found = [{"IPAddress": source}, {"DestinationPrefix": prefix, "NextHop": hop, "Protocol": 2}]
    assert parse_find_netroute(json.dumps(found)).type == kind


def test_no_route_is_an_error_in_any_language() -> None:
    assert parse_find_netroute(fixture("windows/find-netroute-missing.txt")) == SystemAnswer(error="ENETUNREACH")


def test_a_route_without_an_address_does_not_tell_the_source() -> None:
    answer = parse_find_netroute(json.dumps({"DestinationPrefix": "192.0.2.0/24"}))
    assert (answer.type, answer.source, answer.tells_source) == ("unicast", None, False)


def test_another_error_is_in_its_own_words() -> None:
    assert parse_find_netroute("\nFind-NetRoute : odd\n").error == "Find-NetRoute : odd"
    assert parse_find_netroute("").error == "no answer"
    assert parse_find_netroute("at C:\\x\x1b[31m").error == "at C:\\x\x1b[31m"  # raw: escaping is for what is drawn
    assert parse_find_netroute("x" * 999).error == "x" * 200


def test_the_indexes_of_the_interfaces() -> None:
    listed = [
        {"InterfaceAlias": "Ethernet 2", "InterfaceIndex": 12},
        {"InterfaceAlias": "Ethernet 2", "InterfaceIndex": 12},
        {"InterfaceAlias": "Wi-Fi", "InterfaceIndex": "7"},
        {"InterfaceAlias": "odd", "InterfaceIndex": None},
        {"InterfaceAlias": None, "InterfaceIndex": 9},
        {},
    ]
    assert parse_interface_indexes(json.dumps(listed)) == {"Ethernet 2": 12, "Wi-Fi": 7}
    assert parse_interface_indexes("") == {}
    with pytest.raises(PrefixError):
        parse_interface_indexes("rubbish")


# --- any text ---------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = (
    "DestinationPrefix",
    "NextHop",
    "InterfaceAlias",
    "RouteMetric",
    "InterfaceMetric",
    "Protocol",
    "Publish",
    "Store",
    "ValidLifetime",
    "IPAddress",
)
OBJECTS = st.dictionaries(st.sampled_from(FIELDS), JSON | st.sampled_from(["192.0.2.0/24", "::/0", "fe80::1%3"]))


@given(st.text() | JSON.map(json.dumps) | st.lists(OBJECTS, max_size=3).map(json.dumps))
def test_no_text_breaks_the_parsers(text: str) -> None:
    parse_get_netroute(text)
    parse_find_netroute(text)


@given(any_prefix(), st.integers(0, 9999), st.integers(0, 9999), st.sampled_from([3, "NetMgmt"]))
def test_a_route_that_is_printed_is_read_back(prefix: Prefix, own: int, of_interface: int, protocol: object) -> None:
    hop = "192.0.2.1" if prefix.version == 4 else "2001:db8::1"
    fields = {"NextHop": hop, "RouteMetric": own, "InterfaceMetric": of_interface, "Protocol": protocol}
    route = one(DestinationPrefix=str(prefix), **fields)
    assert (route.dst, str(route.gateway), route.metric) == (prefix, hop, own + of_interface)
    assert route.protocol == "static"
