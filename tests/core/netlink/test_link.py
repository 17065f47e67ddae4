"""Links from messages composed by hand as linux/{rtnetlink,if_link,if}.h have them."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.ifaces.report import DefaultGateways, Interface, InterfaceAddress, Received, Sent, Statistics
from nettools.core.netlink.address import parse_address_message
from nettools.core.netlink.link import LinkHead, head_of, interface_of, link_address, parse_link
from nettools.core.netlink.names import Names
from tests.core.netlink import compose
from tests.core.netlink.compose import can_be_written, changed, ip, link, names, nest, s32, u8, u32, u64, words

# enum IFLA_* of linux/if_link.h
ADDRESS, IFNAME, MTU, LINK, QDISC, STATS, MASTER, TXQLEN, OPERSTATE = 1, 3, 4, 5, 6, 7, 10, 13, 16
LINKINFO, IFALIAS, STATS64, GROUP, LINK_NETNSID, PROP_LIST, ALT_IFNAME, PERM_ADDRESS = 18, 20, 23, 27, 37, 52, 53, 54
INFO_KIND, INFO_DATA = 1, 2
UP, BROADCAST, LOOPBACK, POINTOPOINT, RUNNING, NOARP, MULTICAST, LOWER_UP = 1, 2, 8, 0x10, 0x40, 0x80, 0x1000, 0x10000
ETHER, IPIP, TUNNEL6, TO_ITSELF, SIT, GRE, GRE6 = 1, 768, 769, 772, 776, 778, 823  # ARPHRD_*

BARE = Interface(
    ifindex=2,
    ifname="eth0",
    kind="ether",
    admin_up=True,
    operstate=None,
    flags=("BROADCAST", "MULTICAST", "UP"),
    mtu=None,
    address=None,
    permaddr=None,
    master=None,
    link=None,
    link_index=None,
    netnsid=None,
    netns=None,
    alias=None,
    altnames=(),
    qdisc=None,
    group=None,
    txqlen=None,
    linkinfo={},
    addr_info=(),
    default=DefaultGateways(inet=None, inet6=None),
    speed_mbps=None,
    duplex=None,
    stats=None,
)
NAME = (IFNAME, words("eth0"))
COUNTERS = (1, 2, 3, 4, 5, 6, 7, 8, 9)
COUNTED = Statistics(
    rx=Received(packets=1, bytes=3, errors=5, dropped=7, multicast=9),
    tx=Sent(packets=2, bytes=4, errors=6, dropped=8),
)


def read_link(
    body: bytes, names: Names, addresses: tuple[InterfaceAddress, ...] = (), *, is_link_down: bool = False
) -> Interface | None:
    """The interface in a message; None for a message that is no link."""
    message = parse_link(body)
    return None if message is None else interface_of(message, names, addresses, is_link_down=is_link_down)


def read_head(body: bytes) -> LinkHead | None:
    """The head of the link in a message; None for a message that is no link, or one without a name."""
    message = parse_link(body)
    return None if message is None else head_of(message)


def test_a_link_with_a_name_alone_is_an_interface_of_which_nothing_else_is_known() -> None:
    assert read_link(link(NAME), names()) == BARE


@pytest.mark.parametrize(
    ("pair", "field", "value"),
    [
        ((ADDRESS, bytes.fromhex("020000000001")), "address", "02:00:00:00:00:01"),
        ((MTU, u32(1500)), "mtu", 1500),
        ((QDISC, words("fq_codel")), "qdisc", "fq_codel"),
        ((MASTER, u32(7)), "master", "br0"),
        ((MASTER, u32(99)), "master", "if99"),
        ((MASTER, u32(0)), "master", None),
        ((TXQLEN, u32(1000)), "txqlen", 1000),
        ((OPERSTATE, u8(6)), "operstate", "UP"),
        ((OPERSTATE, u8(2)), "operstate", "DOWN"),
        ((OPERSTATE, u8(77)), "operstate", "77"),
        ((IFALIAS, words("to the attic")), "alias", "to the attic"),
        ((GROUP, u32(0)), "group", "default"),
        ((GROUP, u32(42)), "group", "42"),
        ((PROP_LIST, nest((ALT_IFNAME, words("uplink")), (ALT_IFNAME, words("wan")))), "altnames", ("uplink", "wan")),
        ((PROP_LIST, nest((99, b"?"), (ALT_IFNAME, words("uplink")))), "altnames", ("uplink",)),
        ((PERM_ADDRESS, bytes.fromhex("020000000002")), "permaddr", "02:00:00:00:00:02"),
        ((STATS64, u64(*COUNTERS)), "stats", COUNTED),
        ((STATS64, u64(*COUNTERS, *range(15))), "stats", COUNTED),
        ((STATS, u32(*COUNTERS)), "stats", COUNTED),
    ],
)
def test_every_attribute_has_its_field(pair: tuple[int, bytes], field: str, value: Any) -> None:
    read = read_link(link(NAME, pair), names())
    assert read is not None
    assert getattr(read, field) == value
    assert read == replace(BARE, **{field: value})


def test_the_head_of_the_message_tells_index_type_and_flags() -> None:
    read = read_link(link((IFNAME, words("lo")), index=1, kind=TO_ITSELF, flags=LOOPBACK | UP | RUNNING), names())
    assert read == replace(BARE, ifindex=1, ifname="lo", kind="loopback", flags=("LOOPBACK", "UP"))


def test_a_link_type_without_a_name_is_its_number() -> None:
    read = read_link(link(NAME, kind=4242), names())
    assert read == replace(BARE, kind="[4242]")


def test_a_link_that_is_not_up_is_down() -> None:
    assert read_link(link(NAME, flags=BROADCAST), names()) == replace(BARE, admin_up=False, flags=("BROADCAST",))


def test_an_interface_below_that_is_down_is_told_by_a_flag() -> None:
    read = read_link(link(NAME), names(), is_link_down=True)
    assert read == replace(BARE, flags=("BROADCAST", "MULTICAST", "UP", "M-DOWN"))


def test_the_permanent_address_is_told_only_where_another_is_in_use() -> None:
    own = bytes.fromhex("020000000001")
    same = read_link(link(NAME, (ADDRESS, own), (PERM_ADDRESS, own)), names())
    other = read_link(link(NAME, (ADDRESS, own), (PERM_ADDRESS, own[:-1] + b"\7")), names())
    assert same == replace(BARE, address="02:00:00:00:00:01")
    assert other == replace(BARE, address="02:00:00:00:00:01", permaddr="02:00:00:00:00:07")


def test_the_interface_below_has_its_name_here() -> None:
    assert read_link(link(NAME, (LINK, u32(3))), names()) == replace(BARE, link="eth1", link_index=3)


def test_an_interface_below_in_another_namespace_has_no_name_here() -> None:
    """The index is one of that namespace: our own interface of that number is another."""
    read = read_link(link(NAME, (LINK, u32(3)), (LINK_NETNSID, s32(0))), names())
    assert read == replace(BARE, link_index=3, netnsid=0)


def test_an_index_of_zero_is_no_interface_below() -> None:
    assert read_link(link(NAME, (LINK, u32(0))), names()) == BARE


def test_the_kind_of_a_virtual_link_is_that_of_its_details() -> None:
    details = nest((INFO_KIND, words("vrf")), (INFO_DATA, nest((1, u32(10)))))
    read = read_link(link(NAME, (LINKINFO, details)), names())
    assert read == replace(BARE, kind="vrf", linkinfo={"info_kind": "vrf", "info_data": {"table": 10}})


def test_a_link_without_a_name_has_its_index() -> None:
    assert read_link(link(), names()) == replace(BARE, ifname="if2")
    assert read_head(link()) is None


def test_addresses_stand_with_their_interface() -> None:
    message = parse_address_message(compose.address((1, ip("192.0.2.1")), (2, ip("192.0.2.1"))), names())
    assert message is not None
    given_addresses: tuple[InterfaceAddress, ...] = (message.address,)
    assert read_link(link(NAME), names(), given_addresses) == replace(BARE, addr_info=given_addresses)


def test_what_is_not_known_is_passed_over() -> None:
    assert read_link(link((9999, b"\xff" * 9), NAME, (0, b"")), names()) == BARE


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, ETHER, None),
        (b"", ETHER, None),
        (bytes(6), TO_ITSELF, "00:00:00:00:00:00"),
        (bytes.fromhex("0a0b0c0d0e0f"), ETHER, "0a:0b:0c:0d:0e:0f"),
        (ip("192.0.2.1"), IPIP, "192.0.2.1"),
        (ip("192.0.2.1"), SIT, "192.0.2.1"),
        (ip("192.0.2.1"), GRE, "192.0.2.1"),
        (ip("192.0.2.1"), ETHER, "c0:00:02:01"),
        (ip("2001:db8::1"), TUNNEL6, "2001:db8::1"),
        (ip("2001:db8::1"), GRE6, "2001:db8::1"),
        (ip("192.0.2.1"), TUNNEL6, "c0:00:02:01"),
        (bytes(range(20)), 32, "00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10:11:12:13"),
    ],
)
def test_a_link_address_is_in_the_form_of_its_type(value: bytes | None, kind: int, text: str | None) -> None:
    assert link_address(value, kind) == text


def test_the_counters_of_64_bits_are_preferred_and_those_that_are_cut_short_are_none() -> None:
    wide, narrow = (STATS64, u64(*COUNTERS)), (STATS, u32(*[0] * 9))
    cut = (STATS64, u64(*COUNTERS)[:-1])
    stats = [
        read.stats
        for pairs in ((narrow, wide), (cut, (STATS, u32(*COUNTERS))), (cut,))
        if (read := read_link(link(NAME, *pairs), names()))
    ]
    assert stats == [COUNTED, COUNTED, None]


@pytest.mark.parametrize("length", range(0, 16, 5))
def test_a_message_too_short_for_a_link_is_none(length: int) -> None:
    assert read_link(link(NAME)[:length], names()) is None
    assert read_head(link(NAME)[:length]) is None


@pytest.mark.parametrize(
    ("pairs", "flags", "head"),
    [
        ((), UP, LinkHead(ifindex=2, name="eth0", is_up=True, below=None, is_whole=False)),
        ((), BROADCAST, LinkHead(ifindex=2, name="eth0", is_up=False, below=None, is_whole=False)),
        (((LINK, u32(3)),), UP, LinkHead(ifindex=2, name="eth0", is_up=True, below=3, is_whole=False)),
        (((LINK, u32(0)),), UP, LinkHead(ifindex=2, name="eth0", is_up=True, below=None, is_whole=False)),
        (((MTU, u32(1500)),), UP, LinkHead(ifindex=2, name="eth0", is_up=True, below=None, is_whole=True)),
        (
            ((LINK, u32(3)), (LINK_NETNSID, s32(4))),
            UP,
            LinkHead(ifindex=2, name="eth0", is_up=True, below=None, is_whole=False),
        ),
    ],
)
def test_the_head_of_a_link_says_what_others_need_to_know(
    pairs: tuple[tuple[int, bytes], ...], flags: int, head: LinkHead
) -> None:
    assert read_head(link(NAME, *pairs, flags=flags)) == head


def test_names_that_are_not_utf_8_are_kept() -> None:
    read = read_link(link((IFNAME, b"caf\xe9\0"), (IFALIAS, b"\xff")), names())
    assert read is not None
    assert (read.ifname, read.alias) == ("caf\udce9", "\udcff")
    can_be_written(read)


SAMPLES = [
    link(NAME),
    link(
        NAME,
        (ADDRESS, bytes.fromhex("020000000001")),
        (MTU, u32(1500)),
        (LINK, u32(3)),
        (QDISC, words("noqueue")),
        (STATS64, u64(*COUNTERS)),
        (MASTER, u32(7)),
        (TXQLEN, u32(1000)),
        (OPERSTATE, u8(6)),
        (LINKINFO, nest((INFO_KIND, words("vlan")), (INFO_DATA, nest((1, b"\5\0"))))),
        (IFALIAS, words("alias")),
        (GROUP, u32(0)),
        (LINK_NETNSID, s32(1)),
        (PROP_LIST, nest((ALT_IFNAME, words("uplink")))),
        (PERM_ADDRESS, bytes.fromhex("020000000002")),
    ),
]


@given(st.one_of(st.binary(max_size=200), changed(SAMPLES)))
def test_whatever_bytes_there_are_a_link_is_read(body: bytes) -> None:
    read = read_link(body, names())
    head = read_head(body)
    if read is not None:
        can_be_written(read)
    if head is not None:
        assert read is not None
        assert head.ifindex == read.ifindex


@pytest.mark.parametrize("kind", [*range(1, 66), 9999])
def test_the_longest_attribute_of_a_link_is_read(kind: int) -> None:
    can_be_written(read_link(link(NAME, (kind, b"\xff" * 9000)), names()))
