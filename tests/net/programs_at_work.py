"""Programs behind clients, in one loop, within bounded time."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from nettools.core.relay.command_line import split_command_line
from nettools.core.relay.ending import Ending
from nettools.core.relay.manner import Manner
from nettools.net.interrupts import Interrupts
from nettools.net.listen.clients import Client
from nettools.net.loop import READABLE, Loop
from nettools.net.relay.children import Children
from nettools.net.relay.ends import SocketEnd
from nettools.net.relay.exec_clients import ExecHandler
from nettools.net.relay.programs import find_command

PATIENCE_S = 20.0


@dataclass
class Peer:
    """The other side of one client: all that it heard."""

    socket: socket.socket
    client: Client
    heard: list[bytes] = field(default_factory=list)
    has_ended: bool = False

    @property
    def text(self) -> bytes:
        return b"".join(self.heard)


class Bench:
    """A loop, the children of a run, and clients of a program."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.children = Children(loop)
        self.peers: list[Peer] = []

    def handler(self, words: str, *, manner: Manner | None = None) -> ExecHandler:
        """``--exec``."""
        command = find_command(split_command_line(words), os.environ)
        return ExecHandler(self.loop, self.children, command, manner=manner or Manner(), environ=os.environ)

    def shell(self, line: str) -> ExecHandler:
        """``--sh-exec``."""
        command = find_command(("/bin/sh", "-c", line), os.environ)
        return ExecHandler(self.loop, self.children, command, manner=Manner(), environ=os.environ)

    def connect(self, handler: ExecHandler, *, kind: socket.SocketKind = socket.SOCK_STREAM) -> Peer:
        """A client that the handler takes."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, kind)
        ours.setblocking(False)
        client = Client(
            SocketEnd(theirs),
            number=len(self.peers) + 1,
            protocol="udp" if kind == socket.SOCK_DGRAM else "tcp",
            peer="127.0.0.1:5",
            local="127.0.0.1:6",
            started_s=self.loop.now_s,
            on_closed=lambda _client: None,
        )
        peer = Peer(ours, client)
        self.peers.append(peer)

        def listen(_events: int) -> None:
            octets = ours.recv(1 << 20)
            peer.heard.append(octets)
            if not octets:
                peer.has_ended = True
                self.loop.forget(ours.fileno())

        self.loop.watch(ours.fileno(), READABLE, listen)
        handler.take(client)
        return peer

    def run_until(self, is_reached: Callable[[], bool]) -> None:
        """Turn the loop until then. Fails when that takes too long."""
        deadline_s = self.loop.now_s + PATIENCE_S
        reached = False

        def look() -> None:
            nonlocal reached
            reached = is_reached()
            if reached:
                self.loop.stop()
            else:
                assert self.loop.now_s < deadline_s, "it took too long"
                self.loop.call_at(self.loop.now_s + 0.005, look)

        look()
        self.loop._is_stopped = reached
        self.loop.run()
        self.loop._is_stopped = False
        assert reached

    def run_to_the_end(self) -> None:
        """Until all clients are closed, all children have ended, and all peers have heard it."""
        self.run_until(
            lambda: not len(self.children) and all(not peer.client.is_open and peer.has_ended for peer in self.peers)
        )


@contextmanager
def bench() -> Iterator[Bench]:
    with Interrupts() as interrupts:
        loop = Loop(interrupts)
        made = Bench(loop)
        try:
            yield made
        finally:
            made.children.finish(is_forced=True)
            for peer in made.peers:
                loop.forget(peer.socket.fileno())
                peer.socket.close()
                if peer.client.is_open:
                    peer.client.cut("cut", "the test is over")
            loop.close()


def ending_of(peer: Peer) -> Ending:
    assert peer.client.ending is not None
    return peer.client.ending


def children_of_this_process(but: frozenset[int] = frozenset()) -> list[str]:
    """The states of all processes whose parent we are: Z is a zombie. ``but`` are those that were there before."""
    return list(_children(but).values())


def children_so_far() -> frozenset[int]:
    """Those that other tests of this run keep for themselves."""
    return frozenset(_children(frozenset()))


def _children(but: frozenset[int]) -> dict[int, str]:
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(") ")[2].split()
            except OSError:
                continue
            if int(fields[1]) == os.getpid() and int(entry.name) not in but:
                found[int(entry.name)] = fields[0]
    return found


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
