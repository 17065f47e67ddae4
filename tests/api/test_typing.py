"""Type checkers see the whole of it: a program that is right passes mypy --strict, one that is wrong does not."""

import re
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

from tests import peers
from tests.cli import PROJECT, variables

RIGHT = """
from ipaddress import IPv4Address, IPv4Network

import nettools
from nettools import networks, records


def open_ports(host: str) -> dict[IPv4Address | str, list[int]]:
    report: records.ScanReport = nettools.scan(host, "1-1024", timeout=0.5, on_result=lambda one: print(one.rtt_ms))
    found: dict[IPv4Address | str, list[int]] = {}
    for one in report.hosts:
        found[str(one.address)] = [port.port for port in one.ports if port.state == "open"]
    return found


def mail_servers(name: str) -> list[str]:
    try:
        report = nettools.resolve(name, "MX", server=[IPv4Address("192.0.2.53")])
    except nettools.NettoolsError as error:
        raise SystemExit(error.hint or error.message) from None
    return [record.data for response in report.responses for record in response.answer]


ours = networks.NetworkSet([IPv4Network("10.0.0.0/8")]) - networks.NetworkSet("10.1.0.0/16")
inside: bool = "10.2.3.4" in ours
text: str = nettools.document(nettools.subnet(IPv4Network("192.0.2.0/24")))
version: str = nettools.__version__
"""

WRONG = """
import nettools

nettools.scan("127.0.0.1", timeout="2s")  # ERROR: arg-type
nettools.connect("127.0.0.1", ["80"])  # ERROR: arg-type
nettools.scan("127.0.0.1", nonsense=True)  # ERROR: call-arg
nettools.scann("127.0.0.1")  # ERROR: attr-defined
nettools.subnet(1.5)  # ERROR: arg-type
nettools.subnet("10.0.0.0/8").subnet  # ERROR: attr-defined
nettools.scan("127.0.0.1").hosts[0].status == 1  # ERROR: comparison-overlap
nettools.scan("127.0.0.1", on_result=lambda one: one.prots)  # ERROR: attr-defined
nettools.document("text")  # ERROR: arg-type
"""


def complaints(folder: Path, text: str) -> list[tuple[int, str]]:
    """(line, code) of all that mypy --strict finds in a program of somebody else."""
    if not resources.files("nettools").joinpath("py.typed").is_file():
        pytest.fail("the package does not say that it has types")
    program = folder / "program.py"
    program.write_text(text)
    ended = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--strict",
            "--no-error-summary",
            f"--cache-dir={folder / 'cache'}",
            str(program),
        ],
        cwd=folder,
        env=variables(MYPYPATH=str(PROJECT)),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if "No module named mypy" in ended.stderr:
        peers.unavailable("needed to check the types that a program sees: mypy (PyPI)")
    assert not ended.stderr
    return [(int(line), code) for line, code in re.findall(r"program\.py:(\d+): error: .*\[([a-z-]+)\]", ended.stdout)]


def test_a_program_that_is_right_passes_and_one_that_is_wrong_does_not(tmp_path: Path) -> None:
    expected = [
        (place, line.partition("# ERROR: ")[2]) for place, line in enumerate(WRONG.splitlines(), 1) if "# ERROR" in line
    ]
    both = complaints(tmp_path, RIGHT)
    assert both == []
    assert complaints(tmp_path, WRONG) == expected
