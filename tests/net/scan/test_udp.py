"""UDP probes against services of the test's own on loopback."""

import errno
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from ipaddress import IPv4Address, IPv6Address, ip_address
from time import monotonic

import pytest

from nettools.core.scan.faults import LOCAL_FAULTS
from nettools.core.scan.finding import Finding
from nettools.core.scan.payloads import Payload, PayloadTable
from nettools.core.scan.reason import ANSWERED, UNREACHABLE_PORT
from nettools.core.scan.udp_answer import Copied, Length, Octets
from nettools.errors import LocalFault
from nettools.net.scan.datagram_prober import endpoint, wire_address
from nettools.net.scan.datagram_socket import DatagramSocket, Rejection
from nettools.net.scan.source import ANY_SOURCE, ProbeSource
from nettools.net.scan.udp import UdpProber
from tests.net.scan.datagram_probing import Notes, Watching, closed_port, service

LOOPBACK4, LOOPBACK6 = IPv4Address("127.0.0.1"), IPv6Address("::1")
KEY = b"the key of the tests"


def payload(name: str, port: int, said: bytes, *, turn: int = 1, any_port: bool = False) -> Payload:
    """An answer repeats the request and says more."""
    return Payload(
        name=name,
        protocol=name,
        ports=(port,),
        source="",
        parts=(said,),
        replies=((Octets(0, Copied(0, len(said))), Length(len(said) + 1, None)),),
        turn=turn,
        is_answered_from_any_port=any_port,
    )


class Bench:
    """A prober with a plan that remembers."""

    def __init__(self, *payloads: Payload, source: ProbeSource = ANY_SOURCE) -> None:
        self.notes, self.watching = Notes(), Watching()
        self.found: dict[int, Finding] = {}
        self.prober = UdpProber(
            self.notes,
            self.watching,
            PayloadTable(payloads),
            key=KEY,
            on_answer=self.found.__setitem__,
            source=source,
        )

    def send(self, probe: int, address: IPv4Address | IPv6Address, port: int) -> None:
        self.prober.send(probe, address, port, monotonic())

    def outcome(self, address: IPv4Address | IPv6Address, port: int, probe: int = 0) -> object:
        """What the plan was told of one probe: a verdict or the kind of a fault; None after a while of silence."""
        self.send(probe, address, port)
        self.watching.until(self.notes, [probe])
        return self.notes.verdicts.get(probe) or self.notes.faults.get(probe)


@contextmanager
def bench(*payloads: Payload, source: ProbeSource = ANY_SOURCE) -> Iterator[Bench]:
    made = Bench(*payloads, source=source)
    try:
        yield made
    finally:
        made.prober.close()


# --- states ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.8.7", "::1"])
def test_a_closed_port_is_closed_with_the_ttl_of_who_said_so(address: str) -> None:
    with closed_port(address) as port, bench() as one:
        assert one.outcome(ip_address(address), port) is UNREACHABLE_PORT
        assert one.notes.ttls[0] == 64


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.8.7", "::1"])
def test_any_datagram_from_the_port_means_open(address: str) -> None:
    with service(lambda asked: b"whatever", address) as port, bench() as one:
        assert one.outcome(ip_address(address), port) is ANSWERED
        assert one.notes.ttls[0] == 64
        assert one.found == {}


def test_an_empty_datagram_is_an_answer() -> None:
    with service(lambda asked: b"") as port, bench() as one:
        assert one.outcome(LOOPBACK4, port) is ANSWERED


def test_a_recognised_answer_names_its_protocol() -> None:
    with service(lambda asked: asked + b"!") as port, bench(payload("proto", port, b"hi")) as one:
        assert one.outcome(LOOPBACK4, port) is ANSWERED
        assert one.found == {0: Finding(service="proto")}


def test_silence_is_left_to_the_plan() -> None:
    with service(lambda asked: None) as port, bench() as one:
        one.send(0, LOOPBACK4, port)
        one.watching.until(one.notes, [0], patience_s=0.05)
        assert one.notes.sent_probes == [0]
        assert not one.notes.knows(0)


@pytest.mark.parametrize(
    ("written", "answers"),
    [("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("::ffff:127.0.0.1", "127.0.0.1"), ("::ffff:0.0.0.0", "127.0.0.1")],
)
def test_an_address_that_means_another_is_answered_by_that(written: str, answers: str) -> None:
    with closed_port(answers) as closed, service(lambda asked: b"!", answers) as opened, bench() as one:
        assert one.outcome(ip_address(written), closed) is UNREACHABLE_PORT
        assert one.outcome(ip_address(written), opened, probe=1) is ANSWERED


def test_two_spellings_of_one_address_are_both_answered() -> None:
    with closed_port() as port, service(lambda asked: b"!") as opened, bench() as one:
        for probe, address in enumerate((LOOPBACK4, ip_address("0.0.0.0"), ip_address("::ffff:127.0.0.1"))):
            one.send(probe, address, port)
            one.send(10 + probe, address, opened)
        one.watching.until(one.notes, [0, 1, 2, 10, 11, 12])
        assert [one.notes.verdicts[probe] for probe in (0, 1, 2)] == [UNREACHABLE_PORT] * 3
        assert [one.notes.verdicts[probe] for probe in (10, 11, 12)] == [ANSWERED] * 3


def test_the_kernel_and_we_name_an_endpoint_alike() -> None:
    for address in ("127.0.0.1", "::1", "::1%lo", "2001:db8::1", "::102:304"):
        target = wire_address(ip_address(address))
        where = endpoint(target, 9)
        with socket.socket(socket.AF_INET if len(where) == 2 else socket.AF_INET6, socket.SOCK_DGRAM) as asker:
            try:
                asker.connect(where)
            except OSError:
                continue  # a system without that family or a route
            assert asker.getpeername() == where
    assert endpoint(IPv6Address("::1.2.3.4"), 9)[0] == "::1.2.3.4"


# --- many at once ---------------------------------------------------------------------------------


def test_many_probes_share_one_socket_and_each_gets_its_own_answer() -> None:
    with ExitStack() as stack:
        closed = [stack.enter_context(closed_port()) for _ in range(200)]
        opened = [stack.enter_context(service(lambda asked: b"!")) for _ in range(20)]
        one = stack.enter_context(bench())
        ports = [port for pair in zip(closed, [*opened, *closed[20:]], strict=True) for port in dict.fromkeys(pair)]
        for probe, port in enumerate(ports):
            one.send(probe, LOOPBACK4, port)
        one.watching.until(one.notes, range(len(ports)))
        assert len(one.watching.descriptors) == 1
        assert {port: one.notes.verdicts[probe] for probe, port in enumerate(ports)} == {
            **dict.fromkeys(closed, UNREACHABLE_PORT),
            **dict.fromkeys(opened, ANSWERED),
        }
        assert (one.prober.stray_count, one.prober.lost_count, one.notes.held_back) == (0, 0, [])


def test_answers_that_find_no_room_are_counted_and_another_socket_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nettools.net.scan.datagram_socket._RECEIVE_BUFFER", 1)  # the kernel gives its least
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked, bench() as one:
        asked.bind(("127.0.0.1", 0))
        one.send(0, LOOPBACK4, asked.getsockname()[1])
        _, client = asked.recvfrom(100)
        for _ in range(100):
            asked.sendto(bytes(1400), client)  # loopback delivers it, or drops it, before the call returns
        one.watching.until(one.notes, [0])
        assert one.notes.verdicts[0] is ANSWERED
        assert len(one.watching.descriptors) == 1
        # The kernel tells of drops with the next datagram that finds room.
        one.send(1, LOOPBACK4, asked.getsockname()[1])
        asked.recvfrom(100)
        asked.sendto(b"!", client)
        one.watching.until(one.notes, [1])
        assert one.prober.lost_count > 50
        assert len(one.watching.descriptors) == 2
        senders = set()
        for probe in range(2, 6):
            one.send(probe, LOOPBACK4, asked.getsockname()[1])
            senders.add(asked.recvfrom(100)[1])
        assert len(senders) == 2


def test_a_flood_ends_a_look_but_not_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nettools.net.scan.datagram_prober.MOST_AT_ONCE", 3)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked, socket.socket(type=socket.SOCK_DGRAM) as flooding:
        asked.bind(("127.0.0.1", 0))
        with bench() as one:
            one.send(0, LOOPBACK4, asked.getsockname()[1])
            _, client = asked.recvfrom(100)
            for _ in range(4):
                flooding.sendto(b"flood", client)
            asked.sendto(b"!", client)
            [descriptor] = one.watching.descriptors
            one.prober.look(descriptor)
            assert (one.prober.stray_count, one.notes.verdicts) == (3, {})
            one.prober.give_up(99)
            assert (one.prober.stray_count, one.notes.verdicts) == (4, {0: ANSWERED})


# --- what is not an answer ------------------------------------------------------------------------


def test_a_probe_that_was_given_up_is_not_told_of() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as late, bench() as one:
        late.bind(("127.0.0.1", 0))
        one.send(0, LOOPBACK4, late.getsockname()[1])
        _, client = late.recvfrom(100)
        one.prober.give_up(0)
        late.sendto(b"late", client)
        one.watching.until(one.notes, [0], patience_s=0.05)
        assert not one.notes.knows(0)
        assert one.prober.stray_count == 1


def test_an_answer_to_an_earlier_attempt_counts_for_the_later_one() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as late, bench() as one:
        late.bind(("127.0.0.1", 0))
        port = late.getsockname()[1]
        one.send(0, LOOPBACK4, port)
        _, client = late.recvfrom(100)
        one.prober.give_up(0)
        one.send(0, LOOPBACK4, port)
        late.sendto(b"late", client)
        one.watching.until(one.notes, [0])
        assert one.notes.verdicts[0] is ANSWERED


def test_a_datagram_from_elsewhere_says_nothing() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked, bench() as one:
        asked.bind(("127.0.0.1", 0))
        one.send(0, LOOPBACK4, asked.getsockname()[1])
        _, client = asked.recvfrom(100)
        for address in ("127.0.0.1", "127.0.0.2"):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
                other.bind((address, 0))
                other.sendto(b"not asked", client)
        one.watching.until(one.notes, [0], patience_s=0.05)
        assert not one.notes.knows(0)
        assert one.prober.stray_count == 2


def test_a_protocol_may_answer_from_another_port() -> None:
    """TFTP takes a new port for each transfer (RFC 1350 §4)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked, socket.socket(type=socket.SOCK_DGRAM) as transfer:
        asked.bind(("127.0.0.1", 0))
        transfer.bind(("127.0.0.1", 0))
        port = asked.getsockname()[1]
        with bench(payload("roaming", port, b"get", any_port=True)) as one:
            one.send(0, LOOPBACK4, port)
            _, client = asked.recvfrom(100)
            transfer.sendto(b"what nobody asked for", client)
            transfer.sendto(b"get it", client)
            one.watching.until(one.notes, [0])
            assert one.notes.verdicts[0] is ANSWERED
            assert one.found == {0: Finding(service="roaming")}
            assert one.prober.stray_count == 1


# --- payloads -------------------------------------------------------------------------------------


def test_payloads_of_a_port_take_turns_until_one_is_answered() -> None:
    said: list[bytes] = []

    def picky(asked: bytes) -> bytes | None:
        said.append(asked)
        return b"third!" if asked == b"third" else None

    with service(picky) as port:
        first, second, third = (
            payload(name, port, name.encode(), turn=turn) for turn, name in enumerate(("first", "second", "third"), 1)
        )
        with bench(third, first, second) as one:
            for _ in range(2):
                one.send(0, LOOPBACK4, port)
                one.watching.until(one.notes, [0], patience_s=0.05)
                one.prober.give_up(0)
            assert one.outcome(LOOPBACK4, port) is ANSWERED
    assert said == [b"first", b"second", b"third"]
    assert one.found == {0: Finding(service="third")}


def test_a_payload_that_could_not_be_sent_keeps_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        service(lambda asked: asked + b"!") as port,
        bench(payload("a", port, b"a"), payload("b", port, b"b", turn=2)) as one,
    ):
        with monkeypatch.context() as patched:
            patched.setattr(DatagramSocket, "send", lambda *_: errno.ENOBUFS)
            one.send(0, LOOPBACK4, port)
        assert one.notes.held_back == [0]
        assert one.outcome(LOOPBACK4, port) is ANSWERED
        assert one.found == {0: Finding(service="a")}


# --- this machine ---------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["255.255.255.255", "127.255.255.255", "224.0.0.1", "ff02::1"])
def test_nobody_in_particular_has_no_ports(address: str) -> None:
    with bench() as one:
        assert one.outcome(ip_address(address), 9) == "no-host"
        assert one.notes.sent_probes == []


def test_the_reserved_port_cannot_be_probed() -> None:
    with bench() as one:
        assert one.outcome(LOOPBACK4, 0) == "port-zero"
        assert "port-zero" in LOCAL_FAULTS


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.EPERM, "firewalled-here"),
        (errno.EACCES, "prohibited"),
        (errno.ENETUNREACH, "no-route"),
        (errno.EHOSTUNREACH, "unreachable-route"),
        (errno.EINVAL, "blackhole-route"),
        (errno.ENETDOWN, "network-down"),
        (errno.EAFNOSUPPORT, "family-unsupported"),
        (errno.EADDRNOTAVAIL, "no-source-address"),
    ],
)
def test_a_refusal_of_this_machine_is_no_state(monkeypatch: pytest.MonkeyPatch, number: int, kind: str) -> None:
    with bench() as one:
        monkeypatch.setattr(DatagramSocket, "send", lambda *_: number)
        one.send(0, LOOPBACK4, 9)
        assert one.notes.faults == {0: kind}
        assert one.notes.sent_probes == []


@pytest.mark.parametrize("number", [errno.ENOBUFS, errno.EAGAIN, errno.ENOMEM, errno.EMSGSIZE, errno.ECONNREFUSED])
def test_a_shortage_holds_the_probe_back(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    with bench() as one:
        monkeypatch.setattr(DatagramSocket, "send", lambda *_: number)
        one.send(0, LOOPBACK4, 9)
        assert (one.notes.held_back, one.notes.faults, one.notes.verdicts) == ([0], {}, {})


def test_without_a_descriptor_the_probe_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(*_: object, **__: object) -> DatagramSocket:
        raise OSError(errno.EMFILE, "none left")

    with bench() as one:
        with monkeypatch.context() as patched:
            patched.setattr("nettools.net.scan.udp.DatagramSocket", none_left)
            one.send(0, LOOPBACK4, 9)
        assert one.notes.held_back == [0]
        with closed_port() as port:
            assert one.outcome(LOOPBACK4, port) is UNREACHABLE_PORT


def test_an_error_about_an_earlier_datagram_does_not_spoil_the_next() -> None:
    with closed_port() as closed, service(lambda asked: b"!") as opened:
        told: list[Rejection] = []
        sending = DatagramSocket(4, ANY_SOURCE)
        try:
            assert sending.send(b"", ("127.0.0.1", closed), told.append) == 0
            assert sending.send(b"", ("127.0.0.1", opened), told.append) == 0
        finally:
            sending.close()
        assert [one.target for one in told] == [("127.0.0.1", closed)]


def test_an_interface_that_has_gone_is_no_route() -> None:
    with bench() as one:
        assert one.outcome(ip_address("fe80::1%gone0"), 9) == "no-route"


# --- where probes come from -----------------------------------------------------------------------


def asker_of(one: Bench, address: str) -> tuple[str, int]:
    """From where a probe comes."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.bind((address, 0))
        asked.settimeout(5)
        one.send(0, ip_address(address), asked.getsockname()[1])
        host, port, *_ = asked.recvfrom(100)[1]
        return host, port


def test_probes_come_from_the_address_and_port_that_were_asked_for() -> None:
    with closed_port("127.0.0.5") as port:
        pass
    with bench(source=ProbeSource(address=IPv4Address("127.0.0.5"), port=port)) as one:
        assert asker_of(one, "127.0.0.1") == ("127.0.0.5", port)


def test_another_ip_version_than_the_sources_is_not_sent_from_elsewhere() -> None:
    with bench(source=ProbeSource(address=LOOPBACK4)) as one:
        assert one.outcome(LOOPBACK6, 9) == "no-source-address"
    with bench(source=ProbeSource(address=LOOPBACK6)) as one:
        assert one.outcome(LOOPBACK4, 9) == "no-source-address"
        assert asker_of(one, "::1")[0] == "::1"


def test_a_source_that_is_not_here_is_told_before_anything_is_sent() -> None:
    for source in (ProbeSource(address=ip_address("192.0.2.1")), ProbeSource(interface="gone0")):
        with bench(source=source) as one, pytest.raises(LocalFault):
            one.send(0, LOOPBACK4, 9)


def test_what_was_lost_is_still_known_at_the_end() -> None:
    with bench() as one, closed_port() as port:
        assert one.outcome(LOOPBACK4, port) is UNREACHABLE_PORT
        [opened] = one.prober._by_descriptor.values()
        opened.lost = 3
        one.prober.close()
        assert one.prober.lost_count == 3


def test_probes_go_through_the_interface_that_was_asked_for() -> None:
    with bench(source=ProbeSource(interface="lo")) as one, closed_port() as port:
        assert one.outcome(LOOPBACK4, port) is UNREACHABLE_PORT
