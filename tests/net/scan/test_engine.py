"""The loop of a scan, with probers that are scripts."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from ipaddress import IPv4Address
from time import monotonic

import pytest

from nettools.core.address import Address
from nettools.core.scan.discovery import ECHO_REPLY
from nettools.core.scan.plan import ScanPlan
from nettools.core.scan.probe_port import tcp, udp
from nettools.core.scan.reason import ANSWERED
from nettools.core.scan.timing import Timing
from nettools.net.interrupts import Interrupts
from nettools.net.scan.engine import ECHO_PROBES, TCP_PROBES, UDP_PROBES, ScanEngine
from tests.net.scan.test_connect import Found, make_plan

HOST = IPv4Address("198.51.100.7")


class Scripted:
    """A prober whose every probe is answered by ``answer``, at once or when its pipe is read."""

    def __init__(self, engine: ScanEngine, answer: Callable[[int], None] | None) -> None:
        self.sent: list[tuple[Address, int]] = []
        self.given_up: list[int] = []
        self.is_closed = False
        self._engine = engine
        self._answer = answer
        self._waiting: list[int] = []
        self.readable, self._writable = os.pipe()
        os.set_blocking(self.readable, False)
        engine.watch(self.readable, self)
        self.plan: ScanPlan | None = None

    def send(self, probe: int, address: Address, port: int, now_s: float) -> None:
        self.sent.append((address, port))
        assert self.plan is not None
        self.plan.sent(probe, now_s)
        if self._answer is not None:
            self._waiting.append(probe)
            os.write(self._writable, b"!")

    def look(self, descriptor: int) -> None:
        assert descriptor == self.readable
        os.read(self.readable, 100)
        waiting, self._waiting = self._waiting, []
        assert self._answer is not None
        for probe in waiting:
            self._answer(probe)

    def give_up(self, probe: int) -> None:
        self.given_up.append(probe)

    def close(self) -> None:
        self.is_closed = True
        self._engine.forget(self.readable)
        os.close(self.readable)
        os.close(self._writable)


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def run(
    ports: Sequence[int],
    timing: Timing,
    answers: dict[int, Callable[[ScanPlan, int], None] | None],
    on_tick: Callable[[float], None] = lambda _now_s: None,
    **options: object,
) -> tuple[Found, dict[int, Scripted]]:
    found = Found()
    plan = make_plan([HOST], ports, timing, found, **options)  # type: ignore[arg-type]
    with Interrupts() as interrupts, ScanEngine(plan, interrupts) as engine:
        probers = {}
        for kind, answer in answers.items():
            told = None if answer is None else (lambda probe, answer=answer: answer(plan, probe))
            probers[kind] = Scripted(engine, told)
            probers[kind].plan = plan
            engine.use(kind, probers[kind])
        engine.run(on_tick)
    assert all(prober.is_closed for prober in probers.values())
    return found, probers


def refused(plan: ScanPlan, probe: int) -> None:
    plan.refused(probe, monotonic())


def answered(plan: ScanPlan, probe: int) -> None:
    plan.settle(probe, ANSWERED, monotonic(), ttl=63)


def echoed(plan: ScanPlan, probe: int) -> None:
    plan.settle(probe, ECHO_REPLY, monotonic())


def test_each_kind_of_probe_goes_to_its_prober_by_its_number() -> None:
    found, probers = run([tcp(80), udp(53)], Timing(), {TCP_PROBES: refused, UDP_PROBES: answered})
    assert probers[TCP_PROBES].sent == [(HOST, 80)]
    assert probers[UDP_PROBES].sent == [(HOST, 53)]
    assert found.states(HOST) == {tcp(80): ("closed", "conn-refused"), udp(53): ("open", "udp-response")}


def test_an_echo_that_comes_back_lets_the_ports_follow() -> None:
    found, probers = run(
        [tcp(8080)], Timing(timeout_s=0.2), {TCP_PROBES: refused, ECHO_PROBES: echoed}, discovers=True, has_echo=True
    )
    assert probers[ECHO_PROBES].sent == [(HOST, 0)]
    assert (HOST, 8080) in probers[TCP_PROBES].sent
    assert found.seen[HOST] in ("echo-reply", "conn-refused")


def test_what_is_silent_is_given_up() -> None:
    found, probers = run([udp(53)], Timing(timeout_s=0.05, retries=1), {UDP_PROBES: None})
    assert len(probers[UDP_PROBES].sent) == len(probers[UDP_PROBES].given_up) == 2
    assert found.states(HOST) == {udp(53): ("open|filtered", "no-response")}


@pytest.mark.parametrize("after_turns", [0, 1, 3])
def test_a_signal_ends_it_at_once_and_the_host_has_its_end(after_turns: int) -> None:
    turns = 0

    def interrupt(_now_s: float) -> None:
        nonlocal turns
        turns += 1
        if turns > after_turns:
            signal.raise_signal(signal.SIGINT)

    began_s = monotonic()
    found, _ = run([udp(53)], Timing(timeout_s=0.1, retries=10), {UDP_PROBES: None}, interrupt)
    assert monotonic() - began_s < 2
    assert found.verdicts == {}
    assert found.ends[HOST].complete is False


def test_a_signal_while_it_waits_wakes_it() -> None:
    """The wait is as long as the timeout; the signal comes from outside meanwhile."""
    child = os.fork()
    if child == 0:
        try:
            import time

            time.sleep(0.2)
            os.kill(os.getppid(), signal.SIGINT)
        finally:
            os._exit(0)
    began_s = monotonic()
    try:
        found, _ = run([udp(53)], Timing(timeout_s=60), {UDP_PROBES: None})
    finally:
        os.waitpid(child, 0)
    assert monotonic() - began_s < 0.2 + 0.3
    assert found.ends[HOST].complete is False
