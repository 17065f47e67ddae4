"""MAC addresses and the IPv6 addresses made of them: modified EUI-64 (RFC 4291 appendix A, RFC 2464 §4)."""

import re
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from typing import ClassVar, Final

from nettools.core.address import Address, parse_ipv4, parse_ipv6_with_zone
from nettools.core.outcome import Failure
from nettools.core.prefix import Prefix
from nettools.core.record import column
from nettools.core.subnet.embedded import eui64_mac, solicited_node
from nettools.core.subnet.multicast import group_mac, mac_text
from nettools.core.text import quoted
from nettools.errors import AddressError, PrefixError

_FORMS: Final = (
    re.compile(r"[0-9A-Fa-f]{1,2}(?:(:|-)[0-9A-Fa-f]{1,2})(?:\1[0-9A-Fa-f]{1,2}){4}\Z", re.ASCII),
    re.compile(r"[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\Z", re.ASCII),
    re.compile(r"[0-9A-Fa-f]{12}\Z", re.ASCII),
)
_LINK_LOCAL: Final = 0xFE80 << 112  # RFC 4291 §2.5.6
_IDENTIFIER: Final = (1 << 64) - 1
_UNIVERSAL_LOCAL: Final = 0x020000000000
_GROUP: Final = 0x010000000000


@dataclass(frozen=True, slots=True, kw_only=True)
class MacFacts:
    """A MAC address and what IPv6 makes of it; for an address without a MAC inside, what the link layer makes of it."""

    input: str = field(metadata=column("Input"))
    mac: str | None = field(metadata=column("MAC"))
    is_group: bool | None = field(metadata=column("Group address", key="group"))
    is_local: bool | None = field(metadata=column("Locally administered", key="local"))
    iid: str | None = field(metadata=column("Interface identifier"))
    link_local: IPv6Address | None = field(metadata=column("Link-local"))
    address: Address | None = field(metadata=column("Address"))
    solicited_node: IPv6Address | None = field(metadata=column("Solicited node"))
    multicast_mac: str | None = field(metadata=column("Its group MAC"))


@dataclass(frozen=True, slots=True, kw_only=True)
class MacReport:
    """The answer of ``nettools subnet mac``."""

    SCHEMA: ClassVar[str] = "nettools.subnet-mac/1"

    macs: tuple[MacFacts, ...] = field(metadata=column("MACs"))
    errors: tuple[Failure, ...] = field(metadata=column("Errors"))


def parse_mac(text: str) -> int | None:
    """A 48-bit address with colons, hyphens, dots as routers print it, or bare; None when the text is none of them."""
    for form in _FORMS:
        if form.match(text):
            if form is _FORMS[0]:
                return int("".join(part.zfill(2) for part in re.split("[:-]", text)), 16)
            return int(text.replace(".", ""), 16)
    return None


def mac_facts(text: str, prefix: Prefix | None) -> MacFacts:
    """What is known of a MAC, or of an IPv6 address. Raises AddressError when the text is neither."""
    mac = parse_mac(text)
    if mac is not None:
        return _of_mac(text, mac, prefix)
    if text.count(".") == 3 and ":" not in text:
        return _of_ipv4(text, IPv4Address(parse_ipv4(text)))
    if text.count(":") < 2:
        raise AddressError(
            f"{quoted(text)} is neither a MAC nor an IPv6 address", hint="write a MAC as 02:00:5e:10:00:01"
        )
    return _of_address(text, parse_ipv6_with_zone(text))


def identifier_of(mac: int) -> int:
    """The modified EUI-64 of a MAC: ff:fe in the middle, the universal/local bit inverted."""
    inverted = mac ^ _UNIVERSAL_LOCAL
    return inverted >> 24 << 40 | 0xFFFE << 24 | inverted & 0xFFFFFF


def _of_mac(text: str, mac: int, prefix: Prefix | None) -> MacFacts:
    identifier = identifier_of(mac)
    if prefix is not None and (prefix.version != 6 or prefix.length > 64):
        raise PrefixError(f"{prefix} has no room for a 64-bit interface identifier", hint="give an IPv6 /64 or shorter")
    address = IPv6Address(prefix.network | identifier) if prefix else None
    group = solicited_node(identifier)
    return MacFacts(
        input=text,
        mac=mac_text(mac),
        is_group=bool(mac & _GROUP),
        is_local=bool(mac & _UNIVERSAL_LOCAL),
        iid=identifier_text(identifier),
        link_local=IPv6Address(_LINK_LOCAL | identifier),
        address=address,
        solicited_node=group,
        multicast_mac=group_mac(6, int(group)),
    )


def _of_ipv4(text: str, address: IPv4Address) -> MacFacts:
    """An IPv4 address has no MAC inside; a multicast group has one that carries it (RFC 1112 §6.4)."""
    if not address.is_multicast:
        raise AddressError(f"{quoted(text)} is no multicast group: an IPv4 address tells nothing of a MAC")
    return MacFacts(
        input=text,
        mac=None,
        is_group=None,
        is_local=None,
        iid=None,
        link_local=None,
        address=address,
        solicited_node=None,
        multicast_mac=group_mac(4, int(address)),
    )


def _of_address(text: str, address: IPv6Address) -> MacFacts:
    number = int(address)
    mac = eui64_mac(number)
    value = parse_mac(mac) if mac else None
    group = address if address.is_multicast else solicited_node(number)
    return MacFacts(
        input=text,
        mac=mac,
        is_group=None if value is None else bool(value & _GROUP),
        is_local=None if value is None else bool(value & _UNIVERSAL_LOCAL),
        iid=identifier_text(number & _IDENTIFIER),
        link_local=IPv6Address(_LINK_LOCAL | number & _IDENTIFIER) if mac else None,
        address=address,
        solicited_node=None if address.is_multicast else group,
        multicast_mac=group_mac(6, int(group)),
    )


def identifier_text(identifier: int) -> str:
    """An interface identifier as four groups without leading zeros."""
    return ":".join(f"{identifier >> shift & 0xFFFF:x}" for shift in (48, 32, 16, 0))
