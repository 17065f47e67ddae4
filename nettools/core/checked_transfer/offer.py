"""What the sender offers, and what both sides then count in: the blocks of the file, and the digest over all of it."""

from dataclasses import dataclass
from hashlib import blake2b
from struct import Struct
from typing import Final

from nettools.core.checked_transfer.failure import Reason, TransferFailed
from nettools.core.checked_transfer.frames import DIGEST_OCTETS

BLOCK_OCTETS: Final = 1 << 20
"""What ``cat --send`` uses: 32 octets of digest for each MiB, and a millisecond of work at a time."""
SMALLEST_BLOCK: Final = 1 << 10
LARGEST_BLOCK: Final = 1 << 22
LARGEST_SIZE: Final = (1 << 63) - 1  # off_t, and so what any file here can have
LONGEST_NAME: Final = 255  # NAME_MAX of Linux, linux/limits.h
_HEAD: Final = Struct(">BIQqH")
_TOTAL: Final = Struct(">IQ")
LONGEST_OFFER: Final = _HEAD.size + LONGEST_NAME
_PERMISSIONS: Final = 0o777
_RESUME: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One file."""

    name: bytes
    """What it is called on the sender's side, without folders; nothing that has been checked."""
    size: int
    mtime_ns: int
    """Since 1970, as the sender's system has it."""
    permissions: int
    """The nine bits rwxrwxrwx."""
    resumes: bool
    block_octets: int = BLOCK_OCTETS

    @property
    def blocks(self) -> int:
        return -(-self.size // self.block_octets)

    def block_start(self, index: int) -> int:
        return index * self.block_octets

    def block_length(self, index: int) -> int:
        """All blocks are of one length but the last, which has the rest."""
        return min(self.block_octets, self.size - self.block_start(index))

    def octets_before(self, index: int) -> int:
        """How many octets stand in the blocks before that one."""
        return min(self.block_start(index), self.size)

    def encode(self) -> bytes:
        """The payload of an OFFER frame."""
        flags = _RESUME if self.resumes else 0
        head = _HEAD.pack(flags, self.block_octets, self.size, self.mtime_ns, self.permissions & _PERMISSIONS)
        return head + self.name


def decode_offer(payload: bytes) -> Offer:
    """The offer in that payload. Raises TransferFailed for one that breaks a bound; the name is not looked at."""
    if not _HEAD.size < len(payload) <= LONGEST_OFFER:
        raise _wrong("has a wrong length")
    flags, block_octets, size, mtime_ns, permissions = _HEAD.unpack_from(payload)
    if flags & ~_RESUME or permissions & ~_PERMISSIONS:
        raise _wrong("has bits that mean nothing")
    if not SMALLEST_BLOCK <= block_octets <= LARGEST_BLOCK or block_octets & (block_octets - 1):
        raise _wrong(f"counts in blocks of {block_octets} bytes")
    if size > LARGEST_SIZE:
        raise _wrong("is of a file that is too large")
    return Offer(
        name=payload[_HEAD.size :],
        size=size,
        mtime_ns=mtime_ns,
        permissions=permissions,
        resumes=bool(flags & _RESUME),
        block_octets=block_octets,
    )


def _wrong(what: str) -> TransferFailed:
    return TransferFailed(Reason.CONFUSED, f"the offer of the other side {what}")


class FileDigest:
    """BLAKE2b-256 over the block length, the size and the digests of all blocks: no octet is hashed twice."""

    def __init__(self, offer: Offer) -> None:
        self._state = blake2b(_TOTAL.pack(offer.block_octets, offer.size), digest_size=DIGEST_OCTETS)
        self.blocks = 0

    def add(self, digest: bytes) -> None:
        """The digest of the next block."""
        self._state.update(digest)
        self.blocks += 1

    def digest(self) -> bytes:
        return self._state.digest()
