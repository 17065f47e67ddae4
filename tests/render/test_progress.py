"""Progress: nothing for short work, one line that rewrites itself, or events for a program."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.render.progress import PORTS_OF_HOSTS, Progress, ProgressStyle, progress_line
from nettools.render.status_line import StatusLine

ERASE = "\r\x1b[K"


class Told(list[str]):
    """What was told, and a progress that tells it."""

    def progress(self, style: ProgressStyle, total: int | None = 100, **more: Any) -> Progress:
        line = StatusLine(self.append, lambda: 80)
        return Progress(self.append, style, total=total, began_s=1000.0, line=line, **more)


@pytest.mark.parametrize("style", ["line", "jsonl", "never"])
def test_work_that_soon_ends_shows_nothing(style: ProgressStyle) -> None:
    told = Told()
    progress = told.progress(style)
    for tick in range(25):
        progress.tick(1000.0 + tick / 100, done=tick, found=0)
    progress.end()
    assert told == []


def test_a_line_is_shown_after_a_quarter_of_a_second_and_ten_times_a_second() -> None:
    told = Told()
    progress = told.progress("line")
    for tick in range(126):
        progress.tick(1000.0 + tick / 100, done=tick, found=0)
    assert 10 <= len(told) <= 11
    assert all(text.startswith(ERASE) for text in told)
    assert all("\n" not in text for text in told)


def test_the_line_is_taken_away_in_the_end_and_only_once() -> None:
    told = Told()
    progress = told.progress("line")
    progress.tick(1001.0, done=1, found=0)
    progress.end()
    progress.end()
    assert told[1:] == [ERASE]


def test_events_come_once_a_second_and_are_json_lines() -> None:
    told = Told()
    progress = told.progress("jsonl", total=400)
    for tick in range(400):
        progress.tick(1000.0 + tick / 100, done=tick, found=tick // 100)
    progress.end()
    events = [json.loads(text) for text in told]
    assert 3 <= len(events) <= 4
    assert all(text.endswith("\n") for text in told)
    assert events[0].keys() == {"type", "done", "total", "open", "rate_per_s", "remaining_ms"}
    assert [event["type"] for event in events] == ["progress"] * len(events)
    assert events[-1]["done"] > events[0]["done"]


def test_an_event_tells_the_rate_and_what_remains() -> None:
    told = Told()
    told.progress("jsonl", total=300).tick(1002.0, done=100, found=7)
    assert json.loads(told[0]) == {
        "type": "progress",
        "done": 100,
        "total": 300,
        "open": 7,
        "rate_per_s": 50.0,
        "remaining_ms": 4000.0,
    }


def test_nothing_done_yet_has_no_end_in_sight() -> None:
    told = Told()
    told.progress("jsonl").tick(1002.0, done=0, found=0)
    assert json.loads(told[0])["remaining_ms"] is None
    assert "left" not in progress_line(0, 100, 0, 0.0, None)


def test_never_is_never() -> None:
    told = Told()
    progress = told.progress("never")
    for second in range(100):
        progress.tick(1000.0 + second, done=second, found=0)
    progress.end()
    assert told == []


def test_a_clock_that_stands_still_breaks_nothing() -> None:
    told = Told()
    progress = told.progress("line", total=0)
    progress.tick(1000.25, done=0, found=0)
    assert "100 %" in told[0]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "0 s left"),
        (59.4, "59 s left"),
        (60, "1 min left"),
        (3599, "59 min 59 s left"),
        (3600, "1 h left"),
    ],
)
def test_what_remains_is_told_in_fitting_units(seconds: float, text: str) -> None:
    assert progress_line(1, 2, 0, 1.0, seconds).endswith(text)


@given(st.integers(0, 2**28), st.integers(1, 2**28), st.integers(0, 10**6), st.floats(0, 1e6), st.floats(0, 1e7))
def test_the_line_has_no_control_character_whatever_the_numbers(
    done: int, total: int, found: int, rate: float, remaining_s: float
) -> None:
    assert progress_line(min(done, total), total, found, rate, remaining_s).isprintable()


# --- huge work, hosts, unknown totals -----------------------------------------------------------------


def test_hosts_are_told_beside_ports() -> None:
    told = Told()
    progress = told.progress("jsonl", total=1000, words=PORTS_OF_HOSTS, beside_total=256)
    progress.tick(1002.0, done=100, found=7, beside=24)
    event = json.loads(told[0])
    assert (event["done"], event["open"], event["hosts"], event["hosts_total"]) == (100, 7, 24, 256)
    line = progress_line(100, 1000, 7, 50.0, 18.0, words=PORTS_OF_HOSTS, beside=(24, 256))
    assert line == " 10 %  100/1,000 ports  7 open  24/256 hosts  50/s  18 s left"


def test_work_that_counts_no_hosts_tells_none() -> None:
    told = Told()
    told.progress("jsonl").tick(1002.0, done=1, found=0)
    assert "hosts" not in told[0]
    assert "hosts" not in progress_line(1, 2, 0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("done", "total", "line"),
    [
        (999_999, 999_999, "100 %  999,999/999,999 ports  3 open  10,000/s"),
        (1_200_000, 16_777_216, " 7.1 %  1.2 M/16.8 M ports  3 open  10,000/s"),
        (5000, 42_949_672_960, " 0.0 %  5,000/42.9 G ports  3 open  10,000/s"),
        (42_949_672_960, 42_949_672_960, "100.0 %  42.9 G/42.9 G ports  3 open  10,000/s"),
        (5000, None, "5,000 ports  3 open  10,000/s"),
    ],
)
def test_millions_have_a_prefix_and_a_decimal(done: int, total: int | None, line: str) -> None:
    assert progress_line(done, total, 3, 10_000.0, None) == line


def test_weeks_are_told_in_days() -> None:
    assert progress_line(1, 2, 0, 1.0, 50 * 86400 + 7200).endswith("50 d 2 h left")


def test_an_unknown_total_has_no_end_in_sight() -> None:
    told = Told()
    progress = told.progress("jsonl", total=None)
    progress.tick(1002.0, done=100, found=7)
    assert (json.loads(told[0])["total"], json.loads(told[0])["remaining_ms"]) == (None, None)


def test_the_line_comes_back_after_it_was_taken_away_for_a_message() -> None:
    told = Told()
    progress = told.progress("line")
    progress.tick(1001.0, done=1, found=0)
    progress.end()
    progress.tick(1002.0, done=2, found=0)
    progress.end()
    assert [text == ERASE for text in told] == [False, True, False, True]


@given(
    st.integers(0, 2**130),
    st.none() | st.integers(0, 2**130),
    st.integers(0, 2**40),
    st.floats(0, 1e12),
    st.none() | st.floats(0, 1e30),
    st.integers(1, 120),
    st.none() | st.tuples(st.integers(0, 2**130), st.none() | st.integers(0, 2**130)),
)
def test_the_line_never_reaches_the_last_column_whatever_the_numbers(
    done: int,
    total: int | None,
    found: int,
    rate: float,
    remaining_s: float | None,
    columns: int,
    beside: tuple[int, int | None] | None,
) -> None:
    line = progress_line(done, total, found, rate, remaining_s, columns, PORTS_OF_HOSTS, beside)
    assert line.isprintable()
    assert len(line) < columns


@pytest.mark.parametrize("style", ["line", "jsonl", "never"])
def test_whoever_asks_is_told_in_one_line_that_stays_whatever_is_shown_else(style: ProgressStyle) -> None:
    told = Told()
    progress = told.progress(style, total=400)
    progress.tick(1000.1, done=100, found=3)
    progress.report(1001.0)
    assert told[-1].endswith("\n")
    if style == "jsonl":
        assert json.loads(told[-1])["done"] == 100
    else:
        assert told[-1] == "25 %  100/400 ports  3 open  100/s  3 s left\n"
