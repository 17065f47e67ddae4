"""The route files of /proc/net. Lines are those of a Linux 6.18 kernel in a namespace, or composed here."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.prefix import Prefix, prefix_of
from nettools.core.route.proc import RouteLines, may_be_in, parse_ipv6_route, parse_route, readable_table
from nettools.core.route.proc_trie import TrieEntry, parse_fib_trie
from nettools.core.route.report import Route
from tests.core.strategies import hostile_text

HEAD = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT".ljust(127) + "\n"
NOWHERE = "0" * 32


def line(
    dev: str = "v0",
    destination: str = "0000000A",
    gateway: str = "00000000",
    flags: str = "0001",
    metric: str = "0",
    mask: str = "000000FF",
    tail: str = "0\t0\t0",
) -> str:
    return f"{dev}\t{destination}\t{gateway}\t{flags}\t0\t0\t{metric}\t{mask}\t{tail}".ljust(127) + "\n"


def ipv4(text: str, trie: str = "") -> RouteLines:
    return parse_route(HEAD + text, parse_fib_trie(trie), "little")


def only(found: RouteLines) -> Route:
    [route] = found.routes
    return route


# --- IPv4 -----------------------------------------------------------------------------------------


def test_a_default_route() -> None:
    route = only(ipv4(line(destination="00000000", gateway="010200C0", flags="0003", metric="50", mask="00000000")))
    assert (route.family, route.type, str(route.dst), route.dev) == ("inet", "unicast", "0.0.0.0/0", "v0")
    assert (route.gateway, route.metric, route.table) == (IPv4Address("192.0.2.1"), 50, "main")
    unknown = (route.via_family, route.protocol, route.scope, route.prefsrc, route.mtu, route.tos)
    assert unknown == (None,) * 6
    assert route.metrics == {}


@pytest.mark.parametrize(
    ("byteorder", "destination", "mask"), [("little", "000200C0", "00FFFFFF"), ("big", "C0000200", "FFFFFF00")]
)
def test_addresses_are_numbers_of_the_machine(byteorder: str, destination: str, mask: str) -> None:
    found = parse_route(HEAD + line(destination=destination, mask=mask), byteorder=byteorder)
    assert str(only(found).dst) == "192.0.2.0/24"


def test_a_gateway_flag_without_a_gateway_is_one_of_ipv6() -> None:
    route = only(ipv4(line(flags="0003")))
    assert (route.gateway, route.via_family) == (None, "inet6")


def test_the_column_of_the_mtu_is_the_advertised_segment_size_and_forty() -> None:
    route = only(ipv4(line(tail="1240\t1000\t80")))
    assert route.mtu is None
    assert route.metrics == {"advmss": 1200, "window": 1000, "rtt_ms": 80.0}


def test_every_length_of_mask() -> None:
    for length in range(33):
        mask = int.from_bytes(((1 << 32) - (1 << 32 - length)).to_bytes(4), "little")
        assert only(ipv4(line(destination="00000000", mask=f"{mask:08X}"))).dst.length == length


@pytest.mark.parametrize(("flags", "kind"), [("0001", "blackhole"), ("0201", "unreachable"), ("0205", "unreachable")])
def test_what_leads_nowhere_is_uncertain_without_the_trie(flags: str, kind: str) -> None:
    found = ipv4(line(dev="*", flags=flags))
    assert (only(found).type, only(found).dev, found.uncertain) == (kind, None, 1)


def trie(*leaves: tuple[str, str], section: str = "Main:") -> str:
    """A file of one section: each leaf with what stands below it."""
    inside = "".join(f"     |-- {key}\n        {entry}\n" for key, entry in leaves)
    return f"{section}\n  +-- 0.0.0.0/0 3 0 5\n{inside}"


@pytest.mark.parametrize(
    ("dev", "flags", "word", "kind"),
    [
        ("*", "0001", "BLACKHOLE", "blackhole"),
        ("*", "0001", "THROW", "throw"),
        ("*", "0201", "UNREACHABLE", "unreachable"),
        ("*", "0201", "PROHIBIT", "prohibit"),
        ("lo", "0001", "LOCAL", "local"),
    ],
)
def test_the_trie_tells_the_type(dev: str, flags: str, word: str, kind: str) -> None:
    found = ipv4(line(dev=dev, flags=flags), trie(("10.0.0.0", f"/8 universe {word}")))
    assert (only(found).type, only(found).scope, found.uncertain) == (kind, "global", 0)


def test_a_trie_that_contradicts_the_route_is_not_believed() -> None:
    found = ipv4(line(dev="*"), trie(("10.0.0.0", "/8 universe UNICAST")))
    assert (only(found).type, only(found).scope, found.uncertain) == ("blackhole", None, 1)


def test_of_several_routes_to_a_prefix_each_has_its_own_entry() -> None:
    """The local table's come first while it shares its trie with main: fib_find_alias()."""
    text = line(dev="a") + line(dev="b") + line(dev="*")
    words = ("host LOCAL", "link BROADCAST", "link UNICAST tos=16", "scope=7 UNICAST", "universe THROW")
    found = ipv4(text, trie(("10.0.0.0", "\n        ".join([f"/8 {word}" for word in words]))))
    assert [(route.type, route.scope, route.tos) for route in found.routes] == [
        ("unicast", "link", "0x10"),
        ("unicast", "7", None),
        ("throw", "global", None),
    ]


def test_a_trie_that_has_fewer_routes_says_nothing() -> None:
    found = ipv4(line(dev="a") + line(dev="b"), trie(("10.0.0.0", "/8 link UNICAST")))
    assert [route.scope for route in found.routes] == [None, None]


def test_only_table_main_of_the_trie_counts() -> None:
    text = (
        trie(("10.0.0.0", "/8 host LOCAL"), section="Id 100:")
        + trie(("10.0.0.0", "/8 link UNICAST"))
        + trie(("10.0.0.0", "/8 nowhere LOCAL"), section="Local:")
    )
    assert parse_fib_trie(text) == {prefix_of(4, 10 << 24, 8): (TrieEntry(type="unicast", scope="link", tos=0),)}


def test_a_type_without_a_name_keeps_its_number() -> None:
    assert parse_fib_trie(trie(("10.0.0.0", "/8 link type 13"))) == {
        prefix_of(4, 10 << 24, 8): (TrieEntry(type="13", scope="link", tos=0),)
    }


@pytest.mark.parametrize(
    "bad",
    [
        line(mask="00FF00FF"),
        line(destination="0000000"),
        line(flags=""),
        line(metric="x"),
        line(tail="0\t0"),
        line(dev=""),
        "v0 0000000A 00000000 0001 0 0 0 000000FF 0 0 0\n",
        "x\n",
    ],
)
def test_a_line_of_another_form_is_passed_over_and_counted(bad: str) -> None:
    found = ipv4(bad + line(dev="good"))
    assert (only(found).dev, found.unreadable) == ("good", 1)


@pytest.mark.parametrize("name", ["Iface", "a b", "x\x1cy", "n\u2003m", "\udcff", "*x"])
def test_any_name_is_a_name(name: str) -> None:
    assert only(ipv4(line(dev=name))).dev == name


# --- IPv6 -----------------------------------------------------------------------------------------


def ipv6(
    destination: str = f"20010db8{'0' * 24}",
    length: str = "20",
    source: str = f"{NOWHERE} 00",
    gateway: str = NOWHERE,
    metric: str = "00000400",
    flags: str = "00000001",
    dev: str = "v0",
) -> str:
    return f"{destination} {length} {source} {gateway} {metric} 00000001 00000000 {flags} {dev:>8}\n"


def test_an_ipv6_route_of_an_unknown_table() -> None:
    route = only(parse_ipv6_route(ipv6(gateway=f"fe80{'0' * 27}9", flags="00000003")))
    assert (route.family, route.type, str(route.dst), route.dev) == ("inet6", "unicast", "2001:db8::/32", "v0")
    assert (route.gateway, route.metric, route.scope) == (IPv6Address("fe80::9"), 1024, "global")
    assert (route.table, route.protocol, route.pref) == (None, None, "medium")


@pytest.mark.parametrize(
    ("flags", "kind", "table", "protocol"),
    [
        ("80200001", "local", "local", "kernel"),
        ("80000001", "local", "local", None),
        ("00300001", "anycast", "local", "kernel"),
        ("00200200", "unreachable", None, None),
        ("000c0001", "unicast", None, "kernel"),
        ("00450003", "unicast", None, "ra"),
        ("00c40003", "unicast", None, "ra"),
    ],
)
def test_what_the_flags_tell(flags: str, kind: str, table: str | None, protocol: str | None) -> None:
    found = parse_ipv6_route(ipv6(flags=flags))
    assert (only(found).type, only(found).table, only(found).protocol) == (kind, table, protocol)
    assert found.uncertain == (kind == "unreachable")


@pytest.mark.parametrize(("flags", "pref"), [("00000001", "medium"), ("08400001", "high"), ("18000001", "low")])
def test_preferences(flags: str, pref: str) -> None:
    assert only(parse_ipv6_route(ipv6(flags=flags))).pref == pref


def test_the_kernels_multicast_routes_are_in_table_local() -> None:
    route = only(parse_ipv6_route(ipv6(destination=f"ff{'0' * 30}", length="08", metric="00000100")))
    assert (route.type, route.table) == ("multicast", "local")


def test_ports_of_a_vrf_have_their_own_addresses_in_another_table() -> None:
    text = ipv6(flags="80200001") + ipv6(flags="80200001", dev="v1")
    assert [route.table for route in parse_ipv6_route(text, frozenset({"v1"})).routes] == ["local", None]


@pytest.mark.parametrize(
    ("name", "table"),
    [("main", "main"), ("254", "main"), ("local", "local"), ("255", "local"), ("default", None), ("0255", None)],
)
def test_two_tables_can_be_read(name: str, table: str | None) -> None:
    assert readable_table(name) == table


def test_a_route_of_an_unknown_table_may_be_in_any_but_local() -> None:
    local, unknown = parse_ipv6_route(ipv6(flags="80200001") + ipv6()).routes
    assert [may_be_in(local, table) for table in (None, "main", "local")] == [True, False, True]
    assert [may_be_in(unknown, table) for table in (None, "main", "local")] == [True, True, False]


def test_a_subtree_has_its_source() -> None:
    route = only(parse_ipv6_route(ipv6(source=f"20010db8000d{'0' * 20} 30")))
    assert str(route.from_) == "2001:db8:d::/48"


def test_the_end_of_a_table_and_what_was_only_looked_up_are_no_routes() -> None:
    null = ipv6(destination=NOWHERE, length="00", metric="ffffffff", flags="00200200", dev="lo")
    cached = ipv6(flags="01000003")
    assert parse_ipv6_route(null + cached).routes == ()
    assert parse_ipv6_route(null + cached).unreadable == 0


def test_a_route_may_have_no_interface() -> None:
    assert only(parse_ipv6_route(ipv6(dev=""))).dev is None


@pytest.mark.parametrize("bad", [ipv6(length="81"), ipv6(flags="1"), ipv6(destination="2001"), ipv6(dev="a b"), "x\n"])
def test_an_ipv6_line_of_another_form_is_passed_over_and_counted(bad: str) -> None:
    found = parse_ipv6_route(bad + ipv6(dev="good"))
    assert (only(found).dev, found.unreadable) == ("good", 1)


# --- any text -------------------------------------------------------------------------------------

FORMS = st.sampled_from([HEAD, line(), line(dev="*"), ipv6(), ipv6(flags="00200200"), "\n", "\t", " ", "Main:\n"])


@given(st.lists(st.one_of(hostile_text(), FORMS)).map("".join), st.sampled_from(["little", "big"]))
def test_no_text_is_an_error_and_no_line_is_lost(text: str, byteorder: str) -> None:
    lines = [one for one in text.split("\n") if one]
    four, six = parse_route(text, parse_fib_trie(text), byteorder), parse_ipv6_route(text)
    assert len(four.routes) + four.unreadable <= len(lines)
    assert len(six.routes) + six.unreadable == len(lines)


TRIE_LINES = st.sampled_from(
    ["Main:", "Local:", "     |-- 10.0.0.0", "     |-- 999.0.0.0", "       /8 link UNICAST", "       /99 link UNICAST"]
)


@given(st.lists(st.one_of(TRIE_LINES, hostile_text())).map("\n".join))
def test_no_trie_is_an_error(text: str) -> None:
    found: dict[Prefix, tuple[TrieEntry, ...]] = parse_fib_trie(text)
    assert all(prefix.length <= 32 and entries for prefix, entries in found.items())
