"""What the receiver has of the file already: read from the journal piece by piece, said to the sender, confirmed by it.

When nobody can have changed the unfinished file since its journal was written, its last block is hashed again;
otherwise each of them is, and what differs from the journal counts for nothing.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from nettools.core.checked_transfer.frames import block_digest
from nettools.core.checked_transfer.journal import ENTRY_OCTETS, Retained, decode_entry
from nettools.core.checked_transfer.offer import Offer
from nettools.core.checked_transfer.side import MOST_HAVE, WINDOW

SAID_TOGETHER: Final = 16
"""Digests in a HAVE frame while each block is hashed again: so that a slow disk is not taken for silence."""


@dataclass(frozen=True, slots=True)
class ReadEntries:
    """Read these entries of the journal and, unless it has no length, that part of the file."""

    first: int
    count: int
    block_start: int = 0
    block_length: int = 0


class Inventory:
    """The blocks that are there; ``blocks`` shrinks when journal or file do not hold what they should."""

    def __init__(self, offer: Offer, usable: Retained) -> None:
        self.blocks = usable.blocks
        self.has_said_all = False
        self._offer = offer
        self._hashes_each = not usable.is_untouched
        self._has_hashed_last = False
        self._read = 0
        self._unsaid: list[bytes] = []
        self._unconfirmed: deque[bytes] = deque()

    def next_task(self) -> ReadEntries | None:
        """What to read next; None when all has been read, or while the sender has enough to compare."""
        if self._read == self.blocks:
            return None
        if not self._hashes_each and not self._has_hashed_last:
            return self._with_block(self.blocks - 1)
        allowed = WINDOW - len(self._unconfirmed) - len(self._unsaid)
        if allowed <= 0:
            return None
        if self._hashes_each:
            return self._with_block(self._read)
        return ReadEntries(self._read, min(MOST_HAVE, allowed, self.blocks - self._read))

    def _with_block(self, index: int) -> ReadEntries:
        return ReadEntries(index, 1, self._offer.block_start(index), self._offer.block_length(index))

    def read(self, octets: bytes, block: memoryview | None) -> None:
        """What was to be read. Entries that are not there, or are wrong, end the list before them."""
        if block is not None and not self._hashes_each:
            self._has_hashed_last = True
            self._hashes_each = _digest_if_right(self.blocks - 1, octets, block) is None
            return
        digests: list[bytes] = []
        for at in range(0, len(octets), ENTRY_OCTETS):
            digest = _digest_if_right(self._read + len(digests), octets[at : at + ENTRY_OCTETS], block)
            if digest is None:
                self.blocks = self._read + len(digests)
                break
            digests.append(digest)
        if not octets:
            self.blocks = self._read
        self._read += len(digests)
        self._unsaid += digests

    def to_say(self) -> list[bytes]:
        """The payloads of the HAVE frames that are due; an empty one, the last, when these were all."""
        if self.has_said_all:
            return []
        is_all = self._read == self.blocks
        enough = SAID_TOGETHER if self._hashes_each else 1
        said: list[bytes] = []
        if self._unsaid and (
            is_all or len(self._unsaid) >= enough or len(self._unsaid) + len(self._unconfirmed) >= WINDOW
        ):
            said.append(b"".join(self._unsaid))
            self._unconfirmed.extend(self._unsaid)
            self._unsaid = []
        if is_all:
            self.has_said_all = True
            said.append(b"")
        return said

    def confirmed(self, count: int) -> Sequence[bytes] | None:
        """The digests that are confirmed now that the sender has found the first ``count`` blocks to be its own.

        None when it cannot have: it was not told of so many, or has confirmed more already.
        """
        said = self._read - len(self._unsaid)
        fresh = count - (said - len(self._unconfirmed))
        if not 0 <= fresh <= len(self._unconfirmed):
            return None
        return [self._unconfirmed.popleft() for _ in range(fresh)]


def _digest_if_right(index: int, octets: bytes, block: memoryview | None) -> bytes | None:
    """The digest in that entry; None when the entry is wrong, or is not the block's."""
    entry = decode_entry(index, octets)
    if entry is None or (block is not None and block_digest(block) != entry.digest):
        return None
    return entry.digest
