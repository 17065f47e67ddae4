"""``nettools ifaces --rate``: what goes through each interface, look after look."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Final

from nettools.commands._ifaces_run import Choice
from nettools.commands._keys import Keys
from nettools.commands._reports import require_stream, tell_warnings
from nettools.commands._session import Session
from nettools.core.ifaces.rates import InterfaceRate, parse_interval_s, rates
from nettools.core.ifaces.report import Warned
from nettools.core.ifaces.select import narrowed
from nettools.core.outcome import Exit
from nettools.net.platform import BOTH_FAMILIES, Platform
from nettools.render import data
from nettools.render.format import Format
from nettools.runs.ifaces_run import select
from nettools.runs.machine import opened_platform

_UNCOUNTED: Final = Warned(kind="no-counters", message="this system does not tell what its interfaces carry", hint=None)


def show_rates(session: Session, choice: Choice, interval: str, *, option: str) -> int:
    """Write the rates at each interval until a signal: a table in its place on a terminal, else JSONL."""
    require_stream(session, option)
    interval_s = parse_interval_s(interval)
    with opened_platform(choice.netns) as platform:
        found = platform.interfaces()
        first = select(session, choice, found.interfaces)
        uncounted = () if any(one.stats for one in first.interfaces) or not first.interfaces else (_UNCOUNTED,)
        told = (one for one in found.warnings if one.kind != "hidden-namespace")
        tell_warnings(session, (*told, *first.warnings, *uncounted))
        if uncounted or not first.interfaces:
            return Exit.UNANSWERED if uncounted else Exit.NEGATIVE
        names = [one.ifname for one in first.interfaces] if choice.names else None
        if session.options.format is Format.JSONL or not session.is_on_terminal or _is_dumb(session):
            _write_lines(session, _looks(platform, choice, names, interval_s, _slept))
        else:
            with Keys(session.environment) as keys:
                _draw(session, _looks(platform, choice, names, interval_s, keys.wait), keys)
    return Exit.ANSWERED if session.signal_number is None else 128 + session.signal_number


def _slept(seconds: float) -> bool:
    """Nobody can type that it is enough."""
    time.sleep(seconds)
    return False


def _is_dumb(session: Session) -> bool:
    """Whether the terminal cannot move its cursor."""
    return session.environment.variables.get("TERM") == "dumb" or session.environment.stdout_size is None


def _looks(
    platform: Platform, choice: Choice, names: list[str] | None, interval_s: float, wait: Callable[[float], bool]
) -> Iterator[tuple[InterfaceRate, ...]]:
    """The rates between each look and the next, at absolute times: no delay adds up. Ends when ``wait`` says so."""
    before, then = platform.counters(), time.monotonic()
    due = then
    while True:
        due = max(due + interval_s, time.monotonic())
        if wait(max(0.0, due - time.monotonic())):
            return
        after, now, moment = platform.counters(), time.monotonic(), datetime.now(UTC)
        present = {one.ifname: one for one in after}
        chosen = after if names is None else tuple(present[name] for name in names if name in present)
        wanted = narrowed(chosen, families=BOTH_FAMILIES, only_up=choice.only_up, kind=choice.kind, keeps_bare=True)
        yield rates(before, wanted, now - then, moment)
        before, then = after, now


def _write_lines(session: Session, looks: Iterator[tuple[InterfaceRate, ...]]) -> None:
    number = 0
    for found in session.until_interrupted(looks):
        for one in found:
            data.write_json_line(session.output, "event", one, index=number)
            number += 1


def _draw(session: Session, looks: Iterator[tuple[InterfaceRate, ...]], keys: Keys) -> None:
    """A table that is drawn over itself: whatever signal comes, it stays whole, and the shell goes on below it."""
    from nettools.render.live import LiveBlock
    from nettools.render.rates import rate_table

    assert session.environment.stdout_size is not None
    block = LiveBlock(session.output, session.environment.stdout_size)

    def stopped() -> None:
        block.end()
        keys.give_back()

    def resized() -> None:
        keys.take()
        block.redraw()

    session.screen.on_stop, session.screen.on_resize = stopped, resized
    session.screen.watch()
    session.note("q or Ctrl-C ends")
    try:
        for found in session.until_interrupted(looks):
            block.show(session.canvas, partial(rate_table, rates=found))
    finally:
        session.screen.on_stop = session.screen.on_resize = None
        block.end()
