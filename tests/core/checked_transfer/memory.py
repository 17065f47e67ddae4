"""Both machines of a checked transfer, joined: a file and a folder that are octets, a connection that is a queue."""

from collections.abc import Callable, Iterator
from itertools import repeat

from nettools.core.checked_transfer.failure import Reason, TransferFailed
from nettools.core.checked_transfer.inventory import ReadEntries
from nettools.core.checked_transfer.journal import (
    ENTRY_OCTETS,
    HEAD_OCTETS,
    Entry,
    Found,
    Stamp,
    encode_entry,
    encode_head,
    entry_start,
    whole_entries,
)
from nettools.core.checked_transfer.offer import Offer
from nettools.core.checked_transfer.receiver import Begin, Finish, Place, Receiver, Store
from nettools.core.checked_transfer.sender import ReadBlock, Sender
from nettools.core.checked_transfer.side import Side
from nettools.core.relay.ending import Ending

BLOCK = 1024
BOOT = 7

Wire = Callable[[bytes], bytes]
"""What becomes of octets on their way."""


def offer_of(content: bytes, *, resumes: bool = False, name: bytes = b"file.bin") -> Offer:
    return Offer(
        name=name, size=len(content), mtime_ns=1_700_000_000_123, permissions=0o640, resumes=resumes, block_octets=BLOCK
    )


class Source:
    """The sender's file; a test may change it."""

    def __init__(self, content: bytes) -> None:
        self.content = bytearray(content)
        self.mtime_ns = 1_700_000_000_123
        self.blocks_read = 0

    def work(self, sender: Sender) -> bool:
        task = sender.task
        if task is None:
            return False
        if isinstance(task, ReadBlock):
            found = self.content[task.start : task.start + len(task.into)]
            task.into[: len(found)] = found
            self.blocks_read += 1
            sender.source_is(len(self.content), self.mtime_ns)
            sender.block_read(len(found))
        else:
            sender.source_is(len(self.content), self.mtime_ns)
        return True


class Folder:
    """The receiver's place for one file: what is there of it, its journal, and the whole file at the end."""

    def __init__(self) -> None:
        self.part = bytearray()
        self.journal = bytearray()
        self.whole: bytes | None = None
        self.offer: Offer | None = None
        self.name: str | None = None
        self.changes = 0
        self.room: int | None = None
        self.blocks_read = 0
        self.blocks_stored = 0

    @property
    def stamp(self) -> Stamp:
        return Stamp(self.changes, self.changes, BOOT)

    def tamper(self, at: int) -> None:
        """Another program changes an octet."""
        self.part[at] ^= 1
        self.changes += 1

    def work(self, receiver: Receiver) -> bool:
        task = receiver.task
        if task is None:
            return False
        try:
            self._do(task, receiver)
        except TransferFailed as failure:
            receiver.fail(failure)
        return True

    def _do(self, task: Place | ReadEntries | Begin | Store | Finish, receiver: Receiver) -> None:
        match task:
            case Place():
                self.offer, self.name = task.offer, task.name
                receiver.placed(self._found())
            case ReadEntries():
                start = entry_start(task.first)
                block = bytes(self.part[task.block_start : task.block_start + task.block_length])
                self.blocks_read += bool(task.block_length)
                whole = self.journal[start : start + task.count * ENTRY_OCTETS]
                whole = whole[: len(whole) // ENTRY_OCTETS * ENTRY_OCTETS]
                receiver.entries_read(bytes(whole), memoryview(block) if task.block_length else None)
            case Begin():
                self._begin(task.at_block)
                receiver.begun()
            case Store():
                self._store(task)
                receiver.stored()
            case Finish():
                self.whole = bytes(self.part)
                receiver.finished()

    def _found(self) -> Found:
        last = max(whole_entries(len(self.journal)) - 1, 0)
        return Found(
            part_octets=len(self.part),
            stamp=self.stamp,
            journal_octets=len(self.journal),
            head=bytes(self.journal[:HEAD_OCTETS]),
            last_entry=bytes(self.journal[entry_start(last) : entry_start(last) + ENTRY_OCTETS]),
        )

    def _begin(self, at_block: int) -> None:
        assert self.offer is not None
        kept = self.offer.octets_before(at_block)
        assert len(self.part) >= kept, "a machine asked to keep blocks that are not there"
        if len(self.part) != kept:
            del self.part[kept:]
            self.changes += 1
        if at_block:
            del self.journal[entry_start(at_block) :]
        else:
            self.journal[:] = encode_head(self.offer)

    def _store(self, task: Store) -> None:
        if self.room is not None and task.start + len(task.block) > self.room:
            raise TransferFailed(Reason.SPACE, "there is no space left")
        assert len(self.part) == task.start
        self.part += task.block
        self.changes += 1
        self.blocks_stored += 1
        assert len(self.journal) == entry_start(task.index)
        self.journal += encode_entry(task.index, Entry(task.digest, self.stamp))


class Connection:
    """Octets from one side to the other. ``chunks`` says how many are moved at a time."""

    def __init__(self, source: Side, sink: Side, *, chunks: Iterator[int], cut_after: int | None, wire: Wire) -> None:
        self._source = source
        self._sink = sink
        self._chunks = chunks
        self._left = cut_after
        self._wire = wire
        self._waiting = bytearray()
        self.moved = bytearray()
        self.is_cut = False

    def step(self, now_s: float) -> bool:
        """Whether anything moved."""
        has_moved = False
        octets = self._source.outgoing()[: next(self._chunks)]
        if octets and len(self._waiting) < 4 * BLOCK:
            self._waiting += self._wire(bytes(octets))
            self.moved += octets
            self._source.sent(len(octets), now_s)
            has_moved = True
        space = self._sink.incoming()
        count = min(len(space), len(self._waiting), next(self._chunks))
        if self._left is not None:
            count = min(count, self._left)
            self._left -= count
            self.is_cut = self._left == 0
        if count:
            space[:count] = self._waiting[:count]
            del self._waiting[:count]
            self._sink.received(count, now_s)
            has_moved = True
        return has_moved

    @property
    def is_dry(self) -> bool:
        return not self._waiting and not self._source.outgoing()


def unchanged(octets: bytes) -> bytes:
    return octets


def flipped(bit: int) -> Wire:
    """A wire on which that bit of all that is said arrives as its opposite."""
    passed = 0

    def wire(octets: bytes) -> bytes:
        nonlocal passed
        start, passed = passed, passed + len(octets)
        if not start <= bit // 8 < passed:
            return octets
        damaged = bytearray(octets)
        damaged[bit // 8 - start] ^= 1 << bit % 8
        return bytes(damaged)

    return wire


class Transfer:
    """A sender and a receiver that talk until both have ended."""

    def __init__(
        self,
        source: Source,
        folder: Folder,
        offer: Offer,
        *,
        chunks: Iterator[int] | None = None,
        cut_after: int | None = None,
        wire_out: Wire = unchanged,
        wire_back: Wire = unchanged,
    ) -> None:
        sizes = chunks if chunks is not None else repeat(1 << 20)
        self.sender = Sender(offer, now_s=0.0)
        self.receiver = Receiver(now_s=0.0)
        self.source = source
        self.folder = folder
        self.out = Connection(self.sender, self.receiver, chunks=sizes, cut_after=cut_after, wire=wire_out)
        self.back = Connection(self.receiver, self.sender, chunks=sizes, cut_after=None, wire=wire_back)

    def run(self) -> tuple[Ending, Ending]:
        """How both ended. Time passes only when nothing else happens."""
        now_s = 0.0
        while self.sender.ending is None or self.receiver.ending is None:
            has_moved = self.out.step(now_s)
            has_moved = self.back.step(now_s) or has_moved
            has_moved = self.source.work(self.sender) or has_moved
            has_moved = self.folder.work(self.receiver) or has_moved
            if self.out.is_cut or (self.sender.ending is not None and self.out.is_dry):
                self.receiver.ended()
            if self.out.is_cut or (self.receiver.ending is not None and self.back.is_dry):
                self.sender.ended()
            if not has_moved:
                now_s += 1.0
                self.sender.tick(now_s)
                self.receiver.tick(now_s)
        return self.sender.ending, self.receiver.ending
