"""Asking a link who has an address: ARP for IPv4, neighbour discovery for IPv6, through packet sockets of our own.

The kernel would only resolve what it sends itself, a thousand neighbours at once and three seconds each.
"""

import socket
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address

from nettools.core.packet.filter import neighbour_advertisements
from nettools.core.packet.headers import ETHERTYPE_ARP, ETHERTYPE_IPV6
from nettools.core.packet.neighbours import (
    BROADCAST_MAC,
    arp_request,
    multicast_mac,
    neighbour_solicitation,
    read_advertisement,
    read_arp_reply,
    solicited_node,
)
from nettools.core.scan.sweep.lane import Lane
from nettools.net.packet_socket import attach_filter, bind_packets, open_packet_socket


class NeighbourSocket:
    """Questions and answers of one IP version on one interface. Raises MissingPrivilege, LocalFault, OSError."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._socket = open_packet_socket(socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._ethertype = ETHERTYPE_ARP if lane.version == 4 else ETHERTYPE_IPV6
        if lane.version == 6:
            attach_filter(self._socket, neighbour_advertisements())
        bind_packets(self._socket, self._ethertype, lane.interface)

    def fileno(self) -> int:
        return self._socket.fileno()

    def ask(self, address: int) -> None:
        """Who has it? What the interface does not take now is asked again when the time for an answer is up."""
        lane = self._lane
        mac = lane.mac or bytes(6)
        if isinstance(lane.source, IPv4Address):
            packet, to = arp_request(mac, lane.source, IPv4Address(address)), BROADCAST_MAC
        else:
            target = IPv6Address(address)
            packet, to = neighbour_solicitation(mac, lane.source, target), multicast_mac(solicited_node(target))
        with suppress(OSError):
            self._socket.sendto(packet, (lane.interface, self._ethertype, 0, 0, to))

    def answers(self) -> Iterator[tuple[int, bytes]]:
        """(address, MAC) of those who answered."""
        while True:
            try:
                packet, where = self._socket.recvfrom(2048)
            except OSError:
                return
            if self._lane.version == 4:
                reply = read_arp_reply(packet)
                if reply is not None:
                    yield reply
            else:
                advertised = read_advertisement(packet)
                if advertised is not None:
                    yield advertised[0], advertised[1] or bytes(where[4])

    def close(self) -> None:
        self._socket.close()
