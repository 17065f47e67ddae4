"""What the words of ``nettools rdns`` stand for: addresses to be asked one by one, or IPv6 networks to be walked."""

from collections.abc import Iterator
from ipaddress import IPv6Address
from typing import Final, NamedTuple

from nettools.core.address import WIDTH
from nettools.core.subnet.parse import parse_subnet, refuse_zone

MOST_ASKED_ONE_BY_ONE: Final = 1 << 16
"""Of a larger IPv6 network only what exists is asked, nibble by nibble."""


class Stretch(NamedTuple):
    """Addresses that follow each other."""

    version: int
    first: int
    size: int


class Walk(NamedTuple):
    """An IPv6 network that is too large to ask every address."""

    network: int
    length: int


def stretches_of(text: str) -> Iterator[Stretch | Walk]:
    """What an address, CIDR or range stands for. Raises AddressError or PrefixError.

    >>> list(stretches_of("192.0.2.0/30"))
    [Stretch(version=4, first=3221225984, size=4)]
    """
    for interface in parse_subnet(text):
        network = interface.network
        if isinstance(interface.address, IPv6Address) and network.length < WIDTH[6]:
            refuse_zone(text, network)
        if network.version == 6 and network.size > MOST_ASKED_ONE_BY_ONE:
            yield Walk(network.network, network.length)
        else:
            yield Stretch(network.version, network.network, network.size)
