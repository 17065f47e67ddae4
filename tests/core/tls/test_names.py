"""Whose certificate it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.tls.names import carries_name, wrong_name
from tests.core.strategies import controls_in


@pytest.mark.parametrize(
    ("names", "expected", "is_carried"),
    [
        (["DNS:dns.example"], "dns.example", True),
        (["DNS:DNS.Example"], "dns.eXample", True),
        (["DNS:dns.example"], "other.example", False),
        (["DNS:other.example", "DNS:dns.example"], "dns.example", True),
        (["DNS:*.dns.example"], "a.dns.example", True),
        (["DNS:*.dns.example"], "a.b.dns.example", False),
        (["DNS:*.dns.example"], "dns.example", False),
        (["DNS:*.example"], "dns.example", False),
        (["DNS:*.example"], ".example", False),
        (["DNS:*"], "example", False),
        (["DNS:d*.example"], "dns.example", False),
        (["DNS:dns.*"], "dns.example", False),
        (["DNS:192.0.2.1"], "192.0.2.1", False),
        (["IP Address:192.0.2.1"], "192.0.2.1", True),
        (["IP Address:192.0.2.1"], "192.0.2.2", False),
        (["IP Address:2001:DB8:0:0:0:0:0:1"], "2001:db8::1", True),
        (["IP Address:192.0.2.1"], "dns.example", False),
        (["email:dns.example"], "dns.example", False),
        (["IP Address:<invalid>"], "192.0.2.1", False),
        (["DNS:dns.example\x00.evil.example"], "dns.example", False),
        ([], "dns.example", False),
    ],
)
def test_a_certificate_carries_a_name_as_rfc_9525_says(names: list[str], expected: str, is_carried: bool) -> None:
    entries = [(kind, name) for kind, _, name in (one.partition(":") for one in names)]
    assert carries_name(entries, expected) is is_carried


LABEL = st.text("abcxyz019-", min_size=1, max_size=8)


@given(st.lists(LABEL, min_size=1, max_size=4))
def test_every_name_is_carried_by_itself_and_by_no_longer_one(labels: list[str]) -> None:
    name = ".".join(labels)
    if name.replace(".", "").isdigit():
        return
    assert carries_name([("DNS", name)], name)
    assert not carries_name([("DNS", name)], f"x.{name}")
    assert not carries_name([("DNS", f"x.{name}")], name)


def test_a_wrong_name_is_told_with_the_names_that_are_there() -> None:
    names = [("DNS", "a.example"), ("IP Address", "192.0.2.1")]
    assert wrong_name(names, "b.example") == "its certificate is not for 'b.example' but for 'a.example', '192.0.2.1'"
    assert wrong_name([], "b.example") == "its certificate is not for 'b.example' but for nobody"


def test_of_many_names_the_first_are_told() -> None:
    told = wrong_name([("DNS", f"n{number}.example") for number in range(1008)], "b.example")
    assert told.endswith("'n7.example' and 1,000 more")


@given(st.text(max_size=40))
def test_names_of_certificates_are_escaped(name: str) -> None:
    assert not controls_in(wrong_name([("DNS", name)], name))
