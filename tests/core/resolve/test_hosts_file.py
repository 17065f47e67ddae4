"""The hosts file, in pieces of any size."""

from ipaddress import IPv4Address, IPv6Address
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.resolve.hosts_file import MOST_ENTRIES, HostsSearch


def found(name: str, *pieces: bytes) -> list[tuple[int, str]]:
    search = HostsSearch(name)
    for piece in pieces:
        search.feed(piece)
    return [(one.line, str(one.address)) for one in search.finish()]


FILE = b"""# a comment with www.test
127.0.0.1 localhost
192.0.2.1\twww.test www # alias.test
  192.0.2.2 WWW.Test
2001:db8::1 other www.test
192.0.2.3 notwww.test www.test.example
192.0.2.999 www.test
fe80::1%eth0 www.test
192.0.2.4
192.0.2.5 a\x00 www.test
192.0.2.6 last.test"""


def test_all_lines_with_the_name_are_found_whatever_the_case() -> None:
    assert found("wWw.test", FILE) == [(3, "192.0.2.1"), (4, "192.0.2.2"), (5, "2001:db8::1")]


def test_a_line_without_its_line_feed_counts() -> None:
    assert found("last.test", FILE) == [(11, "192.0.2.6")]


@pytest.mark.parametrize("name", ["alias.test", "192.0.2.1", "ww", "", "www.test.", "a comment"])
def test_what_is_no_name_of_a_line_is_not_found(name: str) -> None:
    assert found(name, FILE) == []


def test_the_address_is_of_its_type_and_the_line_is_told() -> None:
    search = HostsSearch("www.test")
    search.feed(b"::1 www.test \xff\x1b[31m # x\n127.0.0.1 www.test\n")
    first, second = search.finish()
    assert (first.address, second.address) == (IPv6Address("::1"), IPv4Address("127.0.0.1"))
    assert first.text == "::1 www.test \udcff\x1b[31m"


def test_a_name_outside_ascii_is_found_by_its_octets() -> None:
    assert found("bücher.test", "192.0.2.1 bücher.test\n".encode()) == [(1, "192.0.2.1")]


def test_a_line_that_never_ends_is_passed_over_and_those_behind_are_counted_right() -> None:
    pieces = [b"192.0.2.1 www.test " + b"x" * 600_000] * 5 + [b"www.test\n192.0.2.2 www.test\n\n192.0.2.3 www.test"]
    assert found("www.test", *pieces) == [(2, "192.0.2.2"), (4, "192.0.2.3")]


def test_only_so_many_lines_are_kept() -> None:
    assert len(found("a", b"192.0.2.1 a\n" * (MOST_ENTRIES + 5))) == MOST_ENTRIES


_lines = st.sampled_from(
    [b"192.0.2.1 a", b"", b"192.0.2.2 b a # a", b"# a", b"::1 A", b"aa", b"192.0.2.3 aa", b" 192.0.2.4 b", b"\r"]
)


@given(lines=st.lists(_lines, max_size=12), cuts=st.lists(st.integers(0, 120), max_size=6))
def test_it_does_not_matter_how_the_file_is_cut(lines: list[bytes], cuts: list[int]) -> None:
    data = b"\n".join(lines)
    places = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    pieces = [data[start:end] for start, end in pairwise(places)]
    expected = [
        (number, line.split()[0].decode())
        for number, line in enumerate(lines, 1)
        if line.lower().partition(b"#")[0].split()[1:].count(b"a")
    ]
    assert found("a", *pieces) == expected
