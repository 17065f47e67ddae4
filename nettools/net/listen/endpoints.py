"""Who speaks and where it came in, from what the socket layer says about it."""

import socket
from ipaddress import IPv4Address, IPv6Address

from nettools.core.address import Address
from nettools.core.listen.access import plain_address
from nettools.core.listen.endpoint import endpoint_text, unix_text, vsock_text
from nettools.net.listen.listeners import Listening


def peer_of(address: object) -> tuple[Address | None, int | None, str]:
    """Who speaks, from what accept(2) or recvfrom(2) gave: an address where there is one, and one word."""
    if isinstance(address, tuple) and isinstance(address[0], str):
        host = ip_of(address)
        return host, address[1], endpoint_text(host, address[1])
    if isinstance(address, tuple):
        return None, None, vsock_text(address[0], address[1])
    return None, None, unix_text(address if isinstance(address, (str, bytes)) else "")


def ip_of(address: tuple[object, ...]) -> Address:
    """The address of an Internet socket, with its zone; an IPv4-mapped one is the IPv4 one that it stands for."""
    text = str(address[0])
    if ":" not in text:
        return IPv4Address(text)
    scope = address[3] if len(address) > 3 else 0
    if scope and "%" not in text:
        try:
            zone = socket.if_indextoname(int(str(scope)))
        except OSError:
            zone = str(scope)
        return IPv6Address(f"{text}%{zone}")
    return plain_address(IPv6Address(text))


def local_of(listening: Listening, accepted: socket.socket) -> tuple[Address | None, int | None, str]:
    """Where it came in: only a socket that is bound to all addresses has to ask."""
    if not listening.is_wildcard:
        return listening.address, listening.port, listening.text
    try:
        name = accepted.getsockname()
    except OSError:
        return listening.address, listening.port, listening.text
    host = ip_of(name)
    return host, name[1], endpoint_text(host, name[1])
