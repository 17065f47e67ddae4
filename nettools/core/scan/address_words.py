"""Many addresses in few words, each of which ``nettools scan`` takes as a target again.

    192.0.2.2-9                     addresses that differ in the last octet
    192.0.2.2-9,11,13-14            the same with gaps, as a pattern of octets
    198.51.100.0/22, 2001:db8::/120 a whole network, where it stands alone, has 256 addresses or is IPv6
    192.0.2.9-192.0.3.4             any other range

``address_ranges`` has the text for programs.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from nettools.core.address import WIDTH, Address, address_from_int, format_address
from nettools.core.scan.address_ranges import AddressRanges, zone_of

_LAST_OCTET: Final = 8
"""Its bits."""
_LEAST_OF_A_NETWORK: Final = 4


def addresses_in_words(addresses: Iterable[Address]) -> str:
    """The addresses as ranges that a person reads, without zones first, IPv4 first, ascending.

    >>> from ipaddress import ip_address
    >>> addresses_in_words(map(ip_address, ("192.0.2.2", "192.0.2.3", "192.0.2.5", "192.0.3.0", "2001:db8::1")))
    '192.0.2.2-3,5 192.0.3.0 2001:db8::1'
    """
    return ranges_in_words(AddressRanges.of_addresses(addresses))


def ranges_in_words(ranges: AddressRanges) -> str:
    """The same of a set; one network alone is told as such from four addresses on."""
    spans = list(ranges.spans())
    if len(spans) == 1 and int(spans[0][1]) - int(spans[0][0]) >= _LEAST_OF_A_NETWORK - 1 and _is_aligned(*spans[0]):
        return _network(*spans[0])
    return " ".join(_words(spans))


def _words(spans: Iterable[tuple[Address, Address]]) -> Iterator[str]:
    octets: list[str] = []
    """Of addresses that have the octets of ``net`` in front."""
    net = -1
    for first, last in spans:
        is_short = first.version == 4 and int(first) >> _LAST_OCTET == int(last) >> _LAST_OCTET
        if octets and not (is_short and int(first) >> _LAST_OCTET == net):
            yield _pattern(net, octets)
            octets = []
        if not is_short or _is_network(first, last):
            yield _span(first, last)
        else:
            net = int(first) >> _LAST_OCTET
            octets.append(_octets(int(first) & 0xFF, int(last) & 0xFF))
    if octets:
        yield _pattern(net, octets)


def _pattern(net: int, octets: list[str]) -> str:
    in_front = format_address(address_from_int(4, net << _LAST_OCTET, None)).rpartition(".")[0]
    return f"{in_front}.{','.join(octets)}"


def _octets(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


def _is_network(first: Address, last: Address) -> bool:
    """Whether the range is best told as a CIDR; a short one of IPv4 says more by its last octets."""
    return _is_aligned(first, last) and (first.version == 6 or (int(last) - int(first) + 1) >> _LAST_OCTET > 0)


def _is_aligned(first: Address, last: Address) -> bool:
    size = int(last) - int(first) + 1
    return size & size - 1 == 0 and int(first) % size == 0


def _network(first: Address, last: Address) -> str:
    size = int(last) - int(first) + 1
    return f"{format_address(first)}/{WIDTH[first.version] + 1 - size.bit_length()}"


def _span(first: Address, last: Address) -> str:
    if first == last:
        return format_address(first)
    if _is_network(first, last):
        return _network(first, last)
    if zone_of(first) is None:
        return f"{format_address(first)}-{format_address(last)}"
    # The name of a zone may have hyphens itself: CIDRs instead.
    return str(AddressRanges.of_spans([(first, last)]))
