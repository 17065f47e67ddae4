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
                    self._end(kind, datagram[place + size : place + length])
            place += length + 3 & ~3
        if holds_records:
            self.datagrams.append(datagram)

    def _end(self, kind: int, body: bytes) -> None:
        """NLMSG_DONE and NLMSG_ERROR both begin with a negative errno, 0 when all is well."""
        self.is_done = True
        if len(body) < _ERROR_CODE.size:
            return
        self.errno = -_ERROR_CODE.unpack_from(body)[0]
        if self.errno and kind == NLMSG_ERROR:
            # struct nlmsgerr: the code, and at least the header of the message that was refused.
            (length,) = Struct("=I").unpack_from(body, 4) if len(body) >= 8 else (0,)
            for start in (4 + HEADER.size, 4 + (length + 3 & ~3)):
                self.reason = self.reason or text(attributes(body, start).get(_MESSAGE_TEXT, b""))

    def records(self) -> Iterator[Message]:
        """The messages that carry something, in order."""
        for datagram in self.datagrams:
            for one in messages(datagram):
                if one.type > NLMSG_DONE and one.sequence == self.sequence:
                    yield one
