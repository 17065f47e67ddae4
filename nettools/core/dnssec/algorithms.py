"""Numbers of DNSSEC: algorithms, digests, flags. Source: IANA "DNS Security Algorithm Numbers", "Delegation Signer (DS)
Resource Record (RR) Type Digest Algorithms" and "DNSKEY Flags", all of 2026-10.

An algorithm that is not supported here makes a zone unsigned (RFC 4035 §5.2), never bogus.
"""

from typing import Final

RSASHA1: Final = 5
RSASHA1_NSEC3: Final = 7
RSASHA256: Final = 8
RSASHA512: Final = 10
ECDSAP256SHA256: Final = 13
ECDSAP384SHA384: Final = 14
ED25519: Final = 15
ED448: Final = 16

ALGORITHMS: Final[dict[int, str]] = {
    1: "RSAMD5", 2: "DH", 3: "DSA", 5: "RSASHA1", 6: "DSA-NSEC3-SHA1", 7: "RSASHA1-NSEC3-SHA1", 8: "RSASHA256",
    10: "RSASHA512", 12: "ECC-GOST", 13: "ECDSAP256SHA256", 14: "ECDSAP384SHA384", 15: "ED25519", 16: "ED448",
    17: "SM2SM3", 23: "ECC-GOST12", 252: "INDIRECT", 253: "PRIVATEDNS", 254: "PRIVATEOID",
}  # fmt: skip

SUPPORTED_ALGORITHMS: Final = frozenset(
    {RSASHA1, RSASHA1_NSEC3, RSASHA256, RSASHA512, ECDSAP256SHA256, ECDSAP384SHA384, ED25519, ED448}
)
"""All that a validator must or should know, RFC 8624 §3.1.

Those with SHA-1 as well: RFC 9905 §2 wants implementations to go on with them, and leaves it to operators to count them
as unsupported; BIND 9.18 does not.
"""

DIGESTS: Final[dict[int, str]] = {
    1: "SHA-1",
    2: "SHA-256",
    3: "GOST R 34.11-94",
    4: "SHA-384",
    5: "GOST R 34.11-2012",
    6: "SM3",
}
DIGEST_FUNCTIONS: Final[dict[int, str]] = {1: "sha1", 2: "sha256", 4: "sha384"}
"""The digests that are supported, by their names in hashlib: RFC 8624 §3.3."""
DIGEST_SIZES: Final[dict[int, int]] = {1: 20, 2: 32, 4: 48}

ZONE_KEY: Final = 0x0100
REVOKED: Final = 0x0080
"""RFC 5011 §3."""
DNSSEC_PROTOCOL: Final = 3
"""RFC 4034 §2.1.2: the only value of the field."""


def algorithm_name(number: int) -> str:
    """The mnemonic of an algorithm; "algorithm 200" when it has none."""
    return ALGORITHMS.get(number) or f"algorithm {number}"


def digest_name(number: int) -> str:
    """The name of a digest; "digest type 200" when it has none."""
    return DIGESTS.get(number) or f"digest type {number}"


def algorithm_number(word: str) -> int | None:
    """The algorithm that a zone file names by number or mnemonic, None when there is none such."""
    if word.isascii() and word.isdigit():
        return int(word) if int(word) <= 0xFF else None
    return next((number for number, name in ALGORITHMS.items() if name == word.upper()), None)
