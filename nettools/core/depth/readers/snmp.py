"""SNMP: sysDescr of a version 2c response, or the engine of a version 3 report.

RFC 1901 §3, RFC 3416 §3, RFC 3412 §6, RFC 3414 §2.4, RFC 3411 §5 (SnmpEngineID: four octets of an enterprise number).
"""

from typing import Final

from nettools.core.depth.match import Match, told
from nettools.core.tls import der

_RESPONSE: Final = 0xA2
_VERSIONS: Final = {0: "1", 1: "2c"}
# Private enterprise numbers, from IANA's registry: some that agents with an engine have.
_MAKERS: Final = {
    9: "Cisco",
    11: "HP",
    171: "D-Link",
    311: "Microsoft",
    368: "Axis",
    674: "Dell",
    2021: "Net-SNMP (UCD)",
    2636: "Juniper",
    4526: "Netgear",
    6574: "Synology",
    8072: "Net-SNMP",
    12356: "Fortinet",
    14988: "MikroTik",
    24681: "QNAP",
    25461: "Palo Alto Networks",
    25506: "H3C",
    30065: "Arista",
    41112: "Ubiquiti",
}


def read(data: bytes) -> Match | None:
    """An agent, with the description of its system, or with the maker of its engine."""
    parts = list(der.elements(der.only(data, der.SEQUENCE, is_basic=True).content, is_basic=True))
    version = int.from_bytes(der.expect(parts[0], der.INTEGER).content, "big")
    if version == 3:
        return _version_3(parts)
    if version not in _VERSIONS or len(parts) != 3 or parts[1].tag != der.OCTET_STRING or parts[2].tag != _RESPONSE:
        return None
    pdu = list(der.elements(parts[2].content, is_basic=True))
    for binding in der.elements(der.expect(pdu[3], der.SEQUENCE).content, is_basic=True):
        _, value = der.elements(binding.content, is_basic=True)
        if value.tag == der.OCTET_STRING:
            return Match(service="snmp", extra=told(bytes(value.content)))
    return Match(service="snmp", extra=f"version {_VERSIONS[version]}")


def _version_3(parts: list[der.Element]) -> Match | None:
    security = der.only(der.expect(parts[2], der.OCTET_STRING).content, der.SEQUENCE, is_basic=True)
    engine = bytes(next(der.elements(security.content, is_basic=True)).content)
    maker = int.from_bytes(engine[:4], "big") & 0x7FFF_FFFF
    if len(engine) < 5:
        return Match(service="snmp", extra="version 3")
    return Match(service="snmp", extra=f"version 3, engine of {_MAKERS.get(maker, f'enterprise {maker}')}")
