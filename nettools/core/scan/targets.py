"""The words of ``nettools scan``: which are targets, which is the port list, what a target word stands for."""

from collections.abc import Iterator, Sequence
from ipaddress import IPv6Address
from typing import Final

from nettools.core.address import Address, address_from_int, parse_address
from nettools.core.host_name import spells_address
from nettools.core.intervals import IntervalSet
from nettools.core.ports import PortNames, looks_like_ports
from nettools.core.prefix import Prefix
from nettools.core.subnet.parse import parse_subnet
from nettools.core.text import quoted
from nettools.errors import AddressError, OptionError

MOST_ADDRESSES: Final = 4096
"""How many addresses one scan takes."""

_LINK_LOCAL: Final = Prefix(6, 0xFE80 << 112, 10)  # RFC 4291 §2.4


def split_words(words: Sequence[str], ports_option: str | None, names: PortNames) -> tuple[list[str], str | None]:
    """(targets, port list or None). Raises OptionError when no target is left.

    With ``-p`` every word is a target; else the last of two or more words is the port list when it looks so.
    """
    targets, ports = list(words), ports_option
    if ports is None and len(targets) > 1 and looks_like_ports(targets[-1], names):
        ports = targets.pop()
    if not targets:
        raise OptionError("no target", hint="name a host, as in nettools scan localhost 1-1024")
    return targets, ports


def addresses_in(word: str) -> Iterator[Address] | None:
    """The addresses that a word spells (an address, CIDR or range); None when it is a host name.

    Raises AddressError or PrefixError when it is a broken spelling of either.
    """
    if not spells_address(word):
        return None
    return _addresses(word)


def _addresses(word: str) -> Iterator[Address]:
    if "/" not in word and "-" not in word:
        address = parse_address(word)
        zone = address.scope_id if isinstance(address, IPv6Address) else None
        _check_zone(word, Prefix(address.version, int(address), address.max_prefixlen, zone))
        yield address
        return
    networks = [interface.network for interface in parse_subnet(word)]
    for network in networks:
        _check_zone(word, network)
    version, zone = networks[0].version, networks[0].zone
    for first, last in IntervalSet.of_prefixes(networks).ranges(version).pairs():
        count = last - first + 1
        if count > MOST_ADDRESSES:
            raise OptionError(f"{quoted(word)} holds {count:,} addresses; one scan takes {MOST_ADDRESSES:,}")
        for number in range(first, last + 1):
            yield address_from_int(version, number, zone)


def _check_zone(word: str, network: Prefix) -> None:
    """A link-local address means nothing without the link (RFC 4007 §6). Raises AddressError."""
    if not network.zone and _LINK_LOCAL.contains(network):
        raise AddressError(f"{quoted(word)} is link-local and lacks its zone", hint=f"name the interface: {word}%eth0")
