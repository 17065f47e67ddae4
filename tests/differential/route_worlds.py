"""Generated machines for the routing tests: interfaces, addresses, routes and rules, and questions to ask of them.

Everything is made from a seed, as lines for ``ip -batch``. All addresses are private, documentation or loopback ones
and live in a namespace with veth pairs whose other ends are in the same namespace: no packet has anywhere to go.
"""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from random import Random

from nettools.core.route.question import Question

DEVICES = ("v0", "v1", "v2", "v3")
TABLES = ("main", "100", "101", "default")
_V4_POOLS = ("10.0.0.0/8", "192.168.0.0/16", "172.16.0.0/12", "198.51.100.0/24")
_V6_POOLS = ("2001:db8::/32", "fd00:db8::/32")


def devices() -> list[str]:
    """The links, which stay from one machine to the next."""
    lines = ["link set lo up"]
    for name in DEVICES:
        lines += [
            f"link add {name} type veth peer name p{name}",
            f"link set {name} up addrgenmode none",
            f"link set p{name} up addrgenmode none",
        ]
    return lines


class World:
    """One generated machine: ``lines`` builds it, ``questions`` asks it."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.addresses: dict[str, list[str]] = {name: [] for name in DEVICES}
        self.networks: list[str] = []
        self.prefixes: list[str] = []
        self.lines: list[str] = []
        for number, name in enumerate(DEVICES):
            self._give_addresses(name, number)
        for _ in range(self.random.randrange(15, 50)):
            self._add_route()
        for family in ("-4", "-6"):
            for _ in range(self.random.choice((0, 0, 2, 5, 9))):
                self._add_rule(family)

    def _give_addresses(self, name: str, number: int) -> None:
        random = self.random
        for index in range(random.randrange(1, 4)):
            length = random.choice((16, 24, 24, 30))
            host = random.randrange(1, 3)
            address = f"10.{number * 16 + index}.{random.randrange(4)}.{host}"
            if random.random() < 0.15:
                peer = f"10.{number * 16 + index}.77.{random.randrange(1, 250)}"
                self.lines.append(f"addr add {address} peer {peer}/{random.choice((24, 32))} dev {name}")
            else:
                scope = random.choice(("", "", "", " scope link", " scope host"))
                self.lines.append(f"addr add {address}/{length} brd + dev {name}{scope}")
            self.addresses[name].append(address)
            self.networks.append(f"{address}/{length}")
            if random.random() < 0.3:
                second = str(ip_address(int(IPv4Address(address)) + 1))
                self.lines.append(f"addr add {second}/{length} dev {name}")
        for index in range(random.randrange(1, 3)):
            pool = random.choice(("2001:db8", "fd00:db8"))
            address = str(IPv6Address(f"{pool}:{number}:{index}::{random.randrange(1, 9)}"))
            deprecated = " preferred_lft 0" if random.random() < 0.25 else ""
            self.lines.append(f"addr add {address}/64 dev {name} nodad{deprecated}")
            self.addresses[name].append(address)
            self.networks.append(f"{address}/64")
        if random.random() < 0.7:
            self.lines.append(f"addr add fe80::{number + 1}/64 dev {name} nodad")

    def _prefix(self, family: str) -> str:
        random = self.random
        inside = [one for one in self.prefixes if (":" in one) == (family == "-6")]
        pool = ip_network(
            random.choice(inside if inside and random.random() < 0.4 else self._pools(family)), strict=False
        )
        steps = (0, 0, 4, 8, 12, 16, 24) if family == "-4" else (0, 0, 8, 16, 32, 64, 96)
        length = min(pool.max_prefixlen, pool.prefixlen + random.choice(steps))
        number = int(pool[0]) | random.getrandbits(pool.max_prefixlen - pool.prefixlen)
        wrapped = IPv4Address(number) if family == "-4" else IPv6Address(number)
        made = str(ip_network((wrapped, length), strict=False))
        self.prefixes.append(made)
        return made

    def _pools(self, family: str) -> tuple[str, ...]:
        return _V4_POOLS if family == "-4" else _V6_POOLS

    def _gateway(self, family: str, name: str) -> str | None:
        own = [one for one in self.addresses[name] if (":" in one) == (family == "-6")]
        if not own:
            return None
        address = ip_address(self.random.choice(own))
        return str(type(address)(int(address) + self.random.randrange(5, 90)))

    def _hop(self, family: str) -> str:
        name = self.random.choice(DEVICES)
        gateway = self._gateway(family, name) if self.random.random() < 0.8 else None
        return f"via {gateway} dev {name} onlink" if gateway else f"dev {name}"

    def _add_route(self) -> None:
        random = self.random
        family = random.choice(("-4", "-6"))
        dst = "default" if random.random() < 0.12 else self._prefix(family)
        table = random.choice(TABLES[:3] if family == "-6" else TABLES)
        table = "local" if random.random() < 0.03 else table
        tail = f" table {table}"
        if random.random() < 0.4:
            tail += f" metric {random.choice((10, 10, 50, 100))}"
        kind = random.random()
        if kind < 0.2:
            refusal = random.choice(("blackhole", "unreachable", "prohibit", "throw"))
            self.lines.append(f"{family} route add {refusal} {dst}{tail}")
            return
        if kind < 0.27:
            self.lines.append(f"{family} route add local {dst} dev {random.choice((*DEVICES, 'lo'))}{tail}")
            return
        own = [one for held in self.addresses.values() for one in held if (":" in one) == (family == "-6")]
        if own and random.random() < 0.2:
            tail += f" src {random.choice(own)}"
        if family == "-4" and random.random() < 0.1:
            tail += f" tos {random.choice(('0x10', '0x08', '0x04'))}"
        if kind < 0.42:
            hops = " ".join(
                f"nexthop {self._hop(family)} weight {random.randrange(1, 4)}" for _ in range(random.choice((2, 3)))
            )
            self.lines.append(f"{family} route add {dst}{tail} {hops}")
        elif kind < 0.46 and family == "-4":
            self.lines.append(f"-4 route add {dst} via inet6 fe80::99 dev {random.choice(DEVICES)}{tail}")
        else:
            pref = (
                f" pref {random.choice(('low', 'high', 'medium'))}" if family == "-6" and random.random() < 0.3 else ""
            )
            self.lines.append(f"{family} route add {dst} {self._hop(family)}{tail}{pref}")

    def _add_rule(self, family: str) -> None:
        random = self.random
        selectors: list[Callable[[], str]] = [
            lambda: f"from {self._some_source(family)}",
            lambda: f"to {self._prefix(family)}",
            lambda: f"fwmark {random.choice(('0x1', '0x10/0xf0', '0x2/0x3', '0/0xff'))}",
            lambda: f"iif {random.choice((*DEVICES, 'lo'))}",
            lambda: f"oif {random.choice(DEVICES)}",
            lambda: f"uidrange {random.choice(('0-0', '1000-2000', '0-1500'))}",
            lambda: f"ipproto {random.choice(('tcp', 'udp'))}",
            lambda: f"dport {random.choice(('80', '53-99', '443'))}",
            lambda: f"sport {random.choice(('1024-65535', '53'))}",
            lambda: f"tos {random.choice(('0x10', '0x08'))}",
        ]
        chosen = " ".join(one() for one in random.sample(selectors, random.choice((0, 1, 1, 1, 2))))
        negated = "not " if chosen and random.random() < 0.2 else ""
        priority = random.randrange(1, 33000)
        action = random.random()
        if action < 0.08:
            what = random.choice(("blackhole", "unreachable", "prohibit"))
            self.lines.append(f"{family} rule add {negated}{chosen} {what} pref {priority}")
        elif action < 0.16:
            target = random.choice((random.randrange(priority + 1, 33002), 32766)) if priority < 32766 else 40000
            self.lines.append(f"{family} rule add {negated}{chosen} goto {target} pref {priority}")
        else:
            suppress = f" suppress_prefixlength {random.choice((0, 0, 8, 15))}" if random.random() < 0.3 else ""
            table = random.choice(TABLES[:3])
            self.lines.append(f"{family} rule add {negated}{chosen} pref {priority} table {table}{suppress}")

    def _some_source(self, family: str) -> str:
        own = [one for one in self.networks if (":" in one) == (family == "-6")]
        if own and self.random.random() < 0.6:
            return str(ip_network(self.random.choice(own), strict=False))
        return self.random.choice(self._pools(family))

    def questions(self, count: int) -> list[Question]:
        return [self._question() for _ in range(count)]

    def _question(self) -> Question:
        random = self.random
        family = random.choice(("-4", "-6"))
        destination = self._destination(family)
        own = [ip_address(one) for held in self.addresses.values() for one in held if (":" in one) == (family == "-6")]
        incoming = random.choice(DEVICES) if random.random() < 0.2 else None
        source = random.choice(own) if own and random.random() < 0.3 else None
        if incoming is not None:
            source = self._destination(family) if random.random() < 0.8 else source
            if destination.is_multicast:  # decided by group membership, which no route tells
                incoming = source = None
            elif source is None or source.is_multicast:
                source = IPv4Address("192.0.2.7") if family == "-4" else IPv6Address("2001:db8:ffff::7")
        protocol = random.choice((None, 6, 17))
        return Question(
            destination=destination,
            source=source,
            mark=random.choice((0, 0, 0, 1, 0x10, 0x12, 0x35)),
            uid=random.choice((0, 1000, 1700, 5)),
            tos=random.choice((0, 0, 0, 0x10, 0x08)),
            incoming=incoming,
            outgoing=random.choice(DEVICES) if incoming is None and random.random() < 0.2 else None,
            protocol=17 if protocol is None else protocol,
            source_port=random.choice((None, 53, 40000)),
            destination_port=random.choice((None, 53, 80, 443)),
        )

    def _destination(self, family: str) -> IPv4Address | IPv6Address:
        random = self.random
        kind = random.random()
        if kind < 0.1:
            own = [one for held in self.addresses.values() for one in held if (":" in one) == (family == "-6")]
            if own:
                return ip_address(random.choice(own))
        if kind < 0.16:
            special = (
                ("255.255.255.255", "224.0.0.5", "239.1.2.3", "127.0.0.9")
                if family == "-4"
                else ("ff02::1", "ff0e::9", "::1", "fe80::77")
            )
            return ip_address(random.choice(special))
        near = [one for one in self.prefixes + self.networks if (":" in one) == (family == "-6")]
        pool = ip_network(random.choice(near if near and kind < 0.9 else self._pools(family)), strict=False)
        spread = pool.max_prefixlen - pool.prefixlen
        number = int(pool[0]) | (
            random.getrandbits(spread) if random.random() < 0.8 else random.choice((0, (1 << spread) - 1))
        )
        return IPv4Address(number) if family == "-4" else IPv6Address(number)
