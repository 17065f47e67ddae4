"""Real files over real sockets: senders and receivers in one loop, or a process of its own for one to be killed."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from nettools.core.checked_transfer.side import Patience
from nettools.core.relay.flow import Pace
from nettools.net.checked_transfer.conversation import TransferResult
from nettools.net.checked_transfer.destination import Destination, open_destination
from nettools.net.checked_transfer.receive_file import ReceiveHandler
from nettools.net.checked_transfer.send_file import SendFile, SourceFile
from nettools.net.interrupts import Interrupts
from nettools.net.listen.clients import Client
from nettools.net.loop import Loop
from nettools.net.relay.ends import End, SocketEnd
from tests.cli import PROJECT, variables

BOUND_S = 60.0
"""No exchange here takes a tenth of that."""

SENDER = """
import socket, sys
from nettools.net.checked_transfer.send_file import SendFile, SourceFile
from nettools.net.relay.ends import SocketEnd
from nettools.net.interrupts import Interrupts
from nettools.net.loop import Loop
with Interrupts() as interrupts:
    loop = Loop(interrupts)
    end = SocketEnd(socket.create_connection(("127.0.0.1", int(sys.argv[1]))))
    SendFile(
        loop, end, SourceFile(sys.argv[2]), resumes=True,
        on_progress=lambda done, total: print(done, flush=True), on_done=lambda result: loop.stop(),
    ).start()
    loop.run()
"""
RECEIVER = """
import socket, sys
from nettools.net.checked_transfer.destination import open_destination
from nettools.net.checked_transfer.receive_file import ReceiveHandler
from nettools.net.listen.clients import Client
from nettools.net.relay.ends import SocketEnd
from nettools.net.interrupts import Interrupts
from nettools.net.loop import Loop
with Interrupts() as interrupts:
    loop = Loop(interrupts)
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    end = SocketEnd(listener.accept()[0])
    handler = ReceiveHandler(
        loop, open_destination(sys.argv[1]), on_progress=lambda client, done, total: print(done, flush=True)
    )
    handler.take(Client(
        end, number=1, protocol="tcp", peer="", local="", started_s=0.0, on_closed=lambda client: loop.stop()
    ))
    loop.run()
"""


class Exchange:
    """A loop in which files are sent to a folder."""

    def __init__(self, loop: Loop, destination: Destination, patience: Patience | None = None) -> None:
        self.loop = loop
        self.destination = destination
        self.patience = patience
        self.sent: list[TransferResult] = []
        self.received: list[TransferResult] = []
        self.closed: list[Client] = []
        self.started: list[tuple[str, int]] = []
        self.progress: list[tuple[int, int]] = []
        self.sender_progress: list[tuple[int, int]] = []
        self.expected = 0
        self.handler = ReceiveHandler(
            loop,
            destination,
            on_start=lambda _, name, size: self.started.append((name, size)),
            on_progress=lambda _, done, total: self.progress.append((done, total)),
            on_result=lambda _, result: self.received.append(result),
            patience=patience,
        )

    def receive(self, end: End) -> Client:
        """A client for the handler."""
        self.expected += 1
        client = Client(
            end,
            number=self.expected,
            protocol="tcp",
            peer="127.0.0.1:1",
            local="127.0.0.1:2",
            started_s=self.loop.now_s,
            on_closed=self._on_closed,
        )
        self.handler.take(client)
        return client

    def send(self, end: End, path: Path, *, resumes: bool = False, pace: Pace | None = None) -> SendFile:
        self.expected += 1
        sender = SendFile(
            self.loop,
            end,
            SourceFile(str(path)),
            resumes=resumes,
            on_done=self._on_sent,
            pace=pace,
            on_progress=lambda done, total: self.sender_progress.append((done, total)),
            patience=self.patience,
        )
        sender.start()
        return sender

    def run(self) -> None:
        """Until all have ended."""
        self.loop.call_at(self.loop.now_s + BOUND_S, self.loop.stop)
        if self.expected > len(self.sent) + len(self.closed):
            self.loop.run()
        assert self.expected == len(self.sent) + len(self.closed), "the exchange did not end"

    def _on_sent(self, result: TransferResult) -> None:
        self.sent.append(result)
        self._look()

    def _on_closed(self, client: Client) -> None:
        self.closed.append(client)
        self._look()

    def _look(self) -> None:
        if self.expected == len(self.sent) + len(self.closed):
            self.loop.stop()


@contextmanager
def exchange(path: Path | str | None, patience: Patience | None = None) -> Iterator[Exchange]:
    """An exchange into that place."""
    destination = open_destination(None if path is None else str(path))
    with Interrupts() as interrupts:
        loop = Loop(interrupts)
        try:
            yield Exchange(loop, destination, patience)
        finally:
            loop.close()
            destination.close()


def connection() -> tuple[socket.socket, socket.socket]:
    """Both ends of a TCP connection over loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        near = socket.create_connection(listener.getsockname(), timeout=10)
        far, _ = listener.accept()
    return near, far


def transfer(
    source: Path,
    place: Path | str | None,
    *,
    resumes: bool = False,
    wrap: Callable[[End], End] = lambda end: end,
    patience: Patience | None = None,
) -> tuple[TransferResult, TransferResult, Exchange]:
    """Send one file; ``wrap`` makes another end of the sender's."""
    with exchange(place, patience) as both:
        near, far = connection()
        both.receive(SocketEnd(far))
        both.send(wrap(SocketEnd(near)), source, resumes=resumes)
        both.run()
        return both.sent[0], both.received[0], both


def program(text: str, *words: str) -> "subprocess.Popen[str]":
    """One of the programs above."""
    environment = {**variables(), "PYTHONPATH": str(PROJECT)}
    return subprocess.Popen([sys.executable, "-c", text, *words], env=environment, stdout=subprocess.PIPE, text=True)


def descriptors() -> int:
    """How many are open in this process."""
    return len(os.listdir("/proc/self/fd"))
