"""``nettools ifaces --rate``: what goes through each interface, look after look."""

import time
from collections.abc import Iterator

from nettools.commands._ifaces_run import Choice, select
from nettools.commands._machine import families_of, opened_platform
from nettools.commands._reports import require_stream, tell_warnings
from nettools.commands._session import Session
from nettools.core.ifaces.rates import InterfaceRate, rates
from nettools.core.ifaces.select import narrowed
from nettools.core.number import parse_duration_s
from nettools.core.outcome import Exit
from nettools.net.platform import Platform
from nettools.render import data
from nettools.render.format import Format

_SHORTEST_INTERVAL_S = 0.1


def show_rates(session: Session, choice: Choice, interval: str) -> int:
    """Write the rates at each interval until a signal: a table in its place on a terminal, else JSONL."""
    require_stream(session, "--rate")
    interval_s = parse_duration_s(interval, "--interval", minimum_s=_SHORTEST_INTERVAL_S)
    with opened_platform(choice.netns) as platform:
        first = select(session, choice, platform.interfaces().interfaces)
        tell_warnings(session, first.warnings)
        if not first.interfaces:
            return Exit.NEGATIVE
        names = {one.ifname for one in first.interfaces} if choice.names else None
        looks = _looks(platform, choice, names, interval_s)
        if session.options.format is Format.JSONL or session.environment.stdout_size is None:
            _write_lines(session, looks)
        else:
            _draw(session, looks)
    return 128 + (session.signal_number or 0)


def _looks(
    platform: Platform, choice: Choice, names: set[str] | None, interval_s: float
) -> Iterator[tuple[InterfaceRate, ...]]:
    """The rates between each look and the next, at absolute times so that no delay adds up."""
    families = families_of(choice.ipv4, choice.ipv6)
    before, then = platform.interfaces().interfaces, time.monotonic()
    due = then
    while True:
        due = max(due + interval_s, time.monotonic())
        time.sleep(max(0.0, due - time.monotonic()))
        after, now = platform.interfaces().interfaces, time.monotonic()
        chosen = [one for one in after if names is None or one.ifname in names]
        wanted = narrowed(
            chosen, families=families, only_up=choice.only_up, kind=choice.kind, keeps_bare=names is not None
        )
        yield rates(before, wanted, now - then)
        before, then = after, now


def _write_lines(session: Session, looks: Iterator[tuple[InterfaceRate, ...]]) -> None:
    for found in session.until_interrupted(looks):
        for index, one in enumerate(found):
            data.write_json_line(session.output, "interface", one, index=index)


def _draw(session: Session, looks: Iterator[tuple[InterfaceRate, ...]]) -> None:
    from nettools.render.live import LiveBlock
    from nettools.render.rates import rate_table

    assert session.environment.stdout_size is not None
    block = LiveBlock(session.output, session.environment.stdout_size)
    for found in session.until_interrupted(looks):
        canvas = session.canvas
        block.show(canvas, rate_table(canvas, found))
