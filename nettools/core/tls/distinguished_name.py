"""The names of subjects and issuers as text: RFC 4514."""

from typing import Final

from nettools.core.tls import der
from nettools.core.tls.der import DerError, Element

# Attribute types: RFC 4514 §3, and others that certificates of the web carry (RFC 5280 §4.1.2.4, appendix A.1).
_SHORT: Final = {
    "2.5.4.3": "CN",
    "2.5.4.4": "SN",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "street",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.12": "title",
    "2.5.4.42": "GN",
    "2.5.4.97": "organizationIdentifier",
    "0.9.2342.19200300.100.1.1": "UID",
    "0.9.2342.19200300.100.1.25": "DC",
    "1.2.840.113549.1.9.1": "emailAddress",
}

# X.680 §8.4 table 1: the string types that a DirectoryString and its kin may be, and their encodings.
_ENCODINGS: Final = {
    0x0C: "utf-8",
    0x12: "ascii",
    0x13: "ascii",
    0x14: "latin-1",  # TeletexString: what everybody takes it for
    0x16: "ascii",
    0x1A: "ascii",
    0x1C: "utf-32-be",
    0x1E: "utf-16-be",
}


def name_text(name: Element) -> str:
    """The name in one line, the most particular part first, as RFC 4514 §2.1 has it. Raises DerError."""
    parts = [_relative(one) for one in der.elements(name.content)]
    return ",".join(reversed(parts))


def _relative(part: Element) -> str:
    return "+".join(_attribute(one) for one in der.elements(der.expect(part, der.SET).content))


def _attribute(pair: Element) -> str:
    found = list(der.elements(der.expect(pair, der.SEQUENCE).content))
    if len(found) != 2:
        raise DerError("an attribute of other than a type and a value")
    kind = der.object_identifier(der.expect(found[0], der.OBJECT_IDENTIFIER).content)
    encoding = _ENCODINGS.get(found[1].tag)
    if encoding is None:
        return f"{_SHORT.get(kind, kind)}=#{bytes(found[1].whole).hex()}"
    return f"{_SHORT.get(kind, kind)}={_escaped(bytes(found[1].content).decode(encoding, 'replace'))}"


def _escaped(text: str) -> str:
    """RFC 4514 §2.4; controls as pairs of hex digits, so that the name is one line."""
    shown = "".join(_character(one) for one in text)
    if shown.startswith((" ", "#")):
        shown = "\\" + shown
    return shown[:-1] + "\\ " if len(text) > 1 and shown.endswith(" ") else shown


def _character(one: str) -> str:
    if one in '"+,;<>\\':
        return "\\" + one
    code = ord(one)
    return f"\\{code:02X}" if code < 0x20 or code == 0x7F else one
