"""``on_result``: each record as it comes, and what a callback raises ends the work without a trace."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

import nettools
from nettools.api.records import AddressReport, HostReport, PortRow, Response
from tests.api.leftovers import nothing_left
from tests.api.zone import server as zone_server


class Enough(Exception):
    """What a callback raises that has seen enough."""


@pytest.fixture
def server() -> Iterator[str]:
    with zone_server() as where:
        yield where


@pytest.fixture
def open_ports() -> Iterator[list[int]]:
    with ExitStack() as opened:
        listeners = [opened.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(3)]
        yield [listener.getsockname()[1] for listener in listeners]


def stop(_record: object) -> None:
    raise Enough


def test_a_scan_tells_hosts_and_open_ports_as_they_come(open_ports: list[int]) -> None:
    told: list[HostReport | PortRow] = []
    report = nettools.scan(["127.0.0.1", "127.0.0.2"], [*open_ports, 1], on_result=told.append, on_open=told.append)
    hosts = [one for one in told if isinstance(one, HostReport)]
    ports = [one for one in told if isinstance(one, PortRow)]
    assert sorted(hosts, key=lambda one: one.address) == list(report.hosts)
    assert {(str(one.address), one.port) for one in ports} == {("127.0.0.1", port) for port in open_ports}
    assert {one.state for one in ports} == {"open"}
    assert max(map(told.index, ports)) < told.index(next(one for one in hosts if str(one.address) == "127.0.0.1"))


def test_with_what_answers_hosts_are_told_when_that_is_known(open_ports: list[int]) -> None:
    hosts: list[HostReport] = []
    report = nettools.scan(["127.0.0.1"], open_ports[:1], rdns=False, banner=True, timeout=1, on_result=hosts.append)
    assert hosts == list(report.hosts)


def test_names_are_told_as_they_come_and_kept_only_where_wanted(server: str) -> None:
    told: list[Response] = []
    report = nettools.resolve_many(["www.test", "mail.test"] * 50, "A", server=server, on_result=told.append)
    assert len(told) == len(report.responses) == 100
    assert [one.query.name for one in report.responses] == ["www.test.", "mail.test."] * 50
    told.clear()
    assert (
        nettools.resolve_many(["www.test"] * 20, "A", server=server, on_result=told.append, keep=False).responses == ()
    )
    assert len(told) == 20


def test_names_are_drawn_as_there_is_room_for_them(server: str) -> None:
    drawn = 0

    def names() -> Iterator[str]:
        nonlocal drawn
        while True:
            drawn += 1
            yield "www.test"

    with nothing_left(), pytest.raises(Enough):
        nettools.resolve_many(names(), "A", server=server, on_result=stop, keep=False)
    assert drawn < 100_000


def test_addresses_are_told_as_they_come(server: str) -> None:
    told: list[AddressReport] = []
    report = nettools.rdns("192.0.2.0/28", server=server, on_result=told.append)
    assert sorted(told, key=lambda one: one.address) == list(report.addresses)
    lean = nettools.rdns("192.0.2.0/28", server=server, keep=False)
    assert (lean.addresses, lean.summary) == ((), report.summary)


def test_one_question_is_told_too(server: str) -> None:
    told: list[Response] = []
    report = nettools.resolve("www.test", server=server, on_result=told.append)
    assert len(told) == len(report.responses) == 2


@pytest.mark.parametrize(
    "call",
    [
        lambda server: nettools.scan("127.0.0.1/28", "1-200", on_result=stop),
        lambda server: nettools.scan("127.0.0.1", server.partition(":")[2], on_open=stop),
        lambda server: nettools.resolve(["www.test", "mail.test"], server=server, on_result=stop),
        lambda server: nettools.resolve(["www.test", "localhost"], server=server, system=True, on_result=stop),
        lambda server: nettools.resolve_many(["www.test"] * 200, server=server, on_result=stop),
        lambda server: nettools.rdns("192.0.2.0/24", server=server, on_result=stop),
    ],
)
def test_what_a_callback_raises_comes_out_and_leaves_nothing(call: Callable[[str], object], server: str) -> None:
    with nothing_left(), pytest.raises(Enough):
        call(server)
