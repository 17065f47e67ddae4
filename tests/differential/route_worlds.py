"""Generated machines for the routing tests: interfaces, addresses, routes and rules. ``route_questions`` asks them.

Everything is made from a seed, as lines for ``ip -batch``. All addresses are private, documentation or loopback ones
and live in a namespace with veth pairs whose other ends are in the same namespace: no packet has anywhere to go.
"""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from random import Random

WITHOUT_CARRIER = "v4"
FALLING = "v5"
"""In some of the machines this link goes down once everything is there."""
OPTIMISTIC = "v2"
"""Duplicate address detection takes for ever here, for those addresses that wait for it."""
DEVICES = ("v0", "v1", "v2", "v3", WITHOUT_CARRIER, FALLING)
GROUPS = {"v1": 7, "v3": 7, "v4": 9}
ALIKE = (("v1", "v3"), ("v0", "v2", FALLING))
"""Links of one group. IPv6 picks the next hop by its hash before a rule may suppress that hop's group, and goes on to
other rules or not: what nobody can foretell is not asked, so the next hops of a route are of one group."""
TABLES = ("main", "100", "101", "default")
V4_POOLS = ("10.0.0.0/8", "192.168.0.0/16", "172.16.0.0/12", "198.51.100.0/24")
V6_POOLS = ("2001:db8::/32", "fd00:db8::/32")


def devices() -> list[str]:
    """The links, which stay from one machine to the next."""
    lines = ["link set lo up"]
    for name in DEVICES:
        peer = "down" if name == WITHOUT_CARRIER else "up"
        lines += [
            f"link add {name} type veth peer name p{name}",
            f"link set {name} up addrgenmode none",
            f"link set p{name} {peer} addrgenmode none",
            f"link set {name} group {GROUPS.get(name, 0)}",
        ]
    return lines


class World:
    """One generated machine: ``lines`` builds it, ``late_lines`` come when the rest is settled."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.addresses: dict[str, list[str]] = {name: [] for name in DEVICES}
        self.networks: list[str] = []
        self.prefixes: list[str] = []
        self.hop_ids: dict[str, list[int]] = {"-4": [], "-6": []}
        self.subtrees: set[str] = set()
        self.lines: list[str] = []
        for number, name in enumerate(DEVICES):
            self._give_addresses(name, number)
        for family in ("-4", "-6"):
            self._add_hop_objects(family)
        for _ in range(self.random.randrange(15, 50)):
            self.lines.append(self._route())
        for family in ("-4", "-6"):
            for _ in range(self.random.choice((0, 0, 2, 5, 9))):
                self._add_rule(family)
        self.late_lines = [f"link set {FALLING} down"] if self.random.random() < 0.4 else []

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
            self.lines.append(f"addr add {address}/64 dev {name} {self._kind_of_address(name)}")
            self.addresses[name].append(address)
            self.networks.append(f"{address}/64")
        if random.random() < 0.7:
            self.lines.append(f"addr add fe80::{number + 1}/64 dev {name} nodad")

    def _kind_of_address(self, name: str) -> str:
        """How an IPv6 address stands to the others when a source is chosen."""
        kind = self.random.random()
        if name == OPTIMISTIC:
            return "optimistic" if kind < 0.5 else "nodad"
        if kind < 0.45:
            return self.random.choice(("nodad preferred_lft 0", "nodad noprefixroute", "nodad mngtmpaddr"))
        return "nodad"

    def _add_hop_objects(self, family: str) -> None:
        """Next hops that routes name by a number: single ones, a group of two more, one that discards.

        Each is for one route: IPv6 keeps the last answer with the next hop, and gives it to whichever route shares it.
        """
        first = 10 if family == "-4" else 20
        among = self.random.choice(ALIKE) if family == "-6" else DEVICES
        hops = [self._hop(family, among) for _ in range(2)] + [self._hop(family) for _ in range(3)]
        lines = [f"{family} nexthop add id {first + index} {hop}" for index, hop in enumerate(hops)]
        lines.append(f"nexthop add id {first + 5} group {first},3/{first + 1}")
        lines.append(f"{family} nexthop add id {first + 6} blackhole")
        self.lines += lines
        self.hop_ids[family] = list(range(first + 2, first + 7))

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
        return V4_POOLS if family == "-4" else V6_POOLS

    def _gateway(self, family: str, name: str) -> str | None:
        own = [one for one in self.addresses[name] if (":" in one) == (family == "-6")]
        if not own:
            return None
        address = ip_address(self.random.choice(own))
        return str(type(address)(int(address) + self.random.randrange(5, 90)))

    def _hop(self, family: str, among: tuple[str, ...] = DEVICES) -> str:
        name = self.random.choice(among)
        gateway = self._gateway(family, name) if self.random.random() < 0.8 else None
        return f"via {gateway} dev {name} onlink" if gateway else f"dev {name}"

    def _route(self) -> str:
        random = self.random
        family = random.choice(("-4", "-6"))
        dst = "default" if random.random() < 0.12 else self._prefix(family)
        table = random.choice(TABLES[:3] if family == "-6" else TABLES)
        table = "local" if random.random() < 0.03 else table
        tail = f" table {table}"
        # Appended to another, an IPv6 route with a gateway makes a multipath route whose parts have sources of their
        # own, which no dump tells.
        append = "append" if random.random() < 0.15 else "add"
        verb = append if family == "-4" else "add"
        if family == "-6" and random.random() < 0.1:
            # Where one of several routes for certain sources goes away or is refused, the kernel may lose the others.
            subtree = f"{dst}{tail} from {self._prefix('-6')}"
            kind = "blackhole" if random.random() < 0.2 else ""
            if subtree not in self.subtrees:
                self.subtrees.add(subtree)
                return f"-6 route add {kind} {subtree} {'' if kind else self._hop('-6', DEVICES[:4])}"
        if random.random() < 0.4:
            tail += f" metric {random.choice((10, 10, 50, 100))}"
        choice = random.random()
        if choice < 0.2:
            refusal = random.choice(("blackhole", "unreachable", "prohibit", "throw"))
            return f"{family} route {append} {refusal} {dst}{tail}"
        if choice < 0.27:
            return f"{family} route {append} local {dst} dev {random.choice((*DEVICES, 'lo'))}{tail}"
        own = [one for held in self.addresses.values() for one in held if (":" in one) == (family == "-6")]
        if own and random.random() < 0.2:
            tail += f" src {random.choice(own)}"
        if family == "-4" and random.random() < 0.1:
            tail += f" tos {random.choice(('0x10', '0x08', '0x04'))}"
        if choice < 0.35 and self.hop_ids[family]:
            hop_id = self.hop_ids[family].pop(random.randrange(len(self.hop_ids[family])))
            return f"{family} route {verb} {dst} nhid {hop_id}{tail}"
        if choice < 0.48:
            among = random.choice(ALIKE) if family == "-6" else DEVICES
            hops = " ".join(
                f"nexthop {self._hop(family, among)} weight {random.randrange(1, 4)}"
                for _ in range(random.choice((2, 3)))
            )
            return f"{family} route {verb} {dst}{tail} {hops}"
        if choice < 0.52 and family == "-4":
            return f"-4 route {verb} {dst} via inet6 fe80::99 dev {random.choice(DEVICES)}{tail}"
        pref = f" pref {random.choice(('low', 'high', 'medium'))}" if family == "-6" and random.random() < 0.3 else ""
        scope = " scope link" if family == "-4" and random.random() < 0.05 else ""
        hop = self._hop(family)
        verb = append if hop.startswith("dev") else verb
        return f"{family} route {verb} {dst} {hop}{tail}{scope}{pref}"

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
            lambda: f"tos {random.choice(('0x10', '0x08', '0x1c', '0xb8'))}",
        ]
        chosen = " ".join(one() for one in random.sample(selectors, random.choice((0, 1, 1, 1, 2))))
        negated = "not " if chosen and random.random() < 0.2 else ""
        priority = random.randrange(1, 33000)
        action = random.random()
        if action < 0.08:
            what = random.choice(("blackhole", "unreachable", "prohibit", "nop"))
            self.lines.append(f"{family} rule add {negated}{chosen} {what} pref {priority}")
        elif action < 0.16:
            target = random.choice((random.randrange(priority + 1, 33002), 32766)) if priority < 32766 else 40000
            self.lines.append(f"{family} rule add {negated}{chosen} goto {target} pref {priority}")
        else:
            suppress = f" suppress_prefixlength {random.choice((0, 0, 8, 15))}" if random.random() < 0.3 else ""
            suppress += f" suppress_ifgroup {random.choice((7, 9))}" if random.random() < 0.15 else ""
            table = random.choice(TABLES[:3])
            self.lines.append(f"{family} rule add {negated}{chosen} pref {priority} table {table}{suppress}")

    def _some_source(self, family: str) -> str:
        own = [one for one in self.networks if (":" in one) == (family == "-6")]
        if own and self.random.random() < 0.6:
            return str(ip_network(self.random.choice(own), strict=False))
        return self.random.choice(self._pools(family))
