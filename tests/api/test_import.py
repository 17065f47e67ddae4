"""``import nettools`` is free; what is asked of it is imported then."""

import json
import subprocess
import sys

import pytest

import nettools
from tests.cli import PROJECT, variables

LOADED = """
import json, sys
before = set(sys.modules)
import nettools
{work}
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def loaded_by(work: str = "") -> set[str]:
    """The modules that a fresh interpreter loads for this."""
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", LOADED.format(work=work)],
        env=variables(),
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ended.stderr == ""
    return set(json.loads(ended.stdout))


def test_importing_the_package_loads_nothing_else() -> None:
    assert loaded_by() == {"nettools"}


def test_arithmetic_loads_no_socket() -> None:
    modules = {
        name.partition(".")[0] for name in loaded_by("nettools.networks.merge(['192.0.2.0/25', '192.0.2.128/25'])")
    }
    assert not {"ssl", "rich", "typer", "asyncio", "dns", "logging", "selectors"} & modules


@pytest.mark.parametrize("work", ["nettools.scan('127.0.0.1', 1)", "nettools.connect('127.0.0.1', 1)"])
def test_an_engine_loads_only_what_it_needs(work: str) -> None:
    modules = loaded_by(work)
    assert not {"ssl", "rich", "typer", "asyncio", "dns", "logging"} & {name.partition(".")[0] for name in modules}
    assert not {name for name in modules if name.startswith(("nettools.commands", "nettools.cli"))}


@pytest.mark.parametrize("name", nettools.__all__)
def test_every_name_is_there_and_documented(name: str) -> None:
    found = getattr(nettools, name)
    assert name in dir(nettools)
    assert name == "__version__" or found.__doc__


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'scann'"):
        nettools.scann  # type: ignore[attr-defined]  # noqa: B018


def test_the_version_stays_where_the_build_reads_it() -> None:
    assert (
        nettools.__version__
        == (PROJECT / "nettools" / "__init__.py").read_text().split('__version__ = "')[1].split('"')[0]
    )
