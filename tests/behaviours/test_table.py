"""Each row of the table of behaviours, for each command that it applies to."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.behaviours.commands import NAMES, World, commands
from tests.behaviours.table import BEHAVIOURS, Behaviour, Each, Once
from tests.cli import PROJECT

ROWS = {row.id: row for row in BEHAVIOURS}


def each() -> Iterator[object]:
    for row in BEHAVIOURS:
        for check in row.each:
            for name in row.names:
                yield pytest.param(check, name, id=f"{row.id}-{check.__name__}-{name}")


def once() -> Iterator[object]:
    for row in BEHAVIOURS:
        for check in row.once:
            yield pytest.param(check, id=f"{row.id}-{check.__name__}")


@pytest.mark.parametrize(("check", "name"), list(each()))
def test_a_behaviour_holds_for_a_command(check: Each, name: str, world: World) -> None:
    check(world, commands(world)[name])


@pytest.mark.parametrize("check", list(once()))
def test_a_behaviour_holds(check: Once, world: World) -> None:
    check(world)


def test_the_table_has_every_behaviour_once_and_in_order() -> None:
    assert [row.id for row in BEHAVIOURS] == [f"U{number:02}" for number in range(1, 58)]


@pytest.mark.parametrize("row", BEHAVIOURS, ids=ROWS)
def test_a_row_says_what_it_promises_and_what_holds_it(row: Behaviour) -> None:
    assert row.promise.endswith(".")
    assert row.each or row.once or row.elsewhere
    assert set(row.names) <= set(NAMES)
    assert not row.each or row.names


@pytest.mark.parametrize("node", sorted({node for row in BEHAVIOURS for node in row.elsewhere}))
def test_a_test_that_a_row_names_is_there(node: str) -> None:
    path, _, name = node.partition("::")
    functions = ast.walk(ast.parse((PROJECT / path).read_text(encoding="utf-8")))
    assert name in {one.name for one in functions if isinstance(one, ast.FunctionDef)}
    assert re.fullmatch("test_[a-z0-9_]+", name)
