"""Every way in which people write a subnet, as interfaces: an address and the network that it is in.

    192.0.2.12/30                  address/length
    192.0.2.12/255.255.255.252     address/netmask
    192.0.2.12/0.0.0.3             address/wildcard mask, where the text is no netmask
    "192.0.2.12 255.255.255.252"   the same with a space, as routers print it
    fe80::1%eth0/64                IPv6 with a zone (RFC 4007 §11.7); IPv6 masks as well
    192.0.2.0-192.0.2.9            a range: the fewest networks that cover exactly it
    192.0.2.12, 2001:db8::1        a bare address: /32, /128

Octal, hexadecimal and short IPv4 forms are read only when ``loose`` is asked for.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from ipaddress import IPv6Address
from itertools import pairwise
from typing import NamedTuple

from nettools.core.address import (
    WIDTH,
    Address,
    address_from_int,
    parse_address,
    parse_ipv4,
    parse_ipv6,
    parse_legacy_ipv4,
)
from nettools.core.prefix import Prefix, prefix_of, prefixes_of_range
from nettools.core.text import quoted
from nettools.errors import AddressError, PrefixError

_LENGTH = re.compile(r"[0-9]+\Z", re.ASCII)
_LIKE_ADDRESS = re.compile(r"[0-9A-Fa-f]*[.:][0-9A-Fa-f.:]*(%.+)?\Z", re.ASCII)
_DOTTED = re.compile(r"[0-9]+(\.[0-9]+){3}\Z", re.ASCII)
_BLANKS = re.compile(r"[ \t]+")
_SHORTHAND = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){0,2}\Z", re.ASCII)


class Interface(NamedTuple):
    """An address and the network that it is in."""

    address: Address
    network: Prefix


def parse_subnet(text: str, *, loose: bool = False) -> Iterator[Interface]:
    """The interfaces that ``text`` names: one, or those of a range one by one.

    Raises AddressError or PrefixError, whose message names the part that is wrong.
    """
    words = _BLANKS.split(text.strip(" \t"))
    ends = _range_ends(text, loose=loose)
    if ends is not None:
        yield from _range(text, *ends, loose=loose)
    elif len(words) == 2 and "/" not in text and _is_mask(words[1]):
        yield _with_mask(text, words[0], words[1], loose=loose)
    else:
        address, slash, mask = text.partition("/")
        if slash:
            yield _with_mask(text, address, mask, loose=loose)
        else:
            host = _address(text, loose=loose)
            yield _interface(host, WIDTH[host.version])


def stray_masks(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The (address, mask) pairs among words that stand apart, as other tools take them: here each is a target.

    >>> list(stray_masks(["192.0.2.1", "255.255.255.0", "192.0.2.2", "198.51.100.1"]))
    [('192.0.2.1', '255.255.255.0')]
    """
    for address, mask in pairwise(words):
        if _DOTTED.match(address) and _DOTTED.match(mask) and mask.startswith(("255.", "0.")):
            with suppress(AddressError, PrefixError):
                parse_ipv4(address)
                parse_mask(mask, 4)
                yield address, mask


def _range_ends(text: str, *, loose: bool) -> tuple[str, str] | None:
    """The two ends when the text is a range. A zone may hold hyphens, so what follows must look like an address."""
    place = text.find("-")
    while place >= 0:
        first, last = text[:place].strip(" \t"), text[place + 1 :].strip(" \t")
        if _LIKE_ADDRESS.match(last) or (loose and first and last and "%" not in first and "/" not in first):
            return first, last
        if _LIKE_ADDRESS.match(first) and "%" not in first:
            missing = "lacks its last address" if not last else f"ends in {quoted(last)}"
            raise AddressError(f"the range {quoted(text)} {missing}", hint="write both ends as whole addresses")
        place = text.find("-", place + 1)
    return None


def parse_network(text: str) -> Prefix:
    """The network of a text that names exactly one. Raises AddressError or PrefixError."""
    first, *more = parse_subnet(text)
    if more:
        raise PrefixError(f"{quoted(text)} is a range of several networks, where one is needed")
    return first.network


def parse_prefix_length(text: str, version: int) -> int:
    """A length in ASCII digits, without sign or leading zero, within the version's width. Raises PrefixError."""
    if not _LENGTH.match(text):
        raise PrefixError(f"prefix length {quoted(text)} is not a decimal number")
    if text[0] == "0" and len(text) > 1:
        raise PrefixError(
            f"prefix length {quoted(text)} has a leading zero", hint=f"write /{quoted(text.lstrip('0') or '0')[1:-1]}"
        )
    length = int(text[:4])
    if length > WIDTH[version]:
        raise PrefixError(f"prefix length {quoted(text)[1:-1]} is above {WIDTH[version]}, the width of IPv{version}")
    return length


def parse_mask(text: str, version: int) -> int:
    """The prefix length that a netmask spells, or a wildcard mask where it is no netmask.

    0.0.0.0 and 255.255.255.255 are both; the netmask reading wins. Raises AddressError or PrefixError.
    """
    width = WIDTH[version]
    mask = parse_ipv4(text) if version == 4 else parse_ipv6(text)
    everything = (1 << width) - 1
    for ones_on_top in (mask, mask ^ everything):
        zeros = ones_on_top ^ everything
        if not zeros & zeros + 1:
            return width - zeros.bit_length()
    raise PrefixError(
        f"mask {quoted(text)} is not contiguous",
        hint="a netmask is ones then zeros (255.255.255.0), a wildcard mask zeros then ones (0.0.0.255)",
    )


def _with_mask(text: str, address_text: str, mask: str, *, loose: bool) -> Interface:
    if not address_text and mask:
        raise AddressError(
            f"'' before {quoted(text)} is no address",
            hint=f"write them in one word, as in {quoted(f'192.0.2.1{text}')[1:-1]}",
        )
    address = _address(address_text, loose=loose, left_aligned=True)
    if not mask:
        raise PrefixError(f"{quoted(text)} ends in '/': a prefix length or mask must follow")
    if "/" in mask:
        raise PrefixError(f"{quoted(text)} has two prefixes", hint="write one, as in 192.0.2.0/24")
    if _is_mask(mask):
        return _interface(address, parse_mask(mask, address.version))
    return _interface(address, parse_prefix_length(mask, address.version))


def _is_mask(text: str) -> bool:
    """Whether the text is meant as a mask rather than a length."""
    return "." in text or ":" in text


def _range(text: str, first_text: str, last_text: str, *, loose: bool) -> Iterator[Interface]:
    if not first_text:
        raise AddressError(f"the range {quoted(text)} lacks its first address", hint="write both ends")
    first, last = _address(first_text, loose=loose), _address(last_text, loose=loose)
    if first.version != last.version:
        raise AddressError(f"{quoted(text)} mixes IPv4 and IPv6 in one range")
    zone, last_zone = _zone(first), _zone(last)
    if zone != last_zone:
        raise AddressError(f"the ends of {quoted(text)} are in different zones")
    if int(first) > int(last):
        raise AddressError(f"the range {quoted(text)} is reversed", hint=f"did you mean {last_text}-{first_text}?")
    for prefix in prefixes_of_range(first.version, int(first), int(last)):
        network = Prefix(prefix.version, prefix.network, prefix.length, zone)
        yield Interface(network.first, network)


def _interface(address: Address, length: int) -> Interface:
    return Interface(address, prefix_of(address.version, int(address), length, _zone(address)))


def _zone(address: Address) -> str | None:
    return address.scope_id if isinstance(address, IPv6Address) else None


def _address(text: str, *, loose: bool, left_aligned: bool = False) -> Address:
    """A strict address, or under ``loose`` what inet_aton(3) reads.

    Before a prefix length a short form is network shorthand, filled on the right as inet_net_pton(3) does:
    10/8 is 10.0.0.0/8, where the bare 10 is 0.0.0.10.
    """
    if not loose or ":" in text:
        return parse_address(text)
    if left_aligned and _SHORTHAND.match(text):
        text += ".0" * (3 - text.count("."))
    return address_from_int(4, parse_legacy_ipv4(text))


def refuse_zone(text: str, network: Prefix) -> None:
    """Raises PrefixError when the network has a zone: a zone has no meaning in address arithmetic."""
    if network.zone:
        raise PrefixError(f"{quoted(text)} has a zone, which means nothing here", hint="leave out '%' and the zone")
