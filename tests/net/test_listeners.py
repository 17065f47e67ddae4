"""Listening sockets: which addresses, one port for all, what is refused and why."""

import os
import socket
import stat
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest

from nettools.core.connect.target import Transport
from nettools.core.listen.place import Place, parse_place
from nettools.errors import ListenError
from nettools.net.listen import listeners
from nettools.net.listen.listeners import Listening, open_listeners
from tests import peers


def opened(
    *words: str, transport: Transport = "tcp", is_any: bool = False, version: int | None = None
) -> list[Listening]:
    place = parse_place(words, transport=transport, is_any=is_any, version=version)
    return open_listeners(place, place.addresses())


@pytest.fixture
def both() -> Iterator[list[Listening]]:
    found = opened("0")
    yield found
    for one in found:
        one.close()


def test_loopback_of_both_families_on_one_free_port(both: list[Listening]) -> None:
    assert [one.address for one in both] == [IPv4Address("127.0.0.1"), IPv6Address("::1")]
    port = both[0].port
    assert port
    assert [one.text for one in both] == [f"127.0.0.1:{port}", f"[::1]:{port}"]
    for host in ("127.0.0.1", "::1"):
        socket.create_connection((host, port), timeout=5).close()


def test_every_address_of_both_families_with_a_socket_for_each() -> None:
    found = opened("0", is_any=True)
    try:
        assert [str(one.address) for one in found] == ["0.0.0.0", "::"]
        assert found[0].port == found[1].port
        assert found[1].socket.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)
        assert all(one.is_wildcard for one in found)
    finally:
        for one in found:
            one.close()


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_a_port_free_in_one_family_and_taken_in_the_other_is_tried_again(
    transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM
    blockers: list[socket.socket] = []
    really_open = listeners._open
    asked: list[tuple[int, int]] = []

    def open_while_others_come(transport: Transport, address: object, port: int, prepare: object) -> Listening:
        assert isinstance(address, (IPv4Address, IPv6Address))
        asked.append((address.version, port))
        if address.version == 6 and len(blockers) < 3:
            blockers.append(socket.socket(socket.AF_INET6, kind))
            blockers[-1].bind(("::1", port))
            if kind == socket.SOCK_STREAM:
                blockers[-1].listen()
        return really_open(transport, address, port, prepare)  # type: ignore[arg-type]

    monkeypatch.setattr(listeners, "_open", open_while_others_come)
    found = opened("0", transport=transport)
    assert found[0].port == found[1].port
    assert [version for version, _ in asked] == [4, 6] * 4
    for one in found:
        one.close()
    for blocker in blockers:
        blocker.close()


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_two_at_once_on_one_port_are_refused_with_the_reason(transport: Transport) -> None:
    first = opened("0", transport=transport)
    try:
        with pytest.raises(ListenError, match="in use") as refused:
            opened(str(first[0].port), transport=transport)
        assert refused.value.hint
    finally:
        for one in first:
            one.close()


def test_everywhere_does_not_take_a_port_from_one_who_listens_on_loopback(both: list[Listening]) -> None:
    with pytest.raises(ListenError, match="in use"):
        opened(str(both[0].port), is_any=True)


def test_a_restart_at_once_works_a_hundred_times(both: list[Listening]) -> None:
    port = both[0].port
    assert port
    found = both
    for _ in range(100):
        # The side that closes first keeps the connection in TIME_WAIT, on our port.
        client = socket.create_connection(("127.0.0.1", port), timeout=5)
        accepted, _ = found[0].socket.accept()
        accepted.close()
        assert client.recv(1) == b""
        client.close()
        for one in found:
            one.close()
        found = opened(str(port))
    for one in found:
        one.close()


def test_an_address_of_another_machine_is_refused_with_the_reason() -> None:
    with pytest.raises(ListenError, match=r"192\.0\.2\.1 is no address of this machine"):
        opened("192.0.2.1", "0")


def test_a_privileged_port_as_nobody_is_refused_with_what_to_do() -> None:
    peers.require(root=True, reason="to become nobody")
    child = os.fork()
    if not child:
        status = 1
        try:
            Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text(encoding="ascii")
            os.setgid(65534)
            os.setuid(65534)
            opened("127.0.0.1", "81")
        except ListenError as error:
            status = 0 if error.hint == "choose a port >= 1024" else 2
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    if int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text(encoding="ascii")) <= 81:
        peers.unavailable("needed a system that keeps ports below 1024 for the administrator")
    assert os.waitstatus_to_exitcode(status) == 0


@pytest.mark.parametrize("missing", [4, 6])
@pytest.mark.parametrize("is_any", [False, True])
def test_a_family_that_this_machine_lacks_is_left_out(
    missing: int, is_any: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    lack(monkeypatch, missing)
    (found,) = opened("0", is_any=is_any)
    assert found.address is not None
    assert found.address.version != missing
    found.close()


def test_a_family_that_was_asked_for_and_is_missing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    lack(monkeypatch, 6)
    for words, version in ((["0"], 6), (["::1", "0"], None)):
        with pytest.raises(ListenError, match="IPv6"):
            opened(*words, version=version)


def lack(monkeypatch: pytest.MonkeyPatch, version: int) -> None:
    really_open = listeners._open

    def open_without(transport: Transport, address: object, port: int, prepare: object) -> Listening:
        assert isinstance(address, (IPv4Address, IPv6Address))
        if address.version == version:
            raise OSError(97, "Address family not supported by protocol")
        return really_open(transport, address, port, prepare)  # type: ignore[arg-type]

    monkeypatch.setattr(listeners, "_open", open_without)


def test_nothing_stays_open_when_one_of_the_addresses_is_refused(both: list[Listening]) -> None:
    port = both[0].port
    both[0].close()
    with pytest.raises(ListenError, match=r"\[::1\]"):
        opened(str(port))
    socket.create_server(("127.0.0.1", port or 0)).close()


def test_options_are_set_before_binding_and_clients_inherit_them() -> None:
    place = parse_place(["127.0.0.1", "0"], transport="tcp")

    def prepare(made: socket.socket) -> None:
        assert made.getsockname()[1] == 0
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        made.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 42)
        made.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, 0x10)

    (found,) = open_listeners(place, place.addresses(), prepare=prepare)
    with found.socket, socket.create_connection(("127.0.0.1", found.port or 0), timeout=5):
        accepted, _ = found.socket.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            assert accepted.getsockopt(socket.IPPROTO_IP, socket.IP_TTL) == 42
            assert accepted.getsockopt(socket.IPPROTO_IP, socket.IP_TOS) == 0x10


def test_multipath_tcp_listens_where_the_kernel_has_it() -> None:
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262).close()
    except OSError:
        with pytest.raises(ListenError, match="Multipath"):
            opened("0", transport="mptcp")
        return
    found = opened("0", transport="mptcp")
    assert {one.socket.proto for one in found} == {262}
    assert {one.protocol for one in found} == {"mptcp"}
    for one in found:
        one.close()


def test_vsock_listens_or_says_why_not() -> None:
    try:
        with socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM):
            pass
    except OSError:
        with pytest.raises(ListenError, match="vsock"):
            opened("5000", transport="vsock")
        return
    try:
        found = opened("0", transport="vsock", is_any=True)
    except ListenError as error:
        peers.unavailable(f"needed a vsock that can be bound: {error.message}")
    assert found[0].text.startswith("-1:")
    assert found[0].port
    found[0].close()


def unix(path: Path | str, *, datagram: bool = False, mode: int | None = None, unlink_first: bool = False) -> Listening:
    place = Place(transport="unix-datagram" if datagram else "unix", path=str(path))
    (found,) = open_listeners(place, mode=mode, unlink_first=unlink_first)
    return found


@pytest.mark.parametrize("datagram", [False, True])
def test_a_unix_socket_is_removed_at_the_end(tmp_path: Path, datagram: bool) -> None:
    path = tmp_path / "s"
    found = unix(path, datagram=datagram)
    assert stat.S_ISSOCK(path.stat().st_mode)
    found.close()
    found.close()
    assert not path.exists()


def test_a_file_that_somebody_put_in_its_place_is_not_removed(tmp_path: Path) -> None:
    path = tmp_path / "s"
    found = unix(path)
    path.unlink()
    path.write_text("theirs")
    found.close()
    assert path.read_text() == "theirs"


@pytest.mark.parametrize("mode", [0o600, 0o666, 0o777, 0])
def test_a_unix_socket_has_the_permissions_asked_for(tmp_path: Path, mode: int) -> None:
    before = os.umask(0o027)
    try:
        found = unix(tmp_path / "s", mode=mode)
        assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == mode
        assert os.umask(0o027) == 0o027
        found.close()
    finally:
        os.umask(before)


@pytest.mark.parametrize("datagram", [False, True])
def test_a_deserted_socket_is_in_the_way_and_can_be_removed_first(tmp_path: Path, datagram: bool) -> None:
    path = tmp_path / "s"
    kind = socket.SOCK_DGRAM if datagram else socket.SOCK_STREAM
    with socket.socket(socket.AF_UNIX, kind) as dead:
        dead.bind(str(path))
    with pytest.raises(ListenError, match="nobody listens there") as refused:
        unix(path, datagram=datagram)
    assert refused.value.hint == "--unlink-first removes it"
    unix(path, datagram=datagram, unlink_first=True).close()


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET])
@pytest.mark.parametrize("unlink_first", [False, True])
def test_a_socket_that_somebody_holds_is_never_removed(
    tmp_path: Path, kind: socket.SocketKind, unlink_first: bool
) -> None:
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX, kind) as theirs:
        theirs.bind(str(path))
        if kind != socket.SOCK_DGRAM:
            theirs.listen()
        with pytest.raises(ListenError, match="in use"):
            unix(path, unlink_first=unlink_first)
    assert path.exists()


@pytest.mark.parametrize("unlink_first", [False, True])
def test_a_file_that_is_no_socket_is_never_removed(tmp_path: Path, unlink_first: bool) -> None:
    path = tmp_path / "s"
    path.write_text("precious")
    with pytest.raises(ListenError, match="no socket" if unlink_first else "exists already"):
        unix(path, unlink_first=unlink_first)
    assert path.read_text() == "precious"


def test_an_abstract_socket_has_no_file() -> None:
    name = f"@nettools-test-{os.getpid()}"
    found = unix(name)
    assert found.text == name
    with socket.socket(socket.AF_UNIX) as client:
        client.connect("\0" + name[1:])
    with pytest.raises(ListenError, match="in use"):
        unix(name)
    found.close()


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(ListenError, match="No such file"):
        unix(tmp_path / "no" / "s")
