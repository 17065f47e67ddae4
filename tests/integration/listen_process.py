"""``nettools listen`` as a process, what it costs, and clients of each of its modes."""

import os
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from nettools.net.sockets import close_with_reset
from tests.cli import PROGRAM, variables

PATIENCE_S: Final = 10.0


class Listening:
    """The process."""

    def __init__(self, process: "subprocess.Popen[bytes]", *, is_tls: bool) -> None:
        self.process = process
        self._is_tls = is_tls
        self.told: list[bytes] = []
        self.port = self._announced()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def connect(self, *, receive_buffer: int | None = None) -> socket.socket:
        made = socket.socket()
        made.settimeout(PATIENCE_S)
        if receive_buffer is not None:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        made.connect(("127.0.0.1", self.port))
        if not self._is_tls:
            return made
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context.wrap_socket(made)

    def flood(self, seconds: float) -> int:
        """Connect and reset, again and again; how often."""
        until_s, count = monotonic() + seconds, 0
        while monotonic() < until_s:
            for _ in range(100):
                with suppress(OSError):
                    close_with_reset(socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S))
                    count += 1
        return count

    def peak(self) -> int:
        """Octets of memory that it ever had at a time (proc(5), status)."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) << 10

    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def settled_descriptors(self) -> int:
        """Their number once it stays the same for a moment."""
        before = -1
        while (now := self.descriptors()) != before:
            before = now
            sleep(0.15)
        return now

    def idle_cpu(self, *, over_s: float = 0.3) -> float:
        """The part of a processor that it takes while nobody asks anything."""
        before = self._cpu_s()
        sleep(over_s)
        return (self._cpu_s() - before) / over_s

    def becomes(self, holds: Callable[[], bool], *, within_s: float = PATIENCE_S) -> bool:
        until_s = monotonic() + within_s
        while monotonic() < until_s:
            if holds():
                return True
            sleep(0.05)
        return False

    def end(self, signal_number: int) -> tuple[int, float]:
        """Its exit status after the signal, and how long that took."""
        began_s = monotonic()
        self.process.send_signal(signal_number)
        status = self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        return status, monotonic() - began_s

    def _cpu_s(self) -> float:
        words = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def _announced(self) -> int:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.told.append(line)
            if line.startswith(b"listening "):
                return int(line.split()[-1])
        raise AssertionError(b"".join(self.told))

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.told.append(line)


@contextmanager
def listening(*options: str, is_tls: bool = False, descriptors: int | None = None) -> Iterator[Listening]:
    """``listen`` with these options, on a free port of loopback."""
    tls = ["--tls"] if is_tls else []
    words = [*PROGRAM, "listen", "--announce-listen", *options, *tls, "127.0.0.1", "0"]
    limited = [] if descriptors is None else ["/bin/sh", "-c", f'ulimit -n {descriptors}; exec "$@"', "sh"]
    with subprocess.Popen(
        [*limited, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=variables(),
    ) as process:
        try:
            yield Listening(process, is_tls=is_tls)
        finally:
            process.kill()


@contextmanager
def echo_target() -> Iterator[int]:
    """The port of a server that says again what it hears, as one that knows nothing of us."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as server:

        def converse(taken: socket.socket) -> None:
            with taken, suppress(OSError):
                while octets := taken.recv(1 << 16):
                    taken.sendall(octets)

        def serve() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=converse, args=(server.accept()[0],), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
