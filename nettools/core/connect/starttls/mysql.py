"""MySQL and MariaDB: "Connection Phase Packets", Protocol::HandshakeV10 and Protocol::SSLRequest of their manuals."""

from typing import Final

from nettools.core.connect.handshake import HandshakeFailed
from nettools.core.connect.starttls.replies import MOST_OCTETS, StartTls, not_offered, said

_HEADER: Final = 4
"""Three octets of length, least significant first, and a number in sequence."""
_ERROR: Final = 0xFF
_VERSION: Final = 10

_CLIENT_PROTOCOL_41: Final = 0x0000_0200
_CLIENT_SSL: Final = 0x0000_0800
_CLIENT_SECURE_CONNECTION: Final = 0x0000_8000
_CLIENT_PLUGIN_AUTH: Final = 0x0008_0000
_CAPABILITIES: Final = _CLIENT_PROTOCOL_41 | _CLIENT_SSL | _CLIENT_SECURE_CONNECTION | _CLIENT_PLUGIN_AUTH
_LARGEST_PACKET: Final = 1 << 24
_UTF8MB4: Final = 45


class MysqlStartTls(StartTls):
    """The server's greeting, our request; TLS begins behind it without another word."""

    def _advance(self) -> bytes:
        if len(self._unread) < _HEADER:
            return b""
        length = int.from_bytes(self._unread[:3], "little")
        if length + _HEADER > MOST_OCTETS or not length:
            raise HandshakeFailed("it does not speak MySQL")
        if len(self._unread) < _HEADER + length:
            return b""
        number = self._unread[3]
        greeting, self._unread = self._unread[_HEADER : _HEADER + length], self._unread[_HEADER + length :]
        _check_greeting(greeting)
        self.is_done = True
        request = b"".join(
            (
                _CAPABILITIES.to_bytes(4, "little"),
                _LARGEST_PACKET.to_bytes(4, "little"),
                bytes([_UTF8MB4]),
                bytes(23),
            )
        )
        return len(request).to_bytes(3, "little") + bytes([(number + 1) & 0xFF]) + request


def _check_greeting(greeting: bytes) -> None:
    """Whether it offers TLS. Raises HandshakeFailed."""
    if greeting[0] == _ERROR:  # two octets of a code, then words
        raise HandshakeFailed(f"it does not want us: {said(greeting[3:])}")
    version_end = greeting.find(b"\0", 1)
    at = version_end + 1 + 4 + 8 + 1  # behind the thread's number, the first part of a challenge, a filler
    if greeting[0] != _VERSION or version_end < 0 or len(greeting) < at + 2:
        raise HandshakeFailed("it does not speak MySQL, or an age-old version of it")
    if not int.from_bytes(greeting[at : at + 2], "little") & _CLIENT_SSL:
        raise not_offered()
