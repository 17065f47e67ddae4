"""``cat --send``: a file to ``listen --receive``, checked block by block."""

from nettools.commands._cat_connect import Connected, Connection, tell_not_connected
from nettools.commands._cat_options import CatOptions
from nettools.commands._cat_order import CatOrder
from nettools.commands._session import Session
from nettools.commands._story import Story
from nettools.commands._transfer_words import told_result
from nettools.core.checked_transfer.side import Patience
from nettools.core.relay.ending import OTHER_ERROR
from nettools.net.checked_transfer.conversation import TransferResult
from nettools.net.checked_transfer.send_file import SendFile, SourceFile
from nettools.net.interrupts import Interrupts
from nettools.net.loop import Loop
from nettools.render.byte_progress import ByteProgress
from nettools.runs.connect_agreed import Disagreement


def run_send(session: Session, options: CatOptions, order: CatOrder, story: Story) -> int:
    """Returns the exit status: 0 when the other side says that it has the file, whole. Raises InputError."""
    assert options.send is not None
    return _Sending(session, SourceFile(options.send), order, story, resumes=options.resume).run()


class _Sending:
    """Connect, send, end."""

    def __init__(self, session: Session, source: SourceFile, order: CatOrder, story: Story, *, resumes: bool) -> None:
        self._session = session
        self._source = source
        self._order = order
        self._story = story
        self._resumes = resumes
        self._status = OTHER_ERROR
        self._sending: SendFile | None = None

    def run(self) -> int:
        with Interrupts() as interrupts:
            self._loop = Loop(interrupts)
            connection = Connection(
                self._loop, self._order, self._story, on_ready=self._begin, on_failed=self._not_connected
            )
            connection.start()
            dial = self._order.dial
            self._session.waits_for(f"a connection to {dial.target} ({dial.timeout_s:g} s at most)")
            signal_number = self._loop.run()
            if signal_number is not None:
                if self._sending is None:
                    connection.cancel()
                else:
                    self._sending.cut("cut", f"ended by signal {signal_number}")
                self._status = 128 + signal_number
        self._source.close()
        return self._status

    def _not_connected(self, failure: Disagreement) -> None:
        self._session.screen.end_waiting()
        self._status = tell_not_connected(self._story, self._order, failure)
        self._loop.stop()

    def _begin(self, connected: Connected) -> None:
        self._session.screen.end_waiting()
        self._connected = connected
        self._progress = ByteProgress(
            self._session.tell,
            self._session.progress_style,
            began_s=self._loop.now_s,
            total=self._source.size,
            line=self._session.screen.line,
        )
        idle_s = self._order.relay.manner.idle_timeout_s
        self._session.screen.reports(self._progress)
        self._sending = SendFile(
            self._loop,
            connected.end,
            self._source,
            resumes=self._resumes,
            on_done=self._done,
            on_progress=lambda done, _total: self._progress.tick(self._loop.now_s, sent=done, received=0),
            pace=self._order.relay.pace(self._loop.now_s),
            patience=None if idle_s is None else Patience(idle_s=idle_s),
        )
        self._sending.start()

    def _done(self, result: TransferResult) -> None:
        self._progress.end()
        self._story.tell(
            "close",
            result.ending.message,
            local=self._connected.dialed.local,
            peer=self._connected.dialed.peer,
            protocol=self._connected.protocol,
            bytes_in=result.bytes_in,
            bytes_out=result.bytes_out,
            duration_ms=result.duration_s * 1000,
            reason=result.ending.kind,
        )
        self._status = result.ending.status
        if result.ending.is_failure and result.ending.kind != "cut":
            self._story.failed(result.ending.message)
        elif not result.ending.is_failure:
            self._story.note(told_result("sent", result, where=result.name or "the file"))
        self._loop.stop()
