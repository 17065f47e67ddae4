"""TLS with servers of any age and any certificate, so that what they have can be told."""

from typing import TYPE_CHECKING, Final

from nettools.core.depth.tls_info import tls_info
from nettools.core.depth.tls_opening import agreed_version
from nettools.core.scan.tls_info import TlsInfo
from nettools.net.depth.chain_judge import ChainJudge, sent_chain

if TYPE_CHECKING:
    import ssl

_CIPHERS: Final = "ALL:!PSK:!SRP:+aNULL:@SECLEVEL=0"
"""All that OpenSSL has, those without a certificate last (ciphers(1)): what is weak is to be told, not avoided."""
_OP_LEGACY_SERVER_CONNECT: Final = 0x4
"""openssl/ssl.h, named by the ``ssl`` module since 3.12: also those who do not know RFC 5746."""


class TlsSessions:
    """Makes contexts and records. ``ssl`` and the system's roots are loaded when this is made."""

    def __init__(self, cafile: str | None = None) -> None:
        self._judge = ChainJudge(cafile)
        self._contexts: dict[tuple[str, ...], ssl.SSLContext] = {}

    def context(self, alpn: tuple[str, ...]) -> "ssl.SSLContext":
        """A client's context that takes any version and any certificate, and offers these protocols."""
        known = self._contexts.get(alpn)
        if known is None:
            known = self._contexts[alpn] = _reading_context(alpn)
        return known

    def info(self, tls: "ssl.SSLObject", server_name: str | None) -> TlsInfo:
        """The record of a session."""
        cipher = tls.cipher()
        chain = sent_chain(tls)
        return tls_info(
            version=tls.version() or "",
            cipher=cipher[0] if cipher else "",
            alpn=tls.selected_alpn_protocol(),
            chain=chain,
            verify_code=self._judge.verify_code(chain),
            server_name=server_name,
        )

    def shown(self, tls: "ssl.SSLObject", opening: bytes, server_name: str | None) -> TlsInfo | None:
        """What was shown before the other side broke off, as those do who want a certificate of ours; else None.

        ``opening`` is what it answered first.
        """
        cipher = tls.cipher()
        version = agreed_version(opening, cipher[0] if cipher else "")
        chain = sent_chain(tls)
        if version is None or not chain:
            return None
        return tls_info(
            version=version,
            cipher=cipher[0] if cipher else "",
            alpn=None,
            chain=chain,
            verify_code=self._judge.verify_code(chain),
            server_name=server_name,
            is_complete=False,
        )


def _reading_context(alpn: tuple[str, ...]) -> "ssl.SSLContext":
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers(_CIPHERS)
    context.options |= _OP_LEGACY_SERVER_CONNECT | ssl.OP_NO_RENEGOTIATION
    if alpn:
        context.set_alpn_protocols(list(alpn))
    return context
