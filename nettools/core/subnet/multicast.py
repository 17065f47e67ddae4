"""Multicast: which block a group is in, how far it reaches, which link-layer address carries it.

IPv4 blocks: IANA IPv4 Multicast Address Space Registry (RFC 5771). IPv6 scopes: RFC 4291 §2.7, RFC 7346.
"""

from typing import Final, NamedTuple

from nettools.core.prefix import Prefix

_V4_MULTICAST: Final = Prefix(4, 224 << 24, 4)  # RFC 1112 §4
_V6_MULTICAST: Final = Prefix(6, 0xFF << 120, 8)  # RFC 4291 §2.7
_GLOP_END: Final = 233 << 24 | 252 << 16  # 233.252/14 is AD-HOC Block III, RFC 5771 §9


class MulticastBlock(NamedTuple):
    """A block of multicast groups: what it is for, and its scope where the block fixes one."""

    name: str
    scope: str | None


def _v4(text: str) -> int:
    return int.from_bytes(bytes(int(part) for part in text.split(".")))


# First and last group of each block, the narrower before the wider around it.
_V4_BLOCKS: Final[tuple[tuple[int, int, MulticastBlock], ...]] = (
    (_v4("224.0.0.0"), _v4("224.0.0.255"), MulticastBlock("local network control", "link-local")),  # RFC 5771 §4
    (_v4("224.0.1.0"), _v4("224.0.1.255"), MulticastBlock("internetwork control", "global")),  # RFC 5771 §5
    (_v4("224.0.2.0"), _v4("224.0.255.255"), MulticastBlock("ad hoc block I", "global")),  # RFC 5771 §6
    (_v4("224.2.0.0"), _v4("224.2.255.255"), MulticastBlock("SDP/SAP", "global")),  # RFC 5771 §7
    (_v4("224.3.0.0"), _v4("224.4.255.255"), MulticastBlock("ad hoc block II", "global")),  # RFC 5771 §6
    (_v4("232.0.0.0"), _v4("232.255.255.255"), MulticastBlock("source-specific", "global")),  # RFC 4607 §1
    (_v4("233.0.0.0"), _v4("233.251.255.255"), MulticastBlock("GLOP", "global")),  # RFC 3180
    (_v4("233.252.0.0"), _v4("233.252.0.255"), MulticastBlock("MCAST-TEST-NET (documentation)", "global")),  # RFC 6676
    (_v4("233.252.0.0"), _v4("233.255.255.255"), MulticastBlock("ad hoc block III", "global")),  # RFC 5771 §9.2
    (_v4("234.0.0.0"), _v4("234.255.255.255"), MulticastBlock("unicast-prefix-based", "global")),  # RFC 6034
    (
        _v4("239.255.0.0"),
        _v4("239.255.255.255"),
        MulticastBlock("administratively scoped, local", "local"),
    ),  # RFC 2365 §6.1
    (
        _v4("239.192.0.0"),
        _v4("239.195.255.255"),
        MulticastBlock("administratively scoped, organization-local", "organization-local"),  # RFC 2365 §6.2
    ),
    (_v4("239.0.0.0"), _v4("239.255.255.255"), MulticastBlock("administratively scoped", "administrative")),  # RFC 2365
)

_V6_SCOPES: Final[dict[int, str]] = {
    1: "interface-local",
    2: "link-local",
    3: "realm-local",  # RFC 7346 §2
    4: "admin-local",
    5: "site-local",
    8: "organization-local",
    14: "global",
}


def is_multicast(network: Prefix) -> bool:
    """Whether every address of the network is a multicast group."""
    return _V4_MULTICAST.contains(network) or _V6_MULTICAST.contains(network)


def overlaps_multicast(network: Prefix) -> bool:
    """Whether the network holds multicast groups beside other addresses."""
    return network.contains(_V4_MULTICAST) or network.contains(_V6_MULTICAST)


def multicast_block(network: Prefix) -> MulticastBlock | None:
    """The named block or scope that holds the whole network of groups, where one does."""
    if network.version == 4:
        for first, last, block in _V4_BLOCKS:
            if first <= network.network and network.last_number <= last:
                return block
        return None
    if network.length < 16:
        return None
    scope = _V6_SCOPES.get(network.network >> 112 & 0xF)
    return MulticastBlock(f"{scope} scope", scope) if scope else None


def glop_asn(network: Prefix) -> int | None:
    """The AS number whose GLOP block, 233.hi.lo.0/24, holds the network (RFC 3180 §2)."""
    is_glop = _v4("233.0.0.0") <= network.network < _GLOP_END and network.length >= 24 and network.version == 4
    return network.network >> 8 & 0xFFFF if is_glop else None


def group_mac(version: int, group: int) -> str:
    """The Ethernet address that carries a group: 23 bits for IPv4 (RFC 1112 §6.4), 32 for IPv6 (RFC 2464 §7)."""
    if version == 4:
        return mac_text(0x01005E << 24 | group & 0x7FFFFF)
    return mac_text(0x3333 << 32 | group & 0xFFFFFFFF)


def mac_text(number: int) -> str:
    """A 48-bit address as six hexadecimal octets."""
    return number.to_bytes(6).hex(":")
