"""Threads that send while another makes packets and reads answers: a module of its own, since few scans need it."""

import threading
from contextlib import suppress
from queue import Empty, SimpleQueue

from nettools.core.scan.sweep.batch import Batch
from nettools.net.packet_sender import SendRoom, Sent


class Crew:
    """Threads that only send, so that one core makes packets and reads answers while others are in the kernel."""

    def __init__(self) -> None:
        self.outstanding = 0
        self._jobs: SimpleQueue[tuple[SendRoom, Batch, int] | None] = SimpleQueue()
        self._done: SimpleQueue[tuple[SendRoom, Sent]] = SimpleQueue()
        self._threads: list[threading.Thread] = []

    def start(self, size: int) -> bool:
        """Whether there are threads now, which a limit may forbid (pthread_create(3), EAGAIN)."""
        while len(self._threads) < size:
            thread = threading.Thread(target=self._work, daemon=True)
            with suppress(RuntimeError):
                thread.start()
                self._threads.append(thread)
                continue
            break
        return bool(self._threads)

    def submit(self, room: SendRoom, batch: Batch, count: int) -> None:
        self.outstanding += 1
        self._jobs.put((room, batch, count))

    def take_done(self, timeout_s: float) -> tuple[SendRoom, Sent] | None:
        """A batch that was sent, None when there is none in that time."""
        try:
            done = self._done.get(timeout=timeout_s) if timeout_s else self._done.get_nowait()
        except Empty:
            return None
        self.outstanding -= 1
        return done

    def stop(self) -> None:
        """Wait for what is being sent."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            room, batch, count = job
            self._done.put((room, room.send(batch, count)))
