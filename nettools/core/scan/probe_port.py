"""A port of either transport as one integer, so that plans can count and compare ports cheaply.

TCP ports are themselves; a UDP port has ``UDP_BIT`` set. Sorting puts TCP first, then UDP, each ascending.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Final

from nettools.core.ports import PortSelection, Transport

ProbePort = int

UDP_BIT: Final = 1 << 16
"""The first bit that no port number has (RFC 9293 §3.1, RFC 768: 16 bits)."""


def tcp(port: int) -> ProbePort:
    """The TCP port of that number."""
    return port


def udp(port: int) -> ProbePort:
    """The UDP port of that number."""
    return port | UDP_BIT


def number_of(port: ProbePort) -> int:
    """The port number, 0–65535."""
    return port & (UDP_BIT - 1)


def transport_of(port: ProbePort) -> Transport:
    """The transport whose port it is."""
    return "udp" if port & UDP_BIT else "tcp"


def selected(ports: PortSelection) -> tuple[ProbePort, ...]:
    """All ports of a selection, TCP first, each ascending."""
    return (*ports.tcp, *map(udp, ports.udp))


def numbers(ports: Iterable[ProbePort]) -> list[int]:
    """The port numbers alone, in the order given."""
    return [port & (UDP_BIT - 1) for port in ports]


def by_transport(ports: Iterable[ProbePort]) -> Iterator[tuple[Transport, list[ProbePort]]]:
    """The ports of each transport that has any, ascending; TCP first."""
    ascending = sorted(ports)
    first_udp = bisect_left(ascending, UDP_BIT)
    if first_udp:
        yield "tcp", ascending[:first_udp]
    if first_udp < len(ascending):
        yield "udp", ascending[first_udp:]
