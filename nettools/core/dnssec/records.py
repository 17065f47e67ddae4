"""The records of DNSSEC as values, and record sets with their signatures. RFC 4034 §2 to §5, RFC 5155 §3."""

import base64
from dataclasses import dataclass, field
from typing import Final

from nettools.core.dns.name import BadWireName, labels_of, read_name
from nettools.core.dns.types import TYPES
from nettools.core.dnssec.algorithms import DNSSEC_PROTOCOL, REVOKED, ZONE_KEY

A, NS, CNAME, SOA, DNAME, DS, RRSIG, NSEC, DNSKEY, NSEC3, NXNAME, ANY = (
    TYPES[name]
    for name in ("A", "NS", "CNAME", "SOA", "DNAME", "DS", "RRSIG", "NSEC", "DNSKEY", "NSEC3", "NXNAME", "ANY")
)
NSEC3PARAM: Final = TYPES["NSEC3PARAM"]
NXDOMAIN: Final = 3
"""RCODE, RFC 2308 §2.1."""
_POINTER: Final = 0xC0
_BASE32HEX: Final = bytes.maketrans(b"0123456789abcdefghijklmnopqrstuv", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


class BadRdata(ValueError):
    """Rdata that cannot be what its type says."""


@dataclass(frozen=True, slots=True)
class Dnskey:
    """A public key of a zone, RFC 4034 §2."""

    rdata: bytes
    flags: int = field(init=False)
    protocol: int = field(init=False)
    algorithm: int = field(init=False)
    tag: int = field(init=False)

    def __post_init__(self) -> None:
        if len(self.rdata) < 5:
            raise BadRdata("a DNSKEY ends before its key")
        object.__setattr__(self, "flags", int.from_bytes(self.rdata[:2], "big"))
        object.__setattr__(self, "protocol", self.rdata[2])
        object.__setattr__(self, "algorithm", self.rdata[3])
        object.__setattr__(self, "tag", key_tag(self.rdata))

    @property
    def public_key(self) -> bytes:
        return self.rdata[4:]

    @property
    def is_zone_key(self) -> bool:
        """Whether it may verify the records of its zone: RFC 4034 §2.1.1 and §2.1.2, RFC 5011 §2.1."""
        return bool(self.flags & ZONE_KEY) and self.protocol == DNSSEC_PROTOCOL and not self.is_revoked

    @property
    def is_revoked(self) -> bool:
        return bool(self.flags & REVOKED)


def key_tag(rdata: bytes) -> int:
    """The tag of a DNSKEY, RFC 4034 appendix B; of RSAMD5 keys B.1: they are never used, and only named."""
    if rdata[3] == 1:
        return int.from_bytes(rdata[-3:-1], "big")
    padded = rdata + bytes(len(rdata) % 2)
    total = sum(int.from_bytes(padded[at : at + 2], "big") for at in range(0, len(padded), 2))
    return (total + (total >> 16)) & 0xFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Ds:
    """What a parent says about a key of its child, RFC 4034 §5; a trust anchor has the same form."""

    tag: int
    algorithm: int
    digest_type: int
    digest: bytes


def parse_ds(rdata: bytes) -> Ds:
    """Raises BadRdata."""
    if len(rdata) < 5:
        raise BadRdata("a DS record ends before its digest")
    return Ds(tag=int.from_bytes(rdata[:2], "big"), algorithm=rdata[2], digest_type=rdata[3], digest=rdata[4:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Rrsig:
    """A signature over a record set, RFC 4034 §3; times are seconds since 1970 modulo 2^32."""

    covered: int
    algorithm: int
    labels: int
    original_ttl: int
    expiration: int
    inception: int
    tag: int
    signer: bytes
    signature: bytes
    head: bytes
    """The 18 octets before the signer's name."""


def parse_rrsig(rdata: bytes) -> Rrsig:
    """Raises BadRdata."""
    signer, end = plain_name(rdata, 18)
    return Rrsig(
        covered=int.from_bytes(rdata[:2], "big"),
        algorithm=rdata[2],
        labels=rdata[3],
        original_ttl=int.from_bytes(rdata[4:8], "big"),
        expiration=int.from_bytes(rdata[8:12], "big"),
        inception=int.from_bytes(rdata[12:16], "big"),
        tag=int.from_bytes(rdata[16:18], "big"),
        signer=signer,
        signature=rdata[end:],
        head=rdata[:18],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Nsec:
    """From this name to the next there is none, and this one has these types: RFC 4034 §4."""

    owner: bytes
    next: bytes
    types: frozenset[int]


def parse_nsec(owner: bytes, rdata: bytes) -> Nsec:
    """Raises BadRdata."""
    following, end = plain_name(rdata, 0)
    return Nsec(owner=owner, next=following, types=_types_of(rdata[end:]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Nsec3:
    """The same with names hashed, RFC 5155 §3; ``owner`` and ``next`` are hashes."""

    name: bytes
    """The owner's name as it is."""
    owner: bytes
    next: bytes
    types: frozenset[int]
    algorithm: int
    flags: int
    iterations: int
    salt: bytes

    @property
    def is_opt_out(self) -> bool:
        """Whether unsigned delegations may lie between the two hashes, RFC 5155 §3.1.2.1."""
        return bool(self.flags & 1)


def parse_nsec3(name: bytes, rdata: bytes) -> Nsec3:
    """Raises BadRdata."""
    if len(rdata) < 6 or len(rdata) < 6 + rdata[4]:
        raise BadRdata("an NSEC3 ends before its next hash")
    hash_at = 6 + rdata[4]
    end = hash_at + rdata[hash_at - 1]
    if end > len(rdata):
        raise BadRdata("the next hash of an NSEC3 runs over its end")
    return Nsec3(
        name=name,
        owner=hash_of_label(labels_of(name)[0]) if labels_of(name) else b"",
        next=rdata[hash_at:end],
        types=_types_of(rdata[end:]),
        algorithm=rdata[0],
        flags=rdata[1],
        iterations=int.from_bytes(rdata[2:4], "big"),
        salt=rdata[5 : 5 + rdata[4]],
    )


def hash_of_label(label: bytes) -> bytes:
    """The hash that the first label of an NSEC3's owner spells in base32hex, RFC 4648 §7. Raises BadRdata."""
    letters = label.lower().translate(_BASE32HEX)
    if not label.isalnum() or any(octet in b"wxyzWXYZ" for octet in label):
        raise BadRdata("the owner of an NSEC3 is no hash")
    try:
        return base64.b32decode(letters + b"=" * (-len(letters) % 8))
    except ValueError:
        raise BadRdata("the owner of an NSEC3 is no hash") from None


def plain_name(rdata: bytes, start: int) -> tuple[bytes, int]:
    """The name in rdata, where none may be compressed (RFC 4034 §3.1.7 and §4.1.1), and the place behind it."""
    place = start
    while place < len(rdata) and rdata[place] < _POINTER:
        if rdata[place] == 0:
            break
        place += 1 + rdata[place]
    try:
        if place >= len(rdata) or rdata[place]:
            raise BadRdata("a name in the rdata is compressed or cut")
        return read_name(rdata, start)
    except BadWireName as error:
        raise BadRdata(f"a name in the rdata cannot be read: {error}") from None


def _types_of(bitmap: bytes) -> frozenset[int]:
    """The types that a bitmap lists, RFC 4034 §4.1.2. Raises BadRdata."""
    types: set[int] = set()
    place, before = 0, -1
    while place < len(bitmap):
        if place + 2 > len(bitmap):
            raise BadRdata("a type bitmap ends too early")
        window, length = bitmap[place], bitmap[place + 1]
        place += 2
        if window <= before or not 1 <= length <= 32 or place + length > len(bitmap):
            raise BadRdata("a type bitmap is not as RFC 4034 §4.1.2 says")
        for index, octet in enumerate(bitmap[place : place + length]):
            types.update(window << 8 | index << 3 | bit for bit in range(8) if octet & 0x80 >> bit)
        place, before = place + length, window
    return frozenset(types)
