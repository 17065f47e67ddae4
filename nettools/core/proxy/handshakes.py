"""The handshake that asks a proxy for a target."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address

from nettools.core.address import Address, format_address
from nettools.core.connect.handshake import Handshake
from nettools.core.connect.target import Target
from nettools.core.proxy.connect import HttpConnect
from nettools.core.proxy.settings import ProxySettings
from nettools.core.proxy.socks4 import Socks4
from nettools.core.proxy.socks5 import Socks5
from nettools.errors import OptionError


def make_handshake(
    settings: ProxySettings, target: Target, resolved: Address | None = None, *, client_nonce: str
) -> Handshake:
    """What is said to the proxy. ``resolved`` is the address of a target whose name was looked up here.

    ``client_nonce`` is text that nobody can guess, for Digest authentication: 16 random octets in hexadecimal.
    Raises OptionError for a target that this kind of proxy cannot be asked for.
    """
    host = target.host if resolved is None else resolved
    if target.transport not in ("tcp", "mptcp") or host is None or target.port is None:
        raise OptionError("a proxy connects to TCP ports alone")
    if isinstance(host, IPv6Address):
        host = _without_mapping(host)
    if settings.type == "http":
        authority = str(replace(target, host=host))
        return HttpConnect(authority, credentials=settings.credentials, client_nonce=client_nonce)
    if settings.type == "socks5":
        return Socks5(host, target.port, credentials=settings.credentials)
    if isinstance(host, IPv6Address):
        hint = "-4 looks for an IPv4 address; SOCKS5 knows both"
        raise OptionError(f"SOCKS4 knows no IPv6 address such as {format_address(host)}", hint=hint)
    user = settings.credentials.user_octets if settings.credentials is not None else b""
    return Socks4(host, target.port, user=user)


def _without_mapping(address: IPv6Address) -> Address:
    """An IPv4-mapped address is the IPv4 one; a zone means nothing on another machine."""
    if address.scope_id is not None:
        raise OptionError(f"the zone of {format_address(address)} means nothing to a proxy", hint="leave it out")
    return IPv4Address(int(address) & 0xFFFFFFFF) if address.ipv4_mapped is not None else address
