"""The nine commands as the behaviours see them: what each is asked in a quick run, one that fails, one that waits."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address

from tests.commands.relay_runs import closed_port
from tests.dns_servers.answering import name_server

_GREETING = b"220 ready\r\n"
_MUCH = bytes(range(32, 127)) * 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The other sides, all on loopback: they are there for as long as the tests run."""

    names: str
    """A name server: host1.test … host127.test, and the names of 192.0.2.1 … 192.0.2.127."""
    silent: str
    """A UDP port that takes everything and says nothing."""
    mute: str
    """A TCP port that accepts and says nothing."""
    greeter: str
    """A TCP port that greets and hangs up."""
    talker: str
    """A TCP port that says more than a pipe holds, and hangs up."""
    closed: str
    """A TCP port at which nobody listens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What to ask one command."""

    name: str
    yes: tuple[str, ...]
    """An affirmative answer at once."""
    no: tuple[str, ...] | None
    """The answer is no: status 1."""
    fails: tuple[str, ...]
    """A target that has no answer, alone."""
    failed_status: int
    waits: tuple[str, ...]
    """It waits until it is ended; with standard input open."""
    much: tuple[str, ...]
    """More output than a pipe holds."""
    keys: tuple[str, ...] | None
    """The keys of the document of ``yes`` with --json; None where there is no such."""
    beside: tuple[str, ...] = ()
    """What stands beside any odd word, so that nothing is asked of another machine."""
    targets: tuple[str, str, str] | None = None
    """Two targets with answers, and a bad one between them: status 4."""
    with_targets: tuple[str, ...] = ()
    """What stands beside them."""
    numbers: tuple[int, int] = (0, 2)
    """The index of the answers to the good ones in JSONL: that of the target, where each has one answer."""
    says: str = ""
    """What a run that went well says on standard error, as a pattern."""
    index_key: str | None = None
    """The list of the document that keeps the order of the targets."""
    in_order: tuple[str, str] | None = None
    """What tells the two answers of ``several`` apart, in the order of the targets."""
    is_relay: bool = False
    """It writes what the other side says, to descriptor 1 itself: only a process tells anything."""

    @property
    def several(self) -> tuple[str, ...]:
        """``targets``, asked together."""
        return (*(self.targets or ()), *self.with_targets)

    @property
    def has_document(self) -> bool:
        return self.keys is not None


NAMES = ("ifaces", "route", "resolve", "rdns", "cat", "listen", "scan", "subnet", "port-service")


def commands(world: World) -> dict[str, Command]:
    """The nine, with the ports of this world."""
    server = f"@127.0.0.1:{world.names}"
    mute_server = f"@127.0.0.1:{world.silent}"
    return {
        one.name: one
        for one in (
            Command(
                name="ifaces",
                yes=("lo",),
                no=("no-such-if",),
                fails=("--netns", "no-such-namespace"),
                failed_status=2,
                waits=("--watch", "--format", "jsonl"),
                much=("-", "--format", "json"),
                keys=("schema", "interfaces", "warnings", "errors"),
            ),
            Command(
                name="route",
                yes=("127.0.0.1",),
                no=None,
                fails=("nonsense..example",),
                failed_status=2,
                waits=("--watch", "--format", "jsonl"),
                much=(*(["127.0.0.1"] * 64), "--json"),
                keys=("schema", "explained", "errors"),
                targets=("127.0.0.2", "nonsense..example", "127.0.0.3"),
                index_key="explained",
                in_order=("127.0.0.2", "127.0.0.3"),
            ),
            Command(
                name="resolve",
                yes=("host1.test", "A", server),
                no=("none.test", "A", server),
                fails=("silent.test", "A", server, "--timeout", "100ms", "--tries", "1"),
                failed_status=3,
                waits=("host1.test", "A", mute_server, "--timeout", "60s"),
                much=("-", "A", server),
                keys=("schema", "responses", "errors"),
                beside=(server,),
                targets=("host1.test", "bad..test", "host2.test"),
                with_targets=("A", server),
                numbers=(0, 1),
                index_key="responses",
                in_order=("host1.test.", "host2.test."),
            ),
            Command(
                name="rdns",
                yes=("192.0.2.1", server),
                no=("192.0.2.200", server),
                fails=("nonsense", server),
                failed_status=2,
                waits=("192.0.2.1", mute_server, "--timeout", "60s"),
                much=("-", server),
                keys=("schema", "addresses", "summary", "warnings", "errors"),
                beside=(server,),
                targets=("192.0.2.1", "nonsense", "192.0.2.2"),
                with_targets=(server,),
                numbers=(0, 1),
                says=r"nettools rdns: 1 address asked: [^\n]*\n",
                index_key="addresses",
                in_order=("192.0.2.1", "192.0.2.2"),
            ),
            Command(
                name="cat",
                yes=("127.0.0.1", world.greeter, "-z"),
                no=("127.0.0.1", world.closed, "-z"),
                fails=("nonsense..example", "80", "-z"),
                failed_status=2,
                waits=("127.0.0.1", world.mute),
                much=("127.0.0.1", world.talker, "--recv-only"),
                keys=("schema", "target", "address", "port", "outcome", "connect_ms", "tls", "errors"),
                is_relay=True,
            ),
            Command(
                name="listen",
                yes=(),
                no=None,
                fails=("192.0.2.1", "0"),
                failed_status=2,
                waits=("127.0.0.1", "0"),
                much=(),
                keys=None,
                is_relay=True,
            ),
            Command(
                name="scan",
                yes=("127.0.0.1", "-p", world.greeter),
                no=("127.0.0.1", "-p", world.closed),
                fails=("nonsense..example", "-p", world.closed),
                failed_status=2,
                waits=("127.77.0.0/20", "-p", "all", "--yes"),
                much=("127.0.0.0/24", "-p", "1-3"),
                keys=("schema", "scan", "hosts", "summary", "errors"),
                targets=("127.0.0.2", "nonsense..example", "127.0.0.3"),
                with_targets=("-p", world.closed),
                index_key="hosts",
                in_order=("127.0.0.2", "127.0.0.3"),
            ),
            Command(
                name="subnet",
                yes=("192.0.2.0/24",),
                no=None,
                fails=("192.0.2.256",),
                failed_status=2,
                waits=("-",),
                much=("list", "10.0.0.0/18"),
                keys=("schema", "subnets", "errors"),
                targets=("192.0.2.0/24", "192.0.2.256", "198.51.100.0/24"),
                index_key="subnets",
                in_order=("192.0.2.0/24", "198.51.100.0/24"),
            ),
            Command(
                name="port-service",
                yes=("22",),
                no=("no-such-service",),
                fails=("65536",),
                failed_status=2,
                waits=("-",),
                much=("0-9999", "-f", "plain"),
                keys=("schema", "services", "errors"),
                targets=("22/tcp", "65536", "80/tcp"),
                index_key="services",
                in_order=("22/tcp", "80/tcp"),
            ),
        )
    }


@contextmanager
def world() -> Iterator[World]:
    """All other sides, until the tests are done."""
    with ExitStack() as opened:
        silent = opened.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        silent.bind(("127.0.0.1", 0))
        mute = opened.enter_context(socket.create_server(("127.0.0.1", 0), backlog=512))
        yield World(
            names=str(opened.enter_context(name_server(_answer)).port),
            silent=str(silent.getsockname()[1]),
            mute=str(mute.getsockname()[1]),
            greeter=opened.enter_context(_serving(lambda client: client.sendall(_GREETING))),
            talker=opened.enter_context(_serving(lambda client: client.sendall(_MUCH))),
            closed=closed_port(),
        )


@contextmanager
def _serving(treat: Callable[[socket.socket], None]) -> Iterator[str]:
    """A port whose clients are treated so, one after the other, and hung up on."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as server:

        def serve() -> None:
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                with client, suppress(OSError):
                    client.settimeout(5)
                    treat(client)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield str(server.getsockname()[1])
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join(10)


_TYPES = {1: "A", 12: "PTR"}


def _answer(query: bytes) -> list[bytes]:
    """What the name server of this world says: hostN.test has 192.0.2.N for N from 1 to 127, and that has the name."""
    labels, place = [], 12
    while query[place]:
        labels.append(query[place + 1 : place + 1 + query[place]].decode("latin-1"))
        place += 1 + query[place]
    kind = _TYPES.get(int.from_bytes(query[place + 1 : place + 3], "big"))
    first = labels[0] if labels else ""
    if first == "silent":
        return []
    data = b""
    if kind == "PTR" and labels[1:4] == ["2", "0", "192"] and first.isdigit() and 0 < int(first) < 128:
        data = _wire(f"host{first}.test")
    elif kind == "A" and labels[1:] == ["test"] and first[4:].isdigit():
        data = ip_address(f"192.0.2.{int(first[4:]) % 128}").packed
    body = (
        b"\xc0\x0c" + query[place + 1 : place + 5] + b"\0\0\0\x3c" + len(data).to_bytes(2, "big") + data
        if data
        else b""
    )
    is_known = bool(data) or first.startswith("host")
    head = query[:2] + bytes([0x85, 0 if is_known else 3]) + b"\0\1" + bytes([0, 1 if data else 0]) + b"\0\0\0\0"
    return [head + query[12 : place + 5] + body]


def _wire(name: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"
