"""Interfaces from what netifaces and psutil tell, which is what getifaddrs(3) tells, mended.

getifaddrs has one field for an address's broadcast address and its other end, and Linux gives an address with a
label as one of an interface of the label's name. What can be told apart is told apart; the rest is None.
"""

from collections.abc import Iterable, Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address
from typing import Final, NamedTuple

from nettools.core.address import WIDTH, Address, parse_address
from nettools.core.ifaces.report import (
    DefaultGateways,
    Interface,
    InterfaceAddress,
    Received,
    Sent,
    Statistics,
    family_of,
)
from nettools.core.prefix import Prefix, length_of_netmask, prefix_of
from nettools.core.route.foreign import LIMITED_BROADCAST
from nettools.errors import AddressError

Entry = Mapping[str, object]
"""An address as netifaces gives it: addr, netmask, broadcast, peer; on some systems flags."""
Entries = Mapping[int, Sequence[Entry]]
"""The addresses of an interface by the number of their family."""

_DUPLEX: Final = {1: "half", 2: "full"}  # psutil.NicDuplex
_IPV6_FLAGS: Final = (
    (0x02, "tentative"),
    (0x04, "dadfailed"),
    (0x10, "deprecated"),
    (0x40, "dynamic"),
    (0x80, "temporary"),
)
"""IN6_IFF_* of the BSD systems' netinet6/in6_var.h, in the words of ip(8)."""


class FamilyNumbers(NamedTuple):
    """What a system calls the families: AF_LINK or AF_PACKET, AF_INET, AF_INET6."""

    link: int
    inet: int
    inet6: int


class Extras(NamedTuple):
    """What psutil adds, by interface: net_if_stats(), net_io_counters(pernic=True), and the texts of net_if_addrs()."""

    states: Mapping[str, Mapping[str, object]]
    counters: Mapping[str, Mapping[str, object]]
    addresses: Mapping[str, Sequence[str]]


def portable_interfaces(
    found: Mapping[str, Entries],
    families: FamilyNumbers,
    indexes: Mapping[str, int],
    extras: Extras | None,
) -> tuple[Interface, ...]:
    """The interfaces in the order found; without ``extras``, without their state.

    ``admin_up`` is the flag IFF_UP. Where there are no flags, as on Windows, it is all that is told there: whether the
    interface is operational, so that one without a cable counts as switched off too.
    """
    labelled: dict[str, list[tuple[str, Entries]]] = {}
    for name, entries in found.items():
        base, colon, _ = name.partition(":")
        is_label = bool(colon) and base in found
        labelled.setdefault(base if is_label else name, []).append((name, entries))
    return tuple(_interface(name, parts, families, indexes, extras) for name, parts in labelled.items())


def _interface(
    name: str,
    parts: Sequence[tuple[str, Entries]],
    families: FamilyNumbers,
    indexes: Mapping[str, int],
    extras: Extras | None,
) -> Interface:
    addresses = [
        address
        for family in (families.inet, families.inet6)
        for part, entries in parts
        for entry in entries.get(family, ())
        if (address := _address(entry, part if part != name else None)) is not None
    ]
    known_as = name if extras is None else _name_in_extras(name, parts, extras)
    state = None if extras is None else extras.states.get(known_as)
    flags = _flags(state)
    speed = None if state is None else _count(state.get("speed"))
    return Interface(
        ifindex=indexes.get(name) or indexes.get(known_as),
        ifname=known_as,
        kind="loopback" if "LOOPBACK" in flags or any(one.local.is_loopback for one in addresses) else None,
        admin_up=_admin_up(state, flags),
        operstate=_operstate(state, flags),
        flags=flags,
        mtu=None if state is None else _count(state.get("mtu")) or None,
        address=_link_address(entry for _, entries in parts for entry in entries.get(families.link, ())),
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
        addr_info=tuple(addresses),
        default=DefaultGateways(inet=None, inet6=None),
        speed_mbps=speed or None,
        duplex=None if state is None else _DUPLEX.get(_count(state.get("duplex")) or 0),
        stats=None if extras is None else _statistics(extras.counters.get(known_as)),
    )


def _name_in_extras(name: str, parts: Sequence[tuple[str, Entries]], extras: Extras) -> str:
    """The name by which psutil knows the interface: on Windows netifaces gives GUIDs, psutil what people read."""
    if name in extras.states or name in extras.addresses:
        return name
    ours = {_bare(entry.get("addr")) for _, entries in parts for group in entries.values() for entry in group} - {""}
    for other, texts in extras.addresses.items():
        if ours and ours == {_bare(text) for text in texts} - {""}:
            return other
    return name


def _bare(text: object) -> str:
    """An address without its zone, a link address in one spelling."""
    return text.partition("%")[0].lower().replace("-", ":") if isinstance(text, str) else ""


def _address(entry: Entry, label: str | None) -> InterfaceAddress | None:
    local = _read(entry.get("addr"))
    if local is None:
        return None
    length = _length(entry.get("netmask"), local.version)
    peer, broadcast = _far_ends(local, length, _read(entry.get("peer")), _read(entry.get("broadcast")))
    return InterfaceAddress(
        family=family_of(local.version),
        local=local,
        prefixlen=length,
        peer=peer,
        broadcast=broadcast,
        scope=_scope(local),
        label=label,
        flags=_address_flags(entry.get("flags")) if local.version == 6 else (),
        valid_life_time=None,
        preferred_life_time=None,
    )


def _far_ends(
    local: Address, length: int | None, peer: Address | None, broadcast: Address | None
) -> tuple[Address | None, Address | None]:
    """(peer, broadcast). One that is the address itself is none at all."""
    peer = peer if peer != local else None
    if broadcast is None or broadcast == local or broadcast.version != local.version:
        return peer, None
    if local.version == 6:
        return peer or broadcast, None  # IPv6 has no broadcast: RFC 4291 §2
    if length is None or int(broadcast) == LIMITED_BROADCAST.network:
        return peer, broadcast
    network = prefix_of(4, int(local), length)
    # RFC 919 §7, and the form with zeros that 4.2BSD used (RFC 1122 §3.2.1.3); a /31 has none (RFC 3021).
    if length <= 30 and int(broadcast) in (network.network, network.last_number):
        return peer, broadcast
    is_outside = not network.contains(Prefix(4, int(broadcast), 32))
    # Inside the network it may be either.
    return (peer or broadcast if is_outside or length == 31 else peer), None


def _read(text: object) -> Address | None:
    """The address without its zone, which is the interface's name; None for what is none."""
    if not isinstance(text, str):
        return None
    try:
        return parse_address(text.partition("%")[0])
    except AddressError:
        return None


def _length(text: object, version: int) -> int | None:
    """The prefix length of a mask, which may have its length behind it: ffff:ffff::/32."""
    if not isinstance(text, str):
        return None
    mask, slash, length = text.partition("/")
    if slash and length.isascii() and length.isdigit() and len(length) <= 3 and int(length) <= WIDTH[version]:
        return int(length)
    number = _read(mask)
    return length_of_netmask(version, int(number)) if number is not None and number.version == version else None


def _scope(address: Address) -> str | None:
    """What the address itself says: all of it for IPv6 (RFC 4291 §2.4); for IPv4 only that it is loopback."""
    if isinstance(address, IPv4Address):
        return "host" if address.is_loopback else None
    if int(address) == 1:
        return "host"
    return "link" if address.is_link_local else "site" if _is_site_local(address) else "global"


def _is_site_local(address: IPv6Address) -> bool:
    return int(address) >> 118 == 0xFEC0 >> 6


def _address_flags(value: object) -> tuple[str, ...]:
    flags = _count(value) or 0
    return tuple(word for bit, word in _IPV6_FLAGS if flags & bit)


def _link_address(entries: Iterable[Entry]) -> str | None:
    return next((text for entry in entries if (text := _bare(entry.get("addr")))), None)


def _flags(state: Mapping[str, object] | None) -> tuple[str, ...]:
    words = "" if state is None else state.get("flags")
    return tuple(word.upper() for word in words.split(",") if word) if isinstance(words, str) else ()


def _admin_up(state: Mapping[str, object] | None, flags: tuple[str, ...]) -> bool | None:
    if flags:
        return "UP" in flags
    return None if state is None or "isup" not in state else bool(state["isup"])


def _operstate(state: Mapping[str, object] | None, flags: tuple[str, ...]) -> str | None:
    """RFC 2863's word as far as it is told.

    Windows gives ``isup`` from the operational state and no flags. Elsewhere it is IFF_RUNNING, which on the BSD
    systems is set without a carrier too: only its absence says something.
    """
    if state is None:
        return None
    if not flags:
        return "UP" if state.get("isup") else "DOWN"
    return None if "RUNNING" in flags else "DOWN"


def _statistics(counters: Mapping[str, object] | None) -> Statistics | None:
    if counters is None:
        return None
    count = {name: _count(value) or 0 for name, value in counters.items()}
    return Statistics(
        rx=Received(
            bytes=count.get("bytes_recv", 0),
            packets=count.get("packets_recv", 0),
            errors=count.get("errin", 0),
            dropped=count.get("dropin", 0),
            multicast=None,
        ),
        tx=Sent(
            bytes=count.get("bytes_sent", 0),
            packets=count.get("packets_sent", 0),
            errors=count.get("errout", 0),
            dropped=count.get("dropout", 0),
        ),
    )


def _count(value: object) -> int | None:
    return int(value) if isinstance(value, int) and value >= 0 else None
