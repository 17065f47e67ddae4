"""Shapes of the types that carry keys, digests, certificates and relays, where one field decides about the next."""

from typing import Final

from nettools.core.dns.rdata.fields import (
    BASE64,
    BITMAP,
    COUNT8,
    COUNT16,
    IPV4,
    IPV6,
    NAME,
    SALT,
    SIZED_BASE64,
    SIZED_BASE64_AND_BLANK,
    U8,
    U16,
    U32,
    U48,
    Field,
    Unreadable,
    base32_text,
    counted,
    dash_hex,
    decimal,
    octets,
    old_type_name,
    rest,
    several,
    unsplit_base64,
    upper_hex,
)
from nettools.core.dns.types import RCODES

_CERTIFICATES: Final = {
    1: "PKIX", 2: "SPKI", 3: "PGP", 4: "IPKIX", 5: "ISPKI", 6: "IPGP", 7: "ACPKIX", 8: "IACPKIX", 253: "URI",
    254: "OID",
}  # fmt: skip
"""Certificate types, RFC 4398 §2.1."""

_ALGORITHMS: Final = {
    1: "RSAMD5", 2: "DH", 3: "DSA", 5: "RSASHA1", 6: "NSEC3DSA", 7: "NSEC3RSASHA1", 8: "RSASHA256", 10: "RSASHA512",
    12: "ECCGOST", 13: "ECDSAP256SHA256", 14: "ECDSAP384SHA384", 15: "ED25519", 16: "ED448", 252: "INDIRECT",
    253: "PRIVATEDNS", 254: "PRIVATEOID",
}  # fmt: skip
"""DNSSEC algorithms under the names that BIND writes in a CERT record: RFC 4398 §2.2 lets them be mnemonics."""


_LAST_ERROR: Final = 22  # BADTRUNC


def _certificate_text(data: bytes) -> str:
    return _CERTIFICATES.get(int.from_bytes(data, "big")) or decimal(data)


def _dsync_scheme_text(data: bytes) -> str:
    return "NOTIFY" if data[0] == 1 else decimal(data)  # IANA "DSYNC: Location of Synchronization Endpoints"


def _error_text(data: bytes) -> str:
    """The error of a TSIG or TKEY; there 16 is BADSIG, RFC 8945 §3."""
    number = int.from_bytes(data, "big")
    if 11 <= number <= 15:  # left free so that the errors beyond the header's four bits can be told from them
        return f"RESERVED{number}"
    return "BADSIG" if number == 16 else RCODES.get(number, decimal(data)) if number <= _LAST_ERROR else decimal(data)


OLD_TYPE: Final = octets(2, lambda data: old_type_name(int.from_bytes(data, "big")))
CERTIFICATE: Final = octets(2, _certificate_text)
ALGORITHM: Final = octets(1, lambda data: _ALGORITHMS.get(data[0]) or decimal(data))
DSYNC_SCHEME: Final = octets(1, _dsync_scheme_text)
DOA_DATA: Final = rest(unsplit_base64, least=0)
_ERROR: Final = octets(2, _error_text)

TKEY: Final = (NAME, U32, U32, U16, _ERROR, SIZED_BASE64_AND_BLANK, SIZED_BASE64)
"""RFC 2930 §2."""
TSIG: Final = (NAME, U48, U16, SIZED_BASE64, U16, _ERROR, SIZED_BASE64_AND_BLANK)
"""RFC 8945 §4.2."""


def _tag_end(rdata: bytes, place: int) -> int:
    """Letters and digits, at least one: RFC 8659 §4.1."""
    behind = place + 1 + (rdata[place] if place < len(rdata) else 0)
    if behind > len(rdata) or not rdata[place + 1 : behind].isalnum():
        raise Unreadable("the property tag of a CAA record is malformed")
    return behind


PROPERTY_TAG: Final = Field(_tag_end, lambda data: data[1:].decode("ascii"))

_NO_KEY: Final = 0xC000


def key_shape(rdata: bytes) -> tuple[Field, ...]:
    """KEY, RFC 2535 §3.1.2: the two highest flags together say that there is no key."""
    if int.from_bytes(rdata[:2], "big") & _NO_KEY == _NO_KEY and len(rdata) >= 2:
        return (U16, U8, U8)
    return dnskey_shape(rdata)


_PRIVATE_BY_NAME: Final = 253


def dnskey_shape(rdata: bytes) -> tuple[Field, ...]:
    """DNSKEY, RFC 4034 §2: the key of a private algorithm begins with the name of that, appendix A.1.1."""
    if rdata[3:4] == bytes([_PRIVATE_BY_NAME]):
        NAME.end(rdata, 4)
    return (U16, U8, U8, BASE64)


def rkey_shape(rdata: bytes) -> tuple[Field, ...]:
    """RKEY, draft-reid-dnsext-rkey-00: the flags are zero."""
    if rdata[:2] != bytes(2):
        raise Unreadable("the flags of an RKEY record are not zero")
    return dnskey_shape(rdata)


_SHA1_SIZE: Final = 20
"""Octets of an NSEC3 hash of the one kind that there is, RFC 5155 §11."""
_LONGEST_HASH: Final = 39
"""Octets that fit into a label of 63 characters in base32, RFC 5155 §3.3."""


def nsec3_shape(rdata: bytes) -> tuple[Field, ...]:
    """NSEC3, RFC 5155 §3.2."""
    is_sha1 = rdata[:1] == b"\x01"
    least, most = (_SHA1_SIZE, _SHA1_SIZE) if is_sha1 else (1, _LONGEST_HASH)
    hashed = counted(base32_text, least=least, most=most)
    return (U8, U8, U16, SALT, hashed, BITMAP)


_DIGEST_SIZES: Final = {1: 20, 2: 32, 4: 48}
"""SHA-1 (RFC 4034 §5.1.4), SHA-256 (RFC 4509 §2), SHA-384 (RFC 6605 §2), in octets."""


def digest_shape(rdata: bytes) -> tuple[Field, ...]:
    """DS, RFC 4034 §5: a digest of a known kind has its size."""
    return (U16, U8, U8, _digest(_DIGEST_SIZES.get(rdata[3] if len(rdata) > 3 else 0)))


_FINGERPRINT_SIZES: Final = {1: 20, 2: 32}
"""SHA-1 (RFC 4255 §3.1.2), SHA-256 (RFC 6594 §3.2), in octets."""


def fingerprint_shape(rdata: bytes) -> tuple[Field, ...]:
    """SSHFP, RFC 4255 §3.1."""
    return (U8, U8, _digest(_FINGERPRINT_SIZES.get(rdata[1] if len(rdata) > 1 else 0), least=0))


_ZONE_DIGEST_SIZES: Final = {1: 48, 2: 64}
"""SHA-384 and SHA-512, RFC 8976 §2.2.3, in octets."""
_LEAST_ZONE_DIGEST: Final = 12
"""Octets, RFC 8976 §2.2.4."""


def zonemd_shape(rdata: bytes) -> tuple[Field, ...]:
    """ZONEMD, RFC 8976 §2.2."""
    size = _ZONE_DIGEST_SIZES.get(rdata[5] if len(rdata) > 5 else 0)
    return (U32, U8, U8, _digest(size, least=_LEAST_ZONE_DIGEST))


def _digest(size: int | None, *, least: int = 1) -> Field:
    return rest(upper_hex, least=least) if size is None else octets(size, upper_hex)


_NO_GATEWAY: Final = octets(0, lambda _: ".")
_GATEWAYS: Final = {0: _NO_GATEWAY, 1: IPV4, 2: IPV6, 3: NAME}
"""RFC 4025 §2.3, RFC 8777 §4.2.3."""


def ipseckey_shape(rdata: bytes) -> tuple[Field, ...]:
    """IPSECKEY, RFC 4025 §2: precedence, kind of gateway, algorithm, gateway, key."""
    gateway = _GATEWAYS.get(rdata[1] if len(rdata) > 1 else 0)
    if gateway is None:
        raise Unreadable("the type of the gateway is unknown")
    return (U8, U8, U8, gateway, BASE64)


_DISCOVERY: Final = octets(1, lambda data: f"{data[0] >> 7} {data[0] & 0x7F}")


def amtrelay_shape(rdata: bytes) -> tuple[Field, ...] | None:
    """AMTRELAY, RFC 8777 §4.2: precedence, discovery bit and kind of relay in one octet, relay."""
    relay = _GATEWAYS.get(rdata[1] & 0x7F if len(rdata) > 1 else 0)
    return None if relay is None else (U8, _DISCOVERY, relay)


def hip_shape(rdata: bytes) -> tuple[Field, ...]:
    """HIP, RFC 8005 §5: both lengths stand before the tag and the key that they measure."""
    if len(rdata) < 4:
        raise Unreadable("the rdata ends too early")
    tag, key = rdata[0], int.from_bytes(rdata[2:4], "big")
    if tag == 0 or key == 0:
        raise Unreadable("a HIP record without tag or key")
    return (COUNT8, U8, COUNT16, octets(tag, dash_hex), octets(key, unsplit_base64), several(NAME, least=0))
