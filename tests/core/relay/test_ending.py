"""How a relay ended, as an exit status: ncat's 0, 1 and 2."""

from typing import get_args

import pytest

from nettools.core.relay.ending import Ending, EndingKind


@pytest.mark.parametrize("kind", ["closed", "sent", "quit-after"])
def test_what_was_meant_to_end_is_fine(kind: EndingKind) -> None:
    ending = Ending(kind=kind, message="over")
    assert ending.status == 0
    assert not ending.is_failure


@pytest.mark.parametrize("kind", ["idle-timeout", "reset", "refused", "network-error", "tls-failed", "cut"])
def test_what_the_network_ended_is_1(kind: EndingKind) -> None:
    ending = Ending(kind=kind, message="over")
    assert ending.status == 1
    assert ending.is_failure


@pytest.mark.parametrize("kind", ["input-failed", "output-failed"])
def test_what_failed_on_this_side_is_2(kind: EndingKind) -> None:
    ending = Ending(kind=kind, message="over")
    assert ending.status == 2
    assert ending.is_failure


def test_a_reader_that_went_away_ends_it_as_sigpipe_would_and_is_no_failure_to_speak_of() -> None:
    ending = Ending(kind="reader-gone", message="over")
    assert ending.status == 128 + 13
    assert not ending.is_failure


def test_every_kind_has_a_status() -> None:
    assert all(Ending(kind=kind, message="").status in (0, 1, 2, 141) for kind in get_args(EndingKind))
