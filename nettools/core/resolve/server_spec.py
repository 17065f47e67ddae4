"""Name servers as people write them: ``192.0.2.53``, ``[2001:db8::53]:5353``, ``tls://dns.example``, ``https://…``.

A word without a scheme is asked over UDP. A word with two or more colons and no brackets is an address. A host name
stays unresolved until ``servers_of`` is given its addresses: looking it up is the business of ``net``.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from nettools.core.address import Address, parse_address, parse_ipv6_with_zone
from nettools.core.host_name import check_host_name, spells_address
from nettools.core.ports import parse_port
from nettools.core.resolve.idna import ascii_name
from nettools.core.resolve.lookup import DEFAULT_PORTS, DOH_PATH, Server, Transport
from nettools.core.text import quoted, safe, suggestion
from nettools.errors import HostNameError, OptionError, PortError, RequestError

ENCRYPTED: Final[frozenset[Transport]] = frozenset({"tls", "https", "quic"})
"""Transports whose server shows a certificate."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://", re.ASCII)
_TRANSPORTS: Final[dict[str, Transport]] = {
    "udp": "udp",
    "tcp": "tcp",
    "tls": "tls",
    "https": "https",
    "quic": "quic",
}
_OTHER_WORDS: Final = {"dot": "tls", "doh": "https", "doq": "quic", "dns": "udp", "http": "https", "h2": "https"}
"""What other tools call the transports."""
_PATH = re.compile(r"/[!-~]*\Z", re.ASCII)
_TEMPLATE_END: Final = "{?dns}"
"""How a URI template of RFC 8484 §4.1 ends; a POST needs it no more than we do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSpec:
    """A name server as it was given."""

    text: str
    transport: Transport
    host: Address | str
    """An address, or a host name in ASCII that has still to be looked up."""
    port: int
    path: str | None
    """Of https alone."""
    tls_name: str | None
    """The name that the certificate must have, where it is another than the host's."""
    warnings: tuple[str, ...] = ()

    @property
    def host_name(self) -> str | None:
        """The host name that has to be looked up; None when an address was given."""
        return self.host if isinstance(self.host, str) else None


def servers_of(spec: ServerSpec, addresses: Iterable[Address] = ()) -> tuple[Server, ...]:
    """The servers that a word stands for: one at its address, or one at each of the addresses of its host name."""
    name = spec.tls_name or spec.host_name
    found = [spec.host] if not isinstance(spec.host, str) else list(addresses)
    return tuple(
        Server(address=one, port=spec.port, transport=spec.transport, name=name, path=spec.path) for one in found
    )


def parse_server(word: str, *, default_port: int | None = None, tls_name: str | None = None) -> ServerSpec:
    """The server that a word spells, without the ``@`` before it.

    ``default_port`` is ``--port``: it counts where the word has no port of its own. ``tls_name`` is ``--tls-name``.
    Raises a RequestError that names the part which is wrong.

    >>> parse_server("tls://192.0.2.53").port
    853
    >>> parse_server("https://dns.example").path
    '/dns-query'
    """
    try:
        return _parsed(word, default_port, tls_name)
    except RequestError as error:
        raise type(error)(f"server {quoted(word)}: {error.message}", hint=error.hint) from None


def _parsed(word: str, default_port: int | None, tls_name: str | None) -> ServerSpec:
    if not word:
        raise OptionError("it is empty", hint="write the address or the name of a server after the @")
    transport, rest = _transport(word)
    slash = rest.find("/")
    endpoint, path = (rest, "") if slash < 0 else (rest[:slash], rest[slash:])
    host_text, port_text = _split_port(endpoint)
    host, warnings = _host(host_text)
    if tls_name is not None and transport not in ENCRYPTED:
        raise OptionError(
            f"--tls-name is for servers with a certificate, and {transport} has none",
            hint="write tls://, https:// or quic:// before the server",
        )
    return ServerSpec(
        text=word,
        transport=transport,
        host=host,
        port=_port(port_text, default_port if default_port is not None else DEFAULT_PORTS[transport]),
        path=_path(transport, path),
        tls_name=None if tls_name is None else check_host_name(ascii_name(tls_name).name),
        warnings=warnings,
    )


def _transport(word: str) -> tuple[Transport, str]:
    match = _SCHEME.match(word)
    if match is None:
        return "udp", word
    scheme = match[1].lower()
    if scheme in _TRANSPORTS:
        return _TRANSPORTS[scheme], word[match.end() :]
    other = _OTHER_WORDS.get(scheme)
    hint = f"write {other}://" if other else suggestion(scheme, _TRANSPORTS, f"there are {', '.join(_TRANSPORTS)}")
    raise OptionError(f"the scheme {quoted(scheme)} is unknown", hint=hint)


def _split_port(endpoint: str) -> tuple[str, str | None]:
    """(host, port or None) of ``HOST``, ``HOST:PORT`` or ``[V6]:PORT``."""
    if "@" in endpoint:
        raise OptionError("a user name has no place here", hint="write the address or the name of the server alone")
    if endpoint.startswith("["):
        bare, bracket, behind = endpoint[1:].partition("]")
        if not bracket:
            raise OptionError("the bracket '[' is not closed")
        if behind and not behind.startswith(":"):
            raise OptionError(f"{quoted(behind)} behind the bracket is no port", hint=f"write [{safe(bare)}]:53")
        parse_ipv6_with_zone(bare)
        return bare, behind[1:] if behind else None
    if endpoint.count(":") == 1:
        host, _, port = endpoint.partition(":")
        return host, port
    return endpoint, None


def _host(text: str) -> tuple[Address | str, tuple[str, ...]]:
    if not text:
        raise HostNameError("the host is missing")
    if spells_address(text):
        try:
            return parse_address(text), ()
        except RequestError as error:
            bare, _, port = text.rpartition(":")
            if ":" in text and port.isascii() and port.isdigit():
                raise type(error)(
                    error.message, hint=f"an address with a port is written [{safe(bare)}]:{port}"
                ) from None
            raise
    named = ascii_name(text)
    return check_host_name(named.name), named.warnings


def _port(text: str | None, default: int) -> int:
    port = default if text is None else parse_port(text)
    if port == 0:
        raise PortError("nobody can be asked at port 0")
    return port


def _path(transport: Transport, path: str) -> str | None:
    if transport != "https":
        if path:
            raise OptionError(f"{quoted(path)} is a path, and only https has one")
        return None
    path = path.removesuffix(_TEMPLATE_END)
    if path in ("", "/"):
        return DOH_PATH
    if not _PATH.match(path) or any(character in path for character in "?#{}\\"):
        raise OptionError(f"{quoted(path)} is no path of a URL", hint=f"most servers have {DOH_PATH}")
    return path
