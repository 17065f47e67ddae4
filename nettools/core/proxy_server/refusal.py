"""Why a proxy did not connect a client, and what HTTP and SOCKS5 call it."""

from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import Final, Literal

from nettools.core.address import Address
from nettools.core.proxy import socks5

RefusalKind = Literal["refused", "timeout", "network-unreachable", "host-unreachable", "not-allowed", "local", "other"]

_HTTP: Final[dict[RefusalKind, int]] = {"timeout": 504, "not-allowed": 403, "local": 503}
"""RFC 9110 §15.5.4, §15.6.4, §15.6.5; whatever else keeps us from the target is 502 (§15.6.3)."""
_SOCKS: Final[dict[RefusalKind, int]] = {
    "refused": socks5.REFUSED,
    "timeout": socks5.HOST_UNREACHABLE,
    "network-unreachable": socks5.NETWORK_UNREACHABLE,
    "host-unreachable": socks5.HOST_UNREACHABLE,
    "not-allowed": socks5.NOT_ALLOWED,
}
"""RFC 1928 §6. A timeout is no code of it; TTL expired, which some send, would say that routers loop."""

_KINDS: Final[dict[str, RefusalKind]] = {
    "refused": "refused",
    "reset": "refused",
    "timeout": "timeout",
    "no-route": "network-unreachable",
    "network-down": "network-unreachable",
    "network-unreachable": "network-unreachable",
    "host-unreachable": "host-unreachable",
    "unreachable": "host-unreachable",
    "unreachable-route": "host-unreachable",
    "blackhole-route": "host-unreachable",
    "name-lookup-failed": "host-unreachable",
    "prohibited": "not-allowed",
    "firewalled-here": "not-allowed",
    "local-resources": "local",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why there is no connection; the message is safe to be shown."""

    kind: RefusalKind
    message: str

    @property
    def http_status(self) -> int:
        return _HTTP.get(self.kind, 502)

    @property
    def socks_code(self) -> int:
        return _SOCKS.get(self.kind, socks5.GENERAL_FAILURE)


def refusal_of(outcome: str, message: str) -> Refusal:
    """Of the outcome of a dial."""
    return Refusal(kind=_KINDS.get(outcome, "other"), message=message)


LOOP: Final = Refusal(kind="not-allowed", message="this is the address of the proxy itself")


def is_ourselves(
    peer: Address, port: int, *, source: Address | None, own_address: Address | None, own_port: int | None
) -> bool:
    """Whether a connection to there would come back to the proxy (RFC 9110 §7.6.3 names such loops).

    ``own_address`` and ``own_port`` are where the client reached the proxy, ``source`` is our end of the connection:
    when it is the peer's own address, this machine talks to itself. A proxy that listens on one address of several
    takes another server of this machine on the same port for itself: the price for not asking which are its own.
    """
    if port != own_port:
        return False
    addresses = {_plain(one) for one in (own_address, source) if one is not None}
    return _plain(peer) in addresses or _plain(peer).is_loopback or _plain(peer).is_unspecified


def _plain(address: Address) -> Address:
    """Without a zone; an IPv4-mapped one as the IPv4 address that it is."""
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or IPv6Address(int(address))
    return address
