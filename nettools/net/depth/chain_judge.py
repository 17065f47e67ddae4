"""Whether a chain of certificates leads to a root of this machine: asked of OpenSSL without a second connection.

One handshake without verification reads the chain, of any server. To judge it a client that verifies is told the same
chain in memory, as ``core.depth.server_flight`` says: OpenSSL ends that conversation with its verdict. So a server is
bothered once, and sees nothing of the judgement.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from nettools.core.depth.server_flight import CIPHER, server_flight
from nettools.core.depth.tls_info import UNJUDGED, VERIFIED

if TYPE_CHECKING:
    import ssl

_ASKED_LATER: Final = frozenset({"WRONG_CERTIFICATE_TYPE", "UNKNOWN_CERTIFICATE_TYPE"})
"""Whether the key fits the cipher is looked at once the chain is verified (ssl/statem/statem_clnt.c of OpenSSL)."""


class ChainJudge:
    """Judges chains by the system's roots, or by those of a PEM file."""

    def __init__(self, cafile: str | None = None) -> None:
        import ssl

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False  # names are compared in core
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(CIPHER)
        if cafile is None:
            context.load_default_certs()
        else:
            context.load_verify_locations(cafile)
        self._context = context

    def verify_code(self, chain: Sequence[bytes]) -> int:
        """OpenSSL's X509_V_* for a chain in DER, the server's own first: VERIFIED, UNJUDGED, or what is wrong."""
        import ssl

        try:
            flight = server_flight(chain)
        except ValueError:
            return UNJUDGED
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        client = self._context.wrap_bio(incoming, outgoing)
        with suppress(ssl.SSLWantReadError):
            client.do_handshake()
        incoming.write(flight)
        try:
            client.do_handshake()
        except ssl.SSLWantReadError:
            return VERIFIED
        except ssl.SSLCertVerificationError as error:
            return error.verify_code or UNJUDGED
        except ssl.SSLError as error:
            return VERIFIED if error.reason in _ASKED_LATER else UNJUDGED
        return UNJUDGED


def sent_chain(tls: "ssl.SSLObject") -> tuple[bytes, ...]:
    """The certificates that the other side has sent, in DER, its own first; nothing where it showed none.

    ``SSLObject.get_unverified_chain`` is public since Python 3.13; before, the object inside has it. Where there is
    neither, only the server's own is known.
    """
    ask = getattr(tls, "get_unverified_chain", None) or getattr(
        getattr(tls, "_sslobj", None), "get_unverified_chain", None
    )
    found: object = ask() if callable(ask) else None
    if isinstance(found, (list, tuple)) and found:
        return tuple(octets for one in found if (octets := _octets(one)) is not None)
    try:
        leaf = tls.getpeercert(binary_form=True)
    except ValueError:  # the handshake was broken off
        return ()
    return (leaf,) if leaf else ()


def _octets(certificate: object) -> bytes | None:
    """A certificate in DER: that is what it is already, or its ``public_bytes`` makes it (``_ssl.ENCODING_DER``)."""
    if isinstance(certificate, bytes):
        return certificate
    write: object = getattr(certificate, "public_bytes", None)
    if not callable(write):
        return None
    import _ssl

    made: object = write(getattr(_ssl, "ENCODING_DER", 2))
    return made if isinstance(made, bytes) else None
