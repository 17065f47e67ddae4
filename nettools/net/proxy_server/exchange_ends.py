"""The two ends of one HTTP exchange through the proxy: a request goes out, an answer comes back, each whole."""

from collections.abc import Callable

from nettools.core.proxy.head import HeadFailed
from nettools.core.proxy_server.exchange import Filter
from nettools.net.forward.pair_ends import Side
from nettools.net.relay.ends import End, EndFailed
from nettools.net.relay.wrapping import WrappingEnd


class FilteredEnd(WrappingEnd):
    """An end of one exchange: what is read of it goes through a filter, which knows where it ends.

    It is never told that nothing more comes: origins take that for a client that has left. ``on_shut`` is called when
    it would be. ``is_kept`` leaves the inner end open for its owner to close.
    """

    def __init__(
        self,
        inner: End,
        filtered: Filter,
        side: Side,
        *,
        first: bytes = b"",
        is_kept: bool = False,
        on_shut: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(inner)
        self._filter = filtered
        self._side: Side = side
        self._pending = memoryview(first)
        self._is_kept = is_kept
        self._on_shut = on_shut
        self.failure: HeadFailed | None = None
        """What was wrong with the octets themselves."""

    def read_into(self, buffer: memoryview) -> int | None:
        if self._pending:
            return self._give(buffer)
        if self._filter.is_over:
            return 0
        try:
            return self._read(buffer)
        except HeadFailed as failure:
            self.failure = failure
            raise EndFailed("network-error", f"the {self._side}: {failure.message}") from None

    def _read(self, buffer: memoryview) -> int | None:
        passes = self._filter.passes
        count = self._inner.read_into(buffer[:passes] if passes else buffer)
        if count is None:
            return None
        if count == 0:
            self._filter.finish()
            return 0
        if passes:
            self._filter.passed(count)
            return count
        self._pending = memoryview(self._filter.feed(bytes(buffer[:count])))
        return self._give(buffer) if self._pending else None

    def _give(self, buffer: memoryview) -> int:
        count = min(len(buffer), len(self._pending))
        buffer[:count] = self._pending[:count]
        self._pending = self._pending[count:]
        return count

    def shut(self) -> None:
        if self._on_shut is not None:
            self._on_shut()

    def close(self) -> None:
        if not self._is_kept:
            super().close()
