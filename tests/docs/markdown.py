"""What a document says that a test can hold it to: sections, console blocks with their steps, tables.

A console block is a session. A line ``$ COMMAND`` begins a step, ``bob$ COMMAND`` one that is typed at another machine;
lines that begin with ``> `` right below go on with the command, as a shell shows it; what follows is its output. A
command that ends with `` &`` runs beside the next ones. ``^C`` on a line of its own is Ctrl-C typed at that moment.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

_PROMPT = re.compile(r"(?P<host>[a-z0-9]*)\$ (?P<command>.+)")
_CONTINUED = "> "
_CELL = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command of a block, and what the document says it prints."""

    host: str
    """Where it is typed; empty for the reader's own machine."""
    command: str
    output: tuple[str, ...]
    first_line: int
    """The index of the first output line in the document."""

    @property
    def is_beside(self) -> bool:
        return self.command.endswith(" &")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading of the second level and what stands below it; without a heading what stands before the first."""

    title: str
    prose: str
    blocks: tuple[tuple[Step, ...], ...]
    tables: tuple[Table, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(step for block in self.blocks for step in block)


def read_sections(text: str) -> tuple[Section, ...]:
    """The sections of a document."""
    lines = text.splitlines()
    fenced = fences(lines)
    starts = [number for number, line in enumerate(lines) if line.startswith("## ") and not fenced[number]]
    bounds = [0, *starts, len(lines)]
    return tuple(_section(lines, fenced, start, end) for start, end in pairwise(bounds))


def fences(lines: Sequence[str]) -> list[str]:
    """For each line the word behind the backticks of the block it lies in, ``console`` say; empty outside of blocks."""
    told, inside = [], ""
    for line in lines:
        is_fence = line.startswith("```")
        told.append("" if is_fence else inside)
        if is_fence:
            inside = "" if inside else line.removeprefix("```").strip() or "text"
    return told


def _section(lines: Sequence[str], fenced: Sequence[str], start: int, end: int) -> Section:
    titled = lines[start : start + 1] if start < end and lines[start].startswith("## ") else []
    return Section(
        title=titled[0].removeprefix("## ").strip() if titled else "",
        prose="\n".join(lines[n] for n in range(start + len(titled), end) if not fenced[n] and lines[n][:3] != "```"),
        blocks=tuple(_blocks(lines, fenced, start, end)),
        tables=tuple(_tables([lines[n] if not fenced[n] else "" for n in range(start, end)])),
    )


def _blocks(lines: Sequence[str], fenced: Sequence[str], start: int, end: int) -> Iterator[tuple[Step, ...]]:
    number = start
    while number < end:
        size = len(list(takewhile(lambda n: fenced[n] == "console", range(number, end))))
        if size:
            yield tuple(_steps(lines, number, number + size))
        number += size + 1


def _steps(lines: Sequence[str], start: int, end: int) -> Iterator[Step]:
    prompts = [number for number in range(start, end) if _PROMPT.fullmatch(lines[number])]
    assert prompts[:1] == [start], f"line {start + 1}: a console block begins with a prompt"
    for prompt, after in zip(prompts, [*prompts[1:], end], strict=True):
        typed = _PROMPT.fullmatch(lines[prompt])
        assert typed is not None
        more = list(takewhile(lambda line: line.startswith(_CONTINUED), lines[prompt + 1 : after]))
        first = prompt + 1 + len(more)
        yield Step(
            host=typed["host"],
            command="\n".join([typed["command"], *(line.removeprefix(_CONTINUED) for line in more)]),
            output=tuple(lines[first:after]),
            first_line=first,
        )


def _tables(lines: Sequence[str]) -> Iterator[Table]:
    number = 0
    while number < len(lines):
        drawn = list(takewhile(lambda line: line.startswith("|"), lines[number:]))
        if drawn:
            head, _, *rows = (tuple(cells(line)) for line in drawn)
            yield Table(head=head, rows=tuple(rows))
        number += len(drawn) + 1


def cells(line: str) -> Iterator[str]:
    """The cells of a row; ``\\|`` inside is a bar."""
    for cell in _CELL.split(line.strip())[1:-1]:
        yield cell.strip().replace("\\|", "|")


def code_of(cell: str) -> str:
    """What a cell has between backticks."""
    inside = re.fullmatch(r"(`+) ?(.+?) ?\1", cell)
    assert inside is not None, f"no code: {cell}"
    return inside[2]


def with_outputs(text: str, outputs: Sequence[tuple[Step, Sequence[str]]]) -> str:
    """The document with these outputs in place of what it has below the steps."""
    lines = text.splitlines()
    for step, output in sorted(outputs, key=lambda one: one[0].first_line, reverse=True):
        lines[step.first_line : step.first_line + len(step.output)] = output
    return "\n".join(lines) + "\n"
