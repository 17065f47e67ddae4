"""Questions to ask of a generated machine: most are about its own addresses and routes, some about odd ones."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from random import Random

from nettools.core.address import Address
from nettools.core.route.question import Question
from tests.differential.route_worlds import DEVICES, V4_POOLS, V6_POOLS, World

_ODD = {
    "-4": ("255.255.255.255", "224.0.0.5", "239.1.2.3", "127.0.0.9", "0.0.0.0", "0.0.0.7", "240.0.0.1"),
    "-6": ("ff02::1", "ff0e::9", "ff05::2", "::1", "fe80::77", "fe80::1", "::", "2002:0a00:1::1"),
}
_STRANGERS = {"-4": ("192.0.2.7", "127.0.0.5", "0.0.0.0"), "-6": ("2001:db8:ffff::7", "fe80::1", "::1")}
_MARKS = (0, 0, 0, 1, 0x10, 0x12, 0x35)
_TOS = (0, 0, 0, 0x10, 0x08, 0x1C, 0xB8)


class Questions:
    """They come from the machine's own random numbers, so that a seed tells all."""

    def __init__(self, world: World) -> None:
        self.random: Random = world.random
        self._own = {family: _of(family, [one for held in world.addresses.values() for one in held]) for family in _ODD}
        self._near = {family: _of(family, world.prefixes + world.networks) for family in _ODD}

    def make(self) -> Question:
        random = self.random
        family = random.choice(("-4", "-6"))
        destination = self._destination(family)
        # Which multicast packets are taken in depends on group membership, which no route tells.
        comes_in = random.random() < 0.2 and not destination.is_multicast
        protocol = random.choice((None, 6, 17))
        return Question(
            destination=destination,
            source=self._foreign_source(family) if comes_in else self._source(family),
            mark=random.choice(_MARKS),
            uid=random.choice((0, 1000, 1700, 5)),
            tos=random.choice(_TOS),
            incoming=random.choice((*DEVICES, "lo") if random.random() < 0.2 else DEVICES[:4]) if comes_in else None,
            outgoing=random.choice(DEVICES) if not comes_in and random.random() < 0.2 else None,
            protocol=17 if protocol is None else protocol,
            source_port=random.choice((None, 53, 40000)),
            destination_port=random.choice((None, 53, 80, 443)),
        )

    def _source(self, family: str) -> Address | None:
        chance = self.random.random()
        if chance < 0.7 or not self._own[family]:
            return None
        return ip_address(self.random.choice(self._own[family] if chance < 0.97 else _STRANGERS[family]))

    def _foreign_source(self, family: str) -> Address:
        random = self.random
        source = self._destination(family) if random.random() < 0.8 else ip_address(random.choice(_STRANGERS[family]))
        return ip_address(_STRANGERS[family][0]) if source.is_multicast and family == "-6" else source

    def _destination(self, family: str) -> Address:
        random = self.random
        kind = random.random()
        if kind < 0.1 and self._own[family]:
            return ip_address(random.choice(self._own[family]))
        if kind < 0.16:
            return ip_address(random.choice(_ODD[family]))
        near = self._near[family]
        pools = V4_POOLS if family == "-4" else V6_POOLS
        pool = ip_network(random.choice(near if near and kind < 0.9 else pools), strict=False)
        spread = pool.max_prefixlen - pool.prefixlen
        low = random.getrandbits(spread) if random.random() < 0.8 else random.choice((0, (1 << spread) - 1))
        number = int(pool[0]) | low
        return IPv4Address(number) if family == "-4" else IPv6Address(number)


def _of(family: str, words: list[str]) -> list[str]:
    return [one for one in words if (":" in one) == (family == "-6")]
