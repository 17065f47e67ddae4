"""Which of several failures is told: what is surest about the target, and nothing of ours in its name."""

from ipaddress import ip_address
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.connect.fault import TIMEOUT, Fault, Try, fault_of, local_fault, summed_up
from nettools.core.scan.faults import LOCAL_FAULTS
from nettools.errors import AddressError, NameLookupError

REFUSED = Fault(outcome="refused", message="nobody listens there", may_pass=True)
UNREACHABLE = Fault(outcome="unreachable", message="the network says so", may_pass=True)
NO_ROUTE = local_fault("no-route")
NO_SOURCE = Fault(outcome="no-such-source", message="no address of ours", is_network=False, is_local=True)


def tried(*faults: Fault) -> list[Try]:
    return [
        Try(address=ip_address(f"192.0.2.{number}"), outcome=fault.outcome, duration_ms=1.0)
        for number, fault in enumerate(faults, 1)
    ]


def test_a_single_failure_is_told_as_it_is() -> None:
    assert summed_up([UNREACHABLE], tried(UNREACHABLE)) is UNREACHABLE


def test_several_are_told_with_each_address() -> None:
    told = summed_up([NO_ROUTE, TIMEOUT, REFUSED], tried(NO_ROUTE, TIMEOUT, REFUSED))
    assert told.outcome == "refused"
    assert told.message == "nobody listens there (192.0.2.1 no-route, 192.0.2.2 timeout, 192.0.2.3 refused)"


@pytest.mark.parametrize("order", list(permutations([REFUSED, UNREACHABLE, TIMEOUT, NO_ROUTE])))
def test_the_order_in_which_they_failed_does_not_matter(order: tuple[Fault, ...]) -> None:
    assert summed_up(order, tried(*order)).outcome == "refused"


def test_a_fault_of_this_machine_is_told_only_when_there_is_nothing_else() -> None:
    assert summed_up([NO_ROUTE, TIMEOUT], tried(NO_ROUTE, TIMEOUT)).outcome == "timeout"
    both = summed_up([NO_ROUTE, NO_SOURCE], tried(NO_ROUTE, NO_SOURCE))
    assert both.is_local


def test_it_is_a_network_error_when_any_of_them_was() -> None:
    assert summed_up([NO_SOURCE, REFUSED], tried(NO_SOURCE, REFUSED)).is_network
    assert not summed_up([NO_SOURCE, NO_SOURCE], tried(NO_SOURCE, NO_SOURCE)).is_network


@given(st.lists(st.sampled_from([REFUSED, TIMEOUT, NO_ROUTE]), min_size=2, max_size=200))
def test_the_message_stays_short_however_many_there_are(faults: list[Fault]) -> None:
    told = summed_up(faults, tried(*faults))
    assert len(told.message) < 300
    assert ("more)" in told.message) == (len(faults) > 6)


@pytest.mark.parametrize("kind", LOCAL_FAULTS)
def test_a_local_fault_has_the_name_that_a_scan_gives_it(kind: str) -> None:
    fault = local_fault(kind)
    assert (fault.outcome, fault.is_local) == (kind, True)
    assert "max-in-flight" not in (fault.hint or "")


def test_a_link_that_is_down_may_come_up_but_a_prohibition_stays() -> None:
    assert local_fault("network-down").may_pass
    assert local_fault("local-resources").may_pass
    assert not local_fault("prohibited").may_pass
    assert not local_fault("firewalled-here").may_pass


def test_a_name_that_is_not_found_is_no_network_error_and_may_be_there_later() -> None:
    fault = fault_of(NameLookupError("the name 'db' has no address"))
    assert (fault.outcome, fault.is_network, fault.is_local, fault.may_pass) == (
        "name-lookup-failed",
        False,
        False,
        True,
    )


def test_a_request_that_is_wrong_stays_wrong() -> None:
    fault = fault_of(AddressError("bad", hint="mend it"))
    assert (fault.outcome, fault.is_network, fault.may_pass, fault.hint) == ("bad-address", False, False, "mend it")
