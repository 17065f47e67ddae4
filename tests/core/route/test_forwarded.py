"""What becomes of a packet that came in by an interface: martians, forwarding, the reverse-path filter."""

from collections.abc import Mapping

import pytest

from nettools.core.route.explain import Outcome
from nettools.core.route.forwarded import decide_any
from nettools.core.route.walk import Machine
from tests.core.route.machines import ask, machine, sysctl

LINKS = ["lo | 127.0.0.1/8 scope host", "eth0 | 192.0.2.5/24 | 2001:db8::5/64", "eth1 | 10.0.0.5/24", "eth2"]
ROUTES = [
    "192.0.2.0/24 dev eth0",
    "10.0.0.0/24 dev eth1",
    "198.51.100.0/24 via 192.0.2.9 dev eth0",
    "default via 10.0.0.1 dev eth1",
    "broadcast 192.0.2.255 dev eth0 table local",
    "-6 default via 2001:db8::1 dev eth0",
]


def held(*routes: str, rules: tuple[str, ...] = ()) -> Machine:
    return machine([*routes, *ROUTES], rules, LINKS)


def come(
    destination: str,
    source: str | None = "192.0.2.77",
    by: str = "eth0",
    one: Machine | None = None,
    mark: int = 0,
    more: Mapping[str, int] | None = None,
    **settings: int,
) -> Outcome:
    """``eth0__rp_filter=1`` is a setting of IPv4, ``ipv6__conf__all__forwarding=0`` one of any kind."""
    given = {**settings, **(more or {})}
    full = {name if "__conf__" in name else f"ipv4__conf__{name}": value for name, value in given.items()}
    return decide_any(one or held(), ask(destination, source, incoming=by, mark=mark), sysctl(**full))


def gist(outcome: Outcome) -> tuple[str, str | None, list[str | None]]:
    return outcome.verdict, outcome.error, [way.hop.dev for way in outcome.ways]


FORWARDED = ("forward", None, ["eth1"])
LOCAL = ("local", None, ["lo"])
DROPPED: tuple[str, str, list[str | None]] = ("blackhole", "EINVAL", [])


def test_a_packet_for_elsewhere_is_forwarded_with_its_own_source() -> None:
    outcome = come("203.0.113.1")
    assert gist(outcome) == FORWARDED
    assert str(outcome.ways[0].source) == "192.0.2.77"


def test_a_packet_for_this_machine_is_local() -> None:
    assert gist(come("10.0.0.5")) == LOCAL


def test_a_packet_that_did_not_come_in_is_one_that_this_machine_sends() -> None:
    outcome = decide_any(held(), ask("203.0.113.1"), sysctl())
    assert str(outcome.ways[0].source) == "10.0.0.5"


@pytest.mark.parametrize("nobody", ["0.0.0.0", "::"])
def test_the_unspecified_address_as_source_leaves_the_choice_to_routing(nobody: str) -> None:
    destination = "203.0.113.1" if nobody == "0.0.0.0" else "2001:db8:9::1"
    asked, plain = (decide_any(held(), ask(destination, source), sysctl()) for source in (nobody, None))
    assert asked == plain
    assert asked.verdict == "forward"


def test_forwarding_is_asked_for_as_root() -> None:
    one = held(rules=("100: uidrange 0-0 prohibit",))
    outcome = decide_any(one, ask("203.0.113.1", "192.0.2.77", incoming="eth0", uid=1000), sysctl())
    assert outcome.verdict == "prohibit"


# --- martians -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("destination", "source", "why"),
    [
        ("10.0.0.5", None, "a packet that comes in needs a source"),
        ("10.0.0.5", "0.0.0.0", "only a broadcast may come from nobody"),
        ("10.0.0.5", "224.0.0.1", "224.0.0.1 cannot be a source"),
        ("10.0.0.5", "255.255.255.255", "255.255.255.255 cannot be a source"),
        ("0.0.0.0", "192.0.2.77", "0.0.0.0 cannot be a destination"),
        ("127.0.0.1", "192.0.2.77", "a loopback address never comes in from outside"),
        ("10.0.0.5", "127.0.0.1", "a loopback address never comes in from outside"),
    ],
)
def test_martians_are_dropped(destination: str, source: str | None, why: str) -> None:
    outcome = come(destination, source)
    assert (gist(outcome), outcome.remark) == (DROPPED, why)


@pytest.mark.parametrize("name", ["all", "eth0"])
def test_with_route_localnet_a_loopback_address_may_come_in(name: str) -> None:
    assert gist(come("127.0.0.1", more={f"{name}__route_localnet": 1})) == LOCAL


def test_the_zero_network_but_for_its_first_address_is_like_any_other() -> None:
    assert gist(come("10.0.0.5", "0.0.0.7")) == LOCAL


@pytest.mark.parametrize(("destination", "source"), [("255.255.255.255", "0.0.0.0"), ("0.0.0.0", "0.0.0.0")])
def test_a_broadcast_may_come_from_nobody(destination: str, source: str) -> None:
    outcome = come(destination, source, eth0__rp_filter=1)
    assert gist(outcome) == ("broadcast", None, ["lo"])
    assert outcome.ways[0].source is None


def test_a_broadcast_is_looked_at_before_the_loopback() -> None:
    assert come("255.255.255.255", "127.0.0.5", "lo").verdict == "broadcast"


# --- forwarding -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("destination", "verdict"), [("203.0.113.1", "unreachable"), ("10.0.0.5", "local"), ("192.0.2.255", "broadcast")]
)
def test_without_forwarding_only_what_is_for_this_machine_is_taken(destination: str, verdict: str) -> None:
    outcome = come(destination, eth0__forwarding=0)
    assert outcome.verdict == verdict
    if verdict == "unreachable":
        assert outcome.error == "EHOSTUNREACH"
        assert outcome.remark == "this machine does not forward: net.ipv4.conf.eth0.forwarding is 0"


@pytest.mark.parametrize(
    ("kind", "error"), [("blackhole", "EINVAL"), ("unreachable", "EHOSTUNREACH"), ("prohibit", "EACCES")]
)
def test_a_refusing_route_gives_its_error(kind: str, error: str) -> None:
    one = held(f"{kind} 203.0.113.0/24")
    assert gist(come("203.0.113.1", one=one)) == (kind, error, [])
    assert gist(come("203.0.113.1", one=one, eth0__forwarding=0)) == (kind, "EHOSTUNREACH", [])


def test_a_refusing_rule_makes_the_network_unreachable() -> None:
    assert gist(come("203.0.113.1", one=held(rules=("9: unreachable",)))) == ("unreachable", "ENETUNREACH", [])


# --- the source must be believed ----------------------------------------------------------------------


def test_without_a_filter_a_source_from_anywhere_is_believed() -> None:
    assert gist(come("203.0.113.1", "198.51.100.7", by="eth1")) == FORWARDED


@pytest.mark.parametrize(("name", "value"), [("eth1", 1), ("all", 1), ("all", 2), ("eth1", 2)])
def test_a_source_whose_way_back_leads_elsewhere_passes_only_the_loose_filter(name: str, value: int) -> None:
    outcome = come("203.0.113.1", "198.51.100.7", by="eth1", more={f"{name}__rp_filter": value})
    if value == 2:
        assert gist(outcome) == FORWARDED
    else:
        assert gist(outcome) == DROPPED
        assert outcome.remark == "the reverse-path filter (strict, rp_filter 1) finds no way back by eth1"


def test_the_stricter_number_of_all_and_the_interface_counts() -> None:
    assert gist(come("203.0.113.1", "198.51.100.7", by="eth1", all__rp_filter=1, eth1__rp_filter=2)) == FORWARDED


def test_a_source_with_a_way_back_passes_the_strict_filter() -> None:
    assert gist(come("203.0.113.1", eth0__rp_filter=1)) == FORWARDED


def test_any_hop_of_a_multipath_way_back_will_do_dead_ones_too() -> None:
    one = held("198.51.100.0/25 nexthop dev eth0 nexthop dev eth1 dead")
    assert gist(come("203.0.113.1", "198.51.100.7", by="eth1", one=one, eth1__rp_filter=1)) == FORWARDED


def test_a_source_without_any_way_back_fails_every_filter_but_passes_without_one() -> None:
    one = held("blackhole 198.51.100.0/24 metric 0", "throw 198.51.100.0/25")
    for value, verdict in ((0, "forward"), (1, "blackhole"), (2, "blackhole")):
        assert come("203.0.113.1", "198.51.100.200", by="eth1", one=one, eth1__rp_filter=value).verdict == verdict


def test_an_interface_without_addresses_takes_the_loose_filter_for_the_strict_one() -> None:
    for value, verdict in ((0, "forward"), (2, "blackhole")):
        assert come("203.0.113.1", "198.51.100.7", by="eth2", eth2__rp_filter=value).verdict == verdict


def test_this_machines_own_address_is_no_source_for_what_comes_in() -> None:
    outcome = come("10.0.0.5", "192.0.2.5")
    assert (gist(outcome), outcome.remark) == (DROPPED, "192.0.2.5 is this machine's own, or no host's")


@pytest.mark.parametrize("name", ["all", "eth0"])
@pytest.mark.parametrize("rp_filter", [0, 2])
def test_with_accept_local_it_is(name: str, rp_filter: int) -> None:
    assert gist(come("10.0.0.5", "192.0.2.5", more={f"{name}__accept_local": 1}, eth0__rp_filter=rp_filter)) == LOCAL


def test_a_networks_broadcast_address_is_refused_once_the_way_back_is_really_looked_for() -> None:
    assert gist(come("203.0.113.1", "192.0.2.255")) == FORWARDED  # with untouched rules only own addresses are
    assert gist(come("203.0.113.1", "192.0.2.255", eth0__rp_filter=1)) == DROPPED
    assert gist(come("203.0.113.1", "192.0.2.255", one=held(rules=("9: lookup 100",)))) == DROPPED
    assert gist(come("203.0.113.1", "192.0.2.255", one=held().apart())) == DROPPED
    own_local = held("local 203.0.113.77 dev lo table local")
    assert gist(come("203.0.113.1", "192.0.2.255", one=own_local)) == DROPPED


def test_a_packet_that_goes_back_where_it_came_from_is_checked_while_redirects_are_sent() -> None:
    assert gist(come("198.51.100.1", "192.0.2.255")) == ("forward", None, ["eth0"])
    assert gist(come("198.51.100.1", "192.0.2.255", all__send_redirects=1)) == DROPPED


def test_the_mark_counts_on_the_way_back_only_with_src_valid_mark() -> None:
    one = held("default dev eth0 table 100", rules=("9: fwmark 0x1 lookup 100",))

    def marked(**settings: int) -> Outcome:
        return come("10.0.0.5", "203.0.113.9", one=one, mark=1, eth0__rp_filter=1, more=settings)

    assert gist(marked()) == DROPPED
    assert gist(marked(eth0__src_valid_mark=1)) == LOCAL
    assert gist(marked(all__src_valid_mark=1)) == LOCAL


def test_the_way_back_is_asked_for_with_the_ports_turned_around() -> None:
    one = held("default dev eth0 table 100", rules=("9: sport 80 lookup 100",))
    question = ask("10.0.0.5", "203.0.113.9", incoming="eth0", destination_port=80)
    assert gist(decide_any(one, question, sysctl(ipv4__conf__eth0__rp_filter=1))) == LOCAL


def test_where_the_filter_refuses_one_hop_of_a_multipath_route_the_hash_decides() -> None:
    one = held(
        "203.0.113.0/24 nexthop dev eth0 nexthop via 10.0.0.1 dev eth1",
        rules=("9: to 192.0.2.77 iif eth1 prohibit",),
    )
    assert gist(come("203.0.113.1", one=one, eth0__rp_filter=1)) == ("forward", "EINVAL", ["eth0"])


# --- IPv6 -------------------------------------------------------------------------------------------


def test_an_ipv6_packet_is_forwarded_with_its_own_source() -> None:
    outcome = come("2001:db8:9::1", "2001:db8:7::7", by="eth1")
    assert gist(outcome) == ("forward", None, ["eth0"])
    assert str(outcome.ways[0].source) == "2001:db8:7::7"
    assert outcome.remark is None


def test_an_ipv6_packet_without_source_gets_none() -> None:
    assert come("2001:db8:9::1", "::", by="eth1").ways[0].source is None


def test_of_ipv6_the_switch_of_the_whole_machine_decides() -> None:
    off = come("2001:db8:9::1", "2001:db8:7::7", ipv6__conf__all__forwarding=0, ipv6__conf__eth0__forwarding=1)
    assert off.remark == "but this machine does not forward: net.ipv6.conf.all.forwarding is 0"
    on = come("2001:db8:9::1", "2001:db8:7::7", ipv6__conf__all__forwarding=1, ipv6__conf__eth0__forwarding=0)
    assert on.remark is None
    forced = come("2001:db8:9::1", "2001:db8:7::7", ipv6__conf__all__forwarding=0, ipv6__conf__eth0__force_forwarding=1)
    assert forced.remark is None


def test_what_is_for_this_machine_needs_no_ipv6_forwarding() -> None:
    outcome = come("2001:db8::5", "2001:db8:7::7", ipv6__conf__all__forwarding=0)
    assert (gist(outcome), outcome.remark) == (LOCAL, None)


def test_an_ipv6_refusal_gives_its_error() -> None:
    assert gist(come("2001:db8:9::1", "2001:db8:7::7", one=held("prohibit 2001:db8:9::/48 dev lo"))) == (
        "prohibit",
        "EACCES",
        [],
    )
    assert gist(come("2001:db8:9::1", "2001:db8:7::7", one=held(rules=("-6 9: unreachable",)))) == (
        "unreachable",
        "ENETUNREACH",
        [],
    )


def test_a_link_local_destination_is_looked_for_on_the_link_that_the_packet_came_by() -> None:
    one = held("fe80::/64 dev eth0", "fe80::/64 dev eth1")
    assert gist(come("fe80::9", "fe80::7", by="eth1", one=one)) == ("forward", None, ["eth1"])
