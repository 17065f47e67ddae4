"""What becomes of a packet that this machine sends: the verdict, the ways, the source, the kernel's error."""

import pytest

from nettools.core.route.explain import Outcome, decide
from nettools.core.route.explanation import Hop
from nettools.core.route.question import Question
from nettools.core.route.settings import Sysctl
from nettools.core.route.walk import Machine
from tests.core.route.machines import address, ask, machine, no_sysctl, sysctl

LINKS = [
    "lo | 127.0.0.1/8 scope host | ::1/128 scope host",
    "eth0 | 192.0.2.5/24 | 2001:db8::5/64",
    "eth1 | 10.0.0.5/24",
]
DEFAULTS = ["default via 192.0.2.1 dev eth0", "-6 default via 2001:db8::1 dev eth0"]


def held(*routes: str, rules: list[str] | None = None, links: list[str] | None = None) -> Machine:
    return machine([*routes, *DEFAULTS], rules or [], links or LINKS)


def ways(outcome: Outcome) -> list[tuple[str | None, str | None, str | None]]:
    """(interface, gateway, source) of each way."""
    return [
        (way.hop.dev, str(way.hop.gateway) if way.hop.gateway else None, str(way.source) if way.source else None)
        for way in outcome.ways
    ]


def send(one: Machine, question: Question | str, settings: Sysctl = no_sysctl) -> Outcome:
    return decide(one, ask(question) if isinstance(question, str) else question, settings)


# --- verdicts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("destination", "way"),
    [
        ("203.0.113.1", ("eth0", "192.0.2.1", "192.0.2.5")),
        ("2001:db8:9::1", ("eth0", "2001:db8::1", "2001:db8::5")),
    ],
)
def test_a_packet_for_elsewhere_is_forwarded_with_a_source_of_the_interface(
    destination: str, way: tuple[str, str, str]
) -> None:
    outcome = send(held(), destination)
    assert (outcome.verdict, outcome.error, ways(outcome)) == ("forward", None, [way])


@pytest.mark.parametrize("destination", ["192.0.2.5", "2001:db8::5"])
def test_a_packet_for_this_machine_goes_by_the_loopback_from_the_address_itself(destination: str) -> None:
    outcome = send(held(), destination)
    assert (outcome.verdict, ways(outcome)) == ("local", [("lo", None, destination)])


def test_an_anycast_address_of_this_machine_is_local() -> None:
    outcome = send(held("anycast 2001:db8:: dev eth0 table local"), "2001:db8::")
    assert (outcome.verdict, ways(outcome)) == ("local", [("lo", None, "2001:db8::5")])


def test_a_broadcast_address_of_a_network_is_broadcast() -> None:
    outcome = send(held("broadcast 192.0.2.255 dev eth0 table local src 192.0.2.5"), "192.0.2.255")
    assert (outcome.verdict, ways(outcome)) == ("broadcast", [("eth0", None, "192.0.2.5")])


@pytest.mark.parametrize("block", ["203.0.113.0/24", "2001:db8:9::/48 dev lo"])
@pytest.mark.parametrize(
    ("kind", "error"), [("blackhole", "EINVAL"), ("unreachable", "EHOSTUNREACH"), ("prohibit", "EACCES")]
)
def test_a_refusing_route_gives_its_error(block: str, kind: str, error: str) -> None:
    outcome = send(held(f"{kind} {block}"), "203.0.113.1" if "." in block else "2001:db8:9::1")
    assert (outcome.verdict, outcome.error, outcome.ways) == (kind, error, ())


@pytest.mark.parametrize(
    ("kind", "error"), [("blackhole", "EINVAL"), ("unreachable", "ENETUNREACH"), ("prohibit", "EACCES")]
)
@pytest.mark.parametrize("family", ["", "-6 "])
def test_a_refusing_rule_gives_its_error(family: str, kind: str, error: str) -> None:
    outcome = send(held(rules=[f"{family}100: {kind}"]), "2001:db8:9::1" if family else "203.0.113.1")
    assert (outcome.verdict, outcome.error) == (kind, error)


@pytest.mark.parametrize("destination", ["203.0.113.1", "2001:db8:9::1"])
def test_without_a_route_the_network_is_unreachable(destination: str) -> None:
    outcome = send(machine(interfaces=LINKS), destination)
    assert (outcome.verdict, outcome.error) == ("no-route", "ENETUNREACH")


def test_a_throw_that_no_other_rule_catches_is_told() -> None:
    outcome = send(machine(["throw default"], interfaces=LINKS), "203.0.113.1")
    assert (outcome.verdict, outcome.error) == ("throw", "ENETUNREACH")


# --- multicast, broadcast, the unspecified address --------------------------------------------------


def test_multicast_under_a_short_route_uses_no_gateway() -> None:
    outcome = send(held(), "239.1.2.3")
    assert (outcome.verdict, ways(outcome)) == ("multicast", [("eth0", None, "192.0.2.5")])


def test_multicast_under_a_route_for_multicast_uses_its_gateway() -> None:
    outcome = send(held("224.0.0.0/4 via 10.0.0.1 dev eth1"), "239.1.2.3")
    assert ways(outcome) == [("eth1", "10.0.0.1", "10.0.0.5")]


@pytest.mark.parametrize(("destination", "verdict"), [("239.1.2.3", "multicast"), ("255.255.255.255", "broadcast")])
def test_what_goes_to_many_leaves_by_the_interface_that_has_its_source(destination: str, verdict: str) -> None:
    outcome = send(held(), ask(destination, "10.0.0.5"))
    assert (outcome.verdict, ways(outcome)) == (verdict, [("eth1", None, "10.0.0.5")])
    assert outcome.remark == "the source belongs to eth1, which such a packet leaves by"


def test_an_address_that_table_local_makes_local_belongs_to_the_routes_interface() -> None:
    one = held("local 198.51.100.0/24 dev eth1 table local")
    assert ways(send(one, ask("239.1.2.3", "198.51.100.7"))) == [("eth1", None, "198.51.100.7")]
    assert ways(send(one, ask("203.0.113.1", "198.51.100.7"))) == [("eth0", "192.0.2.1", "198.51.100.7")]


@pytest.mark.parametrize("destination", ["255.255.255.255", "224.0.0.5"])
def test_what_stays_on_the_link_needs_no_route_when_the_interface_is_named(destination: str) -> None:
    outcome = send(held(), ask(destination, outgoing="eth1"))
    assert ways(outcome) == [("eth1", None, "10.0.0.5")]
    assert outcome.remark == "it never leaves the link of eth1"


def test_multicast_bound_to_an_interface_without_a_route_goes_out_there() -> None:
    outcome = send(machine(interfaces=LINKS), ask("239.1.2.3", outgoing="eth1"))
    assert (outcome.verdict, ways(outcome)) == ("multicast", [("eth1", None, "10.0.0.5")])


def test_ipv6_multicast_follows_its_route() -> None:
    outcome = send(held("multicast ff00::/8 dev eth0 table local"), "ff02::1")
    assert (outcome.verdict, ways(outcome)) == ("multicast", [("eth0", None, "2001:db8::5")])


def test_the_unspecified_address_is_this_machine() -> None:
    assert ways(send(held(), "0.0.0.0")) == [("lo", None, "127.0.0.1")]
    assert ways(send(held(), ask("0.0.0.0", "10.0.0.5"))) == [("lo", None, "10.0.0.5")]
    assert ways(send(held(), ask("0.0.0.0", outgoing="eth1"))) == [("lo", None, "10.0.0.5")]


def test_the_rest_of_the_zero_network_is_addresses_like_others() -> None:
    assert send(held(), "0.0.0.7").verdict == "forward"


# --- sources --------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["198.51.100.9", "192.0.2.255"])
@pytest.mark.parametrize("destination", ["203.0.113.1", "239.1.2.3"])
def test_a_source_that_is_not_this_machines_is_refused_as_unreachable(source: str, destination: str) -> None:
    outcome = send(held(), ask(destination, source))
    assert (outcome.verdict, outcome.error) == ("unreachable", "ENETUNREACH")
    assert outcome.remark == f"{source} is no address of this machine"


@pytest.mark.parametrize("source", ["224.0.0.1", "255.255.255.255"])
def test_a_group_or_everybody_cannot_be_a_source(source: str) -> None:
    outcome = send(held(), ask("203.0.113.1", source))
    assert (outcome.verdict, outcome.error, outcome.remark) == ("blackhole", "EINVAL", f"{source} cannot be a source")


def test_a_loopback_source_never_leaves_the_machine() -> None:
    outcome = send(held(), ask("203.0.113.1", "127.0.0.1"))
    assert (outcome.verdict, outcome.error) == ("blackhole", "EINVAL")
    assert outcome.remark == "a loopback source never leaves the machine"
    assert send(held(), ask("192.0.2.5", "127.0.0.1")).verdict == "local"


def test_a_loopback_source_that_a_route_prefers_does_not_leave_either() -> None:
    assert send(held("198.51.100.0/24 dev eth1 src 127.0.0.1"), "198.51.100.1").verdict == "blackhole"


@pytest.mark.parametrize("name", ["all", "eth0"])
def test_with_route_localnet_a_loopback_source_may_leave(name: str) -> None:
    settings = sysctl(**{f"ipv4__conf__{name}__route_localnet": 1})
    assert ways(send(held(), ask("203.0.113.1", "127.0.0.1"), settings)) == [("eth0", "192.0.2.1", "127.0.0.1")]


def test_of_a_multipath_route_only_the_hops_that_let_a_loopback_source_out_are_ways() -> None:
    one = held("198.51.100.0/24 nexthop dev eth0 nexthop dev eth1")
    outcome = send(one, ask("198.51.100.1", "127.0.0.1"), sysctl(ipv4__conf__eth1__route_localnet=1))
    assert (outcome.verdict, ways(outcome), outcome.error) == ("forward", [("eth1", None, "127.0.0.1")], "EINVAL")


@pytest.mark.parametrize("source", ["10.0.0.5", "2001:db8::5"])
def test_a_given_source_is_kept(source: str) -> None:
    outcome = send(held(), ask("203.0.113.1" if "." in source else "2001:db8:9::1", source))
    assert [str(way.source) for way in outcome.ways] == [source]


def test_the_source_of_the_route_comes_before_any_choice() -> None:
    one = held("198.51.100.0/24 dev eth0 src 10.0.0.5", "2001:db8:7::/48 dev eth0 src 2001:db8:1::1")
    assert ways(send(one, "198.51.100.1")) == [("eth0", None, "10.0.0.5")]
    assert ways(send(one, "2001:db8:7::1")) == [("eth0", None, "2001:db8:1::1")]


def test_any_ipv6_source_may_be_given() -> None:
    assert send(held(), ask("2001:db8:9::1", "2001:db8:77::1")).verdict == "forward"


def test_each_hop_of_a_multipath_route_has_its_own_source() -> None:
    one = held("198.51.100.0/24 nexthop via 192.0.2.1 dev eth0 nexthop via 10.0.0.1 dev eth1")
    assert ways(send(one, "198.51.100.1")) == [
        ("eth0", "192.0.2.1", "192.0.2.5"),
        ("eth1", "10.0.0.1", "10.0.0.5"),
    ]


def test_equal_default_routes_are_ways_too_each_with_its_own_source() -> None:
    one = machine([DEFAULTS[0], "default via 10.0.0.1 dev eth1"], interfaces=LINKS)
    assert ways(send(one, "203.0.113.1")) == [("eth0", "192.0.2.1", "192.0.2.5"), ("eth1", "10.0.0.1", "10.0.0.5")]


def test_an_ipv4_route_with_an_ipv6_gateway_takes_the_first_address_of_the_interface() -> None:
    assert ways(send(held("198.51.100.0/24 via fe80::9 dev eth1"), "198.51.100.1")) == [("eth1", "fe80::9", "10.0.0.5")]


def test_a_next_hop_object_may_have_chosen_its_source_by_its_link() -> None:
    links = [LINKS[0], LINKS[1], "eth1 | 10.0.0.9/24 scope link | 10.0.0.5/24"]
    one = held("198.51.100.0/24 nhid 7 dev eth1 scope global", links=links)
    assert ways(send(one, "198.51.100.1")) == [("eth1", None, "10.0.0.5"), ("eth1", None, "10.0.0.9")]


def test_a_group_of_ipv6_next_hops_has_the_source_of_its_first_member() -> None:
    links = ["eth0 | 2001:db8::5/64", "eth1 | 2001:db8:1::5/64"]
    one = held("2001:db8:7::/48 nhid 9 nexthop dev eth0 nexthop dev eth1", links=links)
    assert ways(send(one, "2001:db8:7::1")) == [("eth0", None, "2001:db8::5"), ("eth1", None, "2001:db8::5")]


# --- a packet that must leave by one interface --------------------------------------------------------


@pytest.mark.parametrize("destination", ["203.0.113.1", "239.1.2.3"])
def test_an_interface_that_is_down_sends_nothing(destination: str) -> None:
    outcome = send(held(links=[*LINKS, "eth9 down"]), ask(destination, outgoing="eth9"))
    assert (outcome.verdict, outcome.error, outcome.remark) == ("no-route", "ENETUNREACH", "eth9 is down")


def test_an_ipv4_packet_bound_to_an_interface_without_a_route_goes_out_on_its_link() -> None:
    outcome = send(held(), ask("203.0.113.1", outgoing="eth1"))
    assert (outcome.verdict, ways(outcome)) == ("forward", [("eth1", None, "10.0.0.5")])
    assert outcome.remark == "no route allows it, and a packet bound to eth1 then goes out on that link"


def test_the_source_on_the_link_may_be_one_of_the_link() -> None:
    links = [LINKS[0], "eth1 | 10.0.0.9/24 scope link | 10.0.0.5/24"]
    one = machine(interfaces=links)
    assert ways(send(one, ask("203.0.113.1", outgoing="eth1"))) == [("eth1", None, "10.0.0.9")]
    assert ways(send(one, ask("239.1.2.3", outgoing="eth1"))) == [("eth1", None, "10.0.0.5")]


def test_an_ipv6_packet_bound_to_an_interface_without_a_route_is_refused() -> None:
    assert send(held(), ask("2001:db8:9::1", outgoing="eth1")).verdict == "no-route"


def test_an_ipv6_packet_with_a_source_only_prefers_the_interface() -> None:
    assert ways(send(held(), ask("2001:db8:9::1", "2001:db8::5", outgoing="eth1"))) == [
        ("eth0", "2001:db8::1", "2001:db8::5")
    ]


def test_a_link_local_destination_needs_the_interface_even_with_a_source() -> None:
    one = held("fe80::/64 dev eth0", "fe80::/64 dev eth1")
    outcome = send(one, ask("fe80::9", "2001:db8::5", outgoing="eth1"))
    assert [way.hop for way in outcome.ways] == [Hop(gateway=None, dev="eth1")]


def test_a_hop_has_a_gateway_as_an_address() -> None:
    assert send(held(), "203.0.113.1").ways[0].hop == Hop(gateway=address("192.0.2.1"), dev="eth0")


# --- systems that do not tell what is local in their routes ---------------------------------------


def blind(*routes: str) -> Machine:
    """A machine whose rules and local routes are not told."""
    links = machine(interfaces=LINKS).interfaces
    told = machine(routes=list(routes), has_rules=False)
    return Machine(told.routes(4) + told.routes(6), None, links)


@pytest.mark.parametrize("destination", ["192.0.2.5", "127.0.0.1", "127.9.9.9", "2001:db8::5", "::1"])
def test_an_address_of_an_interface_is_local_though_no_route_says_so(destination: str) -> None:
    outcome = send(blind("0.0.0.0/1 via 192.0.2.1 dev eth0"), destination)
    assert (outcome.verdict, ways(outcome)) == ("local", [("lo", None, destination)])


def test_what_is_nobodys_own_follows_the_routes() -> None:
    assert send(blind("default via 192.0.2.1 dev eth0"), "203.0.113.1").verdict == "forward"


def test_a_throw_that_is_the_last_word_is_told_where_there_are_no_rules() -> None:
    assert send(blind("throw 203.0.113.0/24"), "203.0.113.1").verdict == "throw"
