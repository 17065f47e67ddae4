"""docs/coming-from.md: both lines of each row are run in the world, and tell the same facts."""

import shutil
import signal
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import peers
from tests.docs.comparisons import COMPARISONS, ONE_OF_A_KIND, Comparison
from tests.docs.facts import status
from tests.docs.markdown import code_of, read_sections
from tests.docs.selected import AT_A_TIME, selected
from tests.docs.session import FILES, Running, await_server
from tests.docs.world.fixture import World

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "coming-from.md"
SECTIONS = [section for section in read_sections(DOCUMENT.read_text(encoding="utf-8")) if section.title]
ROWS = [
    (code_of(old), code_of(ours)) for section in SECTIONS for table in section.tables for old, ours, _ in table.rows
]
TOOLS = ("nc", "ncat", "socat", "dig", "host", "nslookup", "nmap", "ifconfig", "ip", "route", "ipcalc", "sipcalc",
         "grepcidr", "prips", "/etc/services")  # fmt: skip
COMPARED = [(old, ours) for old, ours in ROWS if old in COMPARISONS]
Told = tuple[str, str]
"""What the old line told, and ours."""


def test_every_tool_has_its_table() -> None:
    assert tuple(section.title for section in SECTIONS) == TOOLS
    assert all(len(section.tables) == 1 for section in SECTIONS)


def test_every_row_is_compared_or_has_a_reason_not_to_be() -> None:
    assert len(ROWS) == len({old for old, _ in ROWS})
    assert {old for old, _ in ROWS} == set(COMPARISONS) | set(ONE_OF_A_KIND)
    assert not set(COMPARISONS) & set(ONE_OF_A_KIND)


@pytest.fixture(scope="module")
def told(
    request: pytest.FixtureRequest, world: World, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, "Future[Told]"]]:
    """Both lines of each row that is to be tested, under way."""
    tools = [tool for tool in TOOLS if not tool.startswith("/")]
    peers.require(*tools, "getent", "curl", reason="to compare with")
    wanted = set(selected(request, test_both_tell_the_same, "old"))
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        yield {
            old: pool.submit(both_told, old, ours, world, tmp_path_factory.mktemp("row"))
            for old, ours in COMPARED
            if old in wanted
        }


@pytest.mark.parametrize(("old", "ours"), COMPARED, ids=[old for old, _ in COMPARED])
def test_both_tell_the_same(old: str, ours: str, told: "Mapping[str, Future[Told]]") -> None:
    comparison = COMPARISONS[old]
    by_old, by_ours = told[old].result()
    facts = comparison.of_old(by_old)
    assert facts, f"{old} told nothing"
    assert comparison.of_ours(by_ours) == facts, f"{old}:\n{by_old}\n{ours}:\n{by_ours}"


def both_told(old: str, ours: str, world: World, folder: Path) -> Told:
    comparison = COMPARISONS[old]
    return (
        _told(old, comparison, world, folder / "old"),
        _told(f"{ours} 2> /dev/null", comparison, world, folder / "ours"),
    )


def _told(line: str, comparison: Comparison, world: World, folder: Path) -> str:
    shutil.copytree(FILES, folder)
    if comparison.client:
        return _told_by_server(line, comparison, world, folder)
    if comparison.facts is status:
        line = f"{line}\necho $?"
    if not comparison.beside:
        return world.run(line, cwd=folder)
    server = Running(world.popen(comparison.beside, cwd=folder))
    try:
        await_server(server, world, comparison.beside, folder)
        return world.run(line, cwd=folder)
    finally:
        server.stop()


def _told_by_server(line: str, comparison: Comparison, world: World, folder: Path) -> str:
    """What its client hears, and behind it what the server writes."""
    server = Running(world.popen(line, cwd=folder))
    try:
        await_server(server, world, line, folder)
        heard = world.run(comparison.client, host=comparison.host, cwd=folder)
        _let_it_write(server)
    finally:
        server.stop(signal.SIGTERM)
    return heard + "".join(f"{one}\n" for one in server.lines)


def _let_it_write(server: Running) -> None:
    """Until it has ended, or has had time to write what came."""
    deadline_s = time.monotonic() + 0.3
    while server.shell.poll() is None and time.monotonic() < deadline_s:
        time.sleep(0.02)
