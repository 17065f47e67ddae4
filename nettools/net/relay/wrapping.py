"""Ends around another end: what they do not change is the inner one's."""

from collections.abc import Callable

from nettools.net.relay.ends import End


class WrappingEnd:
    """Hands everything on. Its octets may be other than the descriptors', so the kernel must not move them."""

    __slots__ = ("_inner", "is_datagram")

    def __init__(self, inner: End) -> None:
        self._inner = inner
        self.is_datagram = inner.is_datagram

    @property
    def backlog(self) -> int:
        return self._inner.backlog

    @property
    def read_descriptor(self) -> int | None:
        return self._inner.read_descriptor

    @property
    def write_descriptor(self) -> int | None:
        return self._inner.write_descriptor

    @property
    def splices(self) -> bool:
        return False

    def read_into(self, buffer: memoryview) -> int | None:
        return self._inner.read_into(buffer)

    def write(self, octets: memoryview) -> int | None:
        return self._inner.write(octets)

    def attach(self, on_change: Callable[[], None]) -> None:
        self._inner.attach(on_change)

    def flush(self) -> None:
        self._inner.flush()

    def shut(self) -> None:
        self._inner.shut()

    def close(self) -> None:
        self._inner.close()


class UnreadEnd(WrappingEnd):
    """An end of which some octets were read already: they come first, then the end's own."""

    __slots__ = ("_unread",)

    def __init__(self, inner: End, unread: bytes) -> None:
        super().__init__(inner)
        self._unread = memoryview(unread)

    def read_into(self, buffer: memoryview) -> int | None:
        if not self._unread:
            return super().read_into(buffer)
        count = min(len(buffer), len(self._unread))
        buffer[:count] = self._unread[:count]
        self._unread = self._unread[count:]
        return count
