"""The addresses of a target one by one, up to a bound: what a scan never makes, and a test looks at."""

from collections.abc import Iterator
from typing import Final

from nettools.core.address import Address, address_from_int
from nettools.core.scan.octets import OctetPattern
from nettools.core.scan.targets import _spells_addresses, parse_target, plain_ipv4
from nettools.core.text import quoted
from nettools.errors import OptionError

MOST_ADDRESSES: Final = 4096
"""How many addresses ``addresses_in`` gives."""


def addresses_in(word: str) -> Iterator[Address] | None:
    """The addresses that a word spells, ascending, at most ``MOST_ADDRESSES``; None when it is a host name.

    The iterator raises AddressError or PrefixError when it is a broken spelling of addresses.
    """
    return (
        _addresses(word) if plain_ipv4(word) is not None or len(word.split()) > 1 or _spells_addresses(word) else None
    )


def _addresses(word: str) -> Iterator[Address]:
    spelled = parse_target(word)
    assert spelled is not None
    if spelled.size > MOST_ADDRESSES:
        raise OptionError(f"{quoted(word)} holds {spelled.size:,} addresses; one scan takes {MOST_ADDRESSES:,}")
    if isinstance(spelled, OctetPattern):
        yield from (address_from_int(4, spelled.at(rank)) for rank in range(spelled.size))
    else:
        yield from (
            address_from_int(spelled.version, number, spelled.zone) for number in range(spelled.first, spelled.last + 1)
        )
