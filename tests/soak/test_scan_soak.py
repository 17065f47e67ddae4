"""Twenty scans through 5 % loss each way find every open port, and no other; fifteen signals leave valid output.

Not part of a plain run of the tests: `pytest tests/soak`.
"""

import random

import pytest

from tests.integration.conftest import ScanBed
from tests.integration.scan_bed_table import LOSSY, lossy, scan_afresh
from tests.integration.scan_signals import CHECKS, interrupt_scans, partly_silent_machine

pytestmark = pytest.mark.integration

RUNS = 20


@pytest.mark.parametrize("name", LOSSY)
@pytest.mark.parametrize("run", range(RUNS))
def test_behind_a_loss_each_port_has_its_state_every_time(scan_bed: ScanBed, name: str, run: int) -> None:
    host = lossy(name)
    assert scan_afresh(scan_bed, host).verdicts == host.expected


@pytest.mark.parametrize("format", CHECKS)
@pytest.mark.parametrize("seed", range(3))
def test_a_signal_at_any_moment_leaves_valid_output(format: str, seed: int) -> None:
    with partly_silent_machine() as machine:
        interrupt_scans(machine, format, 5, random.Random(seed))
