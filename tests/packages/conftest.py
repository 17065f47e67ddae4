"""The workshop, which begins at once with all that the chosen tests will need, and what was missing on this machine."""

from collections.abc import Iterator

import pytest

from tests.packages.interpreters import LOOKED_IN, missing, pythons
from tests.packages.workshop import Workshop


@pytest.fixture(scope="session")
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    workshop = Workshop(tmp_path_factory.mktemp("packages"))
    modules = dict.fromkeys(item.module for item in request.session.items if isinstance(item, pytest.Function))
    for module in modules:
        begin_all = getattr(module, "begin_all", None)
        if begin_all is not None:
            begin_all(workshop)
    yield workshop
    workshop.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what the packages were not tried on."""
    tried = ", ".join(python.release for python in pythons().values())
    terminalreporter.section("Pythons that packages were tried on")
    terminalreporter.write_line(f"tried: {tried}")
    if missing():
        terminalreporter.write_line(f"MISSING: Python {', '.join(missing())} (looked in {LOOKED_IN})", red=True)
