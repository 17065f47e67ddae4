"""Machines for the routing tests, written in words near to those of ip(8).

    machine(
        routes=["10.0.0.0/8 via 192.0.2.1 dev eth0 metric 50", "default via 192.0.2.254 dev eth0"],
        rules=["100: from 192.0.2.0/24 lookup 100"],
        interfaces=["eth0 group 7 | 192.0.2.5/24 scope link | 2001:db8::5/64 deprecated"],
    )

A route is IPv6 when its destination is, or when ``-6`` stands before ``default``; a rule when ``-6`` stands before its
priority. Every machine has the kernel's own first rules and, in table local, the routes of its interfaces' addresses.
"""

from collections.abc import Callable, Sequence
from ipaddress import ip_address

from nettools.core.address import Address
from nettools.core.ifaces.report import DefaultGateways, Family, Interface, InterfaceAddress
from nettools.core.prefix import Prefix, prefix_of
from nettools.core.route.explanation import Candidate
from nettools.core.route.question import Question
from nettools.core.route.report import NextHop, Route, Rule
from nettools.core.route.walk import Machine, Walked

FIRST_RULES = (
    "0: lookup local",
    "32766: lookup main",
    "32767: lookup default",
    "-6 0: lookup local",
    "-6 32766: lookup main",
)
TYPES = (
    "unicast",
    "local",
    "broadcast",
    "anycast",
    "multicast",
    "blackhole",
    "unreachable",
    "prohibit",
    "throw",
    "nat",
)
ROUTE_FLAGS = ("dead", "linkdown", "onlink")


def machine(
    routes: Sequence[str] = (),
    rules: Sequence[str] = (),
    interfaces: Sequence[str] = (),
    *,
    has_rules: bool = True,
) -> Machine:
    """A machine; ``rules`` come beside the first ones, ``has_rules=False`` is a system without any."""
    links = [interface(text) for text in interfaces]
    own = [local_route(held, link.ifname) for link in links for held in link.addr_info]
    made = [rule(text) for text in (*FIRST_RULES, *rules)] if has_rules else None
    return Machine([*own, *(route(text) for text in routes)], made, links)


def prefix(text: str) -> Prefix:
    """``10.0.0.0/8``, an address alone as the prefix of full length."""
    word, _, length = text.partition("/")
    address = ip_address(word)
    return prefix_of(address.version, int(address), int(length or address.max_prefixlen))


def ask(destination: str, source: str | None = None, **fields: object) -> Question:
    """A question: ``ask("10.0.0.1", "192.0.2.5", mark=1, outgoing="eth0")``."""
    return Question(
        destination=ip_address(destination),
        source=ip_address(source) if source else None,
        **fields,  # type: ignore[arg-type]
    )


def no_sysctl(_name: str) -> int | None:
    """A system of which no setting can be read."""
    return None


def sysctl(**settings: int) -> Callable[[str], int | None]:
    """Settings by the end of their path, with ``__`` for each slash: ``sysctl(ipv4__conf__eth0__rp_filter=1)``."""
    by_name = {f"net/{name.replace('__', '/')}": value for name, value in settings.items()}
    return by_name.get


def route(text: str) -> Route:
    words = text.split()
    family: Family = "inet6" if words[0] == "-6" or ":" in words[1 if words[0] in TYPES else 0] else "inet"
    words = words[words[0] == "-6" :]
    kind = words.pop(0) if words[0] in TYPES else "unicast"
    dst = words.pop(0).replace("default", "::/0" if family == "inet6" else "0.0.0.0/0")
    head, *hops = " ".join(words).split("nexthop ")
    given = options(head.split(), ROUTE_FLAGS)
    gateway = ip_address(given["via"]) if "via" in given else None
    other: Family = "inet" if gateway is not None and gateway.version == 4 else "inet6"
    return Route(
        family=family,
        type=kind,
        dst=prefix(dst),
        gateway=gateway,
        via_family=other if gateway is not None and other != family else None,
        dev=given.get("dev"),
        protocol=given.get("proto", "boot"),
        scope=given.get("scope", "global" if gateway or hops else "link"),
        prefsrc=ip_address(given["src"]) if "src" in given else None,
        metric=int(given.get("metric", "0" if family == "inet" else "1024")),
        table=given.get("table", "main"),
        flags=tuple(word for word in ROUTE_FLAGS if word in given),
        mtu=None,
        nexthops=tuple(next_hop(hop) for hop in hops),
        nhid=int(given["nhid"]) if "nhid" in given else None,
        pref=given.get("pref", "medium" if family == "inet6" else None),
        tos=given.get("tos"),
        from_=prefix(given["from"]) if "from" in given else None,
        expires=int(given["expires"]) if "expires" in given else None,
        encap=None,
        metrics={},
    )


def next_hop(text: str) -> NextHop:
    given = options(text.split(), ROUTE_FLAGS)
    return NextHop(
        gateway=ip_address(given["via"]) if "via" in given else None,
        dev=given.get("dev"),
        weight=int(given.get("weight", "1")),
        flags=tuple(word for word in ROUTE_FLAGS if word in given),
        encap=None,
    )


def rule(text: str) -> Rule:
    words = text.split()
    family: Family = "inet6" if words[0] == "-6" else "inet"
    words = words[words[0] == "-6" :]
    priority = int(words.pop(0).removesuffix(":"))
    given = options(words, ("not", "nop", "l3mdev", "blackhole", "unreachable", "prohibit"))
    action = next(
        (word for word in ("nop", "blackhole", "unreachable", "prohibit", "goto") if word in given), "to_table"
    )
    mark, _, mask = given.get("fwmark", "").partition("/")
    return Rule(
        family=family,
        priority=priority,
        not_="not" in given,
        from_=prefix(given["from"]) if "from" in given else None,
        to=prefix(given["to"]) if "to" in given else None,
        tos=given.get("tos"),
        fwmark=mark or None,
        fwmask=(mask or "0xffffffff") if mark else None,
        iif=given.get("iif"),
        oif=given.get("oif"),
        uidrange=given.get("uidrange"),
        ipproto=given.get("ipproto"),
        sport=given.get("sport"),
        dport=given.get("dport"),
        suppress_prefixlength=int(given["suppress_prefixlength"]) if "suppress_prefixlength" in given else None,
        suppress_ifgroup=given.get("suppress_ifgroup"),
        goto=int(given["goto"]) if "goto" in given else None,
        protocol="boot",
        l3mdev="l3mdev" in given,
        table=given.get("lookup"),
        action=action,
        dscp=given.get("dscp"),
        tun_id=given.get("tun_id"),
        flowlabel=given.get("flowlabel"),
        realms=None,
    )


def interface(text: str) -> Interface:
    """``eth0 group 7 down | 192.0.2.5/24 peer 192.0.2.9 secondary | 2001:db8::5/64 deprecated``."""
    head, *addresses = text.split("|")
    name, *words = head.split()
    given = options(words, ("down",))
    return Interface(
        ifindex=1,
        ifname=name,
        kind="loopback" if name == "lo" else "veth",
        admin_up="down" not in given,
        operstate="down" if "down" in given else "up",
        flags=(),
        mtu=1500,
        address=None,
        permaddr=None,
        master=None,
        link=None,
        link_index=None,
        netnsid=None,
        netns=None,
        alias=None,
        altnames=(),
        qdisc=None,
        group=given.get("group", "default"),
        txqlen=None,
        linkinfo={},
        addr_info=tuple(interface_address(one) for one in addresses),
        default=DefaultGateways(inet=None, inet6=None),
        speed_mbps=None,
        duplex=None,
        stats=None,
    )


def interface_address(text: str) -> InterfaceAddress:
    word, *words = text.split()
    flags = ("secondary", "temporary", "deprecated", "tentative", "optimistic", "home", "noprefixroute")
    given = options(words, flags)
    local = ip_address(word.split("/")[0])
    return InterfaceAddress(
        family="inet" if local.version == 4 else "inet6",
        local=local,
        prefixlen=prefix(word).length,
        peer=ip_address(given["peer"]) if "peer" in given else None,
        broadcast=None,
        scope=given.get("scope", "global"),
        label=None,
        flags=tuple(flag for flag in flags if flag in given),
        valid_life_time=None,
        preferred_life_time=None,
    )


def local_route(held: InterfaceAddress, dev: str) -> Route:
    scope = " scope host" if held.family == "inet" else " metric 0"
    source = f" src {held.local}" if held.family == "inet" else ""
    return route(f"local {held.local} dev {dev} table local proto kernel{scope}{source}")


def options(words: Sequence[str], alone: Sequence[str]) -> dict[str, str]:
    """Words that stand alone, and words with a value after them."""
    found: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        found[word] = word if word in alone else next(rest)
    return found


def chosen(walked: Walked) -> list[Candidate]:
    """What was chosen in the steps."""
    return [one for step in walked.steps for one in step.candidates if one.chosen]


def address(text: str) -> Address:
    return ip_address(text)
