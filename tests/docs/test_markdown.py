"""The reader of documents: what is a step, an output, a cell; and writing outputs back changes nothing else."""

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.docs.markdown import cells, code_of, read_sections, with_outputs
from tests.docs.volatile import RULES, masked

RECIPES = (Path(__file__).resolve().parents[2] / "docs" / "recipes.md").read_text(encoding="utf-8")
DOCUMENT = """\
# Title

Before.

## First

Prose with $ signs.

```console
$ one | two &
said
^C
bob$ three \\
> | four
```

```text
$ not run
## not a heading
```

## Second

| old | new |
| --- | --- |
| `a \\| b` | `c` |

```console
$ five
x
y
```
"""


def test_sections_are_the_headings_outside_of_blocks() -> None:
    assert [section.title for section in read_sections(DOCUMENT)] == ["", "First", "Second"]
    assert "Before." in read_sections(DOCUMENT)[0].prose


def test_steps_have_their_host_command_and_output() -> None:
    _, first, _ = read_sections(DOCUMENT)
    one, three = first.steps
    assert (one.host, one.command, one.output, one.is_beside) == ("", "one | two &", ("said", "^C"), True)
    assert (three.host, three.command, three.output, three.is_beside) == ("bob", "three \\\n| four", (), False)


def test_a_bar_in_a_cell_is_escaped() -> None:
    [table] = read_sections(DOCUMENT)[2].tables
    assert table.head == ("old", "new")
    assert [code_of(cell) for cell in table.rows[0]] == ["a | b", "c"]
    assert list(cells(r"| a \| b | c |")) == ["a | b", "c"]


def test_the_outputs_of_the_document_written_back_are_the_document() -> None:
    steps = [step for section in read_sections(DOCUMENT) for step in section.steps]
    assert with_outputs(DOCUMENT, [(step, step.output) for step in steps]) == DOCUMENT


@given(st.lists(st.lists(st.text("ab c", min_size=1), max_size=4), min_size=3, max_size=3))
def test_new_outputs_are_read_back(outputs: list[list[str]]) -> None:
    steps = [step for section in read_sections(DOCUMENT) for step in section.steps]
    changed = with_outputs(DOCUMENT, list(zip(steps, outputs, strict=True)))
    again = [step for section in read_sections(changed) for step in section.steps]
    assert [list(step.output) for step in again] == outputs
    assert [step.command for step in again] == [step.command for step in steps]


def test_only_what_has_a_unit_or_a_mark_is_let_go() -> None:
    assert masked(["3 open in 12 ms"]) == ["3 open in <duration>"]
    kept = ["198.51.100.80  22/tcp  open", "serial 2026112101", "nginx 1.22.1", "192.0.2.1:9000", "256 addresses"]
    assert masked(kept) == kept


def test_columns_may_move_only_where_something_is_let_go() -> None:
    assert masked(["a    1.5 ms  b", "────  ──"]) == masked(["a  12.25 ms    b", "───────  ──"])
    assert masked(["a  b"]) != masked(["a   b"])


def test_every_rule_is_needed_by_a_document() -> None:
    said = "\n".join(line for section in read_sections(RECIPES) for step in section.steps for line in step.output)
    assert [pattern for pattern, _ in RULES if not re.search(pattern, said, re.MULTILINE)] == []
