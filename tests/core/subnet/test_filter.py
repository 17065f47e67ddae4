"""Addresses in any text: each rule alone, and the quick pass over buffers against a slow walk over every token."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nettools.core.address import WIDTH, address_from_int
from nettools.core.intervals import IntervalSet
from nettools.core.prefix import Prefix, prefix_of
from nettools.core.subnet import filter as filter_module
from nettools.core.subnet.filter import Found, TextFilter, addresses_of_token, narrowest
from nettools.core.subnet.parse import parse_network, parse_subnet
from tests.core.strategies import any_prefix, ipv4_like, ipv6_like, numbers, prefixes

TOKENS = re.compile(rb"[0-9A-Za-z_.:%-]+")
MAPPED = 0xFFFF


def set_of(*texts: str) -> IntervalSet:
    return IntervalSet.of_prefixes(one.network for text in texts for one in parse_subnet(text))


EVERYTHING = set_of("0.0.0.0/0", "::/0")


@lru_cache(maxsize=8)
def filter_of(networks: IntervalSet, *, mapped: bool) -> TextFilter:
    """The filter, made once for the examples of a test."""
    return TextFilter(networks, mapped=mapped)


def found(text: str, networks: IntervalSet = EVERYTHING, *, mapped: bool = False) -> list[str]:
    """The addresses of one line."""
    return [str(one.address) for one in filter_of(networks, mapped=mapped).found_in(text.encode())]


def matching(text: str | bytes, networks: IntervalSet = EVERYTHING, *, mapped: bool = False) -> list[bytes]:
    """The lines of a buffer that match."""
    buffer = text.encode() if isinstance(text, str) else text
    places = list(filter_of(networks, mapped=mapped).matching_lines(buffer))
    assert places == sorted(set(places))
    return [buffer[start:end] for start, end in places]


# -- the rules, one by one -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("10.0.0.1", ["10.0.0.1"]),
        ("10.0.0.1:80", ["10.0.0.1"]),
        ("10.0.0.1:65535 x", ["10.0.0.1"]),
        ("10.0.0.1.", ["10.0.0.1"]),
        ("from 10.0.0.1, to", ["10.0.0.1"]),
        ("10.0.0.1:", ["10.0.0.1"]),
        ("10.0.0.1: refused", ["10.0.0.1"]),
        ("10.0.0.1:80:", ["10.0.0.1"]),
        ("10.0.0.1...", ["10.0.0.1"]),
        ("10.0.0.1-", ["10.0.0.1"]),
        ("(10.0.0.1)", ["10.0.0.1"]),
        ("[10.0.0.1]", ["10.0.0.1"]),
        ("<10.0.0.1>", ["10.0.0.1"]),
        ("'10.0.0.1'", ["10.0.0.1"]),
        ('"10.0.0.1"', ["10.0.0.1"]),
        ("{10.0.0.1;10.0.0.2}", ["10.0.0.1", "10.0.0.2"]),
        ("src=10.0.0.1", ["10.0.0.1"]),
        ("src=10.0.0.1,dst=10.0.0.2", ["10.0.0.1", "10.0.0.2"]),
        ("src:10.0.0.1", ["10.0.0.1"]),
        ("src_ip:10.0.0.1", ["10.0.0.1"]),
        ("X-Real-IP:10.0.0.1", ["10.0.0.1"]),
        ("10.0.0.1-10.0.0.9", ["10.0.0.1", "10.0.0.9"]),
        ("10.0.0.1-10.0.0.9.", ["10.0.0.1", "10.0.0.9"]),
        ("10.0.0.0/8", ["10.0.0.0"]),
        ("http://10.0.0.1:80/x?y=10.0.0.2", ["10.0.0.1", "10.0.0.2"]),
        ("http://user@10.0.0.1/", ["10.0.0.1"]),
        ("10.0.0.1\t10.0.0.2", ["10.0.0.1", "10.0.0.2"]),
        ("10.0.0.1|10.0.0.1", ["10.0.0.1", "10.0.0.1"]),
        ("ü10.0.0.1ü", ["10.0.0.1"]),
        ("0.0.0.0 255.255.255.255", ["0.0.0.0", "255.255.255.255"]),
        ("2001:db8::1", ["2001:db8::1"]),
        ("2001:DB8:0:0:0:0:0:1", ["2001:db8::1"]),
        ("[2001:db8::1]:443", ["2001:db8::1"]),
        ("[fe80::1%eth0]:443", ["fe80::1"]),
        ("fe80::1%eth0", ["fe80::1"]),
        ("fe80::1%br-lan.7", ["fe80::1"]),
        ("2001:db8::/32", ["2001:db8::"]),
        ("2001:db8::1.", ["2001:db8::1"]),
        ("2001:db8::1: refused", ["2001:db8::1"]),
        ("src=2001:db8::1", ["2001:db8::1"]),
        ("src:2001:db8::1", ["2001:db8::1"]),
        ("2001:db8::1-2001:db8::9", ["2001:db8::1", "2001:db8::9"]),
        ("::", ["::"]),
        ("::1", ["::1"]),
        ("1:2:3:4:5:6:7:8", ["1:2:3:4:5:6:7:8"]),
        ("1:2:3:4:5:6:1.2.3.4", ["1:2:3:4:5:6:102:304"]),
        ("64:ff9b::192.0.2.1", ["64:ff9b::c000:201"]),
    ],
)
def test_an_address_is_found_in_a_line(text: str, addresses: list[str]) -> None:
    assert found(text) == addresses
    assert matching(f"before\n{text}\nbehind\n") == [text.encode()]
    # The quick pass looks for each version in a way of its own.
    for version, networks in ((4, set_of("0.0.0.0/0")), (6, set_of("::/0"))):
        of_version = [one for one in addresses if (":" in one) == (version == 6)]
        assert matching(f"before\n{text}\nbehind\n", networks) == ([text.encode()] if of_version else [])


@pytest.mark.parametrize(
    "text",
    [
        *("1.2.3.4.5", "1.2.3"),
        *("x10.0.0.1y", "x10.0.0.1", "10.0.0.1y", "host-10.1.1.1.example.com", "10.1.1.1.example.com"),
        *("010.1.1.1", "10.01.1.1", "10.1.1.001", "256.1.1.1", "10.0.0.256", "10.0.0.1000", "10.0.0.1234"),
        *("10..0.1", ".10.0.0", "10.0.0.", "v10.0.0.1", "10.0.0.1-beta", "beta-10.0.0.1", "10.0.0.1_x", "_10.0.0.1"),
        *("10.0.0.1:123456", "10.0.0.1:http", "1:10.0.0.1:2", "10.0.0.1%eth0", "10.0.0.1-10.0.0"),
        *("12:30:45", "2026-01-02T12:30:45", "00:11:22:33:44:55", "00:11:22:33:44:55:66:77:88", "a::b::c"),
        *("std::string", "g::1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "2001:db8::12345", "::1.2.3.256", "::1.2.3.4.5"),
        *("", "no address here", "...", ":", "%", "-", "1.2.3.4.5:80"),
    ],
)
def test_what_only_resembles_an_address_is_none(text: str) -> None:
    assert found(text) == []
    assert matching(f"{text}\n") == []


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("the network 2001:db8::.", ["2001:db8::"]),
        ("no route to 2001:db8::: unreachable", ["2001:db8::"]),
        ("2001:db8::-2001:db9::", ["2001:db8::", "2001:db9::"]),
        ("from 2001:db8::1-2001:db9::.", ["2001:db8::1", "2001:db9::"]),
    ],
)
def test_punctuation_behind_an_address_that_ends_in_colons_is_no_part_of_it(text: str, addresses: list[str]) -> None:
    assert found(text) == addresses


@pytest.mark.parametrize(
    ("text", "plain", "with_mapped"),
    [
        ("::ffff:10.0.0.1 x", [], ["10.0.0.1"]),
        ("::ffff:a00:1", [], ["10.0.0.1"]),
        ("[::ffff:10.0.0.1]:80", [], ["10.0.0.1"]),
        ("::FFFF:10.0.0.1%eth0", [], ["10.0.0.1"]),
        ("0:0:0:0:0:ffff:10.0.0.1", [], ["10.0.0.1"]),
        ("::ffff:11.0.0.1", [], []),
        ("::10.0.0.1", [], []),
        ("64:ff9b::10.0.0.1", [], []),
        ("10.0.0.1", ["10.0.0.1"], ["10.0.0.1"]),
        ("::ffff:10.0.0.1 10.0.0.2", ["10.0.0.2"], ["10.0.0.1", "10.0.0.2"]),
    ],
)
def test_a_mapped_address_is_ipv4_only_where_that_is_asked_for(
    text: str, plain: list[str], with_mapped: list[str]
) -> None:
    networks = set_of("10.0.0.0/8")
    assert found(text, networks) == plain
    assert found(text, networks, mapped=True) == with_mapped
    assert bool(matching(f"{text}\n", networks)) == bool(plain)
    assert bool(matching(f"{text}\n", networks, mapped=True)) == bool(with_mapped)


@pytest.mark.parametrize("mapped", [False, True])
def test_a_mapped_address_is_inside_the_ipv6_networks_that_hold_it(mapped: bool) -> None:
    networks = set_of("::ffff:0:0/96")
    assert [one.version for one in TextFilter(networks, mapped=mapped).found_in(b"::ffff:10.0.0.1")] == [6]
    assert matching("::ffff:10.0.0.1\n10.0.0.1\n", networks, mapped=mapped) == [b"::ffff:10.0.0.1"]


@given(numbers(4), numbers(6))
def test_every_address_is_found_in_what_logs_put_around_it(v4: int, v6: int) -> None:
    four, six = IPv4Address(v4), IPv6Address(v6)
    assert found(f"a {four}:80 [{six}]:443 src={four} ({six}) {six.exploded} {four}/24 {six}/64") == [
        str(one) for one in (four, six, four, six, six, four, six)
    ]


@given(
    st.one_of(numbers(4).map(IPv4Address), numbers(6).filter(bool).map(IPv6Address)),
    st.sampled_from([*".:-"]),
    st.integers(1, 3),
)
def test_punctuation_behind_any_address_hides_nothing(
    address: IPv4Address | IPv6Address, mark: str, times: int
) -> None:
    assert found(f"{address}{mark * times} x") == [str(address)]


@given(numbers(4), st.sampled_from([*"abzABZ_0123456789"]))
def test_nothing_is_found_where_a_word_goes_on(number: int, mark: str) -> None:
    text = str(IPv4Address(number))
    before, behind = found(f"{mark}{text}"), found(f"{text}{mark}")
    if mark.isdigit():
        # It may be another address, never this one.
        assert text not in before + behind
    else:
        assert before == behind == []


# -- the quick pass --------------------------------------------------------------------------------------


def slow(buffer: bytes, networks: IntervalSet, *, mapped: bool) -> list[bytes]:
    """The lines that match, by asking every token of every line."""
    kept = []
    for line in buffer.split(b"\n")[: None if buffer and not buffer.endswith(b"\n") else -1]:
        every = [one for token in TOKENS.findall(line) for one in addresses_of_token(token)]
        if any(is_inside(one, networks, mapped=mapped) for one in every):
            kept.append(line)
    return kept


def is_inside(one: Found, networks: IntervalSet, *, mapped: bool) -> bool:
    if networks.contains(one.version, one.number):
        return True
    return mapped and one.version == 6 and one.number >> 32 == MAPPED and networks.contains(4, one.number & 0xFFFFFFFF)


def near(networks: Sequence[Prefix]) -> st.SearchStrategy[str]:
    """Addresses just inside and just outside the networks."""

    def one(network: Prefix, step: int) -> str:
        top = (1 << WIDTH[network.version]) - 1
        at = network.network if step <= 0 else network.last_number
        return str(address_from_int(network.version, max(0, min(top, at + step))))

    return st.builds(one, st.sampled_from(networks), st.integers(-1, 2))


def texts(networks: Sequence[Prefix]) -> st.SearchStrategy[bytes]:
    """Lines of addresses, near-addresses and junk, glued in every way."""
    v4 = numbers(4).map(lambda number: str(IPv4Address(number)))
    v6 = numbers(6).map(lambda number: str(IPv6Address(number)))
    mapped = st.one_of(v4, near([one for one in networks if one.version == 4] or [Prefix(4, 0, 8)])).map(
        "::ffff:{}".format
    )
    junk = st.text(st.sampled_from("0123456789abcdfx.:.:%-_/[] \t=,é\r\x00"), max_size=12)
    piece = st.one_of(near(networks), near(networks), v4, v6, mapped, ipv4_like(), ipv6_like(), junk)
    glue = st.sampled_from(
        [" ", " ", "\n", "\n", "", ".", ":", "-", "%", ",", ":80 ", "/24 ", "=", "x", "[", "]:", "\n\n"]
    )
    return st.lists(st.tuples(piece, glue), max_size=14).map(
        lambda pairs: "".join(f"{text}{mark}" for text, mark in pairs).encode("utf-8", "surrogateescape")
    )


def cases() -> st.SearchStrategy[tuple[list[Prefix], bytes]]:
    networks = st.lists(st.one_of(any_prefix(), prefixes(4), prefixes(6)), min_size=1, max_size=5)
    return networks.flatmap(lambda chosen: st.tuples(st.just(chosen), texts(chosen)))


@given(cases(), st.booleans())
@example(([Prefix(4, 0, 0)], b"1.2.3.4.5 10.0.0.1\n"), False)
@example(([Prefix(4, 0, 0)], b"x.1.2.3-10.0.0.1-10.0.0.2\n"), False)
@example(([Prefix(4, 0, 0)], b"1.2.3.4"), False)
@example(([Prefix(6, 0, 0)], b"a:1:2:3:4:5:6:7:8"), False)
def test_the_quick_pass_finds_the_lines_that_a_slow_walk_finds(case: tuple[list[Prefix], bytes], mapped: bool) -> None:
    chosen, buffer = case
    networks = IntervalSet.of_prefixes(chosen)
    assert matching(buffer, networks, mapped=mapped) == slow(buffer, networks, mapped=mapped)


@given(cases(), st.booleans(), st.data())
def test_any_cut_between_lines_changes_nothing(
    case: tuple[list[Prefix], bytes], mapped: bool, data: st.DataObject
) -> None:
    chosen, buffer = case
    networks = IntervalSet.of_prefixes(chosen)
    ends = [0, *(place + 1 for place, byte in enumerate(buffer) if byte == 0x0A), len(buffer)]
    cut = data.draw(st.sampled_from(ends))
    text_filter = TextFilter(networks, mapped=mapped)
    parts = (buffer[:cut], buffer[cut:])
    apart = [part[start:end] for part in parts for start, end in text_filter.matching_lines(part)]
    assert apart == matching(buffer, networks, mapped=mapped)


@given(any_prefix(), st.booleans())
def test_the_edges_of_a_network_are_exact(network: Prefix, mapped: bool) -> None:
    top = (1 << network.width) - 1
    numbers_near = [network.network - 1, network.network, network.last_number, network.last_number + 1]
    lines = [str(address_from_int(network.version, number)) for number in numbers_near if 0 <= number <= top]
    inside = [
        str(address_from_int(network.version, number)).encode()
        for number in dict.fromkeys((network.network, network.last_number))
    ]
    kept = matching("".join(f"{line}\n" for line in lines), IntervalSet.of_prefixes([network]), mapped=mapped)
    assert list(dict.fromkeys(kept)) == inside


@pytest.mark.parametrize("text", ["10.0.0.1", "2001:db8::1", "::", "1.1.1.1"])
@pytest.mark.parametrize("before", ["", "\n", "x\n", "\n\n\n\n", "10.\n"])
@pytest.mark.parametrize("behind", ["", "\n", "\nx", "\n\n", "\n.1"])
def test_a_line_is_found_at_both_edges_of_a_buffer(text: str, before: str, behind: str) -> None:
    assert matching(f"{before}{text}{behind}") == [text.encode()]


def test_an_address_does_not_cross_a_line() -> None:
    assert matching("10.0.\n0.1\n10\n.0.0.1\n2001:db8:\n:1\n") == []


def test_each_line_is_given_once_and_carriage_returns_end_no_address() -> None:
    assert matching("10.0.0.1 10.0.0.2 ::1 ::2\r\nx\r\n::3 10.0.0.3\r\n") == [
        b"10.0.0.1 10.0.0.2 ::1 ::2\r",
        b"::3 10.0.0.3\r",
    ]


@pytest.mark.parametrize("buffer", [b"", b"\n", b"\n\n", b"\x00\xff\xfe\n"])
def test_a_buffer_without_addresses_has_no_lines(buffer: bytes) -> None:
    assert matching(buffer) == []


def test_no_network_matches_nothing() -> None:
    assert matching("10.0.0.1\n::1\n::ffff:10.0.0.1\n", IntervalSet(), mapped=True) == []


def test_more_contexts_than_are_kept_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filter_module._LiveOctets, "_MOST", 3)
    lines = [f"{mark}{number}.{second}.0.1" for mark in " x,.=" for number in (1, 7, 17, 77) for second in (0, 9)]
    buffer = "".join(f"{line}\n" for line in lines * 2).encode()
    networks = set_of("7.0.0.0/16", "77.9.0.0/16")
    expected = [f"{mark}{text}".encode() for mark in " ,=" for text in ("7.0.0.1", "77.9.0.1")] * 2
    text_filter = TextFilter(networks)
    assert [buffer[start:end] for start, end in text_filter.matching_lines(buffer)] == expected
    assert [buffer[start:end] for start, end in text_filter.matching_lines(buffer)] == expected


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_can_be_filtered(buffer: bytes, mapped: bool) -> None:
    assert matching(buffer, mapped=mapped) == slow(buffer, EVERYTHING, mapped=mapped)


# -- the narrowest network -------------------------------------------------------------------------------


def labelled(found_networks: Iterable[Prefix]) -> dict[tuple[int, int, int], str | None]:
    return {(one.version, one.network, one.length): str(one) for one in found_networks}


@given(
    st.lists(any_prefix(), max_size=10),
    st.sampled_from([4, 6]).flatmap(lambda one: st.tuples(st.just(one), numbers(one))),
)
def test_the_narrowest_network_is_the_longest_that_holds_the_address(
    networks: list[Prefix], case: tuple[int, int]
) -> None:
    version, number = case
    around = [prefix_of(version, number, length) for length in (3, 9)]
    for chosen in (networks, [*networks, *around]):
        host = prefix_of(version, number, WIDTH[version])
        holding = [one for one in chosen if one.contains(host)]
        expected = max(holding, key=lambda one: one.length, default=None)
        got = narrowest(Found(version, number), labelled(chosen))
        assert got == (None if expected is None else (expected, str(expected)))


def test_a_network_without_a_label_says_so() -> None:
    network = parse_network("10.0.0.0/8")
    assert narrowest(Found(4, 10 << 24), {(4, 10 << 24, 8): None}) == (network, None)
