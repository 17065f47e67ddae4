"""docs/library.md runs as it stands: on loopback, with a name server and an open port that the test brings."""

import doctest
import socket
from contextlib import ExitStack

import nettools
from tests.api.zone import server as zone_server
from tests.cli import PROJECT

PAGE = PROJECT / "docs" / "library.md"


def test_every_example_of_the_page_runs() -> None:
    with zone_server() as server, ExitStack() as opened:
        lower, higher = sorted((opened.enter_context(socket.socket()) for _ in range(2)), key=bound_port)
        lower.listen()
        text = PAGE.read_text(encoding="utf-8").replace('"192.0.2.53"', f'"{server}"')
        text = text.replace("8080", str(lower.getsockname()[1])).replace("8081", str(higher.getsockname()[1]))
        examples = doctest.DocTestParser().get_doctest(text, {}, PAGE.name, str(PAGE), 0)
        said: list[str] = []
        outcome = doctest.DocTestRunner().run(examples, out=said.append)
    assert outcome.attempted >= 20
    assert outcome.failed == 0, "".join(said)


def bound_port(unbound: socket.socket) -> int:
    """Give it a port of loopback, and say which."""
    unbound.bind(("127.0.0.1", 0))
    return int(unbound.getsockname()[1])


def test_the_page_names_every_function() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in nettools.__all__:
        assert f"{name}(" in text or f"nettools.{name}" in text or name == "__version__", name


def test_a_line_of_the_page_is_no_longer_than_people_read() -> None:
    assert max(map(len, PAGE.read_text(encoding="utf-8").splitlines())) <= 140
