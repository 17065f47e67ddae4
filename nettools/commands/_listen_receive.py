"""``listen --receive``: what arrives, and how far it is."""

from nettools.commands._listen_order import ListenOrder
from nettools.commands._session import Session
from nettools.commands._story import Story
from nettools.commands._transfer_words import told_result
from nettools.core.checked_transfer.side import Patience
from nettools.core.text import safe
from nettools.net.checked_transfer.conversation import TransferResult
from nettools.net.checked_transfer.destination import open_destination
from nettools.net.checked_transfer.receive_file import ReceiveHandler
from nettools.net.listen.clients import Client
from nettools.net.loop import Loop
from nettools.render.byte_progress import ByteProgress


class _Transfers:
    """Shows how far they are: one by its name, several as their sum."""

    def __init__(self, session: Session, loop: Loop) -> None:
        self._session = session
        self._loop = loop
        self._names: dict[int, str] = {}
        self._sizes: dict[int, int] = {}
        self._done: dict[int, int] = {}
        self._progress: ByteProgress | None = None
        self._each: dict[int, ByteProgress] = {}
        """A program is told of each."""

    def begin(self, number: int, name: str, size: int) -> None:
        self._names[number], self._sizes[number], self._done[number] = name, size, 0
        if self._session.progress_style == "jsonl":
            self._each[number] = self._made(name, size)
        else:
            self._count_anew()

    def moved(self, number: int, done: int) -> None:
        if number in self._each:
            self._each[number].tick(self._loop.now_s, sent=0, received=done)
        elif number in self._done and self._progress is not None:
            self._done[number] = done
            self._progress.tick(self._loop.now_s, sent=0, received=sum(self._done.values()) - self._before)

    def end(self, number: int) -> None:
        if self._names.pop(number, None) is not None:
            del self._sizes[number], self._done[number]
            if self._each.pop(number, None) is None:
                self._count_anew()

    def _count_anew(self) -> None:
        """Another one is under way, or one less: the speed is that of those which are."""
        if self._progress is not None:
            self._progress.end()
            self._progress = None
        if not self._names:
            return
        self._before = sum(self._done.values())
        name = next(iter(self._names.values())) if len(self._names) == 1 else f"{len(self._names)} files"
        self._progress = self._made(name, sum(self._sizes.values()) - self._before)
        self._session.screen.reports(self._progress)

    def _made(self, name: str, size: int) -> ByteProgress:
        return ByteProgress(
            self._session.tell,
            self._session.progress_style,
            began_s=self._loop.now_s,
            total=size,
            line=self._session.screen.line,
            name=safe(name),
        )


def receive_handler(session: Session, story: Story, loop: Loop, path: str | None, order: ListenOrder) -> ReceiveHandler:
    """The handler. Raises OutputPathError."""
    shown = _Transfers(session, loop)

    def on_start(client: Client, name: str, size: int) -> None:
        story.tell(
            "request",
            f"{client.peer} sends {name}, {size:,} bytes",
            local=client.local,
            peer=client.peer,
            protocol=client.protocol,
            reason=name,
        )
        shown.begin(client.number, name, size)

    def on_progress(client: Client, done: int, _total: int) -> None:
        shown.moved(client.number, done)

    def on_result(client: Client, result: TransferResult) -> None:
        shown.end(client.number)
        is_passer_by = result.name is None and order.settings.keep_open  # a port scan: told with -v, as all clients are
        if result.ending.is_failure and not is_passer_by:
            story.failed(f"{client.peer}: {result.ending.message}")
        elif result.name is not None:
            story.note(told_result("received", result, where=handler.destination.path(result.name)))

    idle_s = order.relay.manner.idle_timeout_s
    handler = ReceiveHandler(
        loop,
        open_destination(path),
        on_start=on_start,
        on_progress=on_progress,
        on_result=on_result,
        patience=None if idle_s is None else Patience(idle_s=idle_s),
    )
    return handler
