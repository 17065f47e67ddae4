"""Ends and a loop for tests of relays: what comes and what is taken is written down, and time passes when told to."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from nettools.net.interrupts import Interrupts
from nettools.net.loop import Loop

DRY = None
"""In a script: nothing has come for now."""
END = b""
"""In a script of a stream: there is no more."""

_MOST_TURNS = 20_000


class ManualLoop(Loop):
    """The loop, with a clock that stands still until ``advance``. It never waits."""

    def __init__(self, interrupts: Interrupts) -> None:
        super().__init__(interrupts)
        self.now_s = 0.0

    def _wait(self) -> list[tuple[int, int]]:
        self._new.clear()
        return list(self._poll.poll(0))

    def turn(self) -> None:
        """One turn, in which nothing need happen."""
        self._turn()

    def settle(self) -> int:
        """Turn until nothing more happens by itself; how many turns that took. One that never rests is an error."""
        for turns in range(_MOST_TURNS):
            found = self._poll.poll(0)
            if not found and not self._soon:
                return turns
            self._turn()
        raise AssertionError("the loop never rests")

    def advance(self, seconds: float) -> None:
        """Let time pass, and what is due happen."""
        self.now_s += seconds
        self._turn()
        self.settle()

    @property
    def descriptors(self) -> set[int]:
        """Those that are watched."""
        return set(self._interest)

    @property
    def timers(self) -> int:
        """Those that are kept, called off or not."""
        return len(self._timers)


@contextmanager
def manual_loop() -> Iterator[ManualLoop]:
    """A loop of its own, closed afterwards."""
    with Interrupts() as interrupts:
        loop = ManualLoop(interrupts)
        try:
            yield loop
        finally:
            loop.close()


class ScriptedEnd:
    """An end without descriptors that says what its script has, and takes as much as it is told."""

    read_descriptor = None
    write_descriptor = None
    splices = False

    def __init__(self, *script: bytes | Exception | None, is_datagram: bool = False) -> None:
        self.is_datagram = is_datagram
        self.script: deque[bytes | Exception | None] = deque(script)
        self.takes: deque[int | Exception | None] = deque()
        """How many octets each write takes; None takes none. When it is used up, all are."""
        self.is_blocked = False
        self.keeps_back = False
        """Whether what is written goes into the backlog first, as TLS does when the socket is full."""
        self.written: list[bytes] = []
        self.reads = 0
        self.shuts = 0
        self.closes = 0
        self.shut_fails: OSError | None = None
        self._kept_back = b""
        self._on_change: Callable[[], None] = lambda: None

    @property
    def said(self) -> bytes:
        """All that was written to it."""
        return b"".join(self.written)

    @property
    def backlog(self) -> int:
        return len(self._kept_back)

    def read_into(self, buffer: memoryview) -> int | None:
        assert not self.closes, "read after it was closed"
        self.reads += 1
        item = self.script.popleft() if self.script else DRY
        if item is None:
            return None
        if isinstance(item, Exception):
            raise item
        taken = item[: len(buffer)]
        buffer[: len(taken)] = taken
        if item[len(taken) :] and not self.is_datagram:
            self.script.appendleft(item[len(taken) :])
        return len(taken)

    def write(self, octets: memoryview) -> int | None:
        assert not self.closes, "written after it was closed"
        assert not self.shuts, "written after it was shut"
        if self.is_blocked:
            return None
        most = self.takes.popleft() if self.takes else len(octets)
        if isinstance(most, Exception):
            raise most
        if most is None:
            return None
        taken = bytes(octets[:most])
        if self.keeps_back:
            self._kept_back += taken
        else:
            self.written.append(taken)
        return len(taken)

    def attach(self, on_change: Callable[[], None]) -> None:
        self._on_change = on_change

    def flush(self) -> None:
        if not self.keeps_back and self._kept_back:
            self.written.append(self._kept_back)
            self._kept_back = b""

    def shut(self) -> None:
        self.shuts += 1
        if self.shut_fails is not None:
            raise self.shut_fails

    def close(self) -> None:
        self.closes += 1

    def says(self, *items: bytes | Exception | None) -> None:
        """More has come."""
        self.script.extend(items)
        self._on_change()

    def takes_again(self) -> None:
        """Nothing stops it any more."""
        self.is_blocked = self.keeps_back = False
        self._on_change()
