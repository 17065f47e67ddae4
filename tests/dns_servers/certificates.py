"""Certificates of an authority that only the tests trust, good and bad ones."""

import ssl
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import trustme


@cache
def authority() -> trustme.CA:
    """One for the whole run: keys are slow to make."""
    return trustme.CA()


def trusted(folder: Path) -> str:
    """A file with the authority's certificate, for ``--cafile``."""
    path = folder / "authority.pem"
    authority().cert_pem.write_to_path(str(path))
    return str(path)


@cache
def leaf(*names: str, is_expired: bool = False, by: trustme.CA | None = None) -> trustme.LeafCert:
    """A certificate for these names, by the trusted authority unless another is given."""
    last_second = datetime(2001, 1, 1, tzinfo=UTC) if is_expired else None
    first_second = datetime(2000, 1, 1, tzinfo=UTC) if is_expired else None
    return (by or authority()).issue_cert(*names, not_before=first_second, not_after=last_second)


@cache
def stranger() -> trustme.CA:
    """An authority that nobody trusts."""
    return trustme.CA()


def server_context(certificate: trustme.LeafCert, *protocols: str) -> ssl.SSLContext:
    """A server's context that speaks the protocols in ALPN."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    if protocols:
        context.set_alpn_protocols(list(protocols))
    return context


def written(certificate: trustme.LeafCert, folder: Path) -> tuple[str, str]:
    """(chain, key) as files."""
    chain, key = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
    certificate.private_key_pem.write_to_path(str(key))
    return str(chain), str(key)
