"""Long route tables straight to JSON: the same bytes as by way of the records, whatever the messages are.

The messages are as a kernel makes them: no attribute twice, destinations without host bits, an interface with a number.
"""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address
from socket import inet_ntop

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nettools.core.netlink.names import Names
from nettools.core.netlink.route import parse_route
from nettools.core.netlink.wire import messages
from nettools.core.record import to_json
from nettools.core.route.bulk import RouteLines
from nettools.render.data import encode
from tests.core.netlink import compose
from tests.core.netlink.compose import AF_INET, AF_INET6, AF_MPLS, ip, nest, next_hop, s32, u8, u16, u32, words

SEQUENCE = 7
NEWROUTE, NEWLINK, DONE = 24, 16, 3
DST, SRC, OIF, GATEWAY, PRIORITY, PREFSRC, METRICS, MULTIPATH = 1, 2, 4, 5, 6, 7, 8, 9
FLOW, CACHEINFO, TABLE, VIA, PREF, ENCAP_TYPE, ENCAP, NH_ID = 11, 12, 15, 18, 20, 21, 22, 30
INTERFACES = {1: "lo", 2: "eth0", 3: "eth€1", 4: 'a"b\\c', 7: "br0", 9: "*[red]"}
WIDTH = {AF_INET: 32, AF_INET6: 128}
# Addresses that the C library writes with a dotted tail, and runs of zeros in every place.
ODD_IPV6 = [
    "::",
    "::1",
    "::192.0.2.1",
    "::ffff:192.0.2.1",
    "64:ff9b::1",
    "2001:db8::",
    "2001:0:0:1::1",
    "1:0:1:0:1:0:1:0",
]

Message = tuple[int, int, bytes]
"""(type, sequence, body)."""


def names(interfaces: Mapping[int, str] = INTERFACES) -> Names:
    return Names(interfaces.get, lambda _file: {77: "our table"})


def lines_of(datagrams: list[bytes], *, sequence: int = SEQUENCE) -> list[str]:
    made = RouteLines(names(), encode, inet_ntop)
    return [line for datagram in datagrams for line in made.of_datagram(datagram, sequence)]


def plain_lines_of(datagrams: list[bytes], *, sequence: int = SEQUENCE) -> list[str]:
    """The same by way of the records."""
    known = names()
    bodies = [
        one.body
        for datagram in datagrams
        for one in messages(datagram)
        if (one.type, one.sequence) == (NEWROUTE, sequence)
    ]
    return [encode(to_json(route)) for body in bodies if (route := parse_route(body, known)) is not None]


def datagram_of(sent: list[Message]) -> bytes:
    return b"".join(compose.header(kind, 2, sequence, body) for kind, sequence, body in sent)


def simple(number: int, *, family: int = AF_INET, sequence: int = SEQUENCE) -> Message:
    """One of many routes of one shape."""
    dst = IPv4Address(0x0A000000 + (number << 8)).packed if family == AF_INET else ip(f"2001:db8:{number:x}::")
    gateway = ip(f"192.0.2.{number % 200 + 1}" if family == AF_INET else f"fe80::{number:x}")
    pairs = ((TABLE, u32(254)), (DST, dst), (PRIORITY, u32(number)), (GATEWAY, gateway), (OIF, u32(2 + number % 2)))
    body = compose.route(*pairs, family=family, to_length=24 if family == AF_INET else 48)
    return NEWROUTE, sequence, body


def addresses(family: int) -> st.SearchStrategy[bytes]:
    if family == AF_INET:
        return st.builds(lambda number: IPv4Address(number).packed, st.integers(0, (1 << 32) - 1))
    anywhere = st.builds(lambda number: IPv6Address(number).packed, st.integers(0, (1 << 128) - 1))
    return st.sampled_from([ip(text) for text in ODD_IPV6]) | anywhere


def clean(packed: bytes, length: int) -> bytes:
    """Without host bits."""
    width = len(packed) * 8
    return (
        (int.from_bytes(packed) >> width - length << width - length).to_bytes(len(packed))
        if length
        else bytes(len(packed))
    )


class Shape:
    """Which attributes a route has and in which order; the values that may differ are drawn for each."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.family = draw(st.sampled_from([AF_INET, AF_INET6]))
        width = WIDTH[self.family]
        self.length = draw(st.sampled_from([0, 1, 8, 24, width // 2, width]))
        self.head = {
            "tos": draw(st.sampled_from([0, 0, 0x10])),
            "table": draw(st.sampled_from([254, 255, 77, 0])),
            "protocol": draw(st.sampled_from([2, 3, 4, 201])),
            "scope": draw(st.sampled_from([0, 253, 254, 99])),
            "kind": draw(st.sampled_from([1, 1, 1, 2, 6, 9, 14])),
            "flags": draw(st.sampled_from([0, 0, 1, 0x10, 0x4004, 0x200])),
        }
        optional = [
            DST,
            OIF,
            GATEWAY,
            PRIORITY,
            PREFSRC,
            METRICS,
            MULTIPATH,
            FLOW,
            CACHEINFO,
            TABLE,
            PREF,
            NH_ID,
            ENCAP,
        ]
        optional += [SRC, VIA, 99, 30_000]
        self.kinds = draw(st.lists(st.sampled_from(optional), unique=True, max_size=9))
        if VIA in self.kinds and GATEWAY in self.kinds:
            self.kinds.remove(VIA)  # the kernel sends the one or the other
        if self.length and DST not in self.kinds:
            self.kinds.append(DST)
        self.from_length = draw(st.sampled_from([8, 64, 128])) if self.family == AF_INET6 and SRC in self.kinds else 0

    def route(self, draw: st.DrawFn) -> bytes:
        pairs: list[tuple[int, bytes]] = []
        for kind in self.kinds:
            pairs += [(kind, self._value(draw, kind))] if kind != ENCAP else [(ENCAP_TYPE, u16(4)), (ENCAP, nest())]
        return compose.route(
            *pairs, family=self.family, to_length=self.length, from_length=self.from_length, **self.head
        )

    def _value(self, draw: st.DrawFn, kind: int) -> bytes:
        any_u32 = st.sampled_from([0, 1, 50, 1024, 0x7FFFFFFF, 0xFFFFFFFF]) | st.integers(0, 0xFFFFFFFF)
        if kind in (DST, SRC, GATEWAY, PREFSRC):
            packed = draw(addresses(self.family))
            return clean(packed, self.length) if kind == DST else packed
        if kind == OIF:
            return u32(draw(st.sampled_from([*INTERFACES, 55])))
        if kind == VIA:
            other = AF_INET6 if self.family == AF_INET else AF_INET
            return u16(other) + draw(addresses(other))
        if kind == METRICS:
            return nest((2, u32(draw(st.sampled_from([1280, 1500])))), (16, words("bbr")))
        if kind == MULTIPATH:
            hops = (next_hop((GATEWAY, draw(addresses(self.family))), index=one) for one in (2, 3))
            return b"".join(hops)
        if kind == CACHEINFO:
            return u32(0, 0) + s32(draw(st.sampled_from([0, 100, 8_640_000, -500]))) + u32(0, 0, 0, 0, 0)
        if kind == PREF:
            return u8(draw(st.sampled_from([0, 1, 3])))
        return u32(draw(any_u32))


@st.composite
def tables(draw: st.DrawFn) -> list[bytes]:
    """Datagrams of a dump: routes of a few shapes, and between them what is none of its own."""
    shapes = [Shape(draw) for _ in range(draw(st.integers(1, 3)))]
    sent: list[Message] = []
    for _ in range(draw(st.integers(1, 12))):
        body = draw(st.sampled_from(shapes)).route(draw)
        what = draw(st.integers(0, 11))
        if what == 0:
            sent.append((NEWLINK, SEQUENCE, body))
        elif what == 1:
            sent.append((NEWROUTE, SEQUENCE + 1, body))
        elif what == 2:
            sent.append((NEWROUTE, SEQUENCE, u8(AF_MPLS) + body[1:]))
        elif what == 3:
            sent.append((NEWROUTE, SEQUENCE, body[: draw(st.integers(0, 11))]))
        else:
            sent.append((NEWROUTE, SEQUENCE, body))
    sent.append((DONE, SEQUENCE, s32(0)))
    cut = draw(st.integers(0, len(sent)))
    return [datagram_of(sent[:cut]), datagram_of(sent[cut:])]


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(tables())
def test_the_lines_are_the_same_bytes_as_those_of_the_records(datagrams: list[bytes]) -> None:
    assert lines_of(datagrams) == plain_lines_of(datagrams)


@given(tables(), st.integers(0, 400))
def test_a_datagram_cut_short_anywhere_gives_the_routes_that_are_whole(datagrams: list[bytes], cut: int) -> None:
    cut_short = [*datagrams, datagrams[0][:cut], datagrams[1][:cut]]
    assert lines_of(cut_short) == plain_lines_of(cut_short)


@given(st.binary(max_size=120), st.integers(0, 120))
def test_of_a_datagram_that_is_cut_short_the_whole_messages_count(noise: bytes, cut: int) -> None:
    whole = datagram_of([simple(1), simple(2, family=AF_INET6)])
    for datagram in (whole[:cut], whole + noise):
        assert lines_of([datagram]) == plain_lines_of([datagram])


@given(st.binary(max_size=120))
def test_bytes_that_are_no_messages_give_nothing(noise: bytes) -> None:
    assert lines_of([noise]) == plain_lines_of([noise])


@pytest.mark.parametrize("family", [AF_INET, AF_INET6])
def test_of_a_long_table_every_route_has_its_own_values(family: int) -> None:
    sent = [simple(number, family=family) for number in range(500)]
    datagrams = [datagram_of(sent[:100]), datagram_of(sent[100:])]
    found = lines_of(datagrams)
    assert len(set(found)) == 500
    assert found == plain_lines_of(datagrams)


def test_routes_of_one_shape_are_read_the_long_way_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[bytes] = []

    def noted(body: bytes, names: Names) -> object:
        read.append(body)
        return parse_route(body, names)

    monkeypatch.setattr("nettools.core.route.bulk.parse_route", noted)
    assert len(lines_of([datagram_of([simple(number) for number in range(100)])])) == 100
    assert len(read) == 1


def test_routes_that_expire_each_at_another_time_are_told_each_with_its_own() -> None:
    sent = [
        (
            NEWROUTE,
            SEQUENCE,
            simple(number, family=AF_INET6)[2] + nest((CACHEINFO, u32(0, 0, 100 * number) + bytes(20))),
        )
        for number in range(30)
    ]
    assert lines_of([datagram_of(sent)]) == plain_lines_of([datagram_of(sent)])


def test_the_prefix_lengths_of_one_family_are_not_mixed_up() -> None:
    gateway = ((GATEWAY, ip("192.0.2.1")), (OIF, u32(2)))
    sent = [
        (NEWROUTE, SEQUENCE, compose.route((DST, ip("10.0.0.0")), *gateway, to_length=length))
        for length in (8, 16, 8, 24, 16)
    ]
    assert [line.partition('"dst":"')[2].split('"')[0] for line in lines_of([datagram_of(sent)])] == [
        "10.0.0.0/8",
        "10.0.0.0/16",
        "10.0.0.0/8",
        "10.0.0.0/24",
        "10.0.0.0/16",
    ]


def test_answers_to_another_request_are_passed_over() -> None:
    sent = [simple(1), simple(2, sequence=SEQUENCE - 1), simple(3), simple(4, sequence=SEQUENCE + 1), simple(5)]
    assert [line.partition('"metric":')[2].split(",")[0] for line in lines_of([datagram_of(sent)])] == ["1", "3", "5"]


def test_only_routes_of_the_families_that_were_asked_for_are_told_and_none_of_the_cache() -> None:
    """A kernel without IPv6 answers for all that it has, one without strict checks adds its cache."""
    cloned = (NEWROUTE, SEQUENCE, compose.route((DST, ip("10.0.9.0")), (OIF, u32(2)), to_length=24, flags=0x200))
    sent = [simple(1), simple(2, family=AF_INET6), cloned, simple(3), simple(4, family=AF_INET6)]
    for families, expected in (
        (["inet"], ["1", "3"]),
        (["inet6"], ["2", "4"]),
        (["inet", "inet6"], ["1", "2", "3", "4"]),
    ):
        made = RouteLines(names(), encode, inet_ntop, families)  # type: ignore[arg-type]
        found = made.of_datagram(datagram_of(sent), SEQUENCE)
        assert [line.partition('"metric":')[2].split(",")[0] for line in found] == expected


def test_addresses_are_written_as_everywhere_else() -> None:
    """The C library writes ::192.0.2.1 where RFC 5952 and Python write ::c000:201."""
    sent = [
        (
            NEWROUTE,
            SEQUENCE,
            compose.route((DST, ip(text)), (GATEWAY, ip(text)), (OIF, u32(2)), family=AF_INET6, to_length=128),
        )
        for text in ODD_IPV6
    ]
    assert lines_of([datagram_of(sent)]) == plain_lines_of([datagram_of(sent)])
