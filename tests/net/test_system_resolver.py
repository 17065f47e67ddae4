"""The system's answer with a deadline and a Ctrl-C that work. No name leaves this machine: the resolver is a fake."""

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address
from time import monotonic

import pytest

from nettools.core.dns.name import name_from_text
from nettools.core.dns.types import TYPES
from nettools.core.resolve.lookup import Server
from nettools.core.resolve.server_spec import parse_server
from nettools.errors import Interrupted, NameLookupError
from nettools.net import system_resolver
from nettools.net.interrupts import Interrupts
from nettools.net.system_resolver import SystemQuestion, find_servers
from tests.core.resolve.outcomes import answered, lookup_of

Entry = tuple[int, int, int, str, tuple[object, ...]]
V4 = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 0))
V6 = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("2001:db8::1", 0, 0, 0))

DNS = [answered(lookup_of(name_from_text("www.test"), TYPES["A"]), "answered", "192.0.2.2")]


@pytest.fixture
def interrupts() -> Iterator[Interrupts]:
    """With a signal that a shell may not have told us to ignore."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with Interrupts() as entered:
        yield entered
    signal.signal(signal.SIGINT, before)


@pytest.fixture(autouse=True)
def no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_resolver, "find_in_hosts", lambda name: ())


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """A resolver that does not answer until the test is over, or says so."""
    over = threading.Event()

    def hang(*question: object) -> list[Entry]:
        over.wait()
        return [V4]

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    before = set(threading.enumerate())
    yield over.set
    over.set()
    for thread in set(threading.enumerate()) - before:
        thread.join()


def test_the_answer_comes_with_its_source_and_the_difference_to_dns(
    interrupts: Interrupts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *question: [V6, V4])
    found = SystemQuestion("www.test").answer(DNS, timeout_s=30, interrupts=interrupts)
    assert [str(one) for one in found.addresses] == ["2001:db8::1", "192.0.2.1"]
    assert [str(one) for one in found.only_dns] == ["192.0.2.2"]
    assert [str(one) for one in found.only_system] == ["192.0.2.1"]  # DNS was not asked for AAAA
    assert (found.error, found.sources != ()) == (None, True)
    assert 0 <= found.duration_ms < 30_000


def test_only_the_wanted_version_is_asked(interrupts: Interrupts, monkeypatch: pytest.MonkeyPatch) -> None:
    families: list[object] = []

    def note(name: str, port: None, family: int, kind: int) -> list[Entry]:
        families.append(family)
        return [V4]

    monkeypatch.setattr(socket, "getaddrinfo", note)
    SystemQuestion("www.test", version=4).answer([], timeout_s=30, interrupts=interrupts)
    assert families == [socket.AF_INET]


def test_a_name_outside_ascii_is_asked_by_its_a_labels(interrupts: Interrupts, monkeypatch: pytest.MonkeyPatch) -> None:
    names: list[object] = []

    def note(name: str, *question: object) -> list[Entry]:
        names.append(name)
        return [V4]

    monkeypatch.setattr(socket, "getaddrinfo", note)
    SystemQuestion("faß.de").answer([], timeout_s=30, interrupts=interrupts)
    assert names == ["xn--fa-hia.de"]


def test_a_name_that_the_system_does_not_know_is_data(interrupts: Interrupts, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*question: object) -> list[Entry]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    found = SystemQuestion("www.test").answer(DNS, timeout_s=30, interrupts=interrupts)
    assert (found.addresses, found.source, found.error) == ((), None, "the name 'www.test' has no address")
    assert [str(one) for one in found.only_dns] == ["192.0.2.2"]


def test_a_resolver_that_hangs_ends_with_its_time(interrupts: Interrupts, hanging: Callable[[], None]) -> None:
    began_s = monotonic()
    found = SystemQuestion("www.test").answer(DNS, timeout_s=0.2, interrupts=interrupts)
    assert monotonic() - began_s < 2
    assert found.error == "looking up 'www.test' took longer than 0.2 s"
    assert 200 <= found.duration_ms < 2000


def test_a_signal_ends_the_wait(interrupts: Interrupts, hanging: Callable[[], None]) -> None:
    question = SystemQuestion("www.test")
    signal.raise_signal(signal.SIGINT)
    began_s = monotonic()
    with pytest.raises(Interrupted):
        question.answer(DNS, timeout_s=30, interrupts=interrupts)
    assert monotonic() - began_s < 5


def test_the_system_is_asked_while_the_caller_does_something_else(
    interrupts: Interrupts, hanging: Callable[[], None]
) -> None:
    question = SystemQuestion("www.test")
    hanging()
    found = question.answer([], timeout_s=30, interrupts=interrupts)
    assert [str(one) for one in found.addresses] == ["192.0.2.1"]


def test_a_server_is_found_by_its_name(interrupts: Interrupts, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def note(name: str, *question: object) -> list[Entry]:
        asked.append(name)
        return [V4]

    monkeypatch.setattr(socket, "getaddrinfo", note)
    found = find_servers(parse_server("tls://dns.example"), timeout_s=30, interrupts=interrupts)
    expected = Server(address=IPv4Address("192.0.2.1"), port=853, transport="tls", name="dns.example")
    assert (found, asked) == ((expected,), ["dns.example"])


def test_an_address_of_a_server_is_not_looked_up(interrupts: Interrupts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(socket, "getaddrinfo")
    [server] = find_servers(parse_server("192.0.2.1"), timeout_s=30, interrupts=interrupts)
    assert server == Server(address=IPv4Address("192.0.2.1"))


def test_a_server_whose_name_does_not_resolve_in_time_is_an_error(
    interrupts: Interrupts, hanging: Callable[[], None]
) -> None:
    with pytest.raises(NameLookupError, match=r"took longer than 0\.05 s"):
        find_servers(parse_server("dns.example"), timeout_s=0.05, interrupts=interrupts)
