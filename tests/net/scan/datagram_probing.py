"""What the tests of the UDP and ping probers share: a plan that writes down what it is told, and a loop."""

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from time import monotonic

from nettools.core.address import Address
from nettools.core.scan.reason import Verdict
from nettools.net.poller import make_poller
from nettools.net.scan.prober import Prober

PATIENCE_S = 5.0


@dataclass
class Notes:
    """A plan that only remembers: probe -> what was told of it."""

    sent_probes: list[int] = field(default_factory=list)
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    ttls: dict[int, int | None] = field(default_factory=dict)
    faults: dict[int, str] = field(default_factory=dict)
    held_back: list[int] = field(default_factory=list)

    def sent(self, probe: int, now_s: float) -> None:
        assert probe not in self.verdicts
        self.sent_probes.append(probe)

    def settle(
        self, probe: int, found: Verdict, now_s: float, rtt_s: float | None = None, ttl: int | None = None
    ) -> None:
        assert probe in self.sent_probes, "told of a probe that is not on its way"
        assert probe not in self.verdicts, "told twice"
        self.verdicts[probe] = found
        self.ttls[probe] = ttl

    def connected(
        self,
        probe: int,
        local: Address | None,
        local_port: int,
        now_s: float,
        rtt_s: float | None = None,
        *,
        retransmissions: int = 0,
        window: int | None = None,
    ) -> None:
        raise AssertionError("a datagram is no connection")

    def refused(self, probe: int, now_s: float, rtt_s: float | None = None, *, retransmissions: int = 0) -> None:
        raise AssertionError("a datagram is no connection")

    def hold_back(self, probe: int, now_s: float, kind: str = "local-resources") -> None:
        self.held_back.append(probe)

    def unsendable(self, probe: int, kind: str) -> None:
        assert probe not in self.faults, "told twice"
        self.faults[probe] = kind

    def knows(self, probe: int) -> bool:
        return probe in self.verdicts or probe in self.faults


class Watching:
    """The engine's part: which descriptor is whose."""

    def __init__(self) -> None:
        self._poller = make_poller()
        self._probers: dict[int, Prober] = {}

    @property
    def descriptors(self) -> list[int]:
        return list(self._probers)

    def watch(self, descriptor: int, prober: Prober) -> None:
        self._probers[descriptor] = prober
        self._poller.watch(descriptor)

    def forget(self, descriptor: int) -> None:
        del self._probers[descriptor]
        self._poller.forget(descriptor)

    def until(self, notes: Notes, probes: Sequence[int], *, patience_s: float = PATIENCE_S) -> None:
        """Look at what comes until each of the probes has its answer, or for ``patience_s``."""
        end_s = monotonic() + patience_s
        while not all(map(notes.knows, probes)) and monotonic() < end_s:
            for descriptor in self._poller.wait(max(0.0, end_s - monotonic())):
                self._probers[descriptor].look(descriptor)


@contextmanager
def service(reply: Callable[[bytes], bytes | None], address: str = "127.0.0.1", port: int = 0) -> Iterator[int]:
    """A UDP service on loopback; gives its port. An empty datagram from itself ends it."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as listening:
        listening.bind((address, port))
        own = listening.getsockname()

        def serve() -> None:
            while True:
                asked, client = listening.recvfrom(2048)
                if client == own:
                    return
                answer = reply(asked)
                if answer is not None:
                    listening.sendto(answer, client)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield own[1]
        finally:
            listening.sendto(b"", own)
            thread.join(PATIENCE_S)


@contextmanager
def closed_port(address: str = "127.0.0.1") -> Iterator[int]:
    """A UDP port that is closed to us and that nobody gets meanwhile: its socket is connected to itself."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as taken:
        taken.bind((address, 0))
        taken.connect(taken.getsockname())
        port: int = taken.getsockname()[1]
        yield port
