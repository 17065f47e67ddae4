"""Arithmetic on networks: what ``ipaddress`` has not, as records, and sets of addresses.

Networks are text, ``ipaddress`` objects, ``Prefix`` records, ranges (``"192.0.2.1-192.0.2.9"``) or bare addresses;
where several are wanted, one will do. What cannot be read raises AddressError or PrefixError: a sum without one of its
parts would be wrong. The records are those of the documents of ``nettools subnet``; ``str(item.network)`` is what
``ipaddress.ip_network`` takes.

Not here, since the standard library has it: the addresses of a network (``network[5]``, ``hosts()``).
"""

from collections.abc import Iterable, Sequence
from secrets import randbits
from typing import Final

from nettools.api._call import AddressLike, NetworkLike, in_our_terms, text_of, texts_of
from nettools.api.network_set import NetworkSet, packed_of, set_of
from nettools.core.address import parse_address
from nettools.core.intervals import pack
from nettools.core.number import count_of
from nettools.core.prefix import Prefix
from nettools.core.subnet.lists import Batch, ComparisonReport, NetworkListReport, RelationReport, batch_of
from nettools.core.subnet.mac import MacReport, mac_facts
from nettools.core.subnet.nat64 import GLOBAL_ID_BITS, translate, unique_local
from nettools.errors import OptionError
from nettools.runs import subnet

__all__ = [
    "NetworkSet",
    "compare",
    "cover",
    "free",
    "intersect",
    "mac",
    "merge",
    "nat64",
    "relate",
    "reverse",
    "sort",
    "split",
    "subtract",
    "ula",
]

Networks = NetworkLike | Iterable[NetworkLike]
"""One network or several."""
_MOST_DRAWN: Final = 100_000


def merge(networks: Networks, *, loose: bool = False) -> NetworkListReport:
    """The smallest set of networks that covers exactly these, IPv4 first.

    >>> from nettools import networks
    >>> [str(one.network) for one in networks.merge(["192.0.2.0/25", "192.0.2.128/25", "10.0.0.0-10.0.0.2"]).items]
    ['10.0.0.0/31', '10.0.0.2/32', '192.0.2.0/24']
    """
    with in_our_terms():
        return _listed("merge", subnet.batches_of(set_of(networks, loose=loose)))


def subtract(networks: Networks, minus: Networks) -> NetworkListReport:
    """The fewest networks that hold what is in ``networks`` and not in ``minus``.

    >>> from nettools import networks
    >>> [str(one.network) for one in networks.subtract("192.0.2.0/24", "192.0.2.64/26").items]
    ['192.0.2.0/26', '192.0.2.128/25']
    """
    with in_our_terms():
        return _listed("subtract", subnet.batches_of(set_of(networks).minus(set_of(minus))))


def intersect(a: Networks, b: Networks) -> NetworkListReport:
    """The fewest networks that hold what is in both.

    >>> from nettools import networks
    >>> [str(one.network) for one in networks.intersect(["10.0.0.0/8", "192.0.2.0/24"], "10.1.0.0/16").items]
    ['10.1.0.0/16']
    """
    with in_our_terms():
        return _listed("intersect", subnet.batches_of(set_of(a).both(set_of(b))))


def compare(a: Networks, b: Networks) -> ComparisonReport:
    """What only ``a`` has, what only ``b`` has, and what both have, each as the fewest networks.

    >>> from nettools import networks
    >>> found = networks.compare("192.0.2.0/24", ["192.0.2.0/25", "10.0.0.0/8"])
    >>> [str(one) for one in found.only_a], [str(one) for one in found.only_b]
    (['192.0.2.128/25'], ['10.0.0.0/8'])
    """
    with in_our_terms():
        return subnet.comparison(set_of(a), set_of(b))


def cover(networks: Networks) -> NetworkListReport:
    """The one smallest network that holds them all. Raises OptionError for IPv4 and IPv6 together.

    >>> from nettools import networks
    >>> [str(one.network) for one in networks.cover(["192.168.0.1", "192.168.5.9"]).items]
    ['192.168.0.0/21']
    """
    with in_our_terms():
        return _listed("cover", subnet.cover_of(set_of(networks)))


def relate(a: NetworkLike, b: NetworkLike) -> RelationReport:
    """What ``a`` is to ``b``: equal, contains, within, overlaps, adjacent or disjoint; and if both are one network.

    >>> from nettools import networks
    >>> found = networks.relate("192.0.2.0/25", "192.0.2.128/25")
    >>> found.relation, found.mergeable
    ('adjacent', True)
    """
    with in_our_terms():
        return subnet.relation_of(text_of(a), text_of(b))


def split(
    network: NetworkLike,
    *,
    prefix: int | None = None,
    into: int | None = None,
    hosts: Sequence[int] | None = None,
    names: Sequence[str] | None = None,
) -> NetworkListReport:
    """A network carved up: by length, into a number of equal parts, or one part for each number of hosts (VLSM).

    The largest of ``hosts`` is placed first, so that all fit without waste; ``free`` is what is left. ``names`` are for
    ``into`` and ``hosts``. Raises OptionError for more than 1,048,576 parts.

    >>> from nettools import networks
    >>> offices = networks.split("192.168.0.0/24", hosts=[50, 20, 10], names=["lab", "office", "guests"])
    >>> {one.name: str(one.network) for one in offices.items}
    {'lab': '192.168.0.0/26', 'office': '192.168.0.64/27', 'guests': '192.168.0.96/28'}
    >>> [str(one) for one in offices.free]
    ['192.168.0.112/28', '192.168.0.128/25']
    """
    with in_our_terms():
        parts = subnet.split_network(
            subnet.one_network(text_of(network)), prefix=prefix, into=into, hosts=hosts, names=names
        )
        return _listed("split", parts.batches, free=parts.free, most=subnet.MOST_PARTS)


def free(pool: Networks, used: Networks, *, prefix: int | None = None, count: int | None = None) -> NetworkListReport:
    """What of a pool is not used yet, ascending: the fewest networks, or those of one length, the first ``count``.

    Raises OptionError for more than 1,048,576 of them.

    >>> from nettools import networks
    >>> found = networks.free("10.0.0.0/16", ["10.0.0.0/24", "10.0.1.0/26"], prefix=26, count=2)
    >>> [str(one.network) for one in found.items]
    ['10.0.1.64/26', '10.0.1.128/26']
    """
    with in_our_terms():
        found = subnet.free_networks(set_of(pool), set_of(used), prefix, count)
        return _listed("free", found, most=subnet.MOST_PARTS)


def sort(networks: Networks, *, loose: bool = False) -> NetworkListReport:
    """Networks and addresses in numeric order, each once, IPv4 first; the network of an address is an address.

    >>> from nettools import networks
    >>> [str(one.network) for one in networks.sort(["10.0.0.10", "10.0.0.9", "9.0.0.0/8", "10.0.0.9"]).items]
    ['9.0.0.0/8', '10.0.0.9', '10.0.0.10']
    """
    with in_our_terms():
        return _listed("sort", subnet.sorted_batches(packed_of(networks, loose=loose)), bare_hosts=True)


def reverse(networks: Networks) -> NetworkListReport:
    """The reverse zones of networks; ``delegation`` has the lines that the zone above needs for them (RFC 2317).

    >>> from nettools import networks
    >>> [one.name for one in networks.reverse("10.0.0.0/23").items]
    ['0.0.10.in-addr.arpa', '1.0.10.in-addr.arpa']
    """
    lines: list[str] = []
    with in_our_terms():
        found = [subnet.one_network(text) for text in texts_of(networks)]
        return _listed(
            "reverse", (batch for one in found for batch in subnet.reverse_batches(one, lines)), delegation=lines
        )


def mac(words: AddressLike | Iterable[AddressLike], *, prefix: NetworkLike | None = None) -> MacReport:
    """What IPv6 makes of MAC addresses (EUI-64, link-local, solicited node, group MAC), and the MAC in IPv6 addresses.

    >>> from nettools import networks
    >>> networks.mac("02:00:5e:10:00:01").macs[0].link_local
    IPv6Address('fe80::5eff:fe10:1')
    """
    with in_our_terms():
        network = None if prefix is None else subnet.one_network(text_of(prefix))
        return MacReport(macs=tuple(mac_facts(text, network) for text in texts_of(words)), errors=())


def nat64(prefix: NetworkLike, addresses: AddressLike | Iterable[AddressLike]) -> NetworkListReport:
    """IPv4 addresses in IPv6 under a translation prefix, IPv6 addresses back (RFC 6052).

    >>> from nettools import networks
    >>> [str(one.network) for one in networks.nat64("64:ff9b::/96", ["192.0.2.33", "64:ff9b::c633:6407"]).items]
    ['64:ff9b::c000:221', '198.51.100.7']
    """
    with in_our_terms():
        network = subnet.one_network(text_of(prefix))
        found = [translate(network, parse_address(text)) for text in texts_of(addresses)]
        batches = (Batch(one.version, [pack(int(one), 0)]) for one in found)
        return _listed("nat64", batches, bare_hosts=True)


def ula(count: int = 1) -> NetworkListReport:
    """Unique local IPv6 prefixes drawn at random: fd00::/8 and 40 bits of the system's entropy (RFC 4193).

    >>> from nettools import networks
    >>> str(networks.ula().items[0].network).startswith("fd")
    True
    """
    with in_our_terms():
        wanted = count_of(count, "--count", minimum=1, maximum=_MOST_DRAWN)
        return _listed("ula", batch_of([unique_local(randbits(GLOBAL_ID_BITS)) for _ in range(wanted)]))


def __dir__() -> list[str]:
    """What there is for a program, in place of all that this module is made of."""
    return __all__


def _listed(
    operation: str,
    batches: Iterable[Batch],
    *,
    free: Sequence[Prefix] = (),
    delegation: Sequence[str] = (),
    bare_hosts: bool = False,
    most: int | None = None,
) -> NetworkListReport:
    known: list[Batch] = []
    count = 0
    for batch in batches:
        known.append(batch)
        count += len(batch.packed)
        if most is not None and count > most:
            raise OptionError(f"these are more than {most:,} networks", hint="ask for shorter prefixes, or for fewer")
    items = tuple(item for batch in known for item in batch.items(bare_hosts=bare_hosts))
    return NetworkListReport(
        operation=operation, items=items, free=tuple(free), delegation=tuple(delegation), errors=()
    )
