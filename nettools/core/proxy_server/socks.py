"""The conversation of a SOCKS5 proxy (RFC 1928, RFC 1929): CONNECT alone; BIND and UDP are refused with their code."""

from ipaddress import IPv4Address, IPv6Address
from typing import Final, Literal

from nettools.core.address import Address
from nettools.core.connect.target import Target, parse_host
from nettools.core.proxy import socks5
from nettools.core.proxy_server.access import Access
from nettools.core.proxy_server.refusal import Refusal
from nettools.core.proxy_server.steps import Connect, Hang, Listen, Step, Tunnel
from nettools.errors import NettoolsError

_NOWHERE: Final = socks5.packed_place(IPv4Address(0), 0)


class SocksConversation:
    """With one client. ``access`` is None when everybody may use the proxy."""

    __slots__ = ("_access", "_awaited", "_buffer", "_said")

    def __init__(self, access: Access | None) -> None:
        self._access = access
        self._buffer = b""
        self._said = b""
        self._awaited: Literal["methods", "password", "request"] = "methods"

    def received(self, octets: bytes, now_s: float) -> Step:  # noqa: ARG002 -- nothing grows old here
        self._buffer += octets
        done: Connect | Hang | None = None
        while done is None:
            before = len(self._buffer)
            done = self._take_awaited()
            if done is None and len(self._buffer) == before:
                said, self._said = self._said, b""
                return Listen(send=said)
        said, self._said = self._said, b""
        if isinstance(done, Hang):
            return Hang(send=said + done.send, reason=done.reason)
        return Connect(target=done.target, send=said)

    def ended(self) -> Step:
        is_silent = self._awaited == "methods" and not self._buffer
        reason = "the client left without a word" if is_silent else "the client left in the middle of its request"
        return Hang(send=b"", reason=reason, kind="closed")

    def connected(self, address: Address | None, port: int) -> Step:
        place = _NOWHERE if address is None else socks5.packed_place(address, port)
        rest, self._buffer = self._buffer, b""
        return Tunnel(to_client=_reply(socks5.SUCCEEDED, place), to_target=rest)

    def failed(self, refusal: Refusal) -> Step:
        return Hang(send=_reply(refusal.socks_code), reason=refusal.message)

    def _take(self, count: int) -> bytes | None:
        """The next octets, when so many are there."""
        if len(self._buffer) < count:
            return None
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def _take_awaited(self) -> Connect | Hang | None:
        """The next message, when it is whole."""
        match self._awaited:
            case "methods":
                return self._take_methods()
            case "password":
                return self._take_password()
            case "request":
                return self._take_request()

    def _take_methods(self) -> Hang | None:
        if self._buffer[:1] not in (b"", bytes((socks5.VERSION,))):
            return Hang(send=b"", reason="the client does not speak SOCKS5")
        if len(self._buffer) < 2:
            return None
        said = self._take(2 + self._buffer[1])
        if said is None:
            return None
        wanted = socks5.NO_AUTHENTICATION if self._access is None else socks5.USER_AND_PASSWORD
        if wanted not in said[2:]:
            return Hang(send=bytes((socks5.VERSION, socks5.NO_METHOD)), reason="the client did not say who it is")
        self._said += bytes((socks5.VERSION, wanted))
        self._awaited = "request" if self._access is None else "password"
        return None

    def _take_password(self) -> Hang | None:
        if self._buffer[:1] not in (b"", bytes((socks5.PASSWORD_VERSION,))):
            return Hang(send=b"", reason="the client does not say user and password as RFC 1929 does")
        if len(self._buffer) < 2 or len(self._buffer) < 3 + self._buffer[1]:
            return None
        user_end = 2 + self._buffer[1]
        said = self._take(user_end + 1 + self._buffer[user_end])
        if said is None:
            return None
        assert self._access is not None
        is_user = self._access.is_user(said[2:user_end], said[user_end + 1 :])
        verdict = bytes((socks5.PASSWORD_VERSION, 0 if is_user else 1))
        if not is_user:
            return Hang(send=verdict, reason="the user or the password is wrong")
        self._said += verdict
        self._awaited = "request"
        return None

    def _take_request(self) -> Connect | Hang | None:
        if self._buffer[:1] not in (b"", bytes((socks5.VERSION,))):
            return Hang(send=b"", reason="the client does not speak SOCKS5")
        if len(self._buffer) < 5:
            return None
        command, kind = self._buffer[1], self._buffer[3]
        octets = 1 + self._buffer[4] if kind == socks5.NAME else socks5.ADDRESS_OCTETS.get(kind)
        if octets is None:
            return _refused(socks5.ADDRESS_TYPE_UNKNOWN, f"{kind} is no type of address")
        said = self._take(4 + octets + 2)
        if said is None:
            return None
        if command != socks5.CONNECT:
            return _refused(socks5.COMMAND_UNKNOWN, f"the command {command} is not CONNECT")
        return _connect(kind, said[4:-2], int.from_bytes(said[-2:], "big"))


def _connect(kind: int, place: bytes, port: int) -> Connect | Hang:
    if not port:
        return _refused(socks5.GENERAL_FAILURE, "nobody can be reached at port 0")
    host: Address | str
    if kind == socks5.IPV4:
        host = IPv4Address(place)
    elif kind == socks5.IPV6:
        host = IPv6Address(place)
    else:
        try:
            host = parse_host(place[1:].decode("latin-1"))
        except NettoolsError as error:
            return _refused(socks5.HOST_UNREACHABLE, error.message)
    return Connect(target=Target(transport="tcp", host=host, port=port))


def _refused(code: int, reason: str) -> Hang:
    return Hang(send=_reply(code), reason=reason)


def _reply(code: int, place: bytes = _NOWHERE) -> bytes:
    return bytes((socks5.VERSION, code, 0)) + place
