"""LDAP: the root DSE, or the refusal to show it. RFC 4511 §4.5.2, RFC 4512 §5.1, RFC 3045."""

from collections.abc import Iterator
from typing import Final

from nettools.core.depth.match import Match, told
from nettools.core.tls import der

_ENTRY: Final = 0x64
_DONE: Final = 0x65
_NOTICE: Final = 0x78
"""[APPLICATION 4], [APPLICATION 5] and [APPLICATION 24], constructed."""
_BY_CLASS: Final = {"OpenLDAProotDSE": "OpenLDAP"}
"""What the root DSE is made of names the server where it tells no vendor: OpenLDAP, servers/slapd/root_dse.c."""


def read(data: bytes) -> Match | None:
    """The vendor and version, where the server tells them to anybody."""
    attributes: dict[str, str] = {}
    is_ldap = False
    for tag, content in _messages(data):
        is_ldap = is_ldap or tag in (_ENTRY, _DONE, _NOTICE)
        if tag == _ENTRY:
            attributes.update(_attributes(content))
    if not is_ldap:
        return None
    product = attributes.get("vendorname") or _BY_CLASS.get(attributes.get("structuralobjectclass", ""))
    return Match(
        service="ldap",
        product=told(product),
        version=told(attributes.get("vendorversion")),
        extra=told(attributes.get("dnshostname")),
    )


def _messages(data: bytes) -> Iterator[tuple[int, memoryview]]:
    """The operation in each whole message, with its contents."""
    at = 0
    while at < len(data) and (length := der.whole_length(data[at:], is_basic=True)) and at + length <= len(data):
        message = der.only(data[at : at + length], der.SEQUENCE, is_basic=True)
        parts = list(der.elements(message.content, is_basic=True))
        yield der.expect(parts[0], der.INTEGER) and parts[1].tag, parts[1].content
        at += length


def _attributes(entry: memoryview) -> Iterator[tuple[str, str]]:
    """Each attribute in lower case with its first value."""
    _, listed = der.elements(entry, is_basic=True)
    for attribute in der.elements(listed.content, is_basic=True):
        name, values = der.elements(attribute.content, is_basic=True)
        for value in der.elements(values.content, is_basic=True):
            yield (
                bytes(name.content).decode("ascii", "replace").lower(),
                bytes(value.content).decode("utf-8", "replace"),
            )
            break
