"""Connections on loopback: each transport, each refusal by its name, nothing left behind."""

import errno
import gc
import os
import resource
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path
from time import monotonic

import pytest

from nettools.core.connect.retry import RetryPolicy
from nettools.net.connect import dial_sockets
from nettools.net.connect.connecting import is_connected_to_itself
from nettools.net.connect.dial import Dial
from nettools.net.connect.socket_options import IPPROTO_MPTCP
from nettools.net.sockets import unix_address
from tests.net.dialing import dialed, failure, order, run_dials, running_loop

V4 = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))
V6 = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", 0, 0, 0))


@contextmanager
def tcp_listener(host: str = "127.0.0.1") -> Iterator[str]:
    """A listener that accepts by its backlog alone; yields its port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as server:
        yield str(server.getsockname()[1])


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> str:
    """A port at which nobody listens."""
    with socket.socket(socket.AF_INET, kind) as held:
        held.bind(("127.0.0.1", 0))
        return str(held.getsockname()[1])


def source_port_of_nobody() -> int:
    """A port that is free on all addresses, below those that the system gives out by itself (ip(7), 32768 on)."""
    for port in range(21_000, 31_000):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as held, suppress(OSError):
            held.bind(("0.0.0.0", port))
            return port
    raise AssertionError("no port is free")


def open_descriptors() -> int:
    return len(os.listdir("/dev/fd"))


@pytest.fixture(autouse=True)
def nothing_is_left_open() -> Iterator[None]:
    gc.collect()  # what earlier tests left behind
    before = open_descriptors()
    yield
    assert open_descriptors() == before


def resolver(monkeypatch: pytest.MonkeyPatch, *entries: object) -> None:
    """No name leaves this machine: getaddrinfo gives these."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *question: list(entries))


# --- streams and datagrams ----------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_tcp_connection_is_told_with_both_endpoints(host: str) -> None:
    with tcp_listener(host) as port, dialed(order(host, port)) as found:
        assert found.address == ip_address(host)
        assert found.peer == (f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
        assert found.local is not None
        assert found.local.startswith("[::1]:" if ":" in host else "127.0.0.1:")
        assert [one.outcome for one in found.tries] == ["open"]
        assert 0 <= found.connect_ms <= found.total_ms
        assert found.lookup_ms is None
        assert not found.end.is_datagram
        assert not found.end.socket.getblocking()


def test_octets_cross_the_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        with dialed(order("127.0.0.1", str(server.getsockname()[1]))) as found:
            peer, _ = server.accept()
            with closing(peer):
                assert found.end.write(memoryview(b"hello")) == 5
                assert peer.recv(10) == b"hello"
        assert peer.fileno() == -1


def test_the_name_of_this_machine_is_looked_up() -> None:
    with tcp_listener() as port, dialed(order("localhost", port, version=4)) as found:
        assert found.address == ip_address("127.0.0.1")
        assert found.lookup_ms is not None
        assert found.total_ms >= found.lookup_ms


def test_what_happens_is_told_in_its_order() -> None:
    with tcp_listener() as port:
        result = run_dials(order("localhost", port, version=4))
        result.done[0].end.close()
    assert result.kinds == ["looked-up", "trying", "connected"]
    assert result.events[1].message == f"trying 127.0.0.1:{port}"


def test_a_multipath_connection_has_its_protocol() -> None:
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM, IPPROTO_MPTCP).close()
    except OSError:
        pytest.skip("needed for this: a kernel with Multipath TCP")
    with tcp_listener() as port, dialed(order("127.0.0.1", port, transport="mptcp")) as found:
        assert found.end.socket.proto == IPPROTO_MPTCP


@pytest.mark.parametrize("code", [errno.EPROTONOSUPPORT, errno.ENOPROTOOPT, errno.EINVAL])
def test_a_kernel_without_multipath_says_so(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    refuse_sockets(monkeypatch, code)
    found = failure(order("127.0.0.1", "80", transport="mptcp"))
    assert (found.outcome, found.is_network, found.may_pass) == ("no-mptcp", False, False)
    assert "Multipath TCP" in found.message


def refuse_sockets(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def refuse(*question: object) -> socket.socket:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(socket, "socket", refuse)


def test_datagrams_come_and_go() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        with dialed(order("127.0.0.1", str(server.getsockname()[1]), transport="udp")) as found:
            assert found.end.is_datagram
            found.end.write(memoryview(b""))
            found.end.write(memoryview(b"two"))
            assert server.recv(10) == b""
            octets, back = server.recvfrom(10)
            server.sendto(b"answer", back)
            assert octets == b"two"
            assert found.end.socket.getsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST) == 1
            buffer = bytearray(100)
            assert found.end.read_into(memoryview(buffer)) == 6


def test_a_closed_udp_port_is_known_only_when_something_was_sent() -> None:
    with dialed(order("127.0.0.1", free_port(socket.SOCK_DGRAM), transport="udp")) as found:
        assert found.end.read_into(memoryview(bytearray(10))) is None
        found.end.write(memoryview(b"?"))
        with pytest.raises(ConnectionRefusedError):
            found.end.read_into(memoryview(bytearray(10)))


# --- Unix sockets -------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A short path to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["listener", "@nettools-test-abstract"])
def test_a_unix_stream_is_reached_by_path_and_by_abstract_name(folder: Path, name: str) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(unix_address(name))
        server.listen()
        with dialed(order(name, transport="unix")) as found:
            assert found.address is None
            assert found.peer == name
            found.end.write(memoryview(b"x"))
            peer, _ = server.accept()
            assert peer.recv(1) == b"x"
            peer.close()


@contextmanager
def datagram_server(path: str) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind(unix_address(path))
        yield server


def test_unix_datagrams_come_from_a_path_of_our_own_which_goes_with_the_connection(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(folder))
    with datagram_server("server") as server:
        with dialed(order("server", transport="unix-datagram")) as found:
            [own] = [path for path in folder.iterdir() if path.name != "server"]
            assert found.local == str(own)
            found.end.write(memoryview(b"question"))
            octets, back = server.recvfrom(100)
            assert (octets, back) == (b"question", str(own))
            server.sendto(b"answer", back)
            buffer = bytearray(100)
            assert found.end.read_into(memoryview(buffer)) == 6
        assert [path.name for path in folder.iterdir()] == ["server"]


def test_a_temporary_folder_with_a_long_name_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(folder / ("x" * 100)))
    with datagram_server("server"), dialed(order("server", transport="unix-datagram")) as found:
        assert found.local is not None
        assert found.local.startswith("/tmp/nettools-")
        assert Path(found.local).exists()
    assert not Path(found.local).exists()


@pytest.mark.parametrize("source", ["mine", "@nettools-test-source"])
def test_unix_datagrams_come_from_the_path_that_was_asked_for(folder: Path, source: str) -> None:
    with datagram_server("server") as server:
        with dialed(order("server", transport="unix-datagram", source=source)) as found:
            found.end.write(memoryview(b"q"))
            back = server.recvfrom(1)[1]
            assert os.fsencode(back) == unix_address(source)
        assert sorted(path.name for path in folder.iterdir()) == ["server"]


def test_a_source_that_exists_is_left_alone(folder: Path) -> None:
    (folder / "mine").write_text("precious")
    with datagram_server("server"):
        found = failure(order("server", transport="unix-datagram", source="mine"))
    assert (found.outcome, found.is_network) == ("source-refused", False)
    assert (folder / "mine").read_text() == "precious"


def test_nothing_is_left_of_datagrams_that_reached_nobody(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(folder))
    found = failure(order("server", transport="unix-datagram"))
    assert (found.outcome, found.is_network, found.may_pass) == ("not-there", True, True)
    assert list(folder.iterdir()) == []


def test_a_socket_file_without_a_listener_refuses(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind("left-behind")
    found = failure(order("left-behind", transport="unix"))
    assert (found.outcome, found.is_network, found.may_pass) == ("refused", True, True)
    assert found.hint is not None


@pytest.mark.parametrize(("transport", "hint"), [("unix", "-u"), ("unix-datagram", "without -u")])
def test_a_unix_socket_of_the_other_type_is_told(folder: Path, transport: str, hint: str) -> None:
    kind = socket.SOCK_DGRAM if transport == "unix" else socket.SOCK_STREAM
    with socket.socket(socket.AF_UNIX, kind) as server:
        server.bind("server")
        if kind == socket.SOCK_STREAM:
            server.listen()
        found = failure(order("server", transport="unix" if transport == "unix" else "unix-datagram"))
    assert found.outcome == "other-type"
    assert hint in (found.hint or "")


def test_a_unix_listener_with_a_full_queue_is_waited_for(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind("server")
        server.listen(0)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as first:
            first.connect("server")
            accepted: list[socket.socket] = []
            timer = threading.Timer(0.1, lambda: accepted.append(server.accept()[0]))
            timer.start()
            with dialed(order("server", transport="unix")) as found:
                assert found.connect_ms >= 50
            timer.join()
            accepted[0].close()


def test_a_unix_listener_whose_queue_stays_full_is_a_timeout(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind("server")
        server.listen(0)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as first:
            first.connect("server")
            assert failure(order("server", transport="unix", timeout_s=0.2)).outcome == "timeout"


# --- vsock --------------------------------------------------------------------------------------


def test_a_system_without_vsock_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(socket, "AF_VSOCK", raising=False)
    found = failure(order("2", "1024", transport="vsock"))
    assert (found.outcome, found.is_network) == ("no-vsock", False)
    assert "AF_VSOCK" in found.message


def test_a_kernel_without_vsock_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "AF_VSOCK", 40, raising=False)
    refuse_sockets(monkeypatch, errno.EAFNOSUPPORT)
    assert failure(order("2", "1024", transport="vsock")).outcome == "no-vsock"


def test_a_context_and_a_port_are_what_is_connected_to() -> None:
    """The address alone: what stands behind 2, the host, is nothing that a test may talk to."""
    assert dial_sockets.peer_address(order("3", "1024", transport="vsock").target, None) == (3, 1024)


def test_a_vsock_connection_on_this_machine() -> None:
    local, any_cid = 1, 0xFFFFFFFF  # VMADDR_CID_LOCAL and VMADDR_CID_ANY of linux/vm_sockets.h
    try:
        server = socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)
    except (OSError, AttributeError):
        pytest.skip("needed for this: a kernel with AF_VSOCK")
    with server:
        try:
            server.bind((local, any_cid))
        except OSError:
            pytest.skip("needed for this: the kernel module vsock_loopback")
        server.listen()
        with dialed(order("1", str(server.getsockname()[1]), transport="vsock")) as found:
            assert found.address is None


# --- refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize("transport", ["tcp", "mptcp"])
def test_a_closed_port_is_refused(transport: str) -> None:
    found = failure(order("127.0.0.1", free_port(), transport="tcp" if transport == "tcp" else "mptcp"))
    if found.outcome != "no-mptcp":
        assert (found.outcome, found.is_network, found.is_local, found.may_pass) == ("refused", True, False, True)
        assert [one.outcome for one in found.tries] == ["refused"]


def test_a_source_that_is_no_address_of_ours_is_our_own_mistake() -> None:
    found = failure(order("127.0.0.1", free_port(), source=ip_address("192.0.2.1")))
    assert (found.outcome, found.is_network, found.is_local) == ("no-such-source", False, True)
    assert "192.0.2.1 is no address of this machine" in found.message


def test_a_source_port_that_is_taken_is_our_own_mistake() -> None:
    with tcp_listener() as port, tcp_listener() as taken:
        found = failure(order("127.0.0.1", port, source=ip_address("127.0.0.1"), source_port=int(taken)))
    assert (found.outcome, found.is_network, found.may_pass) == ("source-in-use", False, True)


def test_a_source_port_of_an_earlier_connection_to_there_is_our_own_mistake() -> None:
    source_port = source_port_of_nobody()
    with tcp_listener() as port:
        again = order("127.0.0.1", port, source=ip_address("127.0.0.1"), source_port=source_port)
        with dialed(again):
            found = failure(again)
    assert (found.outcome, found.is_local, found.may_pass) == ("source-in-use", True, True)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_connection_comes_from_the_source_that_was_asked_for(host: str) -> None:
    source_port = source_port_of_nobody()
    with tcp_listener(host) as port:
        with dialed(order(host, port, source_port=source_port)) as found:
            assert found.end.socket.getsockname()[1] == source_port
        with dialed(order(host, port, source=ip_address(host))) as found:
            assert found.end.socket.getsockname()[0] == host
    if host == "127.0.0.1":
        with tcp_listener() as port, dialed(order(host, port, source=ip_address("127.0.0.9"))) as found:
            assert found.local is not None
            assert found.local.startswith("127.0.0.9:")


def test_a_connection_may_be_kept_to_one_interface() -> None:
    if not hasattr(socket, "SO_BINDTODEVICE"):
        pytest.skip("needed for this: Linux, which has SO_BINDTODEVICE")
    with tcp_listener() as port, dialed(order("127.0.0.1", port, interface="lo")) as found:
        assert found.end.socket.getsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, 16).rstrip(b"\0") == b"lo"


def test_an_interface_that_is_not_there_is_our_own_mistake() -> None:
    if not hasattr(socket, "SO_BINDTODEVICE"):
        pytest.skip("needed for this: Linux, which has SO_BINDTODEVICE")
    found = failure(order("127.0.0.1", "80", interface="nosuch0"))
    assert (found.outcome, found.is_network) == ("no-such-interface", False)


def test_a_zone_that_is_no_interface_is_a_bad_request() -> None:
    found = failure(order("fe80::1%nosuch0", "80"))
    assert (found.outcome, found.is_network) == ("bad-address", False)


def test_an_order_that_contradicts_itself_is_refused_before_anything_is_sent() -> None:
    found = failure(order("127.0.0.1", "80", version=6))
    assert (found.outcome, found.is_network, found.tries) == ("bad-address", False, ())


def test_no_descriptors_is_nothing_that_the_target_did() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)

    def exhaust(event: object) -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))

    try:
        result = run_dials(order("127.0.0.1", "80"), on_event=exhaust)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    [found] = result.failed
    assert (found.outcome, found.is_local, found.is_network, found.may_pass) == ("local-resources", True, False, True)


@pytest.mark.parametrize(
    ("code", "outcome", "is_local"),
    [
        (errno.ENETUNREACH, "no-route", True),
        (errno.EHOSTUNREACH, "unreachable-route", True),
        (errno.EACCES, "prohibited", True),
        (errno.EPERM, "firewalled-here", True),
        (errno.ENETDOWN, "network-down", True),
        (errno.EINVAL, "blackhole-route", True),
        (errno.EAFNOSUPPORT, "family-unsupported", True),
        (errno.EADDRNOTAVAIL, "local-resources", True),
        (errno.EAGAIN, "local-resources", True),
        (errno.ENOBUFS, "local-resources", True),
        (errno.ENOMEM, "local-resources", True),
        (errno.ECONNREFUSED, "refused", False),
        (errno.ETIMEDOUT, "timeout", False),
        (errno.EIO, "network-error", False),
    ],
)
def test_what_connect_itself_refuses_has_a_name_of_its_own(
    monkeypatch: pytest.MonkeyPatch, code: int, outcome: str, is_local: bool
) -> None:
    monkeypatch.setattr(socket.socket, "connect_ex", lambda *question: code)
    found = failure(order("127.0.0.1", "80"))
    assert (found.outcome, found.is_local, found.is_network) == (outcome, is_local, True)


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (errno.ECONNREFUSED, "refused"),
        (errno.ETIMEDOUT, "timeout"),
        (errno.ECONNRESET, "reset"),
        (errno.EHOSTUNREACH, "unreachable"),
        (errno.ENETUNREACH, "unreachable"),
        (errno.EACCES, "prohibited"),
        (errno.ENOPROTOOPT, "unreachable"),
        (errno.EPROTO, "unreachable"),
    ],
)
def test_what_comes_back_while_it_is_under_way_is_the_targets_or_the_networks(
    monkeypatch: pytest.MonkeyPatch, code: int, outcome: str
) -> None:
    monkeypatch.setattr(socket.socket, "getsockopt", lambda *question: code)
    found = failure(order("127.0.0.1", free_port()))
    assert (found.outcome, found.is_local, found.is_network) == (outcome, False, True)


def test_a_socket_that_was_connected_to_itself_is_nobody() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as alone:
        alone.bind(("127.0.0.1", 0))
        alone.connect(alone.getsockname())
        assert is_connected_to_itself(alone)
    with tcp_listener() as port, dialed(order("127.0.0.1", port)) as found:
        assert not is_connected_to_itself(found.end.socket)


def test_a_connection_with_itself_counts_as_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nettools.net.connect.connecting.is_connected_to_itself", lambda connected: True)
    with tcp_listener() as port:
        assert failure(order("127.0.0.1", port)).outcome == "refused"


# --- several addresses, several dials -----------------------------------------------------------


def test_the_next_address_is_tried_at_once_when_one_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver(monkeypatch, V6, V4)
    with tcp_listener("127.0.0.1") as port, dialed(order("host.test", port)) as found:
        assert found.address == ip_address("127.0.0.1")
        assert [(str(one.address), one.outcome) for one in found.tries] == [("::1", "refused"), ("127.0.0.1", "open")]
        assert found.total_ms < 250


def test_all_that_were_tried_are_told_when_none_works(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver(monkeypatch, V6, V4)
    found = failure(order("host.test", free_port()))
    assert found.outcome == "refused"
    assert "(::1 refused, 127.0.0.1 refused)" in found.message
    assert found.lookup_ms is not None


def test_only_the_version_that_was_asked_for_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver(monkeypatch, V6, V4)
    found = failure(order("host.test", free_port(), version=4))
    assert [str(one.address) for one in found.tries] == ["127.0.0.1"]


def test_a_name_that_is_not_found_is_no_network_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*question: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    found = failure(order("nosuch.test", "80"))
    assert (found.outcome, found.is_network, found.tries) == ("name-lookup-failed", False, ())
    assert "the name 'nosuch.test' has no address" in found.message


@pytest.fixture
def never(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A resolver that does not answer until the test is over."""
    over = threading.Event()

    def hang(*question: object) -> list[object]:
        over.wait()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    before = set(threading.enumerate())
    yield
    over.set()
    for thread in set(threading.enumerate()) - before:
        thread.join()


def test_a_resolver_that_never_answers_is_given_up_at_the_deadline(never: None) -> None:
    began_s = monotonic()
    found = failure(order("host.test", "80", timeout_s=0.1))
    assert (found.outcome, found.is_network) == ("name-lookup-failed", False)
    assert "took longer than 0.1 s" in found.message
    assert 0.1 <= monotonic() - began_s < 2


def test_a_resolver_without_a_thread_is_a_shortage_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*question: object, **more: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading, "Thread", refuse)
    found = failure(order("host.test", "80"))
    assert (found.outcome, found.is_local, found.is_network) == ("local-resources", True, False)


def test_several_dials_share_a_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver(monkeypatch, V4)
    with tcp_listener() as port:
        closed = free_port()
        result = run_dials(*[order("host.test", port)] * 20, *[order("127.0.0.1", closed)] * 20)
        for one in result.done:
            one.end.close()
    assert (len(result.done), len(result.failed)) == (20, 20)


@pytest.mark.parametrize("name", ["127.0.0.1", "host.test"])
def test_what_is_given_up_tells_nobody_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    resolver(monkeypatch, V4)
    told: list[object] = []
    with tcp_listener() as port, running_loop() as loop:
        for turns in range(6):
            dial = Dial(loop, order(name, port), on_done=told.append, on_failed=told.append)
            dial.start()
            for _ in range(turns):
                loop.call_soon(lambda: None)
                loop._turn()
            if told:
                break
            dial.cancel()
            dial.cancel()
            assert not loop._ready
        loop.call_at(monotonic() + 0.05, loop.stop)
        loop.run()
        for one in told:
            one.end.close()  # type: ignore[attr-defined]
    assert len(told) <= 1


# --- again --------------------------------------------------------------------------------------


def test_a_refusal_is_tried_again_and_each_round_is_told() -> None:
    result = run_dials(order("127.0.0.1", free_port()), policy=RetryPolicy(retries=2, backoff_s=0.02))
    assert result.kinds == ["trying", "failed", "retrying"] * 2 + ["trying", "failed"]
    waits = [one.duration_ms for one in result.events if one.kind == "retrying"]
    assert waits == [20.0, 40.0]
    assert result.failed[0].message.endswith("; 3 times")
    assert "2 left" in result.events[2].message


def test_a_listener_that_comes_up_later_is_reached() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
        server.bind(("127.0.0.1", 0))

        def listen_at_last(event: object) -> None:
            if getattr(event, "kind", "") == "retrying":
                server.listen()

        target = order("127.0.0.1", str(server.getsockname()[1]))
        result = run_dials(target, policy=RetryPolicy(retries=5, backoff_s=0.01), on_event=listen_at_last)
        result.done[0].end.close()
    assert result.kinds == ["trying", "failed", "retrying", "trying", "connected"]


def test_what_stays_wrong_is_not_tried_again() -> None:
    wrong = order("127.0.0.1", free_port(), source=ip_address("192.0.2.1"))
    result = run_dials(wrong, policy=RetryPolicy(retries=5, backoff_s=0.01))
    assert "retrying" not in result.kinds
    assert len(result.failed) == 1
