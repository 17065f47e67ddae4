"""OpenSSL's contexts of settings: what a client trusts and shows, what a server shows and asks for."""

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from nettools.core.text import safe
from nettools.core.tls.certificate import read_certificate
from nettools.core.tls.der import DerError
from nettools.core.tls.settings import ClientTls, ServerTls, TlsSettings
from nettools.errors import InputError, OptionError, OutputPathError

if TYPE_CHECKING:
    import ssl

_PRIVATE: Final = 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerIdentity:
    """A server's context, and what its clients see of it."""

    context: "ssl.SSLContext"
    spki_sha256: str | None
    """The pin of its key, for ``--pin``."""
    is_self_signed: bool
    """Whether the certificate was made on the spot, so that nobody knows it."""


def client_context(settings: ClientTls) -> "ssl.SSLContext":
    """Raises InputError, OptionError, OutputPathError."""
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # OpenSSL would refuse a wrong name without a word on those that the certificate has: ``core.tls.trust`` decides.
    context.check_hostname = False
    if not settings.is_verified:
        context.verify_mode = ssl.CERT_NONE
    elif settings.cafile is None:
        context.load_default_certs()
    else:
        load_authorities(context, settings.cafile)
    if settings.cert is not None:
        _load_identity(context, settings.cert, settings.key)
    _configure(context, settings)
    return context


def server_context(settings: ServerTls, *, names: tuple[str, ...], now: datetime) -> ServerIdentity:
    """The names are those that a certificate made on the spot is for: host names, and addresses that are listened on.

    Raises InputError, OptionError, OutputPathError; MissingExtra when one has to be made and cannot be.
    """
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if settings.cert is not None:
        _load_identity(context, settings.cert, settings.key)
        octets = _first_certificate(settings.cert)
    else:
        from nettools.net.tls.self_signed import load_self_signed

        octets = load_self_signed(context, names, now=now)
    if settings.cafile is not None:
        load_authorities(context, settings.cafile)
        context.verify_mode = ssl.CERT_REQUIRED
    # Nobody comes back to a netcat: a ticket helps nobody, and resets a client that closes before it has read it.
    context.num_tickets = 0
    context.options |= ssl.OP_NO_TICKET
    _configure(context, settings)
    return ServerIdentity(context=context, spki_sha256=_pin(octets), is_self_signed=settings.cert is None)


def load_authorities(context: "ssl.SSLContext", path: str) -> None:
    """Trust the certificates of a PEM file. Raises InputError."""
    import ssl

    try:
        context.load_verify_locations(cafile=path)
    except ssl.SSLError:
        raise InputError(f"{safe(path)} has no certificate in PEM form") from None
    except OSError as error:
        raise InputError(f"cannot read {safe(path)}: {error.strerror}") from None


def _configure(context: "ssl.SSLContext", settings: TlsSettings) -> None:
    import ssl

    context.minimum_version = ssl.TLSVersion.TLSv1_3 if settings.minimum == "1.3" else ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION  # costs a server much and a client little: RFC 9325 §3.5
    if settings.alpn:
        context.set_alpn_protocols(list(settings.alpn))
    if settings.ciphers is not None:
        try:
            context.set_ciphers(settings.ciphers)
        except ssl.SSLError:
            raise OptionError(
                f"--ciphers '{safe(settings.ciphers)}' names no cipher that OpenSSL has for TLS 1.2",
                hint="openssl ciphers -tls1_2 -s lists them; those of TLS 1.3 cannot be chosen",
            ) from None
    if settings.keylog is not None:
        _log_keys(context, settings.keylog)


def _log_keys(context: "ssl.SSLContext", path: str) -> None:
    """Append the secrets to a file that only its owner may read. Raises OutputPathError."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, _PRIVATE))
        context.keylog_filename = path
    except OSError as error:
        raise OutputPathError(f"cannot write {safe(path)}: {error.strerror}") from None


def _load_identity(context: "ssl.SSLContext", cert: str, key: str | None) -> None:
    """Show this certificate. Raises InputError. Nobody is asked for a pass phrase: standard input carries the data."""
    import ssl

    was_asked = False

    def password() -> str:
        nonlocal was_asked
        was_asked = True
        return ""

    shown = safe(key or cert)
    try:
        context.load_cert_chain(cert, key, password)
    except ssl.SSLError as error:
        if was_asked:
            raise InputError(
                f"the private key in {shown} is encrypted",
                hint="openssl pkey -in KEY -out FILE takes the pass phrase off",
            ) from None
        if error.reason == "KEY_VALUES_MISMATCH":
            raise InputError(f"the private key in {shown} is not that of the certificate in {safe(cert)}") from None
        raise InputError(_what_is_missing(cert, key)) from None
    except OSError as error:
        path = cert if _is_unreadable(cert) or key is None else key
        raise InputError(f"cannot read {safe(path)}: {error.strerror}") from None


def _what_is_missing(cert: str, key: str | None) -> str:
    if _first_certificate(cert) is None:
        return f"{safe(cert)} has no certificate in PEM form"
    if key is None:
        return f"{safe(cert)} has no private key in PEM form behind its certificate, and no --key is given"
    return f"{safe(key)} has no private key in PEM form"


def _is_unreadable(path: str) -> bool:
    return not os.access(path, os.R_OK)


def _first_certificate(path: str) -> bytes | None:
    """The first certificate of a PEM file, which is ours; None where there is none, or it can be read only once."""
    import ssl

    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"  # RFC 7468 §5.1
    with suppress(OSError, ValueError), open(path, encoding="ascii", errors="replace") as file:
        _, found, rest = file.read().partition(begin)
        body, _, _ = rest.partition(end)
        if found:
            return ssl.PEM_cert_to_DER_cert(f"{begin}{body}{end}")
    return None


def _pin(octets: bytes | None) -> str | None:
    try:
        return None if octets is None else read_certificate(octets).spki_sha256
    except DerError:
        return None
