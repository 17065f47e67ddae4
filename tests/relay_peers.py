"""nc, ncat, socat and our own cat and listen as child processes of a test, and how each is told the same thing.

Everything that is started is ended, and nothing is waited for longer than a bound.
"""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Literal

from tests.cli import PROGRAM, variables

Transport = Literal["tcp", "unix", "tls"]
Stream = int | IO[bytes] | None

PATIENCE_S = 20.0
"""No single thing takes longer than this unless something is wrong."""

_LISTENING = "0A"  # TCP_LISTEN of linux/include/net/tcp_states.h, as /proc/net/tcp writes it


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server of a test listens: a port of 127.0.0.1, or a path."""

    transport: Transport
    port: int
    path: str
    certificate: str = ""
    key: str = ""


Words = Callable[[Place], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Tool:
    """How a program is told to connect and to listen, relaying between the connection and its standard streams."""

    name: str
    connects: dict[Transport, Words]
    listens: dict[Transport, Words]

    def client(self, place: Place) -> list[str]:
        return list(self.connects[place.transport](place))

    def server(self, place: Place) -> list[str]:
        return list(self.listens[place.transport](place))


def _ours(command: str, *more: str) -> dict[Transport, Words]:
    tls = ["--tls", "--insecure"] if command == "cat" else ["--tls"]

    def sealed(place: Place) -> list[str]:
        certificate = [] if command == "cat" else ["--cert", place.certificate, "--key", place.key]
        return [*PROGRAM, command, *tls, *certificate, "127.0.0.1", str(place.port), *more]

    return {
        "tcp": lambda place: [*PROGRAM, command, "127.0.0.1", str(place.port), *more],
        "unix": lambda place: [*PROGRAM, command, "-U", place.path, *more],
        "tls": sealed,
    }


OURS = Tool("nettools", _ours("cat"), _ours("listen"))
OURS_HALF_OPEN = Tool("nettools --no-shutdown", _ours("cat", "--no-shutdown"), _ours("listen", "--no-shutdown"))

PEERS = (
    Tool(
        "nc",
        {
            "tcp": lambda place: ["nc", "-N", "127.0.0.1", str(place.port)],
            "unix": lambda place: ["nc", "-N", "-U", place.path],
        },
        {
            "tcp": lambda place: ["nc", "-N", "-l", "127.0.0.1", str(place.port)],
            "unix": lambda place: ["nc", "-N", "-l", "-U", place.path],
        },
    ),
    Tool(
        "ncat",
        {
            "tcp": lambda place: ["ncat", "127.0.0.1", str(place.port)],
            "unix": lambda place: ["ncat", "-U", place.path],
            "tls": lambda place: ["ncat", "--ssl", "127.0.0.1", str(place.port)],
        },
        {
            "tcp": lambda place: ["ncat", "-l", "127.0.0.1", str(place.port)],
            "unix": lambda place: ["ncat", "-l", "-U", place.path],
            "tls": lambda place: [
                *("ncat", "-l", "--ssl", "--ssl-cert", place.certificate, "--ssl-key", place.key),
                *("127.0.0.1", str(place.port)),
            ],
        },
    ),
    Tool(
        "socat",
        {
            "tcp": lambda place: ["socat", "-t", "60", "STDIO", f"TCP:127.0.0.1:{place.port}"],
            "unix": lambda place: ["socat", "-t", "60", "STDIO", f"UNIX-CONNECT:{place.path}"],
            "tls": lambda place: ["socat", "-t", "60", "STDIO", f"OPENSSL:127.0.0.1:{place.port},verify=0"],
        },
        {
            "tcp": lambda place: ["socat", "-t", "60", "STDIO", f"TCP-LISTEN:{place.port},bind=127.0.0.1"],
            "unix": lambda place: ["socat", "-t", "60", "STDIO", f"UNIX-LISTEN:{place.path}"],
            "tls": lambda place: [
                *("socat", "-t", "60", "STDIO"),
                f"OPENSSL-LISTEN:{place.port},bind=127.0.0.1,cert={place.certificate},key={place.key},verify=0",
            ],
        },
    ),
    Tool(
        "openssl",
        {"tls": lambda place: ["openssl", "s_client", "-quiet", "-connect", f"127.0.0.1:{place.port}"]},
        {
            "tls": lambda place: [
                *("openssl", "s_server", "-quiet", "-naccept", "1", "-accept", f"127.0.0.1:{place.port}"),
                *("-cert", place.certificate, "-key", place.key),
            ]
        },
    ),
)


def peer(name: str) -> Tool:
    return next(tool for tool in PEERS if tool.name == name)


@dataclass(slots=True)
class Started:
    """The processes that a test has started; they are gone when its block is left."""

    _stack: ExitStack = field(default_factory=ExitStack)

    def start(
        self,
        words: Sequence[str],
        *,
        stdin: Stream = subprocess.PIPE,
        stdout: Stream = subprocess.PIPE,
        stderr: Stream = subprocess.PIPE,
    ) -> "subprocess.Popen[bytes]":
        """Start it in a group of its own, so that what it starts ends with it."""
        process = subprocess.Popen(
            words, stdin=stdin, stdout=stdout, stderr=stderr, env=variables(), start_new_session=True
        )
        self._stack.callback(_end, process)
        return process

    def close(self) -> None:
        self._stack.close()


@contextmanager
def started() -> Iterator[Started]:
    """What is started within is ended when it is left."""
    processes = Started()
    try:
        yield processes
    finally:
        processes.close()


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(PATIENCE_S)
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            try:
                stream.close()
            except BrokenPipeError:
                continue


def status_of(process: "subprocess.Popen[bytes]", *, within_s: float = PATIENCE_S) -> int:
    """Its exit status; one that does not end is an error."""
    try:
        return process.wait(within_s)
    except subprocess.TimeoutExpired:
        raise AssertionError(f"{process.args!r} did not end within {within_s:g} s") from None


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port of 127.0.0.1 that nobody has at this moment."""
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def place_for(transport: Transport, folder: Path, *, certificate: str = "", key: str = "") -> Place:
    """A place where nobody listens yet."""
    port = 0 if transport == "unix" else free_port()
    return Place(transport, port, str(folder / "socket"), certificate, key)


def await_server(place: Place, process: "subprocess.Popen[bytes]") -> None:
    """Until somebody listens there. It is not connected to: many servers take one client only."""
    wait_until(lambda: _is_listening(place), f"{process.args!r} to listen", process)


def await_datagrams(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Until a UDP socket is bound to that port."""
    wait_until(lambda: any(local == port for local, _ in _sockets("udp")), f"{process.args!r} to bind", process)


def wait_until(holds: Callable[[], bool], what: str, process: "subprocess.Popen[bytes] | None" = None) -> None:
    """Look again and again, as the tables of the system call nobody back."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        if process is not None and process.poll() is not None:
            said = process.stderr.read().decode(errors="replace") if process.stderr is not None else ""
            raise AssertionError(f"waited for {what}, but it ended with {process.returncode}: {said}")
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {PATIENCE_S:g} s for {what}")
        time.sleep(0.005)


def _is_listening(place: Place) -> bool:
    if place.transport == "unix":
        lines = Path("/proc/net/unix").read_text(encoding="utf-8").splitlines()
        return any(line.endswith(" " + place.path) for line in lines)
    return any(local == place.port and state == _LISTENING for local, state in _sockets("tcp"))


def _sockets(protocol: str) -> list[tuple[int, str]]:
    """(local port, state) of the sockets of one protocol, both families (proc(5))."""
    found: list[tuple[int, str]] = []
    for name in (protocol, protocol + "6"):
        for line in Path("/proc/net", name).read_text(encoding="ascii").splitlines()[1:]:
            words = line.split()
            found.append((int(words[1].rpartition(":")[2], 16), words[3]))
    return found
