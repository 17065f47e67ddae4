"""Many clients on one server, ours and ncat's: the same words to both, the same words back. Clients are ncat too."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from time import monotonic, sleep

import pytest

from tests import peers
from tests.cli import PROJECT, variables

PATIENCE_S = 10.0
QUIET_S = 0.3
"""So long nothing may come before we say that nothing does."""
MEMBER = re.compile(rb"<user([0-9]+)>")


Step = tuple[str, list[bytes], bytes]
"""What happened, what each client heard, what the server wrote."""


@dataclass
class Talker:
    """A process that is spoken to on its standard input and heard on its output."""

    process: "subprocess.Popen[bytes]"
    heard: bytes = b""

    def say(self, octets: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(octets)
        self.process.stdin.flush()

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()

    def hear(self) -> bool:
        """Take what has come. Whether anything has."""
        assert self.process.stdout is not None
        try:
            said = os.read(self.process.stdout.fileno(), 1 << 16)
        except BlockingIOError:
            return False
        self.heard += said
        return bool(said)


@contextmanager
def talker(*command: str) -> Iterator[Talker]:
    with subprocess.Popen(
        command,
        cwd=PROJECT,
        env=variables(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            assert process.stdout is not None
            os.set_blocking(process.stdout.fileno(), False)
            yield Talker(process)
        finally:
            process.kill()


@contextmanager
def ours(mode: str) -> Iterator[tuple[Talker, int]]:
    with talker(sys.executable, "-m", "tests.net.serving_child", "tcp", mode, "100") as server:
        assert server.process.stderr is not None
        yield server, int(server.process.stderr.readline())


@contextmanager
def ncats(mode: str) -> Iterator[tuple[Talker, int]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    option = {"all": "-k", "broker": "--broker", "chat": "--chat"}[mode]
    with talker("ncat", "-l", "127.0.0.1", str(port), option, "-v") as server:
        assert server.process.stderr is not None
        while b"Listening" not in server.process.stderr.readline():
            pass
        yield server, port


@dataclass
class Scene:
    """A server and its clients, and what is heard at each step; with ``expected``, what another heard before."""

    server: Talker
    clients: list[Talker] = field(default_factory=list)
    expected: list[Step] | None = None
    log: list[Step] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)

    def note(self, what: str) -> None:
        """What everybody has heard since the last time: until it is quiet, and was expected if that is known."""
        began_s = quiet_s = monotonic()
        while monotonic() - began_s < PATIENCE_S:
            if sum(one.hear() for one in (*self.clients, self.server)):
                quiet_s = monotonic()
            is_due = self.expected is not None and self._step(what) == self.expected[len(self.log)]
            if monotonic() - quiet_s > (QUIET_S if self.expected is None else 0.1) and (is_due or not self.expected):
                break
            sleep(0.01)
        self.log.append(self._step(what))
        for one in (*self.clients, self.server):
            one.heard = b""

    def name(self, found: "re.Match[bytes]") -> bytes:
        """Members by the order in which they come: ncat's numbers are its descriptors, ours count from 1."""
        number = int(found[1])
        if number and number not in self.numbers:
            self.numbers.append(number)
        return b"<member %d>" % (self.numbers.index(number) + 1 if number else 0)

    def _step(self, what: str) -> Step:
        heard = [MEMBER.sub(self.name, one.heard) for one in self.clients]
        return what, heard, self.server.heard


Serve = Callable[[str], AbstractContextManager[tuple[Talker, int]]]


def everything(scene: Scene) -> None:
    first, second, third = scene.clients
    first.say(b"from the first\n")
    scene.note("the first spoke")
    scene.server.say(b"from the server\n")
    scene.note("the server spoke")
    second.say(b"nul \0 bell \a escape \x1b[31m tab\t high \xff\xc3\xa9 backslash \\ end\n")
    scene.note("the second said odd octets")
    scene.server.say(b"\x1b]0;title\a\n")
    scene.note("the server said odd octets")
    third.process.kill()
    third.process.wait(PATIENCE_S)
    scene.note("the third went")
    first.say(b"last words\n")
    scene.note("the first spoke again")
    first.end()
    first.process.wait(PATIENCE_S)  # the server closes, and the client ends with that
    scene.note("the first ended")
    scene.server.say(b"last words of the server\n")
    scene.note("the server spoke again")
    scene.server.end()
    scene.note("the input ended")


def acted(serve: Serve, mode: str, expected: list[Step] | None = None) -> list[Step]:
    with ExitStack() as stack:
        server, port = stack.enter_context(serve(mode))
        scene = Scene(server, expected=expected)
        for number in range(3):
            scene.clients.append(stack.enter_context(talker("ncat", "127.0.0.1", str(port), "-v")))
            stderr = scene.clients[-1].process.stderr
            assert stderr is not None
            while b"Connected" not in stderr.readline():
                pass
            scene.note(f"{number} came")
        everything(scene)
        return scene.log


def with_the_list_for_the_newcomer(log: list[Step]) -> list[Step]:
    """ncat tells everybody who is there whenever somebody comes; ours tells who came, and the list to the newcomer."""
    changed: list[Step] = []
    for what, heard, server in log:
        newcomer = int(what.split()[0]) if what.endswith(" came") else None
        told = [
            words if newcomer in (None, place) else re.sub(rb"<announce> already connected: .*\n", b"", words)
            for place, words in enumerate(heard)
        ]
        changed.append((what, told, server))
    return changed


@pytest.mark.parametrize("mode", ["all", "broker", "chat"])
def test_the_same_is_heard_as_with_ncat(mode: str) -> None:
    peers.require("ncat", reason="to compare with")
    expected = with_the_list_for_the_newcomer(acted(ncats, mode))
    assert acted(ours, mode, expected) == expected
