"""Why a port that was open tells less than was asked for."""

from nettools.core.connect.fault import TIMEOUT, Fault, local_fault
from nettools.core.depth.problems import unreachable_now


def test_a_refusal_says_that_the_port_is_closed_by_now() -> None:
    assert unreachable_now(Fault(outcome="refused", message="nobody listens there")).startswith("closed meanwhile: ")


def test_silence_is_no_closed_port() -> None:
    assert unreachable_now(TIMEOUT) == "it was open, and does not answer any more"


def test_a_fault_of_this_machine_is_told_as_such() -> None:
    assert unreachable_now(local_fault("network-down")) == "the network of this machine is down"
