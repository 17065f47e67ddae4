"""The other sides that the commands talk to, once for all checks."""

from collections.abc import Iterator

import pytest

from tests.behaviours import commands
from tests.behaviours.commands import World


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    with commands.world() as found:
        yield found
