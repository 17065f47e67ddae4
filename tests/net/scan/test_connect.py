"""The connect scan's driver: real sockets on loopback, and scripted ones for what loopback cannot show."""

import errno
import os
import select
import signal
import socket
import struct
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest

from nettools.core.address import Address
from nettools.core.scan import supply as supply_module
from nettools.core.scan.faults import LOCAL_FAULTS
from nettools.core.scan.order import Turn
from nettools.core.scan.plan import ScanPlan
from nettools.core.scan.reason import Verdict
from nettools.core.scan.sink import HostEnd
from nettools.core.scan.timing import Timing
from nettools.net.interrupts import Interrupts
from nettools.net.scan import connect as driver
from nettools.net.scan import engine as engine_module
from nettools.net.scan.connect import ConnectProber
from nettools.net.scan.engine import TCP_PROBES, ScanEngine
from nettools.net.scan.source import ANY_SOURCE, ProbeSource
from nettools.net.sockets import HAS_ERROR_QUEUE, REFUSALS, SHORTAGES

V4, V6 = IPv4Address("127.0.0.1"), IPv6Address("::1")
ELSEWHERE = IPv4Address("198.51.100.1")
"""Where no packet goes: only scripted sockets connect there."""

QUICK = Timing(timeout_s=0.2, retries=0)

OnTick = Callable[[float], None]


@dataclass
class Found:
    """What a scan told its caller."""

    verdicts: dict[tuple[Address, int], Verdict] = field(default_factory=dict)
    rtt_s: dict[tuple[Address, int], float | None] = field(default_factory=dict)
    unsent: dict[tuple[Address, int], str] = field(default_factory=dict)
    ends: dict[Address, HostEnd] = field(default_factory=dict)
    seen: dict[Address, str] = field(default_factory=dict)
    turns: int = 0
    in_flight_at_the_end: int = 0

    def states(self, address: Address = V4) -> dict[int, tuple[str, str]]:
        return {port: (found.state, found.reason) for (where, port), found in self.verdicts.items() if where == address}


def ignore(_now_s: float) -> None:
    pass


class Listener:
    """The sink of a test."""

    def __init__(self, where: Sequence[Address], found: Found, on_settled: Callable[[int], None]) -> None:
        self._where = where
        self._found = found
        self._on_settled = on_settled

    def settled(self, host: int, port: int, found: Verdict, rtt_s: float | None, ttl: int | None = None) -> None:
        self._found.verdicts[self._where[host], port] = found
        self._found.rtt_s[self._where[host], port] = rtt_s
        self._on_settled(port)

    def settled_many(self, host: int, found: Verdict, ports: Sequence[int]) -> None:
        for port in ports:
            self._found.verdicts[self._where[host], port] = found

    def unsent(self, host: int, port: int, kind: str) -> None:
        self._found.unsent[self._where[host], port] = kind

    def seen(self, host: int, reason: str, rtt_s: float | None) -> None:
        self._found.seen[self._where[host]] = reason

    def host_done(self, host: int, end: HostEnd) -> None:
        self._found.ends[self._where[host]] = end


def make_plan(
    where: Sequence[Address],
    ports: Sequence[int],
    timing: Timing,
    found: Found | None = None,
    on_settled: Callable[[int], None] = lambda port: None,
    **options: object,
) -> ScanPlan:
    turns = (Turn(number, number, 0, 1, len(ports)) for number in range(len(where)))
    sink = Listener(where, found or Found(), on_settled)
    return ScanPlan(turns, ports, timing, address_of=where.__getitem__, sink=sink, **options)  # type: ignore[arg-type]


def drive(plan: ScanPlan, on_tick: OnTick = ignore, source: ProbeSource = ANY_SOURCE) -> None:
    with Interrupts() as interrupts, ScanEngine(plan, interrupts) as engine:
        engine.use(TCP_PROBES, ConnectProber(plan, engine, source))
        engine.run(on_tick)


def scan(
    ports: Sequence[int],
    *addresses: Address,
    timing: Timing = QUICK,
    on_tick: OnTick = ignore,
    on_settled: Callable[[int], None] = lambda port: None,
    source: ProbeSource = ANY_SOURCE,
    **options: object,
) -> Found:
    where = addresses or (V4,)
    found = Found()

    def tick(now_s: float) -> None:
        found.turns += 1
        found.in_flight_at_the_end = plan.in_flight_count
        on_tick(now_s)

    plan = make_plan(where, ports, timing, found, on_settled, **options)
    drive(plan, tick, source)
    return found


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """Signals that a shell may not have told us to ignore."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(autouse=True)
def no_descriptor_stays_open() -> Iterator[None]:
    before = os.listdir("/dev/fd")
    yield
    assert len(os.listdir("/dev/fd")) == len(before)


# --- real sockets ---------------------------------------------------------------------------------


def open_port(stack: ExitStack, host: str = "127.0.0.1") -> int:
    """A port with a listener that accepts nobody."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = stack.enter_context(socket.create_server((host, 0), family=family))
    return int(listener.getsockname()[1])


def closed_port(stack: ExitStack, host: str = "127.0.0.1") -> int:
    """A port that is bound, so that nobody else listens there, but no listener."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    held = stack.enter_context(socket.socket(family))
    held.bind((host, 0))
    return int(held.getsockname()[1])


def silent_port(stack: ExitStack) -> int:
    """A listener whose queue one connection has filled: Linux drops the SYNs that follow."""
    listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
    stack.enter_context(socket.create_connection(listener.getsockname()))
    return int(listener.getsockname()[1])


needs_linux = pytest.mark.skipif(not HAS_ERROR_QUEUE, reason="needed for this: how Linux treats a full queue")


@pytest.mark.parametrize(("address", "host"), [(V4, "127.0.0.1"), (V6, "::1")], ids=["v4", "v6"])
def test_a_listener_is_open_and_a_bound_port_is_closed(stack: ExitStack, address: Address, host: str) -> None:
    opened, closed = open_port(stack, host), closed_port(stack, host)
    found = scan([opened, closed], address)
    assert found.states(address) == {opened: ("open", "syn-ack"), closed: ("closed", "conn-refused")}
    assert found.unsent == {}
    assert all(rtt_s is not None and 0 < rtt_s < 1 for rtt_s in found.rtt_s.values())


def test_a_listener_of_the_other_family_is_not_seen(stack: ExitStack) -> None:
    port = open_port(stack, "::1")
    with socket.socket() as held:
        try:
            held.bind(("127.0.0.1", port))
        except OSError:
            pytest.skip("needed for this: the same port on 127.0.0.1, which another program has")
        assert scan([port], V4, V6).verdicts.keys() == {(V4, port), (V6, port)}
        found = scan([port], V4, V6)
    assert found.states(V4) == {port: ("closed", "conn-refused")}
    assert found.states(V6) == {port: ("open", "syn-ack")}


def test_a_dual_stack_listener_is_open_on_both(stack: ExitStack) -> None:
    listener = stack.enter_context(socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True))
    port = listener.getsockname()[1]
    found = scan([port], V4, V6)
    assert found.states(V4) == found.states(V6) == {port: ("open", "syn-ack")}


def test_an_ipv4_listener_is_open_through_its_mapped_address(stack: ExitStack) -> None:
    opened, closed = open_port(stack), closed_port(stack)
    mapped = IPv6Address("::ffff:127.0.0.1")
    assert scan([opened, closed], mapped).states(mapped) == {
        opened: ("open", "syn-ack"),
        closed: ("closed", "conn-refused"),
    }


def test_hundreds_of_ports_are_each_told_right(stack: ExitStack) -> None:
    expected = {open_port(stack): ("open", "syn-ack") for _ in range(50)}
    expected |= {closed_port(stack): ("closed", "conn-refused") for _ in range(300)}
    assert scan(sorted(expected)).states() == expected


def test_the_scan_leaves_nothing_for_the_listener_to_wait_for(stack: ExitStack) -> None:
    """The connection is reset at once: whoever accepts it later sees that it is gone."""
    listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    scan([listener.getsockname()[1]])
    accepted, _ = listener.accept()
    with accepted, pytest.raises(ConnectionResetError):
        accepted.recv(1)


@needs_linux
def test_silence_is_filtered_when_its_time_is_up(stack: ExitStack) -> None:
    silent, opened = silent_port(stack), open_port(stack)
    found = scan([silent, opened])
    assert found.states() == {silent: ("filtered", "no-response"), opened: ("open", "syn-ack")}
    assert found.rtt_s[V4, silent] is None


@needs_linux
def test_waiting_for_silence_takes_few_turns(stack: ExitStack) -> None:
    """The driver sleeps in between: no busy loop."""
    ports = sorted([silent_port(stack), open_port(stack), closed_port(stack)])
    assert scan(ports).turns < 20


@needs_linux
def test_a_signal_ends_the_scan_with_what_is_known(stack: ExitStack) -> None:
    silent, opened = silent_port(stack), open_port(stack)
    patient = Timing(timeout_s=60)
    found = scan([opened, silent], timing=patient, on_tick=lambda _: signal.raise_signal(signal.SIGINT))
    assert found.states() == {opened: ("open", "syn-ack")}
    assert found.in_flight_at_the_end == 1


def test_a_signal_before_the_scan_keeps_it_from_sending(stack: ExitStack) -> None:
    opened = open_port(stack)
    plan = make_plan([V4], [opened], QUICK)
    with Interrupts() as interrupts:
        signal.raise_signal(signal.SIGINT)
        with ScanEngine(plan, interrupts) as engine:
            engine.use(TCP_PROBES, ConnectProber(plan, engine))
            engine.run(ignore)
    assert plan.sent_count == 0


@needs_linux
def test_an_error_of_the_caller_closes_every_socket(stack: ExitStack) -> None:
    ports = sorted([silent_port(stack), closed_port(stack), closed_port(stack)])

    def fail(_now_s: float) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        scan(ports, timing=Timing(timeout_s=60), on_tick=fail)


@needs_linux
def test_an_error_while_an_answer_is_told_closes_every_socket(stack: ExitStack) -> None:
    ports = [silent_port(stack), open_port(stack), closed_port(stack)]

    def fail(_port: int) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        scan(ports, timing=Timing(timeout_s=60), on_settled=fail)


def test_a_hundred_scans_leave_no_descriptor(stack: ExitStack) -> None:
    ports = [open_port(stack), closed_port(stack)]
    before = len(os.listdir("/dev/fd"))
    for _ in range(100):
        scan(ports)
    assert len(os.listdir("/dev/fd")) == before


# --- scripted sockets -----------------------------------------------------------------------------


class Scripted(socket.socket):
    """A socket whose connect() returns one value after the other, the last one for ever.

    Its descriptor is real and readable, so that a poller reports it at once.
    """

    def __init__(
        self, *answers: int, icmp: bytes | None = None, local: tuple[str, int] = ("192.0.2.7", 50_000)
    ) -> None:
        ours, self.other_end = socket.socketpair()
        super().__init__(fileno=ours.detach())
        self.other_end.send(b"!")
        self.answers = deque(answers)
        self.asked_for: list[object] = []
        self._icmp = [icmp] if icmp else []
        self._local = local

    @property
    def family(self) -> socket.AddressFamily:
        return socket.AF_INET

    def connect_ex(self, address: object) -> int:
        self.asked_for.append(address)
        if len(self.answers) > 1:
            self.other_end.send(b"!")  # another edge for the poller
            return self.answers.popleft()
        return self.answers[0]

    def getsockname(self) -> tuple[str, int]:
        return self._local

    def getpeername(self) -> object:
        return self.asked_for[-1]

    def recvmsg(self, *_: object) -> tuple[bytes, list[tuple[int, int, bytes]], int, object]:
        if not self._icmp:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        return b"", [(socket.IPPROTO_IP, 11, self._icmp.pop())], 0, None

    def close(self) -> None:
        self.other_end.close()
        super().close()


def icmp_error(icmp_type: int, code: int, sender: str) -> bytes:
    """struct sock_extended_err of origin ICMP, and the sender's sockaddr_in."""
    header = struct.pack("=IBBBBII", errno.EHOSTUNREACH, 2, icmp_type, code, 0, 0, 0)
    return header + struct.pack("=HH4s8x", socket.AF_INET, 0, socket.inet_aton(sender))


Supply = Callable[..., list[Scripted]]


@pytest.fixture
def supply(monkeypatch: pytest.MonkeyPatch, stack: ExitStack) -> Supply:
    """Let the driver get these in place of sockets, in this order; an errno in place of one is a failure."""

    def install(*sockets: Scripted | int) -> list[Scripted]:
        ready = deque(sockets)
        made = [one for one in sockets if isinstance(one, Scripted)]
        for one in made:
            stack.enter_context(one)

        def take(_version: int) -> socket.socket:
            one = ready.popleft()
            if isinstance(one, int):
                raise OSError(one, os.strerror(one))
            return one

        monkeypatch.setattr(driver, "open_probe_socket", take)
        monkeypatch.setattr(ProbeSource, "address_towards", lambda _self, _target: ip_address("192.0.2.7"))
        return made

    return install


WAIT = errno.EINPROGRESS


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ([0], ("open", "syn-ack")),
        ([errno.EISCONN], ("open", "syn-ack")),
        ([WAIT, 0], ("open", "syn-ack")),
        ([WAIT, errno.EISCONN], ("open", "syn-ack")),
        ([WAIT, errno.EALREADY, errno.EISCONN], ("open", "syn-ack")),
        ([WAIT, errno.ECONNRESET], ("open", "syn-ack")),
        ([WAIT, errno.EPIPE], ("open", "syn-ack")),
        ([errno.ECONNRESET], ("open", "syn-ack")),
        ([errno.ECONNREFUSED], ("closed", "conn-refused")),
        ([WAIT, errno.ECONNREFUSED], ("closed", "conn-refused")),
        ([WAIT, errno.EALREADY, errno.EALREADY, errno.ECONNREFUSED], ("closed", "conn-refused")),
        ([WAIT, errno.ETIMEDOUT], ("filtered", "no-response")),
        ([WAIT, errno.EHOSTUNREACH], ("filtered", "ehostunreach")),  # a system without an error queue
    ],
    ids=str,
)
def test_what_connect_says_is_the_state(supply: Supply, answers: list[int], state: tuple[str, str]) -> None:
    """A reset after the handshake was an open port; one in place of the handshake is ECONNREFUSED."""
    supply(Scripted(*answers))
    found = scan([80], ELSEWHERE)
    assert found.states(ELSEWHERE) == {80: state}
    assert found.unsent == {}


needs_error_queue = pytest.mark.skipif(not HAS_ERROR_QUEUE, reason="needed for this: Linux, which has the error queue")


@needs_error_queue
@pytest.mark.parametrize("answer", [errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EALREADY])
def test_an_error_in_the_queue_says_more_than_connect(supply: Supply, answer: int) -> None:
    """The socket reports a port-unreachable as refused; EALREADY means that it was a soft error."""
    supply(Scripted(WAIT, answer, icmp=icmp_error(3, 3, "192.0.2.254")))
    found = scan([80], ELSEWHERE)
    verdict = found.verdicts[ELSEWHERE, 80]
    assert (verdict.state, verdict.reason, str(verdict.reason_ip)) == ("filtered", "port-unreach", "192.0.2.254")
    assert not verdict.is_from_here


@needs_error_queue
def test_an_error_in_the_queue_counts_when_connect_did_not_even_wait(supply: Supply) -> None:
    supply(Scripted(errno.EHOSTUNREACH, icmp=icmp_error(3, 13, "192.0.2.254")))
    found = scan([80], ELSEWHERE)
    assert found.states(ELSEWHERE) == {80: ("filtered", "admin-prohibited")}
    assert found.unsent == {}


@needs_error_queue
def test_host_unreachable_from_this_machine_means_that_the_neighbour_is_not_there(supply: Supply) -> None:
    supply(Scripted(WAIT, errno.EHOSTUNREACH, icmp=icmp_error(3, 1, "192.0.2.7")))
    verdict = scan([80], ELSEWHERE).verdicts[ELSEWHERE, 80]
    assert (verdict.state, verdict.reason, verdict.is_from_here) == ("filtered", "host-unreach", True)


@needs_error_queue
@pytest.mark.parametrize("code", [3, 9, 10, 13])
def test_any_other_rejection_from_this_machine_is_its_own_firewalls(supply: Supply, code: int) -> None:
    """An OUTPUT rule that rejects: nothing was sent, and nothing is known of the target."""
    supply(Scripted(WAIT, errno.EHOSTUNREACH, icmp=icmp_error(3, code, "192.0.2.7")))
    found = scan([80], ELSEWHERE)
    assert found.verdicts == {}
    assert found.unsent == {(ELSEWHERE, 80): "firewalled-here"}


@pytest.mark.parametrize("refusal", sorted(REFUSALS), ids=lambda number: errno.errorcode[number])
def test_a_refusal_to_send_is_no_state_of_the_target(supply: Supply, refusal: int) -> None:
    [attempt] = supply(Scripted(refusal))
    found = scan([80], ELSEWHERE)
    assert found.verdicts == {}
    assert found.unsent == {(ELSEWHERE, 80): REFUSALS[refusal]}
    assert attempt.fileno() == -1


def test_every_fault_has_words() -> None:
    assert {*REFUSALS.values(), "local-resources"} <= LOCAL_FAULTS.keys()


@pytest.mark.parametrize("shortage", sorted(SHORTAGES), ids=lambda number: errno.errorcode[number])
def test_a_lack_of_sockets_delays_the_probe_and_changes_no_answer(supply: Supply, shortage: int) -> None:
    supply(shortage, shortage, Scripted(WAIT, errno.ECONNREFUSED))
    found = scan([80], ELSEWHERE)
    assert found.states(ELSEWHERE) == {80: ("closed", "conn-refused")}
    assert found.unsent == {}


@pytest.mark.parametrize("shortage", sorted(SHORTAGES - {errno.EAGAIN}), ids=lambda number: errno.errorcode[number])
def test_a_lack_while_connecting_delays_the_probe_and_changes_no_answer(supply: Supply, shortage: int) -> None:
    first, _ = supply(Scripted(shortage), Scripted(WAIT, 0))
    found = scan([80], ELSEWHERE)
    assert found.states(ELSEWHERE) == {80: ("open", "syn-ack")}
    assert found.unsent == {}
    assert first.fileno() == -1


@pytest.mark.parametrize(
    "shortage", [errno.ENOBUFS, errno.ENOMEM, errno.EADDRNOTAVAIL], ids=lambda number: errno.errorcode[number]
)
def test_a_lack_after_sending_delays_the_probe_and_changes_no_answer(supply: Supply, shortage: int) -> None:
    supply(Scripted(WAIT, shortage), Scripted(WAIT, errno.ECONNREFUSED))
    found = scan([80], ELSEWHERE)
    assert found.states(ELSEWHERE) == {80: ("closed", "conn-refused")}
    assert found.unsent == {}


@pytest.fixture
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supply_module, "OUTAGE_PAUSE_S", 0.02)
    monkeypatch.setattr(supply_module, "PATIENCE_S", 0.05)


@pytest.mark.usefixtures("short_patience")
def test_a_network_that_goes_down_after_sending_and_stays_down_is_no_state_of_the_target(supply: Supply) -> None:
    supply(Scripted(WAIT, errno.ENETDOWN), *(Scripted(errno.ENETDOWN) for _ in range(20)))
    found = scan([80], ELSEWHERE)
    assert found.verdicts == {}
    assert found.unsent == {(ELSEWHERE, 80): "network-down"}
    assert found.ends[ELSEWHERE].complete is False


@pytest.mark.usefixtures("short_patience")
@pytest.mark.parametrize("lost", [errno.ENETDOWN, errno.ENETUNREACH, errno.EHOSTUNREACH], ids=errno.errorcode.get)
def test_a_network_that_comes_back_changes_no_answer(supply: Supply, lost: int) -> None:
    supply(Scripted(WAIT, errno.ENETDOWN), Scripted(lost), Scripted(WAIT, errno.ECONNREFUSED))
    found = scan([80], ELSEWHERE)
    assert found.states(ELSEWHERE) == {80: ("closed", "conn-refused")}
    assert found.unsent == {}
    assert found.ends[ELSEWHERE].complete is True


def test_a_lack_of_sockets_frees_those_that_wait_to_be_used_again(
    monkeypatch: pytest.MonkeyPatch, stack: ExitStack
) -> None:
    """One descriptor for both IP versions: the IPv4 socket has to go before there can be an IPv6 one."""
    first = stack.enter_context(Scripted(WAIT, errno.ECONNREFUSED))
    second = stack.enter_context(Scripted(WAIT, errno.ECONNREFUSED))

    def take(version: int) -> socket.socket:
        if version == 4:
            return first
        if first.fileno() != -1:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        return second

    monkeypatch.setattr(driver, "open_probe_socket", take)
    elsewhere6 = IPv6Address("2001:db8::1")
    found = scan([80], ELSEWHERE, elsewhere6, timing=Timing(timeout_s=0.2, retries=0, max_in_flight=1))
    assert found.states(ELSEWHERE) == found.states(elsewhere6) == {80: ("closed", "conn-refused")}


def test_a_refused_socket_is_used_again(supply: Supply) -> None:
    """Where the system allows it; a third of the work of a closed port."""
    [attempt] = supply(Scripted(WAIT, errno.ECONNREFUSED, WAIT, errno.ECONNREFUSED))
    found = scan([80, 81], ELSEWHERE, timing=Timing(timeout_s=0.2, retries=0, max_in_flight=1))
    assert found.states(ELSEWHERE) == {80: ("closed", "conn-refused"), 81: ("closed", "conn-refused")}
    assert {"198.51.100.1"} == {asked[0] for asked in attempt.asked_for if isinstance(asked, tuple)}


def test_where_a_refused_socket_is_useless_each_probe_gets_its_own(
    supply: Supply, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "RECONNECTS", False)
    supply(Scripted(WAIT, errno.ECONNREFUSED), Scripted(WAIT, 0))
    found = scan([80, 81], ELSEWHERE, timing=Timing(timeout_s=0.2, retries=0, max_in_flight=1))
    assert found.states(ELSEWHERE) == {80: ("closed", "conn-refused"), 81: ("open", "syn-ack")}


class Quiet(Scripted):
    """A scripted socket that gives the poller nothing to report."""

    def __init__(self, *answers: int) -> None:
        super().__init__(*answers)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            os.dup2(listener.fileno(), self.fileno(), inheritable=False)


@pytest.mark.parametrize("is_epoll_there", [True, False], ids=["epoll", "poll"])
def test_with_either_poller_the_answers_are_the_same_and_the_driver_sleeps_in_between(
    supply: Supply, monkeypatch: pytest.MonkeyPatch, is_epoll_there: bool
) -> None:
    """What was closed must be out of the set: poll(2) would report it for ever."""
    if not is_epoll_there:
        monkeypatch.delattr(select, "epoll", raising=False)
        monkeypatch.setattr(driver, "RECONNECTS", False)
    supply(Scripted(WAIT, errno.EISCONN), Scripted(WAIT, errno.ECONNREFUSED), Quiet(WAIT))
    found = scan([80, 81, 82], ELSEWHERE)
    assert found.states(ELSEWHERE) == {
        80: ("open", "syn-ack"),
        81: ("closed", "conn-refused"),
        82: ("filtered", "no-response"),
    }
    assert found.turns < 20


class StoppedProcess:
    """A clock and a poller for a process that is stopped (SIGSTOP, a suspended laptop) while an answer comes.

    Stopped in its first wait, or at one of its looks at the clock.
    """

    def __init__(self, *, stop_at_look: int | None) -> None:
        self._now_s = 0.0
        self._stop_at_look = stop_at_look
        self._looks = 0
        self._waits = 0
        self._watched: list[int] = []

    def clock(self) -> float:
        self._looks += 1
        self._now_s += 1000.0 if self._looks == self._stop_at_look else 0.000_001
        return self._now_s

    def watch(self, descriptor: int) -> None:
        self._watched.append(descriptor)

    def forget(self, descriptor: int) -> None:
        self._watched.remove(descriptor)

    def wait(self, timeout_s: float | None) -> list[int]:
        self._waits += 1
        if self._waits > 1:
            return self._watched[1:]  # the first is the signals'
        if self._stop_at_look is None:
            self._now_s += 1000.0
        return []

    def close(self) -> None:
        self._watched.clear()


@pytest.mark.parametrize("stop_at_look", [None, *range(1, 15)])
def test_an_answer_that_came_while_this_process_was_stopped_counts(
    supply: Supply, monkeypatch: pytest.MonkeyPatch, stop_at_look: int | None
) -> None:
    """Look at what is there before giving anything up, and give up only what was due before the look."""
    process = StoppedProcess(stop_at_look=stop_at_look)
    monkeypatch.setattr(engine_module, "make_poller", lambda: process)
    monkeypatch.setattr(engine_module, "monotonic", process.clock)
    monkeypatch.setattr(driver, "monotonic", process.clock)
    supply(Scripted(WAIT, errno.EISCONN))
    assert scan([80], ELSEWHERE).states(ELSEWHERE) == {80: ("open", "syn-ack")}


# --- this machine at both ends --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "local"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),  # the system takes both for loopback
        ("::", "::1"),
        ("::1%1", "::1"),
    ],
)
def test_a_connection_of_a_socket_to_itself_is_not_open(supply: Supply, target: str, local: str) -> None:
    class ToItself(Scripted):
        def getpeername(self) -> tuple[str, int]:
            return (local, 40_000)

    met_itself = ToItself(errno.EISCONN, local=(local, 40_000))
    supply(met_itself, Scripted(errno.ECONNREFUSED))
    address = ip_address(target)
    found = scan([40_000], address)
    assert found.states(address) == {40_000: ("closed", "conn-refused")}
