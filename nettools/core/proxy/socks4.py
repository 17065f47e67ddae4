"""SOCKS4 and 4a: https://www.openssh.com/txt/socks4.protocol and socks4a.protocol."""

from ipaddress import IPv4Address
from typing import Final

from nettools.core.connect.handshake import HandshakeFailed

_VERSION: Final = 4
_CONNECT: Final = 1
_REPLY_OCTETS: Final = 8
_GRANTED: Final = 90
_REFUSALS: Final = {
    91: "the proxy refused, or could not connect",
    92: "the proxy refused: it reaches no identd on this machine",
    93: "the proxy refused: identd on this machine names another user",
}
_NAME_FOLLOWS: Final = bytes((0, 0, 0, 1))
"""4a: an address 0.0.0.x, x not 0, says that the name of the target stands behind the user."""


class Socks4:
    """Asks for a connection to an IPv4 address, or with 4a to a name that the proxy looks up."""

    def __init__(self, host: IPv4Address | str, port: int, *, user: bytes) -> None:
        self.is_done = False
        self.rest = b""
        self._host = host
        self._port = port
        self._user = user
        self._buffer = b""

    def begin(self) -> bytes:
        is_name = isinstance(self._host, str)
        address = _NAME_FOLLOWS if isinstance(self._host, str) else self._host.packed
        name = str(self._host).encode("ascii") + b"\0" if is_name else b""
        return bytes((_VERSION, _CONNECT)) + self._port.to_bytes(2, "big") + address + self._user + b"\0" + name

    def received(self, octets: bytes) -> bytes:
        self._buffer += octets
        if self._buffer[:1] not in (b"", b"\0"):
            raise HandshakeFailed("the proxy does not speak SOCKS4")
        if len(self._buffer) > 1 and self._buffer[1] != _GRANTED:
            code = self._buffer[1]
            raise HandshakeFailed(f"SOCKS4: {_REFUSALS.get(code, f'the proxy answered with the unknown code {code}')}")
        if len(self._buffer) >= _REPLY_OCTETS:
            self.is_done = True
            self.rest = self._buffer[_REPLY_OCTETS:]
        return b""

    def ended(self) -> None:
        raise HandshakeFailed("the SOCKS4 proxy closed the connection instead of answering")
