"""One routing table: which route wins, why the others lost, which of its ways may be used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.prefix import prefix_of
from nettools.core.route.explanation import Hop
from nettools.core.route.lookup import Found, Selection, inside, lookup
from nettools.core.route.question import Question
from tests.core.route.machines import address, ask, prefix, route

ANYWHERE = Selection(None, None)


def look(table: list[str], question: Question, selection: Selection = ANYWHERE) -> Found:
    to = question.destination
    return lookup(
        [route(text) for text in table], prefix_of(to.version, int(to), to.max_prefixlen), question, selection
    )


def winner(table: list[str], question: Question, selection: Selection = ANYWHERE) -> int | None:
    """The place in the table of the route that won."""
    found = look(table, question, selection)
    return None if found.route is None else [route(text) for text in table].index(found.route)


def reasons(table: list[str], question: Question, selection: Selection = ANYWHERE) -> dict[str, str]:
    """Why each loser lost, by its destination and interface."""
    candidates = look(table, question, selection).candidates
    return {f"{one.dst} {one.dev}": one.reason for one in candidates if not one.chosen}


def test_the_longest_prefix_wins_whatever_the_metrics() -> None:
    table = ["default via 192.0.2.1 dev eth0", "10.0.0.0/8 dev eth1", "10.1.0.0/16 dev eth2 metric 900"]
    assert winner(table, ask("10.1.2.3")) == 2
    assert reasons(table, ask("10.1.2.3")) == {"0.0.0.0/0 eth0": "shorter prefix", "10.0.0.0/8 eth1": "shorter prefix"}


def test_a_route_beside_the_destination_is_no_candidate() -> None:
    assert look(["10.1.0.0/16 dev eth0"], ask("10.2.0.1")) == Found((), None, ())


@pytest.mark.parametrize("destination", ["10.0.0.1", "2001:db8::1"])
def test_of_one_prefix_the_lowest_metric_wins(destination: str) -> None:
    block = "10.0.0.0/8" if "." in destination else "2001:db8::/32"
    table = [f"{block} dev eth0 metric 50", f"{block} dev eth1 metric 10"]
    assert winner(table, ask(destination)) == 1
    assert reasons(table, ask(destination)) == {f"{block} eth0": "metric 50 is higher than 10"}


def test_of_equal_routes_the_first_in_the_table_wins() -> None:
    table = ["10.0.0.0/8 dev eth0", "10.0.0.0/8 dev eth1"]
    assert winner(table, ask("10.0.0.1")) == 0
    assert reasons(table, ask("10.0.0.1")) == {"10.0.0.0/8 eth1": "later in the table"}


def test_a_route_with_the_packets_tos_beats_one_for_all() -> None:
    table = ["10.0.0.0/8 dev eth0", "10.0.0.0/8 dev eth1 tos 0x10 metric 99"]
    assert winner(table, ask("10.0.0.1", tos=0x10)) == 1
    assert reasons(table, ask("10.0.0.1", tos=0x10)) == {"10.0.0.0/8 eth0": "less specific TOS"}


def test_a_route_with_another_tos_is_for_others() -> None:
    table = ["10.0.0.0/8 dev eth0", "10.0.0.0/8 dev eth1 tos 0x10"]
    assert winner(table, ask("10.0.0.1", tos=8)) == 0
    assert reasons(table, ask("10.0.0.1", tos=8)) == {"10.0.0.0/8 eth1": "only for TOS 0x10"}


def test_ipv6_routers_are_preferred_by_rfc_4191() -> None:
    table = [
        "-6 default via fe80::1 dev eth0 pref low",
        "-6 default via fe80::2 dev eth1 pref high",
        "-6 default dev eth2",
    ]
    assert winner(table, ask("2001:db8::1")) == 1
    assert reasons(table, ask("2001:db8::1")) == {
        "::/0 eth0": "preference low is lower than high",
        "::/0 eth2": "preference medium is lower than high",
    }


def test_preference_only_counts_within_the_lowest_metric() -> None:
    table = ["-6 default dev eth0 metric 10 pref low", "-6 default dev eth1 metric 20 pref high"]
    assert winner(table, ask("2001:db8::1")) == 0


def test_where_the_lowest_metric_is_of_no_use_the_rest_compete_by_preference() -> None:
    table = [
        "-6 default dev eth0 metric 10 dead",
        "-6 default dev eth1 metric 20 pref low",
        "-6 default dev eth2 metric 30 pref high",
    ]
    assert winner(table, ask("2001:db8::1")) == 2


def test_ipv6_input_prefers_a_route_through_the_interface_that_the_packet_came_in_by() -> None:
    table = ["-6 default dev eth0", "-6 default dev eth1"]
    assert winner(table, ask("2001:db8::1"), Selection(None, "eth1")) == 1


# --- routes for certain sources -------------------------------------------------------------------


def test_a_subtree_for_the_packets_source_beats_the_route_for_all() -> None:
    table = ["2001:db8::/32 dev eth0", "2001:db8::/32 from 2001:db8:1::/48 dev eth1 metric 9999"]
    assert winner(table, ask("2001:db8::1", "2001:db8:1::5")) == 1
    assert reasons(table, ask("2001:db8::1", "2001:db8:1::5")) == {"2001:db8::/32 eth0": "less specific source"}


def test_the_narrowest_subtree_wins() -> None:
    table = ["2001:db8::/32 from 2001:db8::/32 dev eth0", "2001:db8::/32 from 2001:db8:1::/48 dev eth1"]
    assert winner(table, ask("2001:db8::1", "2001:db8:1::5")) == 1


def test_subtrees_for_other_sources_hide_the_route_for_all_of_the_same_prefix() -> None:
    table = ["2001:db8::/32 dev eth0", "2001:db8::/32 from 2001:db8:1::/48 dev eth1", "-6 default dev eth2"]
    assert winner(table, ask("2001:db8::1", "2001:db8:2::5")) == 2
    assert reasons(table, ask("2001:db8::1", "2001:db8:2::5")) == {
        "2001:db8::/32 eth0": "hidden by routes for other sources",
        "2001:db8::/32 eth1": "only from 2001:db8:1::/48",
    }


def test_the_default_route_is_never_hidden_by_subtrees() -> None:
    table = ["-6 default dev eth0", "-6 default from 2001:db8:1::/48 dev eth1"]
    assert winner(table, ask("2001:db8::1", "2001:db8:2::5")) == 0


def test_on_the_way_back_from_an_unusable_route_nothing_is_hidden() -> None:
    table = [
        "2001:db8::/64 dev eth0 dead",
        "2001:db8::/32 dev eth1",
        "2001:db8::/32 from 2001:db8:1::/48 dev eth2",
    ]
    assert winner(table, ask("2001:db8::1", "2001:db8:2::5")) == 1


def test_a_packet_without_source_has_the_unspecified_address() -> None:
    assert winner(["-6 default from 2001:db8::/32 dev eth0"], ask("2001:db8::1")) is None
    assert winner(["-6 default from ::/16 dev eth0"], ask("2001:db8::1")) == 0


# --- what cannot be used --------------------------------------------------------------------------


@pytest.mark.parametrize("block", ["10.0.0.0/8", "2001:db8::/32"])
def test_a_dead_route_is_passed_over(block: str) -> None:
    question = ask("10.0.0.1" if "." in block else "2001:db8::1")
    table = [f"{block} dev eth0 dead linkdown", f"{block} dev eth1 metric 2000"]
    assert winner(table, question) == 1
    assert reasons(table, question) == {f"{block} eth0": "its interface or link is down"}


def test_a_link_that_is_down_alone_does_not_stop_a_route() -> None:
    assert winner(["10.0.0.0/8 dev eth0 linkdown", "default dev eth1"], ask("10.0.0.1")) == 0


def test_an_expired_route_is_passed_over() -> None:
    table = ["-6 default dev eth0 expires -3", "-6 default dev eth1 metric 2000"]
    assert reasons(table, ask("2001:db8::1")) == {"::/0 eth0": "it has expired"}


def test_a_packet_bound_to_an_interface_takes_only_routes_through_it() -> None:
    table = ["10.0.0.0/8 dev eth0", "default via 192.0.2.1 dev eth1"]
    assert winner(table, ask("10.0.0.1"), Selection("eth1", None)) == 1
    assert reasons(table, ask("10.0.0.1"), Selection("eth1", None)) == {"10.0.0.0/8 eth0": "not through eth1"}


@pytest.mark.parametrize("kind", ["blackhole", "unreachable", "prohibit", "throw"])
def test_a_refusing_route_wins_like_any_other(kind: str) -> None:
    found = look([f"{kind} 10.0.0.0/8", "default dev eth0"], ask("10.0.0.1"))
    assert found.route is not None
    assert found.route.type == kind


def test_a_refusing_ipv4_route_counts_for_a_bound_packet_and_an_ipv6_one_does_not() -> None:
    bound = Selection("eth0", None)
    assert winner(["blackhole 10.0.0.0/8", "default dev eth0"], ask("10.0.0.1"), bound) == 0
    assert winner(["blackhole 2001:db8::/32 dev lo", "-6 default dev eth0"], ask("2001:db8::1"), bound) == 1


# --- several ways ---------------------------------------------------------------------------------

MULTIPATH = "10.0.0.0/8 nexthop via 192.0.2.1 dev eth0 weight 2 nexthop via 198.51.100.1 dev eth1 nexthop dev eth2 dead"


def hop(dev: str, gateway: str | None = None) -> Hop:
    return Hop(gateway=address(gateway) if gateway else None, dev=dev)


def test_a_multipath_route_offers_its_living_hops() -> None:
    assert look([MULTIPATH], ask("10.0.0.1")).hops == (hop("eth0", "192.0.2.1"), hop("eth1", "198.51.100.1"))


def test_a_bound_packet_has_the_hops_through_its_interface() -> None:
    assert look([MULTIPATH], ask("10.0.0.1"), Selection("eth1", None)).hops == (hop("eth1", "198.51.100.1"),)


def test_a_multipath_route_whose_hops_are_all_dead_is_passed_over() -> None:
    table = ["10.0.0.0/8 nexthop dev eth0 dead nexthop dev eth1 dead", "default dev eth2"]
    assert winner(table, ask("10.0.0.1")) == 1


def test_equal_default_routes_stand_in_for_each_other() -> None:
    table = [
        "default via 192.0.2.1 dev eth0",
        "default via 198.51.100.1 dev eth1",
        "default via 192.0.2.9 dev eth0 metric 5",
    ]
    found = look(table, ask("203.0.113.1"))
    assert found.equals == (route(table[1]),)
    assert [one.reason for one in found.candidates] == [
        "longest prefix",
        "as good: the kernel takes the one whose gateway answers",
        "metric 5 is higher than 0",
    ]


@pytest.mark.parametrize(
    ("table", "through"),
    [
        (["default via 192.0.2.1 dev eth0", "default via 192.0.2.9 dev eth0"], "eth0"),  # bound to an interface
        (["default dev eth0", "default via 192.0.2.9 dev eth0"], None),  # the first has no gateway
        (["default via 192.0.2.1 dev eth0", "blackhole default"], None),
        (["0.0.0.0/1 via 192.0.2.1 dev eth0", "0.0.0.0/1 via 192.0.2.9 dev eth0"], None),  # no default routes
        (["-6 default via fe80::1 dev eth0", "-6 default via fe80::2 dev eth0"], None),
    ],
)
def test_other_routes_do_not_stand_in_for_each_other(table: list[str], through: str | None) -> None:
    question = ask("203.0.113.1" if "-6" not in table[0] else "2001:db8::1")
    question = question if table[0][0] != "0" else ask("10.0.0.1")
    assert look(table, question, Selection(through, None)).equals == ()


# --- next-hop objects -----------------------------------------------------------------------------


def test_an_ipv4_next_hop_object_that_cannot_be_used_hides_the_routes_that_begin_at_the_same_address() -> None:
    table = ["10.0.0.0/16 nhid 7 dev eth0", "10.0.0.0/8 dev eth1", "default dev eth1"]
    bound = Selection("eth1", None)
    assert winner(table, ask("10.0.0.1"), bound) == 2
    assert (
        reasons(table, ask("10.0.0.1"), bound)["10.0.0.0/8 eth1"] == "hidden by a next-hop object that cannot be used"
    )


def test_one_usable_member_opens_a_group_of_next_hops() -> None:
    group = "2001:db8::/32 nhid 9 nexthop via fe80::1 dev eth0 nexthop via fe80::2 dev eth1"
    found = look([group], ask("2001:db8::1"), Selection("eth1", None))
    assert found.hops == (hop("eth0", "fe80::1"), hop("eth1", "fe80::2"))


def test_a_bound_ipv4_packet_has_the_members_through_its_interface_alone() -> None:
    group = "10.0.0.0/8 nhid 9 nexthop via 192.0.2.1 dev eth0 nexthop via 198.51.100.1 dev eth1 dead"
    assert look([group], ask("10.0.0.1")).hops == (hop("eth0", "192.0.2.1"), hop("eth1", "198.51.100.1"))
    assert look([group], ask("10.0.0.1"), Selection("eth0", None)).hops == (hop("eth0", "192.0.2.1"),)


def test_a_discarding_next_hop_beats_routes_of_its_metric_and_any_bond_to_an_interface() -> None:
    table = ["2001:db8::/32 dev eth0 pref high", "blackhole 2001:db8::/32 nhid 9 dev lo"]
    assert winner(table, ask("2001:db8::1"), Selection("eth0", None)) == 1


# --- whole prefixes -------------------------------------------------------------------------------


def test_a_prefix_is_covered_by_what_holds_all_of_it() -> None:
    table = [route("10.0.0.0/8 dev eth0"), route("10.1.2.0/24 dev eth1"), route("default dev eth2")]
    found = lookup(table, prefix("10.1.0.0/16"), ask("10.1.0.0"), ANYWHERE)
    assert found.route == table[0]


def test_the_routes_inside_a_prefix_are_told_in_order() -> None:
    table = [
        route(text) for text in ("10.1.9.0/24 dev eth1", "10.1.2.0/25 dev eth1", "10.1.2.0/24 dev eth0", "10.0.0.0/8")
    ]
    parts = inside(table, prefix("10.1.0.0/16"))
    assert [str(one.dst) for one in parts] == ["10.1.2.0/24", "10.1.2.0/25", "10.1.9.0/24"]
    assert {one.reason for one in parts} == {"lies inside: takes this part"}


# --- against an oracle ----------------------------------------------------------------------------

LENGTHS = st.integers(0, 32)
TABLES = st.lists(st.tuples(st.integers(0, 0xFFFFFFFF), LENGTHS, st.integers(0, 3)), max_size=12)


@given(st.integers(0, 0xFFFFFFFF), st.lists(st.tuples(LENGTHS, st.integers(0, 3)), max_size=12), TABLES)
def test_the_winner_has_the_longest_prefix_and_of_those_the_lowest_metric(
    number: int, near: list[tuple[int, int]], far: list[tuple[int, int, int]]
) -> None:
    made = [(number, length, metric) for length, metric in near] + far
    table = [
        route(f"{prefix_of(4, base, length)} dev d{place} metric {metric}")
        for place, (base, length, metric) in enumerate(made)
    ]
    target = prefix_of(4, number, 32)
    covering = [one for one in table if number >> 32 - one.dst.length == one.dst.network >> 32 - one.dst.length]
    best = min(covering, key=lambda one: (-one.dst.length, one.metric), default=None)
    found = lookup(table, target, ask(str(target.first)), ANYWHERE)
    assert found.route == best
    assert len(found.candidates) == len(covering)
    assert sum(one.chosen for one in found.candidates) == (best is not None)
