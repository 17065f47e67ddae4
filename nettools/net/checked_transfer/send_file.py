"""``cat --send FILE``: the sender's side over a connection."""

import os
import stat
from collections.abc import Callable
from typing import Final

from nettools.core.checked_transfer.failure import Reason, TransferFailed
from nettools.core.checked_transfer.offer import LONGEST_NAME, Offer
from nettools.core.checked_transfer.sender import ReadBlock, Sender
from nettools.core.checked_transfer.side import Patience
from nettools.core.relay.ending import Ending
from nettools.core.relay.flow import Pace
from nettools.core.text import quoted, safe
from nettools.errors import InputError
from nettools.net.checked_transfer.conversation import Conversation, OnProgress, TransferResult
from nettools.net.checked_transfer.part_file import read_block
from nettools.net.loop import Loop
from nettools.net.relay.ends import End

_MOST_NS: Final = (1 << 63) - 1


class SourceFile:
    """A regular file that is open for reading, and what it was when it was opened."""

    def __init__(self, path: str) -> None:
        """Raises InputError."""
        try:
            self.descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise InputError(f"cannot read {quoted(path)}: {error.strerror}") from error
        about = os.fstat(self.descriptor)
        if not stat.S_ISREG(about.st_mode):
            os.close(self.descriptor)
            what = "a folder" if stat.S_ISDIR(about.st_mode) else "no regular file"
            raise InputError(f"{quoted(path)} is {what}", hint="--send takes one file, of which the size is known")
        self.name = os.fsencode(os.path.basename(path))[:LONGEST_NAME]
        self.size = about.st_size
        self.mtime_ns = about.st_mtime_ns
        self.permissions = stat.S_IMODE(about.st_mode) & 0o777

    def offer(self, *, resumes: bool) -> Offer:
        return Offer(
            name=self.name,
            size=self.size,
            mtime_ns=_bounded(self.mtime_ns),
            permissions=self.permissions,
            resumes=resumes,
        )

    def close(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


class SendFile(Conversation):
    """One file being sent over a connected end. ``on_done`` is called once; the end and the source are closed then."""

    def __init__(
        self,
        loop: Loop,
        end: End,
        source: SourceFile,
        *,
        resumes: bool,
        on_done: Callable[[TransferResult], None],
        on_progress: OnProgress | None = None,
        pace: Pace | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._sender = Sender(source.offer(resumes=resumes), now_s=loop.now_s, patience=patience)
        super().__init__(loop, end, self._sender, on_progress=on_progress, pace=pace)
        self._source = source
        self._on_done = on_done

    def _perform(self) -> bool:
        task = self._sender.task
        if task is None:
            return False
        try:
            about = os.fstat(self._source.descriptor)
            count = read_block(self._source.descriptor, task.into, task.start) if isinstance(task, ReadBlock) else 0
        except OSError as error:
            self._sender.fail(TransferFailed(Reason.UNREADABLE, f"cannot read the file any more: {error.strerror}"))
            return True
        self._sender.source_is(about.st_size, _bounded(about.st_mtime_ns))
        if isinstance(task, ReadBlock):
            self._sender.block_read(count)
        self._sender.worked(self._loop.now_s)
        return True

    def _over(self, ending: Ending) -> None:
        self._source.close()
        self._on_done(self._result(ending, safe(self._source.name)))


def _bounded(time_ns: int) -> int:
    """A time as the protocol carries it: 64 bits reach from 1677 to 2262."""
    return max(-_MOST_NS, min(time_ns, _MOST_NS))
