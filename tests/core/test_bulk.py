"""Many lines at once: the tables and the strict parser read the same, and texts come out as in ``ipaddress``."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core import bulk
from nettools.core.address import WIDTH, address_from_int, format_address
from nettools.core.bulk import Packed, address_lines, format_packed, pack_lines
from nettools.core.intervals import pack, pack_prefix, unpack
from nettools.core.prefix import Prefix, prefix_of
from nettools.core.subnet.parse import parse_subnet
from nettools.errors import NettoolsError
from tests.core.strategies import any_prefix, hostile_text, ipv4_like, ipv6_like, numbers, prefixes, versions

LARGE = 20_000
"""From here on, IPv4 prefixes are written with tables."""


def interfaces(version: int) -> st.SearchStrategy[str]:
    """ADDRESS/LENGTH with host bits set."""
    return st.builds(
        lambda number, length: f"{address_from_int(version, number)}/{length}",
        numbers(version),
        st.integers(0, WIDTH[version]),
    )


def masked() -> st.SearchStrategy[str]:
    """IPv4 with a netmask or a wildcard mask, with a slash or a space."""
    return st.builds(
        lambda number, length, separator, invert: (
            f"{IPv4Address(number)}{separator}"
            f"{IPv4Address(((1 << 32) - (1 << 32 - length)) ^ (0xFFFFFFFF if invert else 0))}"
        ),
        numbers(4),
        st.integers(0, 32),
        st.sampled_from(["/", " "]),
        st.booleans(),
    )


def ranges(version: int) -> st.SearchStrategy[str]:
    return st.builds(
        lambda one, other: "-".join(str(address_from_int(version, number)) for number in (one, other)),
        numbers(version),
        numbers(version),
    )


def lines() -> st.SearchStrategy[str]:
    """What stands in files of networks: good, bad, blank, commented."""
    plain = st.one_of(interfaces(4), numbers(4).map(lambda number: str(IPv4Address(number))))
    others = st.one_of(interfaces(6), masked(), ranges(4), ranges(6), ipv6_like())
    blank = st.sampled_from(["", " ", "\t", "#", "# 10.0.0.0/8", "  # x"])
    decorated = st.builds(
        lambda before, text, after: f"{before}{text}{after}",
        st.sampled_from(["", " ", "\t"]),
        st.one_of(plain, others),
        st.sampled_from(["", " ", "\r", " # why", "#why"]),
    )
    near = st.one_of(
        ipv4_like(), st.builds("{}/{}".format, ipv4_like(), st.sampled_from(["", "0", "08", "33", "+8", "８", "8 "]))
    )
    return st.one_of(plain, plain, plain, others, blank, decorated, near, hostile_text())


def one_by_one(texts: Sequence[str], *, first_number: int | None, loose: bool) -> Packed:
    """The same by the strict parser alone."""
    found = Packed()
    for offset, line in enumerate(texts):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        try:
            parsed = [interface.network for interface in parse_subnet(text, loose=loose)]
        except NettoolsError as error:
            number = None if first_number is None else first_number + offset
            found.bad.append(bulk.BadLine(number, text, error))
            continue
        if parsed[0].zone:
            number = None if first_number is None else first_number + offset
            found.bad.append(bulk.BadLine(number, text, NettoolsError("a zone")))
            continue
        for network in parsed:
            (found.v4 if network.version == 4 else found.v6).append(pack_prefix(network))
    return found


def assert_same(ours: Packed, theirs: Packed) -> None:
    assert (ours.v4, ours.v6) == (theirs.v4, theirs.v6)
    assert [(line.number, line.text) for line in ours.bad] == [(line.number, line.text) for line in theirs.bad]
    for mine, other in zip(ours.bad, theirs.bad, strict=True):
        assert mine.error.message == other.error.message or "zone" in mine.error.message


@given(st.lists(lines(), max_size=12), st.one_of(st.none(), st.integers(1, 10**6)), st.booleans())
def test_lines_are_read_as_the_strict_parser_reads_each(texts: list[str], number: int | None, loose: bool) -> None:
    ours = pack_lines(texts, first_number=number, loose=loose)
    assert_same(ours, one_by_one(texts, first_number=number, loose=loose))


@given(st.lists(st.one_of(interfaces(4), numbers(4).map(lambda number: str(IPv4Address(number)))), max_size=12))
def test_plain_lines_are_the_same_with_any_other_line_among_them(texts: list[str]) -> None:
    fast = pack_lines(texts, first_number=1)
    slow = pack_lines([*texts, "# no table holds this"], first_number=1)
    assert fast == slow
    assert len(fast.v4) == len(texts)


@given(st.lists(lines(), min_size=1, max_size=8))
def test_lines_are_read_alike_together_and_alone(texts: list[str]) -> None:
    together = pack_lines(texts, first_number=5)
    apart = Packed()
    for offset, text in enumerate(texts):
        apart.add(pack_lines([text], first_number=5 + offset))
    assert_same(together, apart)


@given(ipv4_like())
def test_the_tables_accept_no_line_that_the_strict_parser_refuses(text: str) -> None:
    for line in (text, f"{text}/24"):
        assert_same(pack_lines([line], first_number=1), one_by_one([line], first_number=1, loose=False))


@pytest.mark.parametrize("value", range(256))
def test_every_octet_is_read_in_every_place(value: int) -> None:
    texts = [".".join(str(value) if place == here else "7" for here in range(4)) for place in range(4)]
    assert pack_lines(texts, first_number=1).v4 == [int(IPv4Address(text)) << 8 for text in texts]
    assert pack_lines([f"0{text}" for text in texts], first_number=1).v4 == []


@pytest.mark.parametrize("length", range(33))
def test_host_bits_are_cleared_at_every_length(length: int) -> None:
    (packed,) = pack_lines([f"255.255.255.255/{length}"], first_number=1).v4
    assert unpack(4, packed) == prefix_of(4, 0xFFFFFFFF, length)


def test_a_bad_line_carries_its_number_its_text_and_the_reason() -> None:
    packed = pack_lines(["10.0.0.0/8", "", "# x", "10.0.0.256 # why", "::1", "10.0.0.0/33"], first_number=41)
    assert [(bad.number, bad.text) for bad in packed.bad] == [(44, "10.0.0.256"), (46, "10.0.0.0/33")]
    assert "above 255" in packed.bad[0].error.message
    assert "above 32" in packed.bad[1].error.message
    assert (len(packed.v4), len(packed.v6)) == (1, 1)


def test_a_bad_word_has_no_number() -> None:
    (bad,) = pack_lines(["nonsense"], first_number=None).bad
    assert (bad.number, bad.text) == (None, "nonsense")


def test_a_zone_is_no_network_of_a_set() -> None:
    (bad,) = pack_lines(["fe80::1%eth0/64"], first_number=1).bad
    assert "zone" in bad.error.message


def test_no_line_is_no_network() -> None:
    assert pack_lines([], first_number=1) == Packed()


@pytest.mark.parametrize(
    ("text", "network"), [("10/8", "10.0.0.0/8"), ("0x7f.1", "127.0.0.1"), ("010.0.0.1", "8.0.0.1")]
)
def test_legacy_forms_are_read_only_where_asked_for(text: str, network: str) -> None:
    assert len(pack_lines([text], first_number=1).bad) == 1
    assert pack_lines([text], first_number=1, loose=True) == pack_lines([network], first_number=1)


@given(any_prefix())
def test_one_prefix_is_packed_as_its_line_is(prefix: Prefix) -> None:
    assert Packed.of_prefix(prefix) == pack_lines([str(prefix)], first_number=1)


# -- writing ---------------------------------------------------------------------------------------------


def expected_line(prefix: Prefix, *, bare_hosts: bool) -> str:
    bare = bare_hosts and prefix.host_bits == 0
    return f"{format_address(prefix.first)}\n" if bare else f"{format_address(prefix.first)}/{prefix.length}\n"


@given(versions().flatmap(lambda version: st.tuples(st.just(version), st.lists(prefixes(version)))), st.booleans())
def test_written_prefixes_are_read_back(case: tuple[int, list[Prefix]], bare_hosts: bool) -> None:
    version, found = case
    packed = [pack_prefix(one) for one in found]
    text = format_packed(version, packed, bare_hosts=bare_hosts)
    assert text == "".join(expected_line(one, bare_hosts=bare_hosts) for one in found)
    back = pack_lines(text.splitlines(), first_number=1)
    assert (back.v4 if version == 4 else back.v6) == packed
    assert back.bad == []


@pytest.mark.parametrize("bare_hosts", [False, True])
@pytest.mark.parametrize("length", [0, 1, 7, 8, 15, 16, 17, 24, 31, 32])
def test_many_prefixes_are_written_as_a_few_are(length: int, bare_hosts: bool) -> None:
    step = -(-(1 << 32) // LARGE)
    many = [pack_prefix(prefix_of(4, number, length)) for number in range(0, 1 << 32, step)] + [
        pack_prefix(prefix_of(4, 0xFFFFFFFF, length))
    ] * 2
    assert len(many) >= LARGE
    few = [many[start : start + 1000] for start in range(0, len(many), 1000)]
    assert format_packed(4, many, bare_hosts=bare_hosts) == "".join(
        format_packed(4, part, bare_hosts=bare_hosts) for part in few
    )


@pytest.mark.parametrize("version", [4, 6])
def test_no_prefix_is_no_text(version: int) -> None:
    assert format_packed(version, []) == ""


# -- consecutive addresses -------------------------------------------------------------------------------

BLOCK = {4: 1 << 8, 6: 1 << 16}
"""How many addresses differ in the last octet or group alone."""
MAPPED = 0xFFFF << 32


@st.composite
def runs(draw: st.DrawFn) -> tuple[int, int, int]:
    """(version, first, count) near the boundaries of blocks, of the mapped addresses and of the spaces."""
    version = draw(versions())
    size, top = BLOCK[version], 1 << WIDTH[version]
    special = [
        0,
        size,
        top - size,
        top - 2 * size,
        *([MAPPED, MAPPED - size, MAPPED + (1 << 32)] if version == 6 else []),
    ]
    boundary = draw(st.one_of(st.sampled_from(special), numbers(version).map(lambda number: number - number % size)))
    first = max(0, min(top - 1, boundary + draw(st.integers(-40, 40))))
    return version, first, min(draw(st.integers(0, 80)), top - first)


@given(runs())
def test_consecutive_addresses_are_written_as_each_alone(case: tuple[int, int, int]) -> None:
    version, first, count = case
    text = "".join(address_lines(version, first, count))
    assert text == "".join(
        f"{format_address(address_from_int(version, number))}\n" for number in range(first, first + count)
    )


@pytest.mark.parametrize(
    "first",
    [
        *(0, 0x10000 - 3, MAPPED - 3, MAPPED, MAPPED + (1 << 32) - 3, (1 << 128) - 66_000),
        *(
            int(IPv6Address(text))
            for text in ("1:2:3:4:5:6:7:fffd", "1:2:3:4:5:6::", "1::2:0:0:0:0", "1:0:0:2:0:0:3:0")
        ),
        *(int(IPv6Address(text)) for text in ("1:2:3:4:5:0:0:0", "0:0:1::", "64:ff9b::", "1:0:0:0:1:0:0:0")),
    ],
)
def test_whole_groups_of_ipv6_addresses_are_in_canonical_form(first: int) -> None:
    count = min(66_000, (1 << 128) - first)
    written = "".join(address_lines(6, first, count)).splitlines()
    assert written == [format_address(IPv6Address(number)) for number in range(first, first + count)]


@pytest.mark.parametrize("first", [0, 255, 0x0A0000FF, (1 << 32) - 70_000])
def test_whole_octets_of_ipv4_addresses_are_written(first: int) -> None:
    written = "".join(address_lines(4, first, 70_000)).splitlines()
    assert written == [str(IPv4Address(number)) for number in range(first, first + 70_000)]


@pytest.mark.parametrize("version", [4, 6])
def test_the_whole_space_begins_at_once_in_pieces_of_bounded_size(version: int) -> None:
    pieces = list(islice(address_lines(version, 0, 1 << WIDTH[version]), 3))
    assert [piece.count("\n") for piece in pieces] == [BLOCK[version]] * 3
    assert pieces[0].splitlines()[:2] == ["0.0.0.0", "0.0.0.1"] if version == 4 else ["::", "::1"]


@pytest.mark.parametrize("version", [4, 6])
def test_no_address_is_no_text(version: int) -> None:
    assert list(address_lines(version, 7, 0)) == []


def test_a_single_address_is_a_line() -> None:
    assert list(address_lines(4, 0xFFFFFFFF, 1)) == ["255.255.255.255\n"]
    assert format_packed(4, [pack(0xFFFFFFFF, 0)], bare_hosts=True) == "255.255.255.255\n"
