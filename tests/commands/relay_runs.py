"""nettools cat and listen as processes on loopback: a server that says its port, and ends before its test does.

with listening("--service", "echo") as server:
    assert cat("127.0.0.1", server.port, stdin=b"x").raw_stdout == b"x"
"""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from tests.cli import PROGRAM, Outcome, run_process, start, variables

PATIENCE_S = 20.0
"""No single thing takes longer than this unless something is wrong."""

T = TypeVar("T")
Events = list[dict[str, Any]]


class Server:
    """A ``nettools listen`` that takes clients."""

    def __init__(self, process: "subprocess.Popen[bytes]", errors: Path) -> None:
        self.process = process
        self._errors = errors
        self.port = ""
        """Empty for a Unix socket."""
        self.outcome: Outcome | None = None

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", int(self.port)

    @property
    def raw_stderr(self) -> bytes:
        """What it has said so far."""
        return self._errors.read_bytes()

    def say(self, octets: bytes) -> None:
        """Put this into its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(octets)
        self.process.stdin.flush()

    def hear(self, size: int) -> bytes:
        """So many octets of its standard output, or what comes before its end."""
        assert self.process.stdout is not None
        return read_exactly(self.process.stdout.fileno(), size)

    def signal(self, number: int = signal.SIGTERM) -> Outcome:
        """Send a signal and wait for the end."""
        self.process.send_signal(number)
        return self.wait()

    def end_input(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()

    def wait(self) -> Outcome:
        """How it ended; its input is ended first."""
        if self.outcome is None:
            if self.process.stdin is not None and self.process.stdin.closed:
                self.process.stdin = None
            out, _ = self.process.communicate(timeout=PATIENCE_S)
            self.outcome = Outcome(self.process.returncode, out or b"", self.raw_stderr)
        return self.outcome

    def await_stderr(self, text: str) -> str:
        """What it has said once this is in it."""
        return wait_for(lambda: _with(text, self.raw_stderr.decode()), f"{text!r} in {self.raw_stderr!r}")


def _with(text: str, said: str) -> str:
    return said if text in said else ""


@contextmanager
def listening(
    *words: str,
    place: tuple[str, ...] = ("0",),
    stdin: int = subprocess.PIPE,
    stdout: int = subprocess.PIPE,
    env: dict[str, str] | None = None,
    cwd: Path | None = None,
) -> Iterator[Server]:
    """``nettools listen 0`` with these words, once it can be connected to; it is ended when the test is done."""
    with tempfile.TemporaryDirectory() as folder:
        errors = Path(folder, "errors")
        with errors.open("wb") as written:
            process = subprocess.Popen(
                [*PROGRAM, "listen", *place, "--announce-listen", *words],
                stdin=stdin,
                stdout=stdout,
                stderr=written,
                env=variables(**env or {}),
                cwd=cwd,
            )
        server = Server(process, errors)
        try:
            server.port = wait_for(lambda: _announced(server), "listen to say its port")
            yield server
        finally:
            if process.poll() is None:
                process.kill()
            if server.outcome is None:
                for stream in (process.stdin, process.stdout):
                    if stream is not None:
                        with contextlib.suppress(OSError):
                            stream.close()
                process.wait()


def _announced(server: Server) -> str:
    for line in server.raw_stderr.decode().splitlines(keepends=True):
        if line.startswith("listening ") and line.endswith("\n"):
            return line.split()[-1]
    assert server.process.poll() is None, server.raw_stderr.decode()
    return ""


def wait_for(look: Callable[[], T], what: str) -> T:
    """What ``look`` says as soon as it says something."""
    deadline = time.monotonic() + PATIENCE_S
    while not (found := look()):
        assert time.monotonic() < deadline, f"waited for {what}"
        time.sleep(0.005)
    return found


def read_exactly(descriptor: int, size: int) -> bytes:
    """So many octets, or what comes before the end."""
    found = b""
    deadline = time.monotonic() + PATIENCE_S
    while len(found) < size:
        readable, _, _ = select.select([descriptor], [], [], max(deadline - time.monotonic(), 0))
        assert readable, f"only {found!r} came"
        octets = os.read(descriptor, size - len(found))
        if not octets:
            break
        found += octets
    return found


@contextmanager
def started(*argv: str) -> "Iterator[subprocess.Popen[bytes]]":
    """A run with pipes to all of its streams, which is over when the test is, whatever the test found."""
    process = start(*argv)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        process.wait(PATIENCE_S)


def cat(*words: str, stdin: bytes = b"", env: dict[str, str] | None = None) -> Outcome:
    """``nettools cat`` as a process, to its end."""
    return run_process("cat", *words, stdin=stdin, env=env)


def events_of(octets: bytes) -> Events:
    """The lines of --events among what was written."""
    return [json.loads(line) for line in octets.splitlines() if line.startswith(b'{"schema":"nettools.events/1"')]


@contextmanager
def peer(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server of ours for one client, whose connection ``answer`` gets; its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(PATIENCE_S)

        def serve() -> None:
            accepted, _ = server.accept()
            with accepted:
                accepted.settimeout(PATIENCE_S)
                answer(accepted)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield str(server.getsockname()[1])
        finally:
            thread.join(PATIENCE_S)


def closed_port() -> str:
    """A port at which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return str(held.getsockname()[1])
