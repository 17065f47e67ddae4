"""A delegation: a zone, the servers that its parent names, and the addresses that came with them as glue."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address

from nettools.core.address import Address
from nettools.core.dns.message import Message, ResourceRecord
from nettools.core.dns.name import folded, is_below
from nettools.core.dns.types import TYPES

_NS, _A, _AAAA, _DS, _NSEC, _NSEC3 = (TYPES[name] for name in ("NS", "A", "AAAA", "DS", "NSEC", "NSEC3"))


@dataclass(frozen=True, slots=True, kw_only=True)
class NameServer:
    """A server by its name; ``addresses`` are empty until they are known."""

    name: bytes
    addresses: tuple[Address, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One address of a server."""

    name: bytes
    address: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Where a zone begins."""

    zone: bytes
    servers: tuple[NameServer, ...]
    """In the order in which the parent named them."""
    ds: tuple[ResourceRecord, ...] = ()
    authority: tuple[ResourceRecord, ...] = ()
    """The authority section that the delegation came in: signatures, and the proof that there is no DS, are in it."""

    @property
    def denial(self) -> tuple[ResourceRecord, ...]:
        """The NSEC and NSEC3 records that came with it: RFC 4035 §3.1.4.1."""
        return tuple(one for one in self.authority if one.type in (_NSEC, _NSEC3))

    @property
    def without_address(self) -> tuple[NameServer, ...]:
        return tuple(one for one in self.servers if not one.addresses)

    def endpoints(self, versions: frozenset[int]) -> tuple[Endpoint, ...]:
        """Every address of these IP versions, once, in the order of the servers."""
        found: dict[Address, Endpoint] = {}
        for server in self.servers:
            for address in server.addresses:
                if address.version in versions:
                    found.setdefault(address, Endpoint(name=server.name, address=address))
        return tuple(found.values())

    def with_addresses(self, known: dict[bytes, tuple[Address, ...]]) -> "Cut":
        """The same with addresses for those servers that have none; ``known`` goes by folded names."""
        servers = tuple(
            one if one.addresses else replace(one, addresses=known.get(folded(one.name), ())) for one in self.servers
        )
        return replace(self, servers=servers)


def cut_of(message: Message, zone: bytes, referring: bytes) -> Cut:
    """The delegation of ``zone`` in the referral that a server of the zone ``referring`` gave.

    Glue counts only for names in the referring zone: nobody vouches for other addresses (RFC 5452 §6).
    """
    names = unique_names(one.rdata for one in message.authority if one.type == _NS and _is(one, zone))
    glue = [one for one in message.additional if is_below(one.name, referring) and not one.is_damaged]
    return Cut(
        zone=zone,
        servers=tuple(NameServer(name=name, addresses=tuple(addresses_of(glue, name))) for name in names),
        ds=tuple(one for one in message.authority if one.type == _DS and _is(one, zone)),
        authority=message.authority,
    )


def merged(cuts: Iterable[Cut]) -> Cut:
    """What several referrals to one zone say together."""
    first, *others = cuts
    addresses: dict[bytes, list[Address]] = {}
    names: dict[bytes, bytes] = {}
    for server in (server for cut in (first, *others) for server in cut.servers):
        names.setdefault(folded(server.name), server.name)
        known = addresses.setdefault(folded(server.name), [])
        known += [one for one in server.addresses if one not in known]
    servers = tuple(NameServer(name=names[key], addresses=tuple(found)) for key, found in addresses.items())
    signed = next((cut for cut in (first, *others) if cut.ds), first)
    return replace(signed, servers=servers)


def addresses_of(records: Iterable[ResourceRecord], name: bytes) -> Iterator[Address]:
    """The addresses that the records give to the name, each once."""
    wanted, seen = folded(name), set[Address]()
    for one in records:
        if folded(one.name) != wanted:
            continue
        address = address_of(one)
        if address is not None and address not in seen:
            seen.add(address)
            yield address


def address_of(record: ResourceRecord) -> Address | None:
    """The address of an A or AAAA record of class IN; None for any other record."""
    if record.type == _A and len(record.rdata) == 4:
        return IPv4Address(record.rdata)
    if record.type == _AAAA and len(record.rdata) == 16:
        return IPv6Address(record.rdata)
    return None


def unique_names(names: Iterable[bytes]) -> tuple[bytes, ...]:
    """The names, each once whatever its case, as they first came."""
    found: dict[bytes, bytes] = {}
    for one in names:
        found.setdefault(folded(one), one)
    return tuple(found.values())


def _is(record: ResourceRecord, name: bytes) -> bool:
    return folded(record.name) == folded(name) and not record.is_damaged
