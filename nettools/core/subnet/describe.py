"""Everything that can be said of one address in its network, as a record."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import IPv6Address
from typing import Final

from nettools.core.address import WIDTH, Address, address_from_int
from nettools.core.prefix import Prefix, prefix_of
from nettools.core.record import column
from nettools.core.special_purpose import Block, Placement, place
from nettools.core.subnet import multicast
from nettools.core.subnet.binary import bits
from nettools.core.subnet.embedded import Embedded, embedded_ipv4, eui64_mac, mapped, six_to_four, solicited_node
from nettools.core.subnet.parse import Interface
from nettools.core.subnet.reverse import ptr_name, reverse_zones

_GLOBAL_UNICAST: Final = Prefix(6, 0x2 << 124, 3)  # 2000::/3, all that IANA assigns from (RFC 4291 §2.4)
_CLASSES: Final = (
    ("A", 0, 1),
    ("B", 0b10, 2),
    ("C", 0b110, 3),
    ("D", 0b1110, 4),
    ("E", 0b1111, 4),
)  # RFC 791 §3.2, RFC 1112 §4


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary:
    """Bit patterns, as ``binary.bits`` writes them."""

    address: str = field(metadata=column("Address"))
    netmask: str = field(metadata=column("Netmask"))
    network: str = field(metadata=column("Network"))
    broadcast: str | None = field(metadata=column("Broadcast"))


SCHEMA: Final = "nettools.subnet/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """One address in its network. Absent is None: IPv6 has no broadcast, IPv4 no solicited node."""

    input: str = field(metadata=column("Input"))
    version: int = field(metadata=column("Version", align="right"))
    address: Address = field(metadata=column("Address"))
    prefixlen: int = field(metadata=column("Prefix length", align="right"))
    network: Prefix = field(metadata=column("Network"))
    netmask: Address = field(metadata=column("Netmask"))
    wildcard: Address = field(metadata=column("Wildcard"))
    broadcast: Address | None = field(metadata=column("Broadcast"))
    first: Address = field(metadata=column("First"))
    last: Address = field(metadata=column("Last"))
    total: int = field(metadata=column("Addresses", align="right", decimal=True))
    usable: int = field(metadata=column("Usable", align="right", decimal=True))
    address_class: str | None = field(metadata=column("Class", key="class", when_present=True))
    category: str = field(metadata=column("Category"))
    registry: tuple[Block, ...] = field(metadata=column("Registry", when_present=True))
    overlaps: tuple[Block, ...] = field(metadata=column("Overlaps", when_present=True))
    globally_reachable: bool | None = field(metadata=column("Globally reachable", key="global"))
    multicast_scope: str | None = field(metadata=column("Multicast scope", when_present=True))
    embedded: Embedded | None = field(metadata=column("Embedded", when_present=True))
    sixtofour: Prefix | None = field(metadata=column("6to4 prefix", when_present=True))
    mapped: IPv6Address | None = field(metadata=column("IPv4-mapped", when_present=True))
    asn: int | None = field(metadata=column("GLOP AS", align="right", when_present=True))
    solicited_node: IPv6Address | None = field(metadata=column("Solicited node", when_present=True))
    multicast_mac: str | None = field(metadata=column("Group MAC", when_present=True))
    mac: str | None = field(metadata=column("MAC (EUI-64)", when_present=True))
    subnet_router_anycast: Address | None = field(metadata=column("Router anycast", when_present=True))
    reverse_zones: tuple[str, ...] = field(metadata=column("Reverse zones"))
    ptr: str = field(metadata=column("PTR name"))
    hexadecimal: str = field(metadata=column("Hexadecimal", key="hex"))
    octal: str = field(metadata=column("Octal", key="oct"))
    integer: int = field(metadata=column("Integer", key="int", decimal=True))
    binary: Binary = field(metadata=column("Binary"))


def describe(text: str, interface: Interface, registry: Sequence[Block]) -> Description:
    """All facts about ``interface``; ``text`` is how it was written."""
    address, network = interface.address, interface.network
    version, number = network.version, int(address)
    is_v4, is_group = version == 4, multicast.is_multicast(prefix_of(version, number, WIDTH[version]))
    placement = place(network, registry)
    block = multicast.multicast_block(network) if multicast.is_multicast(network) else None
    has_broadcast = is_v4 and network.length < 31  # RFC 3021 §2.1: a /31 has none
    broadcast = network.last if has_broadcast else None
    return Description(
        input=text,
        version=version,
        address=address,
        prefixlen=network.length,
        network=network,
        netmask=address_from_int(version, network.netmask),
        wildcard=address_from_int(version, network.wildcard),
        broadcast=broadcast,
        first=address_from_int(4, network.network + 1) if has_broadcast else network.first,
        last=address_from_int(4, network.last_number - 1) if has_broadcast else network.last,
        total=network.size,
        usable=network.size - 2 if has_broadcast else network.size,
        address_class=_address_class(network),
        category=_category(network, placement, block),
        registry=placement.containing,
        overlaps=placement.inside,
        globally_reachable=_globally_reachable(network, placement),
        multicast_scope=block.scope if block else None,
        embedded=None if is_v4 else _embedded(interface),
        sixtofour=six_to_four(number) if is_v4 else None,
        mapped=mapped(number) if is_v4 else None,
        asn=multicast.glop_asn(network),
        solicited_node=None if is_v4 or is_group or not number else solicited_node(number),
        multicast_mac=multicast.group_mac(version, number) if is_group else None,
        mac=None if is_v4 or is_group else eui64_mac(number),
        subnet_router_anycast=_router_anycast(network),
        reverse_zones=tuple(reverse_zones(network)),
        ptr=ptr_name(version, number),
        hexadecimal=f"0x{number:0{WIDTH[version] // 4}x}",
        octal=f"0{number:o}",
        integer=number,
        binary=Binary(
            address=bits(version, number),
            netmask=bits(version, network.netmask),
            network=bits(version, network.network),
            broadcast=bits(version, network.last_number) if has_broadcast else None,
        ),
    )


def _address_class(network: Prefix) -> str | None:
    """The historic class by the leading bits (RFC 791 §3.2), None when the network spans several."""
    if network.version == 6:
        return None
    for name, lead, lead_bits in _CLASSES:
        if network.length >= lead_bits and network.network >> 32 - lead_bits == lead:
            return name
    return None


def _category(network: Prefix, placement: Placement, block: multicast.MulticastBlock | None) -> str:
    if placement.containing:
        return placement.containing[0].name
    if block:
        return f"Multicast: {block.name}"
    if multicast.is_multicast(network):
        return "Multicast"
    if placement.inside or multicast.overlaps_multicast(network):
        return "Mixed"
    return "Global unicast" if _is_assignable(network) else "Reserved by IETF"


def _globally_reachable(network: Prefix, placement: Placement) -> bool | None:
    """The narrowest block's answer; None when the registry has none, for multicast, and when parts differ."""
    if multicast.is_multicast(network) or multicast.overlaps_multicast(network):
        return None
    answer = placement.containing[0].globally_reachable if placement.containing else _is_assignable(network)
    answers = {block.globally_reachable for block in placement.inside}
    if not _is_filled(network, placement.inside):
        answers.add(answer)
    return answers.pop() if len(answers) == 1 else None


def _is_filled(network: Prefix, inside: Sequence[Block]) -> bool:
    """Whether the blocks leave nothing of the network outside all of them."""
    outermost = [
        one for one in inside if not any(other is not one and other.block.contains(one.block) for other in inside)
    ]
    return sum(one.block.size for one in outermost) == network.size


def _is_assignable(network: Prefix) -> bool:
    return network.version == 4 or _GLOBAL_UNICAST.contains(network)


def _embedded(interface: Interface) -> Embedded | None:
    """The IPv4 inside, unless the text named only a network too short to hold one."""
    network = interface.network
    is_bare_network = int(interface.address) == network.network and network.length < 128
    found = embedded_ipv4(int(interface.address))
    if found is None or not is_bare_network:
        return found
    holds_it = found.kind == "6to4" and network.length >= 48
    return found if holds_it else None


def _router_anycast(network: Prefix) -> Address | None:
    """The subnet-router anycast address (RFC 4291 §2.6.1); a /127 has none (RFC 6164 §6)."""
    has_one = network.version == 6 and network.length < 127 and not multicast.is_multicast(network)
    return network.first if has_one else None
