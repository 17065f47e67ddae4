"""The filters keep what answers a probe, and nothing else; they are run by an interpreter of their language."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.address import Address
from nettools.core.packet.filter import Instruction, encoded, ipv4_answers, ipv6_answers, neighbour_advertisements
from tests.core.packet.wire import icmp_error, packet, segment

OURS = range(61_000, 61_004)
SYN, RST, ACK, FIN, PSH = 2, 4, 16, 1, 8

HERE: dict[int, Address] = {4: IPv4Address("198.51.100.7"), 6: IPv6Address("2001:db8::7")}
THERE: dict[int, Address] = {4: IPv4Address("192.0.2.1"), 6: IPv6Address("2001:db8::1")}
PROGRAMS = {4: ipv4_answers(OURS), 6: ipv6_answers(OURS)}
ERRORS = {4: (3, 11, 12), 6: (1, 3, 4)}
UNREACHABLE = {4: 3, 6: 1}
versions = pytest.mark.parametrize("version", [4, 6])


def run(program: Sequence[Instruction], data: bytes) -> int:
    """What the kernel would keep of the packet: bpf(4). Looking beyond its end drops it."""
    accumulator = index = place = 0
    while True:
        code, if_true, if_false, operand = program[place]
        place += 1
        if code in (0x30, 0x28, 0x50, 0x48):
            start = operand + (index if code in (0x50, 0x48) else 0)
            width = 1 if code in (0x30, 0x50) else 2
            if start + width > len(data):
                return 0
            accumulator = int.from_bytes(data[start : start + width])
        elif code == 0xB1:
            if operand >= len(data):
                return 0
            index = 4 * (data[operand] & 0x0F)
        elif code == 0x54:
            accumulator &= operand
        elif code == 0x64:
            accumulator = accumulator << operand & 0xFFFFFFFF
        elif code == 0x0C:
            accumulator = accumulator + index & 0xFFFFFFFF
        elif code == 0x07:
            index = accumulator
        elif code in (0x15, 0x35, 0x45):
            holds = {0x15: accumulator == operand, 0x35: accumulator >= operand, 0x45: bool(accumulator & operand)}
            place += if_true if holds[code] else if_false
        else:
            assert code == 0x06
            return operand


def keeps(version: int, data: bytes) -> bool:
    return run(PROGRAMS[version], data) > 0


def answer(version: int, port: int, flags: int, *, options: bytes = b"") -> bytes:
    return packet(THERE[version], HERE[version], 6, segment(80, port, flags=flags), options=options)


def probe(version: int, source_port: int, *, protocol: int = 6, options: bytes = b"") -> bytes:
    return packet(HERE[version], THERE[version], protocol, segment(source_port, 80, flags=SYN), options=options)


@versions
@pytest.mark.parametrize("port", OURS)
@pytest.mark.parametrize("flags", [SYN | ACK, RST, RST | ACK, RST | SYN, SYN | ACK | PSH])
def test_answers_to_our_ports_are_kept(version: int, port: int, flags: int) -> None:
    assert keeps(version, answer(version, port, flags))


@versions
@pytest.mark.parametrize("flags", [0, SYN, ACK, FIN | ACK, PSH | ACK])
def test_what_answers_no_probe_is_dropped(version: int, flags: int) -> None:
    assert not keeps(version, answer(version, OURS[0], flags))


@versions
@given(st.integers(0, 65_535).filter(lambda port: port not in OURS), st.integers(0, 63))
def test_other_ports_are_dropped(version: int, port: int, flags: int) -> None:
    assert not keeps(version, answer(version, port, flags))


@versions
def test_icmp_errors_about_our_probes_are_kept(version: int) -> None:
    for icmp_type in range(256):
        error = icmp_error(THERE[version], HERE[version], probe(version, OURS[-1]), icmp_type, 1)
        assert keeps(version, error) == (icmp_type in ERRORS[version])


@versions
@given(st.integers(0, 65_535))
def test_icmp_errors_about_other_ports_are_dropped(version: int, port: int) -> None:
    error = icmp_error(THERE[version], HERE[version], probe(version, port), UNREACHABLE[version], 1)
    assert keeps(version, error) == (port in OURS)


@versions
def test_icmp_errors_about_other_protocols_are_dropped(version: int) -> None:
    quoted = probe(version, OURS[0], protocol=17)
    assert not keeps(version, icmp_error(THERE[version], HERE[version], quoted, UNREACHABLE[version], 1))


@given(st.integers(0, 10), st.integers(0, 10))
def test_ipv4_options_of_the_answer_and_of_the_quoted_packet_are_skipped(outer: int, inner: int) -> None:
    assert keeps(4, answer(4, OURS[1], RST | ACK, options=bytes(4 * outer)))
    quoted = probe(4, OURS[1], options=bytes(4 * inner))
    assert keeps(4, icmp_error(THERE[4], HERE[4], quoted, 3, 13))
    assert not keeps(4, icmp_error(THERE[4], HERE[4], probe(4, 999, options=bytes(4 * inner)), 3, 13))


def test_later_fragments_are_dropped() -> None:
    whole = bytearray(answer(4, OURS[0], RST))
    whole[6:8] = b"\x00\x01"
    assert not keeps(4, bytes(whole))


@versions
@given(st.data())
def test_what_is_cut_short_is_dropped(version: int, data: st.DataObject) -> None:
    for whole in (
        answer(version, OURS[0], RST)[: (20 if version == 4 else 40) + 14],
        icmp_error(THERE[version], HERE[version], probe(version, OURS[0]), UNREACHABLE[version], 1)[
            : 30 if version == 4 else 90
        ],
    ):
        cut = data.draw(st.integers(0, len(whole) - 1))
        assert not keeps(version, whole[:cut])


@versions
@given(st.binary(max_size=120))
def test_any_octets_end_in_a_verdict(version: int, data: bytes) -> None:
    assert run(PROGRAMS[version], data) in (0, 0x40000)
    assert run(neighbour_advertisements(), data) in (0, 0x40000)


def test_only_advertisements_of_neighbours_are_kept() -> None:
    for icmp_type in range(256):
        message = packet(THERE[6], HERE[6], 58, bytes([icmp_type, 0]) + bytes(22))
        assert (run(neighbour_advertisements(), message) > 0) == (icmp_type == 136)
    assert run(neighbour_advertisements(), packet(THERE[6], HERE[6], 17, bytes([136, 0]) + bytes(22))) == 0


def test_jumps_stay_in_the_program_and_go_forward() -> None:
    for program in (*PROGRAMS.values(), neighbour_advertisements()):
        for number, one in enumerate(program):
            assert 0 <= one.if_true < 256
            assert 0 <= one.if_false < 256
            assert number + max(one.if_true, one.if_false) < len(program)
        assert program[-1].code == 0x06
        assert len(encoded(program)) == 8 * len(program)
