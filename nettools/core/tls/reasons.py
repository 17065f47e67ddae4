"""Why there is no TLS: what OpenSSL says, in words, and what may help."""

import re
from typing import Final, Literal

from nettools.core.text import quoted, safe

_NOT_FOR_THIS: Final = 26

# OpenSSL's X509_V_ERR_* (openssl/x509_vfy.h, verify(1)) -> words.
UNTRUSTED: Final[dict[int, str]] = {
    2: "nobody who is trusted here has signed its certificate",
    9: "its certificate is not valid yet",
    10: "its certificate has expired",
    18: "its certificate is self-signed",
    19: "its chain ends in a self-signed certificate that is not trusted here",
    20: "nobody who is trusted here has signed its certificate",
    21: "nobody who is trusted here has signed its certificate",
    23: "its certificate has been revoked",
    _NOT_FOR_THIS: "its certificate is not meant for a server",
}

_UNNAMED: Final = re.compile(r"\[SSL\] ([a-z0-9 ]+) \(_ssl\.c:[0-9]+\)")
"""What an SSLError without a reason holds."""

_UNKNOWN_SIGNERS: Final = frozenset({2, 18, 19, 20, 21})

_SPEAKS_NO_TLS: Final = frozenset(
    {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG", "HTTP_REQUEST"}
)

# Errors of OpenSSL whose names say little to those who do not know its sources (openssl/sslerr.h).
_OTHER_WORDS: Final = {
    "UNSUPPORTED_PROTOCOL": "it speaks only versions of TLS that are refused here",
    "WRONG_SSL_VERSION": "it speaks only versions of TLS that are refused here",
    "EXCESSIVE_MESSAGE_SIZE": "its certificates are larger than the 100 KiB that OpenSSL takes",
    "PEER_DID_NOT_RETURN_A_CERTIFICATE": "it showed no certificate",
    "NO_SHARED_CIPHER": "it knows none of the ciphers that are offered here",
    "NO_SHARED_SIGNATURE_ALGORITHMS": "it takes none of the signatures that our key can make",
    "UNEXPECTED_EOF_WHILE_READING": "it closed the connection during the handshake",
}


def untrusted(verify_code: int, verify_message: str, *, owner: Literal["server", "client"] = "server") -> str:
    """Why OpenSSL does not trust a certificate."""
    if verify_code == _NOT_FOR_THIS and owner == "client":
        return "its certificate is not meant for a client"
    return UNTRUSTED.get(verify_code) or f"its certificate does not hold: {safe(verify_message)}"


def untrusted_hint(verify_code: int) -> str:
    """What helps a client whose server is not trusted."""
    if verify_code in _UNKNOWN_SIGNERS:
        return "--cafile FILE says whom to trust, --pin SHA256 --insecure takes one key, --insecure any"
    return "--insecure takes any certificate"


def reason_name(reason: str | None, message: str) -> str | None:
    """OpenSSL's name for an error, also where Python's ssl module has none for it (3.11 lacks some alerts).

    >>> reason_name(None, "[SSL] tlsv1 alert no application protocol (_ssl.c:1006)")
    'TLSV1_ALERT_NO_APPLICATION_PROTOCOL'
    """
    words = _UNNAMED.fullmatch(message)
    return reason or (words[1].upper().replace(" ", "_") if words else None)


def handshake_failure(reason: str | None) -> str:
    """What OpenSSL's name for an error of the handshake means (openssl/sslerr.h)."""
    name = reason or "no reason given"
    if name in _SPEAKS_NO_TLS:
        return "it does not speak TLS on this port"
    if name in _OTHER_WORDS:
        return _OTHER_WORDS[name]
    if name == "NO_APPLICATION_PROTOCOL" or name.endswith("_ALERT_NO_APPLICATION_PROTOCOL"):
        return "it speaks TLS, but not this protocol over it"
    _, is_alert, alert = name.partition("_ALERT_")
    words = safe(alert if is_alert else name).lower().replace("_", " ")
    return f"it broke the handshake off: {words}" if is_alert else f"the handshake failed: {words}"


def handshake_hint(reason: str | None) -> str | None:
    """What helps a client whose handshake failed so."""
    name = reason or ""
    if name in _SPEAKS_NO_TLS:
        return "--starttls PROTOCOL begins TLS inside another protocol; without --tls nothing is encrypted"
    if name.endswith(("_ALERT_CERTIFICATE_REQUIRED", "_ALERT_BAD_CERTIFICATE", "_ALERT_CERTIFICATE_UNKNOWN")):
        return "it may want to see a certificate: --cert FILE --key FILE"
    if name.endswith("UNRECOGNIZED_NAME"):
        return "--servername NAME says which name is asked for"
    return None


def spoken_instead(octets: bytes) -> str | None:
    """The first line of one who does not speak TLS, quoted; None for what is no text."""
    line = octets.split(b"\n")[0].rstrip(b"\r")
    return quoted(line.decode("ascii")) if line.isascii() and line.decode("ascii").isprintable() and line else None
