"""What the words of ``nettools rdns`` stand for: addresses to be asked one by one, or IPv6 networks to be walked."""

import re
from collections.abc import Iterator
from ipaddress import IPv6Address
from typing import Final, NamedTuple

from nettools.core.address import WIDTH
from nettools.core.subnet.parse import Interface, parse_subnet, refuse_zone
from nettools.errors import AddressError

MOST_ASKED_ONE_BY_ONE: Final = 1 << 16
"""Of a larger IPv6 network only what exists is asked, nibble by nibble."""

_NAME: Final = re.compile(r"([A-Za-z0-9_-]{1,63}\.)*[A-Za-z][A-Za-z0-9-]{0,62}\.?", re.ASCII)
"""What is meant as a name: its last label begins with a letter."""


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
    try:
        for interface in parse_subnet(text):
            yield _stretch(text, interface)
    except AddressError as error:
        if _NAME.fullmatch(text):
            kind = " PTR" if text.lower().rstrip(".").endswith(".arpa") else ""
            error.hint = f"nettools resolve {text}{kind} asks for a name"
        raise


def _stretch(text: str, interface: Interface) -> Stretch | Walk:
    network = interface.network
    if isinstance(interface.address, IPv6Address) and network.length < WIDTH[6]:
        refuse_zone(text, network)
    if network.version == 6 and network.size > MOST_ASKED_ONE_BY_ONE:
        return Walk(network.network, network.length)
    return Stretch(network.version, network.network, network.size)
