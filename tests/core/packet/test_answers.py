"""Answers are read the same in columns and one by one, and nothing that a network sends makes reading fail."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.address import Address
from nettools.core.packet.answers import IcmpNotice, PacketRun, Segment, read_packet, read_segments
from tests.core.packet.wire import icmp_error, packet, segment

SLOT = 128
HEAD = 16
HERE: dict[int, Address] = {4: IPv4Address("198.51.100.7"), 6: IPv6Address("2001:db8::7")}
versions = pytest.mark.parametrize("version", [4, 6])
ports = st.integers(0, 65_535)
words = st.integers(0, 0xFFFFFFFF)


def addresses(version: int) -> st.SearchStrategy[Address]:
    return (
        st.integers(0, (1 << 32) - 1).map(IPv4Address)
        if version == 4
        else st.integers(0, (1 << 128) - 1).map(IPv6Address)
    )


def run_of(packets: list[bytes], before: int = 0) -> PacketRun:
    """Packets in slots, as a ring has them, behind some slots of others."""
    room = b"".join(bytes(HEAD) + one.ljust(SLOT - HEAD, b"\xee") for one in [b"\xff"] * before + packets)
    start = before * SLOT
    return PacketRun(memoryview(room), start + HEAD, SLOT, len(packets), start + SLOT * len(packets))


@versions
@given(st.data())
def test_columns_are_the_packets_one_by_one(version: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 6))
    sent = [
        Segment(
            int(data.draw(addresses(version))),
            data.draw(ports),
            data.draw(words),
            data.draw(words),
            data.draw(st.integers(0, 255)),
            data.draw(ports),
            data.draw(st.integers(0, 255)),
        )
        for _ in range(count)
    ]
    make = IPv4Address if version == 4 else IPv6Address
    packets = [
        packet(
            make(one.source),
            HERE[version],
            6,
            segment(one.port, 61_000, one.sequence, one.acknowledged, one.flags, one.window),
            hops=one.hop_limit,
        )
        for one in sent
    ]
    run = run_of(packets, before=data.draw(st.integers(0, 2)))
    columns = read_segments(run, version)
    assert columns is not None
    assert [Segment(*row) for row in zip(*columns, strict=True)] == sent
    assert [read_packet(run.packet(number)) for number in range(count)] == sent


def test_an_answer_with_ip_options_is_read_by_itself() -> None:
    plain = packet(IPv4Address("192.0.2.1"), HERE[4], 6, segment(80, 61_000, 1, 2, 0x14))
    odd = packet(IPv4Address("192.0.2.2"), HERE[4], 6, segment(81, 61_000, 3, 4, 0x14), options=bytes(8))
    run = run_of([plain, odd])
    assert read_segments(run, 4) is None
    found = read_packet(run.packet(1))
    assert isinstance(found, Segment)
    assert (found.source, found.port, found.sequence, found.flags) == (int(IPv4Address("192.0.2.2")), 81, 3, 0x14)


@versions
@given(st.data())
def test_an_icmp_error_tells_which_probe_it_is_about(version: int, data: st.DataObject) -> None:
    sender, target = data.draw(addresses(version)), data.draw(addresses(version))
    port, mark = data.draw(ports), data.draw(words)
    icmp_type, code, hops = (data.draw(st.integers(0, 255)) for _ in range(3))
    options = bytes(4 * data.draw(st.integers(0, 10))) if version == 4 else b""
    quoted = packet(HERE[version], target, 6, segment(61_000, port, mark), options=options)
    quoted = quoted[: len(quoted) - 12]  # RFC 792: the header and 64 bits
    found = read_packet(icmp_error(sender, HERE[version], quoted, icmp_type, code, hops=hops))
    protocol = 1 if version == 4 else 58
    assert found == IcmpNotice(sender, protocol, icmp_type, code, hops, int(target), port, mark)


@versions
def test_an_error_about_something_else_says_nothing(version: int) -> None:
    target = HERE[version]
    for quoted in (packet(target, target, 17, segment(1, 2)), packet(target, target, 6, b"\0" * 7), b"", b"\x70" * 60):
        assert read_packet(icmp_error(target, target, quoted, 3, 3)) is None


@given(st.binary(max_size=200))
def test_any_octets_are_read_or_refused(data: bytes) -> None:
    found = read_packet(data)
    assert found is None or isinstance(found, (Segment, IcmpNotice))


@given(st.binary(max_size=110))
def test_any_octets_in_a_ring_are_read_or_refused(data: bytes) -> None:
    for version in (4, 6):
        columns = read_segments(run_of([data]), version)
        assert columns is None or len(columns.sources) == 1
