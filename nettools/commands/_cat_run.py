"""One run of ``nettools cat``: connect, relay, say how it ended."""

import select
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from nettools.commands._cat_connect import Connected, Connection, tell_not_connected
from nettools.commands._cat_options import CatOptions
from nettools.commands._cat_order import CatOrder, read_cat_order
from nettools.commands._relay_modes import cat_settings_at_rest, check_cat
from nettools.commands._session import Session
from nettools.commands._story import Story
from nettools.commands._taps import open_logs, taps_of
from nettools.core.relay.ending import OTHER_ERROR, Ending
from nettools.core.relay.flow import LARGEST_DATAGRAM, Flow
from nettools.core.relay.machine import Relay
from nettools.core.relay.timeline import amounts
from nettools.errors import LocalFault
from nettools.net.interrupts import Interrupts
from nettools.net.loop import Loop
from nettools.net.relay.driver import RelayDriver
from nettools.net.relay.ends import End
from nettools.net.relay.stdio import octets_ahead, open_stdio
from nettools.render.progress import ProgressStyle
from nettools.render.style import use_color
from nettools.runs.connect_agreed import Disagreement

if TYPE_CHECKING:
    from nettools.core.relay.terminal import TerminalText
    from nettools.net.relay.children import Children
    from nettools.render.byte_progress import ByteProgress


def run_cat(session: Session, options: CatOptions) -> int:
    """Returns the exit status."""
    options = cat_settings_at_rest(options)
    check_cat(options, session.options.format)
    order = read_cat_order(session, options)
    with Story(session, events=options.events, append=options.append_output, timeline=options.timeline) as story:
        if options.zero:
            from nettools.commands._cat_zero_order import run_zero_of

            return run_zero_of(session, order, story)
        if options.send is not None:
            from nettools.commands._cat_send import run_send

            return run_send(session, options, order, story)
        return CatRun(session, options, order, story).run()


class CatRun:
    """Connect, relay, end."""

    def __init__(self, session: Session, options: CatOptions, order: CatOrder, story: Story) -> None:
        self._session = session
        self._options = options
        self._order = order
        self._story = story
        self._status = OTHER_ERROR
        self._driver: RelayDriver | None = None
        self._children: Children | None = None
        self._progress: ByteProgress | None = None

    def run(self) -> int:
        """Returns the exit status."""
        relay = self._order.relay
        self._stdio = open_stdio(
            stdin=relay.manner.sends and relay.program is None,
            stdout=relay.manner.receives and relay.program is None,
            held=self._session.environment.held,
        )
        with ExitStack() as opened:
            interrupts = opened.enter_context(Interrupts())
            self._logs = opened.enter_context(open_logs(self._session, self._options, self._story, interrupts))
            self._loop = Loop(interrupts)
            connection = Connection(
                self._loop, self._order, self._story, on_ready=self._begin, on_failed=self._not_connected
            )
            connection.start()
            dial = self._order.dial
            self._session.waits_for(f"a connection to {dial.target} ({dial.timeout_s:g} s at most)")
            signal_number = self._loop.run()
            if signal_number is not None:
                self._interrupted(signal_number, connection)
            if self._children is not None:
                self._children.finish(is_forced=signal_number is not None)
            return OTHER_ERROR if self._logs and self._logs.has_failed and not self._status else self._status

    def _interrupted(self, signal_number: int, connection: Connection) -> None:
        if self._driver is None:
            connection.cancel()
            self._story.mark(f"ended by signal {signal_number} before there was a connection")
        else:
            self._driver.cut("cut", f"ended by signal {signal_number}")
        self._status = 128 + signal_number

    def _not_connected(self, failure: Disagreement) -> None:
        self._session.screen.end_waiting()
        self._status = tell_not_connected(self._story, self._order, failure)
        self._loop.stop()

    def _begin(self, connected: Connected) -> None:
        self._session.screen.end_waiting()
        order = self._order.relay
        manner = order.manner
        try:
            near = self._near(connected)
        except LocalFault as fault:
            connected.end.close()
            self._story.failed(fault.message, hint=fault.hint)
            self._loop.stop()
            return
        if order.program is not None:
            from nettools.core.relay.program import program_manner

            manner = program_manner(manner)
        elif self._session.environment.stdin_is_terminal:
            manner = manner.typed()
        self._loop.look_at_clock()  # TLS may have taken a while since the loop woke
        out = Flow(chunk=LARGEST_DATAGRAM) if connected.end.is_datagram else None
        self._relay = Relay(manner, now_s=self._loop.now_s, out=out)
        dialed = connected.dialed
        self._driver = RelayDriver(
            self._loop,
            near,
            connected.end,
            self._relay,
            on_end=self._on_end(connected),
            stages=order.stages(self._terminal()),
            taps=taps_of(self._story, self._logs, local=dialed.local, peer=dialed.peer, protocol=connected.protocol),
            pace=order.pace(self._loop.now_s),
        )
        self._show_progress()
        self._driver.start()

    def _show_progress(self) -> None:
        """How far it is, where nobody types and the line would not stand between what others say."""
        environment, manner = self._session.environment, self._order.relay.manner
        style = self._session.progress_style
        types = environment.stdin_is_terminal and manner.sends
        reads = environment.stdout_is_terminal and manner.receives
        self._began_s = self._loop.now_s
        self._total = octets_ahead(0) if manner.sends and self._order.relay.program is None else None
        self._session.screen.reports(self)
        if style == "never" or (style == "line" and (types or reads or self._order.relay.program is not None)):
            return
        self._progress = self._made(style)
        self._tick(self._progress)

    def _made(self, style: ProgressStyle) -> "ByteProgress":
        from nettools.render.byte_progress import ByteProgress

        return ByteProgress(
            self._session.tell,
            style,
            began_s=self._began_s,
            total=self._total,
            line=self._session.screen.line,
        )

    def report(self, now_s: float) -> None:
        """Say how far it is, whatever else is shown: somebody asks by SIGUSR1."""
        progress = self._progress or self._made("never")
        progress.note(sent=self._relay.out.moved, received=self._relay.into.on_wire)
        progress.report(now_s)

    def _tick(self, progress: "ByteProgress") -> None:
        interval_s = progress.interval_s
        if interval_s is None or self._relay.ending is not None:
            return
        now_s = self._loop.now_s
        progress.tick(now_s, sent=self._relay.out.moved, received=self._relay.into.on_wire)
        self._loop.call_at(now_s + interval_s, partial(self._tick, progress))

    def _near(self, connected: Connected) -> End:
        """Standard input and output, or the program in their place. Raises LocalFault."""
        program = self._order.relay.program
        if program is None:
            return self._stdio
        from nettools.commands._cat_program import start_for
        from nettools.net.relay.children import Children

        self._children = Children(self._loop)
        return start_for(self._children, program, connected, self._session.environment.variables)

    def _terminal(self) -> "TerminalText | None":
        if not self._session.environment.stdout_is_terminal or self._options.raw or self._order.relay.program:
            return None
        from nettools.commands._relay_order import terminal_text

        environment = self._session.environment
        uses_color = use_color(self._session.options.color, environment.variables, is_terminal=True)
        return terminal_text(uses_color=uses_color, encoding=environment.encoding)

    def _on_end(self, connected: Connected) -> Callable[[Ending], None]:
        began_s = monotonic()

        def on_end(ending: Ending) -> None:
            if self._progress is not None:
                self._progress.end()
            duration_s = monotonic() - began_s
            out, into = self._relay.out, self._relay.into
            if into.first_s is not None:
                self._story.mark_at("first byte in", into.first_s)
            self._story.tell(
                "close",
                f"{ending.message}; {amounts(out.moved, into.on_wire, duration_s)}",
                local=connected.dialed.local,
                peer=connected.dialed.peer,
                protocol=connected.protocol,
                bytes_in=into.on_wire,
                bytes_out=out.moved,
                duration_ms=duration_s * 1000,
                reason=ending.kind,
            )
            self._status = ending.status
            if ending.is_failure and ending.kind != "cut":
                self._story.failed(ending.message)
            elif connected.ended_unannounced:
                from nettools.core.tls.closing import UNANNOUNCED

                self._story.note(UNANNOUNCED)
            elif ending.kind == "closed" and self._has_more():
                self._story.note("the other side closed while there was more to send")
            self._loop.stop()

        return on_end

    def _has_more(self) -> bool:
        """Whether input was left that nobody took: on a terminal nobody wonders."""
        out = self._relay.out
        if out.source_ended or self._order.relay.program or self._session.environment.stdin_is_terminal:
            return False
        poll = select.poll()
        poll.register(0, select.POLLIN)
        return out.is_holding or any(events & select.POLLIN for _, events in poll.poll(0))
