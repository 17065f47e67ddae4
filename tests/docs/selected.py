"""Which parametrized tests of a module this session runs, so that what they wait for can begin at once."""

from collections.abc import Callable, Iterator

import pytest

AT_A_TIME = 5
"""So many shells are worked with at the same time: many of them wait for somebody."""


def selected(request: pytest.FixtureRequest, test: Callable[..., None], parameter: str) -> Iterator[str]:
    """The values of ``parameter`` with which the session runs ``test``."""
    for item in request.session.items:
        if isinstance(item, pytest.Function) and item.function is test:
            yield str(item.callspec.params[parameter])
