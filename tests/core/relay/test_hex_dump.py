import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.relay.hex_dump import HexDump, dump_line
from nettools.core.relay.manner import Way

WALL_S = 1_700_000_000.000001


def test_a_crossing_has_a_head_and_lines_of_sixteen() -> None:
    dump = HexDump(peer="127.0.0.1:80")
    assert dump.crossing("out", memoryview(b"GET / HTTP/1.0\r\n\r\n"), WALL_S) == (
        "> 2023-11-14T22:13:20.000001Z 127.0.0.1:80 18 bytes\n"
        "> 00000000  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 30 0d 0a  |GET / HTTP/1.0..|\n"
        "> 00000010  0d 0a                                             |..|\n"
    )


def test_each_direction_counts_its_own_octets() -> None:
    dump = HexDump()
    dump.crossing("out", memoryview(b"x" * 20), WALL_S)
    assert dump.crossing("in", memoryview(b"y"), WALL_S).splitlines()[0] == "< 2023-11-14T22:13:20.000001Z 1 byte"
    assert dump.crossing("out", memoryview(b"z"), WALL_S).splitlines()[1].startswith("> 00000014  7a ")


def test_an_empty_datagram_is_told() -> None:
    assert HexDump().crossing("in", memoryview(b""), WALL_S) == "< 2023-11-14T22:13:20.000001Z 0 bytes\n"


@pytest.mark.parametrize(("way", "color"), [("out", "32"), ("in", "36")])
def test_each_side_has_its_colour(way: Way, color: str) -> None:
    lines = HexDump(uses_color=True).crossing(way, memoryview(b"a" * 17), WALL_S).splitlines()
    assert len(lines) == 3
    assert all(line.startswith(f"\x1b[{color}m") and line.endswith("\x1b[0m") for line in lines)


@given(st.binary(max_size=200))
def test_the_octets_can_be_read_back_and_nothing_else_is_printed(octets: bytes) -> None:
    lines = HexDump().crossing("in", memoryview(octets), WALL_S).splitlines()[1:]
    assert b"".join(bytes.fromhex(line[12:60]) for line in lines) == octets
    assert all(line.isascii() and line.isprintable() and len(line) <= 80 for line in lines)


@given(st.binary(min_size=1, max_size=16))
def test_the_columns_stand_below_each_other(octets: bytes) -> None:
    assert re.fullmatch(r"[0-9a-f ]{50}\|.{1,16}\|", dump_line(octets))
