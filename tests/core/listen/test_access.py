"""Allow and deny lists."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.address import Address
from nettools.core.intervals import IntervalSet
from nettools.core.listen.access import EVERYBODY, Access, parse_rule_file, parse_rules, plain_address
from nettools.errors import InputError, OptionError, RequestError

ADDRESSES = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6))


def access(*, allow: str | None = None, deny: str | None = None) -> Access:
    return Access(
        allow=None if allow is None else IntervalSet.of_prefixes(parse_rules([allow], "--allow")),
        deny=None if deny is None else IntervalSet.of_prefixes(parse_rules([deny], "--deny")),
    )


@given(ADDRESSES)
def test_without_rules_everybody_comes_in(address: Address) -> None:
    assert EVERYBODY.refusal(address) is None


def test_only_who_is_allowed_comes_in() -> None:
    rules = access(allow="192.0.2.0/24,2001:db8::/32")
    assert rules.refusal(IPv4Address("192.0.2.7")) is None
    assert rules.refusal(IPv6Address("2001:db8::7")) is None
    assert rules.refusal(IPv4Address("198.51.100.1")) == "not on the allow list"
    assert rules.refusal(IPv6Address("2001:db9::")) == "not on the allow list"


def test_a_range_and_a_mask_are_rules_too() -> None:
    rules = access(allow="192.0.2.9-192.0.2.11, 198.51.100.0/255.255.255.0")
    inside = [host for host in range(8, 13) if rules.refusal(IPv4Address(f"192.0.2.{host}")) is None]
    assert inside == [9, 10, 11]
    assert rules.refusal(IPv4Address("198.51.100.255")) is None


@given(ADDRESSES)
def test_deny_wins(address: Address) -> None:
    everything = "0.0.0.0/0,::/0"
    assert access(allow=everything, deny=f"{plain_address(address)}").refusal(address) == "on the deny list"
    assert access(allow=everything).refusal(address) is None


def test_an_ipv4_mapped_client_is_the_ipv4_client_that_it_is() -> None:
    mapped = IPv6Address("::ffff:192.0.2.1")
    assert access(deny="192.0.2.0/24").refusal(mapped) == "on the deny list"
    assert access(allow="::/0").refusal(mapped) == "not on the allow list"


def test_an_ipv4_mapped_rule_is_the_ipv4_rule_that_it_stands_for() -> None:
    rules = access(deny="::ffff:192.0.2.0/120")
    assert rules.refusal(IPv4Address("192.0.2.255")) == "on the deny list"
    assert rules.refusal(IPv4Address("192.0.3.0")) is None


def test_a_client_without_an_address_is_on_no_list() -> None:
    assert access(deny="0.0.0.0/0").refusal(None) is None
    assert access(allow="0.0.0.0/0").refusal(None) == "not on the allow list"


def test_the_zone_of_a_client_makes_no_difference() -> None:
    assert access(deny="fe80::/10").refusal(IPv6Address("fe80::1%eth0")) == "on the deny list"


@pytest.mark.parametrize("rule", ["", "192.0.2.1,", "192.0.2.0/33", "example.com", "192.0.2.256", "a" * 1000])
def test_a_rule_that_cannot_be_read_is_refused(rule: str) -> None:
    with pytest.raises(RequestError):
        parse_rules([rule], "--allow")


def test_a_rule_with_a_zone_is_refused_because_it_would_promise_too_much() -> None:
    with pytest.raises(OptionError, match="zone"):
        parse_rules(["fe80::1%eth0"], "--deny")


def test_a_file_has_comments_blank_lines_and_comma_lists() -> None:
    text = "# friends\n192.0.2.0/24  # the office\n\n2001:db8::/32, 198.51.100.1\n"
    assert [str(one) for one in parse_rule_file(text, "friends")] == [
        "192.0.2.0/24",
        "2001:db8::/32",
        "198.51.100.1/32",
    ]


def test_an_unreadable_line_of_a_file_is_named_by_its_number() -> None:
    with pytest.raises(InputError, match=r"friends:2: .*300"):
        parse_rule_file("192.0.2.1\n192.0.2.300\n", "friends")


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_the_line(text: str) -> None:
    refused = ""
    try:
        parse_rule_file(text, "file")
    except InputError as error:
        refused = error.message
    assert not refused or refused.startswith("file:")
