"""Which interfaces are meant by names, families, kinds and states."""

import pytest

from nettools.core.ifaces.report import Family, Interface
from nettools.core.ifaces.select import all_names, by_name, is_of_kind, narrowed, unknown_name
from tests.core.ifaces.machines import gateways, interface

BOTH: tuple[Family, ...] = ("inet", "inet6")
FOUR: tuple[Family, ...] = ("inet",)
TAP = {"info_kind": "tun", "info_data": {"type": "tap"}}

LO = interface("lo", "127.0.0.1/8", "::1/128", kind="loopback")
ETH = interface("eth0", "192.0.2.5/24", "2001:db8::5/64", kind="ether", altnames=("enp0s1", "uplink"))
SIX = interface("six0", "2001:db8:6::1/64", kind="ether")
BARE = interface("bare0", kind="veth")
OFF = interface("off0", "198.51.100.1/24", kind="ether", admin_up=False)
DARK = interface("dark0", "203.0.113.1/24", kind=None, admin_up=None)
VM = interface("vm0", kind="tun", linkinfo=TAP)
ALL = (LO, ETH, SIX, BARE, OFF, DARK, VM)


def names(found: tuple[Interface, ...]) -> list[str]:
    return [one.ifname for one in found]


def test_nothing_asked_for_is_everything_in_its_order_and_unchanged() -> None:
    assert narrowed(ALL, families=BOTH) == ALL


@pytest.mark.parametrize(
    ("family", "expected"),
    [("inet", ["lo", "eth0", "off0", "dark0"]), ("inet6", ["lo", "eth0", "six0"])],
)
def test_a_family_leaves_what_has_an_address_of_it_with_those_addresses_alone(
    family: Family, expected: list[str]
) -> None:
    found = narrowed(ALL, families=(family,))
    assert names(found) == expected
    assert {held.family for one in found for held in one.addr_info} == {family}


def test_what_was_named_stays_without_an_address_of_the_family() -> None:
    found = narrowed([SIX, BARE, ETH], families=FOUR, keeps_bare=True)
    assert [(one.ifname, len(one.addr_info)) for one in found] == [("six0", 0), ("bare0", 0), ("eth0", 1)]


def test_only_up_leaves_out_what_is_known_to_be_down() -> None:
    assert names(narrowed(ALL, families=BOTH, only_up=True)) == ["lo", "eth0", "six0", "bare0", "dark0", "vm0"]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("ether", ["eth0", "six0", "off0"]),
        ("ETHER", ["eth0", "six0", "off0"]),
        ("loopback", ["lo"]),
        ("tap", ["vm0"]),
        ("tun", ["vm0"]),
        ("dummy", []),
        ("", []),
    ],
)
def test_a_kind_is_the_links_own_in_any_case_and_a_tap_is_a_tun_too(kind: str, expected: list[str]) -> None:
    assert names(narrowed(ALL, families=BOTH, kind=kind)) == expected


def test_the_type_of_another_kinds_details_is_no_kind() -> None:
    about = {"info_kind": "gre", "info_data": {"type": "tap"}}
    assert not is_of_kind(interface("gre0", kind="gre", linkinfo=about), "tap")
    assert not is_of_kind(interface("x0", kind="tun", linkinfo={"info_data": "tap"}), "tap")


def test_every_condition_has_to_hold() -> None:
    assert names(narrowed(ALL, families=FOUR, only_up=True, kind="ether")) == ["eth0"]


def test_an_interface_is_found_by_its_name_and_by_its_other_names() -> None:
    found = by_name(ALL)
    assert found["eth0"] is found["uplink"] is ETH
    assert list(by_name(())) == []
    assert {*found} == {*all_names(ALL)} == {"lo", "eth0", "enp0s1", "uplink", "six0", "bare0", "off0", "dark0", "vm0"}


def test_a_name_goes_before_another_interfaces_other_name() -> None:
    other = interface("first0", altnames=("eth0",))
    for machine in ((other, ETH), (ETH, other)):
        assert by_name(machine)["eth0"] is ETH


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("uplnk", "did you mean uplink?"),
        ("qqqqqqqq", "there are lo, eth0, six0, bare0, off0, dark0, vm0"),
    ],
)
def test_a_name_that_none_has_is_answered_with_those_that_are_near(name: str, hint: str) -> None:
    assert unknown_name(ALL, name) == (f"there is no interface '{name}'", hint)


def test_a_hostile_name_is_escaped_in_what_is_said_of_it() -> None:
    message, hint = unknown_name([interface("\x1b[2J"), interface("x\u202ey")], "\x1b[2K")
    assert message == r"there is no interface '\x1b[2K'"
    assert hint == r"did you mean \x1b[2J?"


def test_of_many_interfaces_only_some_are_named_in_a_hint() -> None:
    _, hint = unknown_name([interface(f"zz{number}") for number in range(50)], "qqqqqqqq")
    assert hint.endswith("zz9...")


@pytest.mark.parametrize(
    ("families", "expected"),
    [
        (("inet",), ("192.0.2.1", None)),
        (("inet6",), (None, "fe80::1")),
        (BOTH, ("192.0.2.1", "fe80::1")),
    ],
)
def test_a_family_leaves_the_gateway_of_the_other_out(
    families: tuple[Family, ...], expected: tuple[str | None, str | None]
) -> None:
    one = interface("eth0", "192.0.2.5/24", "2001:db8::5/64", default=gateways("192.0.2.1", "fe80::1"))
    (found,) = narrowed([one], families=families)
    assert (found.default.inet, found.default.inet6) == expected
