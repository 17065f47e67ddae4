"""ARP and neighbour discovery, as RFC 826 and RFC 4861 lay them out."""

from ipaddress import IPv4Address, IPv6Address
from struct import pack

from hypothesis import given
from hypothesis import strategies as st

from nettools.core.packet.neighbours import (
    arp_request,
    multicast_mac,
    neighbour_solicitation,
    read_advertisement,
    read_arp_reply,
    solicited_node,
)
from tests.core.packet.wire import add_words, packet

MAC, OTHER = bytes.fromhex("02a1b2c3d4e5"), bytes.fromhex("06ffeeddccbb")
HERE4, THERE4 = IPv4Address("192.0.2.1"), IPv4Address("192.0.2.99")
HERE6, THERE6 = IPv6Address("2001:db8::1"), IPv6Address("2001:db8::1234:5678")


def advertisement(target: IPv6Address, options: bytes = b"", *, hops: int = 255, code: int = 0) -> bytes:
    body = bytes([136, code, 0, 0, 0x60, 0, 0, 0]) + target.packed + options
    return packet(target, HERE6, 58, body, hops=hops)


def test_an_arp_request() -> None:
    assert arp_request(MAC, HERE4, THERE4).hex(" ") == (
        "00 01 08 00 06 04 00 01 02 a1 b2 c3 d4 e5 c0 00 02 01 00 00 00 00 00 00 c0 00 02 63"
    )


def test_an_arp_reply() -> None:
    reply = bytes.fromhex("0001080006040002") + OTHER + THERE4.packed + MAC + HERE4.packed
    assert read_arp_reply(reply.ljust(46, b"\0")) == (int(THERE4), OTHER)  # Ethernet fills it up
    assert read_arp_reply(reply[:27]) is None
    assert read_arp_reply(arp_request(MAC, HERE4, THERE4)) is None
    assert read_arp_reply(b"\0\6" + reply[2:]) is None


def test_a_neighbour_solicitation() -> None:
    one = neighbour_solicitation(MAC, HERE6, THERE6)
    group = IPv6Address("ff02::1:ff34:5678")
    assert one[:8] == pack("!IHBB", 6 << 28, 32, 58, 255)
    assert (one[8:24], one[24:40]) == (HERE6.packed, group.packed)
    message = one[40:]
    assert (message[0], message[1], message[4:8], message[8:24]) == (135, 0, bytes(4), THERE6.packed)
    assert message[24:] == b"\1\1" + MAC
    assert add_words(one[8:40] + pack("!II", len(message), 58) + message) == 0xFFFF


def test_the_group_and_its_mac() -> None:
    assert solicited_node(THERE6) == IPv6Address("ff02::1:ff34:5678")
    assert multicast_mac(solicited_node(THERE6)).hex(":") == "33:33:ff:34:56:78"


def test_an_advertisement() -> None:
    assert read_advertisement(advertisement(THERE6, b"\2\1" + OTHER)) == (int(THERE6), OTHER)
    assert read_advertisement(advertisement(THERE6, b"\5\2" + bytes(14) + b"\2\1" + OTHER)) == (int(THERE6), OTHER)
    assert read_advertisement(advertisement(THERE6)) == (int(THERE6), None)


def test_an_advertisement_that_a_router_forwarded_is_forged() -> None:
    assert read_advertisement(advertisement(THERE6, hops=254)) is None
    assert read_advertisement(advertisement(THERE6, code=1)) is None


def test_an_option_without_length_ends_the_options() -> None:
    assert read_advertisement(advertisement(THERE6, b"\2\0" + OTHER)) == (int(THERE6), None)


@given(st.binary(max_size=120))
def test_any_octets_are_read_or_refused(data: bytes) -> None:
    for found in (read_arp_reply(data), read_advertisement(data), read_advertisement(advertisement(THERE6, data))):
        assert found is None or found[1] is None or len(found[1]) == 6
