"""What a port said, in the form in which nmap's scripts tell it: ``banner``, ``ssl-cert``, and the TLS session."""

from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime

from nettools.core.scan.report import PortReport
from nettools.core.scan.tls_info import TlsInfo
from nettools.core.text import safe
from nettools.render.xml import escaped, tag


def script(port: PortReport) -> str:
    """The one script element of a port, empty where it said nothing: ndiff 7.93 crashes on a port with two."""
    if port.tls is not None:
        return _certificate(port.tls, _banner(port))
    banner = _banner(port)
    return "" if banner is None else _script("banner", banner, "")


def _banner(port: PortReport) -> str | None:
    """All of it, escaped; octets that are not UTF-8 as ``\\xNN``."""
    if port.banner_base64 is not None:
        return safe(b64decode(port.banner_base64))
    return None if port.banner is None else safe(port.banner)


def _certificate(tls: TlsInfo, banner: str | None) -> str:
    """As nmap's ssl-cert has it, as far as it is known, with times in UTC without a zone; the session, the banner."""
    begins, ends = _time(tls.not_before), _time(tls.not_after)
    certificate = {
        "Subject": tls.subject,
        "Subject Alternative Name": ", ".join(f"DNS:{name}" for name in tls.names) or None,
        "Issuer": tls.issuer,
        "Not valid before": begins,
        "Not valid after": ends,
    }
    session = {
        "version": tls.version,
        "cipher": tls.cipher,
        "alpn": tls.alpn,
        "trusted": "true" if tls.trusted else "false",
        "distrust": tls.distrust,
        "spki_sha256": tls.spki_sha256,
    }
    lines = [f"{label}: {safe(value)}" for label, value in (certificate | session).items() if value is not None]
    if banner is not None:
        lines.append(f"banner: {banner}")
    inside = _elements({"subject": tls.subject, "issuer": tls.issuer})
    inside += _table("validity", {"notBefore": begins, "notAfter": ends}) + _table("session", session)
    if banner is not None:
        inside += f"{tag('elem', key='banner')}{escaped(banner)}</elem>"
    return _script("ssl-cert", "\n".join(lines), inside)


def _script(name: str, output: str, inside: str) -> str:
    return f"{tag('script', id=name, output=output)}{inside}</script>"


def _table(key: str, values: Mapping[str, str | None]) -> str:
    rows = _elements(values)
    return f"{tag('table', key=key)}{rows}</table>" if rows else ""


def _elements(values: Mapping[str, str | None]) -> str:
    found = {key: value for key, value in values.items() if value is not None}
    return "".join(f"{tag('elem', key=key)}{escaped(safe(value))}</elem>" for key, value in found.items())


def _time(when: datetime | None) -> str | None:
    return None if when is None else when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
