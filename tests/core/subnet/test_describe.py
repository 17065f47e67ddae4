"""describe(): masks, ends, counts, class, numbers and flags of one address in its network."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.address import WIDTH, address_from_int
from nettools.core.prefix import Prefix, prefix_of
from nettools.core.record import to_json
from nettools.core.subnet.describe import Description, describe
from nettools.core.subnet.parse import Interface
from nettools.core.subnet.report import SubnetReport
from tests.core.strategies import any_prefix, numbers, versions
from tests.core.subnet.facts import REGISTRY, description


def interfaces() -> st.SearchStrategy[Interface]:
    """An address anywhere, in a network of any length."""
    return versions().flatmap(
        lambda version: st.builds(
            lambda number, length: Interface(address_from_int(version, number), prefix_of(version, number, length)),
            numbers(version),
            st.integers(0, WIDTH[version]),
        )
    )


def told(interface: Interface) -> Description:
    return describe("text", interface, REGISTRY)


# -- ends and counts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first", "last", "broadcast", "total", "usable"),
    [
        ("0.0.0.0/0", "0.0.0.1", "255.255.255.254", "255.255.255.255", 1 << 32, (1 << 32) - 2),
        ("128.0.0.0/1", "128.0.0.1", "255.255.255.254", "255.255.255.255", 1 << 31, (1 << 31) - 2),
        ("192.0.2.99/24", "192.0.2.1", "192.0.2.254", "192.0.2.255", 256, 254),
        ("192.0.2.12/30", "192.0.2.13", "192.0.2.14", "192.0.2.15", 4, 2),
        ("192.0.2.1/31", "192.0.2.0", "192.0.2.1", None, 2, 2),  # RFC 3021
        ("255.255.255.255/31", "255.255.255.254", "255.255.255.255", None, 2, 2),
        ("0.0.0.0/32", "0.0.0.0", "0.0.0.0", None, 1, 1),
        ("255.255.255.255/32", "255.255.255.255", "255.255.255.255", None, 1, 1),
        ("::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", None, 1 << 128, 1 << 128),
        ("2001:db8::1/64", "2001:db8::", "2001:db8::ffff:ffff:ffff:ffff", None, 1 << 64, 1 << 64),
        ("2001:db8::1/127", "2001:db8::", "2001:db8::1", None, 2, 2),  # RFC 6164
        ("2001:db8::1/128", "2001:db8::1", "2001:db8::1", None, 1, 1),
    ],
)
def test_ends_and_counts(text: str, first: str, last: str, broadcast: str | None, total: int, usable: int) -> None:
    answer = to_json(description(text))
    assert isinstance(answer, dict)
    assert {key: answer[key] for key in ("first", "last", "broadcast", "total", "usable")} == {
        "first": first,
        "last": last,
        "broadcast": broadcast,
        "total": str(total),
        "usable": str(usable),
    }


@given(interfaces())
def test_usable_counts_the_addresses_from_first_to_last(interface: Interface) -> None:
    answer = told(interface)
    assert answer.usable == int(answer.last) - int(answer.first) + 1
    assert answer.total == interface.network.size
    assert answer.total - answer.usable == (0 if answer.broadcast is None else 2)


@given(interfaces())
def test_only_ipv4_networks_of_more_than_two_have_a_broadcast_address(interface: Interface) -> None:
    network = interface.network
    answer = told(interface)
    if network.version == 4 and network.length <= 30:
        assert answer.broadcast == network.last
        assert (int(answer.first), int(answer.last)) == (network.network + 1, network.last_number - 1)
    else:
        assert answer.broadcast is None
        assert (answer.first, answer.last) == (network.first, network.last)


@given(interfaces())
def test_mask_wildcard_and_length_agree(interface: Interface) -> None:
    answer = told(interface)
    everything = (1 << WIDTH[answer.version]) - 1
    assert int(answer.netmask) ^ int(answer.wildcard) == everything
    assert int(answer.netmask).bit_count() == answer.prefixlen
    assert int(answer.wildcard) & int(answer.wildcard) + 1 == 0
    assert int(answer.address) & int(answer.netmask) == answer.network.network


@given(interfaces())
def test_what_is_told_repeats_the_question(interface: Interface) -> None:
    answer = told(interface)
    assert (answer.input, answer.address, answer.network) == ("text", interface.address, interface.network)
    assert (answer.version, answer.prefixlen) == (interface.network.version, interface.network.length)


# -- other spellings of the address ------------------------------------------------------------------------


@given(interfaces())
def test_hexadecimal_octal_and_integer_say_the_same_number(interface: Interface) -> None:
    answer = told(interface)
    number = int(interface.address)
    assert int(answer.hexadecimal, 16) == int(answer.octal, 8) == answer.integer == number
    assert answer.hexadecimal.startswith("0x")
    assert len(answer.hexadecimal) == 2 + WIDTH[answer.version] // 4
    assert answer.octal.startswith("0")


@given(interfaces())
def test_the_binary_forms_are_those_of_the_addresses(interface: Interface) -> None:
    answer = told(interface)

    def value(text: str | None) -> int | None:
        return None if text is None else int(text.replace(".", "").replace(":", ""), 2)

    assert value(answer.binary.address) == int(answer.address)
    assert value(answer.binary.netmask) == int(answer.netmask)
    assert value(answer.binary.network) == answer.network.network
    assert value(answer.binary.broadcast) == (int(answer.broadcast) if answer.broadcast else None)


# -- what belongs to one version ------------------------------------------------------------------------------


@given(interfaces().filter(lambda interface: interface.network.version == 4))
def test_ipv4_has_no_facts_of_ipv6(interface: Interface) -> None:
    answer = told(interface)
    assert (answer.embedded, answer.solicited_node, answer.mac, answer.subnet_router_anycast) == (None,) * 4


@given(interfaces().filter(lambda interface: interface.network.version == 6))
def test_ipv6_has_no_facts_of_ipv4(interface: Interface) -> None:
    answer = told(interface)
    assert (answer.address_class, answer.sixtofour, answer.mapped, answer.asn) == (None,) * 4


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("0.0.0.0/8", "A"),
        ("127.255.255.255", "A"),
        ("0.0.0.0/1", "A"),
        ("128.0.0.0", "B"),
        ("128.0.0.0/2", "B"),
        ("191.255.255.255", "B"),
        ("192.0.0.0", "C"),
        ("192.0.0.0/3", "C"),
        ("223.255.255.255", "C"),
        ("224.0.0.0/4", "D"),
        ("239.255.255.255", "D"),
        ("240.0.0.0/4", "E"),
        ("248.0.0.0", "E"),
        ("255.255.255.255", "E"),
        ("0.0.0.0/0", None),
        ("128.0.0.0/1", None),
        ("192.0.0.0/2", None),
        ("224.0.0.0/3", None),
    ],
)
def test_the_historic_class_by_the_leading_bits(text: str, name: str | None) -> None:
    assert description(text).address_class == name


@given(numbers(4))
def test_every_ipv4_address_has_a_class(number: int) -> None:
    digits = f"{number:032b}"
    leading_ones = len(digits) - len(digits.lstrip("1"))
    assert description(str(IPv4Address(number))).address_class == "ABCDE"[min(leading_ones, 4)]


@pytest.mark.parametrize(
    ("text", "anycast"),
    [
        ("2001:db8::1/64", "2001:db8::"),
        ("2001:db8::5/126", "2001:db8::4"),
        ("::/0", "::"),
        ("2001:db8::1/127", None),  # RFC 6164 §6
        ("2001:db8::1/128", None),
        ("ff02::1/16", None),
        ("192.0.2.0/24", None),
    ],
)
def test_the_subnet_router_anycast_address(text: str, anycast: str | None) -> None:
    assert description(text).subnet_router_anycast == (IPv6Address(anycast) if anycast else None)


def test_a_zone_stays_with_the_addresses_of_its_link() -> None:
    answer = to_json(description("fe80::1%eth0/126"))
    assert isinstance(answer, dict)
    assert [answer[key] for key in ("address", "network", "first", "last")] == [
        "fe80::1%eth0",
        "fe80::%eth0/126",
        "fe80::%eth0",
        "fe80::3%eth0",
    ]
    assert (answer["netmask"], answer["ptr"]) == (
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffc",
        "1." + "0." * 28 + "8.e.f.ip6.arpa",
    )


@given(any_prefix())
def test_the_registry_of_a_network_lies_around_it_and_the_overlaps_inside(network: Prefix) -> None:
    answer = told(Interface(network.first, network))
    assert all(row.block.contains(network) for row in answer.registry)
    assert all(network.contains(row.block) and row.block != network for row in answer.overlaps)


@given(st.integers(0, 32), st.integers(0, 128))
def test_each_length_has_an_answer_at_both_ends_of_the_space(short: int, long: int) -> None:
    for version, length in ((4, short), (6, long)):
        top = (1 << WIDTH[version]) - 1
        for number in (0, top):
            answer = told(Interface(address_from_int(version, number), prefix_of(version, number, length)))
            assert int(answer.network.first) <= number <= answer.network.last_number <= top


def test_the_schema_is_the_one_that_scripts_know() -> None:
    assert SubnetReport.SCHEMA == "nettools.subnet/1"
