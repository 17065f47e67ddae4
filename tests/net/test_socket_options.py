"""Each option is asked for again from the connected socket."""

import errno
import socket
from collections.abc import Iterator

import pytest

from nettools.core.connect.socket_options import SocketOptions
from nettools.net.connect import socket_options
from tests.net.dialing import dialed, failure, order, run_dials

FAMILIES = {"127.0.0.1": socket.AF_INET, "::1": socket.AF_INET6}


@pytest.fixture(params=FAMILIES)
def host(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def port(host: str) -> Iterator[str]:
    with socket.create_server((host, 0), family=FAMILIES[host]) as server:
        yield str(server.getsockname()[1])


def got(host: str, port: str, options: SocketOptions, level: int, option: int) -> int:
    with dialed(order(host, port, socket_options=options)) as found:
        return found.end.socket.getsockopt(level, option)


def test_tos_and_traffic_class(host: str, port: str) -> None:
    level, option = (
        (socket.IPPROTO_IP, socket.IP_TOS) if host == "127.0.0.1" else (socket.IPPROTO_IPV6, socket.IPV6_TCLASS)
    )
    assert got(host, port, SocketOptions(tos=0x28), level, option) == 0x28
    assert got(host, port, SocketOptions(), level, option) == 0


def test_ttl_and_hop_limit(host: str, port: str) -> None:
    level, option = (
        (socket.IPPROTO_IP, socket.IP_TTL) if host == "127.0.0.1" else (socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS)
    )
    assert got(host, port, SocketOptions(ttl=7), level, option) == 7


def test_nodelay(host: str, port: str) -> None:
    assert got(host, port, SocketOptions(nodelay=True), socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert not got(host, port, SocketOptions(), socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_keepalive(host: str, port: str) -> None:
    options = SocketOptions(keepalive_s=42)
    assert got(host, port, options, socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    assert got(host, port, options, socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 42
    assert got(host, port, options, socket.IPPROTO_TCP, socket.TCP_KEEPINTVL) == 42
    assert not got(host, port, SocketOptions(), socket.SOL_SOCKET, socket.SO_KEEPALIVE)


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_buffers(host: str, port: str, transport: str) -> None:
    options = SocketOptions(sndbuf=20_000, rcvbuf=30_000)
    with dialed(order(host, port, transport="udp" if transport == "udp" else "tcp", socket_options=options)) as found:
        factor = 2 if socket_options._DOUBLES else 1
        assert found.end.socket.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) == factor * 20_000
        assert found.end.socket.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) == factor * 30_000
        assert found.notes == ()


def test_a_buffer_that_the_system_makes_smaller_is_told(host: str, port: str) -> None:
    with dialed(order(host, port, socket_options=SocketOptions(sndbuf=1 << 30))) as found:
        [note] = found.notes
    assert note.startswith("--sndbuf 1073741824: the system gave ")


@pytest.fixture
def multipath_port() -> Iterator[str]:
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket_options.IPPROTO_MPTCP).close()
    except OSError:
        pytest.skip("needed for this: a kernel with Multipath TCP")
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield str(server.getsockname()[1])


def test_options_of_a_multipath_connection(multipath_port: str) -> None:
    options = SocketOptions(tos=0x20, nodelay=True, keepalive_s=9, sndbuf=9_000, rcvbuf=9_000)
    with dialed(order("127.0.0.1", multipath_port, transport="mptcp", socket_options=options)) as found:
        assert found.end.socket.getsockopt(socket.IPPROTO_IP, socket.IP_TOS) == 0x20
        assert found.end.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert found.end.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 9


def test_an_option_that_multipath_lacks_is_refused_and_not_left_out(multipath_port: str) -> None:
    """IP_TTL is none of those that net/mptcp/sockopt.c of Linux 6.18 knows; a later kernel may."""
    asked = order("127.0.0.1", multipath_port, transport="mptcp", socket_options=SocketOptions(ttl=9))
    result = run_dials(asked)
    for one in result.done:
        assert one.end.socket.getsockopt(socket.IPPROTO_IP, socket.IP_TTL) == 9
        one.end.close()
    for refused in result.failed:
        assert refused.outcome == "option-refused"
        assert "--ttl" in refused.message


def test_an_option_that_the_system_refuses_is_named(host: str, port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing(socket.socket):
        def setsockopt(self, level: int, name: int, *value: object) -> None:
            if name == socket.TCP_NODELAY:
                raise OSError(errno.ENOPROTOOPT, "Protocol not available")

    monkeypatch.setattr(socket, "socket", Refusing)
    found = failure(order(host, port, socket_options=SocketOptions(nodelay=True)))
    assert (found.outcome, found.is_network) == ("option-refused", False)
    assert "--nodelay" in found.message
