"""``listen --receive``: the receiver's side, for as many clients at a time as there are."""

from collections.abc import Callable

from nettools.core.checked_transfer.failure import TransferFailed
from nettools.core.checked_transfer.inventory import ReadEntries
from nettools.core.checked_transfer.receiver import Begin, Finish, Place, Receiver, Store
from nettools.core.checked_transfer.side import Patience
from nettools.core.relay.ending import Ending
from nettools.core.text import safe
from nettools.net.checked_transfer.background import Background
from nettools.net.checked_transfer.conversation import Conversation, TransferResult
from nettools.net.checked_transfer.destination import Destination
from nettools.net.checked_transfer.part_file import PartFile
from nettools.net.listen.clients import Client
from nettools.net.loop import Loop

OnStart = Callable[[Client, str, int], None]
"""A client has offered a file and may send it: its name, safe to be printed, and its size."""
OnClientProgress = Callable[[Client, int, int], None]
"""Octets that are there and right, and octets of the whole file."""
OnResult = Callable[[Client, TransferResult], None]
"""Called just before ``client.closed``."""


class ReceiveHandler:
    """Takes files from clients into one destination, which stays open as long as there may be clients."""

    def __init__(
        self,
        loop: Loop,
        destination: Destination,
        *,
        on_start: OnStart | None = None,
        on_progress: OnClientProgress | None = None,
        on_result: OnResult | None = None,
        patience: Patience | None = None,
    ) -> None:
        self.loop = loop
        self.destination = destination
        self.on_start = on_start
        self.on_progress = on_progress
        self.on_result = on_result
        self.patience = patience

    def take(self, client: Client) -> None:
        """Receive one file from this client."""
        _Reception(self, client).start()


class _Reception(Conversation):
    """One client."""

    def __init__(self, handler: ReceiveHandler, client: Client) -> None:
        self._handler = handler
        self._client = client
        self._receiver = Receiver(now_s=handler.loop.now_s, name=handler.destination.name, patience=handler.patience)
        self._part: PartFile | None = None
        self._name: str | None = None
        self._is_finishing = False
        super().__init__(handler.loop, client.end, self._receiver, on_progress=self._progressed)
        client.cut = self.cut

    def _progressed(self, done: int, total: int) -> None:
        if self._handler.on_progress is not None and self._part is not None:
            self._handler.on_progress(self._client, done, total)

    def _perform(self) -> bool:
        task = self._receiver.task
        if task is None or self._is_finishing:
            return False
        try:
            match task:
                case Place():
                    self._place(task)
                case ReadEntries():
                    self._receiver.entries_read(*self._file.entries(task))
                case Begin():
                    self._file.begin(task.at_block)
                    self._receiver.begun()
                case Store():
                    self._file.store(task)
                    self._receiver.stored()
                case Finish():
                    self._is_finishing = True
                    Background(self._loop, self._file.finish, self._finished)
        except TransferFailed as failure:
            self._receiver.fail(failure)
        self._receiver.worked(self._loop.now_s)
        return True

    @property
    def _file(self) -> PartFile:
        assert self._part is not None
        return self._part

    def _place(self, task: Place) -> None:
        self._name = safe(task.name)
        self._part = PartFile(self._handler.destination, task.name, task.offer)
        self._receiver.placed(self._part.found())
        if self._handler.on_start is not None:
            self._handler.on_start(self._client, self._name, task.offer.size)

    def _finished(self, error: Exception | None) -> None:
        self._is_finishing = False
        if self._has_ended:
            self._file.close()
        elif error is None:
            self._receiver.finished()
        elif isinstance(error, TransferFailed):
            self._receiver.fail(error)
        else:
            raise error
        self.on_change()

    def _over(self, ending: Ending) -> None:
        if self._part is not None and not self._is_finishing:
            self._part.close()
        if self._handler.on_result is not None:
            self._handler.on_result(self._client, self._result(ending, self._name))
        self._client.closed(ending, bytes_in=self._bytes_in, bytes_out=self._bytes_out)
