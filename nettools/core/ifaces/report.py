"""The interfaces of a machine as records. The words are those of ``ip -j -d address``."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from nettools.core.address import Address
from nettools.core.outcome import Failure
from nettools.core.record import Json, column

Family = Literal["inet", "inet6"]


def family_of(version: int) -> Family:
    """The family in ip(8)'s words.

    >>> family_of(6)
    'inet6'
    """
    return "inet" if version == 4 else "inet6"


@dataclass(frozen=True, slots=True, kw_only=True)
class InterfaceAddress:
    """One address of an interface."""

    family: Family = field(metadata=column("Family"))
    local: Address = field(metadata=column("Address"))
    prefixlen: int | None = field(metadata=column("Prefix length", align="right"))
    peer: Address | None = field(metadata=column("Peer"))
    """The other end of a point-to-point address."""
    broadcast: Address | None = field(metadata=column("Broadcast"))
    scope: str | None = field(metadata=column("Scope"))
    label: str | None = field(metadata=column("Label"))
    flags: tuple[str, ...] = field(metadata=column("Flags"))
    valid_life_time: int | None = field(metadata=column("Valid for", align="right"))
    """Seconds; None is for ever."""
    preferred_life_time: int | None = field(metadata=column("Preferred for", align="right"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What came in, counted since the interface was made."""

    bytes: int = field(metadata=column("Bytes", align="right", decimal=True))
    packets: int = field(metadata=column("Packets", align="right", decimal=True))
    errors: int = field(metadata=column("Errors", align="right", decimal=True))
    dropped: int = field(metadata=column("Dropped", align="right", decimal=True))
    multicast: int | None = field(metadata=column("Multicast", align="right", decimal=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What went out, counted since the interface was made."""

    bytes: int = field(metadata=column("Bytes", align="right", decimal=True))
    packets: int = field(metadata=column("Packets", align="right", decimal=True))
    errors: int = field(metadata=column("Errors", align="right", decimal=True))
    dropped: int = field(metadata=column("Dropped", align="right", decimal=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """The counters of an interface."""

    rx: Received = field(metadata=column("Received"))
    tx: Sent = field(metadata=column("Sent"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultGateways:
    """Where the default route through an interface leads: a gateway, ``on-link``, or nowhere."""

    inet: str | None = field(metadata=column("Default IPv4"))
    inet6: str | None = field(metadata=column("Default IPv6"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """One network interface. What the platform cannot tell is None."""

    ifindex: int | None = field(metadata=column("Index", align="right"))
    ifname: str = field(metadata=column("Interface"))
    kind: str | None = field(metadata=column("Kind"))
    """What the link is: veth, bridge, vlan..., for hardware its link type (ether, loopback)."""
    admin_up: bool | None = field(metadata=column("Admin up"))
    operstate: str | None = field(metadata=column("State"))
    """up, down, unknown, dormant, lowerlayerdown, testing, notpresent: RFC 2863 §3.1.14."""
    flags: tuple[str, ...] = field(metadata=column("Flags"))
    mtu: int | None = field(metadata=column("MTU", align="right"))
    address: str | None = field(metadata=column("Link address"))
    permaddr: str | None = field(metadata=column("Permanent address"))
    """The address that the hardware was made with, where another is in use."""
    master: str | None = field(metadata=column("Master"))
    link: str | None = field(metadata=column("Link"))
    """The interface below, or the other end of a pair; None too where that is in another namespace."""
    link_index: int | None = field(metadata=column("Link index", align="right"))
    netnsid: int | None = field(metadata=column("Namespace id", align="right"))
    """The id, in this namespace, of the namespace that holds the link."""
    netns: str | None = field(metadata=column("Namespace"))
    """The name under which ip-netns(8) knows that namespace."""
    alias: str | None = field(metadata=column("Alias"))
    altnames: tuple[str, ...] = field(metadata=column("Other names"))
    qdisc: str | None = field(metadata=column("Queueing"))
    group: str | None = field(metadata=column("Group"))
    txqlen: int | None = field(metadata=column("Queue length", align="right"))
    linkinfo: dict[str, Json] = field(metadata=column("Details"))
    """What is special to the kind, in the words of ``ip -j -d link``: info_kind, info_data, info_slave_data."""
    addr_info: tuple[InterfaceAddress, ...] = field(metadata=column("Addresses"))
    default: DefaultGateways = field(metadata=column("Default route"))
    speed_mbps: int | None = field(metadata=column("Speed", align="right"))
    duplex: str | None = field(metadata=column("Duplex"))
    stats: Statistics | None = field(metadata=column("Counters"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """Something that is not wrong with the question, and that a person would want to know."""

    kind: str = field(metadata=column("Kind"))
    message: str = field(metadata=column("Message"))
    hint: str | None = field(metadata=column("Hint"))


@dataclass(frozen=True, slots=True, kw_only=True)
class IfacesReport:
    """The interfaces that were asked for."""

    SCHEMA: ClassVar[str] = "nettools.ifaces/1"

    interfaces: tuple[Interface, ...] = field(metadata=column("Interfaces"))
    warnings: tuple[Warned, ...] = field(metadata=column("Warnings"))
    errors: tuple[Failure, ...] = field(metadata=column("Errors"))
