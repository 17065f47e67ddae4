"""One interface out of what /proc, /sys and ioctls say of it: which source is believed for what.

An ioctl asks the kernel of this very process. A file of /sys belongs to the network namespace in which /sys was
mounted, so it only adds what no ioctl tells. Sources: netdevice(7); the kernel's net/core/dev.c (dev_get_flags()),
net/core/net-sysfs.c.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from nettools.core.ifaces.names import IFF_UP, LINK_TYPES, link_flags
from nettools.core.ifaces.proc import (
    DeviceCounters,
    hardware_kind,
    link_kind,
    read_devtype,
    read_duplex,
    read_link_address,
    read_number,
    read_operstate,
    read_speed,
)
from nettools.core.ifaces.report import (
    DefaultGateways,
    Interface,
    InterfaceAddress,
    Received,
    Sent,
    Statistics,
)
from nettools.core.netlink.link import link_address
from nettools.core.record import Json

# linux/if.h
_IFF_RUNNING: Final = 0x40
_IFF_PROMISC: Final = 0x100
_IFF_ALLMULTI: Final = 0x200
_IFF_LOWER_UP: Final = 0x10000
_IFF_DORMANT: Final = 0x20000
_IFF_ECHO: Final = 0x40000
_IOCTL_BITS: Final = 0xFFFF

# A link address of other lengths does not show in an ioctl's fourteen bytes how long it is.
_LINK_ADDRESS_BYTES: Final = {number: 6 for number, word in LINK_TYPES.items() if word in ("ether", "loopback")}
_IOCTL_ADDRESS_BYTES: Final = 14
_RUNNING_STATES: Final = frozenset({"UP", "UNKNOWN"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SysLink:
    """What stands below /sys/class/net/NAME: its files' texts, and what its symbolic links point to."""

    files: Mapping[str, str]
    master: str | None = None
    lower: tuple[str, ...] = ()
    has_device: bool = False
    statistics: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class IoctlLink:
    """What the ioctls of netdevice(7) answer; None for what they refused."""

    ifindex: int | None = None
    flags: int | None = None
    mtu: int | None = None
    txqlen: int | None = None
    type: int | None = None
    address: bytes | None = None
    """The first fourteen bytes, whatever the address's length."""
    driver: str | None = None


def is_same_link(sys: SysLink, ioctl: IoctlLink) -> bool:
    """Whether /sys and the ioctls speak of the same interface: its index, type and link address agree."""
    index = read_number(sys.files.get("ifindex"))
    if ioctl.ifindex is not None and index is not None and ioctl.ifindex != index:
        return False
    number = read_number(sys.files.get("type"))
    if ioctl.type is not None and number is not None and ioctl.type != number:
        return False
    shown = read_link_address(sys.files.get("address"))
    if shown is None or ioctl.address is None:
        return True
    length = min(len(shown), _IOCTL_ADDRESS_BYTES)
    return shown[:length] == ioctl.address[:length]


def is_foreign_sys(sys: Mapping[str, SysLink], ioctl: Mapping[str, IoctlLink], counters: DeviceCounters | None) -> bool:
    """Whether /sys was mounted in another network namespace than that of this process, by what each source lists.

    ``ioctl`` has what the ioctls answer to every name that /sys or /proc lists.
    """
    if counters is not None and counters.by_name.keys() - sys.keys():
        return True
    if any(link.ifindex is not None for link in ioctl.values()):
        return any(ioctl[name].ifindex is None or not is_same_link(link, ioctl[name]) for name, link in sys.items())
    return counters is not None and bool(sys.keys() - counters.by_name.keys())


def gather_interface(
    name: str,
    sys: SysLink | None,
    ioctl: IoctlLink,
    *,
    addresses: tuple[InterfaceAddress, ...] = (),
    counters: Statistics | None = None,
    groups: Mapping[int, str],
    index_of: Mapping[str, int],
) -> Interface:
    """The interface as far as it is known. ``index_of`` has the interfaces that /sys lists in this namespace."""
    files: Mapping[str, str] = {} if sys is None else sys.files
    ifindex = ioctl.ifindex if ioctl.ifindex is not None else read_number(files.get("ifindex"))
    type_number = ioctl.type if ioctl.type is not None else read_number(files.get("type"))
    operstate = read_operstate(files.get("operstate"))
    flags = _flags(files, ioctl, operstate)
    if flags is not None and not flags & IFF_UP:
        operstate = "DOWN"  # as rtnl_fill_ifinfo() has it
    devtype = read_devtype(files.get("uevent"))
    has_device = None if sys is None else sys.has_device
    kind = link_kind(devtype, ioctl.driver) if not has_device else None
    link_index = read_number(files.get("iflink"))
    if link_index == ifindex or not link_index:
        link_index = None
    group = read_number(files.get("netdev_group"))
    return Interface(
        ifindex=ifindex,
        ifname=name,
        kind=kind or hardware_kind(type_number, is_hardware=has_device, driver=ioctl.driver),
        admin_up=None if flags is None else bool(flags & IFF_UP),
        operstate=operstate,
        flags=() if flags is None else link_flags(flags),
        mtu=ioctl.mtu if ioctl.mtu is not None else read_number(files.get("mtu")),
        address=_link_address(files, ioctl, type_number),
        permaddr=None,
        master=None if sys is None else sys.master,
        # A pair's other end is named by nothing here: its index may be one of another namespace.
        link=next((one for one in sys.lower if index_of.get(one) == link_index), None) if sys and link_index else None,
        link_index=link_index,
        netnsid=None,
        netns=None,
        alias=files.get("ifalias") or None,
        altnames=(),
        qdisc=None,
        group=None if group is None else groups.get(group, str(group)),
        txqlen=ioctl.txqlen if ioctl.txqlen is not None else read_number(files.get("tx_queue_len")),
        linkinfo=_linkinfo(kind),
        addr_info=addresses,
        default=DefaultGateways(inet=None, inet6=None),
        speed_mbps=read_speed(files.get("speed")) if has_device else None,
        duplex=read_duplex(files.get("duplex")) if has_device else None,
        stats=_statistics({} if sys is None else sys.statistics, counters),
    )


def with_state_below(found: Interface, below: Interface | None) -> Interface:
    """The interface, marked as ip(8) marks one whose interface below is switched off."""
    if below is None or below.admin_up is not False:
        return found
    return replace(found, flags=(*found.flags, "M-DOWN"))


def with_kind_of_master(found: Interface, master: Interface | None) -> Interface:
    """The interface with ``info_slave_kind``, which is the kind of what it is a port of."""
    kind = None if master is None else master.linkinfo.get("info_kind")
    return found if kind is None else replace(found, linkinfo={**found.linkinfo, "info_slave_kind": kind})


def _flags(files: Mapping[str, str], ioctl: IoctlLink, operstate: str | None) -> int | None:
    """IFF_* as netlink gives them. Neither source has them all.

    SIOCGIFFLAGS has sixteen bits. /sys shows the kernel's own word, where RUNNING, LOWER_UP and DORMANT are never
    set, and PROMISC and ALLMULTI are so for any listener, not only where a person said so.
    """
    own = read_number(files.get("flags"))
    if ioctl.flags is not None:
        flags = ioctl.flags & _IOCTL_BITS
    elif own is not None:
        flags = own & _IOCTL_BITS & ~(_IFF_PROMISC | _IFF_ALLMULTI | _IFF_RUNNING)
        if flags & IFF_UP and operstate in _RUNNING_STATES:
            flags |= _IFF_RUNNING
    else:
        return None
    flags |= (own or 0) & _IFF_ECHO
    if flags & IFF_UP:
        carrier = files.get("carrier")
        # Whatever runs has its carrier, and what has it without running is dormant or waits for its lower layer.
        if carrier == "1" or (carrier is None and flags & _IFF_RUNNING):
            flags |= _IFF_LOWER_UP
        if files.get("dormant") == "1":
            flags |= _IFF_DORMANT
    return flags


def _link_address(files: Mapping[str, str], ioctl: IoctlLink, type_number: int | None) -> str | None:
    value = read_link_address(files.get("address"))
    if value is None and "address" not in files and ioctl.address is not None and type_number is not None:
        length = _LINK_ADDRESS_BYTES.get(type_number)
        value = None if length is None else ioctl.address[:length]
    return None if type_number is None else link_address(value, type_number)


def _linkinfo(kind: str | None) -> dict[str, Json]:
    return {} if kind is None else {"info_kind": kind}


def _statistics(files: Mapping[str, str], counters: Statistics | None) -> Statistics | None:
    """/proc/net/dev is of this very namespace; /sys has the drops without the frames that the hardware missed."""
    if counters is not None:
        dropped = read_number(files.get("rx_dropped"))
        return counters if dropped is None else replace(counters, rx=replace(counters.rx, dropped=dropped))
    numbers = {name: read_number(text) for name, text in files.items()}
    rx = [numbers.get(f"rx_{what}") for what in ("bytes", "packets", "errors", "dropped")]
    tx = [numbers.get(f"tx_{what}") for what in ("bytes", "packets", "errors", "dropped")]
    known = [number for number in (*rx, *tx) if number is not None]
    if len(known) != len(rx) + len(tx):
        return None
    return Statistics(
        rx=Received(
            bytes=known[0], packets=known[1], errors=known[2], dropped=known[3], multicast=numbers.get("multicast")
        ),
        tx=Sent(bytes=known[4], packets=known[5], errors=known[6], dropped=known[7]),
    )
