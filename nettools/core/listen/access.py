"""Who may connect: allow and deny lists. Deny wins, as in ncat's code (its manual has it the other way round).

A rule is an address, a CIDR, an address with a mask or a range, for one IP version. An IPv4 client of an IPv6 socket
is the IPv4 client that it is: ``::ffff:192.0.2.1`` is looked up as 192.0.2.1 (RFC 4291 §2.5.5.2), in rules as well.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import TYPE_CHECKING, Final

from nettools.core.address import Address
from nettools.core.prefix import Prefix
from nettools.core.text import quoted, safe
from nettools.errors import InputError, OptionError, RequestError

if TYPE_CHECKING:
    from nettools.core.intervals import IntervalSet

_MAPPED: Final = Prefix(6, 0xFFFF << 32, 96)  # ::ffff:0:0/96


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The rules of one run."""

    allow: "IntervalSet | None" = None
    """None lets everybody in whom ``deny`` does not name."""
    deny: "IntervalSet | None" = None

    def refusal(self, address: Address | None) -> str | None:
        """Why a client from there is not taken; None when it is. Unix sockets have no address: none is on any list."""
        if address is None:
            return None if self.allow is None else "not on the allow list"
        plain = plain_address(address)
        number = int(plain)
        if self.deny is not None and self.deny.contains(plain.version, number):
            return "on the deny list"
        if self.allow is not None and not self.allow.contains(plain.version, number):
            return "not on the allow list"
        return None


EVERYBODY: Final = Access()


def plain_address(address: Address) -> Address:
    """The IPv4 address that an IPv4-mapped one stands for; any other as it is."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return address if mapped is None else mapped


def parse_rules(texts: Iterable[str], option: str) -> list[Prefix]:
    """The networks that comma lists name. Raises RequestError, naming the option."""
    found: list[Prefix] = []
    for text in texts:
        for rule in text.split(","):
            if not rule.strip():
                raise OptionError(f"{option} {quoted(text)}: a rule is empty", hint="write 192.0.2.0/24,2001:db8::1")
            found += _networks(rule.strip(), option)
    return found


def parse_rule_file(text: str, name: str) -> list[Prefix]:
    """The networks in a file: one a line or comma lists, ``#`` begins a comment. Raises InputError with the line."""
    found: list[Prefix] = []
    for number, line in enumerate(text.splitlines(), start=1):
        rules = line.partition("#")[0].replace(",", " ").split()
        for rule in rules:
            try:
                found += _networks(rule, "the rule")
            except RequestError as error:
                raise InputError(f"{safe(name)}:{number}: {error.message}", hint=error.hint) from None
    return found


def _networks(rule: str, what: str) -> Iterable[Prefix]:
    from nettools.core.subnet.parse import parse_subnet

    for interface in parse_subnet(rule):
        network = interface.network
        if network.zone:
            raise OptionError(
                f"{what} {quoted(rule)} has a zone, and a rule is about addresses alone", hint="leave the zone out"
            )
        if _MAPPED.contains(network):
            yield Prefix(4, network.network & 0xFFFF_FFFF, network.length - _MAPPED.length)
        else:
            yield network
