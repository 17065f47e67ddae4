"""Whether the other side is who it should be, once its chain has been verified or was not to be."""

from nettools.core.connect.handshake import HandshakeFailed
from nettools.core.tls.certificate import Certificate, read_certificate
from nettools.core.tls.der import DerError
from nettools.core.tls.names import carries_name, wrong_name
from nettools.core.tls.settings import ClientTls, ServerTls, TlsSettings


def judge(octets: bytes | None, settings: TlsSettings) -> tuple[Certificate | None, bool]:
    """The certificate that the other side showed, and whether it says who that is. Raises HandshakeFailed.

    OpenSSL has verified the chain wherever the settings want that, and there is one: it misses none when the cipher
    authenticates nobody (``aNULL`` of ciphers(1)).
    """
    if not octets and _is_needed(settings):
        raise HandshakeFailed("it showed no certificate", hint="with a cipher of --ciphers that asks for none, perhaps")
    if not octets:
        return None, False
    must_be_read = not isinstance(settings, ClientTls) or not settings.trusts_anybody
    try:
        certificate = read_certificate(octets)
    except DerError as error:
        if must_be_read:
            raise HandshakeFailed(f"its certificate cannot be read: {error}") from None
        return None, False
    if not isinstance(settings, ClientTls):
        return certificate, True
    _check_name(certificate, settings)
    _check_pin(certificate, settings)
    return certificate, not settings.trusts_anybody


def _is_needed(settings: TlsSettings) -> bool:
    if isinstance(settings, ServerTls):
        return settings.asks_for_certificate
    return not isinstance(settings, ClientTls) or not settings.trusts_anybody


def _check_name(certificate: Certificate, settings: ClientTls) -> None:
    expected = settings.expected_name
    if settings.is_verified and not (expected and carries_name(certificate.names, expected)):
        raise HandshakeFailed(
            wrong_name(certificate.names, expected or ""),
            hint="--servername NAME says which name it must carry; --insecure takes any certificate",
        )


def _check_pin(certificate: Certificate, settings: ClientTls) -> None:
    if settings.pins and certificate.spki_sha256 not in settings.pins:
        raise HandshakeFailed(
            f"its public key is not the pinned one: its SHA-256 is {certificate.spki_sha256}",
            hint="it may be another server, or its key was changed: ask those who run it",
        )
