"""What a target of ``nettools scan`` stands for: a name, or addresses as a range or a pattern of octets.

    localhost, www.example.net      a name, which is resolved elsewhere
    192.0.2.7, ::1, fe80::1%eth0    an address; IPv6 also in brackets, [::1]
    192.0.2.0/24, 2001:db8::/120    a CIDR; 192.0.2.0/255.255.255.0 and wildcard masks as well
    192.0.2.9-192.0.3.4             from the first to the last address; IPv6 too
    192.0.2.1-50                    the same, where only the last octet differs
    10.0-3.*.1,254                  octets, each a number, a range, ``*`` or a list of these

A comma stands between octets here, never between targets: those are words of their own.
"""

import re
from ipaddress import IPv6Address
from typing import Final, NamedTuple

from nettools.core.address import Address, parse_address, parse_ipv6
from nettools.core.host_name import spells_address
from nettools.core.prefix import Prefix
from nettools.core.scan.octets import OctetPattern, parse_octets
from nettools.core.subnet.parse import parse_subnet
from nettools.core.text import quoted
from nettools.errors import AddressError

_LONGEST_IPV6: Final = 45
"""Six groups and a dotted quad, as INET6_ADDRSTRLEN counts them (netinet/in.h), without its NUL."""
_LONGEST_WORD: Final = 4096
"""The longest pattern that makes sense, lists of 128 octets in all four places, has fewer characters."""
_LINK_LOCAL: Final = Prefix(6, 0xFE80 << 112, 10)  # RFC 4291 §2.4
_OCTETS: Final = {str(octet): octet for octet in range(256)}
_PATTERN = re.compile(r"[0-9.,*-]*[.,*][0-9.,*-]*\Z", re.ASCII)
_FOUR_PARTS = re.compile(r"([0-9*,-]+\.){3}[0-9*,-][^.]*\Z", re.ASCII)
_SHORT_END = re.compile(r"((?:[0-9]+\.){3}[0-9]+)-([0-9]+(?:\.[0-9]+){1,2})\Z", re.ASCII)
_SHORT_IPV6_END = re.compile(r"([0-9A-Fa-f:]+)-([0-9A-Fa-f]{1,4})\Z", re.ASCII)
_WITH_PORT = re.compile(r"(\[[^\]]*\]|[^:\[\]]+):([0-9,-]+)\Z", re.ASCII)
_PORT = re.compile(r"[0-9]{1,5}\Z", re.ASCII)
_BRACKETED = re.compile(r"\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%[^\[\]/]*)?\]\Z", re.ASCII)
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://", re.ASCII)


class Span(NamedTuple):
    """Addresses from ``first`` to ``last``, as numbers, of one IP version and zone."""

    version: int
    first: int
    last: int
    zone: str | None = None

    @property
    def size(self) -> int:
        return self.last - self.first + 1


Spelled = Span | OctetPattern
"""Addresses that a word spells without a resolver."""


def plain_ipv4(word: str) -> int | None:
    """The number of a plain IPv4 address, None for anything else: the short way for long lists."""
    try:
        first, second, third, fourth = word.split(".")
        return _OCTETS[first] << 24 | _OCTETS[second] << 16 | _OCTETS[third] << 8 | _OCTETS[fourth]
    except (ValueError, KeyError):
        return None


def _plain_ipv6(word: str) -> Span | None:
    """An IPv6 address without a zone, None for anything else."""
    if ":" not in word or len(word) > _LONGEST_IPV6:
        return None
    try:
        number = parse_ipv6(word)
    except AddressError:
        return None
    return Span(6, number, number)


def parse_target(word: str, *, needs_zone: bool = True) -> Spelled | None:
    """The addresses that a word spells; None when it is a host name.

    A link-local address means nothing without its link (RFC 4007 §6), unless it is only left out
    (``needs_zone`` False). Raises AddressError or PrefixError when it is a broken spelling of addresses.
    """
    number = plain_ipv4(word)
    if number is not None:
        return Span(4, number, number)
    span = _plain_ipv6(word)
    if span is not None:
        if needs_zone:
            _check_zone(word, span)
        return span
    if len(word) > _LONGEST_WORD:
        raise AddressError(f"the target {quoted(word)} is longer than {_LONGEST_WORD:,} characters")
    if len(word.split()) > 1:
        raise AddressError(f"{quoted(word)} is more than one word", hint="write one target a line or argument")
    if not _spells_addresses(word):
        return None
    if _PATTERN.match(word) and ("*" in word or "," in word or ("-" in word and word.count(".") <= 3)):
        return _without_gaps(parse_octets(word))
    if _FOUR_PARTS.match(word) and "/" not in word and ":" not in word and "-" in word:
        parse_octets(word)  # raises, naming the octet that has more than digits
    span = _span(word)
    if needs_zone:
        _check_zone(word, span)
    return span


def _spells_addresses(word: str) -> bool:
    """Whether the word can only be meant as addresses. No top-level domain begins with a digit (RFC 3696 §2)."""
    return spells_address(word) or bool(_PATTERN.match(word) or _FOUR_PARTS.match(word))


def _without_gaps(pattern: OctetPattern) -> Spelled:
    """The pattern, as a span when it has no gap."""
    if pattern.at(pattern.size - 1) - pattern.at(0) == pattern.size - 1:
        return Span(4, pattern.at(0), pattern.at(pattern.size - 1))
    return pattern


def _span(word: str) -> Span:
    if _BRACKETED.match(word):  # as URLs have it (RFC 3986 §3.2.2), and cat and listen
        word = word[1:-1]
    _refuse_other_grammars(word)
    if "/" not in word and "-" not in word:
        address = _address(word)
        zone = address.scope_id if isinstance(address, IPv6Address) else None
        return Span(address.version, int(address), int(address), zone)
    networks = [interface.network for interface in parse_subnet(word)]
    first, last = networks[0], networks[-1]
    return Span(first.version, first.network, last.last_number, first.zone)


def _address(word: str) -> Address:
    try:
        return parse_address(word)
    except AddressError as error:
        if _PORT.match(word):
            error.hint = "write four decimal octets; ports come after the targets, or behind -p"
        raise


def _refuse_other_grammars(word: str) -> None:
    """Raises AddressError for what other tools take and we do not, with the way to say it here."""
    host, slash, _ = word.partition("/")
    with_port = _WITH_PORT.match(word)
    short = _SHORT_IPV6_END.match(word) if ":" in word else _SHORT_END.match(word)
    if _URL.match(word):
        raise AddressError(f"{quoted(word)} is a URL", hint="name its host alone, and the port after it")
    if with_port:
        host = _shown(with_port[1].strip("[]"))
        raise AddressError(
            f"{quoted(word)} is no target: ports come after the targets", hint=f"did you mean {host} -p {with_port[2]}?"
        )
    if word.startswith("[") and word.endswith("]"):
        raise AddressError(f"{quoted(word)} has brackets", hint=f"write {_shown(word[1:-1])}")
    if short:
        raise AddressError(
            f"the last address of the range {quoted(word)} is not whole",
            hint=f"did you mean {_shown(short[1])}-{_shown(_completed(short[1], short[2]))}?",
        )
    if ":" in host and ("*" in word or "," in word):
        raise AddressError(f"{quoted(word)} is a pattern, which IPv6 has none of", hint="write a CIDR or FIRST-LAST")
    if slash and ":" not in host and _PATTERN.match(host) and any(character in host for character in "*,-"):
        if not (host.count(".") > 3 and "-" in host):
            raise AddressError(f"{quoted(word)} is a pattern with a prefix length", hint="write one or the other")
    elif slash and ":" not in host and any(character.isalpha() for character in host) and not spells_address(host):
        raise AddressError(
            f"{quoted(word)} is a name with a path or prefix length",
            hint="write the name alone, or its address before the prefix length",
        )


def _shown(text: str) -> str:
    return quoted(text)[1:-1]


def _completed(first: str, end: str) -> str:
    """The end of a range with what it lacks taken from the first address."""
    separator = ":" if ":" in first else "."
    parts = first.split(separator)
    return separator.join([*parts[: -len(end.split(separator))], end])


def _check_zone(word: str, span: Span) -> None:
    """Raises AddressError when all of the span is link-local and no zone is given."""
    if span.zone or span.version != _LINK_LOCAL.version:
        return
    if _LINK_LOCAL.network <= span.first and span.last <= _LINK_LOCAL.last_number:
        address, slash, length = word.partition("/")
        raise AddressError(
            f"{quoted(word)} is link-local and lacks its zone",
            hint=f"name the interface: {_shown(address)}%eth0{slash}{_shown(length)}",
        )
