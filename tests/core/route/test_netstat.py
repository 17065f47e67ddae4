"""``netstat -rn`` of four systems: what each line means, and that no text is too odd to be read."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.prefix import Prefix
from nettools.core.route.bsd_address import parse_destination, parse_gateway
from nettools.core.route.netstat import parse_netstat
from nettools.core.route.report import Route
from nettools.errors import RequestError
from tests.core.route.fixtures import fixture
from tests.core.strategies import any_prefix


def routes(name: str) -> dict[str, Route]:
    """The routes of a fixture that holds nothing else, by destination; the first of several."""
    read = parse_netstat(fixture(name))
    assert read.warnings == ()
    found: dict[str, Route] = {}
    for route in read.routes:
        found.setdefault(str(route.dst), route)
    return found


def table(line: str, columns: str = "Netif Expire", section: str = "Internet") -> str:
    return f"Routing tables\n\n{section}:\nDestination Gateway Flags {columns}\n{line}\n"


def one(line: str, columns: str = "Netif Expire", section: str = "Internet") -> Route:
    read = parse_netstat(table(line, columns, section))
    assert read.warnings == ()
    (route,) = read.routes
    return route


# --- destinations -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("default", "0.0.0.0/0"),
        ("0/1", "0.0.0.0/1"),
        ("128.0/1", "128.0.0.0/1"),
        ("10", "10.0.0.0/8"),
        ("127", "127.0.0.0/8"),
        ("10.1/16", "10.1.0.0/16"),
        ("169.254", "169.254.0.0/16"),
        ("192.168.1", "192.168.1.0/24"),
        ("192.168.1.0/24", "192.168.1.0/24"),
        ("192.0.2.128/25", "192.0.2.128/25"),
        ("192.0.2.9", "192.0.2.9/32"),
        ("224.0.0/4", "224.0.0.0/4"),
        ("224/4", "224.0.0.0/4"),
        ("255.255.255.255/32", "255.255.255.255/32"),
        ("localhost", "127.0.0.1/32"),
    ],
)
def test_an_ipv4_destination_has_what_its_text_leaves_out(text: str, meant: str) -> None:
    assert str(parse_destination(text, 4)) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("default", "::/0"),
        ("::1", "::1/128"),
        ("2001:db8::/32", "2001:db8::/32"),
        ("fe80::%lo0/64", "fe80::%lo0/64"),
        ("fe80::1%lo0", "fe80::1%lo0/128"),
        ("ff02::%en0/32", "ff02::%en0/32"),
        ("fe80:4::1", "fe80::1%4/128"),
        ("fe80:4::/64", "fe80::%4/64"),
        ("ff02:1f::/32", "ff02::%31/32"),
        ("ff01:2::1", "ff01::1%2/128"),
        ("fe80:4::1%em0", "fe80::1%em0/128"),
        ("fe80::/10", "fe80::/10"),
        ("ff05:4::1", "ff05:4::1/128"),
        ("2001:4::1", "2001:4::1/128"),
    ],
)
def test_an_ipv6_destination_has_its_zone_wherever_the_kernel_kept_it(text: str, meant: str) -> None:
    assert str(parse_destination(text, 6)) == meant


@pytest.mark.parametrize("text", ["", "192.0.2.256", "1.2.3.4.5", "192.0.2.0/33", "192.0.2&0xffff00ff", "01.2", "x"])
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(RequestError):
        parse_destination(text, 4)


def test_a_host_has_all_its_octets() -> None:
    with pytest.raises(RequestError):
        parse_destination("192.0.2", 4, is_host=True)


@pytest.mark.parametrize(
    ("text", "version", "meant"),
    [
        ("192.0.2.1", 4, "192.0.2.1"),
        ("localhost", 4, "127.0.0.1"),
        ("localhost", 6, "::1"),
        ("fe80::1%en0", 6, "fe80::1%en0"),
        ("fe80:4::1", 6, "fe80::1%4"),
        ("2001:db8::1", 4, "2001:db8::1"),
        ("link#4", 4, None),
        ("0:0:5e:0:53:1", 4, None),
        ("lo0", 4, None),
    ],
)
def test_only_an_address_is_a_gateway(text: str, version: int, meant: str | None) -> None:
    gateway = parse_gateway(text, version)
    assert (None if gateway is None else str(gateway)) == meant


# --- the four systems -------------------------------------------------------------------------------


def test_macos() -> None:
    found = routes("darwin/netstat-rn.txt")
    default = found["0.0.0.0/0"]
    assert (default.type, str(default.gateway), default.dev) == ("unicast", "192.0.2.1", "en0")
    assert (default.protocol, default.table, default.metric) == ("static", "main", None)
    assert default.flags == ("static", "prcloning", "global")
    assert default.expires is None
    types = {destination: route.type for destination, route in found.items()}
    assert types == {
        "0.0.0.0/0": "unicast",
        "127.0.0.0/8": "unicast",
        "127.0.0.1/32": "local",
        "192.0.2.0/24": "unicast",
        "192.0.2.1/32": "unicast",
        "192.0.2.5/32": "unicast",  # the cloning route; the address itself is the next line
        "192.0.2.77/32": "unreachable",
        "192.0.2.255/32": "broadcast",
        "198.51.100.0/25": "unicast",
        "203.0.113.0/24": "blackhole",
        "203.0.113.128/25": "unreachable",
        "198.51.100.200/32": "unicast",
        "224.0.0.0/4": "multicast",
        "224.0.0.251/32": "multicast",
        "255.255.255.255/32": "broadcast",
        "::/0": "unicast",
        "::1/128": "local",
        "2001:db8:0:1::/64": "unicast",
        "2001:db8:0:1::5/128": "local",
        "fe80::%lo0/64": "unicast",
        "fe80::1%lo0/128": "local",
        "fe80::%en0/64": "unicast",
        "fe80::1%en0/128": "unicast",
        "ff01::%lo0/32": "multicast",
        "ff02::%en0/32": "multicast",
    }


def test_macos_neighbours_and_what_the_kernel_made() -> None:
    everything = parse_netstat(fixture("darwin/netstat-rn.txt")).routes
    neighbour = next(route for route in everything if "llinfo" in route.flags and route.expires == 1193)
    assert neighbour.gateway is None
    assert (neighbour.protocol, neighbour.flags) == ("kernel", ("llinfo", "cloned", "ifscope", "ifref", "router"))
    own = [route for route in everything if str(route.dst) == "192.0.2.5/32" and route.type == "local"]
    assert [(route.dev, route.protocol) for route in own] == [("lo0", "kernel")]
    scoped = [route for route in everything if route.dst.length == 0 and "ifscope" in route.flags]
    assert [(route.family, route.dev, route.gateway) for route in scoped] == [
        ("inet", "bridge100", None),
        ("inet6", "utun0", IPv6Address("fe80::%utun0")),
    ]
    redirected = next(route for route in everything if str(route.dst) == "198.51.100.200/32")
    assert redirected.protocol == "redirect"


def test_macos_with_mtu_where_some_have_none() -> None:
    found = routes("darwin/netstat-rnl.txt")
    assert {str(route.dst): (route.mtu, route.dev, route.expires) for route in found.values()} == {
        "0.0.0.0/0": (1500, "en0", None),
        "127.0.0.0/8": (16384, "lo0", None),
        "192.0.2.0/24": (None, "en0", None),
        "192.0.2.1/32": (None, "en0", 1200),
        "::1/128": (16384, "lo0", None),
        "fe80::%lo0/64": (None, "lo0", None),
    }


def test_freebsd() -> None:
    found = routes("freebsd/netstat-rnW.txt")
    assert found["192.0.2.5/32"].type == "local"
    assert found["192.0.2.5/32"].protocol == "kernel"
    assert found["192.0.2.0/24"].protocol == "kernel"
    assert found["203.0.113.0/24"].type == "blackhole"
    assert found["203.0.113.0/24"].gateway is None
    assert found["::/96"].type == "unreachable"
    assert found["ff02::/16"].type == "unreachable"
    assert found["::/0"].protocol is None
    assert (found["::/0"].expires, str(found["::/0"].gateway)) == (1720, "fe80::1%em0")
    assert found["fe80::200:5eff:fe00:5305%lo0/128"].type == "local"
    through_ipv6 = found["198.51.100.0/24"]
    assert (through_ipv6.via_family, through_ipv6.gateway) == ("inet6", IPv6Address("2001:db8:0:1::1"))


def test_ways_of_one_route_stay_lines_of_their_own() -> None:
    lines = parse_netstat(fixture("freebsd/netstat-rnW.txt")).routes
    ways = [route for route in lines if str(route.dst) == "203.0.113.128/25"]
    assert [(str(way.gateway), way.dev, way.mtu, way.flags) for way in ways] == [
        ("192.0.2.7", "epair12a", 1400, ("proto1",)),
        ("192.0.2.8", "epair12a", 1400, ("proto1",)),
    ]


def test_old_freebsd_with_arrows_and_embedded_scopes() -> None:
    found = routes("freebsd/netstat-rn-9.txt")
    assert found["192.0.2.5/32"].dev == "lo0"
    assert found["198.51.100.12/32"].expires == 812
    assert found["fe80::%1/64"].dev == "em0"
    assert found["fe80::5%1/128"].type == "local"
    assert found["ff02::%1/32"].type == "multicast"


def test_openbsd() -> None:
    found = routes("openbsd/netstat-rn.txt")
    default = found["0.0.0.0/0"]
    assert (default.metric, default.protocol, default.mtu, default.dev) == (8, "static", None, "em0")
    connected = found["192.0.2.0/24"]
    assert (connected.metric, connected.protocol, connected.gateway) == (4, "kernel", None)
    assert connected.prefsrc == IPv4Address("192.0.2.5")
    assert found["127.0.0.1/32"].type == "local"
    assert found["192.0.2.5/32"].type == "local"
    assert found["192.0.2.1/32"].flags == ("llinfo", "cloned", "cached")
    assert found["192.0.2.255/32"].type == "broadcast"
    assert found["127.0.0.0/8"].type == "unreachable"
    assert found["224.0.0.0/4"].type == "unreachable"
    assert found["203.0.113.128/25"].type == "blackhole"
    ospf, bgp = found["198.51.100.0/24"], found["203.0.113.0/24"]
    assert (ospf.protocol, bgp.protocol) == ("ospf", "bgp")
    assert (ospf.mtu, ospf.metrics) == (1400, {"lock": ["mtu"]})
    assert found["ff02::%em0/32"].type == "multicast"
    assert len(found) == 17  # the flows of IPsec are no routes


def test_netbsd() -> None:
    found = routes("netbsd/netstat-rn.txt")
    assert found["127.0.0.1/32"].type == "local"
    assert (found["127.0.0.1/32"].mtu, found["127.0.0.1/32"].dev) == (33624, "lo0")
    assert found["192.0.2.5/32"].type == "local"
    assert found["192.0.2.0/24"].protocol == "kernel"
    assert (found["192.0.2.1/32"].mtu, found["192.0.2.1/32"].metrics) == (1400, {"lock": ["mtu"]})
    assert found["::/104"].type == "unreachable"
    assert found["::1/128"].type == "local"
    assert found["0.0.0.0/0"].protocol == "static"


# --- single lines -----------------------------------------------------------------------------------


def test_what_drops_and_what_answers_unreachable_drops() -> None:
    assert one("198.51.100.0/24 127.0.0.1 UGSRB lo0").type == "blackhole"


def test_an_arrow_behind_all_columns_is_none_of_them() -> None:
    route = one("198.51.100.9 link#1 UHLW em0 812 =>")
    assert (route.dev, route.expires) == ("em0", 812)


def test_a_route_that_is_not_up_is_dead() -> None:
    assert one("198.51.100.0/24 192.0.2.1 GS em0").flags == ("static", "dead")


def test_a_letter_without_a_word_stays() -> None:
    assert one("198.51.100.0/24 192.0.2.1 UGSZ em0").flags == ("static", "Z")


def test_a_link_address_of_eight_bytes_is_no_source() -> None:
    route = one("2001:db8::9 0:0:5e:ef:10:0:0:1 UHL fw0", section="Internet6")
    assert (route.gateway, route.prefsrc) == (None, None)


def test_a_source_is_never_the_destination_of_a_link_to_elsewhere() -> None:
    assert one("198.51.100.1 198.51.100.1 UH gif0").prefsrc is None
    assert one("198.51.100.1 198.51.100.2 UH gif0").prefsrc == IPv4Address("198.51.100.2")


def test_a_host_through_a_gateway_on_loopback_is_not_ours() -> None:
    assert one("198.51.100.1 127.0.0.1 UGHS lo0").type == "unicast"


@pytest.mark.parametrize(
    "line",
    [
        "198.51.100.0/24",
        "198.51.100.0/24 192.0.2.1",
        "198.51.100.0/24 192.0.2.1 U*G em0",
        "198.51.100.0/33 192.0.2.1 UG em0",
        "198.51.100 (18) 0102 UG em0",
        "198.51.100.0/24 link#4 UG em0",
        "2001:db8::/32 192.0.2.1 UG em0",
        "198.51.100.0/24 192.0.2.1 UG 7 em0",
    ],
)
def test_a_line_that_is_no_route_is_left_out_with_a_warning(line: str) -> None:
    read = parse_netstat(table(f"{line}\ndefault 192.0.2.1 UGS em0"))
    assert [str(route.dst) for route in read.routes] == ["0.0.0.0/0"]
    (warning,) = read.warnings
    assert warning.kind == "unreadable-route"
    assert line in warning.message


def test_of_many_unreadable_lines_the_first_are_shown_and_the_rest_counted() -> None:
    read = parse_netstat(table("\n".join(["nonsense"] * 25)))
    assert len(read.warnings) == 11
    assert "15 more" in read.warnings[-1].message


def test_a_section_without_a_header_of_columns_is_not_guessed_at() -> None:
    read = parse_netstat("Internet:\ndefault 192.0.2.1 UGS em0\n")
    assert read.routes == ()
    assert [one.kind for one in read.warnings] == ["unreadable-route"]


@pytest.mark.parametrize("text", ["", "Routing tables\n", "Routing tables\n\nEncap:\nSource Port\nx y\n"])
def test_a_machine_without_routes_has_none(text: str) -> None:
    read = parse_netstat(text)
    assert (read.routes, read.warnings) == ((), ())


def test_another_text_is_no_routing_table() -> None:
    (warning,) = parse_netstat("usage: netstat [-AaLnW]").warnings
    assert "no routing table" in warning.message


# --- any text ---------------------------------------------------------------------------------------

HEADERS = ("Netif Expire", "Refs Use Netif Expire", "Nhop# Mtu Netif Expire", "Refs Use Mtu Prio Iface", "Interface")
WORDS = st.sampled_from(
    [
        "default",
        "10",
        "192.0.2",
        "fe80:4::1",
        "::1",
        "link#4",
        "UGS",
        "UHLWIir",
        "-",
        "!",
        "L",
        "=>",
        "1500L",
        "lo0",
        "7",
    ]
)


@given(st.text())
def test_no_text_breaks_the_parser(text: str) -> None:
    parse_netstat(text)


@given(
    st.sampled_from(HEADERS),
    st.sampled_from(["Internet", "Internet6"]),
    st.lists(st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=9)),
)
def test_no_lines_of_a_table_break_the_parser(columns: str, section: str, lines: list[list[str]]) -> None:
    parse_netstat(table("\n".join(" ".join(words) for words in lines), columns, section))


@dataclass(frozen=True)
class Drawn:
    """A route, and how a system would print it."""

    prefix: Prefix
    letters: str
    dev: str
    mtu: int | None
    expires: int | None
    is_shortened: bool

    @property
    def destination(self) -> str:
        if self.prefix.length == 0 and self.prefix.network == 0:
            return "default"
        if not self.is_shortened or self.prefix.version == 6:
            return str(self.prefix)
        octets = str(self.prefix.first).split(".")
        while len(octets) > 1 and octets[-1] == "0":
            octets.pop()
        return f"{'.'.join(octets)}/{self.prefix.length}"

    def line(self) -> str:
        gateway = "192.0.2.1" if self.prefix.version == 4 else "2001:db8::1"
        mtu = "" if self.mtu is None else str(self.mtu)
        expires = "" if self.expires is None else str(self.expires)
        return f"{self.destination:<18} {gateway:<18} {self.letters:<10} 3 14 {mtu:>6} {self.dev:>8} {expires:>6}"


def is_kept(prefix: Prefix) -> bool:
    """Whether no index of an interface stands where KAME keeps it."""
    number = prefix.network
    is_scoped = prefix.version == 6 and (
        number >> 118 == 0x3FA or (number >> 120 == 0xFF and number >> 112 & 0xF in (1, 2))
    )
    return not (is_scoped and number >> 96 & 0xFFFF)


DRAWN = st.builds(
    Drawn,
    prefix=any_prefix().filter(is_kept),
    letters=st.sampled_from(["UGS", "UGSB", "UGSR", "UGD", "UG1", "UGSc"]),
    dev=st.sampled_from(["em0", "lo0", "epair12a", "vlan100"]),
    mtu=st.none() | st.integers(68, 65535),
    expires=st.none() | st.integers(0, 99999),
    is_shortened=st.booleans(),
)


@given(DRAWN)
def test_a_route_that_is_printed_is_read_back(drawn: Drawn) -> None:
    section = "Internet" if drawn.prefix.version == 4 else "Internet6"
    route = one(drawn.line(), "Refs Use Mtu Netif Expire", section)
    assert (route.dst, route.dev, route.mtu, route.expires) == (drawn.prefix, drawn.dev, drawn.mtu, drawn.expires)
    assert (route.type == "blackhole") == ("B" in drawn.letters)
    assert (route.type == "unreachable") == ("R" in drawn.letters)
    assert (route.gateway is None) == (route.type in ("blackhole", "unreachable"))
