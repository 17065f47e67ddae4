"""The text files of /proc/net and /sys/class/net about interfaces. Examples are the kernel's own, or composed here."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.ifaces.names import OPERSTATES
from nettools.core.ifaces.proc import (
    hardware_kind,
    link_kind,
    parse_dev,
    parse_if_inet6,
    read_devtype,
    read_duplex,
    read_link_address,
    read_number,
    read_operstate,
    read_speed,
)
from tests.core.strategies import hostile_text

DEV_HEAD = (
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls"
    " carrier compressed\n"
)
SIXTEEN = " 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16"


# --- /proc/net/dev --------------------------------------------------------------------------------


def test_counters_are_read_by_their_columns() -> None:
    found = parse_dev(f"{DEV_HEAD}  eth0:{SIXTEEN}\n")
    assert found.unreadable == 0
    [(name, counted)] = found.by_name.items()
    assert name == "eth0"
    rx, tx = counted.rx, counted.tx
    assert (rx.bytes, rx.packets, rx.errors, rx.dropped, rx.multicast) == (1, 2, 3, 4, 8)
    assert (tx.bytes, tx.packets, tx.errors, tx.dropped) == (9, 10, 11, 12)


def test_counters_of_64_bits_fit() -> None:
    top = 2**64 - 1
    assert parse_dev(f"eth0:{f' {top}' * 16}\n").by_name["eth0"].tx.bytes == top


def test_a_long_count_may_touch_the_name() -> None:
    assert parse_dev(f"eth0:{SIXTEEN.lstrip()}\n").by_name["eth0"].rx.bytes == 1


@pytest.mark.parametrize("name", ["a|b", "x\x1cy", "n\u2003m", "\udcff\udcfe", "a\x85b", "ü"])
def test_a_name_may_hold_what_python_takes_for_a_blank_or_a_line_end(name: str) -> None:
    assert list(parse_dev(f"{DEV_HEAD}{name:>6}:{SIXTEEN}\n    lo:{SIXTEEN}\n").by_name) == [name, "lo"]


@pytest.mark.parametrize(
    "line",
    [
        "eth0",
        "eth0:",
        f":{SIXTEEN}",
        f"eth0:{SIXTEEN} 17",
        "eth0: 1 2 3",
        f"eth0:{SIXTEEN[:-2]}x",
        f"eth0:{SIXTEEN[:-2]}-1",
        "eth0:" + "1" * 99,
        "eth0: 1234567890123456",
        f"eth0:{'１ ' * 16}",
    ],
)
def test_a_line_of_another_form_is_passed_over_and_counted(line: str) -> None:
    found = parse_dev(f"{DEV_HEAD}{line}\n    lo:{SIXTEEN}\n")
    assert (list(found.by_name), found.unreadable) == (["lo"], 1)


# --- /proc/net/if_inet6 ---------------------------------------------------------------------------


def test_an_ipv6_address_is_read() -> None:
    [entry] = parse_if_inet6("fe800000000000000094a3fffe5068b7 0a 40 20 80     br00\n").entries
    assert (entry.ifindex, entry.ifname) == (10, "br00")
    address = entry.address
    assert address.family == "inet6"
    assert address.local == IPv6Address("fe80::94:a3ff:fe50:68b7")
    assert (address.prefixlen, address.scope, address.flags) == (64, "link", ())
    assert (address.peer, address.broadcast, address.label) == (None, None, None)


@pytest.mark.parametrize(
    ("number", "word"), [("00", "global"), ("10", "host"), ("20", "link"), ("40", "site"), ("80", "global")]
)
def test_scopes_have_the_words_of_ip(number: str, word: str) -> None:
    """rt_scope() of addrconf.c makes compat, 0x80, universal."""
    [entry] = parse_if_inet6(f"{'0' * 32} 01 80 {number} 80 lo\n").entries
    assert entry.address.scope == word


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ("80", set()),
        ("00", {"dynamic"}),
        ("01", {"temporary", "dynamic"}),
        ("22", {"nodad", "deprecated", "dynamic"}),
        ("c0", {"tentative"}),
        ("c8", {"tentative", "dadfailed"}),
        ("94", {"home", "optimistic"}),
    ],
)
def test_flags_have_the_words_of_ip(flags: str, words: set[str]) -> None:
    [entry] = parse_if_inet6(f"{'0' * 32} 01 80 00 {flags} lo\n").entries
    assert set(entry.address.flags) == words


def test_large_indexes_and_long_names_make_longer_lines() -> None:
    [entry] = parse_if_inet6(f"{'0' * 32} 1e240 80 00 80 a_name_of_15byt\n").entries
    assert (entry.ifindex, entry.ifname) == (0x1E240, "a_name_of_15byt")


@pytest.mark.parametrize(
    "line",
    [
        "fe80 01 40 20 80 lo",
        f"{'0' * 32} 01 81 00 80 lo",
        f"{'0' * 32} 01 80 00 80",
        f"{'0' * 32} 01 80 00 80 ",
        f"{'g' * 32} 01 80 00 80 lo",
        f"{'0' * 32} 01 80 00 lo",
        f"{'0' * 32} 01 80 00 80 a b",
    ],
)
def test_a_line_of_if_inet6_of_another_form_is_passed_over_and_counted(line: str) -> None:
    found = parse_if_inet6(f"{line}\n{'0' * 31}1 01 80 10 80       lo\n")
    assert ([entry.ifname for entry in found.entries], found.unreadable) == (["lo"], 1)


# --- /sys/class/net -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), ("-1", -1), ("0x1003", 0x1003), ("", None), (None, None), ("x", None), ("0x", None), ("１", None)],
)
def test_numbers(text: str | None, number: int | None) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize("state", ["unknown", "notpresent", "down", "lowerlayerdown", "testing", "dormant", "up"])
def test_every_state_of_the_kernel_has_the_word_that_netlink_gives(state: str) -> None:
    assert read_operstate(state) == state.upper()
    assert read_operstate(state) in OPERSTATES


def test_states_that_are_none() -> None:
    assert read_operstate(None) is None
    assert read_operstate("sideways") is None


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("02:fc:00:00:00:01", b"\x02\xfc\0\0\0\x01"),
        ("c0:00:02:01", IPv4Address("192.0.2.1").packed),
        ("", None),
        (None, None),
        ("02:", None),
        ("x", None),
        ("02fc", None),
    ],
)
def test_link_addresses(text: str | None, address: bytes | None) -> None:
    assert read_link_address(text) == address


@pytest.mark.parametrize(
    ("text", "speed"), [("1000", 1000), ("-1", None), ("4294967295", None), ("0", None), (None, None), ("", None)]
)
def test_unknown_speeds_are_none(text: str | None, speed: int | None) -> None:
    assert read_speed(text) == speed


def test_duplex() -> None:
    assert [read_duplex(text) for text in ("full", "half", "unknown", None)] == ["full", "half", None, None]


def test_the_device_type_is_one_line_of_uevent() -> None:
    assert read_devtype("DEVTYPE=bridge\nINTERFACE=br0\nIFINDEX=4") == "bridge"
    assert read_devtype("INTERFACE=eth0\nIFINDEX=4") is None
    assert read_devtype("XDEVTYPE=bridge\nDEVTYPE=") is None
    assert read_devtype(None) is None


@pytest.mark.parametrize(
    ("devtype", "driver", "kind"),
    [
        ("bridge", None, "bridge"),
        ("wlan", "iwlwifi", None),
        (None, "veth", "veth"),
        (None, "bonding", "bond"),
        (None, "802.1Q VLAN Support", "vlan"),
        (None, "virtio_net", None),
        (None, None, None),
    ],
)
def test_kinds(devtype: str | None, driver: str | None, kind: str | None) -> None:
    assert link_kind(devtype, driver) == kind


def test_only_hardware_and_the_loopback_are_called_by_their_link_type() -> None:
    assert hardware_kind(1, is_hardware=True, driver=None) == "ether"
    assert hardware_kind(772, is_hardware=False, driver=None) == "loopback"
    assert hardware_kind(1, is_hardware=False, driver="unheard-of") is None
    assert hardware_kind(1, is_hardware=None, driver="virtio_net") == "ether"
    assert hardware_kind(1, is_hardware=None, driver=None) is None
    assert hardware_kind(None, is_hardware=True, driver=None) is None


# --- any text -------------------------------------------------------------------------------------

FORMS = st.sampled_from(["", "eth0:", SIXTEEN, "|", "\n", f"{'0' * 32} 01 80 00 80 lo", " ", "\t", "f" * 32])


@given(st.lists(st.one_of(hostile_text(), FORMS)).map("".join))
def test_no_text_is_an_error_and_no_line_is_lost(text: str) -> None:
    lines = [line for line in text.split("\n") if line]
    dev, inet6 = parse_dev(text), parse_if_inet6(text)
    assert len(dev.by_name) + dev.unreadable <= len(lines)
    assert len(inet6.entries) + inet6.unreadable == len(lines)


@given(st.one_of(st.none(), hostile_text()))
def test_no_value_is_an_error(text: str | None) -> None:
    for read in (read_number, read_operstate, read_link_address, read_speed, read_duplex, read_devtype):
        read(text)
