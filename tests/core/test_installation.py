"""Each way of installing has its own command that adds an extra."""

import shlex
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.installation import Place, command_that_adds, requirements_of

PLAIN = Place(
    prefix="/home/me/env",
    interpreter="/home/me/env/bin/python",
    is_activated=False,
    has_pip=True,
    is_single_file=False,
    is_by_pipx=False,
    is_by_uv=False,
    uv_receipt=None,
)
REQUIRES = [
    "typer<0.29,>=0.26",
    "netifaces-plus>=0.12.5; sys_platform != 'linux'",
    "h2>=4.2; extra == 'doh'",
    'dnspython[dnssec]>=2.8; extra == "dnssec"',
    "cryptography>=42; extra == 'dnssec'",
    "h2>=4.2; extra == 'full'",
]


def receipt(*requirements: str) -> str:
    return f"[tool]\nrequirements = [{', '.join(requirements)}]\npython = '3.12'\n"


@pytest.mark.parametrize(
    ("place", "command"),
    [
        (PLAIN, "/home/me/env/bin/python -m pip install 'nettools[doh]'"),
        (replace(PLAIN, is_activated=True), "pip install 'nettools[doh]'"),
        (
            replace(PLAIN, interpreter="/home/my env/bin/python"),
            "'/home/my env/bin/python' -m pip install 'nettools[doh]'",
        ),
        (
            replace(PLAIN, has_pip=False, is_by_uv=True),
            "uv pip install --python /home/me/env/bin/python 'nettools[doh]'",
        ),
        (replace(PLAIN, has_pip=False), "pip --python /home/me/env/bin/python install 'nettools[doh]'"),
        (replace(PLAIN, is_by_pipx=True, has_pip=False), "pipx inject env 'h2>=4.2'"),
        (replace(PLAIN, is_by_pipx=True, prefix=r"C:\pipx\venvs\nettools" + "\\"), "pipx inject nettools 'h2>=4.2'"),
        (replace(PLAIN, is_single_file=True), "packaging/shiv/build --full WHEEL"),
    ],
)
def test_the_command_is_that_of_whatever_installed_it(place: Place, command: str) -> None:
    assert command_that_adds("doh", place, requirements_of("doh", REQUIRES)) == command


@pytest.mark.parametrize(
    ("requirements", "command"),
    [
        (['{ name = "nettools" }'], "uv tool install 'nettools[doh]'"),
        (['{ name = "nettools", specifier = "==0.1.0" }'], "uv tool install 'nettools[doh]==0.1.0'"),
        (['{ name = "nettools", extras = ["tls"] }'], "uv tool install 'nettools[doh,tls]'"),
        (['{ name = "nettools", extras = ["doh"] }'], "uv tool install 'nettools[doh]'"),
        (
            ['{ name = "nettools", path = "/w/nettools-0.1.0-py3-none-any.whl" }'],
            "uv tool install 'nettools[doh] @ /w/nettools-0.1.0-py3-none-any.whl'",
        ),
        (['{ name = "nettools", directory = "/w/nettools" }'], "uv tool install 'nettools[doh] @ /w/nettools'"),
        (['{ name = "nettools", editable = "/w/nettools" }'], "uv tool install --editable '/w/nettools[doh]'"),
        (
            ['{ name = "nettools", git = "ssh://host.example/nettools" }'],
            "uv tool install 'nettools[doh] @ git+ssh://host.example/nettools'",
        ),
        (
            ['{ name = "psutil", specifier = ">=6" }', '{ name = "nettools" }'],
            "uv tool install 'nettools[doh]' --with 'psutil>=6'",
        ),
    ],
)
def test_uv_tool_is_told_again_all_that_its_receipt_says(requirements: list[str], command: str) -> None:
    place = replace(PLAIN, uv_receipt=receipt(*requirements), has_pip=False, is_by_uv=True)
    assert command_that_adds("doh", place, ()) == command


@given(text=st.text())
def test_no_receipt_is_too_broken(text: str) -> None:
    command = command_that_adds("doh", replace(PLAIN, uv_receipt=text), ())
    assert shlex.split(command)[:4] == ["uv", "tool", "install", "nettools[doh]"]


def test_an_extra_consists_of_the_requirements_that_its_marker_names() -> None:
    assert requirements_of("dnssec", REQUIRES) == ("dnspython[dnssec]>=2.8", "cryptography>=42")
    assert requirements_of("no-such", REQUIRES) == ()
