"""The examples at the end of a command's help: what each answers, and the line for the shell.

A command writes them as ``EPILOG``, in pairs of lines::

    Examples:
      # which of the usual ports are open
      nettools scan localhost
"""

from collections.abc import Iterator
from dataclasses import dataclass

_CONTINUED = " \\"
"""What ends a line that goes on in the next one (POSIX.1-2017, Shell Command Language §2.2.1)."""
_STEP = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One line for a shell, and what a person wants to know who types it."""

    purpose: str
    line: str


def read_examples(epilog: str) -> tuple[Example, ...]:
    r"""The examples of an epilog; the line before each, behind ``#``, is its purpose.

    >>> read_examples("Examples:\n  # what is here\n  nettools ifaces\n")
    (Example(purpose='what is here', line='nettools ifaces'),)
    """
    found: list[Example] = []
    purpose = ""
    _, _, lines = epilog.partition("Examples:\n")
    for line in filter(None, map(str.strip, lines.splitlines())):
        if line.startswith("#"):
            purpose = line.removeprefix("#").strip()
        else:
            found.append(Example(purpose=purpose, line=line))
            purpose = ""
    return tuple(found)


def folded(line: str, width: int) -> list[str]:
    r"""The line in pieces that a shell takes for one, no wider than ``width`` where its words allow that.

    >>> folded("nettools scan localhost 1-1024", 24)
    ['nettools scan \\', '    localhost 1-1024']
    """
    rows: list[str] = []
    row = ""
    for word in _inseparable(line):
        if not row:
            row = word
        elif len(row) + 1 + len(word) <= width - len(_CONTINUED):
            row = f"{row} {word}"
        else:
            rows.append(row)
            row = " " * _STEP + word
    if rows and len(rows[-1]) + 1 + len(row.strip()) <= width:  # the last one needs no room for a sign
        row = f"{rows.pop()} {row.strip()}"
    return [*(one + _CONTINUED for one in rows), row]


def _inseparable(line: str) -> Iterator[str]:
    """The words, an option or a pipe together with the one behind it."""
    held = ""
    for word in _words(line):
        if held and not word.startswith("-"):
            yield f"{held} {word}"
            held = ""
            continue
        if held:
            yield held
        held = word if word.startswith("-") or word == "|" else ""
        if not held:
            yield word
    if held:
        yield held


def _words(line: str) -> Iterator[str]:
    """The words of a shell's line as they are written: a blank inside quotes divides none."""
    word, quote = "", ""
    for character in line:
        if character == " " and not quote:
            yield word
            word = ""
            continue
        if character in "'\"" and quote in ("", character):
            quote = "" if quote else character
        word += character
    yield word
