"""Interfaces as people see them: everything at every width, nothing obeyed."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nettools.core.ifaces.report import Interface
from nettools.render.ifaces import draw_counters, draw_interfaces, draw_tree, state_text
from nettools.render.style import Canvas
from tests.core.ifaces.machines import counters, gateways, interface, veth
from tests.core.route.machines import interface_address
from tests.fake_platform import ETH, LAPTOP, TAP, VLAN
from tests.render.drawing import HOSTILE, WIDTHS, canvas_of, faults, missing, widest, written
from tests.render.test_table import canvases, hostile

WIDE = canvas_of(None)
WITH_GATEWAYS = [replace(one, default=gateways("192.0.2.1", "fe80::1")) if one is ETH else one for one in LAPTOP]
SEEN = {
    "lo": ["up", "loopback", "127.0.0.1/8", "::1/128", "65536"],
    "eth0": [
        "up", "ether", "192.0.2.5/24", "192.0.2.77/24", "2001:db8:1::5/64", "2001:db8:1:0:1234:5678:9abc:def0/64",
        "fe80::ff:fe00:2%eth0/64", "192.0.2.1", "fe80::1", "label eth0:web", "secondary", "valid for 23 h 59 min",
        "temporary", "deprecated", "valid for 59 s", "also enp3s0", "2.5 Gbit/s", "02:00:00:00:00:02", "1500",
    ],
    "wlan0": ["no carrier", "alias the antenna on the roof"],
    "br0": ["bridge", "198.51.100.1/24", "02:00:00:00:00:04"],
    "veth0": ["port of br0", "pair of eth0 in namespace guest"],
    "br0.7": ["lowerlayerdown", "over br0", "id 7"],
    "wg0": ["wireguard", "10.8.0.2/32", "1420"],
    "tap0": ["down", "tap"],
}  # fmt: skip


def listed(*interfaces: Interface, canvas: Canvas = WIDE) -> str:
    return written(lambda output: draw_interfaces(output, canvas, interfaces))


def counted(*interfaces: Interface, canvas: Canvas = WIDE) -> str:
    return written(lambda output: draw_counters(output, canvas, interfaces))


def treed(*interfaces: Interface, canvas: Canvas = WIDE) -> str:
    return written(lambda output: draw_tree(output, canvas, interfaces, interfaces))


@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("width", WIDTHS)
def test_at_every_width_everything_is_there_and_nothing_is_wider(width: int | None, color: bool) -> None:
    sent = listed(*WITH_GATEWAYS, canvas=canvas_of(width, color=color))
    assert missing(sent, [*SEEN, *(datum for data in SEEN.values() for datum in data)]) == []
    assert width is None or widest(sent) <= width
    assert ("\x1b[" in sent) == color


def test_wide_there_is_a_line_for_each_address_beside_its_interface() -> None:
    lines = listed(*WITH_GATEWAYS).splitlines()
    assert len(lines) == 2 + sum(len(one.addr_info) or 1 for one in LAPTOP)
    [line] = [line for line in lines if line.startswith("eth0")]
    assert missing(line, ["192.0.2.5/24", "192.0.2.1", "valid for 23 h 59 min", "2.5 Gbit/s"]) == []
    [line] = [line for line in lines if "2001:db8:1::5/64" in line]
    assert "fe80::1" in line


def test_a_gateway_stands_once_beside_the_first_address_of_its_family() -> None:
    sent = listed(*WITH_GATEWAYS)
    assert sent.count("192.0.2.1 ") == 1
    assert len([line for line in sent.splitlines() if "fe80::1 " in line]) == 1


def test_nothing_is_drawn_of_nothing() -> None:
    assert listed() == counted() == treed() == ""


@pytest.mark.parametrize("draw", [listed, counted, treed])
def test_an_ascii_screen_is_drawn_with_ascii(draw: object) -> None:
    for width in WIDTHS:
        assert draw(*LAPTOP, canvas=canvas_of(width, ascii_only=True)).isascii()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "up"),
        ({"operstate": None}, "up"),
        ({"operstate": "UNKNOWN"}, "up"),
        ({"operstate": "DORMANT"}, "dormant"),
        ({"operstate": "LOWERLAYERDOWN"}, "lowerlayerdown"),
        ({"operstate": "DOWN", "flags": ("UP", "NO-CARRIER")}, "no carrier"),
        ({"admin_up": False}, "down"),
        ({"admin_up": False, "flags": ("NO-CARRIER",)}, "down"),
        ({"admin_up": None}, "-"),
    ],
)
def test_a_state_is_up_down_or_why_not_quite_up(fields: dict[str, object], expected: str) -> None:
    assert state_text(interface("eth0", **fields)).plain == expected


@pytest.mark.parametrize(
    ("fields", "note"),
    [
        ({"master": "br0"}, "port of br0"),
        ({"link": "eth9", "link_index": 9}, "over eth9"),
        ({"link_index": 9, "netnsid": 3, "kind": "veth"}, "pair of number 9 in namespace id 3"),
        ({"link": "far0", "link_index": 9, "netnsid": 3, "netns": "guest", "kind": "netkit"},
         "pair of far0 in namespace guest"),
        ({"link_index": 9, "netnsid": 0, "kind": "macvlan"}, "over number 9 in namespace id 0"),
        ({"alias": "uplink"}, "alias uplink"),
        ({"altnames": ("a", "b")}, "also a, b"),
        ({"speed_mbps": 100, "duplex": "half"}, "100 Mbit/s half duplex"),
        ({"speed_mbps": 10000, "duplex": "full"}, "10 Gbit/s"),
        ({"flags": ("UP", "PROMISC")}, "promiscuous"),
        ({"linkinfo": {"info_data": {"id": 42}}}, "id 42"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("width", [40, None])
def test_what_else_there_is_to_know_is_a_note(fields: dict[str, object], note: str, width: int | None) -> None:
    assert missing(listed(interface("eth0", "192.0.2.5/24", **fields), canvas=canvas_of(width)), [note]) == []


def test_the_pair_of_a_veth_of_the_same_machine_is_named() -> None:
    assert "pair of b0" in listed(veth("a0", link="b0"))


def test_the_peer_of_an_address_is_told() -> None:
    assert "peer 192.0.2.9" in listed(interface("ppp0", "192.0.2.1/32 peer 192.0.2.9"))


def test_a_link_local_address_has_its_zone_once() -> None:
    assert "fe80::1%eth0/64" in listed(interface("eth0", "fe80::1/64 scope link"))
    held = interface_address("fe80::1%eth0/64 scope link")
    assert "fe80::1%eth0/64" in listed(replace(interface("eth0"), addr_info=(held,)))


def test_what_is_unknown_is_a_dash() -> None:
    bare = interface("bsd0", kind=None, admin_up=None, operstate=None, mtu=None)
    assert listed(bare).splitlines()[2].split() == ["bsd0", "-", "-", "-", "-", "-"]


@pytest.mark.parametrize("width", WIDTHS)
def test_counters_are_whole_at_every_width(width: int | None) -> None:
    sent = counted(*LAPTOP, canvas=canvas_of(width))
    assert missing(sent, ["1.5 GB", "1,234,567", "98.8 MB", "654,321", "eth0", "wg0", "no carrier"]) == []
    assert width is None or widest(sent) <= width


def test_counters_that_are_not_known_are_dashes() -> None:
    assert counted(interface("wg0", stats=None)).splitlines()[2].split() == ["wg0", "up", *"--------"]
    sent = counted(interface("eth0", stats=counters((1 << 63, 1 << 63, 0, 0))))
    assert missing(sent, ["9.2 EB", "9,223,372,036,854,775,808"]) == []


def test_a_tree_has_a_line_for_each_interface_and_branches_to_what_lies_below() -> None:
    assert treed(*LAPTOP).splitlines() == [
        "lo  up  loopback",
        "eth0  up  ether  192.0.2.5/24  192.0.2.77/24  2001:db8:1::5/64  2001:db8:1:0:1234:5678:9abc:def0/64",
        "wlan0  no carrier  ether",
        "br0  up  bridge  198.51.100.1/24",
        "├─ veth0  up  veth  pair of eth0 in namespace guest",
        "└─ br0.7  lowerlayerdown  vlan  203.0.113.1/28",
        "wg0  up  wireguard  10.8.0.2/32",
        "tap0  down  tap",
    ]


def test_deep_branches_go_on_beside_what_lies_between() -> None:
    deep = [interface("a"), interface("b", master="a"), interface("c", master="b"), interface("d", master="a")]
    for ascii_only, expected in ((False, ["│  └─ c", "└─ d"]), (True, ["|  `- c", "`- d"])):
        lines = treed(*deep, canvas=canvas_of(None, ascii_only=ascii_only)).splitlines()
        assert [line.partition("  up")[0] for line in lines[2:]] == expected


@pytest.mark.parametrize("width", WIDTHS)
def test_a_tree_is_whole_at_every_width(width: int | None) -> None:
    sent = treed(*LAPTOP, canvas=canvas_of(width))
    assert missing(sent, ["2001:db8:1:0:1234:5678:9abc:def0/64", "pair of eth0 in namespace guest", *SEEN]) == []
    assert width is None or widest(sent) <= width


def hostile_interface(word: str) -> Interface:
    """Everything that somebody else may have named."""
    return replace(
        VLAN, ifname=word, alias=word, altnames=(word, "x"), master=word, link=word, netns=word, netnsid=1,
        kind=word, addr_info=(replace(ETH.addr_info[4]), replace(ETH.addr_info[0], label=word)),
    )  # fmt: skip


@pytest.mark.parametrize("draw", [listed, counted, treed])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_hostile_name_is_shown_and_not_obeyed(draw: object, width: int | None) -> None:
    sent = draw(hostile_interface(HOSTILE), TAP, canvas=canvas_of(width, color=True))  # type: ignore[operator]
    assert faults(sent) == set()
    assert missing(sent, [r"\x1b[2J", r"\x0a\u{202e}th0[red]*:smile:[/x]\\\u{200b}"]) == []


@settings(max_examples=40)
@given(hostile, canvases)
def test_no_name_makes_a_terminal_do_anything_but_show_it(word: str, canvas: Canvas) -> None:
    one = hostile_interface(word)
    for draw in (listed, counted, treed):
        assert faults(draw(one, canvas=canvas)) == set()


@settings(max_examples=40)
@given(
    st.lists(st.text("abcdefgh*[]", min_size=1, max_size=15), min_size=1, max_size=4, unique=True), st.integers(30, 150)
)
def test_no_name_is_cut_and_no_line_too_wide_at_any_width(names: list[str], width: int) -> None:
    machine = [interface(name, "2001:db8:1234:5678:9abc:def0:1234:5678/64", alias=f"<{name}>") for name in names]
    for draw in (listed, counted, treed):
        sent = draw(*machine, canvas=canvas_of(width))
        assert missing(sent, names) == []
        assert widest(sent) <= width
    assert missing(listed(*machine, canvas=canvas_of(width)), [f"<{name}>" for name in names]) == []
