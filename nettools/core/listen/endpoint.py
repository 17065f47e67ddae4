"""Endpoints in one word, as people write them and as they may be pasted into a command line."""

from nettools.core.address import Address, endpoint
from nettools.core.text import safe


def endpoint_text(address: Address, port: int) -> str:
    """An address and a port, safe to be printed: a zone may have any name.

    >>> endpoint_text(IPv6Address("::1"), 80)
    '[::1]:80'
    """
    return safe(endpoint(address, port))


def unix_text(name: str | bytes) -> str:
    """A path, ``@name`` for the abstract namespace, ``unnamed`` for a socket that was never bound (unix(7)).

    >>> unix_text(b"\\0chat")
    '@chat'
    """
    if not name:
        return "unnamed"
    text = safe(name)
    first = name[:1]
    return f"@{safe(name[1:])}" if first in ("\0", b"\0") else text


def vsock_text(context: int, port: int) -> str:
    """A context identifier and a port (vsock(7)); -1 is any context.

    >>> vsock_text(0xFFFFFFFF, 5000)
    '-1:5000'
    """
    return f"{-1 if context == 0xFFFF_FFFF else context}:{port}"
