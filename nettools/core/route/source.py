"""The source address that the kernel would give a packet that has none yet.

IPv4: inet_select_addr() of net/ipv4/devinet.c. IPv6: ipv6_dev_get_saddr() of net/ipv6/addrconf.c, which is RFC 6724
§5 with its default policy table (§2.1).
"""

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from nettools.core.ifaces.names import SCOPES
from nettools.core.ifaces.report import Interface, InterfaceAddress
from nettools.core.route.settings import Sysctl, is_set

_SCOPE_NUMBERS: Final = {word: number for number, word in SCOPES.items()}
SCOPE_HOST: Final = 254
SCOPE_LINK: Final = 253

_LINK_LOCAL: Final = 0xFE80 << 112, 10
_SITE_LOCAL: Final = 0xFEC0 << 112, 10
_UNIQUE_LOCAL: Final = 0xFC00 << 112, 7
_MULTICAST: Final = 0xFF00 << 112, 8
_ORCHID: Final = 0x2001001 << 100, 28
_PREFERS_TEMPORARY: Final = 2  # use_tempaddr, ip-sysctl
_LABELS: Final = (
    (1, 128, 0),
    (0xFFFF << 32, 96, 4),
    (0, 96, 3),
    (0x20010000 << 96, 32, 6),
    (0x20010010 << 96, 28, 7),
    (0x2002 << 112, 16, 2),
    (0xFC00 << 112, 7, 5),
    (0, 0, 1),
)
"""(network, prefix length, label) of the default policy table, as the kernel has it (net/ipv6/addrlabel.c)."""


def scope_number(word: str | None) -> int:
    """The number of a scope word: 0 for the universe, 253 for a link, 254 for this host."""
    if word is None:
        return 0
    found = _SCOPE_NUMBERS.get(word)
    if found is not None:
        return found
    return int(word) if word.isascii() and word.isdigit() else 0


def select_ipv4(
    interfaces: Sequence[Interface], dev: str | None, gateway: IPv4Address | None, scope: int, sysctl: Sysctl
) -> IPv4Address | None:
    """The source for a route of that scope through ``dev``: an address that shares the gateway's network, else the
    first of the interface, else of any interface."""
    own = next((one for one in interfaces if one.ifname == dev), None)
    # With route_localnet the addresses of this host may be used on a link.
    widest = SCOPE_LINK if is_set(sysctl, 4, dev, "route_localnet") else SCOPE_HOST
    first: IPv4Address | None = None
    for held in _primary_ipv4(own):
        if min(scope_number(held.scope), widest) > scope:
            continue
        local = held.local
        assert isinstance(local, IPv4Address)
        if gateway is None or _shares_network(held, gateway):
            return local
        first = first or local
    if first is not None:
        return first
    for one in interfaces:
        for held in _primary_ipv4(one):
            number = scope_number(held.scope)
            if number != SCOPE_LINK and number <= scope and isinstance(held.local, IPv4Address):
                return held.local
    return None


def _primary_ipv4(interface: Interface | None) -> Iterator[InterfaceAddress]:
    if interface is not None:
        for held in interface.addr_info:
            if held.family == "inet" and "secondary" not in held.flags:
                yield held


def _shares_network(held: InterfaceAddress, gateway: IPv4Address) -> bool:
    """Whether the gateway is in the network of the address, which for a peer is the peer's."""
    length = 32 if held.prefixlen is None else held.prefixlen
    return not (int(held.peer or held.local) ^ int(gateway)) >> 32 - length


def select_ipv6(
    interfaces: Sequence[Interface], dev: str | None, destination: IPv6Address, sysctl: Sysctl
) -> IPv6Address | None:
    """The best source for the destination through ``dev`` by RFC 6724 §5; None when there is no candidate."""
    to = int(destination)
    is_of_link = destination.is_multicast or _scope_of(to) <= 2
    same_link_only = is_of_link or is_set(sysctl, 6, dev, "use_oif_addrs_only")
    best: tuple[tuple[int, ...], IPv6Address] | None = None
    for one in interfaces:
        if same_link_only and one.ifname != dev:
            continue
        wants_temporary = (sysctl(f"net/ipv6/conf/{one.ifname}/use_tempaddr") or 0) >= _PREFERS_TEMPORARY
        avoided = _avoided(one.ifname, sysctl)
        for held in one.addr_info:
            local = held.local
            if not isinstance(local, IPv6Address) or ("tentative" in held.flags and "optimistic" not in held.flags):
                continue
            rank = _rank(held, to, avoided, is_outgoing=one.ifname == dev, wants_temporary=wants_temporary)
            if best is None or rank > best[0]:
                best = rank, local
    return best[1] if best else None


def _avoided(name: str, sysctl: Sysctl) -> frozenset[str]:
    """The flags of addresses that rule 3 avoids."""
    is_trusting = all(is_set(sysctl, 6, name, word) for word in ("optimistic_dad", "use_optimistic"))
    return frozenset({"deprecated"} if is_trusting else {"deprecated", "optimistic"})


def _rank(
    held: InterfaceAddress, to: int, avoided: frozenset[str], *, is_outgoing: bool, wants_temporary: bool
) -> tuple[int, ...]:
    """One number for each rule of RFC 6724 §5, the higher the better."""
    address = int(held.local)
    scope, wanted = _scope_of(address), _scope_of(to)
    length = 128 if held.prefixlen is None else held.prefixlen
    common = 128 - (address ^ to).bit_length()
    return (
        address == to,
        -scope if scope >= wanted else scope - 128,
        _is_always_preferred(address) or avoided.isdisjoint(held.flags),
        "home" in held.flags,
        is_outgoing,
        _label(address) == _label(to),
        ("temporary" in held.flags) == wants_temporary,
        _within(address, *_ORCHID) == _within(to, *_ORCHID),
        min(common, length),
        "optimistic" not in held.flags,
    )


def _scope_of(address: int) -> int:
    """RFC 4291 §2.7: of multicast the scope nibble, 2 for a link, 5 for a site, 14 for the world; :: has none."""
    if not address:
        return -1
    if address >> 120 == 0xFF:
        return address >> 112 & 0xF
    if address == 1 or _within(address, *_LINK_LOCAL):
        return 2
    return 5 if _within(address, *_SITE_LOCAL) else 14


def _is_always_preferred(address: int) -> bool:
    """Whether rule 3 looks at no flag: loopback, IPv4 in IPv6, and what is reserved; ipv6_saddr_preferred()."""
    known = (_LINK_LOCAL, _SITE_LOCAL, _UNIQUE_LOCAL, _MULTICAST)
    return address >> 125 == 0 or (address >> 125 == 7 and not any(_within(address, *one) for one in known))


def _label(address: int) -> int:
    return next(label for network, length, label in _LABELS if _within(address, network, length))


def _within(address: int, network: int, length: int) -> bool:
    return not (address ^ network) >> 128 - length
