"""The journal beside a file that is not whole yet: which blocks stand there, so that they need not be hashed again.

It has a head and, for each block, an entry of 64 octets that is appended when the block has been written: the digest,
and when the file was last changed at that moment. Each entry has a check: a torn or changed one counts for nothing.
"""

from dataclasses import dataclass
from hashlib import blake2b
from struct import Struct
from typing import Final, NamedTuple

from nettools.core.checked_transfer.offer import Offer

_MAGIC: Final = b"\x89NTCJ\r\n\x1a"
_VERSION: Final = 1
_HEAD: Final = Struct(">8sB3xI")
_ENTRY: Final = Struct(">32sqqQ")
_CHECK_OCTETS: Final = 8
_HEAD_CHECK_OCTETS: Final = 16
HEAD_OCTETS: Final = _HEAD.size + _HEAD_CHECK_OCTETS
ENTRY_OCTETS: Final = _ENTRY.size + _CHECK_OCTETS


class Stamp(NamedTuple):
    """When the unfinished file was last changed, as its system has it (stat(2)), and since which start of that system.

    The time of change of a file's status cannot be set from outside, so equal stamps mean that nobody else wrote to it;
    and no restart lies between, at which blocks may be lost that only the memory had. 0 is a start that is not known.
    """

    mtime_ns: int
    ctime_ns: int
    boot: int


NO_STAMP: Final = Stamp(0, 0, 0)


class Entry(NamedTuple):
    """One block."""

    digest: bytes
    stamp: Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a receiver found in the place: nothing at all, unless an earlier transfer was cut."""

    part_octets: int = 0
    stamp: Stamp = NO_STAMP
    journal_octets: int = 0
    head: bytes = b""
    last_entry: bytes = b""
    """Of the journal's whole entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retained:
    """What may be used of it."""

    blocks: int
    is_untouched: bool
    """Whether nobody can have changed the file since its last entry: one block is hashed again then, otherwise all."""


def encode_head(offer: Offer) -> bytes:
    head = _HEAD.pack(_MAGIC, _VERSION, offer.block_octets)
    return head + blake2b(head, digest_size=_HEAD_CHECK_OCTETS).digest()


def encode_entry(index: int, entry: Entry) -> bytes:
    plain = _ENTRY.pack(entry.digest, entry.stamp.mtime_ns, entry.stamp.ctime_ns, entry.stamp.boot)
    return plain + _check(index, plain)


def decode_entry(index: int, octets: bytes) -> Entry | None:
    """The entry of that block; None for one that is torn, changed or of another block."""
    plain = octets[: _ENTRY.size]
    if len(octets) != ENTRY_OCTETS or octets[_ENTRY.size :] != _check(index, plain):
        return None
    digest, mtime_ns, ctime_ns, boot = _ENTRY.unpack(plain)
    return Entry(digest, Stamp(mtime_ns, ctime_ns, boot))


def entry_start(index: int) -> int:
    """Where the entry of that block stands in the journal."""
    return HEAD_OCTETS + index * ENTRY_OCTETS


def whole_entries(journal_octets: int) -> int:
    """How many whole entries a journal of that length has."""
    return max(journal_octets - HEAD_OCTETS, 0) // ENTRY_OCTETS


def retained(found: Found, offer: Offer) -> Retained:
    """What of it may be used for the file that is offered now."""
    if not offer.resumes or found.head != encode_head(offer):
        return Retained(blocks=0, is_untouched=False)
    claimed = whole_entries(found.journal_octets)
    present = offer.blocks if found.part_octets == offer.size else found.part_octets // offer.block_octets
    blocks = min(claimed, present, offer.blocks)
    last = decode_entry(claimed - 1, found.last_entry) if claimed else None
    is_untouched = blocks == claimed and last is not None and last.stamp == found.stamp and found.stamp.boot != 0
    return Retained(blocks=blocks, is_untouched=is_untouched)


def _check(index: int, plain: bytes) -> bytes:
    return blake2b(index.to_bytes(8, "big") + plain, digest_size=_CHECK_OCTETS).digest()
