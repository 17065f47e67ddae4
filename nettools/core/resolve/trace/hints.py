"""Root hints: the names and addresses that iteration starts with (RFC 9609), in the form of a zone file.

The form is that of RFC 1035 §5.1 as IANA's ``named.root`` uses it: one record a line, ``;`` begins a comment, an owner
that is left out is the one before; TTL and class may be left out, in either order.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address

from nettools.core.address import Address, parse_ipv4, parse_ipv6
from nettools.core.dns.name import ROOT, folded, name_from_text
from nettools.core.resolve.trace.cut import Cut, NameServer
from nettools.core.text import quoted
from nettools.errors import InputError, RequestError

_TYPES = frozenset({"NS", "A", "AAAA"})


def parse_root_hints(text: str) -> Cut:
    """The cut of the root. Raises InputError, which names the line, or says that no server has an address."""
    names: dict[bytes, bytes] = {}
    addresses: dict[bytes, list[Address]] = {}
    for owner, data in _records(text):
        if not isinstance(data, bytes):
            known = addresses.setdefault(folded(owner), [])
            known += [data] if data not in known else []
        elif owner == ROOT:
            names.setdefault(folded(data), data)
    servers = tuple(NameServer(name=name, addresses=tuple(addresses.get(key, ()))) for key, name in names.items())
    known_servers = tuple(one for one in servers if one.addresses)
    if not known_servers:
        raise InputError(
            "the root hints name no root server with an address",
            hint='write lines like ". NS a.root-servers.net." and "a.root-servers.net. A 198.41.0.4"',
        )
    return Cut(zone=ROOT, servers=known_servers)


def _records(text: str) -> Iterator[tuple[bytes, bytes | Address]]:
    """The owner of each record, and the name or the address that it has."""
    owner: bytes | None = None
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition(";")[0].split()
        if not words or words[0].upper() == "$TTL":
            continue
        try:
            if not line[0].isspace():
                owner = name_from_text(words.pop(0))
            yield _record(owner, words)
        except RequestError as error:
            raise InputError(f"root hints, line {number}: {error.message}", hint=error.hint) from None


def _record(owner: bytes | None, words: list[str]) -> tuple[bytes, bytes | Address]:
    rest = list(words)
    while rest and (rest[0].upper() == "IN" or (rest[0].isascii() and rest[0].isdigit())):
        rest.pop(0)
    if owner is None or len(rest) != 2 or rest[0].upper() not in _TYPES:
        raise InputError(f"{quoted(' '.join(words))} is no NS, A or AAAA record")
    kind, data = rest[0].upper(), rest[1]
    if kind == "NS":
        return owner, name_from_text(data)
    return owner, IPv4Address(parse_ipv4(data)) if kind == "A" else IPv6Address(parse_ipv6(data))
