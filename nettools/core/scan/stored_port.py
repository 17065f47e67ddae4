"""The ports of an earlier answer: one by one with what was found out of each, or many with one verdict."""

from base64 import b64decode
from binascii import Error as NoBase64
from functools import lru_cache
from math import nan
from typing import Final, get_args

from nettools.core.address import Address
from nettools.core.ports import HIGHEST_PORT, Transport
from nettools.core.scan.finding import Finding
from nettools.core.scan.port_ranges import count_of, port_ranges
from nettools.core.scan.probe_port import ProbePort, tcp, udp
from nettools.core.scan.reason import PortState, Verdict, verdict
from nettools.core.scan.stored import TRANSPORTS, StoredPort, StoredPorts
from nettools.core.scan.stored_fields import Fields
from nettools.core.scan.tls_info import TlsInfo
from nettools.errors import PortError

_STATES: Final[tuple[PortState, ...]] = get_args(PortState)
_SAID: Final = ("banner", "banner_base64", "tls", "detected", "product", "version", "extra")


def stored_port(about: Fields, host: Fields) -> tuple[StoredPort, float]:
    """A port that stands by itself, with its round-trip time in milliseconds. Raises InputError."""
    number = about.whole("port", HIGHEST_PORT)
    rtt_ms = about.number("rtt_ms")
    port = _plain_port(
        udp(number) if about.one_of("protocol", TRANSPORTS) == "udp" else tcp(number),
        _verdict(about, host),
        about.whole("reason_ttl", 255) if about.has("reason_ttl") else None,
        about.optional_text("service"),
    )
    if any(about.has(key) for key in _SAID):
        port = port._replace(finding=_finding(about))
    return port, nan if rtt_ms is None else rtt_ms


@lru_cache(maxsize=1 << 17)
def _plain_port(port: ProbePort, found: Verdict, ttl: int | None, service: str | None) -> StoredPort:
    return StoredPort(port, found, ttl, service, None)


def stored_ports(about: Fields, host: Fields) -> StoredPorts:
    """Ports that stand together. Raises InputError."""
    protocol: Transport = about.one_of("protocol", TRANSPORTS)
    ports = about.text("ports")
    try:
        count = count_of(port_ranges(ports))
    except PortError:
        about.wrong("ports", ports, "an ascending list of ports like 3-21,23")
    if about.whole("count") != count:
        about.wrong("count", about.raw("count"), f"{count}, the number of its ports")
    return StoredPorts(protocol, _verdict(about, host), ports)


def _verdict(about: Fields, host: Fields) -> Verdict:
    """A host is down on the word of this machine alone, so that this is where the reason for it came from."""
    sender: Address | None = about.address("reason_ip") if about.has("reason_ip") else None
    reason = about.text("reason")
    is_from_here = (
        sender is not None
        and host.has("status")
        and host.raw("status") == "down"
        and host.raw("status_reason") == reason
    )
    return verdict(about.one_of("state", _STATES), reason, sender, is_from_here=is_from_here)


def _finding(about: Fields) -> Finding:
    return Finding(
        banner=_banner(about),
        tls=_tls_info(about.inner("tls")) if about.has("tls") else None,
        service=about.optional_text("detected"),
        product=about.optional_text("product"),
        version=about.optional_text("version"),
        extra=about.optional_text("extra"),
    )


def _banner(about: Fields) -> bytes | None:
    if not about.has("banner_base64"):
        text = about.optional_text("banner")
        return None if text is None else text.encode("utf-8", "surrogatepass")
    try:
        return b64decode(about.text("banner_base64"), validate=True)
    except (NoBase64, ValueError):
        about.wrong("banner_base64", about.raw("banner_base64"), "base64")


def _tls_info(about: Fields) -> TlsInfo:
    return TlsInfo(
        version=about.text("version"),
        cipher=about.text("cipher"),
        alpn=about.optional_text("alpn"),
        subject=about.optional_text("subject"),
        names=about.texts("names"),
        issuer=about.optional_text("issuer"),
        not_before=about.moment("not_before") if about.has("not_before") else None,
        not_after=about.moment("not_after") if about.has("not_after") else None,
        trusted=about.flag("trusted"),
        distrust=about.optional_text("distrust"),
        chain=about.texts("chain"),
        spki_sha256=about.optional_text("spki_sha256"),
    )
