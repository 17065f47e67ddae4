"""The first milliseconds, before anything else of nettools is imported: signals, a lack of memory or of a package.

It imports only what the interpreter has loaded anyway, since its own imports are not guarded: not even typing.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # mypy takes this name for true
if TYPE_CHECKING:
    import _thread
    import signal as _signal
    from collections.abc import Sequence
    from types import FrameType
    from typing import NoReturn
else:
    import _signal  # what the module signal is made of; that one imports enum
    import _thread

_SIGNALS = tuple(getattr(_signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(_signal, name))
_MOMENT_S = 0.002
_UNANSWERED = 3
_BUG = 70


def guard() -> None:
    """Until a run takes the signals over, they end us with a status and no traceback; what is ignored stays so."""
    for number in _SIGNALS:
        if _signal.getsignal(number) in (_signal.SIG_DFL, _signal.default_int_handler):
            _signal.signal(number, end_at_once)


def stand_down() -> None:
    """From here on an answer is being written: a signal ends us as it ends any program, with nothing to say."""
    for number in _SIGNALS:
        if _signal.getsignal(number) is end_at_once:
            _signal.signal(number, _signal.SIG_DFL)


def end_at_once(number: int, _frame: FrameType | None) -> NoReturn:
    """Out with 128+n. Nothing has been answered: under --json the document says so."""
    if asks_json(sys.argv[1:]):
        _write(1, error_document("interrupted", f"ended by signal {number} before there was an answer"))
    os._exit(128 + number)


def is_importing(frame: FrameType | None) -> bool:
    """Whether a module is being imported. What a signal raises there can be lost or become another error.

    importlib lets go of its locks in callbacks, which swallow it; before Python 3.12 what is raised while a class is
    made becomes a RuntimeError.
    """
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def send_again(number: int) -> None:
    """Let the signal come once more in a moment."""
    _thread.start_new_thread(_send_later, (number,))


def _send_later(number: int) -> None:
    import time

    time.sleep(_MOMENT_S)
    os.kill(os.getpid(), number)


def give_up(error: Exception, words: Sequence[str]) -> int:
    """Say in one line what keeps us from running at all, even from reporting errors. Returns the exit status."""
    status, kind, message, hint = _told(error)
    _write(2, f"{_trace(error, words)}nettools: {message}; {hint}\n")
    if asks_json(words):
        _write(1, error_document(kind, message, hint))
    return status


def options_of(words: Sequence[str]) -> Sequence[str]:
    """The words that may be options: those before ``--``."""
    return words[: words.index("--")] if "--" in words else words


def asks_json(words: Sequence[str]) -> bool:
    """Whether the answer is to be JSON, told from the words alone: a failure is a document then."""
    options = list(options_of(words))
    is_named = any(
        option in ("-f", "--format") and options[place : place + 1] == ["json"]
        for place, option in enumerate(options, 1)
    )
    return is_named or not {"--json", "--format=json", "-fjson"}.isdisjoint(options)


def error_document(kind: str, message: str, hint: str | None = None) -> str:
    """The document of a run without an answer, ``nettools.error/1``, made without the module json."""
    told = "null" if hint is None else _as_json(hint)
    fields = f'"input":null,"line":null,"kind":{_as_json(kind)},"message":{_as_json(message)},"hint":{told}'
    return f'{{"schema":"nettools.error/1","errors":[{{{fields}}}]}}\n'


def _told(error: Exception) -> tuple[int, str, str, str]:
    if isinstance(error, MemoryError | SystemError):  # where memory ends, CPython can lose the one and raise the other
        return _UNANSWERED, "local-fault", "out of memory", "close something, or raise the limit (ulimit -v)"
    if isinstance(error, ImportError | OSError):
        again = "install nettools again"
        return _UNANSWERED, "local-fault", f"a part of nettools is missing or unreadable: {_shown(error)}", again
    what = f"this is a bug of nettools: {type(error).__name__}: {_shown(error)}"
    return _BUG, "bug", what, "please report it with the command and what --debug shows"


def _trace(error: Exception, words: Sequence[str]) -> str:
    """The traceback, under --debug."""
    if "--debug" not in options_of(words):
        return ""
    try:
        import traceback

        return "".join(traceback.format_exception(error))
    except Exception:
        return ""


def _shown(error: Exception) -> str:
    """Its message on one line, with nothing in it that a terminal would obey."""
    return "".join(one if " " <= one <= "~" else "?" for one in str(error))


def _as_json(text: str) -> str:
    escaped = (one if " " <= one <= "~" and one not in '"\\' else f"\\u{ord(one):04x}" for one in text)
    return f'"{"".join(escaped)}"'


def _write(descriptor: int, text: str) -> None:
    data = text.encode("ascii", "backslashreplace")
    try:
        while data:
            data = data[os.write(descriptor, data) :]
    except OSError:
        return
