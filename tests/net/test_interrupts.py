"""Signals as something to wait for: the first is noted, the second ends the process, nothing is left behind."""

import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType

import pytest

from nettools.net.interrupts import Interrupts

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]

Handler = Callable[[int, FrameType | None], object] | int | None


@pytest.fixture(autouse=True)
def handlers() -> Iterator[dict[signal.Signals, Handler]]:
    """Handlers that a shell may not have told us to ignore, and the earlier ones again after the test."""
    before: dict[signal.Signals, Handler] = {
        number: signal.signal(number, signal.default_int_handler) for number in SIGNALS
    }
    yield {number: signal.getsignal(number) for number in SIGNALS}
    for number, handler in before.items():
        signal.signal(number, handler)


def is_readable(descriptor: int) -> bool:
    return bool(select.select([descriptor], [], [], 0)[0])


def python(code: str) -> subprocess.CompletedProcess[str]:
    """A process of its own, for what ends a process."""
    preamble = (
        "import signal\n"
        "from nettools.net.interrupts import Interrupts\n"
        f"for number in {list(map(int, SIGNALS))}: signal.signal(number, signal.SIG_DFL)\n"
    )
    return subprocess.run(
        [sys.executable, "-c", preamble + code], capture_output=True, text=True, timeout=30, check=False
    )


def test_without_a_signal_nothing_has_fired() -> None:
    with Interrupts() as interrupts:
        assert not interrupts.has_fired
        assert interrupts.signal_number is None
        assert not is_readable(interrupts.fileno())


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_is_noted_and_wakes_a_poll(number: signal.Signals) -> None:
    with Interrupts() as interrupts:
        signal.raise_signal(number)
        assert interrupts.has_fired
        assert interrupts.signal_number == number
        assert is_readable(interrupts.fileno())


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_wakes_a_poll_before_python_has_seen_it(number: signal.Signals) -> None:
    """One that comes just before the system call, or to another thread, interrupts nothing.

    Python's handler then runs only after the call; a poll that waits for it would wait out its time.
    """
    woke: list[bool] = []

    def interrupt_this_thread(descriptor: int) -> None:
        signal.pthread_kill(threading.get_ident(), number)
        woke.append(is_readable(descriptor))

    with Interrupts() as interrupts:
        other = threading.Thread(target=interrupt_this_thread, args=[interrupts.fileno()])
        other.start()
        other.join()
        assert interrupts.signal_number == number
    assert woke == [True]


def test_a_signal_of_another_process_is_noted() -> None:
    with Interrupts() as interrupts:
        subprocess.run(["kill", "-TERM", str(os.getpid())], check=True)
        select.select([interrupts.fileno()], [], [])
        assert interrupts.signal_number == signal.SIGTERM


@pytest.mark.parametrize("second", SIGNALS)
@pytest.mark.parametrize("first", SIGNALS)
def test_the_second_signal_ends_the_process_at_once(first: signal.Signals, second: signal.Signals) -> None:
    done = python(
        "with Interrupts() as interrupts:\n"
        f"    signal.raise_signal({first.value})\n"
        "    print('noted', interrupts.signal_number, flush=True)\n"
        f"    signal.raise_signal({second.value})\n"
        "    print('still here')\n"
    )
    assert done.stdout == f"noted {first.value}\n"
    assert done.returncode == -second


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_that_our_parent_ignores_stays_ignored(number: signal.Signals) -> None:
    signal.signal(number, signal.SIG_IGN)
    with Interrupts() as interrupts:
        signal.raise_signal(number)
        assert not interrupts.has_fired
        assert signal.getsignal(number) is signal.SIG_IGN
    assert signal.getsignal(number) is signal.SIG_IGN


def test_the_handlers_are_what_they_were_afterwards(handlers: dict[signal.Signals, Handler]) -> None:
    with Interrupts():
        assert all(signal.getsignal(number) != handler for number, handler in handlers.items())
    assert {number: signal.getsignal(number) for number in SIGNALS} == handlers


def test_the_handlers_are_what_they_were_after_a_signal_too(handlers: dict[signal.Signals, Handler]) -> None:
    with Interrupts():
        signal.raise_signal(signal.SIGTERM)
    assert {number: signal.getsignal(number) for number in SIGNALS} == handlers


def test_the_handlers_are_what_they_were_after_an_error_too(handlers: dict[signal.Signals, Handler]) -> None:
    with pytest.raises(ZeroDivisionError), Interrupts():
        raise ZeroDivisionError
    assert {number: signal.getsignal(number) for number in SIGNALS} == handlers


def test_its_descriptors_are_closed_afterwards() -> None:
    before = set(os.listdir("/dev/fd"))
    with Interrupts() as interrupts:
        descriptor = interrupts.fileno()
        assert len(os.listdir("/dev/fd")) == len(before) + 2
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)
    assert len(os.listdir("/dev/fd")) == len(before)


def test_its_descriptors_are_not_inherited() -> None:
    with Interrupts() as interrupts:
        assert not os.get_inheritable(interrupts.fileno())
