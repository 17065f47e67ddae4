"""What sees the octets of a connection: the session logs and the events."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from nettools.commands._session import Session
from nettools.commands._story import Story
from nettools.core.relay.manner import Way
from nettools.net.interrupts import Interrupts
from nettools.net.relay.flows import Tap
from nettools.render.style import use_color

if TYPE_CHECKING:
    from nettools.commands._relay_options import RelayOptions
    from nettools.net.relay.session_log import SessionLogs


def open_logs(
    session: Session, options: "RelayOptions", story: Story, interrupts: Interrupts
) -> "AbstractContextManager[SessionLogs | None]":
    """The session logs that are wanted, to be closed at the end; None without any. Raises OutputPathError."""
    if options.output_log is None and options.hex_dump is None:
        return nullcontext()
    from nettools.net.relay.session_log import LogOrder, open_session_logs

    return open_session_logs(
        LogOrder(raw=options.output_log, hex_dump=options.hex_dump, appends=options.append_output),
        interrupts=interrupts,
        tell=story.failed,
        uses_color=lambda is_terminal: use_color(
            session.options.color, session.environment.variables, is_terminal=is_terminal
        ),
    )


class DataEvents:
    """Tells of each piece of data, how much of it there was."""

    def __init__(self, story: Story, *, local: str | None, peer: str, protocol: str) -> None:
        self._story = story
        self._local = local
        self._peer = peer
        self._protocol = protocol

    def moved(self, way: Way, octets: memoryview, _now_s: float) -> None:
        count = len(octets)
        self._story.data(
            local=self._local,
            peer=self._peer,
            protocol=self._protocol,
            bytes_in=count if way == "in" else 0,
            bytes_out=count if way == "out" else 0,
        )


def taps_of(story: Story, logs: "SessionLogs | None", *, local: str | None, peer: str, protocol: str) -> Sequence[Tap]:
    """Those of one connection; none at all lets the kernel move the octets."""
    taps: list[Tap] = [] if logs is None else list(logs.taps(peer))
    if story.has_events:
        taps.append(DataEvents(story, local=local, peer=peer, protocol=protocol))
    return taps
