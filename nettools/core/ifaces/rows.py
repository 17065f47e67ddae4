"""Interfaces as rows of CSV and plain: one for each address."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from nettools.core.address import Address
from nettools.core.ifaces.report import DefaultGateways, Interface, Statistics
from nettools.core.record import column


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AddressRow:
    """An interface with one of its addresses, or with none."""

    ifindex: int | None = field(metadata=column("Index"))
    ifname: str = field(metadata=column("Interface"))
    kind: str | None = field(metadata=column("Kind"))
    admin_up: bool | None = field(metadata=column("Admin up"))
    operstate: str | None = field(metadata=column("State"))
    family: str | None = field(metadata=column("Family"))
    local: Address | None = field(metadata=column("Address"))
    prefixlen: int | None = field(metadata=column("Prefix length"))
    peer: Address | None = field(metadata=column("Peer"))
    broadcast: Address | None = field(metadata=column("Broadcast"))
    scope: str | None = field(metadata=column("Scope"))
    label: str | None = field(metadata=column("Label"))
    address_flags: tuple[str, ...] = field(metadata=column("Address flags"))
    valid_life_time: int | None = field(metadata=column("Valid for"))
    preferred_life_time: int | None = field(metadata=column("Preferred for"))
    address: str | None = field(metadata=column("Link address"))
    mtu: int | None = field(metadata=column("MTU"))
    flags: tuple[str, ...] = field(metadata=column("Flags"))
    master: str | None = field(metadata=column("Master"))
    link: str | None = field(metadata=column("Link"))
    netns: str | None = field(metadata=column("Namespace"))
    alias: str | None = field(metadata=column("Alias"))
    default: DefaultGateways = field(metadata=column("Default route"))
    speed_mbps: int | None = field(metadata=column("Speed"))
    duplex: str | None = field(metadata=column("Duplex"))
    stats: Statistics | None = field(metadata=column("Counters"))


def address_rows(interfaces: Iterable[Interface]) -> Iterator[AddressRow]:
    """A row for each address, in the order of the interfaces."""
    for one in interfaces:
        for held in one.addr_info or (None,):
            yield AddressRow(
                ifindex=one.ifindex,
                ifname=one.ifname,
                kind=one.kind,
                admin_up=one.admin_up,
                operstate=one.operstate,
                family=held.family if held else None,
                local=held.local if held else None,
                prefixlen=held.prefixlen if held else None,
                peer=held.peer if held else None,
                broadcast=held.broadcast if held else None,
                scope=held.scope if held else None,
                label=held.label if held else None,
                address_flags=held.flags if held else (),
                valid_life_time=held.valid_life_time if held else None,
                preferred_life_time=held.preferred_life_time if held else None,
                address=one.address,
                mtu=one.mtu,
                flags=one.flags,
                master=one.master,
                link=one.link,
                netns=one.netns,
                alias=one.alias,
                default=one.default,
                speed_mbps=one.speed_mbps,
                duplex=one.duplex,
                stats=one.stats,
            )
