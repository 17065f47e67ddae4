"""A certificate made on the spot for a server that was given none: nobody knows it, but its key can be pinned."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Final

from nettools.errors import LocalFault, MissingExtra

if TYPE_CHECKING:
    import ssl

_VALID: Final = timedelta(days=14)
_SKEW: Final = timedelta(hours=1)
"""A client's clock may be behind ours."""
_LONGEST_COMMON_NAME: Final = 64
"""Characters: RFC 5280 appendix A.1, ub-common-name."""


def make_self_signed(names: Sequence[str], *, now: datetime) -> tuple[bytes, bytes]:
    """(key and certificate in PEM, the certificate in DER) for these host names and addresses. Raises MissingExtra."""
    try:
        from cryptography import x509
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
        from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
    except ImportError:
        raise MissingExtra("making a certificate", "tls", or_else="--cert FILE needs none") from None
    key = ec.generate_private_key(ec.SECP256R1())
    distinct = list(dict.fromkeys(names))
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, distinct[0][:_LONGEST_COMMON_NAME])])
    entries = [x509.DNSName(one) if (address := _address(one)) is None else x509.IPAddress(address) for one in distinct]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + _VALID)
        .add_extension(x509.SubjectAlternativeName(entries), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, SHA256())
    )
    key_pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return key_pem + certificate.public_bytes(Encoding.PEM), certificate.public_bytes(Encoding.DER)


def load_self_signed(context: "ssl.SSLContext", names: Sequence[str], *, now: datetime) -> bytes:
    """Give the context a new certificate for these names. Returns it in DER. Raises MissingExtra, LocalFault."""
    pem, octets = make_self_signed(names, now=now)
    try:
        with _as_file(pem) as path:
            context.load_cert_chain(path)
    except OSError as error:  # no /proc, say
        raise LocalFault(
            f"the certificate that was made cannot be used: {error.strerror or error}", hint="--cert FILE brings one"
        ) from None
    return octets


@contextmanager
def _as_file(octets: bytes) -> Iterator[str]:
    """The octets under a path, since OpenSSL's module takes nothing else: in memory where the system can (Linux)."""
    if hasattr(os, "memfd_create"):
        with os.fdopen(os.memfd_create("certificate"), "wb") as file:
            file.write(octets)
            file.flush()
            yield f"/proc/self/fd/{file.fileno()}"
    else:
        with tempfile.NamedTemporaryFile() as named:  # only its owner may read it
            named.write(octets)
            named.flush()
            yield named.name


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name.partition("%")[0])
    except ValueError:
        return None
