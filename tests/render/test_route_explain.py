"""Explanations as people see them: the verdict, the way, the walk."""

from dataclasses import replace
from ipaddress import ip_address

import pytest
from hypothesis import given, settings

from nettools.core.route.explanation import Candidate, Explanation, Hop, KernelVerdict, Step, Verdict
from nettools.render.route_explain import draw_explanations
from nettools.render.style import Canvas
from tests.core.route.machines import prefix, route
from tests.render.drawing import HOSTILE, WIDTHS, canvas_of, faults, missing, widest, written
from tests.render.test_table import canvases, hostile

WIDE = canvas_of(None)
LOSER = Candidate(
    dst=prefix("0.0.0.0/0"),
    type="unicast",
    gateway=ip_address("192.0.2.1"),
    dev="eth0",
    metric=100,
    chosen=False,
    reason="shorter prefix",
)
WINNER = replace(
    LOSER, dst=prefix("10.0.0.0/8"), gateway=None, dev="wg0", metric=None, chosen=True, reason="longest prefix"
)
REFUSER = replace(LOSER, type="blackhole", dst=prefix("10.9.0.0/16"), gateway=None, dev="lo", reason="dead")
STEPS = (
    Step(rule=0, table="local", matched=True, reason="no route of the table covers it", candidates=()),
    Step(rule=100, table=None, matched=False, reason="only for mark 0x1, the packet has 0x0", candidates=()),
    Step(rule=32766, table="main", matched=True, reason="", candidates=(WINNER, LOSER, REFUSER)),
)
AGREES = KernelVerdict(agrees=True, dev="wg0", gateway=None, source=ip_address("10.8.0.2"), error=None)
EXPLANATION = Explanation(
    input="10.1.2.3",
    destination="10.1.2.3",
    verdict="forward",
    summary="rule 32766 → table main → 10.0.0.0/8 dev wg0; 0.0.0.0/0 lost: shorter prefix",
    route=route("10.0.0.0/8 dev wg0"),
    source=ip_address("10.8.0.2"),
    nexthop=Hop(gateway=None, dev="wg0"),
    steps=STEPS,
    kernel=AGREES,
    warnings=(),
)


def drawn(*explanations: Explanation, canvas: Canvas = WIDE) -> str:
    return written(lambda output: draw_explanations(output, canvas, explanations))


@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("width", WIDTHS)
def test_at_every_width_everything_is_there_and_nothing_is_wider(width: int | None, color: bool) -> None:
    sent = drawn(EXPLANATION, canvas=canvas_of(width, color=color))
    told = ["10.1.2.3", "forward", "dev wg0 source 10.8.0.2", EXPLANATION.summary, "the kernel agrees"]
    told += ["taken: longest prefix", "0.0.0.0/0 via 192.0.2.1 dev eth0", "shorter prefix", "blackhole 10.9.0.0/16"]
    told += ["32766", "only for mark 0x1, the packet has 0x0", "no route of the table covers it"]
    assert missing(sent, told) == []
    assert width is None or widest(sent) <= width
    assert ("\x1b[" in sent) == color


def test_the_verdict_and_the_way_stand_in_the_first_line_and_the_reason_below() -> None:
    lines = drawn(EXPLANATION).splitlines()
    assert lines[0] == "10.1.2.3  forward  dev wg0 source 10.8.0.2"
    assert lines[1] == f"  {EXPLANATION.summary}"
    assert lines[2:4] == ["  the kernel agrees", ""]


def test_the_walk_has_a_line_for_each_candidate_and_for_each_rule_without() -> None:
    lines = [" ".join(line.split()) for line in drawn(EXPLANATION).splitlines()[6:]]
    assert lines == [
        "0 local - no route of the table covers it",
        "100 - only for mark 0x1, the packet has 0x0",
        "32766 main 10.0.0.0/8 dev wg0 - taken: longest prefix",
        "0.0.0.0/0 via 192.0.2.1 dev eth0 100 shorter prefix",
        "blackhole 10.9.0.0/16 100 dead",
    ]


def test_a_name_stands_beside_its_address() -> None:
    assert drawn(replace(EXPLANATION, input="example.net")).startswith("example.net = 10.1.2.3  forward")


def test_several_have_a_blank_line_between() -> None:
    alone = drawn(EXPLANATION)
    assert drawn(EXPLANATION, EXPLANATION) == f"{alone}\n{alone}"
    assert drawn() == ""


@pytest.mark.parametrize("verdict", ["blackhole", "unreachable", "prohibit", "throw", "no-route"])
def test_a_refusal_is_said_and_has_no_way(verdict: Verdict) -> None:
    one = replace(EXPLANATION, verdict=verdict, nexthop=None, source=None, route=None, steps=(), kernel=None)
    assert drawn(one).splitlines() == [f"10.1.2.3  {verdict}", f"  {one.summary}"]
    assert "\x1b[31m" in drawn(one, canvas=canvas_of(80, color=True))


@pytest.mark.parametrize(
    ("kernel", "said"),
    [
        ({"error": "EINVAL"}, "the kernel itself says EINVAL"),
        (
            {"dev": "eth0", "gateway": ip_address("192.0.2.1")},
            "the kernel itself says via 192.0.2.1 dev eth0 source 10.8.0.2",
        ),
        ({"dev": "eth0", "source": None}, "the kernel itself says dev eth0"),
    ],
)
def test_a_kernel_that_says_otherwise_is_quoted(kernel: dict[str, object], said: str) -> None:
    one = replace(EXPLANATION, kernel=replace(AGREES, agrees=False, **kernel))  # type: ignore[arg-type]
    assert said in drawn(one)


def test_a_system_without_rules_has_none_to_show() -> None:
    one = replace(EXPLANATION, steps=(replace(STEPS[2], rule=None, table=None),))
    assert " ".join(drawn(one).splitlines()[6].split()) == "10.0.0.0/8 dev wg0 - taken: longest prefix"


def test_an_ascii_screen_is_drawn_with_ascii() -> None:
    for width in WIDTHS:
        sent = drawn(EXPLANATION, canvas=canvas_of(width, ascii_only=True))
        assert sent.isascii()
        assert missing(sent, ["rule 32766 -> table main -> 10.0.0.0/8"]) == []


def hostile_explanation(word: str) -> Explanation:
    step = Step(
        rule=5, table=word, matched=True, reason=word, candidates=(replace(LOSER, dev=word, reason=word, type=word),)
    )
    return replace(
        EXPLANATION,
        input=word,
        summary=word,
        nexthop=Hop(gateway=None, dev=word),
        steps=(step, replace(step, candidates=())),
        kernel=replace(AGREES, agrees=False, dev=word, error=None),
    )


@pytest.mark.parametrize("width", WIDTHS)
def test_a_hostile_name_is_shown_and_not_obeyed(width: int | None) -> None:
    sent = drawn(hostile_explanation(HOSTILE), canvas=canvas_of(width, color=True))
    assert faults(sent) == set()
    assert missing(sent, [r"\x1b[2J", r"[red]*:smile:[/x]\\\u{200b}"]) == []


@settings(max_examples=40)
@given(hostile, canvases)
def test_no_name_makes_a_terminal_do_anything_but_show_it(word: str, canvas: Canvas) -> None:
    assert faults(drawn(hostile_explanation(word), canvas=canvas)) == set()
