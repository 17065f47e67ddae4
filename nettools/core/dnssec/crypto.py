"""Verifying one signature, with the algorithms of dnspython, which the package ``cryptography`` computes."""

from typing import Final

from nettools.core.dnssec import algorithms
from nettools.core.dnssec.records import Dnskey
from nettools.errors import MissingExtra

_LONGEST_RSA_EXPONENT: Final = 8
"""Octets, as OPENSSL_RSA_MAX_PUBEXP_BITS: a long exponent makes each verification dear (CVE-2006-2940)."""
_RSA: Final = algorithms.SUPPORTED_ALGORITHMS - {
    algorithms.ED25519,
    algorithms.ED448,
    algorithms.ECDSAP256SHA256,
    algorithms.ECDSAP384SHA384,
}
_SIGNATURE_SIZES: Final = {algorithms.ECDSAP256SHA256: 64, algorithms.ECDSAP384SHA384: 96}
"""Octets, RFC 6605 §4."""


class UnusableKey(ValueError):
    """A key that is none of its algorithm, or one that this machine's cryptography refuses to work with."""


def require() -> None:
    """Raises MissingExtra when there is nothing to verify with."""
    try:
        import cryptography.exceptions  # noqa: F401
        import dns.dnssecalgs  # noqa: F401
    except ImportError:
        raise MissingExtra("DNSSEC validation", "dnssec") from None


def is_signed_by(key: Dnskey, signature: bytes, octets: bytes) -> bool:
    """Whether the signature over the octets was made with the key. Raises UnusableKey and MissingExtra."""
    require()
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from dns.exception import DNSException

    if key.algorithm not in algorithms.SUPPORTED_ALGORITHMS:
        raise UnusableKey(f"{algorithms.algorithm_name(key.algorithm)} is not supported")
    if key.algorithm in _RSA:
        _check_rsa_key(key.public_key)
    if len(signature) != _SIGNATURE_SIZES.get(key.algorithm, len(signature)):
        return False
    try:
        _verify(key, signature, octets)
    except InvalidSignature:
        return False
    except (ValueError, IndexError, DNSException, UnsupportedAlgorithm) as error:
        raise UnusableKey(str(error)) from None
    return True


def _verify(key: Dnskey, signature: bytes, octets: bytes) -> None:
    from dns.dnssecalgs import get_algorithm_cls
    from dns.rdata import from_wire
    from dns.rdtypes.ANY.DNSKEY import DNSKEY

    rdata = from_wire("IN", "DNSKEY", key.rdata, 0, len(key.rdata))
    assert isinstance(rdata, DNSKEY)
    get_algorithm_cls(key.algorithm).public_cls.from_dnskey(rdata).verify(signature, octets)


def _check_rsa_key(octets: bytes) -> None:
    """Raise UnusableKey for a key with a costly exponent.

    RFC 3110 §2: the exponent's length in one octet, or in the two behind a zero, the exponent, the modulus.
    """
    start, length = (1, octets[0]) if octets and octets[0] else (3, int.from_bytes(octets[1:3], "big"))
    exponent, modulus = octets[start : start + length], octets[start + length :]
    if not exponent or not modulus or len(exponent.lstrip(b"\0")) > _LONGEST_RSA_EXPONENT:
        raise UnusableKey("the exponent or the modulus of the RSA key is missing or too long")
