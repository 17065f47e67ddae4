"""What netifaces and psutil tell of interfaces, mended: their dicts in, records out."""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.ifaces.portable import Entries, Extras, FamilyNumbers, portable_interfaces
from nettools.core.ifaces.report import Interface, InterfaceAddress

LINUX = FamilyNumbers(link=17, inet=2, inet6=10)
LINK, INET, INET6 = LINUX
NO_EXTRAS = Extras(states={}, counters={}, addresses={})


def interfaces(
    found: Mapping[str, Entries], extras: Extras | None = None, indexes: Mapping[str, int] | None = None
) -> dict[str, Interface]:
    return {one.ifname: one for one in portable_interfaces(found, LINUX, indexes or {}, extras)}


def address(family: int, **entry: Any) -> InterfaceAddress:
    (read,) = interfaces({"em0": {family: [entry]}})["em0"].addr_info
    return read


def extras_of(name: str, counters: Mapping[str, Any] | None = None, texts: Sequence[str] = (), **state: Any) -> Extras:
    return Extras(
        states={name: state} if state else {},
        counters={} if counters is None else {name: counters},
        addresses={name: list(texts)},
    )


# --- addresses --------------------------------------------------------------------------------------


def test_an_address_with_a_label_is_one_of_the_interface() -> None:
    found = interfaces(
        {
            "em0": {
                LINK: [{"addr": "00:00:5e:00:53:05"}],
                INET: [{"addr": "192.0.2.5", "netmask": "255.255.255.0", "broadcast": "192.0.2.255"}],
            },
            "lo": {INET: [{"addr": "127.0.0.1", "netmask": "255.0.0.0", "peer": "127.0.0.1"}]},
            "em0:web": {INET: [{"addr": "198.51.100.7", "netmask": "255.255.255.0", "broadcast": "198.51.100.7"}]},
        }
    )
    assert list(found) == ["em0", "lo"]
    plain, labelled = found["em0"].addr_info
    assert (plain.local, plain.label) == (IPv4Address("192.0.2.5"), None)
    assert (labelled.local, labelled.label, labelled.broadcast) == (IPv4Address("198.51.100.7"), "em0:web", None)


def test_a_name_with_a_colon_and_no_interface_before_it_is_a_name() -> None:
    found = interfaces({"em0:web": {INET: [{"addr": "192.0.2.5", "netmask": "255.255.255.0"}]}})
    assert found["em0:web"].addr_info[0].label is None


@pytest.mark.parametrize(
    ("local", "netmask", "reported", "peer", "broadcast"),
    [
        ("192.0.2.5", "255.255.255.0", "192.0.2.255", None, "192.0.2.255"),
        ("192.0.2.5", "255.255.255.0", "192.0.2.0", None, "192.0.2.0"),
        ("192.0.2.5", "255.255.255.0", "255.255.255.255", None, "255.255.255.255"),
        ("192.0.2.5", "255.255.255.0", "192.0.2.5", None, None),  # none at all
        ("192.0.2.5", "255.255.255.0", "192.0.2.77", None, None),  # either
        ("192.0.2.5", "255.255.255.255", "192.0.2.9", "192.0.2.9", None),
        ("192.0.2.5", "255.255.255.0", "198.51.100.1", "198.51.100.1", None),
        ("192.0.2.4", "255.255.255.254", "192.0.2.5", "192.0.2.5", None),
        ("192.0.2.5", None, "192.0.2.255", None, "192.0.2.255"),
        ("192.0.2.5", "255.255.255.0", None, None, None),
        ("192.0.2.5", "255.255.255.0", "nonsense", None, None),
    ],
)
def test_a_broadcast_address_is_one_a_peer_or_nothing(
    local: str, netmask: str | None, reported: str | None, peer: str | None, broadcast: str | None
) -> None:
    read = address(INET, addr=local, netmask=netmask, broadcast=reported)
    assert read.peer == (peer and IPv4Address(peer))
    assert read.broadcast == (broadcast and IPv4Address(broadcast))


def test_the_other_end_of_a_point_to_point_link_is_a_peer() -> None:
    assert address(INET, addr="192.0.2.5", netmask="255.255.255.255", peer="192.0.2.9").peer == IPv4Address("192.0.2.9")
    assert address(INET, addr="127.0.0.1", netmask="255.0.0.0", peer="127.0.0.1").peer is None


def test_ipv6_has_no_broadcast() -> None:
    read = address(INET6, addr="2001:db8::7", netmask=f"{'ffff:' * 7}ffff/128", broadcast="2001:db8::8")
    assert (read.peer, read.broadcast) == (IPv6Address("2001:db8::8"), None)


def test_the_zone_of_an_address_is_its_interface_and_left_out() -> None:
    assert address(INET6, addr="fe80::5%em0", netmask="ffff:ffff:ffff:ffff::/64").local == IPv6Address("fe80::5")


@pytest.mark.parametrize(
    ("family", "text", "scope"),
    [
        (INET6, "::1", "host"),
        (INET6, "fe80::5%em0", "link"),
        (INET6, "fec0::5", "site"),
        (INET6, "2001:db8::5", "global"),
        (INET, "127.0.0.9", "host"),
        (INET, "192.0.2.5", None),
    ],
)
def test_a_scope_is_what_the_address_says(family: int, text: str, scope: str | None) -> None:
    assert address(family, addr=text).scope == scope


@pytest.mark.parametrize(
    ("family", "text", "netmask", "length"),
    [
        (INET, "192.0.2.5", "255.255.255.0", 24),
        (INET, "192.0.2.5", "0.0.0.0", 0),
        (INET, "192.0.2.5", "255.0.255.0", None),
        (INET, "192.0.2.5", "ffff::", None),
        (INET, "192.0.2.5", 24, None),
        (INET6, "2001:db8::5", "ffff:ffff:ffff:ffff::/64", 64),
        (INET6, "2001:db8::5", "ffff:ffff:ffff:ffff::", 64),
        (INET6, "2001:db8::5", "ffff::/129", 16),
    ],
)
def test_a_mask_is_a_length(family: int, text: str, netmask: object, length: int | None) -> None:
    assert address(family, addr=text, netmask=netmask).prefixlen == length


def test_ipv6_flags_of_the_bsd_systems_are_words() -> None:
    assert address(INET6, addr="2001:db8::5", flags=0x80 | 0x40 | 0x10).flags == ("deprecated", "dynamic", "temporary")
    assert address(INET6, addr="2001:db8::5").flags == ()


def test_what_is_no_address_is_left_out() -> None:
    found = interfaces({"em0": {INET: [{"addr": "x"}, {}, {"addr": "192.0.2.5"}]}})
    assert [str(one.local) for one in found["em0"].addr_info] == ["192.0.2.5"]


# --- interfaces -------------------------------------------------------------------------------------


def test_without_psutil_the_state_is_unknown() -> None:
    lo = interfaces({"lo0": {INET: [{"addr": "127.0.0.1", "netmask": "255.0.0.0"}]}}, indexes={"lo0": 1})["lo0"]
    assert (lo.ifindex, lo.kind) == (1, "loopback")
    assert (lo.admin_up, lo.operstate, lo.flags, lo.mtu, lo.speed_mbps, lo.stats) == (None, None, (), None, None, None)


def test_with_psutil() -> None:
    counters = {
        "bytes_sent": 1,
        "bytes_recv": 2,
        "packets_sent": 3,
        "packets_recv": 4,
        "errin": 5,
        "errout": 6,
        "dropin": 7,
        "dropout": 8,
    }
    state: dict[str, Any] = {
        "isup": True,
        "duplex": 2,
        "speed": 1000,
        "mtu": 1500,
        "flags": "up,broadcast,running,multicast",
    }
    em0 = interfaces({"em0": {LINK: [{"addr": "00:00:5E:00:53:05"}]}}, extras_of("em0", counters, **state))["em0"]
    assert (em0.admin_up, em0.operstate, em0.flags) == (True, None, ("UP", "BROADCAST", "RUNNING", "MULTICAST"))
    assert (em0.mtu, em0.speed_mbps, em0.duplex, em0.address) == (1500, 1000, "full", "00:00:5e:00:53:05")
    assert em0.stats is not None
    rx, tx = em0.stats.rx, em0.stats.tx
    assert (rx.bytes, rx.packets, rx.errors, rx.dropped, rx.multicast) == (2, 4, 5, 7, None)
    assert (tx.bytes, tx.packets, tx.errors, tx.dropped) == (1, 3, 6, 8)


@pytest.mark.parametrize(
    ("isup", "flags", "admin_up", "operstate"),
    [
        (True, "up,running", True, None),
        (False, "up,broadcast", True, "DOWN"),
        (False, "broadcast", False, "DOWN"),
        (True, "", True, "UP"),  # Windows, which has no flags
        (False, "", False, "DOWN"),
    ],
)
def test_up_is_told_apart(isup: bool, flags: str, admin_up: bool | None, operstate: str | None) -> None:
    em0 = interfaces({"em0": {}}, extras_of("em0", isup=isup, flags=flags))["em0"]
    assert (em0.admin_up, em0.operstate) == (admin_up, operstate)


def test_up_is_unknown_where_nothing_tells_it() -> None:
    em0 = interfaces({"em0": {}}, extras_of("em0", mtu=1500))["em0"]
    assert (em0.admin_up, em0.mtu) == (None, 1500)


def test_a_speed_or_duplex_of_zero_is_unknown() -> None:
    em0 = interfaces({"em0": {}}, extras_of("em0", isup=True, speed=0, duplex=0, mtu=0, flags="up"))["em0"]
    assert (em0.speed_mbps, em0.duplex, em0.mtu) == (None, None, None)


def test_a_guid_of_windows_gets_the_name_that_people_read() -> None:
    found = {
        "{4D36E972}": {
            LINK: [{"addr": "00:00:5e:00:53:05"}],
            INET: [{"addr": "192.0.2.5", "netmask": "255.255.255.0"}],
            INET6: [{"addr": "fe80::5%12"}],
        }
    }
    texts = ["00-00-5E-00-53-05", "192.0.2.5", "fe80::5"]
    ethernet = interfaces(found, extras_of("Ethernet 2", texts=texts, isup=True, mtu=1500, flags=""))["Ethernet 2"]
    assert ethernet.mtu == 1500


def test_a_guid_that_psutil_does_not_know_stays() -> None:
    extras = extras_of("Ethernet 2", texts=["192.0.2.6"], isup=True)
    assert list(interfaces({"{4D36E972}": {INET: [{"addr": "192.0.2.5"}]}}, extras)) == ["{4D36E972}"]


VALUES = (
    st.none() | st.integers() | st.text(max_size=8) | st.sampled_from(["192.0.2.5", "fe80::5%a", "255.0.0.0", "::/0"])
)
ENTRY = st.dictionaries(st.sampled_from(["addr", "netmask", "broadcast", "peer", "flags"]), VALUES)
FOUND = st.dictionaries(
    st.text(max_size=6), st.dictionaries(st.sampled_from(LINUX), st.lists(ENTRY, max_size=3)), max_size=3
)
STATE = st.dictionaries(st.sampled_from(["isup", "duplex", "speed", "mtu", "flags", "bytes_recv"]), VALUES)


@given(FOUND, STATE)
def test_no_dicts_are_too_odd(found: dict[str, Entries], state: dict[str, Any]) -> None:
    portable_interfaces(found, LINUX, {}, None)
    extras = Extras(states=dict.fromkeys(found, state), counters=dict.fromkeys(found, state), addresses={})
    records = portable_interfaces(found, LINUX, {}, extras)
    assert len(records) <= len(found)
    assert portable_interfaces(found, LINUX, {}, NO_EXTRAS) == portable_interfaces(found, LINUX, {}, None)
