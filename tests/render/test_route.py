"""Routes and rules as people see them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings

from nettools.core.route.report import Route, Rule
from nettools.render.route import draw_routes, draw_rules
from nettools.render.style import Canvas
from tests.core.route.machines import route, rule
from tests.fake_platform import LAPTOP_ROUTES, LAPTOP_RULES
from tests.render.drawing import HOSTILE, WIDTHS, canvas_of, faults, missing, widest, written
from tests.render.test_table import canvases, hostile

WIDE = canvas_of(None)


def routes_drawn(routes: Sequence[Route], *, canvas: Canvas = WIDE, with_table: bool = True) -> str:
    return written(lambda output: draw_routes(output, canvas, routes, with_table=with_table))


def rules_drawn(*rules: Rule, canvas: Canvas = WIDE) -> str:
    return written(lambda output: draw_rules(output, canvas, rules))


def row(text: str, **fields: object) -> list[str]:
    """The cells of a route's line."""
    one = replace(route(text), **fields)  # type: ignore[arg-type]
    return routes_drawn([one], with_table=False).splitlines()[2].split()


@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("width", WIDTHS)
def test_at_every_width_everything_is_there_and_nothing_is_wider(width: int | None, color: bool) -> None:
    canvas = canvas_of(width, color=color)
    sent = routes_drawn(LAPTOP_ROUTES, canvas=canvas) + rules_drawn(*LAPTOP_RULES, canvas=canvas)
    told = [str(one.dst) for one in LAPTOP_ROUTES] + [one.dev for one in LAPTOP_ROUTES if one.dev]
    told += ["192.0.2.9", "198.51.100.9", "weight 3", "linkdown", "preference high", "expires in 29 min 59 s", "51820"]
    told += ["from 2001:db8:1::/64", "blackhole 10.9.0.0/16", "broadcast 192.0.2.255/32", "proto"[:4]]
    told += ["not fwmark 0xca6c", "table main, no prefix up to /0", "from 198.51.100.0/24 iif br0", "everything"]
    told += ["goes to rule 32766", "uidrange 1000-1999", "prohibit", "to 198.18.0.0/15 ipproto tcp dport 25-26"]
    assert missing(sent, told) == []
    assert width is None or widest(sent) <= width
    assert ("\x1b[" in sent) == color


def test_nothing_is_drawn_of_nothing() -> None:
    assert routes_drawn([]) == rules_drawn() == ""


def test_the_table_is_a_column_only_where_there_are_several() -> None:
    assert "Table" in routes_drawn(LAPTOP_ROUTES)
    assert "Table" not in routes_drawn(LAPTOP_ROUTES, with_table=False)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("10.0.0.0/8 via 192.0.2.1 dev eth0 metric 50", ["10.0.0.0/8", "192.0.2.1", "eth0", "-", "50", "boot"]),
        ("10.0.0.0/8 dev eth0 src 192.0.2.5", ["10.0.0.0/8", "on-link", "eth0", "192.0.2.5", "0", "boot"]),
        ("blackhole 10.0.0.0/8", ["blackhole", "10.0.0.0/8", "-", "-", "-", "0", "boot"]),
        ("local 10.0.0.1 dev lo table local", ["local", "10.0.0.1/32", "-", "lo", "-", "0", "boot"]),
        ("10.0.0.0/8 via fe80::1 dev eth0 onlink", ["10.0.0.0/8", "fe80::1", "eth0", "-", "0", "boot", "onlink"]),
        ("10.0.0.0/8 dev eth0 tos 0x10", ["10.0.0.0/8", "on-link", "eth0", "-", "0", "boot", "tos", "0x10"]),
        ("10.0.0.0/8 dev eth0 nhid 7", ["10.0.0.0/8", "on-link", "eth0", "-", "0", "boot", "next-hop", "id", "7"]),
    ],
)
def test_a_route_is_a_line(text: str, cells: list[str]) -> None:
    assert row(text) == cells


def test_each_way_of_a_multipath_route_is_a_line_with_its_weight_and_its_state() -> None:
    lines = routes_drawn([route("default nexthop via 192.0.2.1 dev eth0 weight 3 dead nexthop dev wg0")]).splitlines()
    assert lines[2].split() == ["0.0.0.0/0", "192.0.2.1", "eth0", "-", "0", "boot", "main", "weight", "3;", "dead"]
    assert lines[3].split() == ["on-link", "wg0", "weight", "1"]


def test_encapsulation_path_metrics_and_times_are_notes() -> None:
    about = {"type": "mpls", "dst": "100/200"}
    notes = row("10.0.0.0/8 dev eth0 expires 59", encap=about, metrics={"mtu": 1400, "advmss": 1360, "lock": ["mtu"]})
    assert " ".join(notes[6:]) == "encap mpls dst 100/200; mtu 1400; advmss 1360; expires in 59 s"


def test_a_route_that_is_overdue_expires_now() -> None:
    assert " ".join(row("2001:db8::/32 dev eth0", expires=-5)[6:]) == "expires in 0 s"


def test_the_usual_preference_is_not_worth_a_note() -> None:
    assert row("2001:db8::/32 dev eth0 pref medium")[6:] == []
    assert row("2001:db8::/32 dev eth0 pref low")[6:] == ["preference", "low"]


def test_what_a_system_does_not_tell_is_a_dash() -> None:
    assert row("10.0.0.0/8 dev en0", metric=None, protocol=None)[4:] == ["-", "-"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("0: lookup local", "IPv4 0 everything table local boot"),
        ("-6 100: not from 2001:db8::/32 lookup 7", "IPv6 100 not from 2001:db8::/32 table 7 boot"),
        ("5: fwmark 0x1/0xff lookup 7", "IPv4 5 fwmark 0x1/0xff table 7 boot"),
        ("5: goto 100", "IPv4 5 everything goes to rule 100 boot"),
        ("5: iif eth0 nop", "IPv4 5 iif eth0 nothing boot"),
        ("5: oif eth0 unreachable", "IPv4 5 oif eth0 unreachable boot"),
        ("5: l3mdev", "IPv4 5 everything table of its L3 domain boot"),
        ("5: lookup main suppress_prefixlength 0 suppress_ifgroup 7",
         "IPv4 5 everything table main, no prefix up to /0, not by group 7 boot"),
    ],
)  # fmt: skip
def test_a_rule_is_a_line_that_says_for_whom_and_what(text: str, told: str) -> None:
    assert " ".join(rules_drawn(rule(text)).splitlines()[2].split()) == told


def test_an_ascii_screen_is_drawn_with_ascii() -> None:
    for width in WIDTHS:
        canvas = canvas_of(width, ascii_only=True)
        assert (routes_drawn(LAPTOP_ROUTES * 30, canvas=canvas) + rules_drawn(*LAPTOP_RULES, canvas=canvas)).isascii()


def hostile_records(word: str) -> tuple[Route, Route, Rule]:
    one = route("10.0.0.0/8 via 192.0.2.1 dev eth0")
    many = route("default nexthop via 192.0.2.1 dev eth0 nexthop dev wg0")
    hops = (replace(many.nexthops[0], dev=word), replace(many.nexthops[1], encap={"type": word, word: word}))
    return (
        replace(one, dev=word, table=word, protocol=word, metrics={word: word}, encap={"type": word}, pref=word),
        replace(many, nexthops=hops),
        replace(rule("5: lookup main"), iif=word, oif=word, table=word, protocol=word, suppress_ifgroup=word),
    )


@pytest.mark.parametrize("width", WIDTHS)
def test_a_hostile_name_is_shown_and_not_obeyed(width: int | None) -> None:
    one, many, policy = hostile_records(HOSTILE)
    canvas = canvas_of(width, color=True)
    for sent in (routes_drawn([one, many], canvas=canvas), rules_drawn(policy, canvas=canvas)):
        assert faults(sent) == set()
        assert missing(sent, [r"\x1b[2J", r"[red]*:smile:[/x]\\\u{200b}"]) == []


@settings(max_examples=40)
@given(hostile, canvases)
def test_no_name_makes_a_terminal_do_anything_but_show_it(word: str, canvas: Canvas) -> None:
    one, many, policy = hostile_records(word)
    assert faults(routes_drawn([one, many], canvas=canvas)) == set()
    assert faults(rules_drawn(policy, canvas=canvas)) == set()


def test_a_hostile_name_in_a_long_table_is_shown_and_not_obeyed() -> None:
    one, _, _ = hostile_records(HOSTILE)
    sent = routes_drawn([one] * 250)
    assert faults(sent) == set()
    assert sent.count("\n") == 252
