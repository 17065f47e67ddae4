"""The octets of a checked transfer: a greeting, then frames, each with checks of its own (docs/transfer-protocol.md).

Nothing is read that is not bounded, and a frame is believed only when its checks hold.
"""

from collections.abc import Mapping
from enum import IntEnum
from hashlib import blake2b
from struct import Struct
from typing import Final, Literal, NamedTuple

from nettools.core.checked_transfer.failure import Reason, TransferFailed

Role = Literal["sender", "receiver"]

MAGIC: Final = b"\x89NTCT\r\n\x1a"
"""As in PNG (RFC 2083 §12.11): an octet that is no text, and line ends that show who has translated them."""
VERSION: Final = 1
GREETING_OCTETS: Final = len(MAGIC) + 2
_ROLES: Final[dict[Role, int]] = {"sender": ord("S"), "receiver": ord("R")}

HEADER_OCTETS: Final = 8
CHECK_OCTETS: Final = 16
DIGEST_OCTETS: Final = 32
"""BLAKE2b (RFC 7693) of 256 bits for what is kept; of 128 bits for a frame that is only said."""
_HEADER: Final = Struct(">I4s")  # one octet of kind, three of length, four of BLAKE2b over these
_LENGTH_BITS: Final = 24


class FrameKind(IntEnum):
    """What a frame says; who says it and when stands in docs/transfer-protocol.md."""

    OFFER = 0x11
    HAVE = 0x22
    CHECKED = 0x33
    START = 0x44
    BLOCK = 0x55
    END = 0x66
    WAIT = 0x77
    STORED = 0x88
    FAIL = 0x99


class Frame(NamedTuple):
    """One frame; its payload is only valid until the next one is read."""

    kind: FrameKind
    payload: memoryview
    digest: bytes
    """Of the payload, already found to be right."""


def greeting(role: Role) -> bytes:
    """What each side says first, without waiting for the other."""
    return MAGIC + bytes((VERSION, _ROLES[role]))


def check_greeting(octets: bytes, *, ours: Role) -> None:
    """Whether this is how the other side's greeting begins. Raises TransferFailed as soon as it cannot be one."""
    wanted = "listen --receive" if ours == "sender" else "cat --send"
    other: Role = "receiver" if ours == "sender" else "sender"
    if octets[: len(MAGIC)] != MAGIC[: len(octets)]:
        raise _stranger(f"the other side is no nettools {wanted}")
    version, role = octets[len(MAGIC) : len(MAGIC) + 1], octets[len(MAGIC) + 1 :]
    if version and version[0] != VERSION:
        raise _stranger(
            f"the other side speaks version {version[0]} of the transfer protocol, this one version {VERSION}"
        )
    if role and role[0] == _ROLES[ours]:
        raise _stranger("the other side sends as well" if ours == "sender" else "the other side receives as well")
    if role and role[0] != _ROLES[other]:
        raise _stranger(f"the other side is no nettools {wanted}")


def _stranger(text: str) -> TransferFailed:
    return TransferFailed(Reason.CONFUSED, text, is_told=False)


def frame_header(kind: FrameKind, length: int) -> bytes:
    """The first octets of a frame with so many octets of payload."""
    start = (kind << _LENGTH_BITS | length).to_bytes(4, "big")
    return start + _header_check(start)


def control_frame(kind: FrameKind, payload: bytes = b"") -> bytes:
    """A whole frame of any kind but BLOCK."""
    return frame_header(kind, len(payload)) + payload + blake2b(payload, digest_size=CHECK_OCTETS).digest()


def block_digest(block: bytes | memoryview) -> bytes:
    """What stands for a block in the frames, in the journal and in the digest of the file."""
    return blake2b(block, digest_size=DIGEST_OCTETS).digest()


def _header_check(start: bytes) -> bytes:
    return blake2b(start, digest_size=4).digest()


class FrameReader:
    """Takes octets as they come, into a buffer of its own, and gives whole frames that have been checked.

    ``bounds`` has the kinds that the other side may send, each with its longest payload.
    """

    def __init__(self, bounds: Mapping[FrameKind, int]) -> None:
        self._bounds = {int(kind): longest for kind, longest in bounds.items()}
        self._buffer = memoryview(bytearray(HEADER_OCTETS))
        self._filled = 0
        self._goal = HEADER_OCTETS
        self._kind: FrameKind | None = None

    def allow(self, kind: FrameKind, longest: int) -> None:
        """From now on that kind may come, so long at most."""
        self._bounds[kind] = longest

    def space(self) -> memoryview:
        """Where the next octets belong; never more than the frame that has begun."""
        return self._buffer[self._filled : self._goal]

    def filled(self, count: int) -> Frame | None:
        """So many octets stand there now; the frame when it is whole. Raises TransferFailed for a damaged one."""
        self._filled += count
        if self._filled < self._goal:
            return None
        if self._kind is None:
            self._read_header()
            return None
        return self._whole()

    def _read_header(self) -> None:
        start, check = _HEADER.unpack_from(self._buffer)
        if check != _header_check(self._buffer[:4].tobytes()):
            raise TransferFailed(Reason.DAMAGED, "the head of a message was damaged on its way")
        code, length = start >> _LENGTH_BITS, start & ((1 << _LENGTH_BITS) - 1)
        longest = self._bounds.get(code)
        if longest is None or length > longest:
            raise TransferFailed(Reason.CONFUSED, f"the other side sent an unexpected message ({code:#x}, {length})")
        self._kind = FrameKind(code)
        self._goal = HEADER_OCTETS + length + _trailer_octets(self._kind)
        if self._goal > len(self._buffer):
            # The longest that may come, so that the blocks of a file share one buffer.
            grown = memoryview(bytearray(HEADER_OCTETS + longest + _trailer_octets(self._kind)))
            grown[:HEADER_OCTETS] = self._buffer[:HEADER_OCTETS]
            self._buffer = grown

    def _whole(self) -> Frame:
        assert self._kind is not None
        kind, trailer = self._kind, _trailer_octets(self._kind)
        payload = self._buffer[HEADER_OCTETS : self._goal - trailer]
        digest = blake2b(payload, digest_size=trailer).digest()
        if digest != self._buffer[self._goal - trailer : self._goal]:
            what = "a block of the file" if kind is FrameKind.BLOCK else "a message"
            raise TransferFailed(Reason.DAMAGED, f"{what} was damaged on its way")
        self._filled, self._goal, self._kind = 0, HEADER_OCTETS, None
        return Frame(kind, payload, digest)


def _trailer_octets(kind: FrameKind) -> int:
    return DIGEST_OCTETS if kind is FrameKind.BLOCK else CHECK_OCTETS
