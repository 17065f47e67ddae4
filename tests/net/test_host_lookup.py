"""Names to addresses with a deadline and a Ctrl-C that work. No name leaves this machine: the resolver is a fake."""

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv6Address
from time import monotonic

import pytest

from nettools.errors import Interrupted, NameLookupError
from nettools.net.host_lookup import resolve_host
from nettools.net.interrupts import Interrupts

Entry = tuple[int, int, int, str, tuple[object, ...]]
GetAddrInfo = Callable[[str, None, int, int], list[Entry]]

V4 = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 0))
OTHER_V4 = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.2", 0))
V6 = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("2001:db8::1", 0, 0, 0))
LINK_LOCAL = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("fe80::1%lo", 0, 0, 1))


@pytest.fixture
def interrupts() -> Iterator[Interrupts]:
    """With signals that a shell may not have told us to ignore."""
    before = {number: signal.signal(number, signal.default_int_handler) for number in (signal.SIGINT, signal.SIGTERM)}
    with Interrupts() as entered:
        yield entered
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def answer_with(monkeypatch: pytest.MonkeyPatch) -> Callable[[GetAddrInfo], None]:
    def install(fake: GetAddrInfo) -> None:
        monkeypatch.setattr(socket, "getaddrinfo", fake)

    return install


@pytest.fixture
def never(answer_with: Callable[[GetAddrInfo], None]) -> Iterator[threading.Event]:
    """A resolver that does not answer until the test is over. The event tells that it was asked."""
    asked, over = threading.Event(), threading.Event()

    def hang(*question: object) -> list[Entry]:
        asked.set()
        over.wait()
        return []

    answer_with(hang)
    before = set(threading.enumerate())
    yield asked
    over.set()
    for thread in set(threading.enumerate()) - before:
        thread.join()


def resolve(name: str, interrupts: Interrupts, *, version: int | None = None, timeout_s: float = 30) -> list[object]:
    return list(resolve_host(name, version=version, timeout_s=timeout_s, interrupts=interrupts))


def test_localhost_is_this_machine(interrupts: Interrupts) -> None:
    """The one name that the system's own files answer."""
    assert IPv4Address("127.0.0.1") in resolve("localhost", interrupts, version=4)


def test_all_addresses_come_in_the_resolvers_order_without_duplicates(
    interrupts: Interrupts, answer_with: Callable[[GetAddrInfo], None]
) -> None:
    answer_with(lambda *question: [V6, OTHER_V4, V4, V6, V4])
    expected = [IPv6Address("2001:db8::1"), IPv4Address("192.0.2.2"), IPv4Address("192.0.2.1")]
    assert resolve("host.test", interrupts) == expected


def test_a_zone_of_the_resolver_is_kept(interrupts: Interrupts, answer_with: Callable[[GetAddrInfo], None]) -> None:
    answer_with(lambda *question: [LINK_LOCAL])
    assert resolve("host.test", interrupts) == [IPv6Address("fe80::1%lo")]


@pytest.mark.parametrize(("version", "family"), [(None, socket.AF_UNSPEC), (4, socket.AF_INET), (6, socket.AF_INET6)])
def test_the_resolver_is_asked_for_the_version_wanted(
    interrupts: Interrupts, answer_with: Callable[[GetAddrInfo], None], version: int | None, family: int
) -> None:
    questions: list[tuple[object, ...]] = []

    def note(*question: object) -> list[Entry]:
        questions.append(question)
        return [V4]

    answer_with(note)
    resolve("host.test", interrupts, version=version)
    assert questions == [("host.test", None, family, socket.SOCK_STREAM)]


@pytest.mark.parametrize("number", {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})
def test_a_name_without_an_address_says_so(
    interrupts: Interrupts, answer_with: Callable[[GetAddrInfo], None], number: int
) -> None:
    def fail(*question: object) -> list[Entry]:
        raise socket.gaierror(number, "Name or service not known")

    answer_with(fail)
    with pytest.raises(NameLookupError, match=r"the name 'nosuch\.test' has no address"):
        resolve("nosuch.test", interrupts)


def test_another_failure_is_told_in_the_resolvers_words(
    interrupts: Interrupts, answer_with: Callable[[GetAddrInfo], None]
) -> None:
    def fail(*question: object) -> list[Entry]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    answer_with(fail)
    with pytest.raises(NameLookupError, match=r"cannot look up 'host\.test': Temporary failure in name resolution"):
        resolve("host.test", interrupts)


def test_lookups_leave_no_descriptor(interrupts: Interrupts, answer_with: Callable[[GetAddrInfo], None]) -> None:
    answer_with(lambda *question: [V4])
    before = len(os.listdir("/dev/fd"))
    for _ in range(50):
        resolve("host.test", interrupts)
    assert len(os.listdir("/dev/fd")) == before


def test_no_answer_within_the_time_is_an_error(interrupts: Interrupts, never: threading.Event) -> None:
    with pytest.raises(NameLookupError, match=r"took longer than 0\.05 s"):
        resolve("host.test", interrupts, timeout_s=0.05)
    assert never.is_set()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_wait(
    interrupts: Interrupts,
    answer_with: Callable[[GetAddrInfo], None],
    never: threading.Event,
    number: signal.Signals,
) -> None:
    """Even one that does not interrupt the system call: it came to another thread, or just before the call."""
    hang = socket.getaddrinfo

    def interrupt_and_hang(*question: object) -> list[Entry]:
        signal.pthread_kill(threading.get_ident(), number)
        return hang(*question)  # type: ignore[arg-type, return-value]

    answer_with(interrupt_and_hang)
    began_s = monotonic()
    with pytest.raises(Interrupted) as caught:
        resolve("host.test", interrupts, timeout_s=5)
    assert caught.value.signal_number == number
    assert monotonic() - began_s < 4


def test_a_signal_that_came_before_wins_over_the_answer(
    interrupts: Interrupts, answer_with: Callable[[GetAddrInfo], None]
) -> None:
    answer_with(lambda *question: [V4])
    signal.raise_signal(signal.SIGTERM)
    with pytest.raises(Interrupted):
        resolve("host.test", interrupts)


def test_a_resolver_that_never_answers_does_not_keep_the_process_alive(
    interrupts: Interrupts, never: threading.Event
) -> None:
    before = set(threading.enumerate())
    with pytest.raises(NameLookupError):
        resolve("host.test", interrupts, timeout_s=0.01)
    [left_behind] = set(threading.enumerate()) - before
    assert left_behind.daemon


@pytest.mark.parametrize(
    "broken",
    [
        UnicodeError("label empty or too long"),
        ValueError("embedded null character"),
        RuntimeError("anything else"),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_resolver_that_breaks_is_an_error_at_once_and_no_silence(
    interrupts: Interrupts, answer_with: Callable[[GetAddrInfo], None], broken: Exception
) -> None:
    def fail(*question: object) -> list[Entry]:
        raise broken

    answer_with(fail)
    with pytest.raises(NameLookupError) as caught:
        resolve("host.test", interrupts, timeout_s=0.2)
    assert "took longer" not in caught.value.message
