"""The details of links: every kind from bytes composed by hand, and whatever bytes there are without an exception."""

import json
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.netlink import linkinfo as module
from nettools.core.netlink.kinds import values
from nettools.core.netlink.kinds.values import Kind
from nettools.core.netlink.linkinfo import linkinfo
from nettools.core.netlink.wire import attribute
from nettools.core.record import Json
from tests.core.netlink.linkinfo_cases import CASES, Case, interface_name, ip, link, member, nest, u8, u16, u32


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_kind_is_read_in_the_words_of_ip(case: Case) -> None:
    assert linkinfo(case.value, interface_name) == case.expected


def kinds() -> dict[str, Kind]:
    """Every kind that has a table, members with a prefix."""
    found: dict[str, Kind] = {}
    for collection, prefix, modules in (
        ("KINDS", "", module.MODULES),
        ("SLAVES", "member of ", module._SLAVE_MODULES),
    ):
        for kind, name in modules.items():
            found[prefix + kind] = getattr(import_module(f"nettools.core.netlink.kinds.{name}"), collection)[kind]
    return found


def test_every_kind_of_a_module_can_be_found() -> None:
    for collection, modules in (("KINDS", module.MODULES), ("SLAVES", module._SLAVE_MODULES)):
        for name in set(module.MODULES.values()):
            loaded = getattr(import_module(f"nettools.core.netlink.kinds.{name}"), collection, {})
            assert loaded.keys() == {kind for kind, place in modules.items() if place == name}


def test_no_key_of_a_kind_stands_for_two_attributes() -> None:
    for table, _ in kinds().values():
        keys = [key for key, _ in table.values() if key != values.SPREAD]
        assert len(keys) == len(set(keys))


def test_every_kind_has_a_case() -> None:
    tested = {case.expected.get("info_kind") for case in CASES}
    assert module.MODULES.keys() <= tested
    assert module._SLAVE_MODULES.keys() <= {case.expected.get("info_slave_kind") for case in CASES}


@pytest.mark.parametrize("kind", ["", "bridge", "wireguard", "no such kind"])
def test_an_unknown_attribute_keeps_its_number_and_its_bytes(kind: str) -> None:
    read = linkinfo(link(kind, {999: b"\xab\xcd", 1000: b""}), interface_name)
    assert read == {"info_kind": kind, "info_data": {"999": "abcd", "1000": ""}}


def test_an_unknown_kind_of_member_keeps_its_numbers_and_its_bytes() -> None:
    read = linkinfo(member("no such kind", {1: b"\1\2"}), interface_name)
    assert read == {"info_kind": "veth", "info_slave_kind": "no such kind", "info_slave_data": {"1": "0102"}}


def test_data_without_a_kind_and_attributes_beside_it_are_kept() -> None:
    read = linkinfo(nest({2: nest({1: b"\1"}), 3: b"\xff", 17: b"\xee"}), interface_name)
    assert read == {"info_data": {"1": "01"}, "info_xstats": "ff", "17": "ee"}


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (link("bridge", {1: u8(5)}), {"forward_delay": 5}),
        (link("bridge", {7: u32(1)}), {"vlan_filtering": 1}),
        (link("bond", {3: b""}), {"miimon": 0}),
        (link("bond", {3: bytes(9)}), {"miimon": "00" * 9}),  # wider than any integer of the kernel
        (link("bridge", {16: bytes(9)}), {"hello_timer": "00" * 9}),
    ],
)
def test_integers_of_other_widths_are_integers_still(value: bytes, read: Json) -> None:
    assert linkinfo(value, interface_name)["info_data"] == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (link("vxlan", {2: b"\1\2\3", 4: bytes(5)}), {"remote": "010203"}),
        (link("vxlan", {16: b"\xff\2"}), {"group6": "ff02"}),
        (link("amt", {5: b"\1"}), {"local": "01"}),
        (link("vti", {4: b"\1"}), {"local": "01", "remote": "any"}),
        (link("vti", {4: b""}), {"local": "", "remote": "any"}),
        (link("bond", {8: nest({0: b"\1\2"})}), {"arp_ip_target": ["0102"]}),
        (
            link("vlan", {1: u16(1), 2: b"\1", 3: nest({1: b"\1\2"}), 5: b"\x81"}),
            {"id": 1, "flags": "01", "egress_qos": ["0102"], "protocol": "81"},
        ),
        (link("bridge", {10: b"\x80", 46: b"\1"}), {"root_id": "80", "multi_boolopt": "01"}),
        (
            link("can", {1: b"\1", 2: b"\2", 5: b"\5", 8: b"\x08"}),
            {"bittiming": "01", "bittiming_const": "02", "ctrlmode": "05", "berr_counter": "08"},
        ),
        (link("ip6tnl", {7: b"\1"}), {"flowinfo": "01", "remote": "any", "local": "any", "ttl": 0}),
    ],
)
def test_what_is_cut_short_is_kept_in_digits(value: bytes, read: Json) -> None:
    assert linkinfo(value, interface_name)["info_data"] == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (link("bond", {1: u8(9)}), {"mode": 9}),
        (link("macvlan", {1: u32(3)}), {"mode": 3}),
        (link("ipvlan", {1: u16(9)}), {"mode": 9}),
        (link("tun", {3: u8(7)}), {"type": 7, "multi_queue": False}),
        (link("can", {4: u32(9)}), {"state": 9}),
    ],
)
def test_a_number_without_a_name_is_not_lost(value: bytes, read: Json) -> None:
    """Here ip prints UNKNOWN, unknown or UNKNOWN:7, or ends by a signal."""
    assert linkinfo(value, interface_name)["info_data"] == read


def test_bits_of_a_bridge_that_have_no_name_are_kept() -> None:
    read = linkinfo(link("bridge", {46: u32(0x41, 0xE1)}), interface_name)["info_data"]
    assert read == {"no_linklocal_learn": 1, "multi_boolopt": "0x40"}


def test_an_encapsulation_that_ip_does_not_know_is_named() -> None:
    data = {14: u16(3), 15: u16(0), 16: bytes(2), 17: bytes(2)}
    read = linkinfo(link("gre", data), interface_name)["info_data"]
    assert isinstance(read, dict)
    assert read["encap"] == {"type": "mpls", "sport": 0, "dport": 0, "csum": False, "csum6": False, "remcsum": False}


def test_only_what_can_be_an_ifindex_is_looked_up() -> None:
    asked: list[int] = []

    def name(index: int) -> str:
        asked.append(index)
        return "eth0"

    read = linkinfo(link("bond", {2: u32(0), 11: u32(0x80000000)}), name)
    assert (read["info_data"], asked) == ({"primary": 0x80000000}, [])
    assert linkinfo(link("bond", {2: u32(5)}), name)["info_data"] == {"active_slave": "eth0"}
    assert asked == [5]


def test_of_a_repeated_attribute_the_last_counts() -> None:
    data = attribute(1, u32(1)) + attribute(1, u32(2))
    read = linkinfo(attribute(1, b"vrf\0") + attribute(2, data), interface_name)
    assert read["info_data"] == {"table": 2}


def test_padding_is_no_datum() -> None:
    for kind, number in (("bridge", 40), ("macsec", 14)):
        assert linkinfo(link(kind, {number: b""}), interface_name)["info_data"] == {}
    assert linkinfo(member("bridge", {26: b""}), interface_name)["info_slave_data"] == {}


def test_both_options_of_an_ipvlan_are_told() -> None:
    """Here ip prints private alone."""
    read = linkinfo(link("ipvlan", {2: u16(3)}), interface_name)["info_data"]
    assert read == {"private": True, "vepa": True}


def test_an_ipv6_address_with_an_ipv4_tail_is_in_the_form_of_rfc_5952() -> None:
    """Here ip prints ::192.0.2.1, the form of a block that RFC 4291 §2.5.5.1 withdrew."""
    read = linkinfo(link("vti6", {4: ip("::c000:201")}), interface_name)["info_data"]
    assert read == {"local": "::c000:201", "remote": "any"}


# -- Whatever bytes there are ---------------------------------------------------------------------------


def is_readable(value: bytes) -> None:
    """Read without an exception, as values that JSON has."""
    read = linkinfo(value, interface_name)
    assert json.loads(json.dumps(read)) == read


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_read(value: bytes) -> None:
    is_readable(value)


@given(st.sampled_from(sorted(kinds())), st.data())
def test_arbitrary_attributes_of_every_kind_are_read(kind: str, data: st.DataObject) -> None:
    numbers = st.sampled_from([*kinds()[kind][0], 0, 60, 0x3FFF])
    sizes = st.sampled_from([0, 1, 2, 3, 4, 6, 8, 9, 16, 32, 48])
    attributes = data.draw(
        st.dictionaries(numbers, sizes.flatmap(lambda size: st.binary(min_size=size, max_size=size)))
    )
    make: Callable[[str, dict[int, bytes]], bytes] = member if kind.startswith("member of ") else link
    is_readable(make(kind.removeprefix("member of "), attributes))


@given(st.sampled_from(CASES), st.data())
def test_a_link_with_bytes_changed_or_cut_off_is_read(case: Case, data: st.DataObject) -> None:
    changed = bytearray(case.value[: data.draw(st.integers(0, len(case.value)))])
    for place in data.draw(st.lists(st.integers(0, max(len(changed) - 1, 0)), max_size=8)):
        changed[place : place + 1] = data.draw(st.binary(min_size=1, max_size=1))
    is_readable(bytes(changed))


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_the_longest_attribute_is_read(kind: str) -> None:
    """Longer integers than Python turns into decimal digits, or into a float."""
    make: Callable[[str, dict[int, bytes]], bytes] = member if kind.startswith("member of ") else link
    for number in kinds()[kind][0]:
        is_readable(make(kind.removeprefix("member of "), {number: b"\xff" * 9000}))


def test_only_the_kind_that_is_met_is_imported() -> None:
    program = """if True:
        import sys
        from nettools.core.netlink.linkinfo import linkinfo
        linkinfo(bytes.fromhex("0900010076726600000000000c00020008000100e8030000"), str)
        print(*sorted(name.rpartition(".")[2] for name in sys.modules if ".netlink.kinds." in name))
    """
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert loaded.split() == ["ethertypes", "values", "virtual"]
