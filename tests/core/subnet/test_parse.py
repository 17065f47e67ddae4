"""Every way to write a subnet, and the reason when a text is none."""

from ipaddress import IPv4Address, IPv6Address, ip_interface

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.address import WIDTH, Address, address_from_int, format_address
from nettools.core.prefix import Prefix, netmask, prefix_of
from nettools.core.subnet.parse import Interface, parse_mask, parse_network, parse_prefix_length, parse_subnet
from nettools.errors import AddressError, NettoolsError, PrefixError, RequestError
from tests.core.strategies import (
    any_prefix,
    attempt,
    controls_in,
    hostile_text,
    ipv4_like,
    ipv6_like,
    numbers,
    versions,
)


def networks(text: str, *, loose: bool = False) -> list[str]:
    return [str(interface.network) for interface in parse_subnet(text, loose=loose)]


def only(text: str, *, loose: bool = False) -> Interface:
    (interface,) = parse_subnet(text, loose=loose)
    return interface


def refusal(text: str, *, loose: bool = False) -> RequestError:
    with pytest.raises(RequestError) as caught:
        list(parse_subnet(text, loose=loose))
    return caught.value


def mask_text(version: int, number: int) -> str:
    return str(IPv4Address(number) if version == 4 else IPv6Address(number))


def hosts() -> st.SearchStrategy[tuple[Address, int]]:
    """An address and a prefix length of its version."""
    return versions().flatmap(
        lambda version: st.tuples(
            numbers(version).map(lambda number: address_from_int(version, number)), st.integers(0, WIDTH[version])
        )
    )


# -- the forms -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "address", "network"),
    [
        ("192.0.2.12/30", "192.0.2.12", "192.0.2.12/30"),
        ("192.0.2.13/30", "192.0.2.13", "192.0.2.12/30"),
        ("10.0.0.5/8", "10.0.0.5", "10.0.0.0/8"),
        ("192.0.2.12/255.255.255.252", "192.0.2.12", "192.0.2.12/30"),
        ("192.0.2.12/0.0.0.3", "192.0.2.12", "192.0.2.12/30"),
        ("192.0.2.12 255.255.255.252", "192.0.2.12", "192.0.2.12/30"),
        ("192.0.2.12 0.0.0.3", "192.0.2.12", "192.0.2.12/30"),
        ("  192.0.2.12   255.255.255.252 ", "192.0.2.12", "192.0.2.12/30"),
        ("192.0.2.12/0", "192.0.2.12", "0.0.0.0/0"),
        ("192.0.2.12", "192.0.2.12", "192.0.2.12/32"),
        ("2001:db8::1/64", "2001:db8::1", "2001:db8::/64"),
        ("2001:db8::1/ffff:ffff::", "2001:db8::1", "2001:db8::/32"),
        ("2001:db8::1 ffff:ffff::", "2001:db8::1", "2001:db8::/32"),
        ("2001:db8::1/::ffff", "2001:db8::1", "2001:db8::/112"),
        ("2001:db8::1", "2001:db8::1", "2001:db8::1/128"),
        ("2001:db8::192.0.2.1/96", "2001:db8::c000:201", "2001:db8::/96"),
        ("::ffff:192.0.2.1/120", "::ffff:192.0.2.1", "::ffff:192.0.2.0/120"),
        ("::/0", "::", "::/0"),
    ],
)
def test_a_form_that_people_write_is_read(text: str, address: str, network: str) -> None:
    interface = only(text)
    assert (format_address(interface.address), str(interface.network)) == (address, network)


@pytest.mark.parametrize(
    ("text", "address", "network"),
    [
        ("fe80::1%eth0", "fe80::1%eth0", "fe80::1%eth0/128"),
        ("fe80::1%eth0/64", "fe80::1%eth0", "fe80::%eth0/64"),
        ("fe80::1%2/10", "fe80::1%2", "fe80::%2/10"),
        ("fe80::1%eth0 ffff::", "fe80::1%eth0", "fe80::%eth0/16"),
        ("fe80::1%eth0.100/64", "fe80::1%eth0.100", "fe80::%eth0.100/64"),
        ("fe80::1%br-lan", "fe80::1%br-lan", "fe80::1%br-lan/128"),
        ("fe80::1%br-lan/64", "fe80::1%br-lan", "fe80::%br-lan/64"),
        ("fe80::1%br-lan ffff::", "fe80::1%br-lan", "fe80::%br-lan/16"),
    ],
)
def test_a_zone_is_kept_whatever_the_interface_is_called(text: str, address: str, network: str) -> None:
    interface = only(text)
    assert (format_address(interface.address), str(interface.network)) == (address, network)


@given(hosts())
def test_address_and_length_are_read_as_ipaddress_reads_them(host: tuple[Address, int]) -> None:
    address, length = host
    expected = ip_interface(f"{address}/{length}")
    interface = only(f"{address}/{length}")
    assert interface.address == expected.ip
    assert (interface.network.network, interface.network.length) == (int(expected.network[0]), length)


@given(hosts())
def test_a_bare_address_is_its_own_network(host: tuple[Address, int]) -> None:
    address, _ = host
    width = WIDTH[address.version]
    assert only(str(address)) == Interface(address, Prefix(address.version, int(address), width))


@given(hosts())
def test_length_netmask_and_two_words_say_the_same(host: tuple[Address, int]) -> None:
    address, length = host
    mask = mask_text(address.version, netmask(address.version, length))
    assert only(f"{address}/{length}") == only(f"{address}/{mask}") == only(f"{address} {mask}")


# -- masks -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [4, 6])
def test_every_netmask_is_read_back(version: int) -> None:
    for length in range(WIDTH[version] + 1):
        assert parse_mask(mask_text(version, netmask(version, length)), version) == length


@pytest.mark.parametrize("version", [4, 6])
def test_every_wildcard_mask_is_read_back_where_it_is_no_netmask(version: int) -> None:
    width = WIDTH[version]
    for length in range(1, width):
        wildcard = Prefix(version, 0, length).wildcard
        assert parse_mask(mask_text(version, wildcard), version) == length


@pytest.mark.parametrize(("text", "version", "length"), [("0.0.0.0", 4, 0), ("255.255.255.255", 4, 32), ("::", 6, 0)])
def test_the_netmask_reading_wins_where_both_are_possible(text: str, version: int, length: int) -> None:
    assert parse_mask(text, version) == length


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("255.0.255.0", 4),
        ("255.255.255.1", 4),
        ("0.0.255.0", 4),
        ("128.0.0.1", 4),
        ("0.0.0.2", 4),
        ("254.255.255.255", 4),
        ("ffff::ffff", 6),
        ("::2", 6),
        ("fffd::", 6),
    ],
)
def test_a_mask_with_a_gap_is_refused(text: str, version: int) -> None:
    with pytest.raises(PrefixError, match="is not contiguous") as caught:
        parse_mask(text, version)
    assert text in caught.value.message
    assert caught.value.hint is not None


@given(versions().flatmap(lambda version: st.tuples(st.just(version), numbers(version))))
def test_a_mask_is_read_exactly_where_its_ones_or_zeros_stand_together(case: tuple[int, int]) -> None:
    version, number = case
    digits = f"{number:0{WIDTH[version]}b}"
    is_contiguous = "01" not in digits or "10" not in digits
    answer = attempt(lambda: parse_mask(mask_text(version, number), version))
    assert isinstance(answer, int if is_contiguous else PrefixError)


@pytest.mark.parametrize("text", ["192.0.2.1/ffff::", "2001:db8::1/255.255.255.0", "192.0.2.1 ffff::"])
def test_a_mask_of_the_other_version_is_refused(text: str) -> None:
    assert refusal(text).kind == "bad-address"


# -- prefix lengths -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [4, 6])
def test_every_length_within_the_width_is_read(version: int) -> None:
    assert [parse_prefix_length(str(length), version) for length in range(WIDTH[version] + 1)] == list(
        range(WIDTH[version] + 1)
    )


@pytest.mark.parametrize(("version", "above"), [(4, 33), (4, 99), (4, 128), (6, 129), (6, 999)])
def test_a_length_above_the_width_is_refused_with_the_width(version: int, above: int) -> None:
    with pytest.raises(PrefixError) as caught:
        parse_prefix_length(str(above), version)
    assert caught.value.message == f"prefix length {above} is above {WIDTH[version]}, the width of IPv{version}"


@pytest.mark.parametrize("text", ["1000", "4294967296", "9" * 5_000])
def test_a_huge_length_is_called_too_large_and_not_misspelt(text: str) -> None:
    with pytest.raises(PrefixError, match="is above 32") as caught:
        parse_prefix_length(text, 4)
    assert len(caught.value.message) < 400


@pytest.mark.parametrize("text", ["024", "00", "08"])
def test_a_length_with_a_leading_zero_is_refused_with_the_right_spelling(text: str) -> None:
    with pytest.raises(PrefixError, match="leading zero") as caught:
        parse_prefix_length(text, 4)
    assert caught.value.hint == f"write /{int(text)}"


@pytest.mark.parametrize(
    "text", ["", "+24", "-1", " 24", "24 ", "24\n", "2_4", "２４", "²", "0x18", "24.0", "a", "1e1"]
)
def test_a_length_that_is_no_plain_number_is_refused(text: str) -> None:
    with pytest.raises(PrefixError, match="is not a decimal number"):
        parse_prefix_length(text, 4)


# -- ranges --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.0-192.0.2.9", ["192.0.2.0/29", "192.0.2.8/31"]),
        ("192.0.2.0 - 192.0.2.9", ["192.0.2.0/29", "192.0.2.8/31"]),
        ("192.0.2.0 -192.0.2.9", ["192.0.2.0/29", "192.0.2.8/31"]),
        ("192.0.2.7-192.0.2.7", ["192.0.2.7/32"]),
        ("0.0.0.0-255.255.255.255", ["0.0.0.0/0"]),
        ("::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ["::/0"]),
        ("2001:db8::1-2001:db8::2", ["2001:db8::1/128", "2001:db8::2/128"]),
        ("fe80::%eth0-fe80::1%eth0", ["fe80::%eth0/127"]),
        ("fe80::%br-lan-fe80::1%br-lan", ["fe80::%br-lan/127"]),
    ],
)
def test_a_range_is_the_fewest_networks_that_cover_it(text: str, expected: list[str]) -> None:
    assert networks(text) == expected


@given(versions().flatmap(lambda version: st.tuples(st.just(version), numbers(version), numbers(version))))
def test_a_range_covers_exactly_its_addresses(case: tuple[int, int, int]) -> None:
    version, one, other = case
    first, last = sorted((one, other))
    found = list(parse_subnet(f"{address_from_int(version, first)}-{address_from_int(version, last)}"))
    assert found[0].network.network == first
    assert found[-1].network.last_number == last
    assert sum(interface.network.size for interface in found) == last - first + 1
    assert all(interface.address == interface.network.first for interface in found)


def test_a_reversed_range_is_refused_with_the_right_order() -> None:
    error = refusal("192.0.2.9 - 192.0.2.0")
    assert "is reversed" in error.message
    assert error.hint == "did you mean 192.0.2.0-192.0.2.9?"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("192.0.2.0-2001:db8::", "mixes IPv4 and IPv6"),
        ("fe80::1%eth0-fe80::2%eth1", "different zones"),
        ("fe80::1%eth0-fe80::2", "different zones"),
        ("192.0.2.0-192.0.2.256", "octet 256 is above 255"),
        ("192.0.2.0-9", "'9'"),
        ("192.0.2.0-192.0.2.4-192.0.2.9", "192.0.2.4-192.0.2.9"),
    ],
)
def test_a_range_that_cannot_be_is_refused_with_the_reason(text: str, named: str) -> None:
    assert named in refusal(text).message


@pytest.mark.parametrize("text", ["192.0.2.1-", "-192.0.2.1", "192.0.2.1 -"])
def test_a_range_without_an_end_is_called_so(text: str) -> None:
    message = refusal(text).message
    assert text in message
    assert "four octets" not in message


# -- refusals -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("1.2.3.4/33", "prefix length 33 is above 32"),
        ("::/129", "prefix length 129 is above 128"),
        ("1.2.3.4/255.0.255.0", "mask '255.0.255.0' is not contiguous"),
        ("10.0.0.0/-1", "'-1'"),
        ("10.0.0.0//8", "two prefixes"),
        ("1.2.3.4/24/25", "two prefixes"),
        ("1.2.3.4/", "ends in '/'"),
        ("1.2.3.4/ 24", "' 24'"),
        ("1.2.3.4/+24", "'+24'"),
        ("1.2.3.4/024", "leading zero"),
        ("1.2.3.4/２４", "'２４'"),
        ("1.2.3/24", "four octets, this has 3"),
        ("010.0.0.1/8", "'010' has a leading zero"),
        ("1.2.3.256/24", "octet 256 is above 255"),
        ("1.2.3.4/255.255.255", "'255.255.255'"),
        ("1.2.3.4/255.255.255.256", "octet 256 is above 255"),
        ("fe80::1%/64", "the zone after '%' is empty"),
        ("fe80::1/64%eth0", "'64%eth0'"),
        ("/24", "''"),
        ("", "''"),
        ("example.com", "'example.com'"),
        (" 192.0.2.1", "' 192.0.2.1'"),
        ("1.2.3.4 255.255.255.0 extra", "extra"),
    ],
)
def test_a_refusal_names_the_bad_part(text: str, named: str) -> None:
    error = refusal(text)
    assert error.exit_code == 2
    assert named in error.message


def test_a_refusal_is_an_error_of_the_address_or_of_the_prefix() -> None:
    assert isinstance(refusal("1.2.3.256/24"), AddressError)
    assert isinstance(refusal("1.2.3.4/33"), PrefixError)


SNIPPETS = st.sampled_from(
    ["/", "-", " ", "%", "/24", "/255.255.255.0", "/-1", "%eth0", "\x1b[2J", "\u202e", "\u2028", "\t"]
)
SUBNET_LIKE = st.lists(st.one_of(ipv4_like(), ipv6_like(), SNIPPETS), max_size=4).map("".join)


@given(st.one_of(hostile_text(), SUBNET_LIKE), st.booleans())
def test_any_text_is_networks_or_a_clean_refusal(text: str, loose: bool) -> None:
    found = attempt(lambda: list(parse_subnet(text, loose=loose)))
    if isinstance(found, NettoolsError):
        assert isinstance(found, (AddressError, PrefixError))
        assert controls_in(found.message) == []
        assert controls_in(found.hint) == []
    else:
        for address, network in found:
            assert network.contains(prefix_of(address.version, int(address), WIDTH[address.version]))


def test_a_tab_parts_address_and_mask_as_a_space_does() -> None:
    assert only("192.0.2.12\t255.255.255.252") == only("192.0.2.12 255.255.255.252")


@pytest.mark.parametrize("separator", ["\n", "\x00", "\x0b", "\x1c", "\x85", "\u2028"])
def test_a_control_character_does_not_part_address_and_mask(separator: str) -> None:
    error = refusal(f"192.0.2.12{separator}255.255.255.252")
    assert controls_in(error.message) == []


@pytest.mark.parametrize("text", ["192.0.2.0/" + "1" * 200_000, "192.0.2.0/24/" + "x" * 200_000, "9" * 200_000 + "/"])
def test_a_very_long_text_has_a_short_refusal(text: str) -> None:
    assert len(refusal(text).message) < 400


# -- legacy forms, on request ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "address", "network"),
    [
        ("010.0.0.1", "8.0.0.1", "8.0.0.1/32"),
        ("0x7f.1", "127.0.0.1", "127.0.0.1/32"),
        ("2130706433", "127.0.0.1", "127.0.0.1/32"),
        ("10", "0.0.0.10", "0.0.0.10/32"),
        ("10/8", "10.0.0.0", "10.0.0.0/8"),
        ("172.16/12", "172.16.0.0", "172.16.0.0/12"),
        ("192.168.1/24", "192.168.1.0", "192.168.1.0/24"),
        ("10 255.0.0.0", "10.0.0.0", "10.0.0.0/8"),
        ("0x0a000001/8", "10.0.0.1", "10.0.0.0/8"),
        ("192.0.2.12/30", "192.0.2.12", "192.0.2.12/30"),
        ("2001:db8::1/64", "2001:db8::1", "2001:db8::/64"),
        ("fe80::1%eth0/64", "fe80::1%eth0", "fe80::%eth0/64"),
    ],
)
def test_a_legacy_form_is_read_on_request(text: str, address: str, network: str) -> None:
    interface = only(text, loose=True)
    assert (format_address(interface.address), str(interface.network)) == (address, network)


@pytest.mark.parametrize("text", ["010.0.0.1", "0x7f.1", "2130706433", "10/8", "192.168.1/24", "127.1"])
def test_a_legacy_form_is_refused_without_the_request(text: str) -> None:
    assert refusal(text).kind == "bad-address"


@pytest.mark.parametrize("text", ["256/8", "10/33", "10/010", "0x/8", "1.2.3.4.5/8", "a/8", "10/255"])
def test_loose_is_strict_about_the_rest(text: str) -> None:
    assert refusal(text, loose=True).exit_code == 2


def test_a_legacy_range_is_read_on_request() -> None:
    assert networks("0x7f.0-0x7f.255", loose=True) == ["127.0.0.0/24"]


# -- one network ----------------------------------------------------------------------------------------------------


@given(any_prefix())
def test_a_network_is_read_back_from_its_text(prefix: Prefix) -> None:
    assert parse_network(str(prefix)) == prefix


def test_a_range_of_several_networks_is_not_one() -> None:
    with pytest.raises(PrefixError, match="several networks"):
        parse_network("192.0.2.0-192.0.2.9")


def test_a_range_that_is_one_network_is_one() -> None:
    assert str(parse_network("192.0.2.0-192.0.2.7")) == "192.0.2.0/29"
