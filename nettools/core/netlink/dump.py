"""A dump as a machine: fed with datagrams, it says when the table is whole, torn, or refused. netlink(7)."""

from collections.abc import Iterator
from struct import Struct
from typing import Final

from nettools.core.netlink.wire import (
    HEADER,
    NLM_F_DUMP_INTR,
    NLMSG_DONE,
    NLMSG_ERROR,
    NLMSG_NOOP,
    Message,
    attributes,
    messages,
    text,
)

MOST_ATTEMPTS: Final = 8
"""A table that changes under every dump is given as it was read the last time, and said to be torn."""

_ERROR_CODE: Final = Struct("=i")
_LENGTH: Final = Struct("=I")
_NLM_F_CAPPED: Final = 0x100
_MESSAGE_TEXT: Final = 1  # NLMSGERR_ATTR_MSG


class Dump:
    """What came for the request with this sequence number."""

    def __init__(self, sequence: int) -> None:
        self.sequence = sequence
        self.datagrams: list[bytes] = []
        self.is_done = False
        self.is_torn = False
        """Whether the table changed while it was read."""
        self.errno = 0
        self.reason = ""
        """The kernel's own words for a refusal, where it has some."""

    def feed(self, datagram: bytes) -> None:
        """Take a datagram in; what answers another request is passed over."""
        unpack, size, end = HEADER.unpack_from, HEADER.size, len(datagram)
        place = 0
        holds_records = False
        while place + size <= end:
            length, kind, flags, sequence, _port = unpack(datagram, place)
            if length < size or place + length > end:
                self.is_torn = True  # cut short: the rest of this datagram is lost
                break
            if sequence == self.sequence:
                if flags & NLM_F_DUMP_INTR:
                    self.is_torn = True
                if kind > NLMSG_DONE:
                    holds_records = True
                elif kind != NLMSG_NOOP:
                    self._end(kind, flags, datagram[place + size : place + length])
            place += length + 3 & ~3
        if holds_records:
            self.datagrams.append(datagram)

    def _end(self, kind: int, flags: int, body: bytes) -> None:
        """NLMSG_DONE and NLMSG_ERROR both begin with a negative errno, 0 when all is well; attributes may end them."""
        self.is_done = True
        if len(body) < _ERROR_CODE.size:
            return
        self.errno = -_ERROR_CODE.unpack_from(body)[0]
        if self.errno:
            start = _ERROR_CODE.size
            if kind == NLMSG_ERROR and len(body) >= start + HEADER.size:
                # struct nlmsgerr: after the code the message that was refused, or its header alone.
                (length,) = _LENGTH.unpack_from(body, start)
                start += HEADER.size if flags & _NLM_F_CAPPED else length + 3 & ~3
            self.reason = text(attributes(body, start).get(_MESSAGE_TEXT, b""))

    def records(self) -> Iterator[Message]:
        """The messages that carry something, in order."""
        for datagram in self.datagrams:
            for one in messages(datagram):
                if one.type > NLMSG_DONE and one.sequence == self.sequence:
                    yield one
