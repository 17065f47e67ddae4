"""The exit status that a run earns, and failures as data."""

from itertools import product

import pytest

from nettools.core.outcome import Exit, Failure, exit_status, failure_of
from nettools.core.record import to_json
from nettools.errors import AddressError, NameLookupError, NettoolsError


def failure(*, unreadable: bool) -> Failure:
    return Failure(input="x", line=None, kind="k", message="m", hint=None, unreadable=unreadable)


UNREADABLE, UNANSWERED = failure(unreadable=True), failure(unreadable=False)


@pytest.mark.parametrize(
    ("answered", "affirmative", "failures", "status"),
    [
        (1, True, [], 0),
        (2, True, [], 0),
        (1, False, [], 1),
        (0, False, [], 1),
        (0, False, [UNREADABLE], 2),
        (0, False, [UNREADABLE, UNREADABLE], 2),
        (0, False, [UNANSWERED], 3),
        (0, False, [UNREADABLE, UNANSWERED], 3),
        (1, True, [UNREADABLE], 4),
        (1, True, [UNANSWERED], 4),
        (1, False, [UNREADABLE], 4),
        (1, False, [UNANSWERED], 4),
    ],
)
def test_the_first_rule_that_holds_decides(
    answered: int, affirmative: bool, failures: list[Failure], status: int
) -> None:
    assert exit_status(answered=answered, affirmative=affirmative, failures=failures) == status


@pytest.mark.parametrize("signal_number", [1, 2, 15])
def test_a_signal_comes_before_every_other_rule(signal_number: int) -> None:
    for answered, affirmative, failures in product((0, 1), (False, True), ([], [UNREADABLE], [UNANSWERED])):
        status = exit_status(answered=answered, affirmative=affirmative, failures=failures, signal_number=signal_number)
        assert status == 128 + signal_number


def test_the_exit_codes_are_those_that_scripts_know() -> None:
    assert {one.name: one.value for one in Exit} == {
        "ANSWERED": 0,
        "NEGATIVE": 1,
        "BAD_REQUEST": 2,
        "UNANSWERED": 3,
        "PARTIAL": 4,
        "BUG": 70,
    }


def test_an_error_becomes_data_with_its_kind_message_and_hint() -> None:
    error = AddressError("'1.2.3' is not an IP address", hint="write four octets")
    assert to_json(failure_of(error, input="1.2.3", line=7)) == {
        "input": "1.2.3",
        "line": 7,
        "kind": "bad-address",
        "message": "'1.2.3' is not an IP address",
        "hint": "write four octets",
    }


def test_what_an_error_lacks_is_null() -> None:
    entry = to_json(failure_of(NameLookupError("no such name")))
    assert entry == {"input": None, "line": None, "kind": "name-lookup-failed", "message": "no such name", "hint": None}


def error_classes(root: type[NettoolsError]) -> list[type[NettoolsError]]:
    return [root, *(below for child in root.__subclasses__() for below in error_classes(child))]


def test_exactly_the_errors_of_the_request_count_as_unreadable() -> None:
    for error_class in error_classes(NettoolsError):
        error = error_class("m")
        assert failure_of(error).unreadable == (error.exit_code == 2), error_class


def test_every_error_has_a_kind_of_its_own_in_kebab_case() -> None:
    kinds = [error_class.kind for error_class in error_classes(NettoolsError)]
    assert len(set(kinds)) == len(kinds)
    assert all(kind.replace("-", "").isalpha() and kind == kind.lower() for kind in kinds)
