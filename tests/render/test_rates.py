"""Rates as people see them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings

from nettools.core.ifaces.rates import Flow, InterfaceRate
from nettools.render.rates import rate_table
from nettools.render.style import Canvas
from nettools.render.table import draw
from tests.render.drawing import HOSTILE, WIDTHS, canvas_of, faults, missing, widest, written
from tests.render.test_table import canvases, hostile

BUSY = Flow(bytes_per_s=1_534_000.5, packets_per_s=12_345.6, errors=7, dropped=1234)
IDLE = Flow(bytes_per_s=0.0, packets_per_s=0.0, errors=0, dropped=0)
NOW = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
RATE = InterfaceRate(time=NOW, ifindex=2, ifname="eth0", interval_ms=1000.0, rx=BUSY, tx=IDLE)


def drawn(rates: Sequence[InterfaceRate], canvas: Canvas) -> str:
    return written(lambda output: draw(output, canvas, rate_table(canvas, rates)))


@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("width", WIDTHS)
def test_at_every_width_everything_is_there_and_nothing_is_wider(width: int | None, color: bool) -> None:
    sent = drawn([RATE, replace(RATE, ifname="wlan0", rx=IDLE, tx=BUSY)], canvas_of(width, color=color))
    assert missing(sent, ["eth0", "wlan0", "1.5 MB", "12.3 k", "7", "1,234", "0 B"]) == []
    assert missing(sent, ["Way", "in", "out"] if width in (40, 60) else ["In/s", "Out/s"]) == []
    assert width is None or widest(sent) <= width
    assert ("\x1b[" in sent) == color


def test_each_direction_has_bytes_packets_errors_and_drops() -> None:
    heads, _, line = drawn([RATE], canvas_of(None)).splitlines()
    assert heads.split() == ["Interface", "In/s", "Packets", "Errors", "Drops", "Out/s", "Packets", "Errors", "Drops"]
    assert line.split() == ["eth0", "1.5", "MB", "12.3", "k", "7", "1,234", "0", "B", "0", "0", "0"]


def test_without_interfaces_the_heads_stand_alone() -> None:
    assert drawn([], canvas_of(None)).splitlines()[0].split()[0] == "Interface"


def test_an_ascii_screen_is_drawn_with_ascii() -> None:
    assert drawn([RATE], canvas_of(80, ascii_only=True)).isascii()


@pytest.mark.parametrize("width", WIDTHS)
def test_a_hostile_name_is_shown_and_not_obeyed(width: int | None) -> None:
    sent = drawn([replace(RATE, ifname=HOSTILE)], canvas_of(width, color=True))
    assert faults(sent) == set()
    assert missing(sent, [r"\x1b[2J", r"[red]*:smile:[/x]\\\u{200b}"]) == []


@settings(max_examples=40)
@given(hostile, canvases)
def test_no_name_makes_a_terminal_do_anything_but_show_it(word: str, canvas: Canvas) -> None:
    assert faults(drawn([replace(RATE, ifname=word)], canvas)) == set()
