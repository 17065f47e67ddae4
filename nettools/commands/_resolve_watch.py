"""``--watch``: ask again and again, tell what changes, and end when ``--expect`` is met."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from nettools.commands._resolve_order import ResolveCommand
from nettools.commands._session import Session
from nettools.core.outcome import Exit
from nettools.core.resolve.watch_event import WatchEvent, watch_event
from nettools.core.resolve.watching import Look, change_between, look_at
from nettools.render import data
from nettools.render.format import Format
from nettools.runs.resolve_run import lookups


def run_watch(session: Session, command: ResolveCommand) -> int:
    """Watch until the expectation is met everywhere, or a signal comes. Returns the exit status."""
    is_line = session.options.format is Format.JSONL
    if not is_line:
        from nettools.render.resolve_watch import event_line, head_line

        session.output.write(head_line())
    for event in session.until_interrupted(_events(session, command)):
        if event is None:
            return Exit.ANSWERED
        if is_line:
            data.write_json_line(session.output, "event", event)
        else:
            session.output.write(event_line(event))
            session.output.flush()
    return 128 + (session.signal_number or 0)


def _events(session: Session, command: ResolveCommand) -> Iterator[WatchEvent | None]:
    """Each change; None at the end, when all that is expected is there."""
    looks: dict[int, Look] = {}
    due_s = time.monotonic()
    while True:
        are_met = []
        for number, response in lookups(command.order, keeps_order=command.keeps_order(session)):
            outcome = response.outcome
            met = None if command.expectation is None else command.expectation(response)
            are_met.append(met)
            look = look_at(outcome)
            change = change_between(looks.get(number), look)
            looks[number] = look
            if change is not None:
                yield watch_event(datetime.now(UTC), outcome, change, expected=met)
        if are_met and all(are_met):
            yield None
        due_s = max(due_s + command.interval_s, time.monotonic())
        time.sleep(max(0.0, due_s - time.monotonic()))
