"""Access rules from options and files, and reading the files again."""

from ipaddress import IPv4Address
from pathlib import Path

import pytest

from nettools.errors import InputError, RequestError
from nettools.net.listen.access_files import AccessOrder, AccessRules

HOST = IPv4Address("192.0.2.1")


def test_rules_of_options_and_files_hold_together(tmp_path: Path) -> None:
    (tmp_path / "deny").write_text("192.0.2.0/24\n")
    rules = AccessRules(AccessOrder(allow=["192.0.2.0/23"], deny_file=str(tmp_path / "deny")))
    assert rules.has_files
    assert rules.now.refusal(HOST) == "on the deny list"
    assert rules.now.refusal(IPv4Address("192.0.3.1")) is None
    assert rules.now.refusal(IPv4Address("192.0.4.1")) == "not on the allow list"


def test_without_any_rule_everybody_comes_in() -> None:
    rules = AccessRules(AccessOrder())
    assert not rules.has_files
    assert rules.now.refusal(HOST) is None


def test_an_empty_allow_file_lets_nobody_in(tmp_path: Path) -> None:
    (tmp_path / "allow").write_text("# nobody yet\n")
    assert AccessRules(AccessOrder(allow_file=str(tmp_path / "allow"))).now.refusal(HOST) == "not on the allow list"


def test_reading_again_takes_what_the_file_says_now(tmp_path: Path) -> None:
    file = tmp_path / "allow"
    file.write_text("192.0.2.1\n")
    rules = AccessRules(AccessOrder(allow_file=str(file)))
    assert rules.now.refusal(HOST) is None
    file.write_text("198.51.100.1\n")
    assert rules.reload() is None
    assert rules.now.refusal(HOST) == "not on the allow list"


@pytest.mark.parametrize("wrong", ["192.0.2.300\n", None])
def test_when_the_file_cannot_be_read_again_the_rules_stay_and_that_is_said(tmp_path: Path, wrong: str | None) -> None:
    file = tmp_path / "deny"
    file.write_text("192.0.2.1\n")
    rules = AccessRules(AccessOrder(deny_file=str(file)))
    before = rules.now
    file.unlink()
    if wrong is not None:
        file.write_text(wrong)
    said = rules.reload()
    assert said is not None
    assert said.endswith("the rules stay as they were")
    assert "deny" in said
    assert rules.now is before


def test_a_file_that_cannot_be_read_at_the_start_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        AccessRules(AccessOrder(allow_file=str(tmp_path / "no")))
    with pytest.raises(RequestError, match="--deny"):
        AccessRules(AccessOrder(deny=["fe80::1%eth0"]))
