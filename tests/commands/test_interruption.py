"""A signal in the middle of an import is lost nowhere: it comes again when the import is done."""

import signal
import sys
import time
from pathlib import Path

import pytest

from nettools.commands._interruption import Interruption
from nettools.errors import Interrupted
from nettools.net.interrupts import Interrupts

MODULE = """
import signal
signal.raise_signal(signal.SIGINT)
finished = True
"""


@pytest.fixture
def signalled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a module during whose import SIGINT comes."""
    (tmp_path / "signalled.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "signalled", raising=False)
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    return "signalled"


def imported_and_waited(name: str) -> None:
    """Import the module to its end, then wait for the signal that comes again."""
    assert __import__(name).finished
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        time.sleep(0.001)


def test_a_result_that_imports_is_interrupted_when_the_import_is_done(signalled: str) -> None:
    interruption = Interruption()
    interruption.install()
    try:
        with pytest.raises(Interrupted) as caught:
            imported_and_waited(signalled)
    finally:
        interruption.remove()
    assert caught.value.signal_number == signal.SIGINT


def test_so_is_what_waits_without_a_poll(signalled: str) -> None:
    with Interrupts() as interrupts, interrupts.raising(), pytest.raises(Interrupted):
        imported_and_waited(signalled)


def test_while_a_result_is_written_the_signal_is_noted_at_once(signalled: str) -> None:
    interruption = Interruption()
    interruption.install()
    try:
        for _ in interruption.until_interrupted([None, None]):
            __import__(signalled)
    finally:
        interruption.remove()
    assert interruption.signal_number == signal.SIGINT
