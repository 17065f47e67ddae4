"""The sender's machine: offers the file, compares what the receiver has of it, sends the rest, waits until it lasts."""

from collections import deque
from dataclasses import dataclass
from enum import Enum
from typing import Final

from nettools.core.checked_transfer.failure import Reason, TransferFailed
from nettools.core.checked_transfer.frames import (
    DIGEST_OCTETS,
    HEADER_OCTETS,
    Frame,
    FrameKind,
    FrameReader,
    block_digest,
    frame_header,
)
from nettools.core.checked_transfer.offer import FileDigest, Offer
from nettools.core.checked_transfer.side import (
    COUNT,
    LONGEST_FAIL,
    MOST_HAVE,
    WINDOW,
    Patience,
    Side,
    refusal,
    unexpected,
)

CHECKED_EVERY: Final = 16
"""Blocks between two CHECKED frames: 16 MiB, so that a slow disk is not taken for silence."""


@dataclass(frozen=True, slots=True)
class ReadBlock:
    """Read the source there, as much as ``into`` takes."""

    start: int
    into: memoryview


@dataclass(frozen=True, slots=True)
class LookAtSource:
    """Only ask the system about the source once more."""


SenderTask = ReadBlock | LookAtSource


class _Phase(Enum):
    GREETING = 0
    OFFERED = 1
    COMPARING = 2
    SENDING = 3
    WAITING = 4


class Sender(Side):
    """Sends one file. ``task`` is done with ``block_read`` and ``source_is``, or with ``fail``."""

    def __init__(self, offer: Offer, *, now_s: float, patience: Patience | None = None) -> None:
        bounds = {
            FrameKind.HAVE: MOST_HAVE * DIGEST_OCTETS,
            FrameKind.WAIT: 0,
            FrameKind.STORED: DIGEST_OCTETS,
            FrameKind.FAIL: LONGEST_FAIL,
        }
        super().__init__("sender", FrameReader(bounds), now_s=now_s, patience=patience or Patience())
        self._offer = offer
        self._phase = _Phase.GREETING
        self._file = FileDigest(offer)
        self._block = memoryview(bytearray(HEADER_OCTETS + min(offer.block_octets, offer.size) + DIGEST_OCTETS))
        self._theirs: deque[bytes] = deque()
        self._heard = 0
        self._told = 0
        self._has_all_of_theirs = False
        self._started_at = 0

    @property
    def offer(self) -> Offer:
        return self._offer

    @property
    def blocks_done(self) -> int:
        return self._file.blocks

    @property
    def blocks_moved(self) -> int:
        return self._file.blocks - self._started_at if self._phase in (_Phase.SENDING, _Phase.WAITING) else 0

    @property
    def _is_opening(self) -> bool:
        return self._phase is _Phase.GREETING

    @property
    def task(self) -> SenderTask | None:
        """What is to be done with the source now."""
        if self.ending is not None or self._queue:
            return None
        next_block = self._file.blocks
        if (self._phase is _Phase.COMPARING and self._theirs) or (
            self._phase is _Phase.SENDING and next_block < self._offer.blocks
        ):
            length = self._offer.block_length(next_block)
            return ReadBlock(self._offer.block_start(next_block), self._block[HEADER_OCTETS : HEADER_OCTETS + length])
        return LookAtSource() if self._phase is _Phase.SENDING else None

    def block_read(self, count: int) -> None:
        """So many octets of the block were there."""
        length = self._offer.block_length(self._file.blocks)
        if count != length:
            self.fail(_changed())
            return
        digest = block_digest(self._block[HEADER_OCTETS : HEADER_OCTETS + length])
        if self._phase is _Phase.COMPARING:
            self._compare(digest)
            return
        self._block[:HEADER_OCTETS] = frame_header(FrameKind.BLOCK, length)
        self._block[HEADER_OCTETS + length : HEADER_OCTETS + length + DIGEST_OCTETS] = digest
        self._queue.append(self._block[: HEADER_OCTETS + length + DIGEST_OCTETS])
        self._file.add(digest)

    def source_is(self, size: int, mtime_ns: int) -> None:
        """What the system says of the source now; to be told with each task, before what was read is."""
        if (size, mtime_ns) != (self._offer.size, self._offer.mtime_ns):
            self.fail(_changed())
        elif self._phase is _Phase.SENDING and not self._queue and self._file.blocks == self._offer.blocks:
            self._say(FrameKind.END, self._file.digest())
            self._phase = _Phase.WAITING

    def _met(self) -> None:
        self._say(FrameKind.OFFER, self._offer.encode())
        self._phase = _Phase.OFFERED

    def _on_frame(self, frame: Frame) -> None:
        if frame.kind is FrameKind.FAIL:
            raise refusal(frame)
        if frame.kind is FrameKind.HAVE:
            self._on_have(frame)
        elif frame.kind is FrameKind.STORED and self._phase is _Phase.WAITING:
            self._on_stored(frame)
        elif frame.kind is not FrameKind.WAIT or self._is_opening:
            raise unexpected(frame)

    def _on_have(self, frame: Frame) -> None:
        """The next digests of what the receiver has; an empty frame says that these were all."""
        octets = frame.payload.tobytes()
        count = len(octets) // DIGEST_OCTETS
        self._heard += count
        if len(octets) % DIGEST_OCTETS or self._has_all_of_theirs or (count and not self._offer.resumes):
            raise unexpected(frame)
        if self._heard > min(self._told + WINDOW, self._offer.blocks):
            raise TransferFailed(Reason.CONFUSED, "the other side has more blocks than there are or were asked for")
        if self._phase is _Phase.OFFERED:
            self._phase = _Phase.COMPARING
        self._has_all_of_theirs = not count
        if self._phase is not _Phase.COMPARING:
            return  # it said these before it heard where they differ
        self._theirs.extend(octets[at : at + DIGEST_OCTETS] for at in range(0, len(octets), DIGEST_OCTETS))
        if self._has_all_of_theirs and not self._theirs:
            self._start()

    def _compare(self, digest: bytes) -> None:
        if digest != self._theirs.popleft():
            self._theirs.clear()
            self._start()
            return
        self._file.add(digest)
        if self._has_all_of_theirs and not self._theirs:
            self._start()
        elif not self._theirs or self._file.blocks - self._told >= CHECKED_EVERY:
            self._told = self._file.blocks
            self._say(FrameKind.CHECKED, COUNT.pack(self._told))

    def _start(self) -> None:
        self._started_at = self._file.blocks
        self._say(FrameKind.START, COUNT.pack(self._started_at))
        self._phase = _Phase.SENDING

    def _on_stored(self, frame: Frame) -> None:
        if frame.payload != self._file.digest():
            raise TransferFailed(Reason.DAMAGED, "the other side has stored another file than was sent", is_told=False)
        self._end("sent", f"all {self._offer.size:,} bytes arrived, were checked and are stored")


def _changed() -> TransferFailed:
    return TransferFailed(Reason.CHANGED, "the file was changed while it was sent")
