"""What a certificate says: RFC 5280 §4.1, as far as a person or a pin wants to know it.

OpenSSL verifies the chain. This reads the leaf, also where nothing was verified and OpenSSL tells nothing of it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from ipaddress import ip_address
from typing import Final

from nettools.core.tls import der
from nettools.core.tls.der import DerError, Element
from nettools.core.tls.distinguished_name import name_text

_SUBJECT_ALTERNATIVE_NAME: Final = "2.5.29.17"
"""RFC 5280 §4.2.1.6."""
_VERSION: Final = der.context(0, is_constructed=True)
_EXTENSIONS: Final = der.context(3, is_constructed=True)

# GeneralName, RFC 5280 §4.2.1.6; in the words of SSLObject.getpeercert, which carries_name takes.
_DNS: Final = der.context(2, is_constructed=False)
_MAIL: Final = der.context(1, is_constructed=False)
_URI: Final = der.context(6, is_constructed=False)
_ADDRESS: Final = der.context(7, is_constructed=False)
_TEXT_KINDS: Final = {_DNS: "DNS", _MAIL: "email", _URI: "URI"}

_TIME: Final = re.compile(r"[0-9]{14}Z\Z", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """One certificate."""

    subject: str
    issuer: str
    """As RFC 4514 writes names; both may be empty."""
    not_before: datetime
    not_after: datetime
    names: tuple[tuple[str, str], ...]
    """The subjectAltName entries that are text or an address: (kind, name)."""
    spki_sha256: str
    """The SHA-256 of its SubjectPublicKeyInfo in hex: what a pin names (RFC 7469 §2.4)."""


def read_certificate(octets: bytes) -> Certificate:
    """Raises DerError, a ValueError, for octets that are no certificate."""
    fields = list(der.elements(_to_be_signed(octets).content))
    if fields and fields[0].tag == _VERSION:
        fields = fields[1:]
    if len(fields) < 6:
        raise DerError("a certificate that is cut off")
    _serial, _signature, issuer, validity, subject, key = fields[:6]
    moments = list(der.elements(der.expect(validity, der.SEQUENCE).content))
    if len(moments) != 2:
        raise DerError("a validity of other than two times")
    return Certificate(
        subject=name_text(der.expect(subject, der.SEQUENCE)),
        issuer=name_text(der.expect(issuer, der.SEQUENCE)),
        not_before=_moment(moments[0]),
        not_after=_moment(moments[1]),
        names=_alternative_names(fields[6:]),
        spki_sha256=sha256(der.expect(key, der.SEQUENCE).whole).hexdigest(),
    )


def _to_be_signed(octets: bytes) -> Element:
    parts = list(der.elements(der.only(octets, der.SEQUENCE).content))
    if [part.tag for part in parts] != [der.SEQUENCE, der.SEQUENCE, der.BIT_STRING]:
        raise DerError("a certificate has three parts")
    return parts[0]


def _moment(element: Element) -> datetime:
    """RFC 5280 §4.1.2.5: to the second, in UTC; two digits of a year from 50 on are of the last century."""
    text = bytes(element.content).decode("ascii", "replace")
    if element.tag == der.UTC_TIME:
        text = ("19" if text[:2] >= "50" else "20") + text
    elif element.tag != der.GENERALIZED_TIME:
        raise DerError("a time that is none")
    if not _TIME.match(text):
        raise DerError("a time that is none")
    year, (month, day, hour, minute, second) = int(text[:4]), (int(text[at : at + 2]) for at in range(4, 14, 2))
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        raise DerError("a time that is none") from None


def _alternative_names(optional_fields: list[Element]) -> tuple[tuple[str, str], ...]:
    found: tuple[tuple[str, str], ...] | None = None
    for field in optional_fields:
        if field.tag != _EXTENSIONS:
            continue
        for extension in der.elements(der.only(field.content, der.SEQUENCE).content):
            parts = list(der.elements(der.expect(extension, der.SEQUENCE).content))
            if len(parts) < 2 or parts[0].tag != der.OBJECT_IDENTIFIER:
                raise DerError("an extension that is none")
            if der.object_identifier(parts[0].content) != _SUBJECT_ALTERNATIVE_NAME:
                continue
            if found is not None:
                raise DerError("an extension that stands there twice")  # RFC 5280 §4.2
            names = der.only(der.expect(parts[-1], der.OCTET_STRING).content, der.SEQUENCE)
            found = tuple(name for entry in der.elements(names.content) if (name := _alternative_name(entry)))
    return found or ()


def _alternative_name(entry: Element) -> tuple[str, str] | None:
    if entry.tag in _TEXT_KINDS:
        return _TEXT_KINDS[entry.tag], bytes(entry.content).decode("ascii", "backslashreplace")
    if entry.tag == _ADDRESS and len(entry.content) in (4, 16):
        return "IP Address", str(ip_address(bytes(entry.content)))
    return None
