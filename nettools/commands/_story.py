"""What happens during a run of cat or listen, told where it was asked for: -v, --events, --timeline."""

from contextlib import ExitStack
from datetime import UTC, datetime
from time import monotonic
from types import TracebackType
from typing import Self

from nettools.commands._session import Session
from nettools.core.record import to_json
from nettools.core.relay.events import EventName, RelayEvent
from nettools.core.relay.timeline import Timeline
from nettools.core.text import with_hint
from nettools.errors import NettoolsError, OutputPathError
from nettools.render.data import encode
from nettools.render.output import FileOutput, Output


class Story:
    """Each thing is told once, by ``tell``; where it goes is decided here."""

    def __init__(self, session: Session, *, events: str | None, append: bool = False, timeline: bool = False) -> None:
        self._session = session
        session.counts_failures = False
        self._files = ExitStack()
        self._timeline = Timeline(began_s=monotonic()) if timeline else None
        self._events: Output | None = None
        if events == "-":
            self._events = session.output
        elif events is not None:
            try:
                self._events = self._files.enter_context(FileOutput(events, whole=False, append=append)).output
            except OutputPathError as error:
                raise OutputPathError(f"--events: {error.message}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timeline is not None:
            self._session.tell("".join(f"{line}\n" for line in self._timeline.lines()))
        self._files.close()

    @property
    def has_events(self) -> bool:
        """Whether somebody wants to know of each piece of data."""
        return self._events is not None

    def tell(
        self,
        event: EventName,
        text: str,
        *,
        local: str | None = None,
        peer: str | None = None,
        protocol: str | None = None,
        bytes_in: int | None = None,
        bytes_out: int | None = None,
        duration_ms: float | None = None,
        reason: str | None = None,
        verbosity: int | None = 1,
        in_timeline: bool = True,
    ) -> None:
        """Something happened: ``text`` is for people, the rest for scripts.

        ``verbosity`` is how many -v it takes to be told at once; None where it is said otherwise.
        """
        if verbosity is not None and self._session.options.verbose >= verbosity:
            self._session.note(text)
        if self._timeline is not None and in_timeline:
            self._timeline.add(text, monotonic())
        if self._events is not None:
            self._write(
                RelayEvent(
                    t=datetime.now(UTC),
                    event=event,
                    local=local,
                    peer=peer,
                    protocol=protocol,
                    bytes_in=bytes_in,
                    bytes_out=bytes_out,
                    duration_ms=None if duration_ms is None else round(duration_ms, 3),
                    reason=reason,
                )
            )

    def data(self, *, local: str | None, peer: str | None, protocol: str, bytes_in: int, bytes_out: int) -> None:
        """A piece of data crossed. Only for --events."""
        if self._events is not None:
            self._write(
                RelayEvent(
                    t=datetime.now(UTC),
                    event="data",
                    local=local,
                    peer=peer,
                    protocol=protocol,
                    bytes_in=bytes_in,
                    bytes_out=bytes_out,
                )
            )

    def note(self, text: str) -> None:
        """Say it on standard error, unless --quiet."""
        self._session.note(text)

    def mark(self, text: str) -> None:
        """For the timeline alone."""
        if self._timeline is not None:
            self._timeline.add(text, monotonic())

    def mark_at(self, text: str, when_s: float) -> None:
        """The same for what happened earlier."""
        if self._timeline is not None:
            self._timeline.add(text, when_s)

    def failed(self, message: str, *, hint: str | None = None) -> None:
        """Say on standard error what went wrong, under --quiet as well."""
        told = self._session.screen.wrapped(f"nettools {self._session.command}: {with_hint(message, hint)}")
        self._session.tell(f"{told}\n")

    def _write(self, event: RelayEvent) -> None:
        assert self._events is not None
        body = to_json(event)
        assert isinstance(body, dict)
        try:
            self._events.write(encode({"schema": RelayEvent.SCHEMA, "type": "event", **body}) + "\n")
            self._events.flush()
        except NettoolsError as error:
            self._events = None
            self.failed(f"--events: {error.message}")
