"""Which of /sys, /proc and the ioctls is believed for what. All values are composed here."""

from nettools.core.ifaces.gather import (
    IoctlLink,
    SysLink,
    gather_interface,
    is_foreign_sys,
    is_same_link,
    with_kind_of_master,
    with_state_below,
)
from nettools.core.ifaces.proc import DeviceCounters
from nettools.core.ifaces.report import Interface, Received, Sent, Statistics

UP, BROADCAST, RUNNING, PROMISC, MULTICAST = 0x1, 0x2, 0x40, 0x100, 0x1000  # linux/if.h
COUNTED = Statistics(
    rx=Received(bytes=1, packets=2, errors=3, dropped=9, multicast=5), tx=Sent(bytes=6, packets=7, errors=8, dropped=9)
)
FILES = {
    "ifindex": "3",
    "iflink": "3",
    "type": "1",
    "address": "02:00:00:00:00:01",
    "flags": "0x1003",
    "operstate": "up",
    "carrier": "1",
    "dormant": "0",
    "mtu": "1500",
    "tx_queue_len": "1000",
    "netdev_group": "7",
}


def sys_link(
    *, has_device: bool = False, lower: tuple[str, ...] = (), statistics: dict[str, str] | None = None, **files: str
) -> SysLink:
    return SysLink(files={**FILES, **files}, has_device=has_device, lower=lower, statistics=statistics or {})


def gather(
    sys: SysLink | None,
    ioctl: IoctlLink | None = None,
    *,
    counters: Statistics | None = None,
    index_of: dict[str, int] | None = None,
) -> Interface:
    return gather_interface(
        "x0", sys, ioctl or IoctlLink(), counters=counters, groups={0: "default", 7: "blue"}, index_of=index_of or {}
    )


def test_flags_of_the_ioctl_come_before_those_of_sys() -> None:
    """A port of a bridge is PROMISC in /sys although nobody set it: dev_get_flags() hides that."""
    found = gather(sys_link(flags="0x1303"), IoctlLink(flags=UP | BROADCAST | RUNNING | MULTICAST))
    assert found.flags == ("BROADCAST", "MULTICAST", "UP", "LOWER_UP")


def test_flags_of_sys_alone_leave_out_what_listeners_set_and_add_what_runs() -> None:
    assert gather(sys_link(flags="0x1303")).flags == ("BROADCAST", "MULTICAST", "UP", "LOWER_UP")
    assert gather(sys_link(operstate="down", carrier="0")).flags == ("NO-CARRIER", "BROADCAST", "MULTICAST", "UP")
    assert gather(sys_link(operstate="dormant", dormant="1")).flags[-2:] == ("LOWER_UP", "DORMANT")
    assert "ECHO" in gather(sys_link(flags="0x400c1")).flags


def test_flags_of_the_ioctl_alone_tell_the_carrier_of_what_runs() -> None:
    assert gather(None, IoctlLink(flags=UP | RUNNING)).flags == ("UP", "LOWER_UP")
    assert gather(None, IoctlLink(flags=UP)).flags == ("NO-CARRIER", "UP")
    assert gather(None, IoctlLink(flags=PROMISC)).flags == ("PROMISC",)


def test_what_is_switched_off_is_down_whatever_sys_says() -> None:
    found = gather(sys_link(operstate="up", carrier="1"), IoctlLink(flags=BROADCAST))
    assert (found.admin_up, found.operstate, found.flags) == (False, "DOWN", ("BROADCAST",))
    assert gather(None, IoctlLink(flags=0)).operstate == "DOWN"


def test_nothing_known_is_nothing_said() -> None:
    found = gather(None)
    unknown = (found.admin_up, found.operstate, found.mtu, found.address, found.kind, found.stats)
    assert unknown == (None,) * 6
    assert found.flags == ()


def test_a_group_has_its_name_or_its_number() -> None:
    assert gather(sys_link()).group == "blue"
    assert gather(sys_link(netdev_group="8")).group == "8"


def test_speed_is_of_hardware_only() -> None:
    assert gather(sys_link(speed="10000", duplex="full")).speed_mbps is None
    found = gather(sys_link(speed="10000", duplex="full", has_device=True))
    assert (found.speed_mbps, found.duplex) == (10_000, "full")
    assert gather(sys_link(speed="-1", duplex="unknown", has_device=True)).speed_mbps is None


def test_hardware_is_called_by_its_link_type_whatever_its_driver() -> None:
    assert gather(sys_link(has_device=True, uevent="DEVTYPE=wlan"), IoctlLink(driver="veth")).kind == "ether"
    assert gather(sys_link(uevent="DEVTYPE=bridge")).kind == "bridge"
    assert gather(sys_link()).kind is None


def test_the_link_is_what_sys_has_below_and_no_far_end_of_a_pair() -> None:
    below = gather(sys_link(iflink="9", lower=("eth0", "eth1")), index_of={"eth0": 8, "eth1": 9})
    assert (below.link, below.link_index) == ("eth1", 9)
    pair = gather(sys_link(iflink="9"), index_of={"other": 9})
    assert (pair.link, pair.link_index) == (None, 9)
    assert gather(sys_link(iflink="0")).link_index is None
    assert gather(sys_link()).link_index is None


def test_a_link_address_of_an_ioctl_is_cut_to_the_length_of_its_type() -> None:
    fourteen = bytes(range(1, 15))
    assert gather(None, IoctlLink(type=1, address=fourteen)).address == "01:02:03:04:05:06"
    assert gather(None, IoctlLink(type=32, address=fourteen)).address is None  # InfiniBand has twenty bytes
    assert gather(None, IoctlLink(type=65534, address=bytes(14))).address is None


def test_a_link_address_of_a_tunnel_is_an_address() -> None:
    assert gather(sys_link(type="768", address="c0:00:02:01")).address == "192.0.2.1"
    assert gather(sys_link(type="65534", address="")).address is None


def test_drops_are_without_what_the_hardware_missed_where_sys_tells() -> None:
    both = gather(sys_link(statistics={"rx_dropped": "4"}), counters=COUNTED).stats
    assert both is not None
    assert (both.rx.dropped, both.rx.bytes) == (4, 1)
    alone = gather(None, counters=COUNTED).stats
    assert alone == COUNTED


def test_counters_come_from_sys_where_proc_is_hidden() -> None:
    names = [f"{way}_{what}" for way in ("rx", "tx") for what in ("bytes", "packets", "errors", "dropped")]
    files = {name: str(number) for number, name in enumerate(names)}
    found = gather(sys_link(statistics=files)).stats
    assert found == Statistics(
        rx=Received(bytes=0, packets=1, errors=2, dropped=3, multicast=None),
        tx=Sent(bytes=4, packets=5, errors=6, dropped=7),
    )
    del files["tx_bytes"]
    assert gather(sys_link(statistics=files)).stats is None


def test_links_are_the_same_when_index_type_and_address_are() -> None:
    same = IoctlLink(ifindex=3, type=1, address=b"\x02\0\0\0\0\x01" + bytes(8))
    assert is_same_link(sys_link(), same)
    assert is_same_link(sys_link(), IoctlLink())
    assert not is_same_link(sys_link(ifindex="4"), same)
    assert not is_same_link(sys_link(type="772"), same)
    assert not is_same_link(sys_link(address="02:00:00:00:00:02"), same)


def test_sys_is_foreign_where_it_lists_others_than_the_other_sources_do() -> None:
    here, nothing = IoctlLink(ifindex=3, type=1), IoctlLink()
    one, two = {"x0": sys_link()}, {"x0": sys_link(), "x1": sys_link(ifindex="4")}
    listed = DeviceCounters(by_name={"x0": COUNTED}, unreadable=0)
    assert not is_foreign_sys(one, {"x0": here}, listed)
    assert not is_foreign_sys(one, {"x0": here}, None)
    assert not is_foreign_sys(one, {"x0": nothing}, listed)
    assert is_foreign_sys({}, {"x0": here}, listed)
    assert is_foreign_sys(two, {"x0": here, "x1": nothing}, None)
    assert is_foreign_sys(two, {"x0": nothing, "x1": nothing}, listed)
    assert is_foreign_sys({"x0": sys_link(ifindex="9")}, {"x0": here}, listed)


def test_a_link_over_one_that_is_off_is_marked() -> None:
    one = gather(None, IoctlLink(flags=UP))
    off, on = gather(None, IoctlLink(flags=0)), gather(None, IoctlLink(flags=UP))
    assert with_state_below(one, off).flags == (*one.flags, "M-DOWN")
    assert with_state_below(one, on) == with_state_below(one, None) == with_state_below(one, gather(None)) == one


def test_a_port_has_the_kind_of_its_master() -> None:
    port, bridge = gather(None, IoctlLink(driver="veth")), gather(None, IoctlLink(driver="bridge"))
    assert with_kind_of_master(port, bridge).linkinfo == {"info_kind": "veth", "info_slave_kind": "bridge"}
    assert with_kind_of_master(port, gather(None)) == with_kind_of_master(port, None) == port
