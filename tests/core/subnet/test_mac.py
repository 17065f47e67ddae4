"""MACs and the IPv6 addresses made of them: every spelling, RFC 4291 appendix A, and there and back."""

from ipaddress import IPv6Address

import netaddr  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.prefix import Prefix, prefix_of
from nettools.core.subnet.embedded import eui64_mac
from nettools.core.subnet.mac import identifier_of, identifier_text, mac_facts, parse_mac
from nettools.core.subnet.parse import parse_network
from nettools.errors import AddressError, NettoolsError, PrefixError
from tests.core.strategies import attempt, edited, hostile_text, numbers


def macs() -> st.SearchStrategy[int]:
    return st.one_of(st.sampled_from([0, 1, (1 << 48) - 1, 1 << 40, 1 << 41]), st.integers(0, (1 << 48) - 1))


def spellings(mac: int) -> list[str]:
    """As people, switches and routers write it."""
    octets = [f"{mac >> shift & 255:02x}" for shift in range(40, -8, -8)]
    digits = "".join(octets)
    return [
        ":".join(octets),
        "-".join(octets),
        ":".join(octets).upper(),
        ":".join(octet.removeprefix("0") for octet in octets),
        ".".join(digits[start : start + 4] for start in (0, 4, 8)),
        digits,
        digits.upper(),
    ]


@given(macs())
def test_every_spelling_is_read_as_the_same_mac(mac: int) -> None:
    assert {parse_mac(text) for text in spellings(mac)} == {mac}


@pytest.mark.parametrize(
    "text",
    [
        *("", "00", "00:11:22:33:44", "00:11:22:33:44:55:66", "00:11-22:33:44:55", "00:11:22:33:44:5g"),
        *("001:11:22:33:44:55", "0011.2233.445", "0011.2233.4455.", "001122334455\n", "0x1122334455", "00112233445"),
        *(" 00:11:22:33:44:55", "00:11:22:33:44:٥٥", "::1", "00:11:22:33:44::"),
    ],
)
def test_what_is_no_mac_is_none(text: str) -> None:
    assert parse_mac(text) is None


@given(edited(macs().map(lambda mac: spellings(mac)[0]), "0af:-.g "))
def test_a_text_near_a_mac_is_read_only_with_twelve_digits_or_six_groups(text: str) -> None:
    mac = parse_mac(text)
    if mac is not None:
        groups = text.replace("-", ":").split(":")
        assert len(groups) == 6 or len(text.replace(".", "")) == 12
        assert mac == int("".join(group.zfill(2) for group in groups).replace(".", ""), 16)


@given(macs())
def test_the_identifier_is_that_of_rfc_4291(mac: int) -> None:
    octets = bytearray(mac.to_bytes(6))
    octets[0] ^= 2  # the universal/local bit
    expected = bytes([*octets[:3], 0xFF, 0xFE, *octets[3:]])
    assert identifier_of(mac).to_bytes(8) == expected


@given(macs())
def test_netaddr_makes_the_same_addresses(mac: int) -> None:
    facts, theirs = mac_facts(spellings(mac)[0], parse_network("2001:db8::/64")), netaddr.EUI(mac, version=48)
    assert int(facts.link_local or 0) == int(theirs.ipv6_link_local())
    assert int(facts.address or 0) == int(theirs.ipv6(netaddr.IPAddress("2001:db8::").value))


@given(macs(), numbers(6), st.integers(0, 64))
def test_the_mac_comes_back_from_every_address_made_of_it(mac: int, number: int, length: int) -> None:
    prefix = prefix_of(6, number, length)
    facts = mac_facts(spellings(mac)[1], prefix)
    assert facts.mac == spellings(mac)[0]
    for address in (facts.link_local, facts.address):
        assert address is not None
        assert eui64_mac(int(address)) == facts.mac
        back = mac_facts(str(address), None)
        assert (back.mac, back.iid, back.is_group, back.is_local) == (
            facts.mac,
            facts.iid,
            facts.is_group,
            facts.is_local,
        )
    assert facts.address is not None
    assert prefix.contains(Prefix(6, int(facts.address), 128))
    assert parse_network("fe80::/64").contains(Prefix(6, int(facts.link_local or 0), 128))


@given(macs())
def test_the_bits_of_the_first_octet_are_told(mac: int) -> None:
    facts = mac_facts(spellings(mac)[0], None)
    first = mac >> 40
    assert (facts.is_group, facts.is_local) == (bool(first & 1), bool(first & 2))
    assert facts.address is None


@given(macs())
def test_the_solicited_node_group_has_the_last_three_octets(mac: int) -> None:
    facts = mac_facts(spellings(mac)[0], None)
    assert facts.solicited_node == IPv6Address(int(IPv6Address("ff02::1:ff00:0")) | mac & 0xFFFFFF)
    assert facts.multicast_mac == f"33:33:ff:{':'.join(spellings(mac)[0].split(':')[3:])}"


@given(st.integers(0, (1 << 64) - 1))
def test_an_identifier_is_written_as_four_groups_that_read_back(identifier: int) -> None:
    text = identifier_text(identifier)
    assert text.count(":") == 3
    assert int(IPv6Address(f"0:0:0:0:{text}")) == identifier


@given(numbers(6))
def test_of_any_address_only_what_is_true_of_it_is_told(number: int) -> None:
    address = IPv6Address(number)
    facts = mac_facts(str(address), None)
    assert facts.address == address
    is_eui64 = number >> 24 & 0xFFFF == 0xFFFE
    assert (facts.mac is not None) == (facts.link_local is not None) == (facts.is_group is not None) == is_eui64
    if address.is_multicast:
        assert facts.solicited_node is None
        assert facts.multicast_mac == f"33:33:{(number & 0xFFFFFFFF).to_bytes(4).hex(':')}"
    else:
        assert int(facts.solicited_node or 0) & 0xFFFFFF == number & 0xFFFFFF


def test_a_zone_is_kept() -> None:
    assert str(mac_facts("fe80::5eff:fe10:1%eth0", None).address) == "fe80::5eff:fe10:1%eth0"


@pytest.mark.parametrize("text", ["10.0.0.0/8", "2001:db8::/65", "2001:db8::/128"])
def test_a_prefix_without_room_for_an_identifier_is_refused(text: str) -> None:
    with pytest.raises(PrefixError, match="no room"):
        mac_facts("00:11:22:33:44:55", parse_network(text))


@given(st.one_of(hostile_text(), edited(macs().map(lambda mac: spellings(mac)[0]), "0af:-.g %\n")))
def test_any_text_is_answered_or_refused(text: str) -> None:
    found = attempt(lambda: mac_facts(text, None))
    assert isinstance(found, AddressError) or not isinstance(found, NettoolsError)


@pytest.mark.parametrize("text", ["nonsense", "", "00:11"])
def test_the_refusal_shows_how_a_mac_is_written(text: str) -> None:
    with pytest.raises(AddressError) as caught:
        mac_facts(text, None)
    assert parse_mac((caught.value.hint or "").split()[-1]) is not None


@pytest.mark.parametrize(
    ("text", "mac"), [("224.129.0.1", "01:00:5e:01:00:01"), ("239.255.255.250", "01:00:5e:7f:ff:fa")]
)
def test_the_mac_of_an_ipv4_group_is_told(text: str, mac: str) -> None:
    assert mac_facts(text, None).multicast_mac == mac  # RFC 1112 §6.4
