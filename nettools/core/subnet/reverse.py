"""Reverse DNS: the PTR name of an address, and the zones that hold the PTR records of a network.

IPv4: in-addr.arpa by octets (RFC 1035 §3.5). IPv6: ip6.arpa by nibbles (RFC 3596 §2.5).
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from nettools.core.address import WIDTH
from nettools.core.prefix import Prefix, prefix_of

_LABEL_BITS: Final[dict[int, int]] = {4: 8, 6: 4}
_ROOT: Final[dict[int, str]] = {4: "in-addr.arpa", 6: "ip6.arpa"}


def ptr_name(version: int, number: int) -> str:
    """The owner name of an address's PTR record, without the final dot."""
    return _name(prefix_of(version, number, WIDTH[version]))


def reverse_zones(network: Prefix) -> Iterator[str]:
    """The zones, on octet or nibble boundaries, in which the network's PTR records live.

    Between two boundaries a network has one zone for each block of the next longer boundary (10.0.0.0/23 has
    two); below the last boundary it shares the zone of the /24 (IPv4) or /124 (IPv6) around it.
    """
    step = _LABEL_BITS[network.version]
    deepest = network.width - step
    boundary = min(deepest, -(-network.length // step) * step)
    first = prefix_of(network.version, network.network, boundary)
    count = 1 << max(0, boundary - network.length)
    for number in range(count):
        yield _name(Prefix(network.version, first.network + number * first.size, boundary))


def _name(prefix: Prefix) -> str:
    step = _LABEL_BITS[prefix.version]
    labels = prefix.length // step
    known = prefix.network >> prefix.host_bits
    form = "d" if prefix.version == 4 else "x"
    parts = [format(known >> step * place & (1 << step) - 1, form) for place in range(labels)]
    return ".".join([*parts, _ROOT[prefix.version]])


class Zone(NamedTuple):
    """A reverse zone and the part of the network whose PTR records it holds."""

    name: str
    network: Prefix


def zones_to_delegate(network: Prefix) -> Iterator[Zone]:
    """The zones that the network's holder would run: its own where it ends on a boundary or above one.

    An IPv4 network longer than a /24 has one zone by RFC 2317, named after its first address and its length
    (``64/26.2.0.192.in-addr.arpa``, §4); a single address has its PTR name.
    """
    step = _LABEL_BITS[network.version]
    if network.version == 4 and 24 < network.length < 32:
        first = network.network & 0xFF
        parent = _name(prefix_of(4, network.network, 24))
        yield Zone(f"{first}/{network.length}.{parent}", network)
        return
    boundary = -(-network.length // step) * step
    for number in range(1 << boundary - network.length):
        part = Prefix(network.version, network.network + (number << network.width - boundary), boundary)
        yield Zone(_name(part), part)


def delegation_lines(network: Prefix) -> list[str]:
    """What the parent zone of an IPv4 /25 to /31 says by RFC 2317 §4: the delegation, and an alias for each address.

    The name server is a placeholder, ``ns.example.``; the names are relative to the zone of the /24.
    """
    if network.version != 4 or not 24 < network.length < 32:
        return []
    first, last = network.network & 0xFF, network.last_number & 0xFF
    child = f"{first}/{network.length}"
    origin = f"$ORIGIN {_name(prefix_of(4, network.network, 24))}."
    aliases = [f"{host} IN CNAME {host}.{child}" for host in range(first, last + 1)]
    return [origin, f"{child} IN NS ns.example.", *aliases]
