"""SOCKS5, as a client: RFC 1928, with the user and password of RFC 1929. The numbers are those of both sides."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from nettools.core.address import Address
from nettools.core.connect.handshake import HandshakeFailed
from nettools.core.proxy.credentials import Credentials

VERSION: Final = 5
NO_AUTHENTICATION: Final = 0
USER_AND_PASSWORD: Final = 2
NO_METHOD: Final = 0xFF
PASSWORD_VERSION: Final = 1
"""RFC 1928 §3, RFC 1929 §2."""
CONNECT: Final = 1
IPV4: Final = 1
NAME: Final = 3
IPV6: Final = 4
"""RFC 1928 §4, §5."""
ADDRESS_OCTETS: Final = {IPV4: 4, IPV6: 16}

SUCCEEDED: Final = 0
GENERAL_FAILURE: Final = 1
NOT_ALLOWED: Final = 2
NETWORK_UNREACHABLE: Final = 3
HOST_UNREACHABLE: Final = 4
REFUSED: Final = 5
TTL_EXPIRED: Final = 6
COMMAND_UNKNOWN: Final = 7
ADDRESS_TYPE_UNKNOWN: Final = 8
REPLIES: Final = {
    GENERAL_FAILURE: "the proxy failed, and does not say why",
    NOT_ALLOWED: "the rules of the proxy do not allow this connection",
    NETWORK_UNREACHABLE: "network unreachable",
    HOST_UNREACHABLE: "host unreachable",
    REFUSED: "connection refused",
    TTL_EXPIRED: "the time to live of the packets ran out",
    COMMAND_UNKNOWN: "the proxy does not know the command",
    ADDRESS_TYPE_UNKNOWN: "the proxy does not know this type of address",
}
"""RFC 1928 §6."""


def packed_place(host: Address | str, port: int) -> bytes:
    """ATYP, the address or name, and the port (RFC 1928 §4); a name has at most 255 octets."""
    if isinstance(host, IPv4Address):
        place = bytes((IPV4,)) + host.packed
    elif isinstance(host, IPv6Address):
        place = bytes((IPV6,)) + host.packed
    else:
        place = bytes((NAME, len(host))) + host.encode("ascii")
    return place + port.to_bytes(2, "big")


class Socks5:
    """Agrees on a method, says who we are if asked, asks for the connection."""

    def __init__(self, host: Address | str, port: int, *, credentials: Credentials | None) -> None:
        self.is_done = False
        self.rest = b""
        self._host = host
        self._port = port
        self._credentials = credentials
        self._buffer = b""
        self._step: Callable[[], bytes | None] = self._take_method

    def begin(self) -> bytes:
        methods = [NO_AUTHENTICATION] if self._credentials is None else [NO_AUTHENTICATION, USER_AND_PASSWORD]
        return bytes((VERSION, len(methods), *methods))

    def received(self, octets: bytes) -> bytes:
        self._buffer += octets
        answer = b""
        while not self.is_done and (more := self._step()) is not None:
            answer += more
        if self.is_done:
            self.rest += self._buffer
            self._buffer = b""
        return answer

    def ended(self) -> None:
        raise HandshakeFailed("the SOCKS5 proxy closed the connection instead of answering")

    def _take(self, count: int) -> bytes | None:
        """The next octets, when so many are there."""
        if len(self._buffer) < count:
            return None
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def _check_version(self) -> None:
        if self._buffer and self._buffer[0] != VERSION:
            raise HandshakeFailed("the proxy does not speak SOCKS5")

    def _take_method(self) -> bytes | None:
        self._check_version()
        choice = self._take(2)
        if choice is None:
            return None
        if choice[1] == NO_AUTHENTICATION:
            return self._ask()
        if choice[1] == USER_AND_PASSWORD and self._credentials is not None:
            self._step = self._take_verdict
            user, password = self._credentials.user_octets, self._credentials.password_octets
            return bytes((PASSWORD_VERSION, len(user))) + user + bytes((len(password),)) + password
        if choice[1] == NO_METHOD and self._credentials is None:
            hint = "--proxy-auth USER:PASSWORD says them, if that is what it wants"
            raise HandshakeFailed("SOCKS5: the proxy lets nobody in without authentication", hint=hint)
        if choice[1] == NO_METHOD:
            raise HandshakeFailed("SOCKS5: the proxy takes neither a user with a password nor nobody")
        raise HandshakeFailed(f"SOCKS5: the proxy chose the method {choice[1]}, which was not offered")

    def _take_verdict(self) -> bytes | None:
        verdict = self._take(2)
        if verdict is None:
            return None
        if verdict[1] != 0:
            raise HandshakeFailed("SOCKS5: the proxy did not accept the user and the password")
        return self._ask()

    def _ask(self) -> bytes:
        self._step = self._take_reply
        return bytes((VERSION, CONNECT, 0)) + packed_place(self._host, self._port)

    def _take_reply(self) -> bytes | None:
        self._check_version()
        code = self._buffer[1] if len(self._buffer) > 1 else SUCCEEDED
        if code != SUCCEEDED:  # some proxies close behind the code
            raise HandshakeFailed(f"SOCKS5: {REPLIES.get(code, f'the proxy answered with the unknown code {code}')}")
        octets = self._reply_octets()
        if octets is None or self._take(octets) is None:
            return None
        self.is_done = True
        return b""

    def _reply_octets(self) -> int | None:
        """How long the reply is, once that can be known: the address that the proxy sends from is not needed."""
        if len(self._buffer) < 4:
            return None
        kind = self._buffer[3]
        if kind in ADDRESS_OCTETS:
            return 4 + ADDRESS_OCTETS[kind] + 2
        if kind == NAME:
            return None if len(self._buffer) < 5 else 5 + self._buffer[4] + 2
        raise HandshakeFailed(f"SOCKS5: the proxy answered with the unknown type of address {kind}")
