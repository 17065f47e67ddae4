"""The receiver's machine: takes an offer, says what it has of the file already, takes the rest, has it stored."""

from dataclasses import dataclass
from enum import Enum

from nettools.core.checked_transfer.failure import Reason, TransferFailed
from nettools.core.checked_transfer.frames import DIGEST_OCTETS, Frame, FrameKind, FrameReader
from nettools.core.checked_transfer.inventory import Inventory, ReadEntries
from nettools.core.checked_transfer.journal import Found, retained
from nettools.core.checked_transfer.names import check_remote_name
from nettools.core.checked_transfer.offer import LONGEST_OFFER, FileDigest, Offer, decode_offer
from nettools.core.checked_transfer.side import (
    COUNT,
    LONGEST_FAIL,
    Patience,
    Side,
    count_in,
    refusal,
    unexpected,
)
from nettools.core.relay.ending import Ending


@dataclass(frozen=True, slots=True)
class Place:
    """Look what is there under that name, and keep it from others: done with ``placed``."""

    name: str
    offer: Offer


@dataclass(frozen=True, slots=True)
class Begin:
    """Cut file and journal to so many blocks: done with ``begun``."""

    at_block: int


@dataclass(frozen=True, slots=True)
class Store:
    """Write that block and its entry: done with ``stored``."""

    index: int
    start: int
    block: memoryview
    digest: bytes


@dataclass(frozen=True, slots=True)
class Finish:
    """Make it last and give it its name, which may take a while: done with ``finished``."""


ReceiverTask = Place | ReadEntries | Begin | Store | Finish


class _Phase(Enum):
    OPENING = 0
    PLACING = 1
    COMPARING = 2
    RECEIVING = 3
    FINISHING = 4


class Receiver(Side):
    """Receives one file. A task that cannot be done is told with ``fail``."""

    def __init__(self, *, now_s: float, name: str | None = None, patience: Patience | None = None) -> None:
        bounds = {FrameKind.OFFER: LONGEST_OFFER, FrameKind.FAIL: LONGEST_FAIL}
        super().__init__("receiver", FrameReader(bounds), now_s=now_s, patience=patience or Patience())
        self._given_name = name
        """What the file will be called whatever the sender calls it."""
        self._phase = _Phase.OPENING
        self._offer: Offer | None = None
        self._task: ReceiverTask | None = None
        self._digest: FileDigest | None = None
        self._inventory: Inventory | None = None
        self._started_at = 0
        self._heartbeat_s = now_s

    @property
    def offer(self) -> Offer | None:
        return self._offer

    @property
    def blocks_done(self) -> int:
        return self._digest.blocks if self._digest is not None else 0

    @property
    def blocks_moved(self) -> int:
        return self.blocks_done - self._started_at if self._phase in (_Phase.RECEIVING, _Phase.FINISHING) else 0

    @property
    def _is_opening(self) -> bool:
        return self._phase is _Phase.OPENING

    @property
    def _listens(self) -> bool:
        return self._task is None

    @property
    def _file(self) -> FileDigest:
        assert self._digest is not None
        return self._digest

    @property
    def task(self) -> ReceiverTask | None:
        """What is to be done in the folder now."""
        if self.ending is not None:
            return None
        if self._task is None and self._inventory is not None and not self._queue:
            return self._inventory.next_task()
        return self._task

    def placed(self, found: Found) -> None:
        """The name is ours; this is what an earlier transfer left there."""
        assert self._offer is not None
        self._task = None
        self._phase = _Phase.COMPARING
        self._inventory = Inventory(self._offer, retained(found, self._offer))
        self._reader.allow(FrameKind.CHECKED, COUNT.size)
        self._reader.allow(FrameKind.START, COUNT.size)
        self._say_what_is_there()

    def entries_read(self, octets: bytes, block: memoryview | None) -> None:
        """The entries that were asked for, as far as the journal has them, and the block if it was asked for."""
        assert self._inventory is not None
        self._inventory.read(octets, block)
        self._say_what_is_there()

    def begun(self) -> None:
        self._task = None

    def stored(self) -> None:
        assert isinstance(self._task, Store)
        self._file.add(self._task.digest)
        self._task = None

    def finished(self) -> None:
        """The file has its name, and lasts."""
        assert self._offer is not None
        self._task = None
        self._say(FrameKind.STORED, self._file.digest())
        self._end("closed", f"all {self._offer.size:,} bytes arrived, were checked and are stored")

    def ended(self) -> None:
        if self._phase is not _Phase.FINISHING:
            super().ended()

    def broke(self, ending: Ending) -> None:
        """While the file is made to last, it is whole whether or not the sender is still there to hear so."""
        if self._phase is not _Phase.FINISHING:
            super().broke(ending)
        else:
            self._queue.clear()

    @property
    def deadline_s(self) -> float | None:
        if self.ending is None and self._phase is _Phase.FINISHING:
            return self._heartbeat_s + self._patience.heartbeat_s
        return super().deadline_s

    def tick(self, now_s: float) -> None:
        if self._phase is not _Phase.FINISHING:
            super().tick(now_s)
        elif self.ending is None and now_s >= self._heartbeat_s + self._patience.heartbeat_s:
            self._heartbeat_s = now_s
            self._say(FrameKind.WAIT)

    def _met(self) -> None:
        """The sender speaks next."""

    def _on_frame(self, frame: Frame) -> None:
        if frame.kind is FrameKind.FAIL:
            raise refusal(frame)
        match self._phase, frame.kind:
            case _Phase.OPENING, FrameKind.OFFER:
                self._on_offer(frame)
            case _Phase.COMPARING, FrameKind.CHECKED:
                self._confirm(count_in(frame), frame)
            case _Phase.COMPARING, FrameKind.START:
                self._on_start(frame)
            case _Phase.RECEIVING, FrameKind.BLOCK:
                self._on_block(frame)
            case _Phase.RECEIVING, FrameKind.END:
                self._on_end(frame)
            case _:
                raise unexpected(frame)

    def _on_offer(self, frame: Frame) -> None:
        offer = decode_offer(frame.payload.tobytes())
        name = self._given_name if self._given_name is not None else check_remote_name(offer.name)
        self._offer, self._digest = offer, FileDigest(offer)
        self._phase = _Phase.PLACING
        self._task = Place(name, offer)

    def _say_what_is_there(self) -> None:
        assert self._inventory is not None
        for payload in self._inventory.to_say():
            self._say(FrameKind.HAVE, payload)

    def _confirm(self, count: int, frame: Frame) -> None:
        assert self._inventory is not None
        digests = self._inventory.confirmed(count)
        if digests is None:
            raise unexpected(frame)
        for digest in digests:
            self._file.add(digest)

    def _on_start(self, frame: Frame) -> None:
        assert self._inventory is not None
        assert self._offer is not None
        self._started_at = count_in(frame)
        self._confirm(self._started_at, frame)
        if not self._inventory.has_said_all:
            self._say(FrameKind.HAVE)
        self._inventory = None
        self._phase = _Phase.RECEIVING
        self._reader.allow(FrameKind.BLOCK, min(self._offer.block_octets, self._offer.size))
        self._reader.allow(FrameKind.END, DIGEST_OCTETS)
        self._task = Begin(self._started_at)

    def _on_block(self, frame: Frame) -> None:
        assert self._offer is not None
        index = self._file.blocks
        if index >= self._offer.blocks or len(frame.payload) != self._offer.block_length(index):
            raise unexpected(frame)
        self._task = Store(index, self._offer.block_start(index), frame.payload, frame.digest)

    def _on_end(self, frame: Frame) -> None:
        assert self._offer is not None
        if self._file.blocks != self._offer.blocks or frame.payload != self._file.digest():
            raise TransferFailed(Reason.DAMAGED, "the digest of the whole file is another than the sender's")
        self._phase = _Phase.FINISHING
        self._heartbeat_s = self._active_s
        self._task = Finish()
