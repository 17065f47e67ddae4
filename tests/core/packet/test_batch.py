"""A batch holds the packets that would be built one by one, each with its own address, port, number and checksums."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.address import Address
from nettools.core.packet.batch import ProbeBatch, Recipients, packet_stride
from nettools.core.packet.headers import ETHERTYPE_IPV4, ETHERTYPE_IPV6, ProbeKind, probe_packet
from tests.core.packet.wire import Read, read

CAPACITY = 8
MAC = bytes.fromhex("02a1b2c3d4e5")
SOURCES: dict[int, Address] = {4: IPv4Address("198.51.100.7"), 6: IPv6Address("2001:db8::7")}
KINDS: tuple[ProbeKind, ...] = ("syn", "ack")

words = st.integers(0, 0xFFFFFFFF)
ports = st.integers(0, 65535)


def batch_of(kind: ProbeKind, version: int, *, has_mac: bool) -> tuple[ProbeBatch, bytearray]:
    room = bytearray(packet_stride(kind, version, has_mac=has_mac) * CAPACITY)
    made = ProbeBatch(
        memoryview(room), kind=kind, source=SOURCES[version], source_port=61_000, mac=MAC if has_mac else None
    )
    return made, room


def frames(made: ProbeBatch, room: bytearray, count: int) -> list[bytes]:
    starts = [made.first + number * made.stride for number in range(count)]
    return [bytes(room[start : start + made.length]) for start in starts]


def address(version: int, number: int) -> Address:
    return IPv4Address(number) if version == 4 else IPv6Address(number)


@pytest.mark.parametrize("has_mac", [True, False])
@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("kind", KINDS)
@given(st.data())
def test_packets_to_many_hosts(kind: ProbeKind, version: int, has_mac: bool, data: st.DataObject) -> None:
    count = data.draw(st.integers(1, CAPACITY))
    numbers = data.draw(
        st.lists(st.integers(0, (1 << (32 if version == 4 else 128)) - 1), min_size=count, max_size=count)
    )
    secrets = data.draw(st.lists(words, min_size=count, max_size=count))
    macs = data.draw(st.lists(st.binary(min_size=6, max_size=6), min_size=count, max_size=count))
    port, part, tag = data.draw(ports), data.draw(words), data.draw(st.integers(1, 4))
    slots: slice | list[int] = data.draw(
        st.one_of(
            st.just(slice(0, count)),
            st.integers(0, count - 1).map(lambda first: slice(first, count)),
            st.lists(st.integers(0, count - 1), min_size=1, max_size=count),
        )
    )
    made, room = batch_of(kind, version, has_mac=has_mac)
    to = Recipients(version, numbers, secrets, macs if has_mac else None)
    filled = made.fill_hosts(to, slots, port, part, tag)
    taken = list(range(count))[slots] if isinstance(slots, slice) else slots
    assert filled == len(taken)
    for slot, frame in zip(taken, frames(made, room, filled), strict=True):
        mark = (secrets[slot] ^ part) + tag & 0xFFFFFFFF
        one = probe_packet(kind, SOURCES[version], address(version, numbers[slot]), 61_000 + tag - 1, port, mark)
        head = macs[slot] + MAC + (ETHERTYPE_IPV4 if version == 4 else ETHERTYPE_IPV6).to_bytes(2) if has_mac else b""
        assert frame[: len(head)] == head
        assert read(frame[len(head) :]) == read(one)


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("kind", KINDS)
@given(st.data())
def test_packets_to_many_ports(kind: ProbeKind, version: int, data: st.DataObject) -> None:
    numbers = data.draw(st.lists(ports, min_size=1, max_size=CAPACITY))
    parts = data.draw(st.lists(words, min_size=len(numbers), max_size=len(numbers)))
    secret = data.draw(words)
    host = data.draw(st.integers(0, (1 << (32 if version == 4 else 128)) - 1))
    made, room = batch_of(kind, version, has_mac=False)
    to = Recipients(version, [0, host], [0, secret], None)
    for tag in data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=3)):
        made.fill_ports(to, 1, numbers, parts, tag)
        for port, part, frame in zip(numbers, parts, frames(made, room, len(numbers)), strict=True):
            mark = (secret ^ part) + tag & 0xFFFFFFFF
            found = read(frame)
            assert found == read(probe_packet(kind, SOURCES[version], address(version, host), 60_999 + tag, port, mark))


def test_a_syn_is_that_of_a_real_stack() -> None:
    one = read(probe_packet("syn", SOURCES[4], IPv4Address("192.0.2.1"), 61_000, 80, 5))
    assert one == Read(
        source=SOURCES[4],
        destination=IPv4Address("192.0.2.1"),
        hop_limit=64,
        source_port=61_000,
        port=80,
        sequence=5,
        acknowledged=0,
        flags=0x02,
        window=64_240,
        options=bytes([2, 4]) + (1460).to_bytes(2),
    )


def test_an_ack_has_its_number_where_a_reset_repeats_it() -> None:
    one = read(probe_packet("ack", SOURCES[6], IPv6Address("2001:db8::1"), 61_000, 80, 77))
    assert (one.flags, one.sequence, one.acknowledged, one.options) == (0x10, 77, 77, b"")


def test_one_host_of_many_is_itself() -> None:
    to = Recipients(4, [1, 2, 3], [7, 8, 9], [b"aaaaaa", b"bbbbbb", b"cccccc"])
    alone = to.alone(1)
    made, room = batch_of("syn", 4, has_mac=True)
    made.fill_hosts(to, [1], 80, 5, 1)
    [expected] = frames(made, room, 1)
    made.fill_ports(alone, 0, [80], [5], 1)
    assert frames(made, room, 1) == [expected]
    assert alone.numbers == [2]
