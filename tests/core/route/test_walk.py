"""The walk over rules and tables: which rules are asked, in which order, and where it ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.route.lookup import Selection
from nettools.core.route.question import Question
from nettools.core.route.walk import Machine, Walked, walk
from tests.core.route.machines import FIRST_RULES, ask, chosen, interface, machine, prefix, route, rule

ANYWHERE = Selection(None, None)
DEFAULT = "default via 192.0.2.254 dev eth0"


def go(held: Machine, question: Question | str, target: str | None = None) -> Walked:
    asked = ask(question) if isinstance(question, str) else question
    return walk(held, prefix(target or str(asked.destination)), asked, ANYWHERE)


def told(walked: Walked) -> list[tuple[int | None, str]]:
    return [(step.rule, step.reason) for step in walked.steps]


def end(walked: Walked) -> tuple[int | None, str | None, str | None]:
    """The rule, the table and the destination of the route, where there is one."""
    return walked.rule, walked.table, str(walked.route.dst) if walked.route else None


# --- rules ----------------------------------------------------------------------------------------


def test_rules_are_asked_by_their_priority_until_one_has_a_route() -> None:
    held = machine(
        routes=[DEFAULT, "default dev eth1 table 100", "10.0.0.0/8 dev eth2 table 101"],
        rules=["200: lookup 100", "100: lookup 101", "50: from 10.0.0.0/8 lookup 100"],
    )
    assert told(go(held, "203.0.113.1")) == [
        (0, "no route of the table covers it"),
        (50, "only from 10.0.0.0/8, the packet has no source yet"),
        (100, "no route of the table covers it"),
        (200, "0.0.0.0/0 is the longest prefix"),
    ]
    assert end(go(held, "203.0.113.1")) == (200, "100", "0.0.0.0/0")


def test_rules_of_the_other_family_are_not_asked() -> None:
    held = machine(routes=["-6 default dev eth0"], rules=["100: blackhole"])
    assert end(go(held, "2001:db8::1")) == (32766, "main", "::/0")


def test_the_walk_ends_without_a_route_when_no_table_has_one() -> None:
    walked = go(machine(rules=["100: lookup 100"]), "203.0.113.1")
    assert (walked.refusal, walked.rule, walked.table) == ("no-route", None, None)
    assert [step.rule for step in walked.steps] == [0, 100, 32766, 32767]


def test_goto_goes_on_at_the_rule_that_it_names() -> None:
    held = machine(
        routes=[DEFAULT],
        rules=["100: goto 300", "200: blackhole", "300: nop"],
    )
    assert told(go(held, "203.0.113.1")) == [
        (0, "no route of the table covers it"),
        (100, "goes on at rule 300"),
        (300, "does nothing"),
        (32766, "0.0.0.0/0 is the longest prefix"),
    ]


def test_goto_a_rule_that_is_not_there_does_nothing() -> None:
    walked = go(machine(routes=[DEFAULT], rules=["100: goto 300", "200: unreachable"]), "203.0.113.1")
    assert told(walked)[1] == (100, "does nothing: there is no rule 300")
    assert (walked.rule, walked.refusal) == (200, "unreachable")


@pytest.mark.parametrize("refusal", ["blackhole", "unreachable", "prohibit"])
def test_a_refusing_rule_ends_the_walk(refusal: str) -> None:
    walked = go(machine(routes=[DEFAULT], rules=[f"100: to 203.0.113.0/24 {refusal}"]), "203.0.113.1")
    assert (walked.rule, walked.table, walked.route, walked.refusal) == (100, None, None, refusal)
    assert walked.steps[-1].reason == f"the rule itself says {refusal}"


def test_a_throwing_route_sends_the_walk_to_the_next_rule() -> None:
    held = machine(routes=[DEFAULT, "throw 203.0.113.0/24 table 100"], rules=["100: lookup 100"])
    walked = go(held, "203.0.113.1")
    assert told(walked)[1] == (100, "203.0.113.0/24 throws back to the next rule")
    assert end(walked) == (32766, "main", "0.0.0.0/0")


@pytest.mark.parametrize("kind", ["blackhole", "unreachable", "prohibit"])
def test_a_refusing_route_ends_the_walk(kind: str) -> None:
    held = machine(routes=[DEFAULT, f"{kind} 203.0.113.0/24 table 100"], rules=["100: lookup 100"])
    walked = go(held, "203.0.113.1")
    assert end(walked) == (100, "100", "203.0.113.0/24")
    assert walked.refusal is None


# --- suppression ----------------------------------------------------------------------------------


def test_a_suppressed_prefix_length_lets_only_longer_ones_count() -> None:
    held = machine(
        routes=[DEFAULT, "10.0.0.0/8 dev eth1", "default dev wg0 table 51820"],
        rules=["100: lookup main suppress_prefixlength 0", "200: lookup 51820"],
    )
    assert end(go(held, "10.1.2.3")) == (100, "main", "10.0.0.0/8")
    walked = go(held, "203.0.113.1")
    assert end(walked) == (200, "51820", "0.0.0.0/0")
    assert told(walked)[1] == (100, "suppressed: prefix length 0 is not above 0")
    assert [one.dev for one in chosen(walked)] == ["wg0"]


def test_a_suppressed_group_lets_no_route_through_its_interfaces_count() -> None:
    held = machine(
        routes=[DEFAULT, "default dev eth1 table 100"],
        rules=["100: lookup 100 suppress_ifgroup 7"],
        interfaces=["eth0", "eth1 group 7"],
    )
    walked = go(held, "203.0.113.1")
    assert told(walked)[1] == (100, "suppressed: eth1 is in group 7")
    assert end(walked) == (32766, "main", "0.0.0.0/0")


def test_of_an_ipv4_multipath_route_the_first_hop_is_asked_for_its_group_even_when_it_is_dead() -> None:
    held = machine(
        routes=["default table 100 nexthop dev eth1 dead nexthop dev eth0"],
        rules=["100: lookup 100 suppress_ifgroup 7"],
        interfaces=["eth0", "eth1 group 7"],
    )
    assert go(held, "203.0.113.1").refusal == "no-route"


@pytest.mark.parametrize("kind", ["blackhole", "unreachable", "prohibit"])
def test_a_refusal_is_not_suppressed(kind: str) -> None:
    held = machine(routes=[f"{kind} default table 100", DEFAULT], rules=["100: lookup 100 suppress_prefixlength 8"])
    assert end(go(held, "203.0.113.1")) == (100, "100", "0.0.0.0/0")


# --- the tables local and main, which are one until a rule is added ---------------------------------

SHORTER_LOCAL = ["local 10.0.0.0/8 dev lo table local", "10.1.0.0/16 via 192.0.2.1 dev eth0"]


def test_while_the_rules_are_untouched_a_longer_prefix_of_main_beats_one_of_local() -> None:
    walked = go(machine(routes=SHORTER_LOCAL), "10.1.2.3")
    assert end(walked) == (32766, "main", "10.1.0.0/16")
    assert walked.steps[0].candidates[0].reason == (
        "a longer prefix, 10.1.0.0/16, is in table main: the two are searched as one"
    )


def test_of_one_prefix_local_comes_first() -> None:
    held = machine(routes=["10.1.0.0/16 dev eth0", "local 10.1.0.0/16 dev lo table local"])
    assert end(go(held, "10.1.2.3")) == (0, "local", "10.1.0.0/16")


def test_with_a_rule_of_somebodys_own_the_tables_are_asked_one_after_the_other() -> None:
    held = machine(routes=SHORTER_LOCAL, rules=["100: lookup 100"])
    assert not held.has_joined_tables
    assert end(go(held, "10.1.2.3")) == (0, "local", "10.0.0.0/8")


def test_a_machine_that_once_had_other_rules_keeps_its_tables_apart() -> None:
    held = machine(routes=SHORTER_LOCAL)
    assert held.has_joined_tables
    assert not held.apart().has_joined_tables
    assert end(go(held.apart(), "10.1.2.3")) == (0, "local", "10.0.0.0/8")


def test_ipv6_tables_are_never_joined() -> None:
    held = machine(routes=["local 2001:db8::/32 dev lo table local", "2001:db8:1::/48 dev eth0"])
    assert end(go(held, "2001:db8:1::1")) == (0, "local", "2001:db8::/32")


def test_the_table_default_comes_last_in_joined_tables_too() -> None:
    assert end(go(machine(routes=["default dev eth0 table default"]), "10.1.2.3")) == (32767, "default", "0.0.0.0/0")


def test_a_throw_in_joined_tables_leads_to_the_table_default() -> None:
    held = machine(routes=["throw 10.0.0.0/8", "default dev eth0 table default"])
    assert end(go(held, "10.1.2.3")) == (32767, "default", "0.0.0.0/0")


def test_a_next_hop_object_of_no_use_ends_the_search_of_joined_tables() -> None:
    held = machine(routes=["10.1.0.0/16 nhid 7 dev eth0 dead", "local 10.1.0.0/16 dev lo table local"])
    assert end(go(held, "10.1.2.3")) == (0, "local", "10.1.0.0/16")
    hidden = machine(routes=["10.1.0.0/17 nhid 7 dev eth0 dead", "local 10.1.0.0/16 dev lo table local"])
    walked = go(hidden, "10.1.2.3")
    assert walked.refusal == "no-route"
    assert walked.steps[0].candidates[0].reason.startswith("a next-hop object that cannot be used ends the search")


def test_two_halves_beat_the_default_route_that_they_are_laid_over() -> None:
    held = machine(routes=[DEFAULT, "0.0.0.0/1 dev tun0", "128.0.0.0/1 dev tun0"])
    assert [one.dev for one in chosen(go(held, "203.0.113.1"))] == ["tun0"]
    assert [one.dev for one in chosen(go(held, "10.1.2.3"))] == ["tun0"]


# --- systems without rules, prefixes ----------------------------------------------------------------


def test_a_system_without_rules_has_one_table() -> None:
    held = machine(routes=[DEFAULT, "10.0.0.0/8 dev eth1 table 100"], has_rules=False)
    walked = go(held, "10.1.2.3")
    assert (walked.rule, walked.table) == (None, None)
    assert [one.dev for one in chosen(walked)] == ["eth1"]
    assert go(machine(has_rules=False), "10.1.2.3").refusal == "no-route"


def test_a_prefix_has_the_routes_that_cover_it_and_those_inside() -> None:
    held = machine(routes=[DEFAULT, "10.1.0.0/16 dev eth1", "10.1.2.0/24 dev eth2"], rules=["100: lookup main"])
    walked = go(held, ask("10.1.0.0"), "10.1.0.0/17")
    assert [(str(one.dst), one.chosen) for one in walked.steps[1].candidates] == [
        ("10.1.0.0/16", True),
        ("0.0.0.0/0", False),
        ("10.1.2.0/24", False),
    ]


def test_equal_default_routes_are_handed_on() -> None:
    routes = ["default via 192.0.2.1 dev eth0", "default via 192.0.2.9 dev eth0"]
    for held in (machine(routes=routes), machine(routes=routes, rules=["100: lookup main"])):
        assert go(held, "203.0.113.1").equals == (route(routes[1]),)


# --- anything at all --------------------------------------------------------------------------------

BLOCKS = ["default", "10.0.0.0/8", "10.1.0.0/16", "10.1.0.0/17", "10.1.2.0/24", "10.1.2.3/32"]
ROUTES = st.builds(
    lambda kind, block, table, extra: f"{kind} {block} table {table} {extra}",
    st.sampled_from(["unicast", "local", "broadcast", "blackhole", "unreachable", "prohibit", "throw"]),
    st.sampled_from(BLOCKS),
    st.sampled_from(["main", "local", "default", "100"]),
    st.sampled_from(
        [
            "dev eth0",
            "via 192.0.2.1 dev eth0 metric 5",
            "dev eth1 tos 0x10",
            "dev eth1 dead",
            "nhid 7 dev eth1 dead",
            "nexthop dev eth0 nexthop dev eth1 dead",
            "nhid 8 nexthop dev eth0 dead nexthop dev eth1 dead",
        ]
    ),
)
RULES = st.builds(
    lambda priority, who, action: f"{priority}: {who} {action}",
    st.integers(1, 32765),
    st.sampled_from(["", "not fwmark 0x1", "from 10.0.0.0/8", "oif eth0", "tos 0x10", "uidrange 0-9"]),
    st.sampled_from(["lookup 100", "lookup main suppress_prefixlength 8", "lookup main suppress_ifgroup 7"])
    | st.sampled_from(["goto 32766", "goto 9", "nop", "blackhole", "prohibit", "lookup local"]),
)


@given(
    st.lists(ROUTES, max_size=8),
    st.lists(RULES, max_size=5),
    st.sampled_from(["10.1.2.3", "10.1.2.0/24", "203.0.113.1"]),
    st.sampled_from([None, "eth0", "eth1"]),
    st.booleans(),
)
def test_a_walk_always_ends_and_chooses_at_most_one_route_in_a_step(
    routes: list[str], rules: list[str], target: str, through: str | None, has_rules: bool
) -> None:
    links = [interface("eth0"), interface("eth1 group 7")]
    made = [rule(text) for text in (*FIRST_RULES, *rules)] if has_rules else []
    held = Machine([route(text) for text in routes], made, links)
    asked = ask(str(prefix(target).first), "10.9.9.9", outgoing=through)
    for one in (held, held.apart()):
        walked = walk(one, prefix(target), asked, Selection(through, None))
        assert (walked.route is None) == (walked.refusal is not None)
        assert all(sum(candidate.chosen for candidate in step.candidates) <= 1 for step in walked.steps)
        if walked.route is not None:
            assert sum(one.chosen for one in walked.steps[-1].candidates) == 1
            assert walked.hops or walked.route.type in ("blackhole", "unreachable", "prohibit", "throw")
