"""Which proxy, of which kind, as the options say it."""

from dataclasses import dataclass
from typing import Final, Literal

from nettools.core.address import Address
from nettools.core.connect.target import Target, parse_host
from nettools.core.ports import parse_port
from nettools.core.proxy.credentials import Credentials
from nettools.core.text import quoted, suggestion
from nettools.errors import AddressError, OptionError

ProxyType = Literal["http", "socks4", "socks5"]
ProxyDns = Literal["local", "remote"]

_TYPES: Final[dict[str, ProxyType]] = {"http": "http", "socks4": "socks4", "socks4a": "socks4", "socks5": "socks5"}
_DEFAULT_PORT: Final[dict[ProxyType, int]] = {"http": 3128, "socks4": 1080, "socks5": 1080}
"""Those of ncat (ncat(1), --proxy): squid's, and the one of IANA's registry."""
_LONGEST_SOCKS_FIELD: Final = 255
"""A user or a password behind a length of one octet (RFC 1929 §2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxySettings:
    """One proxy and how it is spoken to."""

    type: ProxyType
    host: Address | str
    port: int
    credentials: Credentials | None = None
    dns: ProxyDns = "remote"
    """Who looks up the name of the target: we, or the proxy."""

    @property
    def target(self) -> Target:
        """The proxy itself, as a place to connect to."""
        return Target(transport="tcp", host=self.host, port=self.port)

    @property
    def notes(self) -> tuple[str, ...]:
        """What should be said on standard error."""
        if self.type == "socks4" and self.credentials is not None and self.credentials.password is not None:
            return ("SOCKS4 knows no password: only the user is sent",)
        return ()

    def looks_up(self, target: Target) -> bool:
        """Whether the address of the target has to be found here, before the handshake."""
        return self.dns == "local" and isinstance(target.host, str)

    def lookup_version(self, version: int | None) -> int | None:
        """The IP version to look up here; SOCKS4 carries IPv4 alone. ``version`` is what was asked for."""
        return 4 if self.type == "socks4" else version


def parse_proxy_settings(
    word: str, *, type_word: str | None, dns_word: str | None, credentials: Credentials | None
) -> ProxySettings:
    """``--proxy``, ``--proxy-type`` and ``--proxy-dns``. Raises RequestError."""
    kind = parse_proxy_type(type_word)
    host, port = parse_proxy_endpoint(word, default_port=_DEFAULT_PORT[kind])
    if kind == "socks5" and credentials is not None:
        _check_lengths(credentials)
    return ProxySettings(type=kind, host=host, port=port, credentials=credentials, dns=parse_proxy_dns(dns_word))


def parse_proxy_type(word: str | None) -> ProxyType:
    """http where nothing is said. SOCKS4 and SOCKS4a are one here: the names go to whoever looks them up."""
    kind = _TYPES.get((word or "http").lower())
    if kind is None:
        assert word is not None
        hint = suggestion(word.lower(), _TYPES, otherwise="there are http, socks4 and socks5")
        raise OptionError(f"there is no proxy type {quoted(word)}", hint=hint)
    return kind


def parse_proxy_dns(word: str | None, name: str = "--proxy-dns") -> ProxyDns:
    """Remote where nothing is said, as in ncat."""
    if word not in (None, "local", "remote"):
        raise OptionError(f"{name} {quoted(word)} is neither local nor remote")
    return "local" if word == "local" else "remote"


def parse_proxy_endpoint(word: str, *, default_port: int) -> tuple[Address | str, int]:
    """``HOST``, ``HOST:PORT``, ``[IPV6]`` or ``[IPV6]:PORT``; two colons and no bracket are an address alone.

    Raises RequestError.
    """
    if "://" in word:
        hint = "write HOST:PORT; which kind of proxy it is, --proxy-type says"
        raise OptionError(f"the proxy {quoted(word)} is a URL", hint=hint)
    if word.startswith("["):
        host, bracket, behind = word.partition("]")
        if not bracket:
            raise AddressError(f"{quoted(word)}: the bracket is not closed")
        host += bracket
        if behind and not behind.startswith(":"):
            raise AddressError(f"{quoted(behind)} behind the bracket is no port")
        port = behind[1:] if behind else None
    elif word.count(":") == 1:
        host, _, port = word.partition(":")
    else:
        host, port = word, None
    number = default_port if port is None else parse_port(port)
    if number == 0:
        raise OptionError("no proxy can be reached at port 0")
    return parse_host(host), number


def _check_lengths(credentials: Credentials) -> None:
    for what, octets in (("user", credentials.user_octets), ("password", credentials.password_octets)):
        if len(octets) > _LONGEST_SOCKS_FIELD:
            raise OptionError(f"the {what} has {len(octets)} bytes; SOCKS5 carries {_LONGEST_SOCKS_FIELD} (RFC 1929)")
