"""The TLS options of a command line as settings."""

from collections.abc import Sequence
from typing import Final, TypedDict

from nettools.core.address import parse_address
from nettools.core.host_name import check_host_name, spells_address
from nettools.core.text import quoted
from nettools.core.tls.pins import parse_pin
from nettools.core.tls.settings import ClientTls, ServerTls, Version
from nettools.errors import OptionError

_VERSIONS: Final[dict[str, Version]] = {"1.2": "1.2", "1.3": "1.3"}
_OLD: Final = frozenset({"1", "1.0", "1.1", "2", "3", "v2", "v3"})
_LONGEST_ALPN: Final = 255
"""Octets: RFC 7301 §3.1."""


class _Common(TypedDict):
    cert: str | None
    key: str | None
    cafile: str | None
    alpn: tuple[str, ...]
    ciphers: str | None
    minimum: Version
    keylog: str | None


def read_client_tls(
    *,
    host: str | None,
    insecure: bool = False,
    servername: str | None = None,
    pins: Sequence[str] = (),
    cert: str | None = None,
    key: str | None = None,
    cafile: str | None = None,
    alpn: str | None = None,
    ciphers: str | None = None,
    tls_min: str | None = None,
    keylog: str | None = None,
) -> ClientTls:
    """The settings of a client of this host (None for a Unix socket). Raises OptionError, HostNameError."""
    settings = ClientTls(
        host=host,
        servername=None if servername is None else _parse_servername(servername),
        is_verified=not insecure,
        pins=tuple(parse_pin(one) for one in pins),
        **_common(cert, key, cafile, alpn, ciphers, tls_min, keylog),
    )
    if insecure and cafile is not None:
        raise OptionError("--cafile says whom to trust and --insecure to trust anybody: choose one")
    if settings.is_verified and settings.expected_name is None:
        raise OptionError(
            "no name to look for in the certificate of a Unix socket's server",
            hint="--servername NAME says which; --insecure looks at none",
        )
    return settings


def read_server_tls(
    *,
    cert: str | None = None,
    key: str | None = None,
    cafile: str | None = None,
    alpn: str | None = None,
    ciphers: str | None = None,
    tls_min: str | None = None,
    keylog: str | None = None,
) -> ServerTls:
    """The settings of a server. Raises OptionError."""
    return ServerTls(**_common(cert, key, cafile, alpn, ciphers, tls_min, keylog))


def _common(
    cert: str | None,
    key: str | None,
    cafile: str | None,
    alpn: str | None,
    ciphers: str | None,
    tls_min: str | None,
    keylog: str | None,
) -> _Common:
    if key is not None and cert is None:
        raise OptionError("--key is given without --cert", hint="a key proves nothing without its certificate")
    minimum = parse_version(tls_min or "1.2")
    if ciphers is not None and minimum == "1.3":
        raise OptionError("--ciphers chooses those of TLS 1.2, which --tls-min 1.3 leaves out")
    return {
        "cert": cert,
        "key": key,
        "cafile": cafile,
        "alpn": () if alpn is None else parse_alpn(alpn),
        "ciphers": ciphers,
        "minimum": minimum,
        "keylog": keylog,
    }


def parse_version(text: str, name: str = "--tls-min") -> Version:
    """The oldest version, as people write it: ``1.2``, ``TLSv1.3``. Raises OptionError."""
    lowered = text.lower()
    bare = lowered.removeprefix("tls").removeprefix("ssl").removeprefix("v").lstrip(" _-").replace("_", ".")
    if bare in _VERSIONS and not lowered.startswith("ssl"):
        return _VERSIONS[bare]
    if bare in _OLD:
        raise OptionError(
            f"{name} {quoted(text)}: SSL, TLS 1.0 and TLS 1.1 are broken and forbidden (RFC 8996)",
            hint="write 1.2 or 1.3",
        )
    raise OptionError(f"{name} {quoted(text)} is no version of TLS", hint="write 1.2 or 1.3")


def parse_alpn(text: str) -> tuple[str, ...]:
    """The protocols of ``--alpn``, with commas. Raises OptionError."""
    names = tuple(text.split(","))
    for name in names:
        if not name or len(name) > _LONGEST_ALPN or not name.isascii() or not name.isprintable():
            raise OptionError(
                f"--alpn: {quoted(name)} is no name of a protocol" if name else "--alpn: a name is empty",
                hint="write names with commas: h2,http/1.1",
            )
    return names


def _parse_servername(text: str) -> str:
    return str(parse_address(text)) if spells_address(text) else check_host_name(text)
